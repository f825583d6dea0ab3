"""One field of examples under noise: which texts it has, and how what is said of them stays true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from xstilts.noise import Corrupted, moved
from xstilts.noise.clusters import Span
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.sources.arrow import Example

Run: TypeAlias = Callable[[Sequence[str], Sequence[str], Sequence[Sequence[Span]]], list[Corrupted]]
"""``(texts, ids, kept) -> corrupted``: a noise at one severity in one language, see ``noise.corrupt``."""


class Field(NamedTuple):
    """One field of all examples.

    Attributes:
        changes: Of each example the columns that the noise changes, with what they now have; empty for none.
        clean: Its texts.
        noisy: The same texts with the noise, as many.
    """

    changes: list[dict[str, Any]]
    clean: list[str]
    noisy: list[str]


def corrupted_field(kind: Kind, name: str, examples: Sequence[Example], run: Run, *, follow: bool) -> Field:
    """One field of all examples.

    Args:
        kind: The examples' kind.
        name: A field of ``noisy.FIELDS``.
        examples: The examples.
        run: What corrupts texts.
        follow: Whether the answers in a context may change, and are followed; else they stay as they are.
    """
    if name == "tokens":
        return _words(examples, run)
    if name == "choices":
        return _choices(examples, run)
    if kind is Kind.SPAN_QA and name == "context":
        return _context(examples, run, follow=follow)
    if kind is Kind.RETRIEVAL:
        return _role(examples, name, run)
    texts = [example[name] for example in examples]
    noisy = [one.text for one in run(texts, _ids(examples, name), ())]
    return Field([_change(name, *pair) for pair in zip(texts, noisy, strict=True)], texts, noisy)


def _ids(examples: Sequence[Example], name: str) -> list[str]:
    """What the texts of a field are called where they are drawn for."""
    return [f"{example['id']}\x1f{name}" for example in examples]


def _change(name: str, clean: object, noisy: object) -> dict[str, Any]:
    return {} if clean == noisy else {name: noisy}


def _role(examples: Sequence[Example], role: str, run: Run) -> Field:
    """The texts of the queries, or of the candidates."""
    rows = [row for row, example in enumerate(examples) if example["role"] == role]
    own = [examples[row] for row in rows]
    texts = [example["text"] for example in own]
    noisy = [one.text for one in run(texts, _ids(own, role), ())]
    changes: list[dict[str, Any]] = [{} for _ in examples]
    for row, clean, new in zip(rows, texts, noisy, strict=True):
        changes[row] = _change("text", clean, new)
    return Field(changes, texts, noisy)


def _choices(examples: Sequence[Example], run: Run) -> Field:
    flat = [text for example in examples for text in example["choices"]]
    ids = [f"{name}\x1f{place}" for name, example in zip(_ids(examples, "choices"), examples, strict=True)
           for place in range(len(example["choices"]))]  # fmt: skip
    noisy = [one.text for one in run(flat, ids, ())]
    changes, last = [], 0
    for example in examples:
        own = example["choices"]
        changes.append(_change("choices", own, noisy[last : last + len(own)]))
        last += len(own)
    return Field(changes, flat, noisy)


def _words(examples: Sequence[Example], run: Run) -> Field:
    """Tokens joined by one blank each, and parted again where these blanks stand."""
    clean = [example["tokens"] for example in examples]
    texts, blanks = [" ".join(tokens) for tokens in clean], [_blanks(tokens) for tokens in clean]
    found = run(texts, _ids(examples, "tokens"), blanks)
    noisy = [_parted(*each) for each in zip(clean, blanks, found, strict=True)]
    changes = [_change("tokens", *pair) for pair in zip(clean, noisy, strict=True)]
    return Field(changes, texts, [" ".join(tokens) for tokens in noisy])


def _blanks(tokens: Sequence[str]) -> list[Span]:
    """Where the blanks stand between joined tokens."""
    spans, place = [], 0
    for token in tokens[:-1]:
        place += len(token)
        spans.append((place, place + 1))
        place += 1
    return spans


def _parted(tokens: Sequence[str], blanks: Sequence[Span], found: Corrupted) -> list[str]:
    """The tokens with their noise; one of which nothing would be left stays as it was."""
    if not (tokens and found.edits):
        return list(tokens)
    spans = [moved(span, found.edits) for span in blanks]
    starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(found.text)]
    noisy = [found.text[start:end] for start, end in zip(starts, ends, strict=True)]
    return [new if new.strip() else old for old, new in zip(tokens, noisy, strict=True)]


def _context(examples: Sequence[Example], run: Run, *, follow: bool) -> Field:
    """The contexts of questions, with their answers kept or followed."""
    texts, ids, spans = [example["context"] for example in examples], _ids(examples, "context"), _spans(examples)
    found = run(texts, ids, () if follow else spans)
    if follow:  # an answer of which nothing is left could not be given
        lost = [row for row, one in enumerate(found) if any(not text.strip() for text, _ in _moved(spans[row], one))]
        again = run([texts[row] for row in lost], [ids[row] for row in lost], [spans[row] for row in lost])
        for row, one in zip(lost, again, strict=True):
            found[row] = one
    changes: list[dict[str, Any]] = []
    for example, own, one in zip(examples, spans, found, strict=True):
        if one.text == example["context"]:
            changes.append({})
            continue
        now = _moved(own, one)
        said = [text for text, _ in now] if follow else example["answer_texts"]
        changes.append({"context": one.text, "answer_texts": said, "answer_starts": [start for _, start in now]})
    return Field(changes, texts, [one.text for one in found])


def _spans(examples: Sequence[Example]) -> list[list[Span]]:
    """Where the answers stand in each context."""
    pairs = [zip(example["answer_starts"], example["answer_texts"], strict=True) for example in examples]
    return [[(start, start + len(text)) for start, text in answers] for answers in pairs]


def _moved(spans: Sequence[Span], found: Corrupted) -> list[tuple[str, int]]:
    """What stands in place of spans after the noise, and where."""
    now = [moved(span, found.edits) for span in spans]
    return [(found.text[start:end], start) for start, end in now]
