"""What would make a study cheaper at little cost to its question: told by ``plan``, and no warning of any cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.amounts import duration, size
from xstilts.errors import InputError
from xstilts.models import bases
from xstilts.planning import cost
from xstilts.planning.plan import make_plan
from xstilts.planning.resolved import known_bases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.planning.plan import Plan
    from xstilts.store.store import Store

LESS = 0.25
"""The share of a plan's memory that frozen embeddings must save to be worth a line."""
WORTH_BYTES = 5e8
"""And the bytes: below, no machine is too small."""
FREEZE = "training.freeze_embeddings=true"
"""The change that freezes the embeddings of every phase that does not say otherwise."""


def advice(plan: Plan, store: Store) -> Iterator[str]:
    """One sentence for each change that is worth its while.

    Nothing is advised once a phase is trained, whose work would be lost, nor where a base is trained from fresh
    weights, whose embeddings must be.
    """
    kinds = {node.kind for node in plan.nodes.values()}
    trained = [node for node in plan.nodes.values() if node.kind == "train"]
    if "pretrain" in kinds or not trained or any(store.has(node.key, node.kind) for node in trained):
        return
    study = plan.study
    training = study.training.model_copy(update={"freeze_embeddings": True})
    frozen = replace(plan.resolved, study=study.model_copy(update={"training": training}))
    try:
        now, then = plan.totals(), make_plan(frozen.study, frozen).totals()
    except InputError:  # an arm trains low-rank updates, which go with no other way to freeze
        return
    saved = now["memory_bytes"] - then["memory_bytes"]
    if saved >= max(WORTH_BYTES, LESS * now["memory_bytes"]):
        yield (
            f"Embeddings are {_shares(plan)}. Frozen (--set {FREEZE}) the study needs {size(then['memory_bytes'])} of"
            f" memory per worker instead of {size(now['memory_bytes'])}, and {duration(round(then['seconds']))} instead"
            f" of {duration(round(now['seconds']))}. That is another study, to be chosen before the first run."
        )


def _shares(plan: Plan) -> str:
    """How much of each base is embeddings: ``82 % of me5-small``."""
    sizes = {name: cost.size_of(bases.config(base)) for name, base in known_bases(plan.resolved)}
    return " and ".join(f"{1 - one.without_embeddings / one.parameters:.0%} of {name}" for name, one in sizes.items())
