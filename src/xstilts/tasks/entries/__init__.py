"""One module per family of tasks; importing this package registers every entry. A new family is one more line here."""

from xstilts.tasks.entries import choice, nli, paraphrase, qa, retrieval, tagging, text

__all__ = ["choice", "nli", "paraphrase", "qa", "retrieval", "tagging", "text"]
