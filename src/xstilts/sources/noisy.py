"""Examples with noise in them whose labels are still true.

Words keep their tags: of a tagged sentence only the words change, never how many they are. Answers to questions stay
where they are, or are followed to what now stands in their place. Ids, labels, choices and gold candidates stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from xstilts.errors import DataError
from xstilts.noise import Stream, corrupt, edit_rate, rate_of, way_of
from xstilts.randomness import hash_ids, uniforms
from xstilts.sources import arrow, switched
from xstilts.sources.noisy_fields import corrupted_field
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import datasets

    from xstilts.noise import Dictionary, Noise
    from xstilts.sources.arrow import Example
    from xstilts.sources.noisy_fields import Field, Run

Where: TypeAlias = Literal["both", "context", "query", "pool"]
"""Which part of an example is corrupted."""
Answers: TypeAlias = Literal["protect", "follow"]
"""What becomes of the answers in a corrupted context: they stay as they are, or are corrupted like the rest."""

QUERY, CANDIDATE = "query", "candidate"
_TEXTS = ("text", "text_pair")

FIELDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: {"context": _TEXTS[:1], "query": _TEXTS[1:], "both": _TEXTS},
        Kind.MULTIPLE_CHOICE: {
            "context": ("context",), "query": ("question", "choices"), "both": ("context", "question", "choices"),
        },
        Kind.SPAN_QA: {"context": ("context",), "query": ("question",), "both": ("context", "question")},
        Kind.RETRIEVAL: {"query": (QUERY,), "pool": (CANDIDATE,), "both": (QUERY, CANDIDATE)},
        Kind.TAGGING: {"both": ("tokens",)},
        Kind.MASKED_LM: {"both": _TEXTS},
        Kind.VISUAL_CLASSIFICATION: {"both": _TEXTS},
    }
)  # fmt: skip
"""Kind to what each ``where`` corrupts: columns; of a search, the texts of a role."""

_SECOND: Mapping[Kind, str] = MappingProxyType({**switched.SECOND, Kind.MASKED_LM: "text_pair"})
"""Kind to the field that is in the second language of a pair."""


@dataclass(frozen=True)
class Noised:
    """One way in which examples are corrupted.

    Attributes:
        noise: The noise.
        severity: From 0 to 5 (``noise.RATES``).
        where: Which part of the examples.
        answers: What becomes of the answers to questions.
        dictionary: What the noise takes words from, where it takes a dictionary.
    """

    noise: Noise
    severity: int
    where: Where = "both"
    answers: Answers = "protect"
    dictionary: Dictionary = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tables call it beside its severity."""
        return named(self.noise, self.where)


def named(noise: Noise, where: str) -> str:
    """What tables call a noise: ``typo``, or ``typo@query`` for a part of the examples."""
    return noise.name if where == "both" else f"{noise.name}@{where}"


class Changed(NamedTuple):
    """What a noise made of examples.

    Attributes:
        rows: Rows of the examples that it changed, in order.
        examples: These examples with the noise, one for each of ``rows``.
        clean: The texts that it could have changed, of all examples.
        noisy: The same texts with the noise, as many.
    """

    rows: list[int]
    examples: list[Example]
    clean: list[str]
    noisy: list[str]

    @property
    def edit_rate(self) -> float:
        """Cluster edits for each cluster of the texts that could have been changed."""
        return edit_rate(self.clean, self.noisy)


def refusal(kind: Kind, noise: Noise, where: str) -> str:
    """Why a noise cannot be had in examples of a kind with their labels kept true; "" where it can."""
    ways = FIELDS.get(kind, {})
    if not ways:
        return f"{kind} has no text alone"
    if where not in ways:
        said = "has a query and a pool, and no context: say where: pool" if kind is Kind.RETRIEVAL else ""
        return f"{kind} {said or 'allows where: ' + ', '.join(ways)}"
    if kind is Kind.TAGGING and not noise.keeps_words:
        return "each word has a tag, and this noise changes how many words there are or their order"
    return ""


def spoken(kind: Kind, language: str, pool: str = "") -> dict[str, str]:
    """The language of each field.

    Args:
        kind: The kind.
        language: Language of the examples, or a pair ``first+second`` (``sources/switched.py``).
        pool: Of a search, the language of the candidates where it is another.
    """
    first, _, second = language.partition("+")
    second = second or first
    if kind is Kind.RETRIEVAL:
        return {QUERY: second, CANDIDATE: pool or first}
    return {name: second if name == _SECOND.get(kind) else first for name in FIELDS[kind]["both"]}


def corrupted(
    kind: Kind, dataset: datasets.Dataset, noised: Iterable[Noised], languages: Mapping[str, str], seed: int = 0
) -> Iterator[Changed]:
    """What each of several noises makes of the same examples.

    Draws depend on the seed, the noise, the language, the example's id and the field alone. So a text is corrupted
    alike whatever else of its example is, and a higher severity adds to what a lower one spoils.

    Args:
        kind: The examples' kind.
        dataset: The examples, in the columns of the kind.
        noised: The noises, none of which :func:`refusal` refuses.
        languages: Field to its language, see :func:`spoken`.
        seed: Seed of all draws; that of test input is 0 for every model.

    Raises:
        InputError: If a noise is not defined in one of the languages.
        DataError: If a part is to be corrupted that no example has.
    """
    examples = list(arrow.rows(dataset))
    done: dict[tuple[object, ...], Field] = {}
    for one in noised:
        _refuse_no_part(kind, one.where, examples)
        fields = []
        for name in FIELDS[kind][one.where]:
            key = (one.noise.name, one.severity, name, one.answers, id(one.dictionary))
            if key not in done:
                run = _runner(one, languages[name], seed)
                done[key] = corrupted_field(kind, name, examples, run, follow=one.answers == "follow")
            fields.append(done[key])
        yield _together(examples, fields)


def with_changes(kind: Kind, dataset: datasets.Dataset, changed: Changed) -> datasets.Dataset:
    """All examples, those that the noise changed with their noise."""
    import datasets

    new = dict(zip(changed.rows, changed.examples, strict=True))
    rows = (new.get(row, example) for row, example in enumerate(arrow.rows(dataset)))
    return datasets.Dataset(arrow.table(kind, rows))


def augmented(
    kind: Kind, dataset: datasets.Dataset, noised: Noised, languages: Mapping[str, str], seed: int, share: float
) -> datasets.Dataset:
    """The examples, a share of them corrupted: which ones is drawn by seed and id.

    Args:
        kind: The examples' kind.
        dataset: The examples.
        noised: The noise.
        languages: Field to its language.
        seed: The phase seed.
        share: Of examples, from 0 to 1; 1 corrupts all.

    Raises:
        InputError: As :func:`corrupted`.
        DataError: As :func:`corrupted`.
    """
    (changed,) = corrupted(kind, dataset, [noised], languages, seed)
    drawn = uniforms(seed, f"augment:{noised.noise.name}", hash_ids(dataset["id"]), 0)[:, 0] < share
    taken = [(row, example) for row, example in zip(changed.rows, changed.examples, strict=True) if drawn[row]]
    rows, examples = [row for row, _ in taken], [example for _, example in taken]
    return with_changes(kind, dataset, changed._replace(rows=rows, examples=examples))


def _refuse_no_part(kind: Kind, where: str, examples: Sequence[Example]) -> None:
    if kind is Kind.CLASSIFICATION and where != "both" and not any(example["text_pair"] for example in examples):
        hint = "Say where: both."
        raise DataError("has one text per example, so there is no part of it to corrupt.", value=where, hint=hint)


def _runner(one: Noised, language: str, seed: int) -> Run:
    way, rate = way_of(one.noise, language, one.dictionary), rate_of(one.severity)
    stream = Stream(seed, one.noise.name, language)
    return lambda texts, ids, kept: corrupt(texts, ids, way, rate, stream, kept)


def _together(examples: Sequence[Example], fields: Sequence[Field]) -> Changed:
    """The fields of a noise put together, row by row."""
    rows, new = [], []
    for row, (example, *changes) in enumerate(zip(examples, *(one.changes for one in fields), strict=True)):
        if any(changes):
            rows.append(row)
            new.append({**example, **{name: value for change in changes for name, value in change.items()}})
    clean, noisy = [text for one in fields for text in one.clean], [text for one in fields for text in one.noisy]
    return Changed(rows, new, clean, noisy)
