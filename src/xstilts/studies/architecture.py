"""The fields of a new model's config that a study may give, as far as their names say what they must be.

Which fields a model type has is known only to the library that builds it, when the model is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 2**31 - 1
"""No size of a model is larger."""

_SIZES = frozenset({
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "intermediate_size", "head_dim",
    "max_position_embeddings", "vocab_size", "embedding_size", "dim", "hidden_dim", "n_layers", "n_heads",
})  # fmt: skip
_SCALARS = (str, int, float, bool, type(None))


def checked(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """The fields themselves.

    Raises:
        ValueError: If a size is no whole number from 1, a dropout no share below 1, ``initializer_range`` or an epsilon
            no positive number, or another value no plain one (text, number, boolean, null, a list or mapping of these).
    """
    for name, value in architecture.items():
        expected = _expected(name, value)
        if expected:
            raise ValueError(f"architecture.{name} is {shortened(repr(value), 60)}; expected {expected}")
    return dict(architecture)


def _expected(name: str, value: object) -> str | None:
    """What the value of a field should have been; None where it fits."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if name == "model_type":
        return None if isinstance(value, str) else "the name of a model type, such as xlm-roberta"
    if name in _SIZES:
        return None if isinstance(number, int) and 1 <= number <= LARGEST else "a whole number, 1 or more"
    if name == "type_vocab_size":
        return None if isinstance(number, int) and 0 <= number <= LARGEST else "a whole number, 0 or more"
    if name.endswith(("dropout", "dropout_prob")):
        return None if number is not None and 0 <= number < 1 else "a number from 0 to below 1"
    if name == "initializer_range" or name.endswith("_eps"):
        return None if number is not None and 0 < number < 1e6 else "a number above 0"
    return None if _is_plain(value) else "text, a number, true, false or null"


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    return isinstance(value, _SCALARS)
