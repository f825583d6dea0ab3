"""A model of natural language inference from a directory, for the check ``entailed``.

entails = load(Path("entailment"))
entails([("Swahili gained most.", "Swahili improved.")])  →  [(0.91, 0.07, 0.02)]

Any checkpoint of sequence classification will do, whoever trained it, if its labels are named as in MNLI or RTE.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.errors import ModelError
from xstilts.models import bases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

LABELS = ("entailment", "neutral", "contradiction")
_OTHER = "not_entailment"
"""What RTE's models say of everything else; it does not tell a contradiction."""
_LONGEST = 256
"""Tokens of a pair; longer ones are cut."""
_DIGITS = 4
"""Digits of a probability. What a pair is batched with moves the seventh, and must not move a verdict."""


@dataclass(frozen=True)
class EntailmentModel:
    """A loaded model.

    Attributes:
        fingerprint: Sha256 over the sha256 of its files; equal exactly for equal bytes.
        method: Name of the directory and first digits of the fingerprint, for checks.
        labels: As the model names them, in the order of its logits.
        model: In evaluation mode.
        tokenizer: Its tokenizer.
    """

    fingerprint: str
    method: str
    labels: tuple[str, ...]
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float, float]]:
        """Probabilities of (entailment, neutral, contradiction) for pairs of (passage, statement), in order.

        A pair has the same probabilities whatever it is asked with. A model of two labels never says "contradiction".
        """
        distinct = list(dict.fromkeys(pairs))
        if not distinct:
            return []
        told = dict(zip(distinct, self._scores(distinct), strict=True))
        return [told[pair] for pair in pairs]

    def _scores(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float, float]]:
        import datasets
        import pyarrow as pa

        from xstilts import evaluation
        from xstilts.encoding import ENCODINGS, EncodingOptions, TokenizerFacts
        from xstilts.tasks.base import Kind

        sides = [[_whole(text) for text in side] for side in zip(*pairs, strict=True)]
        columns = {"id": [str(place) for place in range(len(pairs))], "text": sides[0], "text_pair": sides[1]}
        examples = datasets.Dataset(pa.table({**columns, "label": pa.nulls(len(pairs), pa.string())}))
        options = EncodingOptions(max_length=min(_LONGEST, self.tokenizer.model_max_length))
        features = ENCODINGS.get(Kind.CLASSIFICATION).encode(examples, self.tokenizer, options, self.labels)
        request = evaluation.Request(Kind.CLASSIFICATION, self.labels)
        part = evaluation.EncodedSplit(examples, features, options)
        table = evaluation.predict(self.model, request, part, TokenizerFacts.of(self.tokenizer))
        places = [self.labels.index(name) if name in self.labels else None for name in LABELS]
        if _OTHER in self.labels:
            places[1] = self.labels.index(_OTHER)
        return [
            tuple(0.0 if place is None else round(row[place], _DIGITS) for place in places)  # type: ignore[misc]
            for row in table.column("scores").to_pylist()
        ]


def load(folder: Path) -> EntailmentModel:
    """The model in a directory, as ``xstilts export`` or transformers writes it.

    Raises:
        ModelError: If the directory lacks a file or a head, or its labels are not those of natural language inference.
    """
    from xstilts.models.exported import load_exported
    from xstilts.models.heads import labels_of
    from xstilts.models.load import load_tokenizer
    from xstilts.tasks.base import Kind

    bases.check_folder(folder)
    model = load_exported(folder, Kind.CLASSIFICATION)
    labels = tuple(name.casefold().replace("-", "_") for name in labels_of(model))
    if sorted(labels) not in (sorted(LABELS), sorted((LABELS[0], _OTHER))):
        said = f"The model's labels are {', '.join(labels_of(model))}; a model of entailment is needed."
        hint = "Train one with `xstilts run evidence-nli`, or name its labels in config.json: id2label."
        raise ModelError(said, field=str(folder), value=labels, allowed=(*LABELS, _OTHER), hint=hint)
    digest = fingerprint(folder)
    return EntailmentModel(digest, f"{folder.resolve().name} {digest[:10]}", labels, model, load_tokenizer(folder))


def fingerprint(folder: Path) -> str:
    """What identifies the model in a directory: sha256 over the names and sha256 of its files. No torch.

    Raises:
        ModelError: If there is no model.
    """
    bases.check_folder(folder)
    files = bases.fingerprint(bases.Base(folder.name, "local", folder=folder.resolve()))["sha256"]
    return hashlib.sha256("\n".join(f"{name} {own}" for name, own in sorted(files.items())).encode()).hexdigest()


def _whole(text: str) -> str:
    """A text that UTF-8 can hold: half characters become question marks."""
    return text.encode("utf-8", "replace").decode()
