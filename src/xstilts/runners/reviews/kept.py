"""The files of a review's nodes: frozen values as JSON, checked against their types when they are read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from xstilts.errors import StoreError
from xstilts.evidence.against_truth.score import CalibrationScore, StageScore
from xstilts.evidence.answer import Answerability
from xstilts.evidence.checked import Checked
from xstilts.evidence.confidence import Opinion
from xstilts.evidence.finding import Finding
from xstilts.evidence.gate import Screened, Stop
from xstilts.evidence.language_model import Proposed
from xstilts.evidence.reviewers import Assessment
from xstilts.evidence.synthesis import Certainty, Synthesis
from xstilts.literature.databases import Asked
from xstilts.literature.record import Record
from xstilts.literature.text import Text
from xstilts.literature.work import Work

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """One file of a node.

    Attributes:
        name: Of the file.
        form: The type of what it holds.
    """

    name: str
    form: Any

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self.form)

    def write(self, folder: Path, value: T) -> None:
        """Write a value into the folder of its node; halves of surrogate pairs, of broken files, become "?"."""
        data = self._adapter.dump_python(value, mode="json")
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        (folder / self.name).write_bytes(text.encode("utf-8", "replace"))

    def read(self, folder: Path) -> T:
        """The value that :meth:`write` wrote.

        Raises:
            StoreError: If the file is none of ours.
        """
        try:
            return self._adapter.validate_json((folder / self.name).read_bytes())
        except (OSError, ValidationError) as error:
            said = f"cannot be read: {str(error).splitlines()[0]}."
            raise StoreError(said, field=str(folder / self.name)) from error


RECORDS: Kept[tuple[Record, ...]] = Kept("records.json", tuple[Record, ...])
LOG: Kept[tuple[Asked, ...]] = Kept("log.json", tuple[Asked, ...])
WORKS: Kept[tuple[Work, ...]] = Kept("works.json", tuple[Work, ...])
SCREENED: Kept[tuple[Screened, ...]] = Kept("screened.json", tuple[Screened, ...])
TEXTS: Kept[tuple[Text, ...]] = Kept("texts.json", tuple[Text, ...])
FINDINGS: Kept[tuple[Finding, ...]] = Kept("findings.json", tuple[Finding, ...])
PROPOSED: Kept[Proposed] = Kept("proposed.json", Proposed)
CHECKED: Kept[tuple[Checked, ...]] = Kept("checked.json", tuple[Checked, ...])
OPINIONS: Kept[dict[str, Opinion]] = Kept("opinions.json", dict[str, Opinion])
ANSWER: Kept[Answerability] = Kept("answer.json", Answerability)
ASSESSMENT: Kept[Assessment] = Kept("assessment.json", Assessment)
EFFECTS: Kept[tuple[Synthesis, ...]] = Kept("effects.json", tuple[Synthesis, ...])
CERTAINTY: Kept[Certainty] = Kept("certainty.json", Certainty)
STOP: Kept[Stop] = Kept("stop.json", Stop)
STAGES: Kept[tuple[StageScore | CalibrationScore, ...]] = Kept("stages.json", tuple[StageScore | CalibrationScore, ...])
