"""How likely a second careful reader would mark a statement as stated in the source.

Hand-made features of the statement beside its nearest passage, logistic regression, and a calibration on works that the
regression did not see. It says nothing of whether the statement is true.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from xstilts.errors import InputError
from xstilts.evidence import alignment, numbers
from xstilts.evidence.extract import direction_of
from xstilts.evidence.lexicon import WORD, lexicon
from xstilts.statistics import calibration, conformal, logistic
from xstilts.statistics.calibration import Isotonic, Platt
from xstilts.statistics.logistic import Logistic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.literature.text import Text

NAMES = (
    "coverage", "shared", "pairs", "equal", "numbers lacking", "numbers met", "opposed", "negated", "denied", "ways",
    "shifted", "widened", "added", "unhedged", "longer",
)  # fmt: skip
"""The features, in order."""
FOLDS = 5
ENOUGH_FOR_ISOTONIC = 300
LEVEL = 0.9
"""Share of true verdicts that the sets hold."""


def features(statement: str, texts: Sequence[Text]) -> tuple[float, ...]:
    """One number per name in ``NAMES``; all 0 where no passage shares a word with the statement."""
    near = alignment.best(statement, texts)
    if near is None:
        return (0.0,) * len(NAMES)
    said, printed = alignment.words(statement), alignment.words(near.passage.text)
    pairs = [set(pairwise(side)) for side in (said, printed)]
    told = len(numbers.read(statement))
    ways = {direction_of(statement), direction_of(near.passage.text)}
    return (
        near.coverage,
        near.shared,
        len(pairs[0] & pairs[1]) / max(1, len(pairs[0])),
        float(near.equal),
        float(len(near.numbers)),
        float(told - len(near.numbers)),
        float(bool(near.opposed)),
        float(near.negated),
        float(_denials(statement) % 2 != _denials(near.passage.text) % 2),
        float(len(ways) == 2 and "" not in ways),
        float(len(near.shifted)),
        float(len(near.widened)),
        float(len(near.added)),
        float(near.unhedged),
        float(np.log(max(1, len(printed)) / max(1, len(said)))),
    )


def _denials(text: str) -> int:
    listed = lexicon().lists["negations"]
    return sum(match[0].casefold() in listed or match[0].endswith("n't") for match in WORD.finditer(text))


@dataclass(frozen=True)
class Opinion:
    """What the confidence says of one statement.

    Attributes:
        probability: Calibrated, 0 to 1.
        low: Venn–Abers: as if the statement's label were "not stated".
        high: As if it were "stated".
        verdicts: ``stated``, ``not stated`` or both: the set that holds the true one in ``LEVEL`` of all cases. Both
            means undecided.
    """

    probability: float
    low: float
    high: float
    verdicts: tuple[str, ...]


@dataclass(frozen=True)
class Confidence:
    """A fitted confidence.

    Attributes:
        names: The features that it was fitted on.
        model: Regression on all works.
        kind: How scores became probabilities.
        calibrator: From log odds to probability.
        scores: Log odds of each labelled statement by a model that saw none of its work, shape (n,).
        labels: 1 for stated, shape (n,).
        least: Probability that a verdict needs to stay in the set.
        fitted_on: Sha256 of features and labels.
        note: What the labels are.
    """

    names: tuple[str, ...]
    model: Logistic
    kind: Literal["isotonic", "platt"]
    calibrator: Isotonic | Platt
    scores: tuple[float, ...]
    labels: tuple[int, ...]
    least: float
    fitted_on: str
    note: str = ""

    def __call__(self, given: Sequence[float]) -> Opinion:
        """The opinion on one statement, by its features."""
        score = float(self.model([list(given)])[0])
        chance = float(self.calibrator([score])[0])
        low, high = calibration.venn_abers(self.scores, self.labels, score)
        said = conformal.verdicts({"stated": chance, "not stated": 1 - chance}, self.least)
        return Opinion(chance, low, high, said)


def fit(
    rows: Sequence[Sequence[float]], labels: Sequence[int], works: Sequence[str], note: str = "", ridge: float = 1.0
) -> Confidence:
    """Fit on labelled statements; those of one work are never on both sides of a fold.

    Args:
        rows: Features of each statement, shape (n, len(NAMES)).
        labels: 1 where a reader marked it as stated.
        works: Work of each statement.
        note: What the labels are.
        ridge: Of the regression.

    Raises:
        InputError: If there are fewer than ``FOLDS`` works, or one label alone.
    """
    given, truth = np.asarray(rows, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    scores = out_of_fold(given, truth, works, ridge)
    kind: Literal["isotonic", "platt"] = "isotonic" if len(truth) >= ENOUGH_FOR_ISOTONIC else "platt"
    calibrator = calibration.isotonic(scores, truth) if kind == "isotonic" else calibration.platt(scores, truth)
    chances = calibrator(scores)
    least = conformal.threshold(np.where(truth == 1, chances, 1 - chances).tolist(), LEVEL)
    digest = hashlib.sha256(given.tobytes() + truth.tobytes()).hexdigest()
    model = logistic.fit(given, truth, ridge)
    own = tuple(float(round(score, 6)) for score in scores)
    return Confidence(NAMES, model, kind, calibrator, own, tuple(truth.tolist()), least, digest, note)


def out_of_fold(
    given: np.typing.NDArray[np.float64], truth: np.typing.NDArray[np.int64], works: Sequence[str], ridge: float = 1.0
) -> np.typing.NDArray[np.float64]:
    """Log odds of each row by a regression that saw no row of its work.

    Raises:
        InputError: If there are fewer than ``FOLDS`` works, or one label alone.
    """
    folds = np.array([fold_of(work) for work in works])
    if len(set(works)) < FOLDS or len(set(truth.tolist())) < 2:
        raise InputError(f"A confidence needs statements of at least {FOLDS} works, some stated and some not.")
    scores = np.zeros(len(truth))
    for fold in set(folds.tolist()):
        own = folds == fold
        scores[own] = logistic.fit(given[~own], truth[~own], ridge)(given[own])
    return scores


def fold_of(work: str) -> int:
    """The fold of a work: by its hash, so that more works never move the others."""
    return hashlib.sha256(work.encode()).digest()[1] % FOLDS


def to_json(fitted: Confidence) -> str:
    """A confidence as canonical JSON."""
    return json.dumps(asdict(fitted), sort_keys=True, indent=1, ensure_ascii=False)


def from_json(text: str) -> Confidence:
    """A confidence from :func:`to_json`.

    Raises:
        InputError: If it was fitted on other features than this version computes.
    """
    raw: Mapping[str, Any] = json.loads(text)
    if tuple(raw["names"]) != NAMES:
        raise InputError("The confidence was fitted on other features.", value=raw["names"], allowed=NAMES)
    form = Isotonic if raw["kind"] == "isotonic" else Platt
    parts: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in raw["calibrator"].items()
    }
    model = Logistic(tuple(raw["model"]["weights"]), raw["model"]["intercept"])
    lists = {key: tuple(raw[key]) for key in ("names", "scores", "labels")}
    return Confidence(**{**raw, **lists, "model": model, "calibrator": form(**parts)})


@cache
def packaged() -> Confidence:
    """The confidence of this version, fitted on claims made by construction (its note says more)."""
    return from_json(files("xstilts.evidence").joinpath("confidence.json").read_text(encoding="utf-8"))
