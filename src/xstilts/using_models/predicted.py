"""The stored predictions of one chain of a study: one base, arm and seed, on every target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError, StoreError
from xstilts.runners.answers.predictions import entries, table_of
from xstilts.runners.loading import EXAMPLES
from xstilts.statistics.setting_text import parted
from xstilts.store.roles import PREDICTIONS, PortionRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node
    from xstilts.store.store import Store


class ChainName(NamedTuple):
    """One chain of a study: base, arm and seed, as tables name them."""

    base: str
    arm: str
    seed: str


@dataclass(frozen=True)
class Predicted:
    """The predictions on one target in one language.

    Attributes:
        target: The task's name.
        language: As tables name it (``de``, ``de>en``).
        setting: How texts were searched, under the headline's variant; "" for what is no search.
        rows: Rows of the predictions table, in the order of the examples.
        examples: Rows of the examples; empty where the store has them no more.
    """

    target: str
    language: str
    setting: str
    rows: list[dict[str, Any]]
    examples: list[dict[str, Any]]


def cells_of(plan: Plan, chain: ChainName) -> list[Cell]:
    """The cells of one chain, a target each.

    Raises:
        InputError: If the study has no such base, arm or seed.
    """
    chains = [cell for cell in plan.cells if cell.seed]
    for name, value in chain._asdict().items():
        known = list(dict.fromkeys(getattr(cell, name) for cell in chains))
        if value not in known:
            raise InputError(f"The study has no {name} {value!r}.", field=f"--{name}", value=value, allowed=known)
    return [cell for cell in chains if (cell.base, cell.arm, cell.seed) == chain]


def predictions_of(plan: Plan, store: Store, cells: Sequence[Cell]) -> Iterator[Predicted]:
    """The predictions behind ``cells``.

    Raises:
        StoreError: If the store lacks them.
        InputError: If a target was predicted with several sorts of vectors.
    """
    for cell in cells:
        node = plan.nodes[plan.nodes[cell.score].parents[PREDICTIONS]]
        if not store.has(node.key, node.kind):
            hint = "Run the study with this store first."
            raise StoreError(f"The predictions on {cell.target} are not in the store.", value=node.key, hint=hint)
        yield from _of_node(plan, store, node, cell.target)


def _of_node(plan: Plan, store: Store, node: Node, target: str) -> Iterator[Predicted]:
    folder = store.read(node.key, node.kind)
    first: dict[str, dict[str, Any]] = {}
    for entry in entries(folder):
        known = first.setdefault(entry["language"], entry)
        if parted(entry["setting"])[0] != parted(known["setting"])[0]:
            hint = "Name one layer, pooling, space and similarity in a study of its own."
            said = f"{target} was predicted with several sorts of vectors."
            raise InputError(said, field=target, value=entry["setting"], hint=hint)
    roles = {role.language: role for role in PortionRole.among(node.parents)}
    for language, entry in first.items():
        examples = _examples(plan, store, node, roles.get(language.split(">")[0]))
        yield Predicted(target, language, entry["setting"], table_of(folder, entry).to_pylist(), examples)


def _examples(plan: Plan, store: Store, node: Node, role: PortionRole | None) -> list[dict[str, Any]]:
    if role is None:
        return []
    prepared = plan.nodes[node.parents[str(role)]]
    if not store.has(prepared.key, prepared.kind):
        return []
    path = store.read(prepared.key, prepared.kind) / EXAMPLES
    return _rows(path) if path.is_file() else []


def _rows(path: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows
