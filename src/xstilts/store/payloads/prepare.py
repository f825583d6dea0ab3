"""What nodes that prepare data are asked for: examples of a portion, a limit told by other data, a vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from xstilts.store.payloads.form import Form, Json, written_by
from xstilts.store.payloads.noise import Augmented, NoiseVariant
from xstilts.tasks.base import Kind
from xstilts.training.language_mixture import LanguageMixture

Mixture: TypeAlias = Annotated[LanguageMixture, written_by(LanguageMixture.from_json)]
"""How the languages of a training set are mixed."""


@dataclass(frozen=True)
class PortionEncoding(Form):
    """How examples become tokens: fields of ``encoding.EncodingOptions``, which says what they are.

    Those that may be None are left out where nothing is said of windows; only question answering has any.
    """

    max_length: int
    stride: int
    max_answer_tokens: int
    windows: str | None = None
    max_question_tokens: int | None = None
    n_best: int | None = None
    token_answers: bool | None = None


@dataclass(frozen=True)
class Viewed(Form):
    """Another use of the examples' text: the name of the view (``sources.views``), and the seed of its draws."""

    name: str
    seed: int


@dataclass(frozen=True, kw_only=True)
class ExamplesPayload(Form):
    """One portion of a task as model inputs.

    Attributes:
        task: The task that is read.
        kind: The kind of the examples, as the view makes them.
        labels: Their labels.
        language, split: Which examples.
        limit: At most so many of them; None: all, or as many as the parent ``limit`` tells.
        data: What the data are known by.
        options: How they become tokens.
        tokenizer: What the tokenizer is known by; None where a parent trained it.
        rule: The metric rule of a study's own task; "" for none.
        view: What else is made of their text; None: they are used as they are.
        augment: Noise in them; None: they are clean.
    """

    node_kind: ClassVar[str] = "prepare"
    mark: ClassVar[str] = "what"
    what: Literal["examples"] = "examples"
    task: str
    kind: Kind
    labels: tuple[str, ...]
    language: str
    split: str
    limit: int | None
    data: Json
    options: PortionEncoding
    tokenizer: Json | None
    rule: str = ""
    view: Viewed | None = None
    augment: Augmented | None = None


@dataclass(frozen=True, kw_only=True)
class NoisyPayload(Form):
    """All variants of the examples that the only prepared parent has.

    Attributes:
        task, kind: The task, and the kind of its examples.
        languages: Field of the examples to its language.
        variants: The noises, each at one severity.
    """

    node_kind: ClassVar[str] = "prepare"
    mark: ClassVar[str] = "what"
    what: Literal["noisy"] = "noisy"
    task: str
    kind: Kind
    languages: Mapping[str, str]
    variants: tuple[NoiseVariant, ...]


@dataclass(frozen=True)
class MeasuredSet(Form):
    """A training set that is prepared already.

    Attributes:
        task: The task that is read.
        view: Its view; "" for none.
        mixture: How its languages are mixed; None: all of all.
        parts: Language to the role of the parent that prepared it.
    """

    task: str
    view: str
    mixture: Mixture | None
    parts: Mapping[str, str]


@dataclass(frozen=True)
class CutSet(Form):
    """A training set that is to get a limit; as :class:`MeasuredSet`, by what its data are known."""

    task: str
    view: str
    mixture: Mixture | None
    parts: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class LimitPayload(Form):
    """The largest limit under which the sets in ``cut`` give at most as many items as those in ``measure`` have."""

    node_kind: ClassVar[str] = "prepare"
    mark: ClassVar[str] = "what"
    what: Literal["limit"] = "limit"
    cut: tuple[CutSet, ...]
    measure: tuple[MeasuredSet, ...]


@dataclass(frozen=True, kw_only=True)
class VocabularyPayload(Form):
    """A vocabulary.

    Attributes:
        size: Pieces, special tokens included.
        lines: At most this many lines of each language are read.
        data: Role of a portion of text to what its data are known by.
    """

    node_kind: ClassVar[str] = "prepare"
    mark: ClassVar[str] = "what"
    what: Literal["vocabulary"] = "vocabulary"
    size: int
    lines: int
    data: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class PackageFile(Form):
    """A file of an installed package that holds an encoder in a form of its own.

    Attributes:
        base: What the base is called.
        weights: The sha256 of the file.
        version: Of the conversion.
    """

    base: str
    weights: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ConvertedVocabularyPayload(PackageFile):
    """The tokenizer that such a file holds."""

    node_kind: ClassVar[str] = "prepare"
    mark: ClassVar[str] = "what"
    what: Literal["converted vocabulary"] = "converted vocabulary"


PAYLOADS: tuple[type[Form], ...] = (
    ExamplesPayload, NoisyPayload, LimitPayload, VocabularyPayload, ConvertedVocabularyPayload,
)  # fmt: skip
