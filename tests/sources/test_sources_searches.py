"""Whole searches: what their formats say about broken files, and records that hold all queries and candidates."""

from __future__ import annotations

import copy
import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.sources import FORMATS, Source, load
from xstilts.sources.formats import Record
from xstilts.sources.records.check import checked
from xstilts.sources.records.options import parse
from xstilts.sources.records.rows import ReadCounts, build, check_columns
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.sources import Loaded


def read(name: str, *paths: Path) -> list[Record]:
    reader = FORMATS.get(name)
    return list(reader.read(list(paths), reader.resolve({}, "test")))


def written(folder: Path, texts: dict[str, str | bytes]) -> list[Path]:
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return [folder / name for name in texts]


# --- mining -----------------------------------------------------------------------------------------------------------

MINING: dict[str, str | bytes] = {
    "x": "x1\tEins \nx2\tZwei\r\n",
    "y": "y1\tone\ny2\ttwo\n\n",
    "gold": " x1\ty2 \nx1\ty1\nx1\ty2\n",
}


def test_a_text_keeps_its_spaces_and_a_query_all_its_answers_once(tmp_path: Path) -> None:
    found = [record.fields for record in read("mining", *written(tmp_path, MINING))]
    assert found == [
        {"id": "x1", "role": "query", "text": "Eins ", "gold": ["y2", "y1"]},
        {"id": "x2", "role": "query", "text": "Zwei", "gold": []},
        {"id": "y1", "role": "candidate", "text": "one", "gold": []},
        {"id": "y2", "role": "candidate", "text": "two", "gold": []},
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("x", "x1\tEins\nx1\tZwei\n", r"x:2: has the id 'x1', which line 1 has too"),
        ("x", "x1\tEins\nx2\n", r"x:2: has 1 columns; expected an id, a tab and a sentence"),
        ("x", "x1\tEins\tuno\n", r"x:1: has 3 columns"),
        ("y", "y1\tone\n\ny2\ttwo\n", r"y:2: is a blank line"),
        ("y", "y1\t \ny2\ttwo\n", r"y:1: has 1 columns"),
        ("y", b"y1\tone\ny2\t\xff\n", r"y:2: is not UTF-8"),
        ("gold", "x1\ty2\nx3\ty1\n", r"gold:2: names 'x3', which is no id of .*x"),
        ("gold", "x1\tx2\n", r"gold:1: names 'x2', which is no id of .*y"),
        ("gold", "x1 y2\n", r"gold:1: has 1 columns; expected a query's id"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, file: str, text: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read("mining", *written(tmp_path, MINING | {file: text}))


def test_mining_needs_three_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="needs three paths.*here are 2"):
        read("mining", *written(tmp_path, MINING)[:2])


def test_ids_of_both_sides_must_differ(tmp_path: Path) -> None:
    (tmp_path / "bucc2018").mkdir()
    for end, text in {"de": "1\tEins\n", "en": "1\tone\n", "gold": "1\t1\n"}.items():
        (tmp_path / f"bucc2018/de-en.dev.{end}").write_text(text)
    with pytest.raises(DataError, match=r"de-en.dev.en:1: has the id '1', which .*de-en.dev.de:1 has too"):
        load(TASKS.get("bucc2018"), "de", "dev", Source("files", tmp_path))


# --- SQuAD with sentence breaks ---------------------------------------------------------------------------------------

CONTEXT = "Eins zwei. Drei."
XQUAD_R: dict[str, Any] = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "sentence_breaks": [[0, 10], [11, 16]],
                    "qas": [{"id": "q", "question": "Was?", "answers": [{"text": "Drei", "answer_start": 11}]}],
                }
            ]
        }
    ]
}


def xquad_r(folder: Path, **changes: Any) -> list[Record]:
    document = copy.deepcopy(XQUAD_R)
    paragraph = document["data"][0]["paragraphs"][0]
    for path, value in changes.items():
        *outer, last = path.split("__")
        holder: Any = paragraph
        for step in outer:
            holder = holder[int(step) if step.isdigit() else step]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return read("xquad_r", *written(folder, {"de.v1.json": json.dumps(document)}))


def test_the_sentence_in_which_the_answer_starts_is_right(tmp_path: Path) -> None:
    question, first, second = xquad_r(tmp_path)
    assert question.fields == {"id": "q", "role": "query", "text": "Was?", "gold": ["de_1_1"]}
    assert [record.fields["text"] for record in (first, second)] == [f"Eins zwei.\n{CONTEXT}", f"Drei.\n{CONTEXT}"]
    # the end of a sentence is not in it, and its start is
    assert xquad_r(tmp_path, qas__0__answers=[{"text": "E", "answer_start": 0}])[0].fields["gold"] == ["de_1_0"]
    assert xquad_r(tmp_path, qas__0__answers=[{"text": " ", "answer_start": 10}])[0].rejected == "answer in no sentence"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sentence_breaks": None}, r"paragraphs\[0\]: has no key 'sentence_breaks'"),
        ({"sentence_breaks": [[0, 99]]}, r"sentence_breaks\[0\]: is \[0, 99\]; expected .* within the 16 characters"),
        ({"sentence_breaks": [[0, 10], [11]]}, r"sentence_breaks\[1\]: is \[11\]"),
        ({"sentence_breaks": [[5, 5]]}, r"is \[5, 5\]"),
        ({"sentence_breaks": [[True, 5]]}, r"is \[True, 5\]"),
        ({"qas__0__answers": []}, r"qas\[0\]: has 0 answers; expected one"),
        ({"qas__0__answers": [{"text": "x"}]}, r"qas\[0\]: has no key 'answer_start'"),
        ({"qas__0__question": 3}, r"qas\[0\]: has a whole number as 'question'"),
        ({"context": None}, r"has no key 'context'"),
    ],
)
def test_a_broken_paragraph_is_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        xquad_r(tmp_path, **changes)


# --- SQuAD: which paragraph -------------------------------------------------------------------------------------------


def asked(identity: str, text: str = "Was?") -> dict[str, Any]:
    return {"id": identity, "question": text, "answers": []}


def paragraphs(folder: Path, name: str, *articles: list[tuple[str, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    told = [[{"context": context, "qas": questions} for context, questions in article] for article in articles]
    document = {"data": [{"paragraphs": article} for article in told]}
    return [dict(record.fields) for record in read("paragraphs", *written(folder, {name: json.dumps(document)}))]


def test_every_question_of_a_paragraph_finds_it_and_paragraphs_count_through_the_articles(tmp_path: Path) -> None:
    found = paragraphs(tmp_path, "de.json", [("Eins.", [asked("a"), asked("b", "Wer?")])], [("Zwei.", [asked("c")])])
    assert found == [
        {"id": "a", "role": "query", "text": "Was?", "gold": ["de_1"]},
        {"id": "b", "role": "query", "text": "Wer?", "gold": ["de_1"]},
        {"id": "de_1", "role": "candidate", "text": "Eins.", "gold": []},
        {"id": "c", "role": "query", "text": "Was?", "gold": ["de_2"]},
        {"id": "de_2", "role": "candidate", "text": "Zwei.", "gold": []},
    ]


def test_paragraphs_without_questions_are_none_and_equal_ones_are_one(tmp_path: Path) -> None:
    found = paragraphs(
        tmp_path, "de.json", [("A.", []), ("B.", [asked("a")]), ("A.", [asked("b")]), ("B.", [asked("c")])]
    )
    assert [row["id"] for row in found if row["role"] == "candidate"] == ["de_2", "de_3"]
    assert [row["gold"] for row in found if row["role"] == "query"] == [["de_2"], ["de_3"], ["de_2"]]


@pytest.mark.parametrize(
    ("name", "identity"), [("de.json", "de_1"), ("xquad.de.json", "xquad.de_1"), ("xquad.de.json.gz", "xquad.de_1")]
)
def test_paragraphs_of_two_languages_never_have_one_name(tmp_path: Path, name: str, identity: str) -> None:
    document = json.dumps({"data": [{"paragraphs": [{"context": "A.", "qas": [asked("a")]}]}]}).encode()
    packed = gzip.compress(document) if name.endswith(".gz") else document
    (question, _) = read("paragraphs", *written(tmp_path, {name: packed}))
    assert question.fields["gold"] == [identity]


# --- mentions ---------------------------------------------------------------------------------------------------------

ARTICLE = {
    "context": {"text": "Ada kam. {Bo} {ging}.", "language": "de", "sentence_spans": [{"start": 0, "end": 8}]},
    "mentions": [{"example_id": "m", "entity_id": "Q1", "mention_span": {"start": 0, "end": 3, "text": "Ada"}}],
}
ENTITY = {"entity_id": "Q1", "description": "A name.", "sentence_spans": [{"start": 0, "end": 7}]}


def mentions(folder: Path, *items: Any) -> list[Record]:
    return read("mentions", *written(folder, {"m.jsonl": "".join(json.dumps(item) + "\n" for item in items)}))


def article(**context: Any) -> dict[str, Any]:
    return {**ARTICLE, "context": {**ARTICLE["context"], **context}}  # type: ignore[dict-item]


def test_other_braces_become_round_and_the_mention_comes_first(tmp_path: Path) -> None:
    found = mentions(tmp_path, article(sentence_spans=[{"start": 0, "end": 21}]), ENTITY)
    assert found[0].fields["text"] == "Ada: { Ada } kam. (Bo) (ging)."
    assert found[1].fields == {"id": "Q1", "role": "candidate", "text": "A name.", "gold": [], "language": ""}


def test_a_mention_across_sentences_is_left_out_and_counted(tmp_path: Path) -> None:
    (found,) = mentions(tmp_path, article(sentence_spans=[{"start": 0, "end": 2}, {"start": 2, "end": 8}]))
    assert found.rejected == "mention in no sentence"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (article(text=""), "m.jsonl:1: has an empty text.*get-mewsli-x.sh"),
        (article(text="Eva kam."), r"has the mention 'Ada' at 0 to 3, but the text does not hold it there"),
        (article(sentence_spans=[{"start": 0, "end": 99}]), r"has sentence_spans\[0\] from 0 to 99"),
        (article(language=None), "has null as 'language'"),
        ({**ARTICLE, "mentions": [{}]}, "has no key 'mention_span'; expected the layout of Mewsli-X"),
        ({**ENTITY, "description": 3}, "has a whole number as 'description'"),
        ({"title": "x"}, "neither an article with mentions nor an entity"),
    ],
)
def test_a_broken_article_or_entity_is_named(tmp_path: Path, item: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        mentions(tmp_path, item)


def test_a_mention_of_an_unknown_entity_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mewslix").mkdir()
    (tmp_path / "mewslix/wikinews_mentions-dev.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (tmp_path / "mewslix/candidate_set_entities.jsonl").write_text(json.dumps({**ENTITY, "entity_id": "Q2"}) + "\n")
    with pytest.raises(DataError, match="mentions-dev.jsonl:1: names 'Q1' as gold, which is not among the examples"):
        load(TASKS.get("mewslix"), "de", "dev", Source("files", tmp_path))


# --- a whole search in one record -------------------------------------------------------------------------------------


def whole(fields: dict[str, Any], columns: dict[str, str]) -> list[dict[str, Any]]:
    record = Record("row", fields)
    task = replace(TASKS.get("bucc2018"), name="search")
    options = parse({"columns": columns}, "test")
    check_columns(task, options, "test")
    return [row.values for row in build(task, "test", iter([record]), options, ReadCounts())]


SEARCH = {"a": ["one", "two"], "b": ["uno", "due", "tre"], "from_0": [[0, 2], [0, 1], [0, 2]], "from_1": [[2, 3]]}
COLUMNS = {"queries": "a", "candidates": "b"}


def test_pairs_count_from_0_or_from_1() -> None:
    found = whole(SEARCH, COLUMNS | {"pairs": "from_0"})
    assert [row["gold"] for row in found[:2]] == [["search-test-0/candidate-2", "search-test-0/candidate-1"], []]
    assert [(row["role"], row["text"]) for row in found] == [
        ("query", "one"), ("query", "two"), ("candidate", "uno"), ("candidate", "due"), ("candidate", "tre"),
    ]  # fmt: skip
    found = whole(SEARCH, COLUMNS | {"pairs_from_1": "from_1"})
    assert [row["gold"] for row in found[:2]] == [[], ["search-test-0/candidate-2"]]


@pytest.mark.parametrize(
    ("column", "pair"),
    [("pairs", [2, 0]), ("pairs", [0, 3]), ("pairs", [-1, 0]), ("pairs_from_1", [0, 1]), ("pairs_from_1", [3, 1]),
     ("pairs", [0]), ("pairs", ["0", 1]), ("pairs", 7), ("pairs", [True, 1])],
)  # fmt: skip
def test_a_pair_of_other_numbers_is_refused(column: str, pair: Any) -> None:
    with pytest.raises(DataError, match="row: has the pair .*counted from"):
        whole(SEARCH | {"p": [pair]}, COLUMNS | {column: "p"})


# --- a passage for each query -----------------------------------------------------------------------------------------

PASSAGES = {"columns": {"query": "question", "passage": "context"}, "id": "id"}


def passages(*records: tuple[str, str, str]) -> list[dict[str, Any]]:
    fields = [dict(zip(("id", "question", "context"), record, strict=True)) for record in records]
    task, options = TASKS.get("xquad_r"), parse(PASSAGES, "test")
    check_columns(task, options, "test")
    given = (Record(f"row:{number}", item) for number, item in enumerate(fields))
    return list(checked(task, build(task, "test", given, options, ReadCounts()), "test"))


def test_queries_with_the_same_passage_have_one_candidate() -> None:
    one, offered, two, three, other = passages(("a", "Wer?", "Ada."), ("b", "Was?", "Ada."), ("c", "Was?", "Bo."))
    assert [one["id"], two["id"], three["id"]] == ["a", "b", "c"]
    assert one["gold"] == two["gold"] == [offered["id"]]
    assert three["gold"] == [other["id"]] != one["gold"]
    assert (offered["text"], other["text"]) == ("Ada.", "Bo.")


def test_a_query_that_comes_twice_is_refused_though_its_passage_is_not() -> None:
    with pytest.raises(DataError, match=r"row:1: has the id 'a', which row:0 has too"):
        passages(("a", "Wer?", "Ada."), ("a", "Was?", "Ada."))


# --- what cannot be searched ------------------------------------------------------------------------------------------

ONE = {"id": "q", "role": "query", "text": "Wer?", "gold": ["c"]}
OTHER = {"id": "c", "role": "candidate", "text": "Ada."}


def searched(folder: Path, *records: dict[str, Any]) -> list[dict[str, Any]]:
    (folder / "s.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    source = Source("files", folder, {"bucc2018": {"de": {"test": {"path": "s.jsonl", "format": "jsonl"}}}})
    found: list[dict[str, Any]] = load(TASKS.get("bucc2018"), "de", "test", source).dataset.to_list()
    return found


def test_a_search_needs_no_gold_for_every_query_and_equal_texts_stay_apart(tmp_path: Path) -> None:
    found = searched(tmp_path, ONE, ONE | {"id": "q2", "gold": []}, OTHER, OTHER | {"id": "c2"})
    assert [(row["id"], row["text"], row["gold"]) for row in found] == [
        ("q", "Wer?", ["c"]), ("q2", "Wer?", []), ("c", "Ada.", []), ("c2", "Ada.", []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ((ONE | {"text": ""}, OTHER), r"s.jsonl:1: has a query without text"),
        ((ONE, OTHER | {"text": " \u00a0\n"}), r"s.jsonl:2: has a candidate without text.*drop"),
        ((ONE, OTHER, OTHER), r"s.jsonl:3: has the id 'c', which .*s.jsonl:2 has too"),
        ((ONE | {"id": "c"}, OTHER), r"s.jsonl:2: has the id 'c', which .*s.jsonl:1 has too"),
        ((ONE, OTHER | {"id": "d"}), r"s.jsonl:1: names 'c' as gold, which is not among the examples"),
        ((ONE | {"gold": ["q"]}, OTHER), r"s.jsonl:1: names 'q' as gold, which is a query"),
        ((ONE | {"gold": "c"}, OTHER), r"s.jsonl:1: has 'c' as 'gold'; expected a list"),
        ((ONE | {"gold": []},), r"There is no candidate in bucc2018 de test: nothing can be searched"),
        ((OTHER,), r"There is no query in bucc2018 de test: nothing can be searched"),
        ((), r"There is no example in bucc2018 de test"),
        ((ONE | {"role": "answer"}, OTHER), r"s.jsonl:1: has the role 'answer'.*query, candidate"),
    ],
)
def test_what_cannot_be_searched_is_refused(tmp_path: Path, records: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        searched(tmp_path, *records)


@pytest.mark.parametrize(
    ("foreign", "english", "message"),
    [
        ("Eins.\nZwei.\n", "One.\n", r"deu-eng.deu:2: has a record number 2, but .*deu-eng.eng ends after 1"),
        ("Eins.\n", "One.\nTwo.\n", r"deu-eng.eng:2: has a record number 2, but .*deu-eng.deu ends after 1"),
        ("Eins.\n\n", "One.\nTwo.\n", r"deu-eng.*:2: has a candidate without text"),
    ],
)
def test_lines_of_translations_must_be_parallel(tmp_path: Path, foreign: str, english: str, message: str) -> None:
    folder = tmp_path / "LASER/data/tatoeba/v1"
    folder.mkdir(parents=True)
    (folder / "tatoeba.deu-eng.deu").write_text(foreign)
    (folder / "tatoeba.deu-eng.eng").write_text(english)
    with pytest.raises(DataError, match=message):
        load(TASKS.get("tatoeba"), "de", "test", Source("files", tmp_path))


# --- the real samples -------------------------------------------------------------------------------------------------


def loaded(name: str, language: str, split: str, real_data: Path) -> Loaded:
    return load(TASKS.get(name), language, split, Source("files", real_data / "targets"))


def test_the_real_bucc_sample_is_read_as_xtreme_lays_it_out(real_data: Path) -> None:
    found = loaded("bucc2018", "zh", "dev", real_data)
    roles, gold = list(found.dataset["role"]), list(found.dataset["gold"])
    assert (roles.count("query"), roles.count("candidate"), sum(map(len, gold))) == (8_624, 13_589, 257)


@pytest.mark.parametrize(("language", "candidates"), [("de", 1_276), ("en", 1_180)])
def test_the_real_lareqa_has_its_published_candidates(real_data: Path, language: str, candidates: int) -> None:
    """Counts of google-research-datasets/lareqa:README.md."""
    found = loaded("lareqa", language, "test", real_data)
    assert (found.used, dict(found.rejected)) == (1_190, {})
    assert list(found.dataset["role"]).count("candidate") == candidates


def test_the_same_question_has_the_same_id_in_every_language_and_other_candidates(real_data: Path) -> None:
    de, en = (list(loaded("lareqa", code, "test", real_data).dataset) for code in ("de", "en"))
    assert {row["id"] for row in de if row["role"] == "query"} == {row["id"] for row in en if row["role"] == "query"}
    assert not {row["id"] for row in de} & {row["id"] for row in en if row["role"] == "candidate"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_real_paragraphs_are_240_for_1190_questions(real_data: Path, language: str) -> None:
    found = loaded("xquad_r", language, "test", real_data)
    rows = list(found.dataset)
    offered = [row for row in rows if row["role"] == "candidate"]
    assert (found.used, dict(found.rejected), len(offered)) == (1_190, {}, 240)
    assert all(row["id"].startswith(f"{language}_") for row in offered)
    # LAReQA's sentence and its paragraph are about the same question
    sentences = loaded("lareqa", language, "test", real_data).dataset
    gold = {row["id"]: row["gold"][0].rpartition("_")[0] for row in sentences if row["role"] == "query"}
    assert {row["id"]: row["gold"][0] for row in rows if row["role"] == "query"} == gold


def test_the_real_xquad_gives_the_same_questions_and_paragraphs_as_xquad_r(real_data: Path) -> None:
    entry = {"path": "xquad/xquad.{language}.json.gz", "format": "paragraphs", "id": "id"}
    source = Source("files", real_data / "targets", {"xquad_r": {"de": {"test": entry}}})
    whole = list(load(TASKS.get("xquad_r"), "de", "test", source).dataset)
    by_sentence = list(loaded("xquad_r", "de", "test", real_data).dataset)
    assert [row["text"] for row in whole] == [row["text"] for row in by_sentence]
    assert [row["gold"] for row in whole] == [[f"xquad.{name}" for name in row["gold"]] for row in by_sentence]


def test_the_halves_of_one_file_of_pairs_keep_pairs_together_and_share_nothing(tmp_path: Path) -> None:
    queries = "".join(f"q{n}\tasked {n}\n" for n in range(60))
    candidates = "".join(f"c{n}\toffered {n}\n" for n in range(80))
    gold = "".join(f"q{n}\tc{n + 7}\n" for n in range(0, 60, 3))
    for name, text in (("q", queries), ("c", candidates), ("gold", gold)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [tmp_path / name for name in ("q", "c", "gold")]

    def read(**options: str) -> list[dict[str, object]]:
        reader = FORMATS.get("mining")
        return [dict(record.fields) for record in reader.read(paths, reader.resolve(options, "mining"))]

    whole, first, second = read(), read(half="a"), read(half="b")
    names = [{str(row["id"]) for row in part} for part in (whole, first, second)]
    assert names[1] | names[2] == names[0] and not names[1] & names[2]
    assert all(40 < len(part) < 100 for part in names[1:])
    for part, own in ((first, names[1]), (second, names[2])):
        pairs = [(row["id"], right) for row in part for right in row["gold"]]  # type: ignore[attr-defined]
        assert pairs and all(right in own for _, right in pairs)
    assert sum(len(row["gold"]) for row in (*first, *second)) == 20  # type: ignore[arg-type]
    with pytest.raises(DataError, match="'c' is not allowed here"):
        read(half="c")
