"""What a protocol is: a benchmark's own rules, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_NO_DEPTHS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Protocol:
    """The rules under which scores are comparable; scores of two protocols never share a column.

    Attributes:
        name: The name used in studies and tables.
        title: One line for people.
        trains: Target to its training phases in order, each a tuple of tasks that are trained together; an empty
            tuple: the target is evaluated on the encoder as it comes.
        languages: Target to the BCP-47 codes it is scored in; a target without an entry: every language it has.
        hidden: Target to the stages that the protocol itself puts before (or in place of) the target's own training,
            each with the reason; they are in arm ``none`` too.
        data_versions: Task to the release its data must be of, where releases differ.
        hyperparameters: Kind or task (a task's entry goes over its kind's) to values of a training phase, under the
            names a study's ``training`` uses, plus ``source``, which says where they are from.
        retrieval_pooling: How token vectors become a sentence vector: ``mean`` (special tokens included), ``first``,
            ``mean-content`` (special tokens left out).
        layer_by_depth: Number of the encoder's layers to the hidden layer used for retrieval; 0 = embeddings.
        layer_share: For every other depth: the layer nearest to this share of the depth.
        aggregate: How scores are averaged.
        source: Where the rules are from.
    """

    name: str
    title: str
    trains: Mapping[str, tuple[tuple[str, ...], ...]]
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    hidden: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _EMPTY)
    data_versions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    hyperparameters: Mapping[str, Mapping[str, int | float | str]] = field(default_factory=lambda: _EMPTY)
    retrieval_pooling: str = "mean"
    layer_by_depth: Mapping[int, int] = field(default_factory=lambda: _NO_DEPTHS)
    layer_share: float = 1.0
    aggregate: str = ""
    source: str = ""

    def hidden_stages(self, target: str) -> Mapping[str, str]:
        """The stages before a target's own training that every arm holds, ``none`` too, each with its reason."""
        hidden: Mapping[str, str] = self.hidden.get(target, _EMPTY)
        return hidden

    def retrieval_layer(self, depth: int | None) -> int:
        """The hidden layer whose vectors are compared in retrieval.

        Args:
            depth: Number of the encoder's layers; None where it is not known yet.

        Returns:
            Index into the hidden states, 0 = embeddings, ``depth`` or -1 = last layer. Depths that the benchmark
            did not use get ``round(layer_share * depth)``, at least 1: the same relative height.

        Raises:
            InputError: If the depth is unknown and the rule needs it.
        """
        if depth is None:
            if self.layer_share == 1.0 and not self.layer_by_depth:
                return -1
            raise InputError(
                f"The protocol {self.name} chooses the retrieval layer by the depth of the encoder: not known.",
                field="targets",
                hint="Name the layers in the study: {task: NAME, layers: [8]}.",
            )
        return self.layer_by_depth.get(depth) or max(1, round(self.layer_share * depth))


PROTOCOLS: Registry[Protocol] = Registry("protocol")
"""Every protocol; filled by importing ``xstilts.protocols``."""
