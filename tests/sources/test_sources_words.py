"""Readers of words and blocks, label files, and languages that lack a split: invented files, written out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xstilts import sources
from xstilts.errors import DataError
from xstilts.sources import Source
from xstilts.sources.formats import FORMATS, Record
from xstilts.tasks import TASKS, from_inline

DERIVATION = "(<T S[dcl] 0 2> (<T NP 0 1> (<L N NNS NNS Boats N>) ) (<L S[dcl]\\NP VBP VBP float S[dcl]\\NP_1>) )"
reads_files = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def read(name: str, *paths: Path, **options: Any) -> list[Record]:
    reader = FORMATS.get(name)
    return list(reader.read(paths, reader.resolve(options, "here")))


def words(record: Record) -> tuple[list[str], list[str]]:
    assert isinstance(record.fields, dict)
    return record.fields["tokens"], record.fields["tags"]


# --- blocks -----------------------------------------------------------------------------------------------------------

HELLASWAG = "Rowing: Ada: takes the oars. she\n2\nsinks.\n\nrows.\nsings.\n"


def test_blocks_of_lines_are_records_and_empty_lines_belong_to_them(tmp_path: Path) -> None:
    (first, second) = read("blocks", write(tmp_path, "a.txt", "a\nb\n\nc\nd\ne\n"), lines=3)
    assert (first.fields, second.fields) == (["a", "b", ""], ["c", "d", "e"])
    assert second.where.endswith("a.txt:4")


def test_a_block_that_is_cut_off_names_its_first_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "a\nb\nc\nd\n")
    with pytest.raises(DataError, match=r"a\.txt:4: begins a block of 1 lines.*expected 3 lines"):
        read("blocks", path, lines=3)
    with pytest.raises(DataError, match="expected 1 or more"):
        read("blocks", path, lines=0)


def test_hellaswags_text_form_is_six_lines_with_the_activity_before_the_first_colon(tmp_path: Path) -> None:
    write(tmp_path, "val.txt", HELLASWAG)
    entry = {
        "path": "val.txt", "format": "blocks", "lines": 6,
        "pattern": {"column": 0, "regex": "(?P<activity>[^:]*): (?P<ctx>.*)"},
        "columns": {"context": "ctx", "choices": [2, 3, 4, 5], "label": 1},
    }  # fmt: skip
    source = Source("files", tmp_path, {"hellaswag": {"en": {"dev": entry}}})
    assert sources.load(TASKS.get("hellaswag"), "en", "dev", source).dataset.to_list() == [
        {"id": "hellaswag-dev-0", "context": "Ada: takes the oars. she", "question": "",
         "choices": ["sinks.", "", "rows.", "sings."], "label": 2}
    ]  # fmt: skip


@reads_files
@given(lines=st.lists(st.text("ab ", max_size=3), max_size=12), size=st.integers(1, 4))
def test_blocks_lose_no_line(tmp_path: Path, lines: list[str], size: int) -> None:
    path = write(tmp_path, "a.txt", "".join(f"{line}\n" for line in lines))
    if len(lines) % size:
        with pytest.raises(DataError):
            read("blocks", path, lines=size)
    else:
        assert [line for record in read("blocks", path, lines=size) for line in record.fields] == lines


# --- a sentence a line ------------------------------------------------------------------------------------------------


def test_words_and_tags_stand_on_one_line_or_in_two_files(tmp_path: Path) -> None:
    together = write(tmp_path, "train.tsv", "Boats float .\tN S[dcl]\\NP .\nYes\tS\n")
    apart = write(tmp_path, "w.txt", "Boats float .\nYes\n"), write(tmp_path, "t.txt", "N S[dcl]\\NP .\nS\n")
    expected = [(["Boats", "float", "."], ["N", "S[dcl]\\NP", "."]), (["Yes"], ["S"])]
    assert [words(record) for record in read("word_lines", together)] == expected
    assert [words(record) for record in read("word_lines", *apart)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b\tX Y\nc d\tX\n", ":2: has 2 words and 1 tags"),
        ("a b X Y\n", ":1: has 1 parts separated by tabs"),
        ("a\tX\tY\n", ":1: has 3 parts"),
    ],
)
def test_a_broken_line_of_words_is_named(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("word_lines", write(tmp_path, "a.tsv", text))


def test_an_empty_sentence_is_counted_and_left_out(tmp_path: Path) -> None:
    assert [record.rejected for record in read("word_lines", write(tmp_path, "a.tsv", "a\tX\n\t\n"))] == [None, "blank"]


# --- CCGbank ----------------------------------------------------------------------------------------------------------


def test_the_leaves_of_a_derivation_are_words_with_their_categories(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.auto", f"ID=wsj_0001.1 PARSER=GOLD NUMPARSE=1\n{DERIVATION}\nID=wsj_0001.2\n(<L S UH UH Yes S>)\n"
    )
    first, second = read("ccgbank", path)
    assert words(first) == (["Boats", "float"], ["N", "S[dcl]\\NP"])
    assert (first.fields["id"], first.where) == ("wsj_0001.1", f"{path}:2")  # type: ignore[call-overload]
    assert words(second) == (["Yes"], ["S"])


@pytest.mark.parametrize(
    ("old", "new"),
    [("<T S", "<T S[x]/N|NP 2 3 ?"), (" (<L", "\t (  <L"), (" N>)", "   N  > )"), ("<L N ", "<L\tN  ")],
)
def test_what_stands_between_the_leaves_does_not_matter(tmp_path: Path, old: str, new: str) -> None:
    assert old in DERIVATION
    path = write(tmp_path, "a.auto", f"ID=a\n{DERIVATION.replace(old, new)}\n")
    assert words(read("ccgbank", path)[0]) == (["Boats", "float"], ["N", "S[dcl]\\NP"])


def test_a_word_of_a_derivation_may_hold_a_space_that_does_not_break(tmp_path: Path) -> None:
    path = write(tmp_path, "a.auto", "ID=a\n(<L N P P New\u00a0York N>)\n")
    assert words(read("ccgbank", path)[0]) == (["New\u00a0York"], ["N"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{DERIVATION}\n", ":1: does not begin a sentence"),
        ("ID=a\n", ":1: names a, but no derivation follows"),
        (f"ID=a\nID=b\n{DERIVATION}\n", ":2: is not the derivation of a"),
        (f"ID=a\n{DERIVATION[:-2]}\n", ":2: is not the derivation of a"),  # a parenthesis is missing
        (f"ID=a\n{DERIVATION.replace(' float', '')}\n", ":2: is not the derivation of a"),  # a leaf without its word
        ("ID=a\n( )\n", ":2: is not the derivation of a"),
    ],
)
def test_a_broken_derivation_is_named(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("ccgbank", write(tmp_path, "a.auto", text))


# --- tags and tokens --------------------------------------------------------------------------------------------------


def test_wikianns_prefix_ends_at_the_first_colon(tmp_path: Path) -> None:
    path = write(tmp_path, "dev", "en:Ada\tB-PER\nen:12:30\tO\nen::\tO\n")
    assert words(read("columns", path, cut=":")[0]) == (["Ada", "12:30", ":"], ["B-PER", "O", "O"])
    assert words(read("columns", path)[0])[0][0] == "en:Ada"
    with pytest.raises(DataError, match=r"dev:2: has the token 'Ada'; expected a prefix that ends in ':'"):
        read("columns", write(tmp_path, "dev", "en:Ada\tB-PER\nAda\tO\n"), cut=":")


def test_a_tag_is_made_of_the_columns_asked_for(tmp_path: Path) -> None:
    line = "1\tWas\tbe\tAUX\tVBD\t_\t2\taux:pass\t_\t_\n2\tseen\tsee\tVERB\tVBN\t_\t0\troot\t_\t_\n"
    path = write(tmp_path, "a.conllu", line)
    found = {tag: words(read("conllu", path, tag=tag)[0])[1] for tag in ("upos", "xpos", "deprel", "upos/deprel")}
    assert found == {
        "upos": ["AUX", "VERB"], "xpos": ["VBD", "VBN"], "deprel": ["aux", "root"],
        "upos/deprel": ["AUX/aux", "VERB/root"],
    }  # fmt: skip
    with pytest.raises(DataError, match="lemma"):
        read("conllu", path, tag="lemma")


# --- label files ------------------------------------------------------------------------------------------------------


def test_labels_come_from_the_users_file_in_its_order(tmp_path: Path) -> None:
    ccg = TASKS.get("ccg")
    assert ccg.labels == ()
    write(tmp_path, ccg.label_file, "S[dcl]\\NP\nN\n\nNP/N\n")
    assert sources.with_labels(ccg, Source("files", tmp_path)).labels == ("S[dcl]\\NP", "N", "NP/N")
    assert sources.with_labels(TASKS.get("udpos"), Source("files", tmp_path)) is TASKS.get("udpos")


@pytest.mark.parametrize(
    ("text", "expected"), [("N\nS\nN\n", ":3: names the label 'N', which line 1"), ("N\n", "names 1 labels")]
)
def test_a_broken_label_file_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    ccg = TASKS.get("ccg")
    write(tmp_path, ccg.label_file, text)
    with pytest.raises(DataError, match=expected):
        sources.with_labels(ccg, Source("files", tmp_path))


def test_missing_ccg_files_say_where_to_get_them_and_what_to_use_instead(tmp_path: Path) -> None:
    ccg, source = TASKS.get("ccg"), Source("files", tmp_path)
    asked = (
        lambda: sources.with_labels(ccg, source),
        lambda: sources.load(ccg, "en", "train", source),
        lambda: sources.fingerprint(ccg, "en", "dev", source),
        lambda: sources.load(ccg, "en", "train", Source("hub")),
        lambda: sources.load(ccg, "en", "train", Source("hub", tmp_path)),
    )
    for ask in asked:
        with pytest.raises(DataError, match=r"LDC2005T13.*ccg_substitute"):
            ask()
    # a study on the hub can be planned without them
    assert sources.with_labels(ccg, Source("hub")).labels == ()
    (needed,) = sources.needs(sources.fingerprint(ccg, "en", "dev", Source("hub", tmp_path)))
    assert needed == {
        "task": "ccg", "language": "en", "split": "dev",
        "paths": ["ccgbank_1_1/data/AUTO/00/*.auto", "ccg.labels.txt"],
    }  # fmt: skip


# --- languages that lack a split --------------------------------------------------------------------------------------


def test_the_hubs_udpos_has_a_language_only_in_the_splits_it_has() -> None:
    udpos = TASKS.get("udpos")
    found = {split: set(sources.languages(udpos, Source("hub"), split)) for split in ("train", "dev", "test")}
    assert found["test"] - found["train"] == {"tl", "th", "yo"}
    assert found["test"] - found["dev"] == {"kk", "tl", "th", "yo"}
    assert len(found["test"]) == 28


def test_the_hubs_udpos_leaves_out_languages_with_older_relatives_mixed_in() -> None:
    # the files have them all the same: each treebank folder is of one language there
    assert not {"de", "el", "fr", "ru", "zh"} & set(sources.languages(TASKS.get("udpos"), Source("hub"), "test"))
    assert {"de", "el", "fr", "ru", "zh"} <= set(TASKS.get("udpos").languages)


def test_ancient_greek_is_not_read_as_greek(tmp_path: Path) -> None:
    word = "1\tναι\t_\tINTJ\t_\t_\t0\troot\t_\t_\n\n"
    write(tmp_path, "ud-treebanks/UD_Greek-GDT/el_gdt-ud-test.conllu", word)
    write(tmp_path, "ud-treebanks/UD_Ancient_Greek-Perseus/grc_perseus-ud-test.conllu", word * 2)
    assert sources.load(TASKS.get("udpos"), "el", "test", Source("files", tmp_path)).used == 1


# --- choices that have names ------------------------------------------------------------------------------------------


def test_a_letter_is_looked_up_among_the_choices_names_not_by_its_place(tmp_path: Path) -> None:
    mapping = {
        "kind": "multiple_choice",
        "files": {"en": {"test": {"path": "a.jsonl", "format": "jsonl", "columns": {"label": "key"}}}},
    }
    line = '{"question": "?", "choices": [{"label": "B", "text": "b"}, {"label": "A", "text": "a"}], "key": "A"}\n'
    write(tmp_path, "a.jsonl", line)
    task, entry = from_inline("quiz", mapping)
    source = Source("files", tmp_path, {"quiz": entry})
    assert [(row["choices"], row["label"]) for row in sources.load(task, "en", "test", source).dataset] == [
        (["b", "a"], 1)
    ]
    write(tmp_path, "a.jsonl", line.replace('"key": "A"', '"key": ""'))
    with pytest.raises(DataError, match="has the label ''"):
        sources.load(task, "en", "test", source)
    write(tmp_path, "a.jsonl", line.replace('"label": "B"', '"label": "A"'))
    with pytest.raises(DataError, match="expected each label once"):
        sources.load(task, "en", "test", source)
