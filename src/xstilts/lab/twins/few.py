"""Data-poor targets for the lab's controls: few items to train on, and the dev and test sets of another twin.

Their training items come from the generator of a twin that is rich, under another name of draws. So training on the
rich twin first is more data of the target's own kind, without one of its items.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xstilts.lab.translation import faithful
from xstilts.lab.twins import pairs, sentences, spans
from xstilts.lab.twins.twin import Twin, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

    Rows = Callable[..., list[Row]]

SPLIT = "few"
"""What the training set is called in draws and ids (``udpos-few-0``), where the rich twin's is called ``train``."""


def _rows(
    rich: Rows,
    scored: Rows,
    language: str,
    split: str,
    size: int,
    translate: Translate = faithful,
) -> list[Row]:
    return rich(language, SPLIT, size, translate) if split == "train" else scored(language, split, size, translate)


def _twin(
    name: str,
    kind: Kind,
    sizes: tuple[int, int, int],
    rows: tuple[Rows, Rows],
    labels: tuple[str, ...] = (),
) -> Twin:
    splits = dict(zip(("train", "dev", "test"), sizes, strict=True))
    return Twin(name, kind, splits, trained_in_pivot(splits), partial(_rows, rows[0], rows[1]), labels)


_TAGGED = (sentences.tagged_rows, sentences.tagged_rows)
_INFERENCE = (partial(pairs.rows, "mnli"), partial(pairs.rows, "xnli"))
_QUESTIONS = (partial(spans.rows, "squad"), partial(spans.rows, "xquad"))

TWINS: tuple[Twin, ...] = (
    _twin("udpos_few", Kind.TAGGING, (60, 200, 300), _TAGGED, sentences.TAGS),
    _twin("xnli_few", Kind.CLASSIFICATION, (150, 300, 400), _INFERENCE, pairs.NLI_LABELS),
    _twin("xquad_few", Kind.SPAN_QA, (60, 200, 300), _QUESTIONS),
)
