"""What a paper is called: DOI, arXiv id and Anthology id, found in texts and addresses and written in one way."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xstilts.literature.record import Ids

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]+")
_ARXIV = re.compile(r"(?<![\w./-])(\d{4}\.\d{4,5}|[a-z-]{2,}(?:\.[A-Z]{2})?/\d{7})(v\d{1,3})?(?![\d\w])")
_ARXIV_NAMED = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf|html|e-print)/|[:.\s]\s*)([\w.-]+/\d{7}|\d{4}\.\d{4,5})(v\d{1,3})?", re.I
)
_ACL = re.compile(r"(?<![\w.-])(\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d+|[A-Z]\d{2}-\d{4,5})(?![\w-])", re.I)
_OLD_ACL = re.compile(r"[a-z]\d{2}-\d{4,5}")
_ARXIV_DOI, _ACL_DOI = "10.48550/arxiv.", re.compile(r"10\.(?:18653/v1|3115/v1)/(.+)")


def doi_in(text: str) -> str:
    """The first DOI of a text, lower case and without a resolver; "" if there is none.

    Example: ``https://doi.org/10.18653/V1/2020.aacl-main.56.`` → ``10.18653/v1/2020.aacl-main.56``.
    """
    found = _DOI.search(text)
    if found is None:
        return ""
    doi = found[0].lower().rstrip(".,;:'’")
    while doi.endswith((")", "]")) and doi.count("(") < doi.count(")") + doi.count("]") - doi.count("["):
        doi = doi[:-1]
    return doi


def arxiv_in(text: str) -> tuple[str, str]:
    """The first arXiv id that a text names as one (``arXiv:2005.13013v2``, an address), and its version or "".

    A text that is nothing but an id (``2005.13013``) names it too. ("", "") if there is none.
    """
    found = _ARXIV_NAMED.search(text) or _ARXIV.fullmatch(text.strip())
    return (found[1], (found[2] or "").lower()) if found else ("", "")


def acl_in(text: str) -> str:
    """The id of the ACL Anthology that a text is, or an address that ends in one; "" if it is none."""
    found = _ACL.fullmatch(text.strip().rstrip("/").removesuffix(".pdf").rpartition("/")[2])
    return _written(found[1]) if found else ""


def _written(acl: str) -> str:
    return acl.upper() if _OLD_ACL.fullmatch(acl.lower()) else acl.lower()


def completed(ids: Ids) -> Ids:
    """Ids with what their DOI says of the others: arXiv and the Anthology put their own ids into it."""
    doi, (arxiv, version) = doi_in(ids.doi), ("", "")
    if doi.startswith(_ARXIV_DOI):
        arxiv, version = arxiv_in(doi.removeprefix(_ARXIV_DOI))
    anthology = _ACL_DOI.fullmatch(doi)
    return replace(
        ids,
        doi=doi,
        arxiv=ids.arxiv or arxiv,
        version=ids.version or version,
        acl=ids.acl or (acl_in(anthology[1]) if anthology else ""),
    )
