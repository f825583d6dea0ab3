"""Noisy copies of data files: text is corrupted, everything else stays, and labels stay true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xstilts.errors import DataError, InputError
from xstilts.noise import NOISES, edit_rate
from xstilts.sources.noisy_files import Wanted, noisy_file


def typo(**changes: object) -> Wanted:
    said: dict[str, object] = {"noise": NOISES.get("typo"), "severity": 5, "language": "en", "dictionary": {}}
    return Wanted(**{**said, **changes})  # type: ignore[arg-type]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


LINES = "".join(f"the weather of day {n} was fine and nobody minded\n" for n in range(40))


def test_lines(tmp_path: Path) -> None:
    noisy = noisy_file(written(tmp_path, "a.txt", LINES), typo())
    assert noisy.count("\n") == 40
    assert edit_rate(LINES.splitlines(), noisy.splitlines()) == pytest.approx(0.16, rel=0.1)


def test_severity_zero_is_the_file_itself(tmp_path: Path) -> None:
    assert noisy_file(written(tmp_path, "a.txt", LINES), typo(severity=0)) == LINES


def test_a_line_has_the_same_noise_in_a_longer_file(tmp_path: Path) -> None:
    short = noisy_file(written(tmp_path, "a.txt", LINES[: LINES.index("\n") + 1]), typo())
    assert noisy_file(written(tmp_path, "b.txt", LINES), typo()).startswith(short)
    assert not noisy_file(written(tmp_path, "b.txt", LINES), typo(seed=1)).startswith(short)


@pytest.mark.parametrize(("name", "sign"), [("a.tsv", "\t"), ("a.csv", ",")])
def test_columns_that_hold_text(tmp_path: Path, name: str, sign: str) -> None:
    rows = [sign.join(("premise", "hypothesis", "label"))]
    rows += [sign.join(("the weather was fine", "nobody minded it", "entailment")) for _ in range(30)]
    noisy = [line.split(sign) for line in noisy_file(written(tmp_path, name, "\n".join(rows)), typo()).splitlines()]
    assert noisy[0] == ["premise", "hypothesis", "label"]
    assert {row[2] for row in noisy[1:]} == {"entailment"}
    assert len({row[0] for row in noisy[1:]}) > 20
    only = noisy_file(written(tmp_path, name, "\n".join(rows)), typo(fields=("2",)))
    assert {line.split(sign)[0] for line in only.splitlines()[1:]} == {"the weather was fine"}


def test_commas_inside_quotation_marks(tmp_path: Path) -> None:
    noisy = noisy_file(written(tmp_path, "a.csv", 'text,label\n"fine, and, so, on",x\n'), typo(severity=0))
    assert noisy == 'text,label\n"fine, and, so, on",x\n'


def test_answers_stand_in_the_noisy_passage(tmp_path: Path) -> None:
    context = (
        "The old mill stands by the river. " * 4 + "It was built in 1905 by Ada. " + "Nobody lives there now. " * 4
    )
    answers = [
        {"text": "in 1905", "answer_start": context.index("in 1905")},
        {"text": "Ada", "answer_start": context.index("Ada")},
    ]
    squad = {"version": "1", "data": [{"title": "Mill", "paragraphs": [{"context": context, "qas": [
        {"id": "q1", "question": "When was the old mill built, and by whom?", "answers": answers}]}]}]}  # fmt: skip
    noisy = json.loads(noisy_file(written(tmp_path, "a.json", json.dumps(squad)), typo()))
    paragraph = noisy["data"][0]["paragraphs"][0]
    assert paragraph["context"] != context
    assert paragraph["qas"][0]["question"] != "When was the old mill built, and by whom?"
    for answer in paragraph["qas"][0]["answers"]:
        assert paragraph["context"][answer["answer_start"] :].startswith(answer["text"])
    assert (noisy["version"], noisy["data"][0]["title"]) == ("1", "Mill")


def test_objects_a_line(tmp_path: Path) -> None:
    rows = [
        {"id": f"n{n}", "text": "the weather was fine", "label": 1, "tokens": ["the", "weather"]} for n in range(30)
    ]
    noisy = noisy_file(written(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows))), typo()).splitlines()
    found = [json.loads(line) for line in noisy]
    assert [(row["id"], row["label"], len(row["tokens"])) for row in found] == [(f"n{n}", 1, 2) for n in range(30)]
    assert len({row["text"] for row in found}) > 20


def test_words_with_tags_stay_as_many(tmp_path: Path) -> None:
    sentence = "# text = a b\n1\tthe\tthe\tDET\n2-3\tdo not\t_\t_\n2\tdo\tdo\tVERB\n3\tnot\tnot\tPART\n"
    noisy = noisy_file(written(tmp_path, "a.conllu", f"{sentence}\n" * 40), typo()).splitlines()
    clean = (f"{sentence}\n" * 40).splitlines()
    assert len(noisy) == len(clean)
    changed = {n for n, (one, other) in enumerate(zip(clean, noisy, strict=True)) if one != other}
    assert changed
    for n in changed:
        before, after = clean[n].split("\t"), noisy[n].split("\t")
        assert (before[0], *before[2:]) == (after[0], *after[2:])
        assert after[1]
    assert not any(clean[n].startswith(("#", "2-3")) or not clean[n] for n in changed)


def test_words_and_tags_by_a_blank(tmp_path: Path) -> None:
    noisy = noisy_file(written(tmp_path, "a.bio", "Berlin B-LOC\nis O\n\n" * 30), typo()).splitlines()
    assert [line.split(" ")[1:] for line in noisy] == [["B-LOC"], ["O"], []] * 30


@pytest.mark.parametrize(
    ("name", "text", "changes", "error", "said"),
    [
        ("a.pdf", "x", {}, InputError, "names no format"),
        ("a.txt", "x", {"language": "zh"}, InputError, "not defined for zh"),
        ("a.txt", "x", {"severity": 6}, InputError, "no severity 6"),
        ("a.txt", "x", {"fields": ("1",)}, InputError, "have no fields"),
        ("a.tsv", "number\tlabel\n1\t2\n", {}, DataError, "no text to corrupt"),
        ("a.tsv", "text\tlabel\n1\t2\n", {"fields": ("txt",)}, InputError, "no such column"),
        ("a.json", "{", {}, DataError, "is not JSON"),
        ("a.json", '{"text": "x"}', {}, DataError, "one object"),
        ("a.json", '{"data": [{"paragraphs": [{"qas": []}]}]}', {}, DataError, "not of the form"),
        ("a.jsonl", "[1]\n", {}, DataError, "is no object"),
        ("a.conll", "x\tO\n", {"noise": NOISES.get("word-drop")}, InputError, "have tags"),
        ("a.jsonl", '{"tokens": ["a"]}\n', {"noise": NOISES.get("word-drop")}, InputError, "have tags"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, name: str, text: str, changes: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        noisy_file(written(tmp_path, name, text), typo(**changes))
