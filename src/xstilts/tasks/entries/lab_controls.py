"""Data-poor targets for the controls of the lab (docs/lab.md): made there, so no real data set is behind them."""

from __future__ import annotations

from xstilts.languages import LANGUAGES
from xstilts.tasks.base import TASKS, Kind, Task
from xstilts.tasks.entries.nli import LABELS
from xstilts.tasks.entries.tagging import UPOS

_LAB = tuple(language.code for language in LANGUAGES if language.resource)
_WHY_LAB_ALONE = "it was made for the controls of the lab; with real data, a limit makes a target data-poor"


def _few(
    like: str, kind: Kind, sizes: tuple[int, int, int], metrics: tuple[str, ...], labels: tuple[str, ...] = ()
) -> None:
    """Register a target with few training items that is scored on the dev and test sets of ``like``."""
    name = f"{like}_few"
    task = Task(
        name=name,
        kind=kind,
        title=f"{like} with {sizes[0]} training items of its own, in the lab alone: a target for its controls",
        languages=_LAB,
        splits=dict(zip(("train", "dev", "test"), sizes, strict=True)),
        labels=labels,
        metrics=metrics,
        lab=name,
        no_source=dict.fromkeys(("hub", "files"), _WHY_LAB_ALONE),
        licence="as xstilts",
        non_commercial=False,
        citation="xstilts",
    )
    TASKS.register(name, task)


_few("udpos", Kind.TAGGING, (60, 200, 300), ("f1", "accuracy"), UPOS)
_few("xnli", Kind.CLASSIFICATION, (150, 300, 400), ("accuracy", "macro_f1"), LABELS)
_few("xquad", Kind.SPAN_QA, (60, 200, 300), ("f1", "exact_match"))
