"""What a review may be asked: every root key of its file with its type, its default and its meaning."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from xstilts.literature.databases import DATABASES
from xstilts.literature.query import MOST_RECORDS

Reader = Literal["challenger", "confirmer", "methodologist"]
READERS: tuple[Reader, ...] = ("challenger", "confirmer", "methodologist")
LOCAL = tuple(entry.name for entry in DATABASES if not entry.needs_network)
ONLINE = tuple(entry.name for entry in DATABASES if entry.needs_network)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(_Part):
    """Years of publication, both included; null for no bound. A paper without a year is never left out for it."""

    first: Annotated[int, Field(ge=1000, le=9999)] | None = None
    last: Annotated[int, Field(ge=1000, le=9999)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError(f"first is {self.first}, after last ({self.last})")
        return self


class Limits(_Part):
    """How much is taken, read and checked; what lies beyond is counted and told.

    Attributes:
        records: Most records of each database.
        papers: Most papers that are read, the best of those kept.
        claims: Most claims that are checked, those nearest to the question.
        full_texts: Most papers of which an open copy is fetched with `--online`, the best of those that have one.
    """

    records: Annotated[int, Field(ge=1, le=MOST_RECORDS)] = 2000
    papers: Annotated[int, Field(ge=1, le=MOST_RECORDS)] = 200
    claims: Annotated[int, Field(ge=1, le=2000)] = 150
    full_texts: Annotated[int, Field(ge=0, le=MOST_RECORDS)] = 40


class Thresholds(_Part):
    """From which values on something is said.

    Attributes:
        recall: Share of the relevant papers that reading must have found before the report calls it enough.
    """

    recall: Annotated[float, Field(gt=0, lt=1)] = 0.95


class Review(_Part):
    """A review.

    Attributes:
        name: Of its report's folder: small letters, digits, ``-`` and ``_``.
        question: One sentence.
        databases: Names of `xstilts list databases`; empty: the corpus, and all on the net where one may be asked.
        corpus: Files and folders of one's own.
        years: Years of publication.
        limits: How much is taken, read and checked.
        thresholds: From which values on something is said.
        reviewers: Who reads beside the integrator.
        claims: Ids of `xstilts list claims` that are checked against their paper, beside what is found.
        lab: Seed of an invented literature of the lab, which is the corpus; each stage is scored by its truth.
    """

    name: str
    question: Annotated[str, Field(min_length=1, max_length=2000)]
    databases: tuple[str, ...] = ()
    corpus: tuple[Path, ...] = ()
    years: Years = Years()
    limits: Limits = Limits()
    thresholds: Thresholds = Thresholds()
    reviewers: Annotated[tuple[Reader, ...], Field(min_length=1)] = READERS
    claims: tuple[str, ...] = ()
    lab: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _alone(self) -> Review:
        if self.lab is not None and (self.corpus or self.databases):
            raise ValueError("a review of the lab's literature (lab) takes no corpus and no databases of its own")
        return self

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("must be small letters, digits, - and _, at most 60, the first no sign")
        return name
