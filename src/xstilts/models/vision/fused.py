"""A text encoder that reads images too: one stream of tokens and of vectors of image regions.

The class is the library's VisualBERT (Li et al. 2019, arXiv 1908.03557): BERT whose input goes on with projected image
vectors. BERT's and XLM-R's tensors go into it one for one, so that without an image it gives what the text encoder
gives. What differs is taken care of: XLM-R counts positions from its padding id on, and has one token type where
VisualBERT needs one for each image of an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError
from xstilts.models.seeding import seeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from transformers import PreTrainedModel

MODEL_TYPE = "visual_bert"
"""What the library calls the architecture of an encoder that sees."""
_OFFSETS: Mapping[str, bool] = {"bert": False, "roberta": True, "xlm-roberta": True, "camembert": True}
"""Architectures whose tensors VisualBERT has under the same names, and whether positions begin after the padding id."""
MOST_IMAGES = 8
"""Images of an item that have a type of their own."""
_SAME = (
    "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
    "hidden_dropout_prob", "attention_probs_dropout_prob", "initializer_range", "layer_norm_eps", "pad_token_id",
    "bos_token_id", "eos_token_id",
)  # fmt: skip
_EMBEDDINGS = "embeddings"
NEW = tuple(f"{_EMBEDDINGS}.visual_{name}" for name in ("token_type_embeddings", "position_embeddings", "projection"))
"""Beginnings of the names of tensors that only images use."""


def sees(encoder: PreTrainedModel) -> bool:
    """Whether an encoder reads images."""
    return bool(encoder.config.model_type == MODEL_TYPE)


def with_images(encoder: PreTrainedModel, width: int, seed: int) -> PreTrainedModel:
    """The text encoder as one that reads images too, in its mode and dtype; it takes over all its tensors.

    Types and position of images begin at zero, so that the projection alone says what they are.

    Args:
        encoder: BERT, RoBERTa, XLM-R or CamemBERT; or an encoder that sees already.
        width: Numbers of an image's vectors.
        seed: The projection of images is drawn from (seed, "images").

    Raises:
        ModelError: If the architecture has other tensors, or the encoder reads images of another width.
    """
    from transformers import VisualBertConfig, VisualBertModel

    if sees(encoder):
        return _of_width(encoder, width)
    config = encoder.config
    if config.model_type not in _OFFSETS:
        said = f"{config.model_type} cannot read images: its tensors are not those of the library's VisualBERT."
        raise ModelError(said, value=config.model_type, allowed=_OFFSETS)
    first = config.pad_token_id + 1 if _OFFSETS[config.model_type] else 0
    types = max(config.type_vocab_size, MOST_IMAGES + 1)
    visual = VisualBertConfig(
        **{name: getattr(config, name) for name in _SAME},
        visual_embedding_dim=width,
        max_position_embeddings=config.max_position_embeddings - first,
        type_vocab_size=types,
        special_visual_initialize=False,
    )
    with seeded(seed, "images"):
        made: Any = VisualBertModel(visual)
        made.to(encoder.dtype)
    made.load_state_dict(_tensors(made.state_dict(), encoder.state_dict(), first))
    return made.train(encoder.training)  # type: ignore[no-any-return]


def _tensors(
    own: dict[str, torch.Tensor], text: Mapping[str, torch.Tensor], first: int
) -> dict[str, torch.Tensor]:  # fmt: skip
    """The tensors of the new encoder: the text encoder's, and of images the drawn projection and zeros."""
    import torch

    positions, types = (f"{_EMBEDDINGS}.{name}_embeddings.weight" for name in ("position", "token_type"))
    for name, tensor in own.items():
        if name.startswith(NEW):
            own[name] = tensor if "projection" in name else torch.zeros_like(tensor)
        elif name == positions:
            own[name] = text[name][first:]
        elif name == types:
            own[name] = torch.cat([text[name], torch.zeros_like(tensor[len(text[name]) :])])
        else:
            own[name] = text[name]
    return own


def _of_width(encoder: PreTrainedModel, width: int) -> PreTrainedModel:
    found = encoder.config.visual_embedding_dim
    if found != width:
        said = f"The encoder reads image vectors of {found} numbers, and these have {width}."
        raise ModelError(said, value=width, hint="Take the image encoder that it was trained with.")
    return encoder
