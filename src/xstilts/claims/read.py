"""Claims from YAML: one file per paper, ``paper:`` once and ``claims:`` as a list; ``lists:`` holds YAML anchors."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from importlib.resources import files
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from xstilts.claims.claim import CitedPaper, Claim
from xstilts.claims.forms import FORMS
from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = ("paper", "lists", "claims")
PRINTED_LENGTH = 121
"""Longest text where the claims were read: they were cut after 120 characters, one of them after 121."""


def packaged() -> list[Claim]:
    """Every claim that comes with xstilts, in the order of the files."""
    return [claim for text, name in documents("data") for claim in parse(text, name)]


def documents(folder: str) -> list[tuple[str, str]]:
    """Text and name of each YAML file in a folder of this room, in the order of the names."""
    paths = sorted((files("xstilts") / "claims" / folder).iterdir(), key=lambda path: path.name)
    return [(path.read_text(encoding="utf-8"), path.name) for path in paths if path.name.endswith(".yaml")]


def root_of(text: str, where: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The mapping that a document is; it has the keys ``allowed``, of which ``lists`` (YAML anchors) may be missing.

    Raises:
        InputError: If it is none, or has other keys.
    """
    root = yaml.safe_load(text)
    if not isinstance(root, dict) or not set(allowed) - {"lists"} <= set(root) <= set(allowed):
        raise InputError("The file has other keys.", field=where, value=root and list(root), allowed=allowed)
    return root


def parse(text: str, where: str) -> list[Claim]:
    """The claims of one file.

    Args:
        text: The YAML document.
        where: Its name, for messages.

    Raises:
        InputError: If a key is unknown or missing, a value has another type, or an assertion another form.
    """
    root = root_of(text, where, ROOT)
    paper = build(CitedPaper, root["paper"], f"{where}: paper")
    claims = [
        build(Claim, entry, f"{where}: claims.{index}", {"paper": paper}) for index, entry in enumerate(root["claims"])
    ]
    for claim in claims:
        _check(claim, f"{where}: {claim.id}")
    return claims


def build(kind: type[Any], entry: object, where: str, given: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
    """A frozen dataclass from plain YAML, field by field.

    Args:
        kind: The dataclass.
        entry: The mapping.
        where: Its path, for messages.
        given: Fields that do not come from the mapping.

    Raises:
        InputError: Naming the path of what is wrong.
    """
    if not isinstance(entry, dict):
        raise InputError("must be a mapping.", field=where, value=entry)
    known = {one.name: one for one in fields(kind) if one.name not in (given or {})}
    for key in entry:
        if key not in known:
            raise InputError(f"unknown key {key!r}.", field=where, allowed=known, hint=nearest(str(key), list(known)))
    required = [one.name for one in known.values() if one.default is MISSING and one.default_factory is MISSING]
    lost = [name for name in required if name not in entry]
    if lost:
        raise InputError(f"lacks {', '.join(lost)}.", field=where)
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], value, f"{where}.{name}") for name, value in entry.items()}
    return kind(**values, **(given or {}))


def _value(hint: Any, value: object, where: str) -> object:  # noqa: ANN401 (a type annotation)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return None if value is None else _value(next(one for one in inner if one is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise InputError("must be a list.", field=where, value=value)
        return tuple(_value(inner[0], one, f"{where}.{index}") for index, one in enumerate(value))
    if origin is Literal:
        if value not in inner:
            raise InputError(f"is {value!r}.", field=where, value=value, allowed=inner)
        return value
    if is_dataclass(hint):
        return build(hint, value, where)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise InputError(f"must be {hint.__name__}, not {value!r}.", field=where, value=value)
    return value


def _check(claim: Claim, where: str) -> None:
    """What types cannot say."""
    if len(claim.text) > PRINTED_LENGTH or "…" in claim.text or "..." in claim.text:
        raise InputError("The text is longer than what was printed.", field=f"{where}.text", value=claim.text)
    if (claim.kind == "procedure") == bool(claim.assertion):
        raise InputError("A claim has an assertion unless it is a procedure.", field=f"{where}.assertion")
    if (claim.numbers and claim.scope is None) or (claim.assertion and not claim.question):
        raise InputError("Numbers need a scope, an assertion a question.", field=where)
    for number in (*claim.numbers, *(number for other in claim.versions for number in other.numbers)):
        if not number.source or number.unit != "points":
            raise InputError("A number has a source and is in points.", field=f"{where}.numbers", value=number.name)
    for index, part in enumerate(claim.assertion):
        place = f"{where}.assertion.{index}"
        form = FORMS.get(part.form, f"{place}.form")
        if form.needs_rivals != bool(part.rivals):
            raise InputError(f"The form {part.form} compares with rivals or not.", field=f"{place}.rivals")
        if bool(part.targets.all) == bool(part.targets.any):
            raise InputError("Targets are given by all or by any.", field=f"{place}.targets")
        if any(bool(pattern.trains) == bool(pattern.every) for pattern in (*part.arms, *part.rivals)):
            raise InputError("Arms are given by trains or by every.", field=f"{place}.arms")
        if part.form == "no_benefit" and not part.points > 0:
            raise InputError("What counts as no benefit needs a threshold above 0 points.", field=f"{place}.points")
    if len({FORMS.get(part.form).under_noise for part in claim.assertion}) > 1:
        raise InputError("All parts speak of what noise costs, or none does.", field=f"{where}.assertion")
