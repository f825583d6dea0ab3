"""How a split's text was made: what a map says, what the lab's translator made, what the entry says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.sources import TRANSLATED_TEST, Source, fingerprint, languages, load, origin
from xstilts.tasks import TASKS, Kind, Task, TextOrigin

if TYPE_CHECKING:
    from pathlib import Path

LAB = Source("lab")
NATIVE, BY_PEOPLE, BY_MACHINE, MIXED = (
    TextOrigin.NATIVE, TextOrigin.HUMAN_TRANSLATED, TextOrigin.MACHINE_TRANSLATED, TextOrigin.MIXED,
)  # fmt: skip


def task(**changes: Any) -> Task:
    given: dict[str, Any] = {
        "name": "t", "kind": Kind.CLASSIFICATION, "title": "", "languages": ("en", "de"), "splits": {"test": None},
        "metrics": (), "labels": ("yes", "no"),
    }  # fmt: skip
    return Task(**(given | changes))


def entry(**options: Any) -> dict[str, Any]:
    return {"path": "a.tsv", "format": "delimited", "columns": {"text": 0, "text_pair": 1, "label": 2}, **options}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "a.tsv").write_text("Fog rose.\tIt rose.\tyes\nIt fell.\tFog rose.\tno\n", encoding="utf-8")
    return tmp_path


def mapped(data: Path, split: str, *entries: dict[str, Any], language: str = "de") -> Source:
    found = [{**item, "header": False} for item in entries]
    return Source("files", data, {"t": {language: {split: found}}})


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_map_says_how_its_text_was_made(data: Path) -> None:
    said = mapped(data, "test", entry(origin="machine_translated"))
    assert origin(task(), "de", "test", said) is BY_MACHINE
    assert origin(task(origin=BY_PEOPLE), "de", "test", mapped(data, "test", entry())) is BY_PEOPLE
    both = mapped(data, "test", entry(origin="machine_translated"), entry())
    assert origin(task(), "de", "test", both) is MIXED


def test_an_origin_changes_no_example_and_so_no_fingerprint(data: Path) -> None:
    said, unsaid = mapped(data, "test", entry(origin="mixed")), mapped(data, "test", entry())
    assert fingerprint(task(), "de", "test", said) == fingerprint(task(), "de", "test", unsaid)
    assert load(task(), "de", "test", said).dataset.to_list() == load(task(), "de", "test", unsaid).dataset.to_list()


def test_a_misspelt_origin_is_refused(data: Path) -> None:
    wrong = mapped(data, "test", entry(origin="machine_translate"))
    with pytest.raises(DataError, match=r"t\.de\.test.*'machine_translate'.*Did you mean 'machine_translated'"):
        origin(task(), "de", "test", wrong)
    with pytest.raises(DataError, match=r"origin of text True\. Allowed: native, "):
        load(task(), "de", "test", mapped(data, "test", entry(origin=True)))


def test_a_language_that_the_data_set_lacks_is_a_translation(data: Path) -> None:
    assert origin(task(languages=("en",)), "de", "train", mapped(data, "train", entry())) is BY_MACHINE
    said = mapped(data, "train", entry(origin="human_translated"))
    assert origin(task(languages=("en",)), "de", "train", said) is BY_PEOPLE


def test_training_sets_in_other_languages_can_be_of_another_origin(data: Path) -> None:
    own = task(origin=BY_PEOPLE, train_origin=BY_MACHINE)
    assert origin(own, "de", "train", mapped(data, "train", entry())) is BY_MACHINE
    assert origin(own, "en", "train", mapped(data, "train", entry(), language="en")) is BY_PEOPLE
    assert origin(own, "de", "test", mapped(data, "test", entry())) is BY_PEOPLE


def test_code_switched_text_is_of_both_origins(data: Path) -> None:
    splits = {code: {"train": {**entry(), "header": False}} for code in ("en", "de")}
    own = task(train_origin=BY_MACHINE)
    assert origin(own, "de+en", "train", Source("files", data, {"t": splits})) is MIXED
    assert origin(task(), "de+en", "train", Source("files", data, {"t": splits})) is NATIVE


def test_translated_test_sets_are_given_by_a_map(data: Path) -> None:
    given = mapped(data, TRANSLATED_TEST, entry())
    assert languages(task(), given, TRANSLATED_TEST) == ("de",)
    assert origin(task(), "de", TRANSLATED_TEST, given) is BY_MACHINE
    by_people = mapped(data, TRANSLATED_TEST, entry(origin="human_translated"))
    assert origin(task(), "de", TRANSLATED_TEST, by_people) is BY_PEOPLE
    # under the names of the test items
    rows = load(task(), "de", TRANSLATED_TEST, given).dataset.to_list()
    test = load(task(), "de", "test", mapped(data, "test", entry())).dataset.to_list()
    assert [row["id"] for row in rows] == [row["id"] for row in test] == ["t-test-0", "t-test-1"]


def test_nobody_else_has_translated_test_sets(data: Path) -> None:
    xnli = TASKS.get("xnli")
    for source in (Source("files", data), Source("hub")):
        assert languages(xnli, source, TRANSLATED_TEST) == ()
        for ask in (origin, fingerprint, load):
            with pytest.raises(
                DataError, match=r"must be given by a data map.*\{xnli: \{LANGUAGE: \{translated-test: "
            ):
                ask(xnli, "de", TRANSLATED_TEST, source)


# --- hub and lab ------------------------------------------------------------------------------------------------------


def test_the_hub_has_the_data_sets_own_text() -> None:
    assert origin(TASKS.get("mnli"), "en", "train", Source("hub")) is NATIVE
    assert origin(TASKS.get("xnli"), "sw", "test", Source("hub")) is BY_PEOPLE
    assert origin(TASKS.get("kornli"), "ko", "train", Source("hub")) is BY_MACHINE
    assert origin(TASKS.get("kornli"), "ko", "dev", Source("hub")) is MIXED
    with pytest.raises(DataError, match="no split 'train'"):
        origin(TASKS.get("pawsx"), "de", "train", Source("hub"))


@pytest.mark.parametrize("name", ["pawsx", "xnli"])
def test_training_sets_that_a_map_adds_to_translated_benchmarks_are_a_machines(name: str, data: Path) -> None:
    given = Source("files", data, {name: {"de": {"train": {**entry(), "header": False}}}})
    assert origin(TASKS.get(name), "de", "train", given) is BY_MACHINE


def test_the_lab_knows_what_its_translator_made() -> None:
    mnli, xnli = TASKS.get("mnli"), TASKS.get("xnli")
    assert origin(mnli, "qaa", "train", LAB) is NATIVE
    assert origin(mnli, "qba", "train", LAB) is BY_MACHINE
    assert origin(mnli, "qaa+qba", "train", LAB) is MIXED
    assert origin(mnli, "qba+qca", "train", LAB) is BY_MACHINE
    assert origin(xnli, "qba", "test", LAB) is BY_PEOPLE
    assert origin(xnli, "qba", TRANSLATED_TEST, LAB) is BY_MACHINE
    assert origin(TASKS.get("tydiqa"), "qba", "train", LAB) is NATIVE
    assert origin(TASKS.get("mlqa"), "qda+qca", "test", LAB) is TASKS.get("mlqa").origin
    with pytest.raises(DataError, match="no train data in 'de'"):
        origin(mnli, "de", "train", LAB)


def test_a_union_is_of_the_origin_of_its_parts() -> None:
    union = TASKS.get("anli_plus")
    assert origin(union, "qaa", "train", LAB) is NATIVE
    assert origin(union, "qda", "train", LAB) is BY_MACHINE


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_translated_tests_of_the_lab_are_in_all_languages_but_the_pivot(task: Task) -> None:
    found = languages(task, LAB, TRANSLATED_TEST)
    assert TRANSLATED_TEST not in task.splits
    assert "qaa" not in found
    if found:
        assert set(found) == set(languages(task, LAB, "test")) - {"qaa"}
