"""Every labelled file of the real samples, through the maps that come with xstilts, against the manifest."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xstilts.sources import Source, fingerprint, load, read_map
from xstilts.sources.data_map import by_language, parts
from xstilts.tasks import TASKS as REGISTERED
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = Path(str(files("xstilts") / "catalog" / "data"))
MAPS = (DATA / "real-small.map.yaml", DATA / "samples.map.yaml")
FOLDERS = ("intermediate", "multilingual_intermediate", "targets", "low_resource")
NLI = ("entailment", "neutral", "contradiction")
SAME = ("not_paraphrase", "paraphrase")
QQP = ("not_duplicate", "duplicate")
TOPICS = ("entertainment", "geography", "health", "politics", "science/technology", "sports", "travel")
ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
UPOS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
    *("PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"),
)
CLASSIFICATION: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("mnli", "snli", "anli", "ocnli", "indonli", "farstail", "kornli", "c_xnli"), NLI),
    **dict.fromkeys(("xnli", "myxnli", "xnli_eu", "americasnli"), NLI),
    "qqp": QQP,
    "pawsx": SAME,
    "sib200": TOPICS,
}
TAGGING: Mapping[str, tuple[str, ...]] = {
    "udpos": UPOS,
    "masakhapos": UPOS,
    "panx": ENTITIES,
    "masakhaner": (*ENTITIES, "B-DATE", "I-DATE"),
}
CHOICE = ("cosmosqa", "siqa", "copa", "xcopa", "hellaswag", "commonsenseqa")
SPAN_QA = (
    *("squad", "squad_v2", "xquad", "mlqa", "tydiqa"),
    *("arcd", "jaquad", "cmrc2018", "squad_it", "squad_es"),
)
RETRIEVAL = ("tatoeba", "lareqa", "xquad_r", "bucc2018")
TASKS: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    **{name: (Kind.CLASSIFICATION, labels) for name, labels in CLASSIFICATION.items()},
    **{name: (Kind.TAGGING, labels) for name, labels in TAGGING.items()},
    **dict.fromkeys(CHOICE, (Kind.MULTIPLE_CHOICE, ())),
    **dict.fromkeys(SPAN_QA, (Kind.SPAN_QA, ())),
    **dict.fromkeys(RETRIEVAL, (Kind.RETRIEVAL, ())),
    "multichecklist_templates": (Kind.MASKED_LM, ()),
}
REJECTED: Mapping[tuple[str, str, str], Mapping[str, int]] = {
    ("ocnli", "zh", "train"): {"label = '-'": 6},
    ("squad_it", "it", "test"): {"answer not at its offset": 5},
    ("cmrc2018", "zh", "train"): {"answer not at its offset": 5},
    ("squad", "en", "dev"): {"is_impossible = 'true'": 686},  # SQuAD 2.0's file, read whole by squad_v2
}
"""All records that are read and not used: no label, an offset that does not hold, no answer where one is asked for."""


@dataclass(frozen=True)
class Entry:
    """One language and split of one map."""

    map: Path
    task: str
    language: str
    split: str


def entries(name: str) -> Iterator[Entry]:
    for path in MAPS:
        for language, splits in by_language(read_map(path).get(name, {}), name).items():
            for split in splits:
                yield Entry(path, name, language, split)


def task(name: str) -> Task:
    kind, labels = TASKS[name]
    return Task(name, kind, "", (), {}, (), labels=labels)


def source(data: Path, entry: Entry) -> Source:
    return Source("files", data, read_map(entry.map))


@cache
def manifest(data: Path) -> Mapping[str, Mapping[str, str]]:
    """The manifest's rows of the four folders, by file."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row for row in rows if row["file"].split("/")[0] in FOLDERS}


def used_files(data: Path, entry: Entry) -> dict[str, str]:
    """The files of an entry with their hashes."""
    described = fingerprint(task(entry.task), entry.language, entry.split, source(data, entry))
    return {file["path"]: file["sha256"] for part in described["parts"] for file in part["files"]}


def test_every_task_of_the_maps_is_read_here() -> None:
    labelled = {name for path in MAPS for name in read_map(path)} - {"mlm"}  # raw text, read in test_sources_real.py
    assert labelled == set(TASKS)


@pytest.mark.parametrize("name", [name for name in TASKS if name != "multichecklist_templates"])
def test_the_maps_fit_the_registered_tasks(name: str) -> None:
    kind, labels = TASKS[name]
    registered = REGISTERED.get(name)
    assert (registered.kind, set(registered.labels)) == (kind, set(labels))
    assert {entry.split for entry in entries(name)} - set(registered.splits) <= {"sample"}


def test_every_file_is_used_and_is_the_manifests(real_data: Path) -> None:
    seen: dict[str, str] = {}
    for name in TASKS:
        for entry in entries(name):
            seen |= used_files(real_data, entry)
    assert seen == {path: row["sha256"] for path, row in manifest(real_data).items()}


@pytest.mark.parametrize("name", TASKS)
def test_every_record_is_read(real_data: Path, name: str) -> None:
    shared: dict[tuple[str, ...], int] = defaultdict(int)
    for entry in entries(name):
        loaded = load(task(name), entry.language, entry.split, source(real_data, entry))
        assert loaded.read == loaded.used + sum(loaded.rejected.values())
        assert loaded.rejected == REJECTED.get((name, entry.language, entry.split), {}), entry
        (part,) = parts(read_part(entry), entry.language, name)
        # a file with several languages, or read by halves: each record belongs to one of them
        if part.row_options.where or part.reader_options.get("half"):
            shared[part.paths] += loaded.read
        else:
            assert loaded.read == promised(real_data, name, part.paths), entry
    for paths, read in shared.items():
        assert read == promised(real_data, name, paths), paths


def test_bucc_has_all_candidates_and_pairs(real_data: Path) -> None:
    (entry,) = (own for own in entries("bucc2018") if "half" not in read_part(own))  # type: ignore[operator]
    rows = load(task("bucc2018"), entry.language, entry.split, source(real_data, entry)).dataset
    counts = Counter(rows["role"])
    paths = [path for path in manifest(real_data) if path.startswith("targets/bucc2018/")]
    promised = {path.rpartition(".")[2]: int(manifest(real_data)[path]["examples"]) for path in paths}
    found = {"zh": counts["query"], "en": counts["candidate"], "gold": sum(map(len, rows["gold"]))}
    assert found == promised


def read_part(entry: Entry) -> object:
    return by_language(read_map(entry.map)[entry.task], entry.task)[entry.language][entry.split]


def promised(data: Path, name: str, paths: tuple[str, ...]) -> int:
    """The manifest's number of examples; it stands beside one of line-parallel files."""
    counts = [int(manifest(data)[path]["examples"]) for path in paths]
    return counts[0] if name == "bucc2018" else max(counts)
