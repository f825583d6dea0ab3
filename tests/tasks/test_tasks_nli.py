"""What the inference, paraphrase and topic tasks say of themselves, and the traps of their label encodings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.languages import LANGUAGES
from xstilts.sources import Source, languages, load
from xstilts.tasks import TASKS, TextOrigin, union

if TYPE_CHECKING:
    from pathlib import Path

INFERENCE = (
    *("anli", "anli_plus", "mnli", "snli", "xnli", "americasnli", "myxnli", "xnli_eu"),
    *("c_xnli", "kornli", "ocnli", "indonli", "farstail"),
)
OF_XNLI = ("americasnli", "c_xnli", "kornli", "myxnli", "xnli", "xnli_eu")


def read(folder: Path, task: str, language: str, split: str, files: dict[str, str]) -> tuple[list[Any], Any]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    loaded = load(TASKS.get(task), language, split, Source("files", folder))
    return [(row["id"], row["label"]) for row in loaded.dataset.to_list()], loaded


@pytest.mark.parametrize("name", INFERENCE)
def test_all_inference_tasks_fit_under_one_head(name: str) -> None:
    assert TASKS.get(name).labels == ("entailment", "neutral", "contradiction")


@pytest.mark.parametrize(
    ("name", "split", "size"),
    [
        ("anli", "train", 16_946 + 45_460 + 100_459),
        ("anli", "dev", 1_000 + 1_000 + 1_200),
        ("anli", "test", 3_200),
        ("kornli", "train", 392_702 + 550_152),
        ("americasnli", "test", 750),
        ("indonli", "train", 10_330),
        ("farstail", "train", 7_266),
        ("paws", "train", 49_401),
        ("pawsx", "test", 2_000),
        ("sib200", "train", 701),
    ],
)
def test_published_sizes(name: str, split: str, size: int) -> None:
    assert TASKS.get(name).splits[split] == size


def test_numbers_of_languages() -> None:
    # 205 languages and dialects, and FLORES-200's codes for them (arXiv 2309.07445)
    sizes = {"americasnli": 10, "pawsx": 7, "multichecklist": 50, "sib200": 205}
    assert {name: len(TASKS.get(name).languages) for name in sizes} == sizes
    multichecklist = set(TASKS.get("multichecklist").languages)
    assert multichecklist == {language.code for language in LANGUAGES if language.xtreme_r}


@pytest.mark.parametrize(
    ("task", "code", "own"),
    [
        ("americasnli", "ay", "aym"),
        ("americasnli", "qu", "quy"),
        ("sib200", "ar", "arb_Arab"),
        ("sib200", "ay", "ayr_Latn"),
        ("sib200", "fa", "pes_Arab"),
        ("sib200", "zh", "zho_Hans"),
        ("sib200", "sw", "swh_Latn"),
        ("sib200", "qu", "quy_Latn"),
    ],
)
def test_languages_have_the_data_sets_own_codes(task: str, code: str, own: str) -> None:
    assert TASKS.get(task).codes[code] == own


def test_a_union_has_the_sources_of_its_parts() -> None:
    assert union.sources(TASKS.get("anli_plus")) == ("hub", "files", "lab")
    assert [part.name for part in union.members(TASKS.get("anli_plus"))] == ["anli", "mnli", "snli"]
    assert union.members(TASKS.get("mnli")) == (TASKS.get("mnli"),)
    assert union.sources(TASKS.get("multichecklist")) == ()


def test_multichecklist_says_of_every_source_why_it_has_none() -> None:
    task = TASKS.get("multichecklist")
    assert set(task.no_source) == {"hub", "files", "lab"}
    assert "templates" in task.no_source["files"]
    with pytest.raises(DataError, match="no copy of the test suites"):
        load(task, "de", "test", Source("hub"))


def test_paraphrases_are_the_second_label_for_f1() -> None:
    assert TASKS.get("paws").labels == TASKS.get("pawsx").labels == ("not_paraphrase", "paraphrase")


def test_pawsx_has_no_training_data_of_its_own_for_those_outside_english_are_translated() -> None:
    assert "train" not in TASKS.get("pawsx").splits
    assert TASKS.get("pawsx").overlaps["pawsx"].code == "leak"
    assert TASKS.get("pawsx").overlaps["paws"].code == "overlap"


@pytest.mark.parametrize("target", OF_XNLI)
@pytest.mark.parametrize("trained", OF_XNLI)
def test_translations_of_the_same_pairs_are_leaks(target: str, trained: str) -> None:
    # KorNLI trains on translations of MNLI and SNLI: other pairs than XNLI's, but Korean ones when it is the target
    code = "overlap" if trained == "kornli" != target else "leak"
    assert TASKS.get(target).overlaps[trained].code == code


@pytest.mark.parametrize("target", OF_XNLI)
def test_mnli_is_xnlis_training_set_in_every_translation(target: str) -> None:
    assert TASKS.get(target).overlaps["mnli"].code == "overlap"


def test_chinese_inference_makes_chinese_xnli_something_else_than_zero_shot() -> None:
    assert TASKS.get("xnli").overlaps["ocnli"].code == "leak"


@pytest.mark.parametrize(
    ("name", "non_commercial"),
    [
        ("anli", True), ("anli_plus", True), ("americasnli", True), ("myxnli", True), ("xnli_eu", True),
        ("c_xnli", True), ("ocnli", True), ("kornli", False), ("farstail", False), ("pawsx", False), ("sib200", False),
    ],
)  # fmt: skip
def test_what_may_not_be_used_commercially(name: str, non_commercial: bool) -> None:
    assert TASKS.get(name).non_commercial is non_commercial


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("americasnli", TextOrigin.HUMAN_TRANSLATED),
        ("xnli_eu", TextOrigin.MIXED),
        ("kornli", TextOrigin.MIXED),
        ("ocnli", TextOrigin.NATIVE),
        ("sib200", TextOrigin.HUMAN_TRANSLATED),
    ],
)
def test_how_the_text_was_made(name: str, origin: TextOrigin) -> None:
    assert TASKS.get(name).origin == origin


# --- traps ------------------------------------------------------------------------------------------------------------


def test_americasnli_takes_its_language_from_a_common_file_whose_labels_are_words(tmp_path: Path) -> None:
    table = "language\tpremise\thypothesis\tlabel\n" + "".join(
        f"{code}\tA {code}.\tB {code}.\t{label}\n"
        for code, label in (("quy", "neutral"), ("aym", "entailment"), ("nah", "neutral"), ("quy", "contradiction"))
    )
    found, loaded = read(tmp_path, "americasnli", "qu", "test", {"AmericasNLI/test.tsv": table})
    assert found == [("americasnli-test-0", "neutral"), ("americasnli-test-1", "contradiction")]
    assert (loaded.read, loaded.rejected) == (2, {})
    numbers = table.replace("contradiction", "2")
    with pytest.raises(DataError, match="has the label '2'"):
        read(tmp_path, "americasnli", "qu", "test", {"AmericasNLI/test.tsv": numbers})


def test_ocnli_without_a_majority_is_left_out_and_counted(tmp_path: Path) -> None:
    lines = [
        {"sentence1": "天黑了。", "sentence2": "是晚上。", "label": label, "label0": None, "id": number}
        for number, label in ((7, "neutral"), (8, "-"), (9, "contradiction"))
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    found, loaded = read(tmp_path, "ocnli", "zh", "dev", {"OCNLI/data/ocnli/dev.json": text})
    assert found == [("7", "neutral"), ("9", "contradiction")]
    assert (loaded.read, loaded.used, loaded.rejected) == (3, 2, {"label = '-'": 1})


@pytest.mark.parametrize("name", ["mnli", "snli"])
def test_what_has_no_label_never_becomes_an_example(tmp_path: Path, name: str) -> None:
    path = {"mnli": "multinli_1.0/multinli_1.0_train.jsonl", "snli": "snli_1.0/snli_1.0_train.jsonl"}[name]
    lines = [{"sentence1": "A.", "sentence2": "B.", "gold_label": label} for label in ("-", "neutral")]
    found, loaded = read(tmp_path, name, "en", "train", {path: "\n".join(json.dumps(line) for line in lines)})
    assert found == [(f"{name}-train-1", "neutral")]
    assert loaded.rejected == {"gold_label = '-'": 1}


def test_mnlis_withheld_test_labels_are_no_split() -> None:
    assert "test" not in TASKS.get("mnli").splits
    assert languages(TASKS.get("mnli"), Source("hub"), "test") == ()


def test_the_raw_release_of_xnli_may_spell_contradictory(tmp_path: Path) -> None:
    table = "language\tgold_label\tsentence1\tsentence2\tpairID\nde\tcontradictory\tJa.\tNein.\t4\n"
    found, _ = read(tmp_path, "xnli", "de", "dev", {"XNLI-1.0/xnli.dev.tsv": table})
    assert found == [("4", "contradiction")]


def test_labels_of_the_basque_pairs_are_numbers_in_the_order_of_xnli(tmp_path: Path) -> None:
    table = "premise\thypothesis\tlabel\nEuria.\tUra.\t0\nEuria.\tBihar.\t1\nEuria.\tLehor.\t2\n"
    found, _ = read(tmp_path, "xnli_eu", "eu", "test_native", {"xnli-eu/xnli.test.eu.native.tsv": table})
    assert [label for _, label in found] == ["entailment", "neutral", "contradiction"]


def test_untranslated_sentences_of_pawsx_stay_as_xtreme_scores_them(tmp_path: Path) -> None:
    table = "id\tsentence1\tsentence2\tlabel\n31\tNS\tSie geht.\t0\n12\tEr ging.\tEs ging er.\t1\n"
    found, loaded = read(tmp_path, "pawsx", "de", "test", {"x-final/de/test_2k.tsv": table})
    assert found == [("31", "not_paraphrase"), ("12", "paraphrase")]
    assert loaded.rejected == {}


@pytest.mark.parametrize("bad", ["-1", "", "2"])
def test_a_label_that_pawsx_does_not_have_is_no_example(tmp_path: Path, bad: str) -> None:
    table = f"id\tsentence1\tsentence2\tlabel\n1\tEr ging.\tEs ging er.\t{bad}\n"
    with pytest.raises(DataError, match="test_2k.tsv:2"):
        read(tmp_path, "pawsx", "de", "test", {"x-final/de/test_2k.tsv": table})


def test_fields_of_farstail_are_taken_out_of_their_quotation_marks(tmp_path: Path) -> None:
    table = 'premise\thypothesis\tlabel\nشب است.\t"""شب"" است."\te\n'
    _, loaded = read(tmp_path, "farstail", "fa", "train", {"FarsTail/data/Train-word.csv": table})
    assert loaded.dataset["text_pair"] == ['"شب" است.']
