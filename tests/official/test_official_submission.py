"""A submission's folder: written from predictions, read back, and scored the same."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from xstilts.errors import InputError
from xstilts.evaluation import Scoring, score
from xstilts.official.folder import score_folder
from xstilts.official.submission import file_of, gold_text, predictions_text
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS

ROWS = {
    "xnli": [("1", "neutral", "neutral"), ("2", "entailment", "neutral")],
    "pawsx": [("1", "paraphrase", "paraphrase"), ("2", "not_paraphrase", "paraphrase")],
    "xcopa": [("1", 0, 1), ("2", 1, 1)],
    "udpos": [("1", ["DET", "NOUN", "VERB"], ["DET", "NOUN", ""]), ("2", ["X"], ["X"])],
    "xquad": [("a", ["hens", "a hen"], "the hen"), ("b", ["x"], None)],
    "bucc2018": [("de-1", ["en-1"], ["en-1"]), ("de-2", [], ["en-2"]), ("de-3", ["en-3"], [])],
    "tatoeba": [("q0", ["c0"], ["c1", "c0"]), ("q1", ["c1"], ["c1", "c2"]), ("q2", ["c2"], ["c2", "c1"])],
    "mewslix": [("m1", ["Q1"], ["Q2", "Q1"]), ("m2", ["Q3"], [])],
    "lareqa": [("q", ["x", "y"], ["x", "z", "y"])],
}
EXAMPLES = [
    *({"id": f"c{n}", "role": "candidate", "text": text} for n, text in enumerate(("eins", "zwei", "drei"))),
    *({"id": f"q{n}", "role": "query", "text": text} for n, text in enumerate(("one", "two", "three"))),
]


def rows(task: str) -> list[dict]:
    return [{"id": name, "gold": gold, "prediction": said, "truncated": False} for name, gold, said in ROWS[task]]


@pytest.mark.parametrize(
    ("task", "name", "text"),
    [
        ("xnli", "xnli/test-de.tsv", "neutral\nneutral\n"),
        ("pawsx", "pawsx/test-de.tsv", "1\n1\n"),
        ("xcopa", "xcopa/test-de.jsonl", '{"label": 1}\n{"label": 1}\n'),
        ("udpos", "udpos/test-de.tsv", "DET\nNOUN\nO\n\nX\n\n"),
        ("xquad", "xquad/test-de.json", '{\n "a": "the hen"\n}\n'),
        ("bucc2018", "bucc2018/test-de.tsv", "de-1\ten-1\nde-2\ten-2\n"),
        # the English sentences in the order of their texts: one, three, two
        ("tatoeba", "tatoeba/test-de.tsv", "1\n2\n1\n"),
        ("mewslix", "mewslix/test-de.json", '{\n "m1": [\n  "Q2",\n  "Q1"\n ],\n "m2": []\n}\n'),
    ],
)
def test_files_are_as_the_benchmark_wants_them(task: str, name: str, text: str) -> None:
    assert file_of(TASKS.get(task), "de>en" if task == "tatoeba" else "de") == Path(name)
    assert predictions_text(TASKS.get(task), rows(task), EXAMPLES) == text


def test_only_20_candidates_are_written() -> None:
    row = {"id": "m", "gold": ["Q1"], "prediction": [f"Q{n}" for n in range(30)]}
    assert len(json.loads(predictions_text(TASKS.get("mewslix"), [row]))["m"]) == 20


def test_tatoeba_needs_its_sentences() -> None:
    with pytest.raises(InputError, match="order of Tatoeba"):
        predictions_text(TASKS.get("tatoeba"), rows("tatoeba"))


def test_masked_lm_has_no_file() -> None:
    with pytest.raises(InputError, match="no file for this task"):
        predictions_text(TASKS.get("mlm"), [])


def written(folder: Path, names: list[str], languages: dict[str, tuple[str, ...]]) -> tuple[Path, Path]:
    for name in names:
        task = TASKS.get(name)
        for code in languages[name]:
            for kind, text in (("gold", gold_text), ("said", predictions_text)):
                path = folder / kind / file_of(task, code)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text(task, rows(name), EXAMPLES), encoding="utf-8")
    return folder / "gold", folder / "said"


def stored(name: str) -> dict[str, float]:
    """What the score node makes of the same rows."""
    task, table = TASKS.get(name), pa.Table.from_pylist(rows(name))
    if name == "xcopa":
        table = table.append_column("scores", pa.array([[0.0, 1.0]] * len(table)))
    found = score(table, Scoring(task.kind, task.metrics, task.labels, task.rule), 3, "de")
    return {row["metric"]: row["value"] for row in found}


@pytest.mark.parametrize("protocol", ["xtreme", "xtreme-r"])
def test_what_is_read_back_scores_as_it_did_and_what_is_missing_is_named(tmp_path: Path, protocol: str) -> None:
    rules = PROTOCOLS.get(protocol)
    names = [name for name in ROWS if name in rules.languages]
    found = score_folder(rules, *written(tmp_path, names, rules.languages))
    for name in names:
        own = [row for row in found.scores if row["task"] == name]
        assert {row["language"] for row in own} == set(rules.languages[name])
        again = {row["metric"]: row["value"] for row in own if row["language"] == rules.languages[name][0]}
        shared = {metric: value for metric, value in stored(name).items() if metric in again}
        assert shared
        # a lost word is an O in the file: wrong as a part of speech, in accuracy and F1 alike
        assert {metric: again[metric] for metric in shared} == pytest.approx(shared, abs=1e-9)
    averages = {(one.form, one.level, one.name): one for one in found.averages}
    assert averages["official", "task", "xnli"].value == 50
    assert averages["official", "task", "xquad"].value == 50
    overall = averages["complete" if rules.complete else "official", "overall", ""]
    assert overall.value is None
    assert set(overall.missing) == {"panx", "mlqa", "tydiqa"}
    assert "predictions/panx/test-af.tsv" in found.missing
    assert "gold/panx/test-af.tsv" in found.missing


def test_a_missing_language_is_named_by_its_file(tmp_path: Path) -> None:
    rules = PROTOCOLS.get("xtreme")
    gold, said = written(tmp_path, ["xnli"], rules.languages)
    (said / "xnli" / "test-sw.tsv").unlink()
    found = score_folder(rules, gold, said)
    assert "predictions/xnli/test-sw.tsv" in found.missing
    assert "gold/xnli/test-sw.tsv" not in found.missing
    task = next(one for one in found.averages if one.name == "xnli")
    assert (task.value, task.missing) == (None, ("xnli sw",))


def test_an_empty_folder_and_a_protocol_without_average_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="test-de.tsv"):
        score_folder(PROTOCOLS.get("xtreme"), tmp_path, tmp_path)
    with pytest.raises(InputError, match="no overall score"):
        score_folder(PROTOCOLS.get("lab"), tmp_path, tmp_path)
