"""One module per family of tasks; importing this package registers every entry. A new family is one more line here."""

from xstilts.tasks.entries import (
    checklist,
    choice,
    nli,
    nli_english,
    nli_native,
    nli_targets,
    paraphrase,
    paws,
    qa,
    retrieval,
    tagging,
    text,
    topics,
)

__all__ = [
    "checklist",
    "choice",
    "nli",
    "nli_english",
    "nli_native",
    "nli_targets",
    "paraphrase",
    "paws",
    "qa",
    "retrieval",
    "tagging",
    "text",
    "topics",
]
