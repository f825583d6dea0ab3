"""What a lab study found, as the invented papers print it: scores of arms beside those of none.

The packaged results are those of the study ``demo``, read from the tables that its report prints
(``python tools/lab_results.py docs/results/demo.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

MEAN = ""
"""In place of a language: the mean over all but the pivot."""


@dataclass(frozen=True)
class Cell:
    """One arm on one target, in one language or on average.

    Attributes:
        arm: Name of the arm.
        target: Name of the task.
        metric: ``accuracy`` or ``f1``.
        language: Code, or ``MEAN``.
        none: Score without intermediate training, in percent, 0 to 100.
        score: Score of the arm, in percent.
        gain: ``score - none`` in points, as it was printed, which rounding may move by 0.1.
        low: Lower end of the 95 % interval of the gain; None for single languages.
        high: Upper end.
    """

    arm: str
    target: str
    metric: str
    language: str
    none: float
    score: float
    gain: float
    low: float | None = None
    high: float | None = None

    @property
    def direction(self) -> str:
        """``up`` or ``down`` where the interval excludes zero, else ``same``; of single languages by two points."""
        if self.low is not None and self.high is not None:
            return "up" if self.low > 0 else "down" if self.high < 0 else "same"
        return "up" if self.gain >= _CLEAR else "down" if self.gain <= -_CLEAR else "same"


_CLEAR = 2.0


@dataclass(frozen=True)
class Results:
    """The results of one study.

    Attributes:
        study: Its name in the catalog.
        base: The encoder that all arms start from.
        seeds: How many.
        cells: All of them.
    """

    study: str
    base: str
    seeds: int
    cells: tuple[Cell, ...]

    def cell(self, arm: str, target: str, language: str = MEAN) -> Cell:
        """The cell of this name.

        Raises:
            KeyError: If there is none.
        """
        found = [one for one in self.cells if (one.arm, one.target, one.language) == (arm, target, language)]
        if not found:
            raise KeyError(f"{self.study} has no cell {arm}, {target}, {language or 'mean'}")
        return found[0]

    def names(self, axis: str) -> tuple[str, ...]:
        """The names on an axis (``arm``, ``target``, ``language``), in order."""
        return tuple(dict.fromkeys(getattr(one, axis) for one in self.cells))


@cache
def packaged() -> Results:
    """The results of the catalog's study ``demo``."""
    text = files("xstilts.lab.literature").joinpath("results.json").read_text(encoding="utf-8")
    return TypeAdapter(Results).validate_json(text)
