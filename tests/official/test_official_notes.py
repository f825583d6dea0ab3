"""Gold that is not what the task reads is refused; whatever else is odd keeps its official value and gets a note."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError, InputError
from xstilts.official import score_files
from xstilts.official.folder import score_folder
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

NLI = "neutral\nentailment\ncontradiction\nneutral\n"
ROWS = "".join(f"Birds sing {n}.\tFish do not.\t{label}\n" for n, label in enumerate(NLI.split()))
TAGGED = "de:Ada\tB-PER\nde:sang\tO\n\nde:Rom\tB-LOC\nde:!\tO\n"
TAGS = "B-PER\nO\n\nB-LOC\nO\n"
QA = {"data": [{"paragraphs": [{"qas": [{"id": name, "answers": [{"text": "x"}]} for name in ("q1", "q2", "café")]}]}]}
ANSWERS = {"q1": "x", "q2": "y", "café": "x"}
LISTS = {"m1": ["Q1"], "m2": ["Q2"], "m3": ["Q3"]}
RANKED = {name: ["Q1", "Q2", "Q3"] for name in LISTS}
XCOPA = "".join(json.dumps({"premise": "p", "choice1": "a", "choice2": "b", "label": n % 2}) + "\n" for n in range(4))
PAIRS = "d1\te1\nd2\te2\nd3\te3\n"
SENTENCES = "d1\tA bird sings.\nd2\tA fish does not.\n"


@pytest.fixture
def score(tmp_path: Path):
    def of(task: str, gold: object, said: object) -> dict[str, Any]:
        for name, text in (("gold", gold), ("said", said)):
            content = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
            (tmp_path / name).write_bytes(content.encode())
        return score_files(TASKS.get(task), tmp_path / "gold", tmp_path / "said", "de")

    return of


@pytest.mark.parametrize(
    ("task", "gold", "said", "message"),
    [
        # data-set files as gold, whatever the predictions are
        ("xnli", ROWS, NLI, r"gold:1: This is a row of a data set, with 3 columns.*cut -f3"),
        ("xnli", ROWS, ROWS, r"gold:1: This is a row of a data set"),
        ("pawsx", "a\tb\t1\nc\td\t0\n", "1\n0\n", r"gold:1: This is a row.*cut -f3"),
        ("pawsx", "id\ts1\ts2\tlabel\n1\ta\tb\t1\n2\tc\td\t0\n", "1\n0\n", r"gold:1: This is a row.*cut -f4"),
        ("panx", TAGGED, TAGGED, r"gold:1: This is a row of a data set, with 2 columns.*cut -f2"),
        ("panx", TAGGED.replace("\t", " "), TAGS, r"gold:1: This is a row of a data set"),
        (
            "udpos",
            "# text = Hund bellt laut\n1\tHund\tHund\tNOUN\n2\tbellt\tbellen\tVERB\n",
            TAGS,
            r"gold:2: .*cut -f4",
        ),
        ("udpos", "Hund\tNOUN\nbellt\tVERB\n", "NOUN\nVERB\n", r"gold:1: This is a row of a data set"),
        ("tatoeba", "1\tEin Vogel.\n2\tEin Fisch.\n", "1\n2\n", r"gold:1: This is a row of a data set"),
        ("bucc2018", SENTENCES, PAIRS, r"gold:1: This is no pair of ids"),
        ("bucc2018", "0.9\td1\te1\n", PAIRS, r"gold:1: This is no pair of ids"),
        ("bucc2018", "zh-1\t一只鸟在唱歌\nzh-2\t鱼不会\n", PAIRS, r"gold:1: This is no pair of ids"),
        # and as predictions
        ("xnli", NLI, ROWS, r"said:1: This is a row of a data set.*cut -f3"),
        ("panx", TAGS, TAGGED, r"said:1: This is a row of a data set.*cut -f2"),
        # another task's gold
        ("pawsx", NLI, NLI, r"gold:1: This is no label of the task: 'neutral'; nor are 4 of 4 lines.*not_paraphrase"),
        ("xnli", TAGS, TAGS, r"gold:1: This is no label of the task"),
        ("panx", NLI, NLI, r"gold:1: This is no tag of the task: 'neutral'"),
        ("tatoeba", NLI, NLI, r"gold:1: This is no candidate's number"),
        ("xcopa", NLI, NLI, r"gold:1: This is no choice of the task"),
        ("xcopa", '{"label": "neutral"}\n', '{"label": 1}\n', r"gold:1: This is no choice of the task"),
        ("xnli", json.dumps(QA, indent=1), NLI, r"gold:1: This is no label"),
        ("xquad", TAGS, ANSWERS, r"gold:1: This is not JSON"),
        ("xquad", LISTS, ANSWERS, r"gold:data: Expected a list, as in SQuAD's files"),
        ("mewslix", QA, RANKED, r"gold: Expected one JSON object from id to a list of ids"),
        ("mewslix", ANSWERS, RANKED, r"gold: The ids of 'q1' are no list"),
        # gold and predictions the other way round
        ("xquad", ANSWERS, QA, r"gold: These are predictions.*the right way round"),
        ("xquad", QA, QA, r"said: Expected one JSON object.*the right way round"),
        ("squad_v2", ANSWERS, QA, r"gold: These are predictions.*the right way round"),
        ("mewslix", RANKED, LISTS, r"gold: 3 of 3 mentions have several right entities.*Are these predictions"),
        # the official program stops at an empty line
        ("xcopa", "\n" + XCOPA, "\n" + XCOPA, r"gold:1: This is not JSON"),
        ("xcopa", XCOPA, "\n" + XCOPA, r"said:1: This is not JSON"),
    ],
)
def test_what_the_task_does_not_read_is_refused(score, task: str, gold: object, said: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        score(task, gold, said)


def test_a_gold_file_with_a_few_odd_lines_keeps_its_official_value(score) -> None:
    found = score("xnli", NLI + "-\n", NLI + "neutral\n")
    assert found["metrics"]["accuracy"] == 80
    assert "gold: 1 of 5 lines are no label of this task; the first is '-' in line 5" in found["notes"][0]
    assert score("udpos", "DET\n_\nNOUN\n", "DET\n_\nNOUN\n")["metrics"]["f1"] == 100


@pytest.mark.parametrize(
    ("task", "gold", "said", "value", "note"),
    [
        ("xnli", NLI, "\ufeff" + NLI, 75, "said: begins with a byte-order mark"),
        ("xnli", "\ufeff" + NLI, NLI, 75, "gold: begins with a byte-order mark"),
        ("panx", TAGS, "\ufeff" + TAGS, 75, "said: begins with a byte-order mark"),
        ("xnli", "label\n" + NLI, "label\n" + NLI, 100, "said: the first line, 'label', is no label: a header line"),
        ("xnli", "gold_label\n" + NLI, "pred\n" + NLI, 80, "gold: the first line, 'gold_label', is no label: a header"),
        ("tatoeba", "index\n0\n1\n", "index\n0\n1\n", 100, "said: the first line, 'index', is no candidate's number"),
        ("xnli", NLI, NLI.upper(), 0, "said: no line is a label of this task; the first is 'NEUTRAL'. 4 of them are"),
        ("xnli", NLI, NLI.replace("neutral", "Neutral"), 50, "of this task; the first is 'Neutral' in line 1. 2"),
        ("xnli", NLI, NLI.replace("entailment", "entails"), 75, "1 of 4 lines are no label of this"),
        ("xnli", NLI, "1\n0\n2\n1\n", 0, "said: no line is a label of this task; the first is '1'"),
        ("pawsx", "0\n1\n1\n", "1\n2\n2\n", 0, "said: the numbers seem to be counted from 1"),
        ("xnli", NLI + "\n", NLI + "\n", 100, "said: 1 empty lines, each counts as an example"),
        ("xnli", NLI, NLI.replace("\n", "\r"), 100, "said: 4 lone carriage returns end a line each"),
        ("tatoeba", "0\n1\n2\n3\n", "1\n2\n3\n4\n", 0, "counts from 0: 0 of 4 lines match, 4 would"),
        ("xcopa", XCOPA, "1\n2\n1\n1\n", 25, "said: the numbers seem to be counted from 1"),
        ("xcopa", XCOPA, "2\n1\n1\n1\n", 50, "counts from 0: 2 of 4 lines match, 1 would"),  # there is no choice 2
        ("xcopa", XCOPA, XCOPA.replace("1}", '"1"}'), 50, "2 labels are right but for"),
        ("xcopa", XCOPA, XCOPA, 100, "said: 4 lines have the choices too: is this the data set"),
        ("panx", TAGS, TAGS.replace("B-", ""), 50, "2 of 4 lines are no tag of this task; the first is 'PER' in"),
        ("panx", "B-PER\nO\n\n\nO\n", "B-PER\nO\n\n\nO\n", 100, "gold: 1 sentences have no word"),
        ("bucc2018", PAIRS, "e1\td1\nd2\te2\n", 40, "said: 1 pairs are right but for the order of their ids"),
        ("bucc2018", PAIRS, "0.8\td1\te1\nd2\te2\n", 40, "1 of 2 lines are not a pair of ids with a tab between; the"),
        ("bucc2018", PAIRS, "d1\te1\t0.8\n", 0, "said: 1 lines hold a right pair beside something else"),
        ("bucc2018", PAIRS, "d1 e1\n", 0, "said: no line is a pair of ids with a tab between"),
        ("bucc2018", PAIRS, PAIRS + "\n", 600 / 7, "said: 1 empty lines, together one pair"),
        ("bucc2018", PAIRS, "source\ttarget\n" + PAIRS, 600 / 7, "said: the first line, 'source\\ttarget', is no pair"),
        ("bucc2018", "a\tb\n" + PAIRS, PAIRS, 600 / 7, "gold: the first line, 'a\\tb', is no pair: a header line"),
        ("bucc2018", PAIRS, "", 0, "said: holds no pair"),
        ("tatoeba", "0\n1\n", "9" * 5000 + "\n1\n", 50, "said: the first line, '999"),
        ("tatoeba", "0\n1\n", "\u0660\n1\n", 50, "said: the first line, '\u0660', is no candidate's number"),
        ("xnli", "\ufeff" + NLI, "\ufeff" + NLI, 100, "said: begins with a byte-order mark, which counts as part of"),
        ("xquad", QA, {"q1": "x"}, 100 / 3, "have no prediction and score 0; the first is 'q2'"),
        ("xquad", QA, ANSWERS | {"other": "x"}, 200 / 3, "1 of 4 predictions have an id that the gold file lacks; the"),
        ("xquad", QA, {"q1": "x", "cafe\u0301": "x"}, 100 / 3, "1 of these ids are in the gold file but for Unicode"),
        ("xquad", QA, {"Q1": "x", "q2 ": "x"}, 0, "said: 2 of these ids are in the gold file but for"),
        ("xquad", QA, '{"q1": "y", "q1": "x", "q2": "y", "café": "x"}', 200 / 3, "1 ids are predicted again; the last"),
        ("squad_v2", QA, {"q1": "x"}, 100 / 3, "said: 2 of 3 ids of the gold file"),
        ("mewslix", LISTS, {"m1": ["Q1"], "x": ["Q1"]}, 100 / 3, "said: 2 of 3 ids of the gold file"),
        ("lareqa", LISTS, {"m1": ["Q1"], "x": ["Q1"]}, 100 / 3, "said: 1 of 2 predictions have an id"),
    ],
)  # fmt: skip
def test_what_is_odd_keeps_its_official_value_and_gets_a_note(
    score, task: str, gold: object, said: object, value: float, note: str
) -> None:
    found = score(task, gold, said)
    headline = {"panx": "accuracy"}.get(task) or next(iter(found["metrics"]))
    assert found["metrics"][headline] == pytest.approx(value)
    assert any(note in one for one in found["notes"]), found["notes"]


@pytest.mark.parametrize(
    ("task", "gold", "said"),
    [
        ("xnli", NLI, NLI), ("xnli", NLI.replace("\n", "\r\n"), NLI), ("pawsx", "0\n1\n", "1\n1\n"),
        ("panx", TAGS, TAGS), ("panx", TAGS, TAGS.replace("LOC", "ORG")), ("tatoeba", "0\n1\n2\n", "2\n1\n0\n"),
        ("tatoeba", "0\n7\n", "3\n4\n"), ("tatoeba", "0\n1\n2\n", "1\n2\n0\n"),
        ("bucc2018", "d1 e1\nd2 e2\n", "d1 e1\n"),
        ("xcopa", XCOPA, "0\n0\n1\n1\n"), ("xcopa", XCOPA, '{"label": 1}\n' * 4), ("bucc2018", PAIRS, "d1\te9\n"),
        ("xquad", QA, ANSWERS), ("mewslix", LISTS, RANKED), ("lareqa", RANKED, RANKED),
    ],
)  # fmt: skip
def test_files_as_they_should_be_get_no_note(score, task: str, gold: object, said: object) -> None:
    assert score(task, gold, said)["notes"] == []


def test_a_difference_in_length_is_explained(score) -> None:
    with pytest.raises(DataError, match=r"has 5 lines, the gold file has 4. The first line of .*said is 'label'"):
        score("xnli", NLI, "label\n" + NLI)
    with pytest.raises(DataError, match=r"has 5 lines, the gold file has 4. .*said has empty lines, which count"):
        score("xnli", NLI, NLI + "\n")
    with pytest.raises(DataError, match=r"said: The file has 1 sentences.*said has no empty line"):
        score("panx", TAGS, TAGS.replace("\n\n", "\n"))


def test_values_in_messages_are_short_and_have_no_control_characters(score) -> None:
    with pytest.raises(DataError) as caught:
        score("xnli", "\x1b[31m" + "x" * 5000 + "\n", "y\n")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_cmrc_2018_is_read_in_its_own_layout_too(score) -> None:
    own = [{"context_id": "T", "context_text": "蓝山湖", "qas": [
        {"query_id": "T_0", "query_text": "?", "answers": ["蓝山湖水库", "水库"]},
        {"query_id": "T_1", "query_text": "?", "answers": ["东岸"]},
    ]}]  # fmt: skip
    found = score("cmrc2018", own, {"T_0": "蓝山湖"})
    assert (found["n"], found["metrics"]) == (2, {"f1": pytest.approx(37.5), "exact_match": 0})
    with pytest.raises(DataError, match="no key 'paragraphs'"):
        score("xquad", own, {"T_0": "x"})


# --- whole folders ----------------------------------------------------------------------------------------------------


def folders(tmp_path: Path, said: str) -> tuple[Path, Path]:
    for kind, text in (("gold", NLI), ("said", said)):
        (tmp_path / kind / "xnli").mkdir(parents=True)
        for code in ("de", "sw"):
            (tmp_path / kind / "xnli" / f"test-{code}.tsv").write_text(text if code == "de" else NLI, encoding="utf-8")
    return tmp_path / "gold", tmp_path / "said"


def test_notes_of_single_files_reach_the_folder(tmp_path: Path) -> None:
    gold, said = folders(tmp_path, NLI.upper())
    (note,) = score_folder(PROTOCOLS.get("xtreme"), gold, said).notes
    assert note.startswith(f"{said / 'xnli' / 'test-de.tsv'}: no line is a label of this task")


def test_the_missing_folder_is_the_one_that_is_named(tmp_path: Path) -> None:
    gold, said = folders(tmp_path, NLI)
    for kind, there in (("gold", (tmp_path / "nowhere", said)), ("predictions", (gold, tmp_path / "nowhere"))):
        with pytest.raises(InputError, match=rf"--{kind}: There is no such folder.*nowhere"):
            score_folder(PROTOCOLS.get("xtreme"), *there)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: holds none of the gold files.*empty/pawsx/test-de.tsv"):
        score_folder(PROTOCOLS.get("xtreme"), tmp_path / "empty", said)
    with pytest.raises(InputError, match=r"empty: holds none of the predictions files"):
        score_folder(PROTOCOLS.get("xtreme"), gold, tmp_path / "empty")
