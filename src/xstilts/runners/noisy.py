"""Prepared examples with noise: every variant of a portion in one node, and how they are read again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.disk import write_sorted_json
from xstilts.languages.words import word_spans
from xstilts.noise import NOISES, dictionaries
from xstilts.runners.loading import EXAMPLES, FEATURES, META, Prepared, encoder_of, prepared, read_prepared
from xstilts.sources import arrow, noisy
from xstilts.store.roles import NoisyRole, PortionRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from transformers import PreTrainedTokenizerFast

    from xstilts.evaluation.under_noise import Variant
    from xstilts.runners.context import Context
    from xstilts.sources.arrow import Example
    from xstilts.store.node import Node
    from xstilts.store.payloads import NoiseVariant, NoisyPayload

MAP = "variants.parquet"
"""The file that says what takes the place of what: the place of a ``variant`` in the payload, and the rows ``clean`` of
the clean examples and ``unique`` of those of this node."""


@dataclass(frozen=True)
class NoisyPart:
    """The examples of a language under noise.

    Attributes:
        examples: Every example that some variant has in the place of a clean one, once.
        variants: The variants.
    """

    examples: Prepared
    variants: Sequence[Variant]

    def meta_of(self, name: tuple[str, int]) -> dict[str, Any]:
        """What was measured of a variant, by noise and severity."""
        kept = ("noise", "severity", "edit_rate", "pieces_per_word")
        return next(
            {key: one[key] for key in kept}
            for one in self.examples.meta["variants"]
            if (one["noise"], one["severity"]) == name
        )


def noised_of(variant: NoiseVariant, places: Mapping[str, str]) -> noisy.Noised:
    """The noise that a payload names; ``places`` has the files of dictionaries by their hashes."""
    words = dictionaries.read(Path(places[variant.dictionary])) if variant.dictionary else {}
    return noisy.Noised(NOISES.get(variant.type), variant.severity, variant.where, variant.answers, words)


def write(asked: NoisyPayload, node: Node, context: Context) -> None:
    """Write the different examples of all variants once, their features, and which takes whose place in which variant.

    ``meta.json`` says of each variant how much it changed: ``edit_rate``, ``pieces_per_word`` of clean and noisy text,
    and how many examples stayed as they were.
    """
    import pyarrow as pa
    from datasets import Dataset
    from pyarrow import parquet

    from xstilts.encoding import ENCODINGS

    (role,) = PortionRole.among(node.parents)
    clean = prepared(context, role)
    noised = [noised_of(variant, node.places.dictionaries) for variant in asked.variants]
    tokenizer, pieces = encoder_of(context, node.places.tokenizer), _PerWord()
    unique = _Unique()
    told = []
    for place, changed in enumerate(noisy.corrupted(asked.kind, clean.examples, noised, asked.languages)):
        for row, example in zip(changed.rows, changed.examples, strict=True):
            unique.add(place, row, example)
        one = noised[place]
        per_word = [pieces.of(texts, tokenizer) for texts in (changed.clean, changed.noisy)]
        told.append({
            "noise": one.name, "severity": one.severity, "edit_rate": changed.edit_rate,
            "pieces_per_word": dict(zip(("clean", "noisy"), per_word, strict=True)),
            "unchanged": len(clean.examples) - len(changed.rows),
        })  # fmt: skip
    examples = Dataset(arrow.table(asked.kind, unique.examples))
    labels = tuple(clean.meta["labels"])
    features = ENCODINGS.get(asked.kind).encode(examples, tokenizer, clean.part.options, labels)
    examples.to_parquet(context.work / EXAMPLES)
    features.save(context.work / FEATURES)
    parquet.write_table(pa.table(unique.places, schema=_places()), context.work / MAP)
    same = ("kind", "labels", "metric", "rule", "options")
    write_sorted_json(context.work / META, {name: clean.meta[name] for name in same} | {"variants": told})


def _places() -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return pa.schema([(name, pa.int32()) for name in ("variant", "clean", "unique")])


class _Unique:
    """Examples, each once, with the variants and the clean rows whose place they take."""

    def __init__(self) -> None:
        self.examples: list[Example] = []
        self.places: dict[str, list[int]] = {"variant": [], "clean": [], "unique": []}
        self._met: dict[tuple[int, str], int] = {}

    def add(self, variant: int, row: int, example: Example) -> None:
        number = self._met.setdefault((row, json.dumps(example, sort_keys=True)), len(self.examples))
        if number == len(self.examples):
            self.examples.append(example)
        for name, value in zip(self.places, (variant, row, number), strict=True):
            self.places[name].append(value)


class _PerWord:
    """Pieces for each word of texts, every text cut once."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def of(self, texts: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> float | None:
        """Pieces for each word; None for texts without words."""
        from xstilts.encoding.pieces import piece_counts

        new = list(dict.fromkeys(text for text in texts if text not in self._counts))
        self._counts.update(zip(new, piece_counts(tokenizer, new), strict=True))
        words = sum(1 for text in texts for _ in word_spans(text))
        return sum(self._counts[text] for text in texts) / words if words else None


def noisy_part(context: Context, language: str) -> NoisyPart:
    """The examples of a language under noise, as a parent prepared them."""
    from pyarrow import parquet

    from xstilts.evaluation.under_noise import Variant

    folder = context.parent(str(NoisyRole(language)))
    found = read_prepared(folder, PortionRole("", "", language))
    columns = parquet.read_table(folder / MAP).to_pydict()
    rows: dict[int, tuple[list[int], list[int]]] = {}
    for place, clean, unique in zip(*columns.values(), strict=True):
        own = rows.setdefault(place, ([], []))
        own[0].append(clean)
        own[1].append(unique)
    told = found.meta["variants"]
    variants = [Variant(one["noise"], one["severity"], *rows.get(place, ([], []))) for place, one in enumerate(told)]
    return NoisyPart(found, variants)
