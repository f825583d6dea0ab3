"""Frozen dataclasses that are JSON: what planning writes into a node, and what runners and reports read out of it.

A field with a default is left out of the JSON where it has that default, so that a new option leaves the keys of old
nodes alone. A field without one is always written. Reading checks every field against its type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pydantic import ConfigDict, GetPydanticSchema, TypeAdapter, ValidationError
from pydantic_core import core_schema

from xstilts.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

Json: TypeAlias = Mapping[str, Any]
"""An object of JSON that has no form of its own: hashes of data and models, a model's architecture."""


@dataclass(frozen=True)
class Form:
    """A part of a payload or of a runtime.

    Attributes:
        node_kind: Of a payload, the kind of node that it is for.
        node_version: Raised when the code of the kind starts to give other results: old nodes are left alone.
        mark: Field by whose default a payload is told from others of the same kind: it is always written; "" for none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    node_kind: ClassVar[str] = ""
    node_version: ClassVar[int] = 1
    mark: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON, without those that have their default."""
        told = ((name, getattr(self, name), default) for name, default in self._defaults())
        return {name: _plain(value) for name, value, default in told if name == self.mark or value != default}

    @classmethod
    @cache
    def _defaults(cls) -> tuple[tuple[str, Any], ...]:
        """The fields with their defaults, asked for once a class."""
        return tuple(
            (one.name, one.default if one.default_factory is MISSING else one.default_factory()) for one in fields(cls)
        )

    @classmethod
    def from_json(cls, values: Json) -> Self:
        """The inverse of :meth:`to_json`.

        Raises:
            StoreError: If a field is unknown, missing or not of its type; names the kind of node and the field.
        """
        try:
            found: Self = cls._reader().validate_json(json.dumps(values))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, (cls.node_kind or cls.__name__, *first["loc"])))
            raise StoreError(f"cannot be read: {first['msg']}.", field=where, value=first["input"]) from error
        return found

    @classmethod
    @cache
    def _reader(cls) -> TypeAdapter[Any]:
        return TypeAdapter(cls)


def written_by(from_json: Callable[[Json], object]) -> GetPydanticSchema:
    """How a field is read whose class has a ``to_json`` of its own; ``from_json`` is the inverse."""

    def read(values: Json) -> object:
        try:
            return from_json(values)
        except (InputError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error

    return GetPydanticSchema(lambda *_: core_schema.no_info_plain_validator_function(read))


def _plain(value: object) -> Any:  # noqa: ANN401 -- JSON has no narrower type
    if value is None or type(value) in (str, int, bool, float):
        return value
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
