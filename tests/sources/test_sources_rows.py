"""What options make of records: values that YAML re-typed, fields that few records have, answers that are none."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from xstilts.errors import DataError
from xstilts.sources import MAP_FILE, Loaded, Source, fingerprint, load, refuse_unscorable, safe_yaml
from xstilts.sources.records.options import as_json, parse
from xstilts.sources.records.retyped import OtherDigits, is_retyped
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from pathlib import Path


def task(kind: Kind = Kind.CLASSIFICATION, **changes: Any) -> Task:
    given: dict[str, Any] = {
        "name": "t", "kind": kind, "title": "", "languages": ("de",), "splits": {"test": None}, "metrics": (),
        "labels": ("calm", "wild") if kind is Kind.CLASSIFICATION else (),
    }  # fmt: skip
    return Task(**(given | changes))


def read(folder: Path, content: str | list[dict[str, Any]], of: Task | None = None, **options: Any) -> Loaded:
    """Read one file by a map in the folder, written as YAML so that quotes matter."""
    text = content if isinstance(content, str) else "".join(json.dumps(record) + "\n" for record in content)
    (folder / "a").write_text(text, encoding="utf-8")
    entry = {"path": "a", "format": "delimited" if isinstance(content, str) else "jsonl"} | options
    return load(of or task(), "de", "test", Source("files", folder, {"t": {"de": {"test": entry}}}))


def by_map(folder: Path, content: str, options: str) -> Loaded:
    """Read one table by a map that is written out."""
    (folder / "a").write_text(content, encoding="utf-8")
    (folder / MAP_FILE).write_text(f"t: {{de: {{test: {{path: a, format: delimited, {options}}}}}}}", encoding="utf-8")
    return load(task(), "de", "test", Source("files", folder))


TABLE = "text\tlabel\tseen\nquiet sea\tcalm\tyes\nhigh wind\twild\tno\nflat lake\tcalm\tno\n"


# --- what YAML re-typed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["no", "off", "yes", "true", "~", "null", "1.10", "0x1F", "010", "12:30", "1_000"])
@pytest.mark.parametrize("option", ["drop", "where"])
def test_a_value_that_yaml_read_otherwise_is_refused_with_the_hint_to_quote_it(
    tmp_path: Path, option: str, written: str
) -> None:
    for value in (written, f"[x, {written}]"):
        with pytest.raises(DataError, match=rf"de\.test\.{option}\.seen: is .* Write it in quotes"):
            by_map(tmp_path, TABLE, f"{option}: {{seen: {value}}}")


@pytest.mark.parametrize("written", ["2024-01-05", "1990-12-31 10:00:00", ".inf", "+5", "0b11"])
def test_dates_and_other_digits_are_refused_too(tmp_path: Path, written: str) -> None:
    with pytest.raises(DataError, match=r"[Ww]rite it in quotes"):
        by_map(tmp_path, TABLE, f"drop: {{seen: {written}}}")


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ("labels: {no: calm, yes: wild}", "labels"),
        ("labels: {1.10: calm}", "labels"),
        ("labels: {null: calm}", "labels"),
        ("labels: {calm: on}", "labels"),
        ("columns: {label: {value: no}}", r"columns\.label\.value"),
        ("columns: {text: no}", r"columns\.text"),
        ("columns: {text: [a, 1.5]}", r"columns\.text"),
        ("drop: {no: x}", "drop"),
        ("id: no", "id"),
        ("pattern: {column: yes, regex: '(?P<a>.)'}", r"pattern\.column"),
        ("codes: {no: nob}", "codes"),
        ("codes: {de: no}", "codes"),
    ],
)
def test_labels_constants_and_names_of_fields_are_looked_at_too(tmp_path: Path, options: str, place: str) -> None:
    with pytest.raises(DataError, match=rf"de\.test\.{place}: is .* Write it in quotes"):
        by_map(tmp_path, TABLE, options)


def test_quoted_values_and_plain_numbers_are_found(tmp_path: Path) -> None:
    loaded = by_map(tmp_path, TABLE, 'drop: {seen: "no"}')
    assert (loaded.used, loaded.rejected, loaded.noted) == (1, {"seen = 'no'": 2}, {})
    numbers = "text\tlabel\tseen\na\tcalm\t1.10\nb\twild\t7\nc\tcalm\t010\n"
    assert by_map(tmp_path, numbers, 'drop: {seen: ["1.10", 7]}').dataset["text"][:] == ["c"]
    assert by_map(tmp_path, numbers, 'where: {seen: "010"}').dataset["text"][:] == ["c"]


def test_the_message_says_what_was_read_and_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        by_map(tmp_path, TABLE, "drop: {seen: no}")
    assert "is false: YAML reads what is written here as a boolean" in str(caught.value)
    assert '"no" or "false"' in str(caught.value)
    with pytest.raises(DataError, match='is 31: .* as a number, .* for example "0x1F"'):
        by_map(tmp_path, TABLE, "drop: {seen: 0x1F}")


def test_booleans_and_null_of_json_are_named_by_quoted_words(tmp_path: Path) -> None:
    records = [
        {"text": "a", "label": "calm", "seen": True},
        {"text": "b", "label": "calm", "seen": False},
        {"text": "c", "label": "wild", "seen": None},
    ]
    assert read(tmp_path, records, drop={"seen": ["true", "null"]}).dataset["text"][:] == ["b"]
    labels = {"true": "calm", "false": "wild", "null": "wild"}
    assert read(tmp_path, records, columns={"label": "seen"}, labels=labels).dataset["label"][:] == [
        "calm", "wild", "wild",
    ]  # fmt: skip


def test_numbers_remember_how_they_were_written_and_stay_numbers() -> None:
    found = safe_yaml.load("[10, 0x10, 010, 1_0]")
    assert found == [10, 16, 8, 10]
    assert [is_retyped(value) for value in found] == [False, True, True, True]
    assert isinstance(found[1], OtherDigits)
    assert found[1].written == "0x10"
    assert json.dumps(found) == "[10, 16, 8, 10]"
    assert is_retyped(date(2024, 1, 5))
    assert yaml.safe_load("010") == 8


def test_a_number_may_be_a_label_of_ours(tmp_path: Path) -> None:
    table = "text\tlabel\na\tneg\nb\tpos\n"
    loaded = read(tmp_path, table, task(labels=("0", "1")), labels={"neg": 0, "pos": 1})
    assert loaded.dataset["label"][:] == ["0", "1"]


# --- what where and drop name ---------------------------------------------------------------------------------------


def test_a_value_that_no_record_has_is_told(tmp_path: Path) -> None:
    loaded = read(tmp_path, TABLE, drop={"seen": ["No", "yes"]}, where={"label": ["calm", "storm"]})
    assert loaded.rejected == {"seen = 'yes'": 1}
    assert loaded.noted == {"label = 'storm' (where)": 0, "seen = 'No' (drop)": 0}


def test_a_value_counts_as_met_behind_another_reason(tmp_path: Path) -> None:
    assert read(tmp_path, TABLE, drop={"seen": ["no"], "label": ["wild"]}).noted == {}


def test_fields_that_only_some_records_have(tmp_path: Path) -> None:
    records = [{"text": "a", "label": "calm"}, {"text": "b", "label": "wild", "flag": "bad"}]
    assert read(tmp_path, records, drop={"flag": "bad"}).dataset["text"][:] == ["a"]
    assert read(tmp_path, records, where={"flag": "bad"}).dataset["text"][:] == ["b"]
    with pytest.raises(DataError, match=r"a:1: has no field 'flga', which drop names.*text, label, flag.*'flag'"):
        read(tmp_path, records, drop={"flga": "bad"})
    with pytest.raises(DataError, match=r"has no field 'flga', which where names"):
        read(tmp_path, records, where={"flga": "bad"})


def test_an_empty_split_names_its_file_and_what_was_left_out(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, TABLE, drop={"label": "calm", "seen": "no"}, where={"seen": ["no"]})
    text = str(caught.value)
    assert f"the split is empty. Records read in {tmp_path / 'a'}: 2, 2 of them left out" in text
    assert "label = 'calm': 1" in text
    assert "where leaves 1 more to others" in text


def test_new_options_enter_the_fingerprint_only_when_they_are_said(tmp_path: Path) -> None:
    assert set(as_json(parse({}, "x"))) == {"columns", "labels", "where", "drop", "id", "pattern", "mismatched_answers"}
    assert as_json(parse({"empty_answer": "error", "impossible": "error", "empty_choice": "keep"}, "x")) == as_json(
        parse({}, "x")
    )
    assert as_json(parse({"empty_answer": "none"}, "x"))["empty_answer"] == "none"
    (tmp_path / "a").write_text(TABLE, encoding="utf-8")
    entry = {"path": "a", "format": "delimited"}
    here = Source("files", tmp_path, {"t": {"de": {"test": entry}}})
    assert "own" not in json.dumps(fingerprint(task(), "de", "test", here)["parts"][0]["rows"])
    with pytest.raises(DataError, match="expected error or none"):
        parse({"empty_answer": "drop"}, "x")


# --- ids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "said"), [(None, "null"), ("", "''"), (True, "True"), (1.5, r"1\.5")])
def test_ids_that_name_nothing_say_how_to_do_without(tmp_path: Path, value: object, said: str) -> None:
    records = [{"id": value, "qid": "q7", "text": "a", "label": "calm"}]
    with pytest.raises(DataError, match=rf"a:1: has {said} as 'id'.*id: null .*id: qid"):
        read(tmp_path, records)
    assert read(tmp_path, records, id=None).dataset["id"][:] == ["t-test-0"]


def test_an_id_field_that_is_not_there_names_one_that_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no field 'key' .*id: null .*id: guid"):
        read(tmp_path, [{"guid": "g1", "text": "a", "label": "calm"}], id="key")


def test_repeated_ids_say_how_to_do_without(tmp_path: Path) -> None:
    records = [{"id": 1, "text": "a", "label": "calm"}] * 2
    with pytest.raises(DataError, match="has the id '1', which .* Say id: null"):
        read(tmp_path, records)


# --- answers --------------------------------------------------------------------------------------------------------

QA = task(Kind.SPAN_QA)
CONTEXT = "Die Fähre legt um neun ab."


def asked(folder: Path, *questions: dict[str, Any], bare: bool = False, **options: Any) -> Loaded:
    """Read a SQuAD document of these questions."""
    given = [{"id": str(number), "question": "Wann?"} | found for number, found in enumerate(questions)]
    articles = [{"paragraphs": [{"context": CONTEXT, "qas": given}]}]
    (folder / "a").write_text(json.dumps(articles if bare else {"data": articles}), encoding="utf-8")
    entry = {"path": "a", "format": "squad_json"} | options
    return load(QA, "de", "test", Source("files", folder, {"t": {"de": {"test": entry}}}))


NINE = {"text": "neun", "answer_start": 18}


@pytest.mark.parametrize(
    "answers",
    [
        [{"text": ""}],
        [{"text": "", "answer_start": -1}],
        [{"text": " ", "answer_start": 3}],
        [{"text": "\u200b", "answer_start": 0}],
        [{"text": None, "answer_start": None}],
        None,
        [],
    ],
)
def test_a_blank_answer_is_no_answer_where_the_option_says_so(tmp_path: Path, answers: Any) -> None:
    loaded = asked(tmp_path, {"answers": [NINE]}, {"answers": answers}, empty_answer="none")
    assert loaded.dataset["answer_texts"][:] == [["neun"], []]
    assert loaded.dataset["answer_starts"][:] == [[18], []]
    assert list(loaded.noted.values()) == [1]
    if answers != []:
        with pytest.raises(DataError, match="empty_answer: none"):
            asked(tmp_path, {"answers": [NINE]}, {"answers": answers})


def test_a_question_without_the_key_and_a_blank_answer_beside_a_real_one(tmp_path: Path) -> None:
    loaded = asked(tmp_path, {"answers": [{"text": ""}, NINE]}, {}, empty_answer="none")
    assert loaded.dataset["answer_texts"][:] == [["neun"], []]
    with pytest.raises(DataError, match=r"qas\[1\]: has no field 'answer_texts'.*empty_answer: none"):
        asked(tmp_path, {"answers": [NINE]}, {})


def test_without_the_option_blank_answers_can_be_left_out(tmp_path: Path) -> None:
    loaded = asked(tmp_path, {"answers": [NINE]}, {"answers": [{"text": ""}]}, mismatched_answers="drop_answer")
    assert (loaded.used, loaded.rejected) == (1, {"answer not at its offset": 1})


def test_a_misspelt_column_does_not_take_all_answers_away(tmp_path: Path) -> None:
    records = [{"context": CONTEXT, "question": "Wann?", "answers": {"text": ["neun"], "start": [18]}}]
    columns = {"answer_texts": "answers.texts", "answer_starts": "answers.starts"}
    with pytest.raises(DataError, match=r"has no field 'answers\.texts', which columns: answer_texts names"):
        read(tmp_path, records, QA, columns=columns, empty_answer="none")
    records.append({"context": CONTEXT, "question": "Wo?", "answers": None})
    with pytest.raises(DataError, match=r"a:2: has null as 'answers'\. Set empty_answer: none"):
        read(tmp_path, records, QA, columns={"answer_texts": "answers.text", "answer_starts": "answers.start"})
    right = {"answer_texts": "answers.text", "answer_starts": "answers.start"}
    assert read(tmp_path, records, QA, columns=right, empty_answer="none").dataset["answer_texts"][:] == [["neun"], []]


def test_is_impossible_with_an_answer_is_refused_or_decided(tmp_path: Path) -> None:
    both = {"answers": [NINE], "is_impossible": True}
    with pytest.raises(DataError, match=r"qas\[0\]: is marked is_impossible, and has the answer 'neun'.*impossible"):
        asked(tmp_path, both)
    assert asked(tmp_path, both, impossible="answer").dataset["answer_texts"][:] == [["neun"]]
    loaded = asked(tmp_path, both, impossible="none")
    assert loaded.dataset["answer_texts"][:] == [[]]
    assert loaded.noted == {"marked is_impossible, with an answer": 1}
    assert asked(tmp_path, {"answers": [], "is_impossible": True}).noted == {}
    agreed = asked(tmp_path, {"answers": [{"text": "", "answer_start": -1}], "is_impossible": True})
    assert agreed.dataset["answer_texts"][:] == [[]]
    loaded = asked(tmp_path, both, {"answers": [NINE]}, drop={"is_impossible": "true"})
    assert loaded.rejected == {"is_impossible = 'true'": 1}


@pytest.mark.parametrize(("mark", "refused"), [("True", True), (1, True), ("0", False), (False, False), (None, False)])
def test_marks_of_other_files_are_read_alike(tmp_path: Path, mark: object, refused: bool) -> None:
    record = {"context": CONTEXT, "question": "?", "answer_texts": ["neun"], "answer_starts": [18]}
    if refused:
        with pytest.raises(DataError, match="is marked is_impossible"):
            read(tmp_path, [record | {"is_impossible": mark}], QA)
    else:
        assert read(tmp_path, [record | {"is_impossible": mark}], QA).used == 1


def test_questions_without_an_answer_need_a_rule_that_scores_them(tmp_path: Path) -> None:
    examples = asked(tmp_path, {"answers": []}).dataset
    with pytest.raises(DataError, match=r"t de test: has 1 questions without an answer, the first '0'.*rule: squad2"):
        refuse_unscorable(QA, examples, "t de test")
    refuse_unscorable(task(Kind.SPAN_QA, rule="squad2"), examples, "t de test")
    refuse_unscorable(QA, asked(tmp_path, {"answers": [NINE]}).dataset, "t de test")


@pytest.mark.parametrize("name", ["qid", "question_id", "guid", "idx", "_id", "ID"])
def test_squad_documents_with_other_names_for_the_id_and_without_data(tmp_path: Path, name: str) -> None:
    paragraph = {"context": CONTEXT, "qas": [{name: 7, "question": "Wann?", "answers": [NINE]}]}
    article = {"title": "x", "paragraphs": [paragraph]}
    for document in ({"data": [article]}, [article], [paragraph], article):
        (tmp_path / "a").write_text(json.dumps(document), encoding="utf-8")
        entry = {"path": "a", "format": "squad_json"}
        loaded = load(QA, "de", "test", Source("files", tmp_path, {"t": {"de": {"test": entry}}}))
        assert loaded.dataset["id"][:] == ["7"]
        unnamed = Source("files", tmp_path, {"t": {"de": {"test": entry | {"id": None}}}})
        assert load(QA, "de", "test", unnamed).dataset["id"][:] == ["t-test-0"]


def test_a_bare_list_of_questions_names_the_format_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(json.dumps([{"context": CONTEXT, "question": "Wann?"}]), encoding="utf-8")
    with pytest.raises(DataError, match="read by the format jsonl"):
        load(
            QA, "de", "test", Source("files", tmp_path, {"t": {"de": {"test": {"path": "a", "format": "squad_json"}}}})
        )


# --- choices and odd texts ------------------------------------------------------------------------------------------

CHOICE = task(Kind.MULTIPLE_CHOICE)


def test_empty_choices_are_counted_cut_or_left_out(tmp_path: Path) -> None:
    records = [
        {"context": "c", "choices": ["sun", "", "rain", " "], "label": 2},
        {"context": "c", "choices": ["sun", "ice", "rain", "fog"], "label": 3},
    ]
    kept = read(tmp_path, records, CHOICE)
    assert (kept.used, kept.noted) == (2, {"a choice is empty": 1})
    cut = read(tmp_path, records, CHOICE, empty_choice="cut")
    assert (cut.dataset["choices"][0], cut.dataset["label"][:]) == (["sun", "rain"], [1, 3])
    left = read(tmp_path, records, CHOICE, empty_choice="drop")
    assert (left.used, left.rejected) == (1, {"a choice is empty": 1})
    with pytest.raises(DataError, match=r"a:1: has the label 1, and that choice is empty"):
        read(tmp_path, [records[0] | {"label": 1}], CHOICE, empty_choice="cut")


def test_half_empty_pairs_placeholders_and_invisible_text_are_counted(tmp_path: Path) -> None:
    pairs = [("a", "b"), ("a", ""), ("", "b"), ("a", "\u200b"), ("\u00a0", "\ufeff"), ("NS", "b"), ("a", "n/a")]
    records = [{"text": first, "text_pair": second, "label": "calm"} for first, second in pairs]
    assert read(tmp_path, records).noted == {
        "one text of the pair is blank": 3,
        "text is blank": 1,
        "text is only 'NS'": 1,
        "text_pair is only 'n/a'": 1,
    }
    single = [{"text": text, "label": "calm"} for text in ("a", "\u3000")]
    assert read(tmp_path, single).noted == {"text is blank": 1}
    tagged = [{"tokens": ["a", "\u00a0"], "tags": ["X", "X"]}, {"tokens": ["a"], "tags": ["X"]}]
    assert read(tmp_path, tagged, task(Kind.TAGGING)).noted == {"a token is blank": 1}
    question = {"context": CONTEXT, "question": "\u200b", "answer_texts": ["neun"], "answer_starts": [18]}
    assert read(tmp_path, [question], QA).noted == {"question is blank": 1}


def test_a_search_needs_visible_text(tmp_path: Path) -> None:
    records = [{"query": "a", "candidate": "\u200b\ufeff"}]
    with pytest.raises(DataError, match="has a candidate without text"):
        read(tmp_path, records, task(Kind.RETRIEVAL), columns={"query": "query", "candidate": "candidate"})


# --- messages -------------------------------------------------------------------------------------------------------


def test_a_wrong_tag_is_named_with_its_own_line(tmp_path: Path) -> None:
    tagging = task(Kind.TAGGING, labels=("O", "B-PER"))
    (tmp_path / "a").write_text("Ida\tB-PER\nruft\tO\n\nUwe\tB-PER\nkommt\tB-PRE\n", encoding="utf-8")
    entry: dict[str, Any] = {"path": "a", "format": "columns"}
    for options in ({}, {"labels": {"O": "O", "B-PER": "B-PER"}}):
        with pytest.raises(DataError, match=r"a:5: has the label 'B-PRE'.*Did you mean 'B-PER'"):
            load(tagging, "de", "test", Source("files", tmp_path, {"t": {"de": {"test": entry | options}}}))
    words = ("#sent_id=1", "1-2 zum _ _ _ _ _ _ _ _", "1 zu _ ADP _ _ _ _ _ _", "2 dem _ DTE _ _ _ _ _ _")
    (tmp_path / "a").write_text("".join(f"{line}\n" for line in words).replace(" ", "\t"), encoding="utf-8")
    tagging = task(Kind.TAGGING, labels=("ADP", "DET"))
    with pytest.raises(DataError, match=r"a:4: has the label 'DTE'"):
        load(tagging, "de", "test", Source("files", tmp_path, {"t": {"de": {"test": entry | {"format": "conllu"}}}}))


def test_look_alikes_in_columns_and_labels_show_their_code_points(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"only looks like 'l\u0430bel': .*U\+0430 CYRILLIC SMALL LETTER A"):
        read(tmp_path, "text\tl\u0430bel\na\tcalm\n")
    with pytest.raises(DataError, match=r"only looks like 'calm': .*U\+0441 CYRILLIC SMALL LETTER ES"):
        read(tmp_path, "text\tlabel\na\t\u0441alm\n")
    with pytest.raises(DataError, match=r"only looks like 'calm': .*U\+200B ZERO WIDTH SPACE"):
        read(tmp_path, "text\tlabel\na\tcalm\u200b\n", labels={"calm": "calm"})


def test_words_of_a_line_are_separated_by_spaces_and_tabs_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("10\u00a0000 Leute  kamen\u3000an\tN N V\n", encoding="utf-8")
    entry = {"path": "a", "format": "word_lines"}
    loaded = load(task(Kind.TAGGING), "de", "test", Source("files", tmp_path, {"t": {"de": {"test": entry}}}))
    assert loaded.dataset["tokens"][:] == [["10\u00a0000", "Leute", "kamen\u3000an"]]


def test_a_question_needs_its_field_and_choices_name_the_one_that_is_missing(tmp_path: Path) -> None:
    record = {"context": CONTEXT, "query": "Wann?", "answer_texts": [], "answer_starts": []}
    with pytest.raises(DataError, match=r"a:1: has no field 'question'"):
        read(tmp_path, [record], QA)
    with pytest.raises(DataError, match=r"a:1: has no field 'd' \(for our column 'choices'\)"):
        read(tmp_path, [{"a": "x", "b": "y", "label": 0}], CHOICE, columns={"choices": ["a", "d"]})
    with pytest.raises(DataError, match=r"expected a list of texts\. Set empty_choice: cut or drop"):
        read(tmp_path, [{"choices": ["x", None], "label": 0}], CHOICE)
    assert read(tmp_path, [{"ask": "?", "choices": ["x", "y"], "label": 0}], CHOICE).noted == {
        "context and question are blank": 1
    }


def test_one_answer_in_a_field_of_its_own_may_be_blank(tmp_path: Path) -> None:
    records = [
        {"context": CONTEXT, "question": "Wann?", "said": "neun", "at": 18},
        {"context": CONTEXT, "question": "Wo?", "said": None, "at": None},
        {"context": CONTEXT, "question": "Wer?", "said": "", "at": -1},
    ]
    columns = {"answer_texts": ["said"], "answer_starts": ["at"]}
    found = read(tmp_path, records, QA, columns=columns, empty_answer="none").dataset
    assert found["answer_texts"][:] == [["neun"], [], []]


def test_pairs_of_which_all_lack_a_text_are_counted(tmp_path: Path) -> None:
    text = "first\tsecond\tlabel\nEs regnet.\t\tcalm\nEs schneit.\t \twild\n"
    columns = {"text": "first", "text_pair": "second"}
    assert read(tmp_path, text, columns=columns).noted == {"one text of the pair is blank": 2}
    assert read(tmp_path, text, columns={"text": "first"}).noted == {}
