"""Some items under noise with what models answer to them, from what the store holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import StoreError
from xstilts.runners.answers.predictions import INDEX, table_of
from xstilts.runners.loading import EXAMPLES, META
from xstilts.runners.noisy import MAP
from xstilts.statistics.score_rows import NONE
from xstilts.store.roles import CLEAN, PREDICTIONS, NoisyRole, PortionRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node
    from xstilts.store.store import Store

MOST = 10
"""So many items are shown."""
_SILENT = (Kind.RETRIEVAL, Kind.MASKED_LM)
"""Kinds without an answer that a reader could look at."""

_CLEAN: Mapping[str, Any] = MappingProxyType({})


class Corrupted(NamedTuple):
    """One item under noise, at the highest severity of a type.

    Attributes:
        base, target, kind, language, noise, severity: Where it comes from.
        clean, noisy: The item without and with the noise, in the columns of its kind.
        gold: What is right, as predictions have it.
        answers: Arm to its answers on clean and on noisy text.
    """

    base: str
    target: str
    kind: Kind
    language: str
    noise: str
    severity: int
    clean: Mapping[str, Any]
    noisy: Mapping[str, Any]
    gold: Any
    answers: Mapping[str, tuple[Any, Any]]


def corrupted(plan: Plan, store: Store, best: Mapping[str, str | None]) -> list[Corrupted]:
    """At most ``MOST`` items, from all targets, types and languages in turn; in each the first that the noise changes.

    So an item is shown because of its place, and not because of an answer. Answers are those of ``none`` and of the
    best arm, in the first seed that both have. Items of searches are not among them.

    Args:
        plan: The plan.
        store: Where its nodes lie.
        best: Base to the arm that loses least under noise.
    """
    targets = [target for target in plan.resolved.targets if target.task.kind not in _SILENT]
    found = []
    for base, arm in best.items():
        for target in targets:
            cells = _cells(plan, store, (base, target.name), (NONE, arm or NONE))
            if cells:
                found.append(_Shown(plan, store, target.task.kind, cells).items())
    return list(islice((item for turn in zip_longest(*found) for item in turn if item is not None), MOST))


def _cells(plan: Plan, store: Store, where: tuple[str, str], arms: Sequence[str]) -> dict[str, Cell]:
    """Arm to its cell in the first seed in which all were measured under noise; none where there is no such seed."""
    by_seed: dict[str, dict[str, Cell]] = {}
    for cell in plan.cells:
        known = (cell.base, cell.target) == where and cell.arm in arms and cell.noised
        if known and store.has(cell.noised, plan.nodes[cell.noised].kind):
            by_seed.setdefault(cell.seed, {})[cell.arm] = cell
    whole = (cells for cells in by_seed.values() if cells.keys() == set(arms))
    cells = next(whole, {})
    return {arm: cells[arm] for arm in dict.fromkeys(arms) if cells}


@dataclass(frozen=True, eq=False)
class _Shown:
    """Some arms on one base and target, in one seed."""

    plan: Plan
    store: Store
    kind: Kind
    cells: Mapping[str, Cell]

    @cached_property
    def _predicted(self) -> dict[str, Node]:
        """Arm to the node of its predictions under noise."""
        return {arm: self._parent(self.plan.nodes[cell.noised], PREDICTIONS) for arm, cell in self.cells.items()}

    def items(self) -> Iterator[Corrupted]:
        """One item for each type and language, so that neighbours differ in both."""
        node = self._predicted[NONE]
        prepared = {role.language: self._parent(node, str(role)) for role in NoisyRole.among(node.parents)}
        told = {code: self._json(node, META)["variants"] for code, node in prepared.items()}
        codes, types = list(told), list(dict.fromkeys(one["noise"] for own in told.values() for one in own))
        for turn in range(len(codes)):
            for place, noise in enumerate(types):
                code = codes[(turn + place) % len(codes)]
                own = [(one["severity"], number) for number, one in enumerate(told[code]) if one["noise"] == noise]
                item = self._item(code, prepared[code], noise, *max(own)) if own else None
                if item is not None:
                    yield item

    def _item(self, code: str, prepared: Node, noise: str, severity: int, variant: int) -> Corrupted | None:
        """The first item that a variant changes; None where it changes none."""
        places = [one for one in self._table(prepared, MAP).to_pylist() if one["variant"] == variant]
        if not places:
            return None
        first = min(places, key=lambda one: int(one["clean"]))
        (role,) = PortionRole.among(prepared.parents)
        clean = self._table(self._parent(prepared, str(role)), EXAMPLES).slice(first["clean"], 1).to_pylist()[0]
        noisy = self._table(prepared, EXAMPLES).slice(first["unique"], 1).to_pylist()[0]
        spoiled = {"noise": noise, "severity": severity}
        said = {
            arm: (
                self._said(self._parent(node, CLEAN), code, clean["id"]),
                self._said(node, code, clean["id"], spoiled),
            )
            for arm, node in self._predicted.items()
        }
        cell, gold = self.cells[NONE], said[NONE][1]["gold"]
        answers = {arm: (before["prediction"], after["prediction"]) for arm, (before, after) in said.items()}
        return Corrupted(
            cell.base, cell.target, self.kind, code, noise, severity, clean, noisy, gold, answers,
        )  # fmt: skip

    def _said(self, node: Node, code: str, item: str, where: Mapping[str, Any] = _CLEAN) -> dict[str, Any]:
        """What was predicted for an item in a language, and what is right."""
        wanted = {"language": code, **where}
        entry = next(
            one for one in self._json(node, INDEX) if all(one.get(name) == value for name, value in wanted.items())
        )
        rows = table_of(self._path(node, entry["file"]).parent, entry, ["id", "gold", "prediction"]).to_pylist()
        return next(row for row in rows if row["id"] == item)

    def _parent(self, node: Node, role: str) -> Node:
        return self.plan.nodes[node.parents[role]]

    def _path(self, node: Node, name: str) -> Path:
        path = self.store.file(node.key, node.kind, name)
        if path is None:
            raise StoreError(f"The node {node.label} has no file {name}.", field="file", value=name)
        return path

    def _json(self, node: Node, name: str) -> Any:  # noqa: ANN401 - whatever a node wrote
        return json.loads(self._path(node, name).read_text(encoding="utf-8"))

    def _table(self, node: Node, name: str) -> pa.Table:
        from pyarrow import parquet

        return parquet.read_table(self._path(node, name))
