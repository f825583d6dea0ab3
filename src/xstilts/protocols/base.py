"""What a protocol is: a benchmark's own rules, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.registry import Registry
from xstilts.statistics.tables.aggregates import Benchmark

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_NO_DEPTHS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Vectors:
    """How a text becomes one vector.

    Attributes:
        pooling: ``mean`` of the token vectors (special tokens included), ``first`` token, ``mean-content`` (special
            tokens left out).
        layer_by_depth: Number of the encoder's layers to the hidden layer used; 0 = embeddings.
        layer_share: For every other depth: the layer nearest to this share of the depth.
        similarity: How vectors are compared; "": by cosine, or by the ratio of cosines where pairs are mined.
    """

    pooling: str = "mean"
    layer_by_depth: Mapping[int, int] = field(default_factory=lambda: _NO_DEPTHS)
    layer_share: float = 1.0
    similarity: str = ""


@dataclass(frozen=True)
class Windows:
    """How span question answering reads a context through windows, and takes an answer from them.

    Attributes:
        rule: ``run_squad``: the ``stride`` is the step from one window to the next; an answer may begin only in the
            window in which its first token has most context; its ends are found as the benchmark's program finds them,
            or else it is whole words between blanks. ``overlap``, xstilts' own: the ``stride`` is what neighbours
            share; any window may answer; answers are cut at letters as readers see them.
        max_question_tokens: Longer questions are cut; 0: at half of the longest input.
        max_answer_tokens: Longer answers are not looked for.
        n_best: How many starts, and how many ends, of each window are tried; 0: all.
        token_answers: Languages of the context in which the answer is the text of its tokens, whatever the context has
            there (huggingface/transformers#3510).
    """

    rule: str = "overlap"
    max_question_tokens: int = 0
    max_answer_tokens: int = 30
    n_best: int = 0
    token_answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Protocol:
    """The rules under which scores are comparable; scores of two protocols never share a column.

    Attributes:
        name: The name used in studies and tables.
        title: One line for people.
        trains: Target to its training phases in order, each a tuple of tasks that are trained together; an empty
            tuple: the target is evaluated on the encoder as it comes.
        views: Target to the view under which the tasks of its last training phase are trained (``sources.views``): one
            of the dual encoder's, which trains the encoder that the target is then searched with, and no head. Its
            ``pooling`` and ``similarity`` must be those of the target's ``vectors``.
        languages: Target to the BCP-47 codes it is scored in; a target without an entry: every language it has.
        hidden: Target to the stages that the protocol itself puts before (or in place of) the target's own training,
            each with the reason; they are in arm ``none`` too.
        data_versions: Task to the release its data must be of, where releases differ.
        hyperparameters: Kind, task, view or ``TASK~VIEW`` (each entry goes over those before it) to values of a
            training phase, under the names a study's ``training`` uses, plus ``source``: where they are from.
        retrieval_pooling: How token vectors become a sentence vector: ``mean`` (special tokens included), ``first``,
            ``mean-content`` (special tokens left out).
        layer_by_depth: Number of the encoder's layers to the hidden layer used for retrieval; 0 = embeddings.
        layer_share: For every other depth: the layer nearest to this share of the depth.
        vectors: Retrieval target to how its texts become vectors, where that is not as above.
        windows: Question answering task, target or trained, to how its contexts are read, where that is the
            benchmark's way; tasks without an entry are read by xstilts' own rule, ``Windows()``.
        groups: Group to the tasks whose scores are averaged in it, as the benchmark's program has them. Empty: the
            protocol has no overall score.
        complete: The same groups with the tasks that the program leaves out, which make the overall score then; empty
            where it leaves none out.
        headline: Task of a group to the metrics whose mean is its score.
        departures: Target to what xstilts does not do as the benchmark does, so that scores are not comparable.
        aggregate: How scores are averaged.
        source: Where the rules are from.
    """

    name: str
    title: str
    trains: Mapping[str, tuple[tuple[str, ...], ...]]
    views: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    hidden: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _EMPTY)
    data_versions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    hyperparameters: Mapping[str, Mapping[str, int | float | str]] = field(default_factory=lambda: _EMPTY)
    retrieval_pooling: str = "mean"
    layer_by_depth: Mapping[int, int] = field(default_factory=lambda: _NO_DEPTHS)
    layer_share: float = 1.0
    vectors: Mapping[str, Vectors] = field(default_factory=lambda: _EMPTY)
    windows: Mapping[str, Windows] = field(default_factory=lambda: _EMPTY)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    complete: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    headline: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    departures: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    aggregate: str = ""
    source: str = ""

    def benchmark(self, pivot: str = "en") -> Benchmark | None:
        """What is averaged, for :func:`xstilts.statistics.tables.aggregates.aggregate`; None without groups."""
        if not self.groups:
            return None
        grouped = (self.complete or self.groups).values()
        tasks = tuple(dict.fromkeys(task for members in grouped for task in members))
        languages = {task: self.languages[task] for task in tasks}
        return Benchmark(languages, {task: self.headline[task] for task in tasks}, self.groups, pivot, self.complete)

    def view_of(self, target: str) -> str:
        """The view under which a target's last training phase trains its tasks; "" for the tasks themselves."""
        view: str = self.views.get(target, "")
        return view

    def hidden_stages(self, target: str) -> Mapping[str, str]:
        """The stages before a target's own training that every arm holds, ``none`` too, each with its reason."""
        hidden: Mapping[str, str] = self.hidden.get(target, _EMPTY)
        return hidden

    def vectors_of(self, target: str = "") -> Vectors:
        """How the texts of a retrieval target become vectors; "" for what holds where a target says nothing."""
        usual = Vectors(self.retrieval_pooling, self.layer_by_depth, self.layer_share)
        found: Vectors = self.vectors.get(target, usual)
        return found

    def retrieval_layer(self, depth: int | None, target: str = "") -> int:
        """The hidden layer whose vectors are compared in retrieval.

        Args:
            depth: Number of the encoder's layers; None where it is not known yet.
            target: The retrieval target; "" for what holds where a target says nothing.

        Returns:
            Index into the hidden states, 0 = embeddings, ``depth`` or -1 = last layer. Depths that the benchmark
            did not use get ``round(layer_share * depth)``, at least 1: the same relative height.

        Raises:
            InputError: If the depth is unknown and the rule needs it.
        """
        rule = self.vectors_of(target)
        if depth is None:
            if rule.layer_share == 1.0 and not rule.layer_by_depth:
                return -1
            raise InputError(
                f"The protocol {self.name} chooses the retrieval layer by the depth of the encoder: not known.",
                field="targets",
                hint="Name the layers in the study: {task: NAME, layers: [8]}.",
            )
        return rule.layer_by_depth.get(depth) or max(1, round(rule.layer_share * depth))


PROTOCOLS: Registry[Protocol] = Registry("protocol", "`xstilts list protocols` shows them all.")
"""Every protocol; filled by importing ``xstilts.protocols``."""
