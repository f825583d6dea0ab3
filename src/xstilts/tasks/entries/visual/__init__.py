"""Text about images; importing this package registers every entry."""

from xstilts.tasks.entries.visual import captions, entailment, questions, statements

__all__ = ["captions", "entailment", "questions", "statements"]
