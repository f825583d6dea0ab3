"""Training a part of an encoder: low-rank updates (LoRA), frozen embeddings, frozen bottom layers.

The parts are found by what they are, not by name, so every architecture works whose layers stand in one list. When
the phase is over the encoder is the plain ``AutoModel`` it was before, with the updates merged into its weights.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, ModelError
from xstilts.models.seeding import seeded
from xstilts.models.vision.fused import NEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from transformers import PreTrainedModel

ADAPTER = "default"
"""peft's name for the one set of updates."""


@contextmanager
def adapted(
    encoder: PreTrainedModel,
    seed: int,
    *,
    lora_rank: int | None = None,
    lora_alpha: float | None = None,
    freeze_embeddings: bool = False,
    freeze_layers: int = 0,
) -> Iterator[None]:
    """Within the block only a part of the encoder is trained; after it the encoder is plain and whole again.

    Args: as for :func:`adapt`.
    """
    before = {id(parameter): parameter.requires_grad for parameter in encoder.parameters()}
    try:
        adapt(
            encoder,
            seed,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            freeze_embeddings=freeze_embeddings,
            freeze_layers=freeze_layers,
        )
        yield
    finally:
        merge(encoder)
        for parameter in encoder.parameters():
            parameter.requires_grad_(before[id(parameter)])


def adapt(
    encoder: PreTrainedModel,
    seed: int,
    *,
    lora_rank: int | None = None,
    lora_alpha: float | None = None,
    freeze_embeddings: bool = False,
    freeze_layers: int = 0,
) -> None:
    """Freeze parts of the encoder, and put low-rank updates beside the linear maps of its layers, in place.

    With ``lora_rank`` a linear map W becomes W + (alpha / rank) B A with B = 0 at the start (Hu et al. 2022, arXiv
    2106.09685, section 4.1); A and B are trained and the encoder is not, except for the pooler, which belongs to the
    heads: nothing else reads it, and it may have been drawn anew.

    Args:
        encoder: The shared encoder, on the CPU, so that what is drawn does not depend on the device.
        seed: The matrices A are drawn from (seed, "lora").
        lora_rank: Columns of B and rows of A, at least 1; None for no updates.
        lora_alpha: Numerator of the scale; None means twice the rank.
        freeze_embeddings: Freeze the whole embeddings module, its layer norm included.
        freeze_layers: Freeze so many layers from the bottom; they get no updates either.

    Raises:
        InputError: If the encoder has fewer layers than are to be frozen, or none is left for the updates.
        ModelError: If the architecture keeps no list of its layers, or peft is missing.
    """
    if freeze_embeddings:
        _embeddings(encoder).requires_grad_(False)
        _leave_images(encoder)
    if freeze_layers:
        for layer in _counted(encoder, freeze_layers, lora_rank is not None)[:freeze_layers]:
            layer.requires_grad_(False)
    if lora_rank is not None:
        with seeded(seed, "lora"):
            _inject(encoder, lora_rank, 2.0 * lora_rank if lora_alpha is None else lora_alpha, freeze_layers)


def merge(encoder: PreTrainedModel) -> None:
    """Add the low-rank updates to the weights and remove every trace of them; nothing where there are none.

    Tensors that got no update stay as they are, bit for bit, and so do all names.
    """
    if not hasattr(encoder, "peft_config"):
        return
    from peft.tuners.lora import LoraLayer

    for name, module in list(encoder.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            parent, _, child = name.rpartition(".")
            setattr(encoder.get_submodule(parent), child, module.get_base_layer())
    del encoder.peft_config


def keep_lowest(encoder: PreTrainedModel, layers: int) -> None:
    """Take off all layers but so many of the lowest, in place; embeddings and what follows the layers stay.

    Raises:
        InputError: If the encoder has fewer.
        ModelError: If the architecture keeps no list of its layers.
    """
    own = _layers(encoder)
    if not 1 <= layers <= len(own):
        raise InputError(f"{layers} layers cannot be kept: the encoder has {len(own)}.", field="layers", value=layers)
    del own[layers:]
    encoder.config.num_hidden_layers = layers
    if getattr(encoder.config, "layer_types", None):
        encoder.config.layer_types = encoder.config.layer_types[:layers]


def _inject(encoder: PreTrainedModel, rank: int, alpha: float, frozen_layers: int) -> None:
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        raise ModelError("Low-rank updates are made by peft, which is not installed.", field="lora_rank", value=rank,
                         hint="Install it with: pip install 'xstilts[lora]'") from error  # fmt: skip
    names = _linear_names(encoder, frozen_layers)
    scale: Any = alpha  # peft divides it by the rank and says int
    config = LoraConfig(r=rank, lora_alpha=scale, lora_dropout=0.0, bias="none", target_modules=names)
    inject_adapter_in_model(config, encoder, ADAPTER)  # also freezes everything that is no update
    pooler = getattr(encoder, "pooler", None)
    if pooler is not None:
        pooler.requires_grad_(True)
    _leave_images(encoder)


def _leave_images(encoder: PreTrainedModel) -> None:
    """Train what images alone go through: it was drawn anew, and no text was ever read by it."""
    for name, parameter in encoder.named_parameters():
        if name.startswith(NEW):
            parameter.requires_grad_(True)


def _linear_names(encoder: PreTrainedModel, frozen_layers: int) -> list[str]:
    """Names of all linear maps in the layers above the frozen ones."""
    import torch

    above = {module for layer in _layers(encoder)[frozen_layers:] for module in layer.modules()}
    return [name for name, module in encoder.named_modules() if module in above and isinstance(module, torch.nn.Linear)]


def _layers(encoder: PreTrainedModel) -> torch.nn.ModuleList:
    """The list of the encoder's layers, bottom first: the outermost that is as long as the config says."""
    import torch

    depth = int(encoder.config.num_hidden_layers)
    for module in encoder.modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == depth:
            return module
    raise ModelError(f"{encoder.config.model_type} keeps no list of its {depth} layers, so they cannot be frozen or "
                     "updated one by one.", value=encoder.config.model_type)  # fmt: skip


def _counted(encoder: PreTrainedModel, frozen: int, updates: bool) -> torch.nn.ModuleList:
    """The layers, if there are enough of them.

    Raises:
        InputError: If there are fewer than are to be frozen, or as many where the rest is to get updates.
    """
    layers = _layers(encoder)
    most = len(layers) - 1 if updates else len(layers)
    if frozen > most:
        left = ", and one must be left to update" if updates else ""
        raise InputError(f"{frozen} layers cannot be frozen: the encoder has {len(layers)}{left}.",
                         field="freeze_layers", value=frozen, hint=f"Give a number from 0 to {most}.")  # fmt: skip
    return layers


def _embeddings(encoder: PreTrainedModel) -> torch.nn.Module:
    """The module around the word embeddings: the outermost that does not hold the layers as well."""
    words, layers = encoder.get_input_embeddings(), _layers(encoder)
    module: torch.nn.Module = encoder
    while layers in set(module.modules()):
        module = next(child for child in module.children() if words in set(child.modules()))
    return module
