"""YAML that people write, read safely: plain values, each key once, nothing that unfolds without bound.

The text is first composed to nodes, which costs what the text is long; only what passes the checks becomes values.
"""

from __future__ import annotations

import errno
import math
import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

from xstilts.errors import shortened
from xstilts.sources.records.retyped import OtherDigits

if TYPE_CHECKING:
    from pathlib import Path

MAX_CHARACTERS = 400_000
"""The longest text that is read; the longest map of this project has 22,000 characters."""

MAX_VALUES = 100_000
"""How many values a text may stand for, those behind an alias counted each time they are named."""

MAX_DEPTH = 50
"""How deep values may be nested."""

MAX_DIGITS = 19
"""How many digits a whole number may have: what 64 bits hold."""

_PREFIX = "tag:yaml.org,2002:"
_MERGE = f"{_PREFIX}merge"
_SHAPES = {
    yaml.ScalarNode: ("null", "bool", "int", "float", "str", "merge", "value"),
    yaml.SequenceNode: ("seq",),
    yaml.MappingNode: ("map",),
}
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser where PyYAML has it


class _Loader(_SafeLoader):  # type: ignore[misc]
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
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """As the library's, remembering which keys were written before ``<<`` brought in others."""
        if not hasattr(node, "written"):
            node.written = list(node.value)  # type: ignore[attr-defined]
        super().flatten_mapping(node)

    def construct_digits(self, node: yaml.ScalarNode) -> int:
        """A whole number that remembers how it was written where its digits do not tell (``0x1F``, ``010``)."""
        return OtherDigits.of(self.construct_yaml_int(node), node.value)


_Loader.add_constructor(f"{_PREFIX}int", _Loader.construct_digits)
_Loader.add_implicit_resolver(
    f"{_PREFIX}float", re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+$", re.ASCII), [*"+-0123456789"]
)
"""YAML 1.1 takes ``1e-4`` for text, since it has no dot or sign; everybody else for a number."""
for _sign in ("merge", "value"):  # << and = where they are values: text, such as the name of a label
    _Loader.add_constructor(f"{_PREFIX}{_sign}", _Loader.construct_yaml_str)


def load(text: str) -> Any:  # noqa: ANN401
    """The document as plain values: null, booleans, finite numbers, text, lists and mappings.

    Raises:
        yaml.YAMLError: If it is no such YAML, a mapping says a key twice, or a bound of this module is passed;
            ``problem`` says what is wrong and ``problem_mark`` holds the line, where there is one.
    """
    if len(text) > MAX_CHARACTERS:
        raise yaml.YAMLError(f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read")
    _check_depth(text)  # before anything that calls itself for each level
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _unfolded(node, {})
        return loader.construct_document(node)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise yaml.YAMLError(f"a value cannot be read ({error})") from None
    finally:
        loader.dispose()


def load_file(path: Path) -> Any:  # noqa: ANN401
    """The document in a file (:func:`load`).

    Raises:
        OSError: If the file cannot be read.
        UnicodeDecodeError: If it is not UTF-8.
        yaml.YAMLError: As :func:`load`.
    """
    return load(file_text(path))


def file_text(path: Path) -> str:
    """The text of a file, or as much of it as shows that it is too long.

    Raises:
        OSError: If it cannot be read, or is something that has no end, such as a pipe.
        UnicodeDecodeError: If it is not UTF-8.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file", str(path))
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_CHARACTERS + 2).removeprefix("\ufeff")


def problem(error: yaml.YAMLError) -> tuple[str, int | None]:
    """What is wrong, in words, and the number of the line (from 1), where it is known."""
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or " ".join(str(error).split())
    if said.startswith("but "):  # the second half of a sentence that libyaml begins as its context
        said = f"{getattr(error, 'context', None) or 'expected something else'}, {said}"
    return str(said), None if mark is None else mark.line + 1


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            mark: Any = event.start_mark
            raise ConstructorError(None, None, f"values are nested more than {MAX_DEPTH} deep", mark)


def _unfolded(node: yaml.Node, sizes: dict[int, int | None]) -> int:
    """How many values a node stands for; ``sizes`` holds those known, and None for the nodes above this one."""
    known = sizes.get(id(node), 0)
    if known:
        return known
    if known is None:
        raise _refused(node, "a value that holds itself")
    _check(node)
    sizes[id(node)] = None
    total = 1
    if not isinstance(node, yaml.ScalarNode):
        parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        for part in parts:
            total += _unfolded(part, sizes)
            if total > MAX_VALUES:
                raise _refused(node, f"the text stands for more than {MAX_VALUES:,} values, aliases counted")
    sizes[id(node)] = total
    return total


def _check(node: yaml.Node) -> None:
    """Refuse a node that stands for no plain value."""
    tag = node.tag.removeprefix(_PREFIX)
    if tag == "timestamp":
        raise _refused(node, f"YAML reads {node.value!r} as a date; write it in quotes if it is text")
    if tag not in _SHAPES[type(node)]:
        raise _refused(node, f"the tag {node.tag.replace(_PREFIX, '!!')!r} has no place here; write a plain value")
    if tag == "int" and len(node.value) > MAX_DIGITS + 1:
        raise _refused(node, f"a whole number of {len(node.value):,} digits; at most {MAX_DIGITS} are read")
    if tag in ("bool", "int", "float"):
        _check_number(node, tag)


def _check_number(node: yaml.Node, tag: str) -> None:
    try:
        value = getattr(_CONSTRUCTOR, f"construct_yaml_{tag}")(node)
    except (KeyError, ValueError, ArithmeticError):
        kind = {"bool": "true or false", "int": "a whole number", "float": "a number"}[tag]
        raise _refused(node, f"{_short(node.value)} is not {kind}") from None
    if tag == "float" and not math.isfinite(value):
        raise _refused(node, f"{_short(node.value)} is not a finite number; write it in quotes if it is text")


_CONSTRUCTOR = yaml.constructor.SafeConstructor()


def _short(text: str) -> str:
    return repr(shortened(text, 60))


def _refused(node: yaml.Node, what: str) -> ConstructorError:
    return ConstructorError(None, None, what, node.start_mark)
