"""A first study of a user's own files: what is recognised, what is refused, and that the text means what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.models import bases
from xstilts.planning.plan import plan_study
from xstilts.sources import Source
from xstilts.sources import languages as given_languages
from xstilts.studies.drafts import Answers, TestFiles, beside, draft, training_file
from xstilts.studies.drafts.columns import parsed, recognised
from xstilts.studies.drafts.draft import BUDGETS
from xstilts.studies.drafts.suited import ARMS, SUITED, suited
from xstilts.studies.load import parse_yaml, validate
from xstilts.tasks import TASKS

TSV = "review\tstars\nI would buy it again.\tgood\nIt broke on the second day.\tbad\n"
TEST = "review\tstars\nGerne wieder.\tgood\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    """The first of these files, which are written into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return folder / next(iter(files))


def read(folder: Path, files: dict[str, str], **answers: Any) -> dict[str, Any]:
    """The study of these files, read back."""
    name, text = draft(Answers(written(folder, files), **{"base": "lab-tiny", **answers}))
    root = parse_yaml(text, "study")
    assert root["name"] == name
    return root


def rows(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


ONE = {"context": "Open on Monday.", "question": "When?"}
OTHER = {"context": "Ab Montag offen.", "question": "Wann?"}


def squad(asked: dict[str, str], answer: str, start: int) -> str:
    """One question in SQuAD's layout."""
    answers = [{"text": answer, "answer_start": start}]
    asks = [{"id": "1", "question": asked["question"], "answers": answers}]
    return json.dumps({"data": [{"paragraphs": [{"context": asked["context"], "qas": asks}]}]})


SHAPES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "TSV": ({"train.tsv": TSV, "test.de.tsv": TEST}, {"kind": "classification", "labels": ["bad", "good"]}),
    "CSV with quotes and a comma": (
        {
            "train.csv": 'id,text,label\n1,"Good, and cheap",yes\n2,Bad value,no\n',
            "test.de.csv": "id,text,label\n1,Gut so,yes\n",
        },
        {"kind": "classification", "labels": ["no", "yes"]},
    ),
    "semicolons": (
        {"train.csv": "Text;Class\nso good;a\nso bad;b\n", "test-sw.csv": "Text;Class\nnzuri sana;a\n"},
        {"kind": "classification", "labels": ["a", "b"]},
    ),
    "no header": (
        {
            "train.tsv": "1\tso good it is\n0\tso bad it is\n1\tgood again\n0\tbad again\n",
            "test.de.tsv": "1\tganz gut\n",
        },
        {"kind": "classification", "labels": ["0", "1"]},
    ),
    "names that say nothing": (
        {
            "train.tsv": "alpha\tbeta\nso good\tx\nso bad\ty\nvery good\tx\nvery bad\ty\n",
            "test.de.tsv": "alpha\tbeta\nganz gut\tx\n",
        },
        {"kind": "classification", "labels": ["x", "y"]},
    ),
    "pairs, labels in numbers": (
        {
            "train.jsonl": rows(
                {"premise": "It rains.", "hypothesis": "It is wet.", "label": 0},
                {"premise": "It rains.", "hypothesis": "It is dry.", "label": 1},
            ),
            "test.de.jsonl": rows({"premise": "Es regnet.", "hypothesis": "Es ist nass.", "label": 0}),
        },
        {"kind": "classification", "labels": ["0", "1"]},
    ),
    "tags": (
        {
            "train.jsonl": rows({"tokens": ["Ada", "sings"], "tags": ["B-PER", "O"]}),
            "test.sw.jsonl": rows({"tokens": ["Amina"], "tags": ["B-PER"]}),
        },
        {"kind": "tagging", "labels": ["O", "B-PER"]},
    ),
    "choices in fields, letters": (
        {
            "train.jsonl": rows({"ask": "Barks?", "a": "cat", "b": "dog", "right": "B"}),
            "test.de.jsonl": rows({"ask": "Bellt?", "a": "Katze", "b": "Hund", "right": "A"}),
        },
        {"kind": "multiple_choice"},
    ),
    "choices in a list, from 0": (
        {
            "train.jsonl": rows({"question": "Barks?", "choices": ["cat", "dog"], "label": 1}),
            "test.de.jsonl": rows({"question": "Bellt?", "choices": ["Katze", "Hund"], "label": 0}),
        },
        {"kind": "multiple_choice"},
    ),
    "questions, a line each": (
        {
            "train.jsonl": rows({**ONE, "answers": {"text": ["Monday"], "answer_start": [8]}}),
            "test.de.jsonl": rows({**OTHER, "answers": {"text": ["Montag"], "answer_start": [3]}}),
        },
        {"kind": "span_qa"},
    ),
    "SQuAD": (
        {"train.json": squad(ONE, "Monday", 8), "test.de.json": squad(OTHER, "Montag", 3)},
        {"kind": "span_qa"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_files_of_many_shapes_become_a_study_that_is_planned(tmp_path: Path, shape: str) -> None:
    files, expected = SHAPES[shape]
    root = read(tmp_path, files)
    (name,) = root["targets"]
    assert {key: root["tasks"][name].get(key) for key in expected} == expected
    assert list(root["arms"]) == ["none", *(arm for arm in root["arms"] if arm != "none")]
    assert len(root["arms"]) == 1 + ARMS
    plan = plan_study(validate(root, "study"))
    assert {cell.target for cell in plan.cells} == {name}
    assert {caution.code for caution in plan.cautions} <= {"unpinned", "disk", "memory"}  # the last two: this machine


def test_a_pair_keeps_both_texts_and_choices_their_places(tmp_path: Path) -> None:
    task = read(tmp_path / "pairs", SHAPES["pairs, labels in numbers"][0])["tasks"]["pairs"]
    assert task["files"]["en"]["train"]["columns"] == {"text": "premise", "text_pair": "hypothesis", "label": "label"}
    entry = read(tmp_path / "quiz", SHAPES["choices in fields, letters"][0])["tasks"]["quiz"]["files"]["en"]["train"]
    assert entry["columns"] == {"question": "ask", "choices": ["a", "b"], "label": "right"}
    assert entry["labels"] == {"A": 0, "B": 1}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([1, 2], {"1": 0, "2": 1}), ([0, 1], {}), ([1, 1], {}), (["b", "a"], {"a": 0, "b": 1})],
)
def test_choices_are_counted_from_1_only_where_the_last_number_says_so(
    labels: list[Any], expected: dict[str, int]
) -> None:
    two = [{"question": "Which?", "choices": ["this", "that"], "label": label} for label in labels]
    more = [{**item, "choices": ["this", "that", "none"]} for item in two]
    assert recognised(two, {}).labels == expected
    assert recognised(more, {}).labels == ({} if expected.keys() <= {"1", "2"} else {"a": 0, "b": 1, "c": 2})


def test_a_label_that_only_a_test_file_has_is_a_label(tmp_path: Path) -> None:
    root = read(tmp_path, {"reviews-train.tsv": TSV, "reviews-test.de.tsv": "review\tstars\nGeht so.\tfair\n"})
    assert root["tasks"]["reviews"]["labels"] == ["bad", "fair", "good"]


def plain(files: dict[str, str] | None = None, /, **answers: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Files, a good pair where none are given, and answers."""
    return ({"train.tsv": TSV, "test.de.tsv": TEST} if files is None else files), answers


BROKEN: dict[str, tuple[tuple[dict[str, str], dict[str, Any]], str]] = {
    "empty": (plain({"train.tsv": ""}), r"train\.tsv: is empty"),
    "a header alone": (plain({"train.tsv": "text\tlabel\n", "test.de.tsv": TEST}), "has no records"),
    "no table": (plain({"train.txt": "one line\nanother\n"}), "no table of columns"),
    "a row too short": (plain({"train.tsv": TSV + "torn\n", "test.de.tsv": TEST}), r"train\.tsv:4: has 1 columns"),
    "broken JSON": (plain({"train.jsonl": '{"text": "a"\n', "test.de.jsonl": "{}"}), r"train\.jsonl:1: is not JSON"),
    "one label": (plain({"train.tsv": "text\tlabel\na\tx\nb\tx\n", "test.de.tsv": "text\tlabel\na\tx\n"}), "1 differ"),
    "no label": (plain({"train.tsv": "id\ttext\n1\ta b\n2\tc d\n", "test.de.tsv": TEST}), "Which field is the label"),
    "two texts": (plain({"train.tsv": "x\ty\tlabel\na b\tc d\t0\ne f\tg h\t1\n"}), "Which field is the text"),
    "no test file": (plain({"train.tsv": TSV}), "--test: There are no test files"),
    "a language without a file": (plain(languages=["de", "sw"]), r"no file 'test\.sw"),
    "an unknown language": (plain(languages=["German"]), "German is written 'de'"),
    "a test file of another form": (plain({"train.tsv": TSV, "test.de.tsv": "a\tb\nc\td\n"}), r"test\.de\.tsv"),
    "a pattern that leaves the folder": (plain({"in/train.tsv": TSV}, test="../{language}.tsv"), "out of the folder"),
    "an absolute pattern": (plain(test="/etc/{language}", languages=["de"]), "out of the folder"),
    "no such field": (plain(columns="text=revue"), "Did you mean 'review'"),
    "no such column": (plain(columns="txt=review"), "Did you mean 'text'"),
    "no such budget": (plain(budget="smal"), "Did you mean 'small'"),
    "a name with a folder": (plain(name="../x"), "cannot be the name"),
    "a name of xstilts": (plain(name="xnli"), "cannot be the name"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_a_study_is_refused_in_words(tmp_path: Path, case: str) -> None:
    (files, answers), said = BROKEN[case]
    with pytest.raises(InputError, match=said):
        read(tmp_path, files, **answers)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {"train.tsv": TSV, "test.de.tsv": TSV})
    path.write_bytes(path.read_bytes() + b"\xff\tgood\n")
    with pytest.raises(InputError, match=r"train\.tsv:4"):
        draft(Answers(path, base="lab-tiny"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    path = written(tmp_path / "in", {"train.tsv": TSV})
    written(tmp_path, {"secret.tsv": TSV})
    (tmp_path / "in" / "test.de.tsv").symlink_to(tmp_path / "secret.tsv")
    with pytest.raises(InputError, match="outside the data folder"):
        draft(Answers(path, base="lab-tiny"))


@pytest.mark.parametrize(
    ("train", "test", "pattern"),
    [
        ("train.tsv", "test.de.tsv", "test.{language}.tsv"),
        ("train.tsv", "de/test.tsv", "{language}/test.tsv"),
        ("train.en.csv", "test.de.csv", "test.{language}.csv"),
        ("en.train.jsonl", "de.test.jsonl", "{language}.test.jsonl"),
        ("reviews-train.tsv", "reviews-test-de.tsv", "reviews-test-{language}.tsv"),
        ("reviews.tsv", "dev_de.tsv", "dev_{language}.tsv"),
        ("train.tsv.gz", "test.de.tsv.gz", "test.{language}.tsv.gz"),
    ],
)
def test_test_files_are_found_beside_the_training_file(tmp_path: Path, train: str, test: str, pattern: str) -> None:
    assert beside(written(tmp_path, {train: TSV, test: TSV})) == TestFiles(pattern, ("de",))


def test_what_is_no_language_is_no_test_file(tmp_path: Path) -> None:
    assert beside(written(tmp_path, {"train.tsv": TSV, "test.old.tsv": TSV, "test.qaa.tsv": TSV})) is None


def test_one_file_for_one_language_needs_no_pattern(tmp_path: Path) -> None:
    files = {"train.tsv": TSV, "german.tsv": TSV}
    root = read(tmp_path / "shop", files, test="german.tsv", languages=["de"])
    assert root["tasks"]["shop"]["files"]["de"]["test"]["path"] == "german.tsv"
    with pytest.raises(InputError, match="one file for 2 languages"):
        read(tmp_path / "shop", files, test="german.tsv", languages=["de", "sw"])


def test_the_pivot_may_be_scored_too(tmp_path: Path) -> None:
    files = read(tmp_path / "shop", {"train.tsv": TSV, "test.en.tsv": TSV, "test.de.tsv": TSV})["tasks"]["shop"][
        "files"
    ]
    assert {code: sorted(splits) for code, splits in files.items()} == {"en": ["test", "train"], "de": ["test"]}


@pytest.mark.parametrize(
    ("file", "name"),
    [("reviews.train.tsv", "reviews"), ("train.en.tsv", "shop"), ("a b!.tsv", "a-b"), ("xnli.tsv", "xnli-own")],
)  # fmt: skip
def test_the_study_is_called_after_the_file_or_its_folder(tmp_path: Path, file: str, name: str) -> None:
    answers = {"test": "test.{language}.tsv"}
    assert read(tmp_path / "shop", {file: TSV, "test.de.tsv": TSV}, **answers)["name"] == name


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_budget_says_seeds_and_training(tmp_path: Path, budget: str) -> None:
    many = TSV + "Fine.\tgood\n" * 2_000
    root = read(tmp_path, {"train.tsv": many, "test.de.tsv": TSV}, budget=budget)
    seeds, training = BUDGETS[budget]
    assert (root["seeds"], root["training"]) == (list(seeds), {**training, "max_length": 128})  # what lab-tiny reads
    longer = read(tmp_path, {"train.tsv": many, "test.de.tsv": TSV}, budget=budget, base="xlm-roberta-base")
    assert longer.get("training", {}) == dict(training)


@pytest.mark.parametrize(("items", "epochs"), [(2, 20), (42, 12), (600, 1)])
def test_a_small_training_set_is_seen_more_often(tmp_path: Path, items: int, epochs: int) -> None:
    few = TSV + "Fine.\tgood\n" * (items - 2)
    root = read(tmp_path, {"train.tsv": few, "test.de.tsv": TSV}, budget="small")
    assert root["training"]["tasks"] == {root["name"]: {"batch_size": 8, "epochs": epochs}}


LABELS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\t\n\r\ufeff"),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip() and text.strip("\u200b") != "")


@settings(max_examples=40, deadline=None)
@given(labels=st.lists(LABELS, min_size=2, max_size=4, unique=True))
def test_labels_read_back_as_they_were_whatever_yaml_thinks_of_them(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str]
) -> None:
    text = rows(*({"text": f"item {place}", "label": label} for place, label in enumerate(labels)))
    root = read(tmp_path_factory.mktemp("own"), {"train.jsonl": text, "test.de.jsonl": text})
    assert sorted(root["tasks"][root["name"]]["labels"]) == sorted(labels)
    validate(root, "study")


@pytest.mark.parametrize(
    "label", ["no", "~", "1.10", "0x1F", "12:30", "2024-01-05", "a: b", "# x", "- x", "{x}", "*x", "'", '"']
)
def test_labels_that_yaml_reads_otherwise_are_written_in_quotes(tmp_path: Path, label: str) -> None:
    text = rows({"text": "one two", "label": label}, {"text": "three four", "label": "other"})
    root = read(tmp_path, {"train.jsonl": text, "test.de.jsonl": text})
    assert label in root["tasks"][root["name"]]["labels"]


@pytest.mark.parametrize("kind", SUITED)
def test_suited_tasks_are_on_the_hub_in_english(kind: Any) -> None:
    for name in SUITED[kind]:
        assert "en" in given_languages(TASKS.get(name), Source("hub"), "train")


def test_what_the_base_was_trained_on_is_no_arm() -> None:
    base = bases.resolve("me5-small")
    for kind in SUITED:
        chosen = suited(kind, base)
        assert len(chosen) == ARMS
        assert not set(chosen) & set(base.hidden_stages)


def test_columns_that_are_said_go_before_names() -> None:
    sample = [{"text": "a b", "title": "c d", "label": "x"}, {"text": "e f", "title": "g h", "label": "y"}]
    assert recognised(sample, parsed("text=title")).columns == {"text": "title", "label": "label"}
    assert recognised(sample, {}).columns["text"] == "text"


def test_a_packed_file_is_read_by_its_inner_name(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "train.tsv.gz"
    path.write_bytes(gzip.compress(TSV.encode()))
    file = training_file(path)
    assert (file.format, file.options, len(file.sample())) == ("delimited", {}, 2)
