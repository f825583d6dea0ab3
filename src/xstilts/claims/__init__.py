"""Published claims as data. There are no entries yet: a verdict on a claim needs the runs it speaks of.

An entry is one sentence of one version of one paper, quoted word for word, under a short id. It is registered as

    CLAIMS.register("ID", Claim(id="ID", text="…", source="arXiv 2005.13013, section 3, table 2", version="v2"))

and is added only with a quotation that was read in its source; a paraphrase is another claim.
"""

from __future__ import annotations

from dataclasses import dataclass

from xstilts.registry import Registry

__all__ = ["CLAIMS", "Claim"]


@dataclass(frozen=True)
class Claim:
    """One published statement.

    Attributes:
        id: Short name, unique.
        text: The statement, verbatim.
        source: Paper, section and table cell.
        version: Version of the paper the text was read in; numbers change between versions.
    """

    id: str
    text: str
    source: str
    version: str


CLAIMS: Registry[Claim] = Registry("claim")
"""Every claim, by id."""
