"""From a folder and a map to checked examples; and every way in which a user's data can be wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError, InputError, UnknownNameError
from xstilts.sources import MAP_FILE, Loaded, Source, expected_size, fingerprint, languages, load, pivot
from xstilts.tasks.base import COLUMNS, FileSpec, Kind, Task

if TYPE_CHECKING:
    from pathlib import Path

NLI = ("entailment", "neutral", "contradiction")
TSV = {
    "path": "{language}.tsv",
    "format": "delimited",
    "header": False,
    "columns": {"text": 0, "text_pair": 1, "label": 2},
}


def task(kind: Kind = Kind.CLASSIFICATION, **changes: Any) -> Task:
    given: dict[str, Any] = {
        "name": "t", "kind": kind, "title": "", "languages": ("de", "fr"), "splits": {"test": None}, "metrics": (),
        "labels": NLI if kind is Kind.CLASSIFICATION else (),
    }  # fmt: skip
    return Task(**(given | changes))


def folder(path: Path, **files: str | bytes) -> Path:
    """A data folder; ``a__b_tsv`` is a/b.tsv."""
    for name, content in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        target = path / f"{stem}.{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def source(data: Path, entry: Any, language: str = "de") -> Source:
    return Source("files", data, {"t": {language: {"test": entry}}})


def load_entry(data: Path, entry: Any, of: Task | None = None, language: str = "de", **options: Any) -> Loaded:
    return load(of or task(), language, "test", source(data, entry, language), **options)


def rows(loaded: Loaded) -> list[dict[str, Any]]:
    return list(loaded.dataset)


# --- where files lie ------------------------------------------------------------------------------------------------


def test_source_as_written_on_the_command_line(tmp_path: Path) -> None:
    assert Source.parse(f"files:{tmp_path}") == Source("files", tmp_path)
    assert Source.parse("lab").kind == "lab"
    assert [pivot(Source.parse(text)) for text in ("lab", "hub", "files:x")] == ["qaa", "en", "en"]
    with pytest.raises(InputError, match=r"Allowed: lab, hub, files:DIR. Did you mean 'hub'"):
        Source.parse("hubb")
    with pytest.raises(InputError, match="needs a folder"):
        Source.parse("files")
    with pytest.raises(InputError, match="takes no folder"):
        Source.parse("lab:x")


def test_map_of_the_folder_with_several_languages_in_one_key(tmp_path: Path) -> None:
    folder(tmp_path, deu_tsv="a\tb\tneutral\n", fr_tsv="c\td\tentailment\n")
    entry = TSV | {"codes": {"de": "deu"}}
    (tmp_path / MAP_FILE).write_text(json.dumps({"t": {"de fr": {"test": entry}}}))
    here = Source("files", tmp_path)
    assert languages(task(), here, "test") == ("de", "fr")
    assert languages(task(), here, "train") == ()
    wanted = {"id": "t-test-0", "text": "a", "text_pair": "b", "label": "neutral"}
    assert rows(load(task(), "de", "test", here)) == [wanted]
    assert rows(load(task(), "fr", "test", here))[0]["id"] == "t-test-0"  # parallel sets share ids


def test_map_of_the_study_comes_before_the_folders_map_and_the_official_layout(tmp_path: Path) -> None:
    folder(tmp_path, study_tsv="s\t\tneutral\n", folder_tsv="f\t\tneutral\n", o__d_tsv="o\t\tneutral\n")
    official = task(files={"test": FileSpec("o/{language}.tsv", "delimited", {**TSV_OPTIONS})}, codes={"de": "d"})
    here = Source("files", tmp_path)
    assert languages(official, here, "test") == ("de",)  # the file of fr is not there
    assert rows(load(official, "de", "test", here))[0]["text"] == "o"
    (tmp_path / MAP_FILE).write_text(json.dumps({"t": {"de": {"test": TSV | {"path": "folder.tsv"}}}}))
    assert rows(load(official, "de", "test", here))[0]["text"] == "f"
    assert rows(load_entry(tmp_path, TSV | {"path": "study.tsv"}, official))[0]["text"] == "s"


TSV_OPTIONS = {key: value for key, value in TSV.items() if key in ("header", "columns")}


def test_parts_are_read_in_turn_and_a_star_stands_for_many_files(tmp_path: Path) -> None:
    folder(tmp_path, a_tsv="1\t\tneutral\n", b__2_tsv="2\t\tneutral\n", b__3_tsv="3\t\tneutral\n")
    loaded = load_entry(tmp_path, [TSV | {"path": "a.tsv"}, TSV | {"path": "b/*.tsv"}])
    assert [(row["id"], row["text"]) for row in rows(loaded)] == [
        ("t-test-0", "1"),
        ("t-test-1", "2"),
        ("t-test-2", "3"),
    ]
    parts = fingerprint(task(), "de", "test", source(tmp_path, TSV | {"path": "b/*.tsv"}))["parts"]
    assert [file["path"] for file in parts[0]["files"]] == ["b/2.tsv", "b/3.tsv"]


@pytest.mark.parametrize(
    "path",
    ["../out.tsv", "/etc/hostname", "a/../../out.tsv", "data/../de.tsv", "link.tsv", "up/out.tsv", "../*.tsv", "up/*"],
)
def test_paths_stay_inside_the_data_folder(tmp_path: Path, path: str) -> None:
    folder(tmp_path, out_tsv="a\tb\tneutral\n")
    data = tmp_path / "data"
    data.mkdir()
    (data / "link.tsv").symlink_to(tmp_path / "out.tsv")
    (data / "up").symlink_to(tmp_path)
    for call in (load, fingerprint):
        with pytest.raises(DataError, match="outside the data folder"):
            call(task(), "de", "test", source(data, TSV | {"path": path}))


def test_a_link_inside_the_data_folder_has_the_hash_of_what_it_leads_to(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\n")
    (tmp_path / "link.tsv").symlink_to("de.tsv")
    plain, linked = (
        fingerprint(task(), "de", "test", source(tmp_path, TSV | {"path": name}))["parts"][0]["files"][0]["sha256"]
        for name in ("de.tsv", "link.tsv")
    )
    assert plain == linked


def test_missing_file_folder_split_and_language(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"data_map\.t\.de\.test: names 'de\.tsv'; there is no such file"):
        load_entry(tmp_path, TSV)
    with pytest.raises(DataError, match=r"no file in .* matches"):
        load_entry(tmp_path, TSV | {"path": "x/*.tsv"})
    with pytest.raises(DataError, match="There is no folder"):
        load_entry(tmp_path / "none", TSV)
    with pytest.raises(DataError, match="needs a folder"):
        load(task(), "de", "test", Source("files"))
    with pytest.raises(DataError, match=r"has no 'df'.*Allowed: de"):
        load(task(), "df", "test", source(tmp_path, TSV))
    with pytest.raises(DataError, match=r"has no 'tests'.*Allowed: test\. Did you mean 'test'"):
        load(task(), "de", "tests", source(tmp_path, TSV))
    with pytest.raises(DataError, match="no official file for the split 'test'"):
        load(task(), "de", "test", Source("files", tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t: {de: {test: [}}", r"xstilts-data\.yaml:1: is not YAML"),
        ("t: {de: {test: {path: a}}}\nu: {}\nt: {}", r"xstilts-data\.yaml:3: .*the key 't' comes twice"),
        ("t:\n  de: {test: {path: a,\n    path: b}}", r"xstilts-data\.yaml:3: .*the key 'path' comes twice"),
        ("t: {de: {}, de: {}}", r"xstilts-data\.yaml:1: .*the key 'de' comes twice"),
        ("t: &a {de: *a}", r"xstilts-data\.yaml:1: is not YAML .*holds itself"),
        ("[" * 3000, r"xstilts-data\.yaml:1: is not YAML"),
        ("- t", "expected a mapping task → language → split"),
        ("t: de.tsv", "is 'de.tsv'; expected a mapping"),
        ("t: {no: {test: {path: a, format: text}}}", 'has the language False.*Quote it: "no"'),
        ("t: {de fr: {}, de: {}}", "names the language 'de' twice"),
        ("t: {de: {test: {format: text}}}", "lacks 'path'"),
        ("t: {de: {test: []}}", "is an empty list"),
        ("t: {de: {test: {path: [], format: text}}}", "expected a path or a list of paths"),
        ("t: {de: {test: {path: a, format: text, colums: {}}}}", "no option 'colums'.*Did you mean 'columns'"),
        ("t: {de: {test: {path: a, format: text, columns: [a]}}}", "expected a mapping from our columns"),
        ("t: {de: {test: {path: a, format: text, columns: {text: {x: 1}}}}}", "expected a field's name"),
        ("t: {de: {test: {path: a, format: text, labels: [a]}}}", "expected a mapping from the file's labels"),
        ("t: {de: {test: {path: a, format: text, pattern: {column: a, regex: '('}}}}", "expected a regular expression"),
        ("t: {de: {test: {path: a, format: text, pattern: {column: a, regex: 'b'}}}}", "expected named groups"),
        ("t: {de: {test: {path: a, format: text, mismatched_answers: skip}}}", "expected error, drop or drop_answer"),
    ],
)
def test_bad_map(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / MAP_FILE).write_text(text)
    with pytest.raises(DataError, match=expected):
        load(task(), "de", "test", Source("files", tmp_path))


def test_map_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / MAP_FILE).write_bytes(b"t: \xe4")
    with pytest.raises(DataError, match=r"xstilts-data\.yaml: is not UTF-8"):
        load(task(), "de", "test", Source("files", tmp_path))


def test_yaml_objects_are_not_made(tmp_path: Path) -> None:
    (tmp_path / MAP_FILE).write_text("t: !!python/object/apply:os.getcwd []")
    with pytest.raises(DataError, match="is not YAML"):
        load(task(), "de", "test", Source("files", tmp_path))


def test_unknown_format_and_column_come_with_the_nearest(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\n")
    with pytest.raises(UnknownNameError, match=r"no format called 'delimted'.*Did you mean 'delimited'"):
        load_entry(tmp_path, TSV | {"format": "delimted"})
    with pytest.raises(DataError, match=r"'txt' is not a column of classification.*Did you mean 'text'"):
        load_entry(tmp_path, TSV | {"columns": {"txt": 0}})


def test_unknown_format_of_a_part(tmp_path: Path) -> None:
    folder(tmp_path, a_txt="a\n")
    with pytest.raises(DataError, match=r"data_map\.t\.de\.test: .*no format called 'jsnl'"):
        load_entry(tmp_path, {"path": ["a.txt"], "format": "parallel", "parts": ["jsnl"]})


# --- from records to examples ---------------------------------------------------------------------------------------


def test_classification_with_label_map_where_and_drop(tmp_path: Path) -> None:
    lines = ["lang\ts\tgold", "de\ta\t0", "fr\tb\t0", "de\tc\t-", "de\td\t2"]
    folder(tmp_path, all_tsv="\n".join(lines))
    entry = {
        "path": "all.tsv",
        "format": "delimited",
        "columns": {"text": "s", "label": "gold"},
        "labels": {0: "entailment", 2: "contradiction"},
        "where": {"lang": "{language}"},
        "drop": {"gold": ["-"]},
    }
    loaded = load_entry(tmp_path, entry)
    assert [tuple(row.values()) for row in rows(loaded)] == [
        ("t-test-0", "a", "", "entailment"),
        ("t-test-2", "d", "", "contradiction"),
    ]
    assert (loaded.read, loaded.used, loaded.rejected) == (3, 2, {"gold = '-'": 1})


def test_pattern_takes_a_column_apart(tmp_path: Path) -> None:
    folder(tmp_path, a_csv='Q,A\n"Is ""x\ny"" like ""z""?",neutral\n')
    pattern = {"column": "Q", "regex": 'Is "(?P<text>.*)" like "(?P<text_pair>.*)"\\?'}
    entry = {"path": "a.csv", "format": "delimited", "delimiter": ",", "pattern": pattern, "columns": {"label": "A"}}
    assert rows(load_entry(tmp_path, entry)) == [
        {"id": "t-test-0", "text": "x\ny", "text_pair": "z", "label": "neutral"}
    ]
    folder(tmp_path, a_csv="Q,A\nWhy?,neutral\n")
    with pytest.raises(DataError, match=r"a\.csv:2: has a 'Q' that does not match the pattern"):
        load_entry(tmp_path, entry)


def test_constant_column_and_own_ids(tmp_path: Path) -> None:
    folder(tmp_path, a_jsonl='{"key": 7, "t": "a", "x": {"y": "b"}}\n')
    columns = {"text": "t", "text_pair": "x.y", "label": {"value": "neutral"}}
    entry = {"path": "a.jsonl", "format": "jsonl", "id": "key", "columns": columns}
    assert rows(load_entry(tmp_path, entry)) == [{"id": "7", "text": "a", "text_pair": "b", "label": "neutral"}]
    with pytest.raises(DataError, match=r"a\.jsonl:1: has no field 'kez' \(for our column 'id'\).*Did you mean 'key'"):
        load_entry(tmp_path, entry | {"id": "kez"})
    with pytest.raises(DataError, match="Say id: NAME beside columns"):
        load_entry(tmp_path, entry | {"columns": columns | {"id": "key"}})


CHOICE = task(Kind.MULTIPLE_CHOICE)


@pytest.mark.parametrize(
    ("record", "options", "label"),
    [
        ({"a": "x", "b": "y", "label": 1}, {"columns": {"choices": ["a", "b"]}}, 1),
        ({"c": ["x", "y"], "label": "0"}, {"columns": {"choices": "c"}}, 0),
        ({"a": "x", "b": "y", "label": "2"}, {"columns": {"choices": ["a", "b"]}, "labels": {1: 0, 2: 1}}, 1),
        ({"q": {"c": [{"label": "B", "text": "x"}, {"label": "A", "text": "y"}]}, "key": "A"},
         {"columns": {"choices": "q.c", "label": "key"}}, 1),
        ({"c": {"label": ["A", "B"], "text": ["x", "y"]}, "label": "B"}, {"columns": {"choices": "c"}}, 1),
    ],
    ids=["columns", "list", "one-based", "objects", "lists"],
)  # fmt: skip
def test_choices(tmp_path: Path, record: dict[str, Any], options: dict[str, Any], label: int) -> None:
    folder(tmp_path, a_jsonl=json.dumps(record | {"context": "c"}))
    entry = {"path": "a.jsonl", "format": "jsonl"} | options
    wanted = {"id": "t-test-0", "context": "c", "question": "", "choices": ["x", "y"], "label": label}
    assert rows(load_entry(tmp_path, entry, CHOICE)) == [wanted]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"choices": ["x", "y"], "label": 2}, r":1: has the label 2\. Allowed: 0, 1"),
        ({"choices": ["x", "y"], "label": "B"}, "expected the 0-based number"),
        ({"choices": ["x"], "label": 0}, "has 1 choices; expected at least 2"),
        ({"choices": "xy", "label": 0}, "expected a list"),
        ({"choices": ["x", 3], "label": 0}, "expected a list of texts"),
        ({"choices": [{"label": "A", "text": "x"}], "label": "C"}, "has the label 'C'. Allowed: A"),
        ({"choices": ["x", "y"]}, "has no field 'label'.*Allowed: choices"),
    ],
)
def test_bad_choices(tmp_path: Path, record: dict[str, Any], expected: str) -> None:
    folder(tmp_path, a_jsonl=json.dumps(record))
    with pytest.raises(DataError, match=expected):
        load_entry(tmp_path, {"path": "a.jsonl", "format": "jsonl"}, CHOICE)


def test_tagging_with_label_map_and_unknown_tag(tmp_path: Path) -> None:
    folder(tmp_path, a_tsv="a\tX\nb\tY\n\nc\tZ\n")
    entry = {"path": "a.tsv", "format": "columns", "labels": {"X": "NOUN", "Y": "VERB", "Z": "NOUN"}}
    tagging = task(Kind.TAGGING, labels=("NOUN", "VERB"))
    assert rows(load_entry(tmp_path, entry, tagging)) == [
        {"id": "t-test-0", "tokens": ["a", "b"], "tags": ["NOUN", "VERB"]},
        {"id": "t-test-1", "tokens": ["c"], "tags": ["NOUN"]},
    ]
    with pytest.raises(DataError, match=r"a\.tsv:1: has the label 'X'. Allowed: NOUN, VERB"):
        load_entry(tmp_path, {"path": "a.tsv", "format": "columns"}, tagging)
    folder(tmp_path, a_tsv="\tNOUN\n")
    with pytest.raises(DataError, match="has an empty token"):
        load_entry(tmp_path, {"path": "a.tsv", "format": "columns"}, tagging)


def squad(answer: str, start: int) -> str:
    question = {"id": "q", "question": "?", "answers": [{"text": answer, "answer_start": start}]}
    empty = {"id": "r", "question": "?", "answers": [], "is_impossible": True}
    return json.dumps({"data": [{"paragraphs": [{"context": "Äpfel sind rot", "qas": [question, empty]}]}]})


def test_answers_at_their_offsets_in_characters(tmp_path: Path) -> None:
    entry = {"path": "a.json", "format": "squad_json", "drop": {"is_impossible": "true"}}
    qa = task(Kind.SPAN_QA)
    folder(tmp_path, a_json=squad("sind", 6))
    loaded = load_entry(tmp_path, entry, qa)
    assert (rows(loaded)[0]["answer_starts"], loaded.rejected) == ([6], {"is_impossible = 'true'": 1})
    folder(tmp_path, a_json=squad("sind", 7))
    with pytest.raises(DataError, match=r"qas\[0\]: has the answer 'sind' at offset 7, but the context does not"):
        load_entry(tmp_path, entry, qa)
    loaded = load_entry(tmp_path, {**entry, "mismatched_answers": "drop", "drop": {}}, qa)
    assert (loaded.read, loaded.used, loaded.rejected) == (2, 1, {"answer not at its offset": 1})


def test_answers_lost_in_translation_can_be_left_out_one_by_one(tmp_path: Path) -> None:
    def question(name: str, *answers: tuple[str, int]) -> dict[str, Any]:
        found = [{"text": text, "answer_start": start} for text, start in answers]
        return {"id": name, "question": "?", "answers": found}

    questions = [
        question("some", ("", -1), ("sind", 6), ("", 3)),
        question("none", ("", -1), ("rot", 6)),
        question("unanswerable"),
    ]
    document = {"data": [{"paragraphs": [{"context": "Äpfel sind rot", "qas": questions}]}]}
    folder(tmp_path, a_json=json.dumps(document))
    entry, qa = {"path": "a.json", "format": "squad_json"}, task(Kind.SPAN_QA)
    with pytest.raises(DataError, match=r"qas\[0\]: has the answer '' at offset -1"):
        load_entry(tmp_path, entry, qa)
    loaded = load_entry(tmp_path, {**entry, "mismatched_answers": "drop_answer"}, qa)
    assert (loaded.read, loaded.rejected) == (3, {"answer not at its offset": 1})
    assert [(row["id"], row["answer_texts"], row["answer_starts"]) for row in rows(loaded)] == [
        ("some", ["sind"], [6]),
        ("unanswerable", [], []),
    ]
    loaded = load_entry(tmp_path, {**entry, "mismatched_answers": "drop"}, qa)
    assert [row["id"] for row in rows(loaded)] == ["unanswerable"]


RETRIEVAL = task(Kind.RETRIEVAL)
PAIRS = {"path": ["a.deu", "a.eng"], "format": "lines", "columns": {"query": 1, "candidate": 0}}


def test_retrieval_pairs(tmp_path: Path) -> None:
    folder(tmp_path, a_deu="ja\nnein\n", a_eng="yes\nno\n")
    loaded = load_entry(tmp_path, PAIRS, RETRIEVAL)
    assert [tuple(row.values()) for row in rows(loaded)] == [
        ("t-test-0/query", "query", "yes", ["t-test-0/candidate"]),
        ("t-test-0/candidate", "candidate", "ja", []),
        ("t-test-1/query", "query", "no", ["t-test-1/candidate"]),
        ("t-test-1/candidate", "candidate", "nein", []),
    ]
    assert (loaded.read, loaded.used) == (2, 2)
    limited = load_entry(tmp_path, PAIRS, RETRIEVAL, limit=1)
    assert [row["role"] for row in rows(limited)] == ["query", "candidate"]
    assert (limited.used, limited.rejected) == (1, {"over the limit": 1})


def test_retrieval_with_roles_and_gold_that_is_not_there(tmp_path: Path) -> None:
    pool = [
        {"id": "q", "role": "query", "text": "a", "gold": ["c"]},
        {"id": "c", "role": "candidate", "text": "b"},
    ]
    entry = {"path": "a.jsonl", "format": "jsonl"}
    folder(tmp_path, a_jsonl="\n".join(map(json.dumps, pool)))
    assert rows(load_entry(tmp_path, entry, RETRIEVAL))[0] == pool[0]
    folder(tmp_path, a_jsonl=json.dumps(pool[0]))
    with pytest.raises(DataError, match=":1: names 'c' as gold, which is not among the examples"):
        load_entry(tmp_path, entry, RETRIEVAL)


def test_masked_lm_pairs_of_languages(tmp_path: Path) -> None:
    folder(tmp_path, a_de="ja\n\n", a_en="yes\nno\n")
    entry = {"path": ["a.de", "a.en"], "format": "lines", "columns": {"text": 0, "text_pair": 1}, "drop": {0: [""]}}
    loaded = load_entry(tmp_path, entry, task(Kind.MASKED_LM), "de+en")
    assert rows(loaded) == [{"id": "t-test-0", "text": "ja", "text_pair": "yes"}]
    assert loaded.rejected == {"0 = ''": 1}


# --- what every split must satisfy ----------------------------------------------------------------------------------


def test_id_twice_names_both_lines(tmp_path: Path) -> None:
    folder(tmp_path, a_tsv="id\ttext\tlabel\nx\ta\tneutral\ny\tb\tneutral\nx\tc\tneutral\n")
    with pytest.raises(DataError, match=r"a\.tsv:4: has the id 'x', which .*a\.tsv:2 has too"):
        load_entry(tmp_path, {"path": "a.tsv", "format": "delimited"})
    assert load_entry(tmp_path, {"path": "a.tsv", "format": "delimited", "id": None}).used == 3


def test_label_outside_the_set(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\nc\td\tcontradictory\n")
    with pytest.raises(
        DataError, match=r"de\.tsv:2: has the label 'contradictory'.*entailment, neutral, contradiction"
    ):
        load_entry(tmp_path, TSV)
    with pytest.raises(DataError, match=r"de\.tsv:2: has the label 'contradictory'\. Allowed: neutral"):
        load_entry(tmp_path, TSV | {"labels": {"neutral": "neutral"}})


@pytest.mark.parametrize("content", ["", "\n"])
def test_empty_split(tmp_path: Path, content: str) -> None:
    folder(tmp_path, de_tsv=content)
    with pytest.raises(DataError, match="no example in t de test: the split is empty"):
        load_entry(tmp_path, TSV)


def test_split_emptied_by_where(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\n")
    with pytest.raises(DataError, match="Check the file, and the options where and drop"):
        load_entry(tmp_path, TSV | {"where": {2: "entailment"}})


def test_wrong_encoding_names_file_and_line(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\nä\tb\tneutral\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"de\.tsv:2: is not UTF-8 \(byte 0xe4\); expected UTF-8 text"):
        load_entry(tmp_path, TSV)


def test_null_is_not_text(tmp_path: Path) -> None:
    folder(tmp_path, a_jsonl='{"text": null, "label": "neutral"}')
    with pytest.raises(DataError, match=r":1: has None as 'text'; expected text"):
        load_entry(tmp_path, {"path": "a.jsonl", "format": "jsonl"})


# --- the data set and its key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_features_are_those_of_the_kind(tmp_path: Path, kind: Kind) -> None:
    record = {
        "text": "a", "label": 0, "choices": ["a", "b"], "tokens": ["a"], "tags": ["b"], "context": "a",
        "question": "b", "answer_texts": ["a"], "answer_starts": [0], "role": "candidate", "image": "c",
    }  # fmt: skip
    asking = {"role": "query", "text": "b", "gold": []}
    records = [record, asking] if kind is Kind.RETRIEVAL else [record]
    folder(tmp_path, a_jsonl="\n".join(map(json.dumps, records)))
    seen = {"images": {"in": "images", "names": ["{image}.png"]}} if kind is Kind.VISUAL_CLASSIFICATION else {}
    loaded = load_entry(tmp_path, {"path": "a.jsonl", "format": "jsonl", **seen}, task(kind, labels=()))
    shapes = {
        name: str(field.type)
        for name, field in zip(loaded.dataset.column_names, loaded.dataset.data.schema, strict=True)
    }
    wanted = {name: type_.replace("list<", "list<item: ") for name, type_ in COLUMNS[kind].items()}
    assert shapes == wanted
    assert loaded.dataset.cache_files == []


def test_limit_keeps_the_same_items_of_parallel_sets_in_file_order(tmp_path: Path) -> None:
    folder(
        tmp_path,
        de_tsv="".join(f"d{n}\t\tneutral\n" for n in range(50)),
        fr_tsv="".join(f"f{n}\t\tneutral\n" for n in range(50)),
    )
    here = Source("files", tmp_path, {"t": {"de fr": {"test": TSV}}})
    german = load(task(), "de", "test", here, 7)
    french = load(task(), "fr", "test", here, 7)
    assert german.dataset["id"][:] == french.dataset["id"][:]
    numbers = [int(text[1:]) for text in german.dataset["text"]]
    assert numbers == sorted(numbers)
    assert numbers != list(range(7))
    assert (german.read, german.used, german.rejected) == (50, 7, {"over the limit": 43})
    larger = load(task(), "de", "test", here, 9)
    assert set(german.dataset["id"]) < set(larger.dataset["id"])
    assert load(task(), "de", "test", here, 100).used == 50


def test_fingerprint_follows_bytes_and_options_but_not_the_folder(tmp_path: Path) -> None:
    first, second = (folder(tmp_path / name, de_tsv="a\tb\tneutral\n") for name in ("one", "two"))
    key = fingerprint(task(), "de", "test", source(first, TSV))
    assert key == fingerprint(task(), "de", "test", source(second, TSV))
    assert key == fingerprint(task(), "de", "test", source(first, TSV | {"delimiter": "\t"}))  # a default, written out
    assert key == json.loads(json.dumps(key))
    assert str(tmp_path) not in json.dumps(key)
    assert key != fingerprint(task(), "de", "test", source(first, TSV | {"drop": {2: "neutral"}}))
    folder(second, de_tsv="a\tc\tneutral\n")
    assert key != fingerprint(task(), "de", "test", source(second, TSV))


def test_expected_size_counts_without_reading(tmp_path: Path) -> None:
    folder(tmp_path, de_tsv="a\tb\tneutral\n" * 3, a_deu="ja\nnein\n", a_eng="yes\nno\n", a_json=squad("sind", 6))
    assert expected_size(task(), "de", "test", source(tmp_path, TSV)) == 3
    assert expected_size(RETRIEVAL, "de", "test", source(tmp_path, PAIRS)) == 2
    entry = {"path": "a.json", "format": "squad_json"}
    assert expected_size(task(Kind.SPAN_QA), "de", "test", source(tmp_path, entry)) == 2
