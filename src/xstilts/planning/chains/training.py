"""One training node on top of an encoder, and the encoder that it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from xstilts.errors import StudyError
from xstilts.planning import cost, phases
from xstilts.planning.data_nodes import encoding_of
from xstilts.store.node import Node
from xstilts.store.payloads import PretrainPayload, Runtime, TrainPayload
from xstilts.store.roles import COPY, AsLongRole, PortionRole
from xstilts.tasks.base import Kind
from xstilts.training.run import reads_items_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.planning.chains.model import Model
    from xstilts.planning.phases import Phase
    from xstilts.planning.planner import Planner
    from xstilts.planning.portions import Portion
    from xstilts.store.node import Cost
    from xstilts.store.payloads import Json


@dataclass(frozen=True)
class AsLong:
    """The training nodes whose tokens give a phase its length.

    Attributes:
        keys: Their keys.
        on_top: None: in the place of the phase's own length. Else on top of it, and so many steps is what the plan
            takes them for.
    """

    keys: Sequence[str]
    on_top: int | None = None


def train(
    planner: Planner,
    model: Model,
    phase: Phase,
    *,
    architecture: Json | None = None,
    oracle: Sequence[Portion] = (),
    as_long: AsLong | None = None,
) -> Model:
    """The encoder after a phase, by one training node.

    Args:
        planner: Takes the node.
        model: The encoder before the phase.
        phase: The phase.
        architecture: The config of a new encoder, which the phase pretrains; None: it goes on from ``model``.
        oracle: Target-language dev sets, where checkpoints are chosen by them.
        as_long: What gives the phase its length, where that is not its own to say.

    Raises:
        StudyError: If more layers are to be frozen than there are, there is no dev set to choose by, or text is trained
            beside or after images.
    """
    spec, sees = phase.spec, _sees(model, phase)
    if model.layers is not None and spec.freeze_layers > model.layers:
        said = f"{spec.freeze_layers} layers cannot be frozen: the encoder has {model.layers}."
        raise StudyError(said, field=f"training of {phase.label}", value=spec.freeze_layers)
    read = [*phase.portions, *_dev_portions(planner, phase, oracle)]
    prepared = planner.prepare(read, model.tokenizer, encoding_of(phase.values))
    copied = planner.prepare(phase.copies, model.tokenizer, encoding_of(phase.values))
    copies = {str(replace(PortionRole.parse(role), split=COPY)): key for role, key in copied.items()}
    parents = {**model.parents(), **prepared, **copies, **planner.grids(read), **model.tokenizer.parents()}
    parents |= {str(AsLongRole(place)): key for place, key in enumerate(as_long.keys if as_long else ())}
    asked = _asked(model, phase, as_long, architecture)
    label = f"{asked.node_kind} {phase.label}, seed {spec.seed}"
    runtime = Runtime(base=model.place, tokenizer=model.tokenizer.place)
    node = planner.add(Node.of(asked, label, parents, _price(planner, model, phase, as_long), runtime))
    return replace(model, node=node.key, base=None, place=None, trained=(*model.trained, node.key), sees=sees)


def _sees(model: Model, phase: Phase) -> bool:
    """Whether the encoder has been trained on images after a phase; it then has no head for text alone."""
    kinds = {portion.seen.kind for portion in phase.portions}
    sees = model.sees or Kind.VISUAL_CLASSIFICATION in kinds
    if sees and kinds != {Kind.VISUAL_CLASSIFICATION}:
        said = f"{phase.label} trains text {'after' if model.sees else 'beside'} images, for which there is no head."
        hint = "Put the phases on text first, each apart from those on images."
        raise StudyError(said, field="arms", value=phase.label, hint=hint)
    return sees


def _asked(model: Model, phase: Phase, as_long: AsLong | None, architecture: Json | None) -> TrainPayload:
    spec = phase.spec
    length: Literal["", "instead", "longer"] = ""
    if as_long is not None:
        length = "instead" if as_long.on_top is None else "longer"
    if length == "instead":  # the length is the parents' to say; the plan's guess must not reach the key
        spec = replace(spec, steps=1, epochs=None)
    said = (spec, model.base, model.tokenizer.fingerprint, length, phase.mixtures)
    return TrainPayload(*said) if architecture is None else PretrainPayload(*said, architecture=architecture)


def _price(planner: Planner, model: Model, phase: Phase, as_long: AsLong | None) -> Cost:
    spec = phase.spec
    steps = phases.expected_steps(planner.resolved, phase) + ((as_long and as_long.on_top) or 0)
    passes = spec.robust.passes if spec.robust else 1
    batch = spec.batch_size * phases.inputs_of(phase) * passes
    price = cost.train(model.size, _work(planner, phase, steps, batch), _part(phase, model))
    return replace(price, guessed=spec.steps is None or as_long is not None)


def _work(planner: Planner, phase: Phase, steps: int, batch: float) -> cost.Work:
    spec, longest = phase.spec, phase.values.max_length
    kinds = list({portion.name: portion.seen.kind for portion in phase.portions}.values())
    tokens = cost.tokens_of(kinds, longest, planner.resolved.source.kind == "lab")
    masked = spec.mlm_probability * kinds.count(Kind.MASKED_LM) / max(1, len(kinds))
    slim = (0.5 if spec.precision == "bf16" else 1.0) * (0.2 if spec.gradient_checkpointing else 1.0)
    return cost.Work(steps, batch, tokens, longest, spec.token_budget, masked, slim)


def _part(phase: Phase, model: Model) -> cost.Trained:
    spec = phase.spec
    frozen = spec.freeze_layers / model.layers if model.layers else 0.0
    read = reads_items_alone(spec, (portion.seen.kind for portion in phase.portions))
    return cost.Trained(1 - frozen, not spec.freeze_embeddings, spec.lora_rank is not None, read)


def _dev_portions(planner: Planner, phase: Phase, oracle: Sequence[Portion]) -> list[Portion]:
    """What checkpoint choice reads: nothing, the pivot's dev sets, or (oracle) the target's in all its languages."""
    if phase.spec.selection in {"last", "average"}:
        return []
    if phase.spec.selection == "oracle":
        return list(oracle)
    own = {portion.name: portion for portion in phase.portions if portion.name in phase.main}
    missing = [portion.task.name for portion in own.values() if "dev" not in portion.task.splits]
    if missing:
        raise StudyError(
            f"needs a dev split of {', '.join(missing)}.", field="selection", hint="Use selection: last instead."
        )
    return [
        replace(portion, language=planner.resolved.pivot, split="dev", limit=None, told="", augment=None)
        for portion in own.values()
    ]
