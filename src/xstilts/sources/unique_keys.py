"""Safe YAML whose mappings say each key once: the second of two equal keys would silently win."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import ConstructorError

from xstilts.sources.retyped import OtherDigits

_MERGE = "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the library's, for keys written once; keys that ``<<`` brings in may be said again."""
        said: set[object] = set()
        written: Any = getattr(node, "written", node.value)
        for key, _ in written:
            if key.tag == _MERGE:
                continue
            name = self.construct_object(key, deep=True)
            name = name if name.__hash__ else repr(name)  # the library itself says why a list is no key
            if name in said:
                raise ConstructorError(None, None, f"the key {name!r} comes twice", key.start_mark)
            said.add(name)
        return super().construct_mapping(node, deep=deep)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """As the library's, remembering which keys were written before ``<<`` brought in others."""
        if not hasattr(node, "written"):
            node.written = list(node.value)  # type: ignore[attr-defined]
        super().flatten_mapping(node)

    def construct_digits(self, node: yaml.ScalarNode) -> int:
        """A whole number that remembers how it was written where its digits do not tell (``0x1F``, ``010``)."""
        return OtherDigits.of(self.construct_yaml_int(node), node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_digits)


def load(text: str) -> Any:  # noqa: ANN401
    """The document as plain values.

    Raises:
        yaml.YAMLError: If it is no safe YAML, or a mapping says a key twice; ``problem_mark`` holds the line.
    """
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        _check_ends(found, (), set())
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error
    return found


def _check_ends(value: object, above: tuple[int, ...], seen: set[int]) -> None:
    """Refuse a value that holds itself (``&a [*a]``): whoever walks through it would never come out."""
    if id(value) in above:
        raise yaml.YAMLError("a value that holds itself")
    if id(value) in seen or not isinstance(value, dict | list):
        return
    seen.add(id(value))
    for part in value.values() if isinstance(value, dict) else value:
        _check_ends(part, (*above, id(value)), seen)
