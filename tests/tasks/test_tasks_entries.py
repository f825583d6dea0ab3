from __future__ import annotations

import pytest

from xstilts.errors import UnknownNameError
from xstilts.tasks import TASKS

FIRST = [
    "mnli",
    "xnli",
    "snli",
    "qqp",
    "squad",
    "xquad",
    "cosmosqa",
    "siqa",
    "copa",
    "xcopa",
    "udpos",
    "tatoeba",
    "mlm",
]


def test_the_first_tasks_are_there() -> None:
    assert set(FIRST) <= set(TASKS.names())


def test_xnli_and_mnli_share_their_labels_in_the_same_order() -> None:
    assert TASKS.get("xnli").labels == TASKS.get("mnli").labels == ("entailment", "neutral", "contradiction")


def test_the_positive_label_of_qqp_is_its_last() -> None:
    # binary F1 takes the last label as positive; GLUE's F1 is that of duplicates
    assert TASKS.get("qqp").labels[-1] == "duplicate"


@pytest.mark.parametrize(("name", "languages"), [("xnli", 15), ("xquad", 12), ("xcopa", 11), ("udpos", 38)])
def test_numbers_of_languages(name: str, languages: int) -> None:
    assert len(set(TASKS.get(name).languages)) == languages


def test_xcopa_has_neither_english_nor_training_data() -> None:
    xcopa = TASKS.get("xcopa")
    assert "en" not in xcopa.languages
    assert "train" not in xcopa.splits


@pytest.mark.parametrize(("code", "own"), [("fa", "pes"), ("zh", "cmn"), ("sw", "swh"), ("tl", "tgl"), ("de", "deu")])
def test_tatoeba_names_languages_by_three_letters(code: str, own: str) -> None:
    assert TASKS.get("tatoeba").codes[code] == own


def test_tatoeba_asks_in_english_and_searches_the_other_language() -> None:
    spec = TASKS.get("tatoeba").files["test"]
    assert isinstance(spec.path, tuple)
    assert spec.path[spec.options["columns"]["query"]].endswith(".eng")
    assert spec.path[spec.options["columns"]["candidate"]].endswith(".{language}")


def test_parts_of_speech_are_in_the_hubs_order() -> None:
    hub = TASKS.get("udpos").hub
    assert hub is not None
    assert hub.options["labels"]["0"] == "ADJ"
    assert hub.options["labels"]["11"] == "PROPN"
    assert hub.options["labels"]["16"] == "X"


def test_training_on_translated_test_items_is_a_leak() -> None:
    for name in ("xnli", "xquad", "xcopa"):
        assert TASKS.get(name).overlaps[name].code == "leak"
    assert TASKS.get("squad").overlaps["xquad"].code == "leak"


def test_the_lab_has_a_twin_of_every_first_task() -> None:
    assert all(TASKS.get(name).lab == name for name in FIRST)


def test_a_lab_twin_keeps_its_tasks_name() -> None:
    assert all(task.lab in (task.name, None) for task in TASKS)


def test_a_misspelt_task_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'xnli'"):
        TASKS.get("xnil")
