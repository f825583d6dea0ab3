"""What every registered metric must keep: range, direction, chance, independence of order, refusals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from xstilts.errors import InputError
from xstilts.metrics import METRICS, Metric, for_kind, get
from xstilts.metrics.no_answer import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

every_metric = pytest.mark.parametrize("metric", list(METRICS), ids=METRICS.names())


@dataclass(frozen=True)
class Sample:
    """A kind's small world: gold, the best predictions, a wrong one for each, and a blind guess."""

    answers: Sequence[Any]
    draw_gold: Callable[[np.random.Generator], Any]
    right: Callable[[Any], Any]
    wrong: Callable[[Any], Any]
    guess: Callable[[np.random.Generator, Any], Any]
    language: str | None = None


def _shuffled(generator: np.random.Generator, items: Sequence[Any], count: int) -> list[Any]:
    return [items[index] for index in generator.permutation(len(items))[:count]]


LABELS, TAGS, CANDIDATES = ("no", "yes"), ("NOUN", "VERB", "ADP"), tuple(f"c{number}" for number in range(25))
VOCABULARY = range(50)
OTHER = dict(zip(TAGS, (*TAGS[1:], TAGS[0]), strict=True))
SAMPLES = {
    "classification": Sample(
        LABELS,
        lambda g: LABELS[int(g.random() < 0.3)],
        lambda gold: gold,
        lambda gold: LABELS[1 - LABELS.index(gold)],
        lambda g, gold: LABELS[g.integers(2)],
    ),
    "multiple_choice": Sample(
        range(4), lambda g: int(g.integers(4)), lambda gold: gold, lambda gold: (gold + 1) % 4,
        lambda g, gold: int(g.integers(4)),
    ),
    "tagging": Sample(
        TAGS,
        lambda g: [TAGS[index] for index in g.integers(3, size=g.integers(1, 6))],
        lambda gold: gold,
        lambda gold: [OTHER[tag] for tag in gold],
        lambda g, gold: [TAGS[index] for index in g.integers(3, size=len(gold))],
    ),
    "span_qa": Sample(
        (), lambda g: [f"w{g.integers(9)} x", "x y"], lambda gold: gold[0], lambda gold: "z", lambda g, gold: "z"
    ),
    "span_qa/mlqa": Sample(
        (), lambda g: [f"w{g.integers(9)} x", "x y"], lambda gold: gold[0], lambda gold: "z", lambda g, gold: "z", "en"
    ),
    # a third of the questions have no answer; the best reply is sure of it, a wrong one answers them all
    "span_qa/squad2": Sample(
        (),
        lambda g: [f"w{g.integers(9)} x", "x y"] if g.random() < 0.67 else [],
        lambda gold: Reply(gold[0], 0.1) if gold else Reply("", 0.9),
        lambda gold: Reply("z", 0.5),
        lambda g, gold: Reply("z", float(g.random())),
    ),
    "retrieval": Sample(
        CANDIDATES,
        lambda g: _shuffled(g, CANDIDATES, int(g.integers(1, 4))),
        lambda gold: [*gold, *(item for item in CANDIDATES if item not in gold)][:20],
        lambda gold: [],
        lambda g, gold: _shuffled(g, CANDIDATES, 20),
    ),
    # mined pairs: most queries have no partner, the best answer is exactly the gold, a wrong one is a false pair
    "retrieval/bucc": Sample(
        CANDIDATES,
        lambda g: _shuffled(g, CANDIDATES[:20], int(g.integers(0, 3))),
        lambda gold: gold,
        lambda gold: [CANDIDATES[-1]],
        lambda g, gold: _shuffled(g, CANDIDATES, 1),
    ),
    # gold is a number of masked tokens, the prediction their summed loss; the guess gives each word the same chance
    "masked_lm": Sample(
        VOCABULARY, lambda g: int(g.integers(1, 5)), lambda gold: 0.0, lambda gold: 9.0 * gold,
        lambda g, gold: gold * math.log(len(VOCABULARY)),
    ),
}  # fmt: skip
SAMPLES["visual_classification"] = SAMPLES["classification"]


def _sample(metric: Metric) -> Sample:
    """Of its rule where that has one, else of its kind."""
    return SAMPLES.get(f"{metric.kind}/{metric.rule}") or SAMPLES[metric.kind]


def _gold(metric: Metric, n: int = 40) -> list[Any]:
    generator = np.random.default_rng(11)
    return [_sample(metric).draw_gold(generator) for _ in range(n)]


def test_every_kind_of_metric_has_a_sample() -> None:
    assert {metric.kind for metric in METRICS} == {name.split("/")[0] for name in SAMPLES}


@every_metric
def test_names_and_docs(metric: Metric) -> None:
    assert get(metric.kind, metric.name, metric.rule) is metric is for_kind(metric.kind, metric.rule)[metric.name]
    assert metric.doc.endswith(".")
    assert metric.low < metric.high


@pytest.mark.parametrize("metric", [metric for metric in METRICS if not metric.diagnostic], ids=lambda m: m.name)
def test_right_answers_score_best_and_wrong_ones_worse_step_by_step(metric: Metric) -> None:
    sample, gold = _sample(metric), _gold(metric)
    right, wrong = [sample.right(item) for item in gold], [sample.wrong(item) for item in gold]
    mixed = [right[:good] + wrong[good:] for good in (0, 10, 20, 30, 40)]
    scores = [metric(gold, said, sample.answers, sample.language) for said in mixed]
    assert all(metric.low <= score <= metric.high for score in scores)
    assert scores[-1] == pytest.approx(metric.high if metric.higher_is_better else metric.low)
    steps = np.diff(scores)
    assert (steps > 0).all() if metric.higher_is_better else (steps < 0).all()


@every_metric
def test_order_does_not_matter(metric: Metric) -> None:
    sample, gold = _sample(metric), _gold(metric)
    generator = np.random.default_rng(5)
    said = [sample.guess(generator, item) for item in gold]
    order = generator.permutation(len(gold))
    again = metric([gold[i] for i in order], [said[i] for i in order], sample.answers, sample.language)
    assert again == pytest.approx(metric(gold, said, sample.answers, sample.language))


@every_metric
def test_nothing_and_unequal_lengths_are_refused(metric: Metric) -> None:
    sample, gold = _sample(metric), _gold(metric, 3)
    said = [sample.right(item) for item in gold]
    with pytest.raises(InputError, match="3 gold answers but 2 predictions"):
        metric(gold, said[:2], sample.answers, sample.language)
    with pytest.raises(InputError, match="nothing to score"):
        metric([], [], sample.answers, sample.language)


@every_metric
def test_chance_is_what_blind_guessing_scores(metric: Metric) -> None:
    sample, gold = _sample(metric), _gold(metric, 4000)
    generator = np.random.default_rng(3)
    expected = metric.chance(gold, sample.answers)
    guessed = metric(gold, [sample.guess(generator, item) for item in gold], sample.answers, sample.language)
    if expected is None:
        assert metric.kind in {"tagging", "span_qa"} or metric.rule or metric.diagnostic
    else:
        assert guessed == pytest.approx(expected, abs=2.5 if metric.high == 100 else 1e-6)


@every_metric
def test_chance_is_unknown_without_the_possible_answers(metric: Metric) -> None:
    assert metric.chance(_gold(metric), ()) is None
