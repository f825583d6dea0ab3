"""What a field of a study may be, in words: read from the annotations that pydantic checks by."""

from __future__ import annotations

import types
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reference_pages.markdown import anchor, code
from xstilts.studies.training_spec import Name, TargetName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLAIN = {int: "whole number", float: "number", str: "text", bool: "`true` or `false`", Path: "path", Any: "anything"}
MANY = ("whole number", "number", "path", "name")
"""Words that stand in the plural after “list of”."""
LARGEST = 1e9
"""A bound from here on only keeps numbers finite, and is not told."""
HEADINGS = {"MixSpec": "Mix", "PhaseItem": "Phase"}
"""Models that a reader knows by another name than the code's."""
NAME_PATTERNS = tuple(
    item.pattern for name in (Name, TargetName) for item in get_args(name)[1].metadata if hasattr(item, "pattern")
)


def heading(model: type[BaseModel]) -> str:
    """The name of a model as words: ``Language mix``."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__)
    return HEADINGS.get(model.__name__, spaced.strip().capitalize())


def link(model: type[BaseModel]) -> str:
    """A link to the section of a model."""
    return f"[{heading(model).lower()}](#{anchor(heading(model))})"


def allowed(field: FieldInfo) -> str:
    """What a field may be; that it may be left out is told by its default."""
    return _words(field.annotation, field.metadata)


def models_at(annotation: Any, place: str) -> Iterator[tuple[type[BaseModel], str]]:  # noqa: ANN401
    """The models that an annotation names, each with the place where it stands: ``arms.NAME``, ``targets.N``."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and not parts and issubclass(annotation, BaseModel):
        yield annotation, place
    step = f"{place}.N" if origin is list else f"{place}.NAME" if origin is dict else place
    for part in parts:
        yield from models_at(part, step)


def _words(annotation: Any, said: Sequence[Any] = ()) -> str:  # noqa: ANN401
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        more = [one for item in parts[1:] for one in (item.metadata if isinstance(item, FieldInfo) else [item])]
        return _words(parts[0], [*more, *said])
    if origin is Literal:
        return _either([code(part) for part in parts])
    if origin in (Union, types.UnionType):
        return _either([_words(part, said) for part in parts if part is not type(None)])
    if origin is list:
        inner = _words(parts[0])
        many = next((f"{word}s" + inner.removeprefix(word) for word in MANY if inner.startswith(word)), inner)
        return f"list of {many}" + (" (one at least)" if any(isinstance(item, MinLen) for item in said) else "")
    if origin is dict:
        return f"mapping from {_words(parts[0])} to {_words(parts[1])}"
    if annotation in PLAIN:
        return _bounded(PLAIN[annotation], said)
    short = f"{allowed(annotation.model_fields[annotation.short[1]])} or " if annotation.short else ""
    return short + link(annotation)


def _bounded(word: str, said: Sequence[Any]) -> str:
    """A plain word with the bounds of its value."""
    bounds = []
    for item in said:
        if getattr(item, "pattern", None) in NAME_PATTERNS:
            return "name"
        if isinstance(item, Ge):
            bounds.append(f"{item.ge} or more")
        elif isinstance(item, Gt):
            bounds.append(f"above {item.gt}")
        elif isinstance(item, Le):
            bounds.append(f"at most {item.le}")
        elif isinstance(item, Lt) and float(str(item.lt)) < LARGEST:
            bounds.append(f"below {item.lt}")
        elif isinstance(item, MaxLen):
            bounds.append(f"at most {item.max_length} characters")
    return f"{word} ({', '.join(bounds)})" if bounds else word


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
