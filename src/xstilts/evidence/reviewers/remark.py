"""What reviewers read, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.literature.text import Passage  # noqa: TC001 - pydantic reads annotations at run time

if TYPE_CHECKING:
    from xstilts.evidence.answer import Answerability
    from xstilts.evidence.checked import Checked
    from xstilts.literature.text import Text

Reviewer = Literal["challenger", "confirmer", "methodologist", "integrator"]
Severity = Literal["note", "flaw", "grave"]
SEVERITIES: tuple[Severity, ...] = ("note", "flaw", "grave")
WHOLE = "review"
"""Target of a remark on the review as a whole."""


@dataclass(frozen=True)
class Case:
    """What is reviewed.

    Attributes:
        checked: All findings with their checks.
        answer: Whether they answer it.
        texts: What of the papers was read.
    """

    checked: tuple[Checked, ...]
    answer: Answerability
    texts: tuple[Text, ...] = ()

    @property
    def verified(self) -> tuple[Checked, ...]:
        """Those that bear a tick."""
        return tuple(one for one in self.checked if one.verified)


@dataclass(frozen=True)
class Remark:
    """One remark.

    Attributes:
        reviewer: Whose it is.
        target: Id of a finding, or ``WHOLE``.
        severity: ``grave``: the finding must not be counted as it stands.
        rule: Name of the rule that spoke.
        says: One sentence.
        passage: The characters that it is about; None for the whole.
    """

    reviewer: Reviewer
    target: str
    severity: Severity
    rule: str
    says: str
    passage: Passage | None = None
