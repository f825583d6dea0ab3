"""Damage as a user meets it: a run refuses what changed, verify names it, a repair heals; no place is a traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from xstilts import cli

STUDY = """
name: damaged
question: What if a bit flips?
bases: [lab-tiny]
protocol: lab
arms: {none: [], snli: [{tasks: [snli], steps: 1}]}
targets: [{task: udpos, limit: 4}]
languages: [qab]
seeds: [1]
training: {steps: 1, batch_size: 4, limit: 8}
"""
RUN = ("run", "study.yaml", "--executor", "inline", "--keep", "all", "--out", "out")
REPORT = ("report", "study.yaml", "--out", "out")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with a study, its store and its report; copied by those who break it."""
    folder, here = tmp_path_factory.mktemp("damage"), Path.cwd()
    os.chdir(folder)
    try:
        Path("study.yaml").write_text(STUDY, encoding="utf-8")
        assert cli.run(RUN) == 0
    finally:
        os.chdir(here)
    return folder


@pytest.fixture
def here(finished, tmp_path, xstilts):
    """The working directory: a copy of the finished study, and what its tables are."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    return xstilts


def tables():
    return {path.as_posix(): path.read_bytes() for path in sorted(Path("out").rglob("*.csv"))}


def nodes(kind):
    return sorted(Path(".xstilts/nodes", kind).iterdir())


def label(folder):
    return json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["node"]["label"]


def flip(path, place=None):
    """One bit, in the middle unless told."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if place is None else place] ^= 1
    path.write_bytes(data)


def flip_a_note(path):
    """The first digit of how long the node took."""
    flip(path, path.read_bytes().index(b'"seconds": ') + len('"seconds": '))


def refused(said, path):
    """One paragraph with the path and the remedy, and no traceback."""
    assert said.code == 1, said.out + said.err
    assert str(path) in said.err
    assert "xstilts verify --repair" in said.err
    assert "Traceback" not in said.err
    assert "bug" not in said.err
    return True


def heals(xstilts, right):
    assert xstilts("verify", "--repair").code == 0
    run = xstilts(*RUN)
    assert run.code == 0, run.err
    assert tables() == right
    assert xstilts("verify").code == 0


def test_a_changed_digit_of_a_score_reaches_no_table_and_a_repair_heals(here):
    right = tables()
    assert len(right) > 3
    shutil.rmtree(nodes("analyse")[0])
    score = nodes("score")[0] / "scores.json"
    text = score.read_text(encoding="utf-8")
    digit = re.search(r'"value": (\d)', text)
    score.write_text(text[: digit.start(1)] + str((int(digit[1]) + 1) % 10) + text[digit.end(1) :], encoding="utf-8")
    shutil.rmtree("out")

    assert refused(here(*RUN), score)
    assert not list(Path("out").rglob("*.csv"))
    machine = here(*RUN, "--json")
    assert machine.code == 1
    assert [failed["label"] for failed in json.loads(machine.out)["failed"]] == ["analyse damaged"]
    assert refused(here(*REPORT), score)
    assert not list(Path("out").rglob("*.csv"))
    said = here("verify")
    assert (said.code, said.out) == (1, f"{score}: its bytes changed\n")
    assert "verify --repair --store .xstilts" in said.err
    heals(here, right)


def test_a_changed_bit_of_the_weights_reaches_no_prediction_and_a_repair_heals(here):
    right = tables()
    model = next(folder for folder in nodes("train") if label(folder).startswith("train udpos"))
    for folder in [*nodes("predict"), *nodes("score"), *nodes("analyse")]:
        shutil.rmtree(folder)
    weights = model / "encoder" / "model.safetensors"
    flip(weights)
    said = here(*RUN)
    assert said.code == 1
    assert str(weights) in said.err.replace("\n", "")
    heals(here, right)


DAMAGE = {
    "counts of another size": ("prepare", "meta.json", lambda path: path.write_text("[]")),
    "counts": ("prepare", "meta.json", flip),
    "history cut": ("train", "history.json", lambda path: path.write_bytes(path.read_bytes()[:100])),
    "history empty": ("train", "history.json", lambda path: path.write_text("{}")),
    "answer": ("analyse", "answer.json", flip),
    "claims": ("analyse", "claims.json", flip),
    "an unused bit of a table": ("analyse", "scores.parquet", lambda path: flip(path, 5)),
    "a table cut": ("analyse", "gains.parquet", lambda path: path.write_bytes(path.read_bytes()[:50])),
    "a table gone": ("analyse", "gains.parquet", Path.unlink),
    "no provenance": ("analyse", "provenance.json", Path.unlink),
    "an empty provenance": ("score", "provenance.json", lambda path: path.write_text("")),
    "a deep provenance": ("train", "provenance.json", lambda path: path.write_text("[" * 100_000)),
    "a number in the provenance": ("score", "provenance.json", flip_a_note),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_report_reads_through_the_same_check_as_a_run(here, damage):
    kind, name, change = DAMAGE[damage]
    folder = next(folder for folder in nodes(kind) if (folder / name).is_file())
    if name == "meta.json":
        folder = next(one for one in nodes(kind) if (one / name).is_file() and "udpos" in label(one))
    before = tables()
    change(folder / name)
    assert refused(here(*REPORT), folder / name)
    assert tables() == before
    assert here("verify").code == 1


def test_damaged_predictions_are_named_by_the_run_that_reads_them(here):
    predictions = next(nodes("predict")[0].glob("*.parquet"))
    for folder in [*nodes("score"), *nodes("analyse")]:
        shutil.rmtree(folder)
    flip(predictions)
    said = here(*RUN)
    assert said.code == 1
    assert f"{predictions}: {predictions.name} of the predict node" in said.err
    assert "xstilts verify --repair" in said.err


def test_a_plan_names_every_damaged_node_and_shows_the_rest(here):
    one, two = nodes("score")[0] / "provenance.json", nodes("train")[0] / "history.json"
    one.write_text("{}")
    two.write_text("{}")
    said = here("plan", "study.yaml", "--json")
    assert said.code == 1
    assert str(one) in said.err
    assert str(two) in said.err
    assert len(json.loads(said.out)["nodes"]) > 5


def test_a_broken_record_of_another_study_costs_this_one_no_report(here):
    other = Path(".xstilts/runs/other-0123456789ab.json")
    other.write_text("{}")
    shutil.rmtree("out")
    said = here(*RUN)
    assert said.code == 0, said.err
    assert Path("out/index.html").is_file()
    assert str(other) in said.err
    assert "No weights were dropped" in said.err


def test_nodes_of_an_older_version_are_used_and_told_of(here):
    for path in Path(".xstilts/nodes").glob("*/*/provenance.json"):
        facts = json.loads(path.read_text(encoding="utf-8"))
        old = {name: value for name, value in facts.items() if name not in {"sha256", "read"}}
        path.write_text(json.dumps(old, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    right = tables()
    assert here(*RUN).code == 0
    assert tables() == right
    said = here("verify")
    assert said.code == 0
    assert "come from an older version" in said.err


def test_a_stray_is_named_and_no_run_minds_it(here):
    stray = Path(".xstilts/nodes/score/.DS_Store")
    stray.write_text("x")
    said = here("verify", "--repair")
    assert said.code == 1
    assert said.out.startswith(f"{stray}: is no node")
    freed = here("gc")
    assert freed.code == 0
    assert str(stray) in freed.err
    assert here(*REPORT).code == 0
    assert here(*RUN).code == 0
    assert here("plan", "study.yaml").code == 0


@pytest.mark.parametrize("place", ["file", "file/below", "x" * 5000])
def test_a_place_where_no_folder_can_be_is_wrong_input(here, place):
    Path("file").write_text("x")
    commands = [(*RUN, "--store"), (*REPORT, "--store"), ("gc", "--store"), ("verify", "--store")]
    commands += [
        ("export", "abc", "to", "--store"),
        ("plan", "study.yaml", "--store"),
        ("verify", "--repair", "--store"),
    ]
    commands += [(*RUN[:-2], "--out"), (*REPORT[:-2], "--out")]
    for command in commands:
        said = here(*command, place)
        assert said.code == 2, command
        assert said.err.startswith("xstilts: ")
        assert "can lie there" in said.err
        assert len(said.err) < 1000
    assert not Path("file").is_dir()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc here")
def test_a_place_that_the_system_refuses_is_one_paragraph(here):
    for command in [(*RUN, "--store"), ("gc", "--store"), ("verify", "--repair", "--store"), (*RUN[:-2], "--out")]:
        said = here(*command, "/proc/xstilts")
        assert said.code == 1, command
        assert "/proc/xstilts cannot be made or used" in said.err
        assert "Traceback" not in said.err


@pytest.mark.parametrize("name", ["nodes", "scratch", "tmp", "logs", "runs", "locks"])
def test_what_lies_in_the_way_inside_the_store_is_one_paragraph(here, name):
    place = Path(".xstilts", name)
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("x")
    said = here(*RUN)
    assert said.code == 1
    assert said.err.startswith(f"xstilts: {place} cannot be made or used for the store: File exists.")
    for command in ("verify", "gc"):
        assert "bug" not in here(command).err
