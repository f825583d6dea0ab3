"""The views ``dual-encoder`` and ``dual-encoder-sentence``: a question finds the text that answers it.

The data of span QA in the form of retrieval: the questions as queries, then their texts as candidates, each text once
however many questions it answers. Of ``dual-encoder`` the text is the context; of ``dual-encoder-sentence`` it is the
sentence in which the (first) answer starts, a line break, and the context, as LAReQA trains and tests (Roy et al. 2020,
arXiv 2004.05484, section 4; google-research/xtreme:third_party/utils_lareqa.py).

Queries keep the ids of their questions, so that translations find each other; a candidate's id is a hash of its text.
Left out, and counted, are questions that have no answer and such whose question or context is empty.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.languages.blanks import is_blank
from xstilts.languages.sentences import sentence_at
from xstilts.sources.arrow import Example, rows
from xstilts.sources.views.view import View
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import datasets

    from xstilts.sources.records.rows import ReadCounts
    from xstilts.sources.views.view import Way
    from xstilts.tasks.base import Task

PASSAGE, SENTENCE = "dual-encoder", "dual-encoder-sentence"

UNANSWERED = "no answer to find"
EMPTY = "an empty question or context"
"""Why examples are left out."""


def candidate_id(text: str) -> str:
    """A name for a candidate that depends on its text alone."""
    return f"text-{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def _context(example: Example) -> str:
    return str(example["context"])


def _sentence(example: Example) -> str:
    context = _context(example)
    return f"{sentence_at(context, example['answer_starts'][0])}\n{context}"


def _asking(text_of: Callable[[Example], str], name: str) -> Way:
    """The way from questions to queries and the candidates that answer them."""

    def way(task: Task, examples: datasets.Dataset, seed: int, tally: ReadCounts) -> Iterator[Example]:
        del seed
        candidates: dict[str, str] = {}
        for example in rows(examples):
            reason = _unfit(example)
            if reason:
                tally.rejected[reason] += 1
                continue
            text = text_of(example)
            identity = candidate_id(text)
            candidates[identity] = text
            yield {"id": example["id"], "role": "query", "text": example["question"], "gold": [identity]}
        if not candidates:
            hint = f"Questions without an answer cannot be seen as {name}."
            raise DataError(f"{task.name} has no question with an answer to find here.", field="view", hint=hint)
        for identity, text in candidates.items():
            yield {"id": identity, "role": "candidate", "text": text, "gold": []}

    return way


def _unfit(example: Example) -> str:
    """Why an example is left out; "" where it is not."""
    if is_blank(example["question"]) or is_blank(example["context"]):
        return EMPTY
    return "" if example["answer_texts"] else UNANSWERED


def _view(name: str, title: str, text_of: Callable[[Example], str]) -> View:
    ways = MappingProxyType({Kind.SPAN_QA: _asking(text_of, name)})
    return View(name, title, ways, kind=Kind.RETRIEVAL, labels=())


VIEWS = (
    _view(PASSAGE, "a question finds its passage", _context),
    _view(SENTENCE, "a question finds the sentence that answers it", _sentence),
)
