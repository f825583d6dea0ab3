"""What a metric is: a pure function with its direction, its range and the score of blind guessing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Compute = Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], float]
    Chance = Callable[[Sequence[Any], Sequence[Any]], float | None]


@dataclass(frozen=True)
class Metric:
    """One way to score predictions; call it with gold, predictions and the possible answers.

    Attributes:
        name: Name on tables (``f1``); a variant has a suffix (``f1.seqeval1``).
        kind: Kind of task it scores.
        compute: ``(gold, predictions, answers) -> score``, for equally many, at least one; order does not matter.
        higher_is_better: Direction.
        low: Smallest possible score.
        high: Largest possible score (``inf`` where there is none).
        chance: ``(gold, answers) -> score`` expected of uniform guessing among ``answers``, or None where that has no
            short form. Answers are the labels, the numbers of the choices, the candidates' ids, or the vocabulary.
        doc: One sentence for people, with the rule's origin.
        rule: The scoring rule it belongs to, where one task's official script has its own (``mlqa``).
        in_language: From a BCP-47 code to what then replaces ``compute``, for rules that depend on the language.
        column: The column of the predictions table that holds the predictions.
        diagnostic: It tells something about the answers and not how good they are; the best answers need not have its
            best value.
    """

    name: str
    kind: str
    compute: Compute
    higher_is_better: bool
    low: float
    high: float
    chance: Chance
    doc: str
    rule: str = ""
    in_language: Callable[[str], Compute] | None = None
    column: str = "prediction"
    diagnostic: bool = False

    def __call__(
        self,
        gold: Sequence[Any],
        predictions: Sequence[Any],
        answers: Sequence[Any] = (),
        language: str | None = None,
    ) -> float:
        """The score of ``predictions``.

        Args:
            gold: What is right, one entry per example, in the form of the kind's predictions table.
            predictions: What the model said, in the same order.
            answers: The possible answers in the task's order; only some metrics read them.
            language: BCP-47 code of the answers; only rules that depend on the language read it.

        Raises:
            InputError: If the two differ in length, there is nothing to score, or the language is needed and missing.
        """
        if len(gold) != len(predictions):
            raise InputError(
                f"{self.kind} {self.name}: {len(gold)} gold answers but {len(predictions)} predictions.",
                field="predictions",
            )
        if not len(gold):
            raise InputError(f"{self.kind} {self.name}: there is nothing to score.", field="gold")
        return float(self._computing(language)(gold, predictions, answers))

    def _computing(self, language: str | None) -> Compute:
        if self.in_language is None:
            return self.compute
        if language is None:
            raise InputError(
                f"{self.kind} {self.name}: the rule {self.rule!r} depends on the language, and none was named.",
                field="--language",
            )
        return self.in_language(language)


METRICS: Registry[Metric] = Registry("metric")
"""Every metric under ``kind/name`` or ``kind/rule/name``; filled by importing ``xstilts.metrics``."""


def register(metric: Metric) -> Metric:
    """Add ``metric`` under its kind, rule and name, and return it."""
    return METRICS.register("/".join(part for part in (metric.kind, metric.rule, metric.name) if part), metric)


def register_percents(kind: str, rows: Iterable[tuple[str, Compute, Chance, str]], rule: str = "") -> None:
    """Add metrics from 0 to 100 of which more is better, each as its name, ``compute``, ``chance`` and ``doc``."""
    for name, compute, chance, doc in rows:
        register(Metric(name, kind, compute, True, 0, 100, chance, doc, rule))


def for_kind(kind: str, rule: str = "") -> Mapping[str, Metric]:
    """The metrics of one kind by name; those of ``rule`` go over the kind's own."""
    own = [metric for metric in METRICS if metric.kind == kind and metric.rule in ("", rule)]
    return {metric.name: metric for metric in sorted(own, key=lambda metric: metric.rule)}


def get(kind: str, name: str, rule: str = "") -> Metric:
    """The metric ``name`` of ``kind``, by the task's own rule where that has one.

    Raises:
        UnknownNameError: If there is no such metric.
    """
    known = for_kind(kind, rule)
    if name not in known:
        raise UnknownNameError(
            f"There is no metric called {name!r} for {kind}.",
            value=name,
            allowed=sorted(known),
            hint=nearest(name, sorted(known)),
        )
    return known[name]


def unknown_chance(gold: Sequence[Any], answers: Sequence[Any]) -> None:
    """For metrics whose value under blind guessing has no short form."""


def uniform_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    """One right answer among ``answers``: 100 / n percent; None when the answers are not known."""
    return 100 / len(answers) if len(answers) else None
