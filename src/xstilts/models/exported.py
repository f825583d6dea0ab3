"""A plain transformers directory with a head, whoever trained it, as a model to evaluate and predict with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from xstilts.errors import InputError, ModelError
from xstilts.models.heads import AUTO_CLASSES
from xstilts.models.load import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from xstilts.tasks.base import Kind


def load_exported(folder: Path, kind: Kind) -> PreTrainedModel:
    """The model in ``folder`` with the head of ``kind``, float32, in evaluation mode.

    Raises:
        InputError: If the kind has no head.
        ModelError: If the directory cannot be read, or holds another head.
    """
    import transformers
    from safetensors import SafetensorError

    if kind not in AUTO_CLASSES:
        raise InputError(f"A {kind} task has no head.", value=kind, allowed=AUTO_CLASSES)
    auto = getattr(transformers, AUTO_CLASSES[kind])
    try:
        with quiet():
            model, info = auto.from_pretrained(
                str(folder), dtype="float32", use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"cannot be loaded: {str(error).splitlines()[0]}", field=str(folder)) from error
    if info["missing_keys"]:
        missing = ", ".join(sorted(info["missing_keys"])[:3])
        hint = f"Its weights lack {missing}; export a checkpoint that was trained on such a task."
        raise ModelError(f"has no {kind} head.", field=str(folder), hint=hint)
    return cast("PreTrainedModel", model.eval())
