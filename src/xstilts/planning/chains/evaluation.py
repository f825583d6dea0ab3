"""The nodes that predict and score one target with one model, and those by which arms are chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from xstilts.errors import StudyError
from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.dev_halves import CHOOSING_HALF
from xstilts.evaluation.pools import HELD_OUT
from xstilts.planning import cost, hyperparameters, retrieval_settings
from xstilts.planning.chains.noised import under_noise
from xstilts.planning.chains.target import dev_portion, trained_vectors
from xstilts.planning.data_nodes import encoding_of
from xstilts.planning.phases import is_search, viewed_name
from xstilts.store.node import Node
from xstilts.store.payloads import AnswersPayload, PredictPayload, Runtime, ScorePayload
from xstilts.store.roles import CHOSEN_ON, MODEL, PREDICTIONS, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.chains.chain import Chain
    from xstilts.planning.chains.model import Model
    from xstilts.planning.hyperparameters import PhaseValues
    from xstilts.planning.planner import Planner
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedTarget
    from xstilts.studies.training_spec import Hyperparameters
    from xstilts.tasks.base import Task


A = TypeVar("A", bound=AnswersPayload)

CHOOSING_SPLIT = f"dev/{CHOOSING_HALF}"
"""How tables name the half of the pivot's dev set by which arms are chosen."""


@dataclass(frozen=True)
class Answering:
    """What answers: a head of the model, or its bare encoder.

    Attributes:
        head: The task whose head it is; None for the bare encoder.
        values: The hyper-parameters under which items are encoded.
    """

    head: str | None
    values: PhaseValues


@dataclass(frozen=True)
class Counted:
    """Which of the predicted items count in a score.

    Attributes:
        half: Only this half; "" all.
        chosen_on: Predictions on the set by which arms are chosen; items of its choosing half are left out.
        own_dev: That set is the scored one, so that ids that are mere numbers name the same items too.
    """

    half: str = ""
    chosen_on: Node | None = None
    own_dev: bool = False


EVERY_ITEM = Counted()


class Scores(NamedTuple):
    """The score node of clean input, and that of input with noise where the study has any."""

    clean: Node
    noised: Node | None


def evaluate(chain: Chain, model: Model, updates: Mapping[str, Model], chosen_by: Node | None) -> Scores:
    """The score nodes of a chain's model on its target.

    Args:
        chain: The chain.
        model: The trained model.
        updates: Language to the base with its update; empty without.
        chosen_by: The score on the half of the dev set by which arms are chosen; its items are left out of this one.
    """
    target, portions = chain.target, chain.tested_portions()
    tuned_on = retrieval_settings.tuned_on(target)
    answering = _answering(chain)
    _check_trained(target, answering.values)
    planner = chain.planner
    asked = as_search(target, asked_of(planner, model, portions[0].seen, answering), model.layers)
    if tuned_on:
        roles = {code: portion.role for code, portion in tuned_on.items()}
        asked = replace(asked, answer=tuple(portion.role for portion in portions), tuned_on=roles)
    exchanged = {str(UpdateRole(code)): str(own.node) for code, own in updates.items()}
    predict = predict_node(planner, model, [*portions, *tuned_on.values()], answering, asked, exchanged)
    chosen_on = planner.nodes[chosen_by.parents[PREDICTIONS]] if chosen_by else None
    own_dev = answering.head == target.task.name and portions[0].split == "dev"
    label = f"score {target.task.name}"
    clean = scored(planner, target.task, predict, label, target.metrics, Counted("", chosen_on, own_dev))
    return Scores(clean, under_noise(chain, portions, clean))


def choosing(chain: Chain, model: Model) -> Node | None:
    """The score on one half of the pivot's dev set of the task that the target's head is trained on.

    None where there is nothing to choose by: a target that is not trained, or a task whose dev set is its test set.

    Raises:
        StudyError: If the target's own dual encoder would be scored in another way than the target is.
    """
    target, answering = chain.target, _answering(chain)
    task = target.head_tasks[0]
    if not target.phases or "dev" not in task.splits:
        return None
    portion = dev_portion(chain.resolved, task, "selection.arms", target.view)
    asked = asked_of(chain.planner, model, portion.seen, answering)
    searched = is_search(target.view)
    if searched:
        asked = _dev_search(target, answering.values, asked)
    predict = predict_node(chain.planner, model, [portion], answering, asked, {})
    label, metrics = f"score {portion.name} dev, half {CHOOSING_HALF}", target.metrics if searched else ()
    return scored(chain.planner, portion.seen, predict, label, metrics, Counted(CHOOSING_HALF))


def _answering(chain: Chain) -> Answering:
    target = chain.target
    trained = target.phases and not is_search(target.view)
    head = viewed_name(target.phases[-1][0], target.view) if trained else None
    return Answering(head, values_of(target, chain.said.training))


def values_of(target: ResolvedTarget, arm: Hyperparameters | None = None) -> PhaseValues:
    """The hyper-parameters that encode a target's items: those of its last phase, as an arm changes them."""
    training = target.resolved.study.training
    return hyperparameters.resolve(training, target.protocol, target.head_tasks, arm, view=target.view)


def _dev_search(target: ResolvedTarget, values: PhaseValues, asked: PredictPayload) -> PredictPayload:
    """How the dev set of a target's own dual encoder is searched: as it is trained, under the target's headline.

    Raises:
        StudyError: If the headline is one that a dev set in the pivot alone cannot have.
    """
    task, chooses = target.task, target.said.choose_on
    variant = retrieval_settings.variants_of(target)[0]
    lacking = "choose_on" if chooses else "pools" if variant.get("pool") == "cross" else ""
    if lacking:
        said = f"chooses on a dev set in the pivot alone, which cannot be searched as {lacking} of {task.name} says."
        hint = f"Leave {lacking} of the target out, or choose no arms."
        raise StudyError(said, field="selection.arms", value="pivot-dev", hint=hint)
    return replace(asked, settings=(trained_vectors(values),), variants=(variant,), pooled=task.pooled)


def _check_trained(target: ResolvedTarget, values: PhaseValues) -> None:
    """Refuse to search with other vectors than the target's own dual encoder is trained for.

    Raises:
        StudyError: If neither pooling nor similarity in question is among those that are searched.
    """
    if not is_search(target.view):
        return
    task = target.task
    similarities = retrieval_settings.similarities_of(target)
    kinds = ["dot" if name == "dot" else "cosine" for name in similarities]  # the others are made of cosines
    searched = (("pooling", "pooling", retrieval_settings.poolings_of(target)), ("similarity", "similarities", kinds))
    for name, field, asked in searched:
        trained = getattr(values, name)
        if trained not in asked:
            said = f"{task.name} is searched by {' and '.join(dict.fromkeys(asked))}, and its own dual encoder trained"
            raise StudyError(
                f"{said} with {name}: {trained}.",
                field=f"{target.where}.{field}",
                value=list(asked),
                hint=f"Say {name} in the phases of arms instead of for all, or {field}: [{trained}] here.",
            )


def predict_node(
    planner: Planner,
    model: Model,
    portions: Sequence[Portion],
    answering: Answering,
    asked: PredictPayload,
    exchanged: Mapping[str, str],
) -> Node:
    """The node that predicts.

    Args:
        planner: Takes the node.
        model: The model.
        portions: Everything that is read.
        answering: What answers.
        asked: What is asked of the node.
        exchanged: Role to key of what is exchanged for each language.
    """
    tokenizer, encoding = model.tokenizer, encoding_of(answering.values)
    parents = {MODEL: model.node} if model.node else {}
    parents |= {**planner.prepare(portions, tokenizer, encoding), **planner.grids(portions)}
    parents |= {**exchanged, **tokenizer.parents()}
    n = sum(portion.expected_examples(planner.resolved.source) for portion in portions)
    tokens = cost.tokens_of([asked.kind], encoding.common.max_length, planner.resolved.source.kind == "lab")
    price = cost.predict(model.size, round(n * cost.inputs_of([asked.kind])), tokens)
    runtime = Runtime(base=model.place, tokenizer=tokenizer.place)
    return planner.add(Node.of(asked, f"predict {asked.task}", parents, price, runtime))


def scored(
    planner: Planner,
    task: Task,
    predict: Node,
    label: str,
    metrics: Sequence[str] = (),
    counted: Counted = EVERY_ITEM,
) -> Node:
    """The node that scores predictions.

    Args:
        planner: Takes the node.
        task: The task.
        predict: Its predictions.
        label: What it is, for people.
        metrics: Names of metrics, the headline first; empty: the task's.
        counted: Which items count.
    """
    asked = ScorePayload(
        task=task.name,
        kind=task.kind,
        labels=task.labels,
        metrics=tuple(metrics or task.metrics),
        rule=task.rule,
        half=counted.half,
        own_dev=counted.chosen_on is not None and counted.own_dev,
    )
    parents = {PREDICTIONS: predict.key} | ({CHOSEN_ON: counted.chosen_on.key} if counted.chosen_on else {})
    return planner.add(Node.of(asked, label, parents, cost.small()))


def asked_of(planner: Planner, model: Model, task: Task, answering: Answering) -> PredictPayload:
    """What a node is asked for that predicts a task, before anything is said of a search."""
    return PredictPayload(
        task=task.name,
        kind=task.kind,
        labels=task.labels,
        pivot=planner.resolved.pivot,
        head=answering.head,
        base=model.base,
        options=encoding_of(answering.values).common,  # each portion has its own
        precision=planner.resolved.study.precision,
        settings=(),
        rule=task.rule,
    )


def as_search(target: ResolvedTarget, asked: PredictPayload, depth: int | None) -> PredictPayload:
    """The same with what the study says of a search; ``depth`` is the encoder's, where it is known.

    Raises:
        StudyError: If what the study says about retrieval does not fit the target.
    """
    task = target.task
    retrieval_settings.check(target)
    if task.kind is not Kind.RETRIEVAL:
        return asked
    settings = retrieval_settings.vector_settings(target, depth)
    cut = 0 if task.rule == MINING_RULE and any(map(_may_be_negative, settings)) else None
    return replace(in_ways_of(target, asked), settings=tuple(settings), cut=cut)


def _may_be_negative(setting: Mapping[str, Any]) -> bool:
    """Whether right pairs may score below 0, where pairs are cut: such nodes are others than before they were."""
    return setting.get("similarity") == "distance" or setting.get("space", "raw") != "raw"


def in_ways_of(target: ResolvedTarget, asked: A) -> A:
    """The same with the directions or pools that are searched, and with the languages that are held out.

    Baselines ask it of targets that a chain has been planned for, so what the study says of them was checked.
    """
    task = target.task
    ways = retrieval_settings.variants_of(target)
    held_out = target.said.choose_on if any(way.get("pool") == HELD_OUT for way in ways) else ()
    return replace(
        asked, variants=tuple(ways), held_out=tuple(held_out), pooled=task.pooled, shared_pool=task.shared_pool
    )
