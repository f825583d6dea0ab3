"""What a model is asked, of which texts, and what comes back: the values of every way from text to score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.encoding.base import EncodingOptions
from xstilts.evaluation.embed_setting import GROUP_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from datasets import Dataset

    from xstilts.encoding.features import Features
    from xstilts.evaluation.running import Progress


@dataclass(frozen=True)
class SearchOptions:
    """How a target is searched.

    Attributes:
        settings: Each ``layer, pooling, layers`` (:class:`~xstilts.evaluation.embed_setting.EmbedSetting`), ``space``
            (:mod:`~xstilts.evaluation.spaces`) and ``similarity`` (:mod:`~xstilts.search.similarities`; of mined pairs
            the margin), all optional.
        variants: As in :func:`xstilts.evaluation.pools.searches`, and ``{"index": "ivf" | "hnsw"}`` for an approximate
            search.
        shared: Whether candidates are the same for all languages; they are then encoded once.
        held_out: The languages of the pool ``held-out``.
    """

    settings: Sequence[Mapping[str, Any]] = ({},)
    variants: Sequence[Mapping[str, str]] = ({},)
    shared: bool = False
    held_out: Sequence[str] = ()


@dataclass(frozen=True)
class Request:
    """What is asked of a model about a task.

    Attributes:
        kind: The task's kind.
        labels: Label names in the order of the logits; empty for kinds without.
        rule: The task's scoring rule: SQuAD v2's lets a model say that there is no answer, BUCC's mines pairs.
        search: Of retrieval, what is compared how.
    """

    kind: str
    labels: tuple[str, ...] = ()
    rule: str = ""
    search: SearchOptions = SearchOptions()


@dataclass(frozen=True)
class Resources:
    """How forward passes run; nothing here says what comes out.

    Attributes:
        device: Where to run; None: where the model is.
        progress: Called with the items done and their number, after each forward pass. Searches whose vectors are made
            in several passes begin anew with each.
        vector_bytes: What the vectors of a search may take at a time; with more settings than fit, the texts are
            encoded again.
    """

    device: str | None = None
    progress: Progress | None = None
    vector_bytes: int = GROUP_BYTES


class EncodedSplit(NamedTuple):
    """One split of one language.

    Attributes:
        examples: The examples in the kind's columns; of searches, queries and candidates.
        features: What they were encoded to.
        options: How.
        tuned_on: Of mined pairs, another split with known pairs, on which the threshold is found.
    """

    examples: Dataset
    features: Features
    options: EncodingOptions = EncodingOptions()
    tuned_on: EncodedSplit | None = None


class Answers(NamedTuple):
    """What was answered in one language, under one setting and variant.

    Attributes:
        language: The language; of a search, that of the queries.
        setting: Of retrieval, the setting and the variant together; else empty.
        table: The kind's predictions table (see its file in ``xstilts.encoding``), one row per example; of a search one
            per query: ``id``, ``gold``, ``prediction`` (ids, best first), ``truncated``, ``scores``, and
            ``same_language`` (of each prediction) of pooled targets, null but in the pool of all languages.
        candidates: Of retrieval, how many a query was compared with.
        index_recall: Share, from 0 to 1, of the exact search's candidates that an approximate index found; None where
            the search was exact.
    """

    language: str
    setting: Mapping[str, Any]
    table: pa.Table
    candidates: int | None = None
    index_recall: float | None = None
