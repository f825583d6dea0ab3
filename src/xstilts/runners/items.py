"""The training items of a phase's task: its prepared portions together, mixed as the phase says.

An item is a row of the prepared model inputs; of a dual encoder it is a question with its passages, made here, because
hard negatives and mixtures of languages look at whole training sets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.tasks.base import Kind
from xstilts.training.contrast import Contrast
from xstilts.training.language_mixture import LanguageMixture, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from xstilts.encoding.features import Features
    from xstilts.runners.loading import Prepared
    from xstilts.training.phase import PhaseSpec


def training_items(parts: Sequence[Prepared], spec: PhaseSpec, mixture: LanguageMixture | None) -> Features:
    """The items of one task.

    Args:
        parts: Its portions, one for each language.
        spec: The phase.
        mixture: Which items are taken in which language; None: all of all.

    Raises:
        DataError: If the mixture asks for items that are not there, or a dual encoder has nothing to tell apart.
    """
    from xstilts.encoding.pairs import check_contrast
    from xstilts.encoding.visual.grids import like

    found = _joined(parts, spec) if mixture is None else _mixed(parts, spec, mixture)
    features = like(found, parts[0].features)
    if parts[0].meta["kind"] == Kind.RETRIEVAL:
        check_contrast(features, parts[0].task)
    return features


def _mixed(parts: Sequence[Prepared], spec: PhaseSpec, mixture: LanguageMixture) -> Features:
    """The items that a mixture of languages takes; the same item has one name in every language."""
    by_language = {part.language: part for part in parts}
    taken = chosen(mixture, {code: _ids(part) for code, part in by_language.items()}, spec.seed)
    several = mixture.size != "fixed" or mixture.items == "native"  # items may come in several languages
    return _together([
        _named(_items(by_language[code], spec, rows), code if several else "") for code, rows in taken.items()
    ])  # fmt: skip


def _joined(parts: Sequence[Prepared], spec: PhaseSpec) -> Features:
    """The items of several languages; they are named by language, so parallel ones draw differently."""
    if len(parts) == 1:
        return _items(parts[0], spec)
    return _together([_named(_items(part, spec), part.language) for part in parts])


def _named(features: Features, language: str) -> pa.Table:
    """The items as a table, with the language before each name unless it is ""."""
    import pyarrow as pa

    table = features.table
    if not language:
        return table
    items = pa.array([f"{language}:{item}" for item in table.column("item").to_pylist()], pa.string())
    return table.set_column(table.column_names.index("item"), "item", items)


def _together(tables: Sequence[pa.Table]) -> Features:
    import pyarrow as pa

    from xstilts.encoding.features import Features

    return Features(pa.concat_tables(tables).combine_chunks())


def _ids(part: Prepared) -> list[str]:
    """Ids of the examples that a mixture chooses among: all, or the questions of a dual encoder."""
    ids = list(part.examples["id"])
    if part.meta["kind"] != Kind.RETRIEVAL:
        return ids
    from xstilts.encoding.pairs import right_rows

    return [ids[row] for row in right_rows(part.examples)[0]]


def _items(part: Prepared, spec: PhaseSpec, rows: NDArray[np.int64] | None = None) -> Features:
    """The items of a portion; ``rows``: only those of these examples, as :func:`_ids` counts them."""
    if part.meta["kind"] == Kind.RETRIEVAL:
        return _pairs(part, spec.contrast or Contrast(), rows)
    if rows is None:
        return part.features
    import pyarrow as pa

    from xstilts.encoding.features import Features

    return Features(part.features.table.filter(pa.array(np.isin(part.features.column("example"), rows))))


def _pairs(part: Prepared, contrast: Contrast, rows: NDArray[np.int64] | None) -> Features:
    from xstilts.encoding.pairs import pairs, right_rows

    queries, right = right_rows(part.examples)
    if rows is not None:
        queries, right = queries[rows], right[rows]
    negatives = hard_negatives(part.examples, queries, right, contrast.hard_negatives)
    return pairs(part.features, queries, right, negatives)


NGRAMS = (3, 4)
"""Lengths of the n-grams by which hard negatives are found; shorter ones are in every passage and cost ten times."""


def hard_negatives(
    examples: Mapping[str, Sequence[str]], queries: NDArray[np.int64], right: NDArray[np.int64], count: int
) -> NDArray[np.int64] | None:
    """The passages nearest to each question by TF-IDF of character n-grams, the right one left out.

    They are those of the question's own portion, so in its language; equally near ones come in the order of their ids.
    The answers are not known here: a passage that happens to answer the question too is a false negative (of sentences,
    the other sentences of the same context are negatives on purpose, as at test time).

    Args:
        examples: Retrieval examples.
        queries: Rows of the questions, shape ``(q,)``.
        right: Rows of their passages, shape ``(q,)``.
        count: How many for each question; fewer where there are fewer passages.

    Returns:
        Rows of passages, nearest first, shape ``(q, min(count, passages - 1))``; None for none.
    """
    ids, texts, roles = (list(examples[name]) for name in ("id", "text", "role"))
    candidates = np.array(sorted((row for row, role in enumerate(roles) if role == "candidate"), key=ids.__getitem__))
    count = min(count, len(candidates) - 1)
    if count < 1:
        return None
    from xstilts.evaluation.ngrams import char_ngrams, search

    asked, offered = (char_ngrams([texts[row] for row in rows], NGRAMS) for rows in (queries, candidates))
    found = candidates[search(asked, offered, count + 1)[0]]
    wrong = found != right[:, None]
    wrong[wrong.all(axis=1), -1] = False  # the right one is farther away: the farthest of those found is too many
    others: NDArray[np.int64] = found[wrong].reshape(len(queries), count)
    return others
