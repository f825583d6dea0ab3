"""The grid of a study: each chain of a base, an arm, a seed and a target, and the baselines of each target."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from xstilts.errors import DataError, InputError
from xstilts.planning.chains.arm import after_arm, language_updates
from xstilts.planning.chains.baselines import by_new_weights, by_spelling
from xstilts.planning.chains.bases import bases_of
from xstilts.planning.chains.chain import Cell, Chain
from xstilts.planning.chains.evaluation import choosing, evaluate
from xstilts.planning.chains.target import after_target
from xstilts.planning.resolved import seeds_of
from xstilts.statistics.score_rows import NONE
from xstilts.studies.spec import Study

if TYPE_CHECKING:
    from xstilts.planning.planner import Planner


def cells_of(planner: Planner) -> list[Cell]:
    """Every chain of the study, then the baselines of its targets, with their nodes made.

    Raises:
        InputError: If a name, language, split or data file does not exist.
    """
    resolved, bases = planner.resolved, bases_of(planner)
    for target in resolved.targets:
        target.check()
    cells = []
    for base, arm, seed, target in product(bases, resolved.study.arms, seeds_of(resolved.study), resolved.targets):
        if resolved.runs(arm, target.name, seed):
            try:
                cells.append(_cell(Chain(resolved, arm, seed, target, planner, base)))
            except InputError as error:
                raise _of_arm(error, arm) from None
    for target in resolved.targets:
        cells += by_spelling(planner, target, bases[0].model.tokenizer)
        for base in bases:
            cells += by_new_weights(planner, target, base)
    return cells


def _cell(chain: Chain) -> Cell:
    """All nodes of one chain: the base, what its arm trains, what its target trains, and the score."""
    base, target = chain.base, chain.target
    updates = language_updates(chain)
    start = updates.get(chain.resolved.pivot, base.model)
    model = after_target(chain, start, after_arm(chain, start))
    chosen_by = choosing(chain, model) if chain.resolved.study.selection.arms == "pivot-dev" else None
    scores = evaluate(chain, model, updates, chosen_by)
    keys = [key for update in updates.values() for key in update.trained]
    return Cell(
        base=base.recipe.name,
        arm=chain.arm,
        target=target.task.name,
        protocol=chain.protocol.name,
        seed=chain.seed.label,
        split=target.split,
        selection=chain.selection,
        score=scores.clean.key,
        chosen=chosen_by.key if chosen_by else "",
        noised=scores.noised.key if scores.noised else "",
        trained=tuple(dict.fromkeys((*keys, *model.trained))),
    )


def _of_arm(error: InputError, arm: str) -> InputError:
    """The error with the arm in its place, where it names no place in the study yet."""
    field = error.field or ""
    if field.split(".")[0].split(":")[0] in Study.model_fields or arm == NONE:
        return error
    named = f"arms.{arm}: {field}" if field else f"arms.{arm}"
    less = f"Or leave the arm out: --set arms.{arm}=null." if isinstance(error, DataError) else ""
    hint = " ".join(filter(None, (error.hint, less))) or None
    return type(error)(error.message, field=named, value=error.value, allowed=error.allowed, hint=hint)
