"""What an arm trains before the target: an update for each language, then its intermediate phases.

An update of the encoder for each language is trained by masked LM on its text: the language side of MAD-X. That of the
pivot is in place while the arm's tasks are trained; at test time it is exchanged for that of the test language, weights
and all, since low-rank updates add up (``models/exchange.py``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.planning import hyperparameters, phases
from xstilts.planning.chains.training import AsLong, train
from xstilts.planning.controls import PRETRAINING
from xstilts.planning.data_nodes import encoding_of, limit
from xstilts.planning.phase_languages import single_languages
from xstilts.planning.phases import Phase
from xstilts.planning.portions import Portion
from xstilts.tasks.base import Kind
from xstilts.training.mix import Mix

if TYPE_CHECKING:
    from xstilts.planning.chains.chain import Chain, Course
    from xstilts.planning.chains.model import Model


def language_updates(chain: Chain) -> dict[str, Model]:
    """The base with each language's update, by language; empty for an arm without.

    A language without text of its own has none and is tested with the pivot's.

    Raises:
        StudyError: If the target is a retrieval task, whose two sides would be encoded by two encoders, or the pivot
            has no text.
    """
    target = chain.target.task
    if chain.said.language_adapters is None:
        return {}
    if target.kind is Kind.RETRIEVAL:
        message = f"cannot be exchanged for {target.name}, which compares two languages."
        where = f"arms.{chain.arm}.language_adapters"
        raise StudyError(message, field=where, hint="Leave it out of the arm's targets.")
    return {code: train(chain.planner, chain.base.model, phase) for code, phase in update_phases(chain).items()}


def update_phases(course: Course) -> dict[str, Phase]:
    """The phases that train an arm's updates, by language: the pivot's, and those of the target that have text.

    Raises:
        StudyError: If the pivot has no text.
    """
    resolved, where = course.resolved, f"arms.{course.arm}.language_adapters"
    text = resolved.task(PRETRAINING, where)
    given = single_languages(resolved, text)
    if resolved.pivot not in given:
        raise StudyError(f"needs text of {resolved.pivot} ({PRETRAINING} train).", field=where)
    values = hyperparameters.resolve(resolved.study.training, course.protocol, [text], course.said.language_adapters)
    spec = phases.phase_spec(resolved, values, [text.name], Mix(), course.seed.intermediate, "last")
    found = {}
    for code in dict.fromkeys((resolved.pivot, *course.target.languages)):
        if code in given:
            portions = (Portion(text, code, "train", values.limit),)
            found[code] = Phase(spec, portions, values, {}, f"update for {code}", (text.name,))
    return found


def after_arm(chain: Chain, start: Model) -> Model:
    """The encoder after an arm's intermediate phases, from the base with or without the pivot's update.

    The targets of one protocol share them, so they are planned once.
    """
    what = (chain.base.recipe.name, start.node, chain.arm, chain.seed, chain.protocol.name)
    made = chain.planner.arms.get(what) or _after_arm(chain, start)
    return chain.planner.arms.setdefault(what, made)


def _after_arm(chain: Chain, start: Model) -> Model:
    arm, model, own = chain.said, start, arm_phases(chain)
    if arm.to is not None:
        told = _told_limit(chain, start)
        own = [phases.told_limit(phase, told) for phase in own]
    for index, (item, phase) in enumerate(zip(arm.phases, own, strict=True)):
        as_long = None
        if item.same_compute_as is not None:
            keys = trained_by(replace(chain, arm=item.same_compute_as), start)
            # Phase for phase where both arms have as many; one phase that stands for all of them has all their tokens.
            as_long = AsLong(keys[index : index + 1] if len(keys) == len(arm.phases) else keys)
        model = train(chain.planner, model, phase, as_long=as_long)
    return model


def trained_by(chain: Chain, start: Model) -> tuple[str, ...]:
    """Keys of the nodes of an arm's phases, in order."""
    return after_arm(chain, start).trained[len(start.trained) :]


def arm_phases(course: Course) -> list[Phase]:
    """An arm's intermediate phases, in order."""
    said, seed = course.said, course.seed.intermediate
    return [
        phases.intermediate(course.resolved, item, seed, course.protocol, f"arms.{course.arm}.{index}", said.training)
        for index, item in enumerate(said.phases)
    ]


def _told_limit(chain: Chain, start: Model) -> str:
    """Key of the node that tells a control its limit, from what the arm whose size it has really prepares.

    The other arm's data are prepared as that arm trains on them and counted there. The control's own are counted whole,
    from the source: how many of them it will prepare is what is asked.
    """
    to = str(chain.said.to)
    measure = []
    for phase in arm_phases(replace(chain, arm=to)):
        options = encoding_of(phase.values)
        for own in phases.training_sets(phase):
            keys = chain.planner.prepare(own.portions, start.tokenizer, options)
            measure.append((own, {portion.language: keys[portion.role] for portion in own.portions}))
    cut = [own for phase in arm_phases(chain) for own in phases.training_sets(phase)]
    node = limit(chain.resolved, cut, measure, f"{chain.arm} gets as many items as {to}")
    return chain.planner.add(node).key
