"""Questions with their passages and what is searched, for ``full_toy``: rows of hub copies, and files as released.

What is parallel has the same id in every language. All texts are invented.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.languages import codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Rows = list[dict[str, Any]]

ITEMS = 16
LETTERS = "abcdefghijklmnop"
"""What tells texts apart, one for each item: the tokenizer of the toy encoder knows no digits."""
ISO3 = {"de": "deu", "hi": "hin", "ru": "rus", "tr": "tur"}
TYDIQA = ("arabic", "bengali", "english", "finnish", "indonesian", "korean", "russian", "swahili", "telugu")
TRANSLATED_SQUAD = codes("ar de el es hi ru sw th tr vi zh")
SEARCHED = ("de", "en", "hi", "ru", "tr")

HELD_OUT = {"de", "hi"}
POOLED = {f"pool={pool};vectors=frozen" for pool in ("cross", "mono", "multilingual")}
FROZEN = {
    "retrieval": {
        "tatoeba": {"vectors=frozen", "queries=other;vectors=frozen"},
        "bucc2018": {"vectors=frozen"},
        "lareqa": POOLED,
        "xquad_r": POOLED,
        "mewslix": {"vectors=frozen"},
    }
}
"""Study and target to the settings of rows that repeat others with the chosen vectors."""
DUAL_ENCODERS = {"retrieval": 7}
"""Study to the number of its phases that train dual encoders alone, at one seed."""


# --- questions: two about each passage, which has two sentences -------------------------------------------------------


def sentences(code: str, place: int) -> tuple[str, str]:
    return f"{code} Ada went over lake {LETTERS[place]}.", f"It was March in {code}."


def passage(code: str, place: int) -> str:
    return " ".join(sentences(code, place))


def answer(code: str) -> tuple[str, int]:
    return "Ada", len(code) + 1


def questions(code: str, name: str = "") -> Rows:
    """SQuAD's rows; ids begin with the name, or the language's code."""
    text, start = answer(code)
    return [
        {"id": f"{name or code}-{n}", "title": "Lakes", "context": passage(code, n // 2),
         "question": f"{code} who went {LETTERS[n]}", "answers": {"text": [text], "answer_start": [start]}}
        for n in range(ITEMS)
    ]  # fmt: skip


def spans(code: str) -> Rows:
    """A translation: ids are those of the English items."""
    return [
        {"id": f"en-{n}", "context": row["context"], "question": row["question"],
         "answer_texts": row["answers"]["text"], "answer_starts": row["answers"]["answer_start"]}
        for n, row in enumerate(questions(code))
    ]  # fmt: skip


def tydiqa() -> Rows:
    return [row for name in TYDIQA for row in questions(name, name)]


def parallel_questions(code: str) -> Rows:
    return questions(code, "5f")


def xquad_r(code: str) -> str:
    """``parallel_questions`` in LAReQA's layout."""
    text, start = answer(code)
    paragraphs = []
    for place in range(ITEMS // 2):
        own, whole = sentences(code, place), passage(code, place)
        asked = [
            {"id": row["id"], "question": row["question"], "answers": [{"text": text, "answer_start": start}]}
            for row in parallel_questions(code)[2 * place : 2 * place + 2]
        ]
        breaks = [[0, len(own[0])], [len(own[0]) + 1, len(whole)]]
        paragraphs.append({"context": whole, "sentence_breaks": breaks, "sentences": list(own), "qas": asked})
    return json.dumps({"version": "1.1", "data": [{"title": "Lakes", "paragraphs": paragraphs}]})


# --- pairs of sentences -----------------------------------------------------------------------------------------------


def tatoeba() -> Mapping[str, Rows]:
    """Config to rows."""
    return {
        f"tatoeba.{three}": [
            {"source_sentence": f"{code} word {LETTERS[n]}\n", "target_sentence": f"en word {LETTERS[n]}",
             "source_lang": three, "target_lang": "eng"}
            for n in range(ITEMS)
        ]
        for code, three in ISO3.items()
    }  # fmt: skip


def mined(code: str) -> Rows:
    first = [f"{code} word {LETTERS[n]}" for n in range(ITEMS)]
    return [
        {"sentence1": first, "sentence2": [f"en word {LETTERS[n]}" for n in range(ITEMS)], "gold": [[1, 1], [2, 2]]}
    ]


def pairs_to_tune_on(code: str) -> Mapping[str, str]:
    ends = {
        code: "".join(f"{code}-{n}\t{code} word {LETTERS[n]}\n" for n in range(ITEMS)),
        "en": "".join(f"en-{n}\ten word {LETTERS[n]}\n" for n in range(ITEMS)),
        "gold": f"{code}-0\ten-0\n{code}-1\ten-1\n",
    }
    return {f"bucc2018/{code}-en.dev.{end}": text for end, text in ends.items()}


# --- mentions and entities --------------------------------------------------------------------------------------------


def jsonl(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _article(code: str) -> Mapping[str, Any]:
    """One sentence for each mention."""
    text, spans_of, mentions = "", [], []
    for n in range(ITEMS):
        start, name = len(text), f"Ad{LETTERS[n]}"
        text += f"{name} came to {code}. "
        spans_of.append({"start": start, "end": len(text) - 1})
        mentions.append({
            "example_id": f"{code}-{n}", "entity_id": f"Q{n}", "metadata": {"bin_name": "bin01"},
            "mention_span": {"start": start, "end": start + len(name), "text": name},
        })  # fmt: skip
    said = {"document_title": "t", "document_url": "u", "document_id": f"{code}-1", "language": code}
    return {"context": {**said, "text": text, "sentence_spans": spans_of}, "mentions": mentions}


def _entity(n: int) -> Mapping[str, Any]:
    text = f"Ad{LETTERS[n]} is a name."
    return {
        "entity_id": f"Q{n}", "title": "t", "description": text, "description_url": "u", "description_language": "en",
        "sentence_spans": [{"start": 0, "end": len(text)}],
    }  # fmt: skip


def files() -> Mapping[str, str]:
    """Path in the data folder to text: what is searched and has no copy on the hub."""
    found = {f"lareqa/xquad-r/{code}.json": xquad_r(code) for code in SEARCHED}
    found["mewslix/wikinews_mentions-test.jsonl"] = jsonl([_article(code) for code in ("de", "en", "fa", "tr")])
    found["mewslix/candidate_set_entities.jsonl"] = jsonl([_entity(n) for n in range(ITEMS)])
    for code in ("de", "ru"):
        found |= pairs_to_tune_on(code)
    return found
