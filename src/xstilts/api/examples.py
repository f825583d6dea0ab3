"""The examples of a task, as every part of xstilts sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.sources import Source
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    import datasets


def load_task(
    task: str, *, language: str, split: str = "test", source: str = "lab", limit: int | None = None
) -> datasets.Dataset:
    """The examples of one split of a task in one language, every one checked.

    Args:
        task: A name of ``xstilts list tasks``.
        language: BCP-47 code of a language that the source has; in the lab an invented one, such as ``qaa``.
        split: ``train``, ``dev`` or ``test``.
        source: ``lab``; ``files:DIR``, a folder in the official layout or with a data map; or ``hub``.
        limit: Keep this many at most, chosen by their ids; None: all.

    Returns:
        One row per example, in the columns of the task's kind: of classification ``id, text, text_pair, label``.

    Raises:
        UnknownNameError: If there is no such task.
        InputError: If there is no such source.
        DataError: If the source lacks the language or split, or a record is not as declared: names file and line.

    Example:
        >>> import xstilts as xs
        >>> examples = xs.load_task("xnli", language="qab", limit=2)
        >>> examples.column_names, len(examples)
        (['id', 'text', 'text_pair', 'label'], 2)
    """
    found, place = TASKS.get(task, "task"), Source.parse(source, "source")
    return sources.load(sources.with_labels(found, place), language, split, place, limit).dataset
