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
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.protocols.base import Protocol
    from xstilts.tasks.base import Task


def language_adapters(
    resolved: ResolvedStudy,
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
    said = resolved.arms[arm].language_adapters
    if said is None:
        return {}
    where = f"arms.{arm}.language_adapters"
    if target.kind is Kind.RETRIEVAL:
        message = f"cannot be exchanged for {target.name}, which compares two languages."
        raise StudyError(message, field=where, hint="Leave it out of the arm's targets.")
    text = resolved.task(PRETRAINING, where)
    given = language_adapters_of(resolved, text)
    if resolved.pivot not in given:
        raise StudyError(f"needs text of {resolved.pivot} ({PRETRAINING} train).", field=where)
    values = hyperparameters.resolve(resolved.study.training, protocol, [text], said)
    found = {}
    for code in dict.fromkeys((resolved.pivot, *languages)):
        if code in given:
            spec = phases.phase_spec(resolved, values, [text.name], Mix(), seed, "last")
            portions = (Portion(text, code, "train", values["limit"]),)
            phase = Phase(spec, portions, values, {}, f"update for {code}", (text.name,))
            found[code] = train(resolved, nodes, base, phase)
    return found


def language_adapters_of(resolved: ResolvedStudy, text: Task) -> tuple[str, ...]:
    """The languages that have text to train an update on."""
    return tuple(code for code in sources.languages(text, resolved.source, "train") if "+" not in code)
