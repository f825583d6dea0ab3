"""Running text for masked language modelling."""

from __future__ import annotations

from xstilts.languages import LANGUAGES
from xstilts.tasks.base import TASKS, FileSpec, Kind, Task

# The lab's languages are invented: nobody else has text in them.
REAL_LANGUAGES = tuple(language.code for language in LANGUAGES if language.seen is None)

TASKS.register(
    "mlm",
    Task(
        name="mlm",
        kind=Kind.MASKED_LM,
        title="Masked language modelling on running text, one sentence or paragraph per line",
        languages=REAL_LANGUAGES,
        splits={"train": None, "dev": None},
        metrics=("perplexity", "loss"),
        files={
            "train": FileSpec("mlm/{language}.train.txt", "text"),
            "dev": FileSpec("mlm/{language}.dev.txt", "text"),
        },
        lab="mlm",
        no_source={"hub": "there is no agreed corpus: name text files in a data map or lay them as mlm/de.train.txt"},
        licence="that of the text",
        citation="Devlin et al. 2019, arXiv 1810.04805",
    ),
)
