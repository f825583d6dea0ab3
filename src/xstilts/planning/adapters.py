"""An update of the encoder for each language, trained by masked LM on its text: the language side of MAD-X.

The update of the pivot is in place while the arm's tasks are trained; at test time it is exchanged for that of the
test language, weights and all, since low-rank updates add up (``models/exchange.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.planning import hyperparameters, phases
from xstilts.planning.chains import train
from xstilts.planning.controls import PRETRAINING
from xstilts.planning.data_nodes import Portion
from xstilts.planning.phases import Phase
from xstilts.tasks.base import Kind
from xstilts.training.phase import Mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.planning.chains import Model, Nodes
    from xstilts.planning.resolved import Setting
    from xstilts.protocols.base import Protocol
    from xstilts.tasks.base import Task


def language_adapters(
    setting: Setting,
    nodes: Nodes,
    base: Model,
    arm: str,
    seed: int,
    protocol: Protocol,
    target: Task,
    languages: Sequence[str],
) -> dict[str, Model]:
    """The base with each language's update, by language; empty for an arm without.

    A language without text of its own has none and is tested with the pivot's.

    Raises:
        StudyError: If the target is a retrieval task, whose two sides would be encoded by two encoders, or the pivot
            has no text.
    """
    said = setting.arms[arm].language_adapters
    if said is None:
        return {}
    where = f"arms.{arm}.language_adapters"
    if target.kind is Kind.RETRIEVAL:
        message = f"cannot be exchanged for {target.name}, which compares two languages."
        raise StudyError(message, field=where, hint="Leave it out of the arm's targets.")
    updates = update_phases(setting, arm, seed, protocol, languages)
    return {code: train(setting, nodes, base, phase) for code, phase in updates.items()}


def update_phases(
    setting: Setting, arm: str, seed: int, protocol: Protocol, languages: Sequence[str]
) -> dict[str, Phase]:
    """The phases that train an arm's updates, by language: the pivot's, and those of ``languages`` that have text.

    Raises:
        StudyError: If the pivot has no text.
    """
    said, where = setting.arms[arm].language_adapters, f"arms.{arm}.language_adapters"
    text = setting.task(PRETRAINING, where)
    given = sources.languages(text, setting.source, "train")
    if setting.pivot not in given:
        raise StudyError(f"needs text of {setting.pivot} ({PRETRAINING} train).", field=where)
    values = hyperparameters.resolve(setting.study.training, protocol, [text], said)
    found = {}
    for code in dict.fromkeys((setting.pivot, *languages)):
        if code in given and "+" not in code:
            spec = phases.phase_spec(setting, values, [text.name], Mix(), seed, "last")
            portions = (Portion(text, code, "train", values["limit"]),)
            found[code] = Phase(spec, portions, values, {}, f"update for {code}", (text.name,))
    return found
