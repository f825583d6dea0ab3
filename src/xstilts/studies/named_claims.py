"""The claims that a study asks about, by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import claims
from xstilts.errors import StudyError

if TYPE_CHECKING:
    from xstilts.studies.spec import Study


def check_claims(study: Study, where: str) -> None:
    """Refuse a claim that nobody knows, or one that is named twice.

    Raises:
        UnknownNameError: Naming the nearest known id.
        StudyError: If a claim comes twice.
    """
    for index, claim in enumerate(study.claims):
        claims.CLAIMS.get(claim, f"{where}: claims.{index}")
        if claim in study.claims[:index]:
            raise StudyError(f"names {claim!r} twice.", field=f"{where}: claims.{index}", value=claim)
