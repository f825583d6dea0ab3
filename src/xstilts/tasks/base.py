"""What a task is: one frozen entry per data set, pure data. Nothing here reads a file or imports torch.

An entry names what lies in lower rooms by string: its file format, its lab twin, its metrics. A contract test resolves
every name, so a new task is one new entry and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY: Mapping[str, Any] = MappingProxyType({})

TRANSLATED_TEST = "translated-test"
"""Name of one split more than a task lists: the test items of a language, machine-translated into the pivot, under the
ids and labels of that language's test set. No data set comes with it: it is given by a data map, or made in the lab.

The answers of a question are those of the translated text, in the pivot's words. Scores against them say how well the
translated question is answered; the usual translate-test score of question answering is another: there the answers are
translated back, and compared with those of the original."""


class Kind(StrEnum):
    """The shape of a task."""

    CLASSIFICATION = "classification"
    MULTIPLE_CHOICE = "multiple_choice"
    TAGGING = "tagging"
    SPAN_QA = "span_qa"
    RETRIEVAL = "retrieval"
    MASKED_LM = "masked_lm"
    VISUAL_CLASSIFICATION = "visual_classification"


class TextOrigin(StrEnum):
    """How the text of a data set was made."""

    NATIVE = "native"
    HUMAN_TRANSLATED = "human_translated"
    MACHINE_TRANSLATED = "machine_translated"
    MIXED = "mixed"


COLUMNS: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        # text_pair is "" for single-text tasks; label is a name from Task.labels, never a number
        Kind.CLASSIFICATION: {"id": "string", "text": "string", "text_pair": "string", "label": "string"},
        # label is the 0-based index of the right choice
        Kind.MULTIPLE_CHOICE: {
            "id": "string", "context": "string", "question": "string", "choices": "list<string>", "label": "int64",
        },
        Kind.TAGGING: {"id": "string", "tokens": "list<string>", "tags": "list<string>"},
        # answer_starts are character offsets (code points) into context; no answers = unanswerable
        Kind.SPAN_QA: {
            "id": "string", "context": "string", "question": "string",
            "answer_texts": "list<string>", "answer_starts": "list<int64>",
        },
        # role is "query" or "candidate"; gold holds the candidate ids that answer a query (empty for candidates)
        Kind.RETRIEVAL: {"id": "string", "role": "string", "text": "string", "gold": "list<string>"},
        # text_pair is "" or the translation that is masked together with text (translation LM)
        Kind.MASKED_LM: {"id": "string", "text": "string", "text_pair": "string"},
        # images are names, in the order in which the text speaks of them; caption says what they show ("" where untold)
        Kind.VISUAL_CLASSIFICATION: {
            "id": "string", "text": "string", "text_pair": "string", "caption": "string", "images": "list<string>",
            "label": "string",
        },
    }
)  # fmt: skip
"""The columns, and their Arrow types, in which every source gives the examples of a kind."""


@dataclass(frozen=True)
class FileSpec:
    """Where one split of one language lies and how it is read.

    Attributes:
        path: Relative to the data folder; ``{language}`` stands for the data set's own code (see ``Task.codes``), for
            a pair ``context+question`` also ``{context}`` and ``{question}``. A tuple of paths names line-parallel
            parts of one split (for the format ``text``: files read in turn).
        format: Name of a reader in ``sources/formats``.
        options: The reader's options; the same keys in every data map (docs/how-to/adding_a_task.md lists them).
    """

    path: str | tuple[str, ...]
    format: str
    options: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True)
class HubSpec:
    """Where the data set lies on the Hugging Face Hub and how its rows become our columns.

    Attributes:
        repo: ``owner/name``.
        config: Config name; ``{language}`` stands for the data set's own code, and ``{context}`` and ``{question}`` for
            the two of a pair. None for the only config.
        splits: Our split name to the hub's; several that form one of ours are joined by ``+``, and ``CONFIG:SPLIT``
            is a split of another config (``train_r1+train_r2``, ``multi_nli:train+snli:train``).
        options: Row options as in a data map (``columns``, ``labels``, ``where``, ``drop``).
        revision: Commit, where one is known; else resolved at first use and kept in the manifest.
        parquet: Path pattern on the ``refs/convert/parquet`` branch for data sets that still need a script.
        languages: BCP-47 codes that this copy holds, where they are not all of the task's.
        missing: Our split name to the languages of this copy that lack it.
    """

    repo: str
    config: str | None
    splits: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    revision: str | None = None
    parquet: str | None = None
    languages: tuple[str, ...] | None = None
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True)
class Overlap:
    """What training on another task shares with this one's test data.

    Attributes:
        code: ``leak`` when the score would no longer be zero-shot or held out, ``overlap`` when only content is shared;
            ``refused``: a leak that no study may have.
        why: One clause for the warning.
    """

    code: Literal["leak", "overlap", "refused"]
    why: str


class People(NamedTuple):
    """A task whose items are those of another one as people typed or spoke them.

    Attributes:
        of: The task with the clean items.
        noise: The noise that is made after theirs.
    """

    of: str
    noise: str


@dataclass(frozen=True)
class Task:
    """One data set: what is asked, in which languages, where it comes from, how it is scored.

    Attributes:
        name: The name used everywhere (``xnli``).
        kind: Its shape; decides columns, head and scorer.
        title: One line for people.
        languages: BCP-47 codes of the real data, pivot included where the data set has it; a text in one language with
            a question in another is the pair ``context+question``.
        splits: Split name to number of examples per language as published; None where no citable source.
        labels: Label names in the head's order (classification, tagging); empty otherwise.
        label_file: Where the label names may not be published: the file in the data folder that has them, one a line.
        metrics: Names from the metrics registry for this kind and rule; the first is the headline.
        rule: The scoring rule, where the data set's official script differs from its kind's (``mlqa``, ``squad2``,
            ``cmrc2018``, ``jaquad``).
        pooled: True for retrieval whose queries and candidates are in one language, or whose candidates are the same
            for all; else one side is in the pivot, and tables name the language ``de>en``. The gold of a query whose
            id several languages share is searched in all of them.
        shared_pool: Of a pooled task: its candidates are the same, under the same ids, for every language.
        union: Names of tasks of the same kind and labels whose examples together are this one (ANLI+).
        files: Split to official file layout; empty when the data set has none.
        hub: The hub's copy, or None.
        lab: Name of the lab twin, or None.
        no_source: Source name to the reason why it is missing (each absent source needs one).
        no_target: Why it is the target of no study; empty for a task that a protocol names, that is a search, or that
            has training data in the pivot (it trains itself then).
        access: Where to get files that cannot be had freely, and what to use instead; said when they are missing.
        codes: BCP-47 code to the data set's own code, where they differ.
        licence: As stated by the source.
        non_commercial: True where the licence forbids commercial use; None where none is stated.
        origin: How the text was made.
        train_origin: How the training sets in other languages than the pivot were made, where that differs (they may be
            given by a data map where ``splits`` has no ``train``).
        citation: Short reference (authors, year, arXiv or anthology id).
        overlaps: Name of a training task to what it shares with this task's test data.
        people: Whose items these are with the noise of people, or None.
    """

    name: str
    kind: Kind
    title: str
    languages: tuple[str, ...]
    splits: Mapping[str, int | None]
    metrics: tuple[str, ...]
    labels: tuple[str, ...] = ()
    label_file: str = ""
    rule: str = ""
    pooled: bool = False
    shared_pool: bool = False
    union: tuple[str, ...] = ()
    files: Mapping[str, FileSpec] = field(default_factory=lambda: _EMPTY)
    hub: HubSpec | None = None
    lab: str | None = None
    no_source: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    no_target: str = ""
    access: str = ""
    codes: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    licence: str = "none stated"
    non_commercial: bool | None = None
    origin: TextOrigin = TextOrigin.NATIVE
    train_origin: TextOrigin | None = None
    citation: str = ""
    overlaps: Mapping[str, Overlap] = field(default_factory=lambda: _EMPTY)
    people: People | None = None


TASKS: Registry[Task] = Registry("task", "`xstilts list tasks` shows them all.")
"""Every task; filled by importing ``xstilts.tasks``."""
