"""What makes the nodes of one study: equal ones are one, in the order of their making."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.planning.data_nodes import PhaseEncoding, Tokenizer, options_of, prepare, runtime_of
from xstilts.planning.images.nodes import nodes_of, splits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.planning.chains.model import Model
    from xstilts.planning.images.nodes import Split
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.store.node import Node


@dataclass(frozen=True)
class Planner:
    """A study and the nodes that were made for it so far.

    Attributes:
        resolved: The study.
        nodes: Key to node, parents before children.
        arms: Base, encoder, arm, seed and protocol to the encoder after the arm's phases.
        prepared: What was read, with how it was tokenised, to the node that prepares it.
    """

    resolved: ResolvedStudy
    nodes: dict[str, Node] = field(default_factory=dict)
    arms: dict[tuple[object, ...], Model] = field(default_factory=dict)
    prepared: dict[tuple[object, ...], str] = field(default_factory=dict)

    def add(self, node: Node) -> Node:
        """The node itself, or the equal one that is already there."""
        return self.nodes.setdefault(node.key, node)

    def prepare(self, portions: Iterable[Portion], tokenizer: Tokenizer, encoding: PhaseEncoding) -> dict[str, str]:
        """Role to key of the nodes that prepare portions, as a phase encodes them."""
        return {portion.role: self._prepared(portion, tokenizer, encoding) for portion in portions}

    def grids(self, portions: Iterable[Portion]) -> dict[str, str]:
        """Role to key of the nodes with the grids of the portions' images; empty for portions without images."""
        return {split.role: self._looked_at(split) for split in splits_of(portions)}

    def _looked_at(self, split: Split) -> str:
        """Images are hashed once however many chains look at them."""
        name = ("grids", split.role, split.languages, split.limit)
        if name not in self.prepared:
            runtime = runtime_of(self.resolved, [split.portions[0].task])
            made = [self.add(node) for node in nodes_of(self.resolved, split, runtime)]
            self.prepared[name] = made[-1].key
        return self.prepared[name]

    def _prepared(self, portion: Portion, tokenizer: Tokenizer, encoding: PhaseEncoding) -> str:
        """Files are hashed once however many chains read them."""
        what = (portion.role, portion.view_seed, portion.limit, portion.told, str(portion.augment))
        own = options_of(portion, encoding, self.resolved.source.kind)
        name = (*what, tokenizer.known_by, own)
        if name not in self.prepared:
            self.prepared[name] = self.add(prepare(self.resolved, portion, tokenizer, own)).key
        return self.prepared[name]
