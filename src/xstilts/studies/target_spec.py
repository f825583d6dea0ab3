"""What a study may say about a target: which items are scored, and how texts are compared in retrieval."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, field_validator, model_validator

from xstilts.studies.noise_spec import NoiseItem, without_clean
from xstilts.studies.training_spec import Name, Positive, Strict, TargetName

T = TypeVar("T")


def _each_once(values: list[T]) -> list[T]:
    if len(set(values)) < len(values):
        raise ValueError("names the same value twice")
    return values


Several = Annotated[list[T], Field(min_length=1), AfterValidator(_each_once)]
"""A list of one or more, each once."""
Pooling = Literal["mean", "mean-content", "first", "weighted-mean"]
Space = Literal["raw", "centred", "whitened"]
Similarity = Literal["cosine", "dot", "csls", "ratio", "distance"]
Pool = Literal["multilingual", "cross", "mono"]
"""All candidates, those in other languages than the query's, or those in its own."""


class Target(Strict):
    """A task that is evaluated in every language. A plain name stands for ``{task: NAME}``.

    Attributes:
        task: Its name.
        protocol: The protocol it follows; None: the study's.
        split: The split that is scored; None: ``test``, or ``dev`` where the task has no test split.
        limit: Score at most this many items per language (the same items in parallel languages).
        metric: The headline, by which gains are told; None: the task's first. The task's other metrics are kept beside.
        layers: Hidden layers for retrieval, counted from 0 = embeddings, negative from the end; ``all``; None: the
            protocol's.
        pooling: How token vectors become the vector of a text, for retrieval; None: the protocol's.
        average_layers: Take the mean of so many hidden layers, the last of them being each of ``layers``.
        spaces: What is done with the vectors before they are compared: nothing, the mean of their language taken off,
            or that and equal variance in all directions.
        similarities: How vectors are compared: by cosine, by dot product, or by a cosine that is held against those of
            the nearest neighbours (``csls``, ``ratio``, ``distance``); None: the protocol's.
        queries: Of retrieval between two languages, which side asks: the pivot's, as Tatoeba is scored, or the other.
        pools: Of retrieval with candidates in many languages, which are searched; None: all three.
        index: ``exact``, or an approximate index of faiss, whose recall against the exact search is reported.
        choose_on: Held-out languages: for each base, arm and target the vectors that are best there are used in all
            other languages, and these languages are no part of any result. Needed where there are several.
        arms: The arms that run on it, beside ``none``; None: all that are not cut to other targets.
        noise: Its own noises in place of the study's; ``[]`` for clean input alone; None: the study's.
    """

    short = (str, "task")
    task: TargetName
    protocol: Name | None = None
    split: str | None = None
    limit: Positive | None = None
    metric: str | None = None
    layers: Several[int] | Literal["all"] | None = None
    pooling: Several[Pooling] | None = None
    average_layers: Several[Positive] = [1]
    spaces: Several[Space] = ["raw"]
    similarities: Several[Similarity] | None = None
    queries: Several[Literal["pivot", "other"]] = ["pivot"]
    pools: Several[Pool] | None = None
    index: Literal["exact", "ivf", "hnsw"] = "exact"
    choose_on: list[str] = []
    arms: Several[Name] | None = None
    noise: list[NoiseItem] | None = None

    @field_validator("noise", mode="before")
    @classmethod
    def _clean_is_no_noise(cls, value: object) -> object:
        return without_clean(value)

    @model_validator(mode="after")
    def _chooses_among_several(self) -> Target:
        choices = (self.layers, self.pooling, self.average_layers, self.spaces, self.similarities)
        if self.choose_on and not any(said == "all" or (said is not None and len(said) > 1) for said in choices):
            raise ValueError(
                "choose_on chooses among several layers, pooling, average_layers, spaces or similarities; name two"
            )
        return self
