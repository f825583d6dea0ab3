"""A finding with the checks that were made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xstilts.evidence.checks.check import Check, CheckName, Verdict  # noqa: TC001 - pydantic reads annotations at run time
from xstilts.evidence.finding import Finding  # noqa: TC001 - pydantic reads annotations at run time

Bearing = Literal["whole", "part", "none"]
_BEARING: dict[str, Bearing] = {"yes": "whole", "undecided": "part"}


@dataclass(frozen=True)
class Checked:
    """A finding and its checks.

    Attributes:
        finding: What a text says.
        checks: At most one of each name.
    """

    finding: Finding
    checks: tuple[Check, ...] = ()

    def check(self, name: CheckName) -> Check | None:
        """The check of this name; None where it was not made."""
        return next((check for check in self.checks if check.name == name), None)

    def verdict(self, name: CheckName) -> Verdict:
        """The verdict of this check."""
        found = self.check(name)
        return found.verdict if found else "not checked"

    @property
    def bears(self) -> Bearing:
        """Whether it bears on the whole of the question, on a part of it, or not: the verdict of the check of scope."""
        return _BEARING.get(self.verdict("scope"), "none")

    @property
    def verified(self) -> bool:
        """Whether a tick is printed: quoted, entailed or of equal text, no number against it, not withdrawn."""
        quoted = self.check("quoted")
        if quoted is None or quoted.verdict != "yes":
            return False
        own = self.finding.passage.text
        equal = any(passage.text == own for passage in quoted.evidence)
        backed = self.verdict("entailed") == "yes" or (equal and self.verdict("entailed") != "no")
        return backed and self.verdict("numbers") != "no" and self.verdict("retracted") != "no"
