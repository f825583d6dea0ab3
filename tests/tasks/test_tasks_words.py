"""What the entries of names, parts of speech, supertags and common sense say, and that other layouts are read too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from xstilts import sources
from xstilts.errors import DataError
from xstilts.sources import Source
from xstilts.tasks import TASKS

FORTY = (
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi"
    " yo zh"
)


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def mapped(folder: Path, task: str, language: str, split: str, entry: dict[str, Any]) -> sources.Loaded:
    source = Source("files", folder, {task: {language: {split: entry}}})
    return sources.load(sources.with_labels(TASKS.get(task), source), language, split, source)


def test_panx_has_the_languages_of_xtreme_and_eight_more() -> None:
    assert set(TASKS.get("panx").languages) == {*FORTY.split(), *["qu", "pl", "uk", "az", "lt", "pa", "gu", "ro"]}
    assert len(TASKS.get("panx").languages) == 48


@pytest.mark.parametrize(
    ("task", "three_letters"),
    [
        ("masakhaner", "amh hau ibo kin lug luo pcm swa wol yor"),
        ("masakhaner2", "bam bbj ewe fon hau ibo kin lug luo mos nya pcm sna swa tsn twi wol xho yor zul"),
        ("masakhapos", "bam bbj ewe fon hau ibo kin lug luo mos nya pcm sna swa tsn twi wol xho yor zul"),
    ],
)
def test_masakhanes_languages_have_three_letters_there(task: str, three_letters: str) -> None:
    entry = TASKS.get(task)
    assert {entry.codes[code] for code in entry.languages} == set(three_letters.split())
    assert "en" not in entry.languages
    assert entry.non_commercial is True


def test_dates_are_in_masakhaner_and_not_in_panx() -> None:
    assert not {"B-DATE", "I-DATE"} & set(TASKS.get("panx").labels)
    for name in ("masakhaner", "masakhaner2"):
        assert TASKS.get(name).labels[-2:] == ("B-DATE", "I-DATE")


def test_masakhaner2_includes_masakhaner() -> None:
    assert TASKS.get("masakhaner").overlaps["masakhaner2"].code == "leak"
    assert TASKS.get("masakhaner2").overlaps["masakhaner"].code == "leak"


def test_pinned_commits_are_whole() -> None:
    for name in ("hellaswag", "commonsenseqa"):
        hub = TASKS.get(name).hub
        assert hub is not None
        assert re.fullmatch("[0-9a-f]{40}", hub.revision or "")
        assert "test" not in hub.splits  # its labels are withheld


def test_ccg_is_divided_by_sections_of_the_treebank() -> None:
    paths = {split: spec.path for split, spec in TASKS.get("ccg").files.items()}
    assert paths["dev"] == ("ccgbank_1_1/data/AUTO/00/*.auto",)
    assert paths["test"] == ("ccgbank_1_1/data/AUTO/23/*.auto",)
    assert (len(paths["train"]), paths["train"][0][-9:], paths["train"][-1][-9:]) == (20, "02/*.auto", "21/*.auto")


def test_the_substitute_says_that_it_is_one() -> None:
    task = TASKS.get("ccg_substitute")
    assert task.title.startswith("Substitute for CCGbank, not CCG")
    assert len(task.labels) == 17 * 37
    assert task.lab is None
    assert "ccg_substitute" in TASKS.get("ccg").no_source["hub"]
    assert TASKS.get("udpos").overlaps["ccg_substitute"].code == "overlap"


def test_xtremes_prepared_panx_files_are_read_by_a_map_without_cut(tmp_path: Path) -> None:
    write(tmp_path, "panx/dev-sw.tsv", "Ada\tB-PER\n12:30\tO\n\nni\tO\n")
    loaded = mapped(tmp_path, "panx", "sw", "dev", {"path": "panx/dev-sw.tsv", "format": "columns"})
    assert [row["tokens"] for row in loaded.dataset] == [["Ada", "12:30"], ["ni"]]


def test_another_copy_of_ccg_is_read_by_a_map(tmp_path: Path) -> None:
    write(tmp_path, "ccg.labels.txt", "N\nS[dcl]\\NP\n")
    write(tmp_path, "ccg.dev", "Boats float\tN S[dcl]\\NP\n")
    loaded = mapped(tmp_path, "ccg", "en", "dev", {"path": "ccg.dev", "format": "word_lines"})
    assert loaded.dataset.to_list() == [{"id": "ccg-dev-0", "tokens": ["Boats", "float"], "tags": ["N", "S[dcl]\\NP"]}]
    write(tmp_path, "ccg.dev", "Boats float\tN (S\\NP)/NP\n")
    with pytest.raises(DataError, match=r"has the label '\(S\\\\NP\)/NP'"):
        mapped(tmp_path, "ccg", "en", "dev", {"path": "ccg.dev", "format": "word_lines"})


# --- the real samples -------------------------------------------------------------------------------------------------


def real(real_data: Path, task: str, language: str, split: str, **entry: Any) -> sources.Loaded:
    return mapped(real_data, task, language, split, entry)


def test_real_hellaswag_text_and_json_give_the_same_items(real_data: Path) -> None:
    text = real(
        real_data, "hellaswag", "en", "dev", path="intermediate/hellaswag/hellaswag_val_full.first4000.txt",
        format="blocks", lines=6, pattern={"column": 0, "regex": "(?P<activity>[^:]*): (?P<ctx>.*)"},
        columns={"context": "ctx", "choices": [2, 3, 4, 5], "label": 1},
    )  # fmt: skip
    objects = real(
        real_data, "hellaswag", "en", "dev", path="intermediate/hellaswag/hellaswag_val.rubriks_sample300.jsonl",
        format="jsonl", columns={"context": "ctx", "choices": "endings"},
    )  # fmt: skip
    assert (text.used, objects.used) == (4000, 300)
    known = {tuple(row["choices"]): row for row in text.dataset}
    both = [(row, known[tuple(row["choices"])]) for row in objects.dataset if tuple(row["choices"]) in known]
    assert len(both) == 277  # of three more the text form has cleaned an ending
    assert all(one["label"] == other["label"] for one, other in both)
    assert sum(one["context"] == other["context"] for one, other in both) == 275  # and of two of these the context


def test_real_commonsenseqa_and_masakhaner_are_read_whole(real_data: Path) -> None:
    options = TASKS.get("commonsenseqa").files["dev"].options
    path = "intermediate/commonsenseqa/dev_rand_split.jsonl"
    assert real(real_data, "commonsenseqa", "en", "dev", path=path, format="jsonl", **options).used == 1_221
    entry = TASKS.get("masakhaner")
    found = [
        real(
            real_data, "masakhaner", code, "test", path=f"low_resource/masakhaner/{entry.codes[code]}.test.txt",
            format="columns", separator=" ",
        ).used
        for code in entry.languages
    ]  # fmt: skip
    assert sum(found) == 5_276
