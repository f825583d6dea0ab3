"""The cells of a study's grid: each chain of a base, an arm, a target and a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.planning import chains
from xstilts.planning.adapters import language_adapters
from xstilts.planning.data_nodes import Portion
from xstilts.planning.evaluations import Tested, choosing, evaluate
from xstilts.planning.target_chain import target_phases
from xstilts.studies.spec import NestedSeeds

if TYPE_CHECKING:
    from xstilts.planning.chains import Model, Nodes
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.studies.spec import BaseRecipe, Study
    from xstilts.studies.target_spec import Target


@dataclass(frozen=True)
class Seed:
    """The seeds of one chain and how tables show them (``3``, or ``1.2`` for nested seeds)."""

    intermediate: int
    target: int
    label: str


@dataclass(frozen=True)
class Cell:
    """One chain of the grid, or one baseline, and where its scores will lie.

    Attributes:
        base, arm, target, protocol, seed: Which chain; the seed of a baseline is "".
        split: The scored split.
        selection: How checkpoints were chosen; "" where there are none.
        score: Key of the score node.
        trained: Keys of the training nodes of the chain, oldest first.
        chosen: Key of the node with the score on the half of the pivot's dev set by which arms are chosen; "" without.
    """

    base: str
    arm: str
    target: str
    protocol: str
    seed: str
    split: str
    selection: str
    score: str
    trained: tuple[str, ...]
    chosen: str = ""


def seeds_of(study: Study) -> list[Seed]:
    """The seeds of a study's chains."""
    if isinstance(study.seeds, NestedSeeds):
        pairs = product(study.seeds.intermediate, study.seeds.target)
        return [Seed(first, second, f"{first}.{second}") for first, second in pairs]
    return [Seed(seed, seed, str(seed)) for seed in study.seeds]


def runs(resolved: ResolvedStudy, arm: str, target: str, seed: Seed) -> bool:
    """Whether the study runs an arm on a target with a seed; arms may be cut to fewer of both."""
    said = resolved.arms[arm]
    return (said.targets is None or target in said.targets) and (said.seeds is None or seed.target in said.seeds)


def chain(
    resolved: ResolvedStudy,
    nodes: Nodes,
    recipe: BaseRecipe,
    base: Model,
    arm: str,
    seed: Seed,
    target: Target,
    where: str,
) -> Cell:
    """All nodes of one chain; ``where`` is the target's place in the study, for errors."""
    task = resolved.task(target.task, where)
    protocol = resolved.protocol(target, where)
    split = resolved.split(target, task, where)
    languages = resolved.evaluation_languages(target, task, split, where)
    adapters = language_adapters(resolved, nodes, base, arm, seed.intermediate, protocol, task, languages)
    start = adapters.get(resolved.pivot, base)
    model = chains.arm_phases(resolved, nodes, start, arm, seed.intermediate, protocol)
    oracle: list[Portion] = []
    checkpoint = resolved.study.selection.checkpoint
    if checkpoint == "oracle" and "dev" in task.splits:
        oracle = [Portion(task, code, "dev", target.limit) for code in languages]
    elif checkpoint == "oracle":  # nothing of the target to look at
        checkpoint = "pivot-dev"
    trained = resolved.train_phases(target, where)
    model = target_phases(resolved, nodes, start, model, trained, protocol, seed.target, arm, oracle, where)
    portions = [_tested(resolved, arm, Portion(task, code, split, target.limit), where) for code in languages]
    tested = Tested(arm, target, protocol, portions, where)
    chosen_by = None
    if resolved.study.selection.arms == "pivot-dev":
        chosen_by = choosing(resolved, nodes, model, tested)
    score = evaluate(resolved, nodes, model, tested, adapters, chosen_by)
    keys = [key for adapter in adapters.values() for key in adapter.trained]
    return Cell(
        base=recipe.name,
        arm=arm,
        target=task.name,
        protocol=protocol.name,
        seed=seed.label,
        split=split,
        selection=checkpoint,
        score=score.key,
        chosen=chosen_by.key if chosen_by else "",
        trained=tuple(dict.fromkeys((*keys, *model.trained))),
    )


def _tested(resolved: ResolvedStudy, arm: str, portion: Portion, where: str) -> Portion:
    """What an arm reads as test items: the portion, or its translation into the pivot."""
    if resolved.arms[arm].test == "as-is" or portion.language == resolved.pivot:
        return portion
    given = sources.languages(portion.task, resolved.source, sources.TRANSLATED_TEST)
    if portion.language not in given:
        hint = "Give translations as the split translated-test in a data map, or name the arm's targets."
        said = f"{portion.task.name} has no translation into the pivot for {portion.language}."
        raise StudyError(said, field=f"arms.{arm}.test", value=where, hint=hint)
    return replace(portion, split=sources.TRANSLATED_TEST)
