"""What a runner needs beside payload and parents, and what cannot change the result: it never reaches a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from xstilts.sources.source import Source
from xstilts.store.payloads.form import Form, Json, written_by


@dataclass(frozen=True)
class Place(Form):
    """Where a base or a tokenizer is loaded from.

    Attributes:
        name: A folder, a known base or a repository of the hub.
        revision: The commit of a repository; None: the one that the base itself names.
    """

    name: str
    revision: str | None


@dataclass(frozen=True)
class Runtime(Form):
    """Where a node finds what it does not get from its parents.

    Attributes:
        base: The base that it starts from; None where a parent made it, or none is needed.
        tokenizer: The tokenizer; None where a parent trained it, or none is needed.
        source: Where examples are read from; None where none are.
        inline: The study's own tasks among those that are read: name to description.
        portions: Task, language and split of the text that a vocabulary is trained on.
        dictionaries: Hash of a file that a noise takes words from, to its path.
        corpus: Files and folders of a review, in the order of their hashes.
        cassette: Folder of the stored answers of a review.
        entailment: Folder of the model of entailment of a review; "" for none.
        encoder: Folder of the encoder that compares papers with a review's question; "" for none.
        language_model: Address of the language model that proposes findings; "" for none.
        answers: Folder of the stored answers of that model.
        asks: Whether it may be asked for what is not stored.
    """

    base: Place | None = None
    tokenizer: Place | None = None
    source: Annotated[Source, written_by(Source.from_json)] | None = None
    inline: Mapping[str, Json] = field(default_factory=dict)
    portions: tuple[tuple[str, str, str], ...] = ()
    dictionaries: Mapping[str, str] = field(default_factory=dict)
    corpus: tuple[str, ...] = ()
    cassette: str = ""
    entailment: str = ""
    encoder: str = ""
    language_model: str = ""
    answers: str = ""
    asks: bool = False
