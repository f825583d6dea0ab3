"""What is asked: one frozen entry per data set, and a user's own data sets from a study.

Importing this package registers every entry; docs/how-to/adding_a_task.md says how to add one.

>>> from xstilts.tasks import TASKS
>>> TASKS.get("xnli").labels
('entailment', 'neutral', 'contradiction')
"""

from xstilts.tasks import entries
from xstilts.tasks.base import COLUMNS, TASKS, TRANSLATED_TEST, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin
from xstilts.tasks.inline import from_inline, from_model, is_own

__all__ = [
    "COLUMNS",
    "TASKS",
    "TRANSLATED_TEST",
    "FileSpec",
    "HubSpec",
    "Kind",
    "Overlap",
    "Task",
    "TextOrigin",
    "entries",
    "from_inline",
    "from_model",
    "is_own",
]
