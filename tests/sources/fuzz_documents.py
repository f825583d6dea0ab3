"""Invented documents of every file format, to be read as they are and then broken."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LABELS = ("A", "B-x")
NASTY = "ab Zäß中한ا😀'\"`,;:{}[]()<>&%#\\/|-_=.0\u00a0\u200f\u2028\u0085\u000b\u001c\ufeff"
"""What may stand in a line of text: no line end, tab or NUL, but all that some tool takes for one."""

TEXT = st.text(st.sampled_from(NASTY), min_size=1, max_size=12).map(lambda text: f"x{text}y")
WORD = st.text(st.sampled_from("abäß中😀'\"`,;#\\|-_=.0"), max_size=5).map(lambda text: f"w{text}")
LABEL = st.sampled_from(LABELS)
TAGGED = st.lists(st.tuples(WORD, LABEL), min_size=1, max_size=4)


@dataclass(frozen=True)
class Shape:
    """One way to write a format.

    Attributes:
        kind: What a bare task reads it as.
        item: Strategy of what one record is made of.
        write: All items to the text of each file; ids are the items' numbers, which come with them.
        expected: One numbered item to the rows it must give; ``id`` only where the document has ids.
        count: The text of each file (line ends are line feeds) to the number of records in them.
        options: The entry's options.
        own_ids: Whether records have ids of their own.
        blank_ends: Whether blank lines at the end are no records.
    """

    kind: Kind
    item: st.SearchStrategy[Any]
    write: Callable[[Sequence[tuple[int, Any]]], tuple[str, ...]]
    expected: Callable[[int, Any], list[dict[str, Any]]]
    count: Callable[[Sequence[str]], int]
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    own_ids: bool = False
    blank_ends: bool = True


def lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def filled(text: str) -> list[str]:
    return [line for line in lines(text) if line.strip(" \t")]


def blocks(text: str) -> int:
    return sum(full for full, _ in groupby(lines(text), key=lambda line: bool(line.strip())))


def joined(parts: Sequence[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


# --- tables and lines -------------------------------------------------------------------------------------------------


def _tsv(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (joined(["text\tlabel", *(f"{text}\t{label}" for _, (text, label) in items)]),)


def _csv(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["number", "label", "text"])
    table.writerows([number, label, text] for number, (text, label) in items)
    return (stream.getvalue(),)


def _csv_rows(texts: Sequence[str]) -> int:
    return sum(1 for row in csv.reader(io.StringIO(texts[0], newline="")) if row) - 1


def _sentence(number: int, item: Any) -> list[dict[str, Any]]:
    del number
    return [{"text": item[0], "text_pair": "", "label": item[1]}]


def _numbered_sentence(number: int, item: Any) -> list[dict[str, Any]]:
    return [{"id": str(number), **_sentence(number, item)[0]}]


def _two_files(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return joined([text for _, (text, _) in items]), joined([label for _, (_, label) in items])


def _jsonl(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    objects = [{"id": number, "text": text, "label": label, "n": 1.5} for number, (text, label) in items]
    return (joined([json.dumps(item, ensure_ascii=number % 2 == 0) for number, item in enumerate(objects)]),)


def _json_list(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (json.dumps([{"id": n, "text": text, "label": label} for n, (text, label) in items], indent=1),)


def _json_by_id(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    members = [
        f'"{number}": {json.dumps({"question": text, "answer": label}, ensure_ascii=number % 2 == 0)}'
        for number, (text, label) in items
    ]
    return ("{" + ",\n".join(members) + "}",)  # an id that comes twice is a key that comes twice


def _json_and_lines(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return joined([json.dumps({"text": text}) for _, (text, _) in items]), joined([label for _, (_, label) in items])


def _choice(number: int, item: Any) -> list[dict[str, Any]]:
    del number
    context, choices, label = item
    return [{"context": context, "question": "", "choices": list(choices), "label": label}]


def _choice_lines(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (joined([line for _, (context, choices, label) in items for line in (context, str(label), *choices)]),)


def _plain(number: int, item: str) -> list[dict[str, Any]]:
    del number
    return [{"text": item.strip(), "text_pair": ""}]


# --- tagged sentences -------------------------------------------------------------------------------------------------


def _tagged(number: int, item: Any) -> list[dict[str, Any]]:
    del number
    return [{"tokens": [word for word, _ in item], "tags": [tag for _, tag in item]}]


def _numbered_tagged(number: int, item: Any) -> list[dict[str, Any]]:
    return [{"id": str(number), **_tagged(number, item)[0]}]


def _columns(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (joined([joined([f"{word}\tmiddle\t{tag}" for word, tag in item]) for _, item in items]),)


def _conllu(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    def sentence(number: int, item: Any) -> str:
        rest = "\t_" * 6
        words = [f"{place}\t{word}\t_\t{tag}{rest}" for place, (word, tag) in enumerate(item, start=1)]
        skipped = ["1-2\twhole\t" + "\t".join("_" * 8), "1.1\tghost\t" + "\t".join("_" * 8)]
        return joined([f"# sent_id = {number}", skipped[0], words[0], skipped[1], *words[1:]])

    return (joined([sentence(number, item) for number, item in items]),)


def _word_lines(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (joined([" ".join(w for w, _ in item) + "\t" + " ".join(tag for _, tag in item) for _, item in items]),)


def _ccgbank(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    def derivation(item: Any) -> str:
        return "(<T S 0 2> " + " ".join(f"(<L {tag} P P {word} {tag}>)" for word, tag in item) + " )"

    return (joined([f"ID={number} PARSER=GOLD NUMPARSE=1\n{derivation(item)}" for number, item in items]),)


# --- questions --------------------------------------------------------------------------------------------------------

ANSWERED = st.tuples(TEXT, TEXT, TEXT, TEXT)  # context before the answer, the answer, after it, the question


def _squad(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    paragraphs = []
    for number, (before, answer, after, question) in items:
        asked = {"id": f"q{number}", "question": question}
        asked["answers"] = [{"text": answer, "answer_start": len(before)}]
        paragraphs.append({"context": before + answer + after, "qas": [asked]})
    return (json.dumps({"version": "1", "data": [{"title": "T", "paragraphs": paragraphs}]}, indent=1),)


def _question(number: int, item: Any) -> list[dict[str, Any]]:
    before, answer, after, question = item
    found = {"answer_texts": [answer], "answer_starts": [len(before)]}
    return [{"id": f"q{number}", "context": before + answer + after, "question": question, **found}]


def _questions(texts: Sequence[str]) -> int:
    articles = json.loads(texts[0])["data"]
    return sum(len(paragraph["qas"]) for article in articles for paragraph in article["paragraphs"])


def _sentences(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    document = json.loads(_squad(items)[0])
    for paragraph, (_, (before, answer, after, _)) in zip(document["data"][0]["paragraphs"], items, strict=True):
        ends = [len(before), len(before + answer), len(before + answer + after)]
        paragraph["sentence_breaks"] = [list(pair) for pair in zip([0, *ends[:-1]], ends, strict=True)]
    return (json.dumps(document),)


# --- searches ---------------------------------------------------------------------------------------------------------

PAIR = st.tuples(TEXT, TEXT)


def _pair_files(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    return (
        joined([f"q{number}\t{asked}" for number, (asked, _) in items]),
        joined([f"c{number}\t{answer}" for number, (_, answer) in items]),
        joined([f"q{number}\tc{number}" for number, _ in items]),
    )


def _pair(number: int, item: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"q{number}", "role": "query", "text": item[0], "gold": [f"c{number}"]},
        {"id": f"c{number}", "role": "candidate", "text": item[1], "gold": []},
    ]


def _mentions(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    rows: list[dict[str, Any]] = []
    for number, (name, description) in items:
        sentence = f"here is {name}."
        span = {"start": 8, "end": 8 + len(name), "text": name}
        mention = {"example_id": f"q{number}", "entity_id": f"c{number}", "mention_span": span}
        whole = {"text": sentence, "language": "de", "sentence_spans": [{"start": 0, "end": len(sentence)}]}
        rows.append({"context": whole, "mentions": [mention]})
        spans = [{"start": 0, "end": len(description)}]
        rows.append({"entity_id": f"c{number}", "description": description, "sentence_spans": spans})
    return (joined([json.dumps(row) for row in rows]),)


def _mentioned(number: int, item: Any) -> list[dict[str, Any]]:
    name, description = item
    return [
        {"id": f"q{number}", "role": "query", "text": f"{name}: here is {{ {name} }} .", "gold": [f"c{number}"]},
        {"id": f"c{number}", "role": "candidate", "text": description, "gold": []},
    ]


def _xml(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    verses = "\n".join(f'<seg id="v{number}">{escape(text)}</seg>' for number, text in items)
    return (f"<cesDoc><p>no verse</p>\n{verses}\n</cesDoc>\n",)


def _articles(items: Sequence[tuple[int, Any]]) -> tuple[str, ...]:
    def document(side: int) -> str:
        articles = "".join(
            f'<article number="{number + 1}">\n<para>{escape(item[side])}</para>\n</article>\n'
            for number, item in items
        )
        return f"<udhr>\n<preamble><para>no article</para></preamble>\n{articles}</udhr>\n"

    return document(0), document(1)


def _aligned(number: int, item: Any) -> list[dict[str, Any]]:
    query, candidate = (" ".join(text.split()) for text in item)
    gold = f"article-{number + 1}-1/candidate"
    return [
        {"id": f"article-{number + 1}-1/query", "role": "query", "text": query, "gold": [gold]},
        {"id": gold, "role": "candidate", "text": candidate, "gold": []},
    ]


def _verse(number: int, item: str) -> list[dict[str, Any]]:
    return [{"id": f"v{number}", "text": " ".join(item.split()), "text_pair": ""}]


IN_XML = TEXT.filter(lambda text: not set("\u000b\u001c") & set(text))
CLASSIFIED = st.tuples(TEXT, LABEL)
CHOSEN = st.integers(0, 1).flatmap(lambda label: st.tuples(TEXT, st.tuples(TEXT, TEXT), st.just(label)))
CLASSIFICATION = Kind.CLASSIFICATION
ONE_EACH = {"columns": {"text": 0, "label": 1}}
SHAPES: Mapping[str, Shape] = {
    "delimited": Shape(CLASSIFICATION, CLASSIFIED, _tsv, _sentence, lambda texts: len(filled(texts[0])) - 1),
    "delimited csv": Shape(
        CLASSIFICATION,
        st.tuples(st.tuples(TEXT, TEXT).map("\n".join) | TEXT, LABEL),
        _csv, _numbered_sentence, _csv_rows, {"delimiter": ",", "id": "number"}, own_ids=True,
    ),
    "jsonl": Shape(
        CLASSIFICATION, CLASSIFIED, _jsonl, _numbered_sentence, lambda texts: len(filled(texts[0])), own_ids=True
    ),
    "jsonl list": Shape(
        CLASSIFICATION, CLASSIFIED, _json_list, _numbered_sentence,
        lambda texts: len(json.loads(texts[0])), own_ids=True,
    ),
    "json_by_id": Shape(
        CLASSIFICATION, CLASSIFIED, _json_by_id, _numbered_sentence, lambda texts: len(json.loads(texts[0])),
        {"id": "id", "columns": {"text": "question", "label": "answer"}}, own_ids=True,
    ),
    "lines": Shape(
        CLASSIFICATION, CLASSIFIED, _two_files, _sentence, lambda texts: len(lines(texts[0])), ONE_EACH,
        blank_ends=False,
    ),
    "parallel": Shape(
        CLASSIFICATION, CLASSIFIED, _json_and_lines, _sentence, lambda texts: len(filled(texts[0])),
        {"parts": ["jsonl", "lines"], "columns": {"text": "0.text", "label": "1.0"}}, blank_ends=False,
    ),
    "blocks": Shape(
        Kind.MULTIPLE_CHOICE, CHOSEN, _choice_lines, _choice, lambda texts: len(lines(texts[0])) // 4,
        {"lines": 4, "columns": {"context": 0, "label": 1, "choices": [2, 3]}}, blank_ends=False,
    ),
    "text": Shape(
        Kind.MASKED_LM, TEXT, lambda items: (joined([text for _, text in items]),), _plain,
        lambda texts: len(lines(texts[0])), blank_ends=False,
    ),
    "columns": Shape(Kind.TAGGING, TAGGED, _columns, _tagged, lambda texts: blocks(texts[0])),
    "conllu": Shape(
        Kind.TAGGING, TAGGED, _conllu, _numbered_tagged, lambda texts: blocks(texts[0]), {"id": "sent_id"}, own_ids=True
    ),
    "word_lines": Shape(
        Kind.TAGGING, TAGGED, _word_lines, _tagged, lambda texts: len(lines(texts[0])), blank_ends=False
    ),
    "ccgbank": Shape(
        Kind.TAGGING, TAGGED, _ccgbank, _numbered_tagged, lambda texts: len(filled(texts[0])) // 2, own_ids=True
    ),
    "squad_json": Shape(Kind.SPAN_QA, ANSWERED, _squad, _question, _questions, own_ids=True),
    "paragraphs": Shape(Kind.RETRIEVAL, ANSWERED, _squad, lambda number, item: [], _questions),
    "xquad_r": Shape(Kind.RETRIEVAL, ANSWERED, _sentences, lambda number, item: [], _questions),
    "mining": Shape(
        Kind.RETRIEVAL, PAIR, _pair_files, _pair, lambda texts: len(filled(texts[0])), own_ids=True
    ),
    "mentions": Shape(
        Kind.RETRIEVAL, st.tuples(WORD, WORD), _mentions, _mentioned,
        lambda texts: sum(len(json.loads(line).get("mentions", ())) for line in filled(texts[0])), own_ids=True,
    ),
    "articles": Shape(
        Kind.RETRIEVAL, st.tuples(IN_XML.map("{} ab".format), IN_XML.map("{} ab".format)), _articles, _aligned,
        lambda texts: len(ElementTree.fromstring(texts[0]).findall(".//article//para")),  # noqa: S314 - our own text
        {"id": "id", "columns": {"query": 0, "candidate": 1}}, own_ids=True,
    ),
    "ces_xml": Shape(
        Kind.MASKED_LM, IN_XML, _xml, _verse,
        lambda texts: len(ElementTree.fromstring(texts[0]).findall(".//seg")),  # noqa: S314 - our own text
        {"id": "verse"}, own_ids=True,
    ),
}  # fmt: skip
"""``FORMAT`` or ``FORMAT variant`` to the way it is written here; each registered format has one."""
