"""Published claims as data, and a verdict on each from a study's tables.

An entry is one sentence of one version of one paper, quoted word for word as far as it was printed. Claims lie in
``data/*.yaml``, one file per paper (``claim.py`` names every field); ``judge`` compares them with what a study
measured. Other distributions add claims through the entry-point group ``xstilts.claims``.
"""

from __future__ import annotations

from xstilts.claims.claim import Claim
from xstilts.claims.forms import FORMS
from xstilts.claims.read import packaged
from xstilts.claims.verdict_files import load, save
from xstilts.claims.verdicts import bearing, judge
from xstilts.registry import Registry

__all__ = ["CLAIMS", "FORMS", "Claim", "bearing", "chosen", "judge", "load", "save"]

CLAIMS: Registry[Claim] = Registry("claim", "`xstilts list claims` shows them all.")
"""Every claim, by id."""

for _claim in packaged():
    CLAIMS.register(_claim.id, _claim)


def chosen(ids: list[str]) -> list[Claim]:
    """The claims with these ids, or all of them for an empty list, in the order C1, C2, … C10.

    Raises:
        UnknownNameError: If there is no such claim.
    """
    return sorted((CLAIMS.get(one) for one in ids) if ids else CLAIMS, key=_place)


def _place(claim: Claim) -> tuple[int, str]:
    digits = "".join(character for character in claim.id if character.isdigit())
    return int(digits or 0), claim.id
