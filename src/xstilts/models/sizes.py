"""How large a model is, counted on the model itself: built from its config on torch's meta device, without memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xstilts.models.folders import read_config
from xstilts.models.head_classes import encoder_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.models.bases import Base


@dataclass(frozen=True)
class ModelSize:
    """Parameters of an encoder.

    Attributes:
        parameters: All.
        body: All but the table of word embeddings, which grows with the vocabulary and not with what is computed.
    """

    parameters: int
    body: int


def shape_of(base: Base) -> Mapping[str, Any] | None:
    """The config fields of a base: of its directory, or as far as they are known here; None where they are not."""
    if base.folder is not None:
        return read_config(base.folder)
    return base.facts if "vocab_size" in base.facts else None


def counted(shape: Mapping[str, Any]) -> ModelSize:
    """The size of the encoder with such a config.

    Args:
        shape: ``model_type`` and fields of its config; others are left alone.
    """
    return _counted(json.dumps({name: value for name, value in shape.items() if _is_plain(value)}, sort_keys=True))


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float | str | bool)


@lru_cache(maxsize=64)
def _counted(shape: str) -> ModelSize:
    import torch
    import transformers

    fields = json.loads(shape)
    model_type = fields.pop("model_type")
    usual = transformers.AutoConfig.for_model(model_type)
    known = {*usual.to_dict(), *usual.attribute_map}
    config = transformers.AutoConfig.for_model(model_type, **{k: v for k, v in fields.items() if k in known})
    with torch.device("meta"):
        model = getattr(transformers, encoder_class(config)).from_config(config)
    parameters = sum(one.numel() for one in model.parameters())
    return ModelSize(parameters, parameters - model.get_input_embeddings().weight.numel())
