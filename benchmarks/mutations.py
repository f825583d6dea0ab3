"""One-line changes of a module that its tests should notice: which there are, and what each is called."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FLIPPED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_RIVALS = {"min": "max", "any": "all", "ceil": "floor", "minimum": "maximum", "argmin": "argmax", "round": "int"}
_RIVALS |= {other: name for name, other in _RIVALS.items() if other != "int"}
_EMPTY = {"list": "[]", "dict": "{}", "tuple": "()", "str": "''", "int": "0", "float": "0.0", "set": "set()"}
_GUARDED = {"strict", "encoding", "dtype", "verbose", "field", "value", "hint", "allowed"}
"""Keyword arguments that only say what an error says, or make sure of what holds anyway."""
CONTEXT = 40
"""Characters of text that a name tells on each side of a change."""


@dataclass(frozen=True)
class Mutant:
    """One change: ``name`` is what it is, wherever it stands; the rest is where it stands today."""

    room: str
    rule: str
    name: str
    path: Path
    text: str


def mutants(room: str, path: Path, root: Path) -> Iterator[Mutant]:
    """Every mutant of one module."""
    source = path.read_text(encoding="utf-8")
    seen: Counter[str] = Counter()
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node, where, returns in _breakable(tree):
        for rule, new in _changes(node, parents[node], returns):
            outer = parents[node] if isinstance(parents[node], ast.expr | ast.keyword) else node
            told = _told(*(ast.unparse(_with(outer, node, by)) for by in (node, new)))
            name = f"{room}/{path.name}{where}: {told}"
            seen[name] += 1
            name += f" #{seen[name]}" if seen[name] > 1 else ""
            yield Mutant(room, rule, name, path.relative_to(root), _replaced(source, node, new))


def _told(old: str, new: str) -> str:
    """The text before and after, cut where it is the same for long."""
    same = _same(old, new)
    rest = min(len(old), len(new)) - same
    alike = min(rest, _same(old[::-1], new[::-1]))
    first = "…" + old[same - CONTEXT : same] if same > CONTEXT else old[:same]
    last = (old[len(old) - alike :][:CONTEXT] + "…") if alike > CONTEXT else old[len(old) - alike :]
    return f"{first}{old[same : len(old) - alike]}{last} → {first}{new[same : len(new) - alike]}{last}"


def _same(one: str, two: str) -> int:
    """How many characters are the same at the beginning."""
    return next((place for place, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), len(one))


def _breakable(node: ast.AST, where: str = "", returns: str = "") -> Iterator[tuple[ast.expr, str, str]]:
    """Expressions that decide something, with the qualified name of the function around them and what it returns.

    Annotations, decorators, messages of errors and f-strings (whose places Python 3.11 does not tell) are left out.
    """
    if isinstance(node, ast.Raise | ast.JoinedStr):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where += f" {node.name}" if not where else f".{node.name}"
        returns = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.keyword) and child.arg in _GUARDED:
                continue
            if isinstance(child, ast.expr):
                yield child, where, returns
            if isinstance(child, ast.AST):
                yield from _breakable(child, where, returns)


def _changes(node: ast.expr, parent: ast.AST, returns: str) -> Iterator[tuple[str, ast.expr]]:
    """Rule and replacement, for every rule that fits an expression."""
    match node:
        case ast.Compare(ops=[op, *rest]):
            yield "comparison", _changed(node, ops=[_FLIPPED[type(op)](), *rest])
        case ast.BinOp(op=op) if type(op) in _FLIPPED and not _is_text(node):
            yield "arithmetic", _changed(node, op=_FLIPPED[type(op)]())
        case ast.BoolOp(op=op):
            yield "and/or", _changed(node, op=_FLIPPED[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield "not/minus", operand
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value)) | ast.Constant(value=float(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if _is_key(node, parent):
            yield "key", ast.Constant(value + "_")
        case ast.IfExp(body=body, orelse=orelse):
            yield "either", body
            yield "either", orelse
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp() if node.generators[0].ifs:
            first = _changed(node.generators[0], ifs=node.generators[0].ifs[1:])
            yield "filter", _changed(node, generators=[first, *node.generators[1:]])
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)) if lower or upper:
            yield "slice", _changed(node, slice=_changed(node.slice, **{"upper" if upper else "lower": None}))
        case ast.Call():
            yield from _changed_calls(node)
    if isinstance(parent, ast.Return) and returns and not isinstance(node, ast.Constant):
        text = f"not ({ast.unparse(node)})" if returns == "bool" else _EMPTY.get(returns.split("[")[0], "None")
        if text != ast.unparse(node):
            yield "return", ast.parse(text, mode="eval").body


def _changed_calls(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in _RIVALS:
        name = "attr" if isinstance(node.func, ast.Attribute) else "id"
        yield "rival", _changed(node, func=_changed(node.func, **{name: _RIVALS[called]}))
    for index, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in _GUARDED:
            yield "keyword", _changed(node, keywords=node.keywords[:index] + node.keywords[index + 1 :])
    match node.args:
        case [ast.Name() | ast.Attribute() as one, ast.Name() | ast.Attribute() as two, *rest] if (
            called != "isinstance"
        ):
            if ast.dump(one) != ast.dump(two):
                yield "swap", _changed(node, args=[two, one, *rest])


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple) or isinstance(getattr(side, "value", None), str)
        for side in (node.left, node.right)
    )


def _is_key(node: ast.expr, parent: ast.AST) -> bool:
    match parent:
        case ast.Subscript(slice=key):
            return key is node
        case ast.Dict(keys=keys):
            return node in keys
    return False


def _changed(node: ast.AST, **fields: object) -> ast.expr:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new  # type: ignore[return-value]


def _with(outer: ast.AST, node: ast.AST, new: ast.AST) -> ast.AST:
    """``outer`` with one of its children, or itself, replaced."""
    if outer is node:
        return new
    fields = {}
    for name, value in ast.iter_fields(outer):
        fields[name] = (
            [new if one is node else one for one in value]
            if isinstance(value, list)
            else new
            if value is node
            else value
        )
    return _changed(outer, **fields)


def _replaced(source: str, node: ast.expr, new: ast.expr) -> str:
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # columns are those of UTF-8
    before = [*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]]
    after = [lines[node.end_lineno - 1][node.end_col_offset :], *lines[node.end_lineno :]]
    return b"".join([*before, f"({ast.unparse(new)})".encode(), *after]).decode()
