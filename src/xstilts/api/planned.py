"""What a study would run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.amounts import duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True, repr=False)
class PlannedStudy:
    """The plan of a study: what ``xstilts plan --json`` prints.

    Attributes:
        name: The study's name.
        described: The whole plan, as JSON has it.

    Example:
        >>> import xstilts as xs
        >>> xs.plan("demo").to_frame().groupby("kind").seconds.sum()  # doctest: +SKIP
    """

    name: str
    described: Mapping[str, Any]

    @property
    def nodes(self) -> Sequence[Mapping[str, Any]]:
        """Every unit of work, parents first: ``key, kind, label, parents, model, cached, arms, cost``.

        ``cost`` is a guess for one core: ``seconds, flops, memory_bytes, disk_bytes, steps``.
        """
        nodes: Sequence[Mapping[str, Any]] = self.described["nodes"]
        return nodes

    @property
    def warnings(self) -> Sequence[Mapping[str, Any]]:
        """What to be warned of: ``code``, ``cell`` (base, arm, target, language; ``*`` for all), ``message``."""
        warnings: Sequence[Mapping[str, Any]] = self.described["warnings"]
        return warnings

    @property
    def totals(self) -> Mapping[str, Any]:
        """Sums over the nodes.

        ``nodes, cached, train_nodes, train_steps`` count, and ``…_without_sharing`` say what separate scripts would
        train. ``seconds, flops, memory_bytes, disk_bytes, gpu_hours`` are guesses for what is not cached.
        """
        totals: Mapping[str, Any] = self.described["totals"]
        return totals

    def to_frame(self) -> pd.DataFrame:
        """One row per node, in the order of ``nodes``, with the parts of ``cost`` as columns of their own."""
        import pandas as pd

        return pd.DataFrame([{**node, **node["cost"]} for node in self.nodes]).drop(columns="cost")

    def __repr__(self) -> str:
        totals = self.totals
        return (
            f"{self.name}: {totals['nodes']} nodes, {totals['cached']} cached; {totals['train_nodes']} training "
            f"phases, {totals['train_nodes_without_sharing']} as separate scripts; "
            f"about {duration(round(totals['seconds']))} on one core; {len(self.warnings)} warnings."
        )
