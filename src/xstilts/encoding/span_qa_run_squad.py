"""Windows and answers as ``run_squad.py`` has them, by whose descendants XTREME, XTREME-R and jiant read contexts.

A context is split at blanks into words, and each word into tokens by itself. Windows begin every ``options.stride``
tokens; a token has most context in the window in which the nearer of the window's ends is farthest. An answer begins at
one of the ``options.n_best`` best starts of a window, at a token that has most context there, and ends at one of its
best ends (Devlin et al. 2019, arXiv 1810.04805; huggingface/transformers:data/processors/squad.py and
data/metrics/squad_metrics.py as google-research/xtreme:third_party has them).
Adds ``word`` (list<int32>, the word of each token, -1 outside the context), ``may_start`` (list<bool>, whether an
answer may begin here) and ``piece`` (list<binary>, what each token adds to a text, in UTF-8).
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.encoding.span_qa_alignment import aligned
from xstilts.encoding.span_qa_answers import Answer, Answering, Outputs
from xstilts.encoding.subwords import Builder, base_types, check_room, chunks, question_limit
from xstilts.encoding.word_pieces import Piece, pieces_of, text_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.base import EncodingOptions
    from xstilts.encoding.features import Features

_OUTSIDE = -1
NOTHING = "empty"
"""What is answered where no span is valid."""
_FULL_WINDOW = 0.01
"""Weight of a window's length where two windows give a token equal context."""


class _Frame(NamedTuple):
    """The special tokens around a question and a context, with the segment that each belongs to."""

    before: list[tuple[int, int]]
    between: list[tuple[int, int]]
    after: list[tuple[int, int]]
    segments: tuple[int, int]

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast) -> _Frame:
        sample = tokenizer("a", "a", return_token_type_ids=True, verbose=False)
        parts = sample.sequence_ids(0)
        tokens = list(zip(sample["input_ids"], sample["token_type_ids"], strict=True))
        question, context = parts.index(0), parts.index(1)
        question_end, context_end = context, len(parts)
        while parts[question_end - 1] is None:
            question_end -= 1
        while parts[context_end - 1] is None:
            context_end -= 1
        segments = (tokens[question][1], tokens[context][1])
        return cls(tokens[:question], tokens[question_end:context], tokens[context_end:], segments)

    def around(self, question: list[int], context: Sequence[int]) -> tuple[list[int], list[int], int]:
        """Token ids and segments of a whole input, and the place of the context's first token."""
        first, second = self.segments
        head = [*self.before, *((token, first) for token in question), *self.between]
        whole = [*head, *((token, second) for token in context), *self.after]
        return [token for token, _ in whole], [segment for _, segment in whole], len(head)


def encode(examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions) -> Features:
    """Windows over each context, ``options.stride`` tokens from one to the next, but never with a gap between them.

    Raises:
        InputError: If the maximum length leaves no room for question and context.
    """
    special, limit = check_room(tokenizer, options.max_length), question_limit(options)
    frame, types = _Frame.of(tokenizer), base_types(tokenizer, "start", "end", "word", "may_start", "piece")
    builder = Builder(types)
    for first_row, rows in chunks(examples, ("id", "question", "context", "answer_texts", "answer_starts")):
        # the slow tokenizers read no blank at an end, nor a second one
        asked = [" ".join(question.split()) for question in rows["question"]]
        questions = tokenizer(asked, add_special_tokens=False, verbose=False)["input_ids"]
        gold = [texts[0] for texts in rows["answer_texts"] if texts]
        pieces = pieces_of(tokenizer, [*_words(rows["context"]), *gold])
        contexts = {context: _Context.of(context, pieces) for context in rows["context"]}
        items: list[dict[str, Any]] = []
        for row, question in enumerate(questions):
            context, room = contexts[rows["context"][row]], options.max_length - special - min(len(question), limit)
            span = None
            if rows["answer_texts"][row]:
                text = rows["answer_texts"][row][0]
                span = context.tokens_of(rows["answer_starts"][row][0], len(text), pieces[text])
            for number, window in enumerate(windows(len(context.pieces), room, min(options.stride, room))):
                item = _item(frame, question[:limit], context, window, span)
                item |= {"item": f"{rows['id'][row]}#{number}", "example": first_row + row}
                items.append(item | {"truncated": len(question) > limit})
        builder.add({name: [item[name] for item in items] for name in types})
    return builder.features()


def _words(texts: Sequence[str]) -> Iterator[str]:
    for text in dict.fromkeys(texts):
        yield from (text[first:stop] for first, stop in words_of(text))


class _Context(NamedTuple):
    """A context's words and tokens.

    Attributes:
        begins: First character of each word, ascending.
        firsts: First token of each word, and the number of all tokens behind the last.
        pieces: The tokens.
        words: The word of each token.
    """

    begins: list[int]
    firsts: list[int]
    pieces: list[Piece]
    words: list[int]

    @classmethod
    def of(cls, text: str, pieces: Mapping[str, list[Piece]]) -> _Context:
        spans = words_of(text)
        parts = [pieces[text[first:stop]] for first, stop in spans]
        words = [number for number, part in enumerate(parts) for _ in part]
        firsts = list(accumulate((len(part) for part in parts), initial=0))
        return cls([first for first, _ in spans], firsts, [piece for part in parts for piece in part], words)

    def tokens_of(self, start: int, length: int, answer: list[Piece]) -> tuple[int, int] | None:
        """First and last token of an answer: those of its words or, where they are found among these, its own."""
        first_word, last_word = (max(0, bisect_right(self.begins, at) - 1) for at in (start, start + length - 1))
        if not self.begins or self.firsts[first_word] == self.firsts[last_word + 1]:
            return None
        first, stop = self.firsts[first_word], self.firsts[last_word + 1]
        wanted = [(piece.id, piece.unknown) for piece in answer]
        for place in range(first, stop - len(wanted) + 1 if wanted else first):
            if [(piece.id, piece.unknown) for piece in self.pieces[place : place + len(wanted)]] == wanted:
                return place, place + len(wanted) - 1
        return first, stop - 1


class Window(NamedTuple):
    """Tokens of a context, from ``first`` to before ``stop``, and which of them have most context here, ``(t,)``."""

    first: int
    stop: int
    may_start: NDArray[np.bool_]


def windows(tokens: int, room: int, step: int) -> list[Window]:
    """The windows over so many tokens; the earlier one has a token that has equal context in two."""
    firsts = [0]
    while firsts[-1] + room < tokens:
        firsts.append(firsts[-1] + step)
    stops = [min(first + room, tokens) for first in firsts]
    place, first, last = np.arange(tokens), np.array(firsts)[:, None], np.array(stops)[:, None] - 1
    context = np.minimum(place - first, last - place)
    context = np.where(context >= 0, context + _FULL_WINDOW * (last - first + 1), -np.inf)
    owner = context.argmax(axis=0)
    return [
        Window(start, stop, owner[start:stop] == number)
        for number, (start, stop) in enumerate(zip(firsts, stops, strict=True))
    ]


def _item(
    frame: _Frame, question: list[int], context: _Context, window: Window, gold: tuple[int, int] | None
) -> dict[str, Any]:
    inside = slice(window.first, window.stop)
    pieces = context.pieces[inside]
    ids, segments, place = frame.around(question, [piece.id for piece in pieces])
    after = len(ids) - place - len(pieces)
    start, end = (0, 0)
    if gold is not None and window.first <= gold[0] and gold[1] < window.stop:
        start, end = (token - window.first + place for token in gold)
    return {
        "input_ids": ids,
        "token_type_ids": segments,
        "length": len(ids),
        "start": start,
        "end": end,
        "word": [_OUTSIDE] * place + context.words[inside] + [_OUTSIDE] * after,
        "may_start": [False] * place + window.may_start.tolist() + [False] * after,
        "piece": [b""] * place + [piece.text for piece in pieces] + [b""] * after,
    }


def answering(features: Features, options: EncodingOptions) -> Answering:
    """What answers a question from its windows; the earlier window's span among equals, then the better start's."""
    word, may_start, piece = features.ragged("word"), features.ragged("may_start"), features.table.column("piece")

    def answer(context: str, outputs: Outputs) -> Answer:
        best, found = -np.inf, None
        for row, logits in outputs:
            span = best_of_n(logits, may_start[row], word[row] >= 0, options)
            if span is not None and span[2] > best:
                best, found = span[2], (row, span[0], span[1])
        if found is None:
            return Answer(NOTHING, 0.0)
        row, first, last = found
        said = text_of(piece[row].as_py()[first : last + 1])
        if options.token_answers:
            return Answer(said, best)
        words = words_of(context)[word[row][first] : word[row][last] + 1]
        return Answer(aligned(said, " ".join(context[begin:stop] for begin, stop in words)), best)

    return answer


def best_of_n(
    logits: NDArray[Any], may_start: NDArray[np.bool_], may_end: NDArray[np.bool_], options: EncodingOptions
) -> tuple[int, int, float] | None:
    """First and last token of the best valid span among the best starts and ends, and the sum of its logits.

    Args:
        logits: Start and end logits of all tokens, those that may not answer too, shape ``(2, t)``.
        may_start: Where an answer may begin, shape ``(t,)``.
        may_end: Where it may end, shape ``(t,)``.
        options: ``n_best`` and ``max_answer_tokens``.
    """
    firsts, lasts = (np.argsort(-row, kind="stable")[: options.n_best] for row in logits)
    length = lasts[None, :] - firsts[:, None] + 1
    valid = may_start[firsts][:, None] & may_end[lasts][None, :]
    valid &= (length >= 1) & (length <= options.max_answer_tokens)
    if not valid.any():
        return None
    sums = logits[0, firsts].astype(np.float64)[:, None] + logits[1, lasts].astype(np.float64)[None, :]
    place = int(np.where(valid, sums, -np.inf).argmax())
    row, column = divmod(place, len(lasts))
    return int(firsts[row]), int(lasts[column]), float(sums[row, column])
