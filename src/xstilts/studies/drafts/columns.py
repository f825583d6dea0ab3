"""Which fields of a file are a task's columns, and so of which kind the task is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.tasks.base import COLUMNS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Fields = Mapping[Any, Any]

MOST_LABELS = 200
"""A column with more values is taken for text."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "tokens": ("tokens", "words"),
    "tags": ("tags", "ner_tags", "pos_tags", "upos"),
    "context": ("context", "passage", "paragraph"),
    "question": ("question", "query", "ask"),
    "answers": ("answers", "answer"),
    "choices": ("choices", "options", "endings", "answers_choices"),
    "text": ("text", "sentence", "sentence1", "premise", "question1", "text_a", "texta", "review", "comment", "tweet",
             "content", "body", "message", "headline", "title", "utterance", "document", "query", "question"),
    "text_pair": ("text_pair", "sentence2", "hypothesis", "question2", "text_b", "textb"),
    "label": ("label", "labels", "class", "category", "target", "stars", "rating", "sentiment", "topic", "intent",
              "gold_label", "gold", "answer", "right", "correct"),
}  # fmt: skip
"""Column of ours to what files call it, the likeliest first."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Columns:
    """What a file asks.

    Attributes:
        kind: The kind of the task.
        columns: Column of the kind to the file's field, as a study says it.
        labels: The file's name of the right choice to its place (multiple choice), where they differ.
    """

    kind: Kind
    columns: Mapping[str, Any]
    labels: Mapping[str, int] = field(default_factory=dict)

    def label_names(self, records: Iterable[Fields]) -> list[str]:
        """The labels that the records use, sorted, for a kind that has label names; empty for others.

        Raises:
            InputError: If there is one alone, or more than labels can be.
        """
        if self.kind not in (Kind.CLASSIFICATION, Kind.TAGGING):
            return []
        own = self.columns["tags" if self.kind is Kind.TAGGING else "label"]
        values = (record.get(own) for record in records)
        flat = chain.from_iterable(value if isinstance(value, list) else [value] for value in values)
        found = {str(value) for value in flat if value not in (None, "")}
        if not 1 < len(found) <= MOST_LABELS:
            said = f"The column {own!r} has {len(found):,} different values; expected 2 to {MOST_LABELS} labels."
            raise InputError(said, field="--columns", value=own, hint="Say which columns: text=FIELD,label=FIELD.")
        return sorted(found, key=lambda label: (label != "O", label))  # O first, as taggers have it


def parsed(text: str | None) -> dict[str, str]:
    """``text=review,label=stars`` as column → field; empty for None.

    Raises:
        InputError: If a part is no ``COLUMN=FIELD``, or there is no such column.
    """
    found: dict[str, str] = {}
    known = list(NAMES)
    for part in filter(None, (piece.strip() for piece in (text or "").split(","))):
        column, is_one, name = (piece.strip() for piece in part.partition("="))
        if not is_one or not name or column not in known:
            hint = nearest(column, known) or "For example --columns text=review,label=stars."
            raise InputError(f"{part!r} cannot be read.", field="--columns", value=part, allowed=known, hint=hint)
        found[column] = name
    return found


def recognised(sample: Sequence[Fields], said: Mapping[str, str]) -> Columns:
    """The kind and the columns of a file.

    Args:
        sample: Its first records.
        said: Column → field, as far as the user says them; the others are told from names, then from what they hold.

    Raises:
        InputError: If a field is not there, or the columns cannot be told: names the fields.
    """
    names = list(dict.fromkeys(chain.from_iterable(sample)))
    found = _named(names, {column: _field(name, names) for column, name in said.items()})
    choice = _choice_fields(names, sample, found)
    if {"tokens", "tags"} <= found.keys() and isinstance(sample[0].get(found["tokens"]), list):
        return Columns(Kind.TAGGING, {key: found[key] for key in ("tokens", "tags")})
    if {"context", "question", "answer_texts", "answer_starts"} <= set(names):  # SQuAD's own reader names them so
        return Columns(Kind.SPAN_QA, {})
    if {"context", "question", "answers"} <= found.keys() and isinstance(sample[0].get(found["answers"]), dict):
        own = {key: found[key] for key in ("context", "question")}
        inside = {"answer_texts": f"{found['answers']}.text", "answer_starts": f"{found['answers']}.answer_start"}
        return Columns(Kind.SPAN_QA, own | inside)
    if choice and "label" in found:
        own = {key: found[key] for key in ("context", "question") if key in found and found[key] != found["label"]}
        most = len(choice) if isinstance(choice, list) else max(len(record.get(choice) or ()) for record in sample)
        labels = _choice_labels(sample, found["label"], most)
        return Columns(Kind.MULTIPLE_CHOICE, {**own, "choices": choice, "label": found["label"]}, labels)
    return _classification(sample, names, found)


def _named(names: Sequence[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Column → field: what was said, then what fields are called; no field is two columns of text and label."""
    plain = {_plain(name): name for name in reversed(names)}
    found = {}
    for column, wanted in NAMES.items():
        own = said.get(column, next((plain[name] for name in wanted if name in plain), None))
        if own is not None:
            found[column] = own
    return found


def _plain(name: Any) -> str:  # noqa: ANN401 - a name or a position
    return str(name).strip().casefold().replace(" ", "_").replace("-", "_")


def _field(name: str, names: Sequence[Any]) -> Any:  # noqa: ANN401 - a name or a position
    """The field that the user means; digits are a position in a table without a header."""
    meant = int(name) if name.isdecimal() and name not in names else name
    if meant not in names:
        known = [str(known) for known in names]
        said = f"The file has no field {name!r}."
        raise UnknownNameError(said, field="--columns", value=name, allowed=known, hint=nearest(name, known))
    return meant


def _choice_fields(names: Sequence[Any], sample: Sequence[Fields], found: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The field with the list of choices, or the fields with one each; None where there are none."""
    if "choices" in found and isinstance(sample[0].get(found["choices"]), list):
        return found["choices"]
    for stem in ("choice", "ending", "option", "answer", ""):
        for signs in ("0123456789", "123456789", "ABCDEFGH", "abcdefgh"):
            wanted = [[f"{stem}{sep}{sign}" for sep in (("", "_") if stem else ("",))] for sign in signs]
            run = []
            for forms in wanted:
                own = next((name for name in forms if name in names), None)
                if own is None:
                    break
                run.append(own)
            if len(run) > 1:
                return run
    return None


def _choice_labels(sample: Sequence[Fields], own: Any, most: int) -> dict[str, int]:  # noqa: ANN401 - name or position
    """What the file calls its at most ``most`` choices, by their place; empty where it counts them from 0."""
    values = {str(record.get(own)).strip() for record in sample}
    for letters in (_LETTERS[:most], _LETTERS[:most].lower()):
        if values <= set(letters):
            return {letter: place for place, letter in enumerate(letters)}
    counted_from_1 = "0" not in values and str(most) in values and all(value.isdecimal() for value in values)
    if counted_from_1:
        return {str(place + 1): place for place in range(most)}
    return {}


def _classification(sample: Sequence[Fields], names: Sequence[Any], found: Mapping[str, Any]) -> Columns:
    label = found.get("label")
    texts = [name for name in names if name != label and _is_text(sample, name)]
    if label is None:  # the one column with few values, beside text
        few = [name for name in names if name not in found.values() and _is_label(sample, name)]
        label = few[0] if len(few) == 1 else None
    text = found.get("text")
    if text is None or text == label:
        others = [name for name in texts if name not in (label, found.get("text_pair"))]
        text = others[0] if len(others) == 1 else None
    if text is None or label is None:
        lacking = " and ".join(what for what, own in (("text", text), ("label", label)) if own is None)
        shown = ", ".join(repr(str(name)) for name in names)
        hint = "Say which: --columns text=FIELD,label=FIELD (text_pair=FIELD for pairs)."
        raise InputError(f"Which field is the {lacking}? The file has {shown}.", field="--columns", hint=hint)
    pair = found.get("text_pair")
    own = {"text": text, **({"text_pair": pair} if pair not in (None, text, label) else {}), "label": label}
    return Columns(Kind.CLASSIFICATION, {key: own[key] for key in COLUMNS[Kind.CLASSIFICATION] if key in own})


def _values(sample: Sequence[Fields], name: Any) -> list[str]:  # noqa: ANN401 - a name or a position
    values = (record.get(name) for record in sample)
    return [str(value) for value in values if isinstance(value, str | int | bool)]


def _is_label(sample: Sequence[Fields], name: Any) -> bool:  # noqa: ANN401 - a name or a position
    """Whether a field has few short values, of which some come again."""
    values = _values(sample, name)
    short = all(len(value) <= 40 for value in values)
    return short and len(values) == len(sample) and 1 < len(set(values)) <= len(values) // 2


def _is_text(sample: Sequence[Fields], name: Any) -> bool:  # noqa: ANN401 - a name or a position
    """Whether most values of a field are more than a word."""
    values = _values(sample, name)
    return sum(len(value.split()) > 1 for value in values) * 2 > len(sample)
