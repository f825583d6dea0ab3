"""Heads around one shared encoder: the library's own ``AutoModelFor…`` classes, whose backbone is our encoder object.

Training several tasks trains one encoder, every architecture of transformers works, and an export is one of
the library's own. The class is built without memory (torch's meta device); only the head's own tensors are made and
drawn.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, ModelError
from xstilts.models.head_classes import AUTO_CLASSES, built
from xstilts.models.seeding import seeded
from xstilts.models.vision.fused import sees
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch
    from transformers import PreTrainedConfig, PreTrainedModel


@dataclass(frozen=True)
class Head:
    """A task's model: shared encoder and own head.

    Attributes:
        kind: The task's kind.
        labels: Label names in the order of the logits; empty for kinds without labels.
        model: The whole model; ``model.base_model`` is the shared encoder.
    """

    kind: Kind
    labels: tuple[str, ...]
    model: PreTrainedModel


def attach_head(
    encoder: PreTrainedModel,
    kind: Kind,
    labels: Sequence[str],
    seed: int,
    head_state: Mapping[str, torch.Tensor] | None = None,
    task: str = "",
) -> PreTrainedModel:
    """The model of one task around ``encoder``, which stays the same object; the head has its dtype.

    Args:
        encoder: The shared encoder.
        kind: Shape of the task.
        labels: Label names in the order of the logits (classification, tagging).
        seed: New tensors are drawn, as the library draws them, from (seed, "head", task).
        head_state: Tensors of an earlier head (:func:`head_tensors`) to start from instead.
        task: The task's name, so that two heads of one phase differ.

    Raises:
        InputError: If the kind has no head.
        ModelError: If there is no such head for the architecture, or ``head_state`` does not fit it.
    """
    import torch

    if kind not in AUTO_CLASSES:
        raise InputError(f"Tasks of the kind {kind} have no head and cannot be trained.", field=task, value=kind,
                         allowed=AUTO_CLASSES)  # fmt: skip
    config = _config(encoder, kind, labels)
    if (kind == Kind.VISUAL_CLASSIFICATION) != sees(encoder):
        raise _wrong_sight(kind, task)
    with torch.device("meta"):
        model = built(config, kind, encoder.dtype)
    setattr(model, model.base_model_prefix, encoder)
    model.tie_weights()
    with seeded(seed, "head", task):
        _draw_head(model, encoder)
    model.tie_weights()  # the bias of a masked-LM decoder is a second name of a tensor drawn just now
    if head_state is not None:
        load_head(model, head_state)
    return model.train(encoder.training)  # type: ignore[no-any-return]


def _wrong_sight(kind: Kind, task: str) -> ModelError:
    if kind == Kind.VISUAL_CLASSIFICATION:
        return ModelError("The encoder does not read images.", field=task, value=kind)
    said = f"An encoder that reads images has no head for {kind}: text comes before the first phase with images."
    return ModelError(said, field=task, value=kind, hint="Put the phases on text before those on images.")


def labels_of(model: PreTrainedModel) -> tuple[str, ...]:
    """A model's own label names, in the order of its logits."""
    named = {int(index): str(name) for index, name in (model.config.id2label or {}).items()}
    return tuple(named[index] for index in sorted(named))


def head_tensors(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """The head's own tensors by name: without the encoder's and without second names of tied tensors."""
    prefix = f"{model.base_model_prefix}."
    tied = model.all_tied_weights_keys
    return {name: t for name, t in model.state_dict().items() if not name.startswith(prefix) and name not in tied}


def load_head(model: PreTrainedModel, state: Mapping[str, torch.Tensor]) -> None:
    """Copy the tensors of an equal head into this one.

    Raises:
        ModelError: If a tensor is missing, left over or of another shape.
    """
    import torch

    own = head_tensors(model)
    if set(own) != set(state):
        raise ModelError("The stored head is of another sort.", value=sorted(set(own) ^ set(state)))
    with torch.no_grad():
        for name, tensor in own.items():
            if tensor.shape != state[name].shape:
                raise ModelError(f"The stored head has another shape: {name} is {tuple(state[name].shape)}, "
                                 f"not {tuple(tensor.shape)}.", value=name)  # fmt: skip
            tensor.copy_(state[name])


def _config(encoder: PreTrainedModel, kind: Kind, labels: Sequence[str]) -> PreTrainedConfig:
    config = copy.deepcopy(encoder.config)
    names = list(labels) or ["LABEL_0", "LABEL_1"]  # span QA needs two logits per token: start and end
    config.id2label = dict(enumerate(names))
    config.label2id = {name: number for number, name in enumerate(names)}
    if kind in (Kind.CLASSIFICATION, Kind.VISUAL_CLASSIFICATION):
        config.problem_type = "single_label_classification"
    return config


def _draw_head(model: PreTrainedModel, encoder: PreTrainedModel) -> None:
    """Give every tensor that is still on the meta device memory, and the library's own initial values."""
    import torch

    in_encoder = set(encoder.modules())
    shared = set(encoder.parameters())
    device = next(iter(shared)).device
    with torch.no_grad():
        for module in model.modules():
            if module in in_encoder:
                continue
            own = [name for name, tensor in module.named_parameters(recurse=False) if tensor.is_meta]
            for name in own:
                empty = torch.empty_like(getattr(module, name), device=device)
                setattr(module, name, torch.nn.Parameter(empty))
            _keep_buffers_real(module)
            if own:
                tied: list[Any] = [tensor for tensor in module.parameters(recurse=False) if tensor in shared]
                for tensor in tied:
                    tensor._is_hf_initialized = True  # the library's own mark for: leave it as it is
                model._init_weights(module)
                for tensor in tied:
                    del tensor._is_hf_initialized


def _keep_buffers_real(module: torch.nn.Module) -> None:
    if any(tensor.is_meta for tensor in module.buffers(recurse=False)):
        raise ModelError("The head keeps buffers, which this version cannot make.", value=type(module).__name__)
