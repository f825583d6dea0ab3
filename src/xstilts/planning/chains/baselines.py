"""The baselines of a target, shown beside every arm: spelling alone, and in retrieval an untrained encoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.evaluation.baselines import BASELINE_KINDS, LEARNING_KINDS
from xstilts.planning import cost
from xstilts.planning.chains.chain import Cell, target_items
from xstilts.planning.chains.evaluation import (
    Answering,
    as_search,
    asked_of,
    in_ways_of,
    predict_node,
    scored,
    values_of,
)
from xstilts.planning.data_nodes import encoding_of
from xstilts.planning.portions import Portion
from xstilts.planning.retrieval_settings import tuned_on
from xstilts.statistics.score_rows import BASELINE
from xstilts.store.node import Node
from xstilts.store.payloads import NgramPayload
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.planning.chains.bases import ChainBase
    from xstilts.planning.data_nodes import Tokenizer
    from xstilts.planning.planner import Planner
    from xstilts.planning.resolved import ResolvedTarget

CHAR_NGRAMS = "char-ngrams"
"""The baseline that every target has, and what stands for its base."""
UNTRAINED = "untrained"
"""The baseline of retrieval that says what an architecture finds before it has learned anything."""


def by_spelling(planner: Planner, target: ResolvedTarget, tokenizer: Tokenizer) -> list[Cell]:
    """The character-n-gram baseline of a target, once for all bases and seeds; none for a kind that has no baseline.

    It reads the examples that chains with ``tokenizer`` read anyway, so nothing is prepared for its sake.
    """
    task, resolved, values = target.task, planner.resolved, values_of(target)
    learned: list[Portion] = []
    if target.phases and task.kind in LEARNING_KINDS:
        same_kind = [other for other in target.head_tasks if other.kind is task.kind]
        learned = [Portion(other, resolved.pivot, "train", values.limit) for other in same_kind]
    if task.kind not in BASELINE_KINDS or (task.kind in LEARNING_KINDS and not learned):
        return []
    items, tuned = target_items(target), tuned_on(target)
    asked = NgramPayload(
        task=task.name,
        kind=task.kind,
        labels=task.labels,
        pivot=resolved.pivot,
        answer=tuple(portion.role for portion in items),
        tuned_on={code: portion.role for code, portion in tuned.items()},
        learn=tuple(portion.role for portion in learned),
    )
    if task.kind is Kind.RETRIEVAL:
        asked = in_ways_of(target, asked)
    parents = planner.prepare((*learned, *items, *tuned.values()), tokenizer, encoding_of(values))
    price = cost.baseline(sum(portion.expected_examples(resolved.source) for portion in items))
    predict = planner.add(Node.of(asked, f"predict {task.name}, {CHAR_NGRAMS}", parents, price))
    return [_cell(planner, target, CHAR_NGRAMS, CHAR_NGRAMS, predict)]


def by_new_weights(planner: Planner, target: ResolvedTarget, base: ChainBase) -> list[Cell]:
    """Retrieval with new weights in the base's architecture; none for other kinds, which have a head to train."""
    if target.task.kind is not Kind.RETRIEVAL:
        return []
    items, tuned = target_items(target), tuned_on(target)
    answering, new = Answering(None, values_of(target)), base.untrained
    asked = replace(
        as_search(target, asked_of(planner, new, target.task, answering), new.layers),
        baseline="untrained.v1",
        answer=tuple(portion.role for portion in items),
        tuned_on={code: portion.role for code, portion in tuned.items()},
        architecture=base.architecture,
    )
    predict = predict_node(planner, new, [*items, *tuned.values()], answering, asked, {})
    return [_cell(planner, target, base.recipe.name, UNTRAINED, predict)]


def _cell(planner: Planner, target: ResolvedTarget, base: str, name: str, predict: Node) -> Cell:
    task = target.task
    score = scored(planner, task, predict, f"score {task.name}, {name}", target.metrics)
    arm = f"{BASELINE}{name}"
    return Cell(base, arm, task.name, target.protocol.name, "", target.split, "", score.key, chosen="")
