"""Studies from Python: loaded from anything, planned, and run with an error that says what failed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

import xstilts as xs
from xstilts.errors import InputError, RunError, StudyError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

SMALLEST: dict[str, Any] = {
    "name": "smallest",
    "question": "Does anything move?",
    "bases": ["lab-tiny"],
    "arms": {"none": []},
    "targets": [{"task": "udpos", "limit": 4}],
    "languages": ["qab"],
    "training": {"steps": 1, "batch_size": 4, "limit": 8},
    "sizes": {"lab": {}, "full": {"training": {"steps": 9}}},
}


def test_a_mapping_a_file_and_a_name_give_a_study(tmp_path: Path) -> None:
    study = xs.load_study(SMALLEST)
    assert isinstance(study, xs.Study)
    assert (study.name, study.training.steps, study.size) == ("smallest", 1, "lab")
    file = tmp_path / "own.yaml"
    file.write_text("name: own\nquestion: q\nbases: [lab-tiny]\ntargets: [xnli]\n", encoding="utf-8")
    assert xs.load_study(file).name == xs.load_study(str(file)).name == "own"
    assert xs.load_study("demo").name == "demo"


def test_size_and_changes_are_applied_and_the_mapping_stays() -> None:
    before = copy.deepcopy(SMALLEST)
    changes = {"training.batch_size": 2, "seeds": [3, 4], "arms.snli": [{"tasks": ["snli"]}]}
    study = xs.load_study(SMALLEST, set=changes, size="full")
    assert (study.training.steps, study.training.batch_size, study.seeds) == (9, 2, [3, 4])
    assert list(study.arms) == ["none", "snli"]
    assert before == SMALLEST
    without = xs.load_study(SMALLEST | {"arms": {"none": [], "snli": [{"tasks": ["snli"]}]}}, set={"arms.snli": None})
    assert list(without.arms) == ["none"]


def test_a_value_is_taken_as_it_is() -> None:
    """On the command line a value is YAML; here it is a value already."""
    assert xs.load_study(SMALLEST, set={"question": "[1, 2]"}).question == "[1, 2]"
    assert xs.load_study(SMALLEST, set={"size": "full"}).training.steps == 9


@pytest.mark.parametrize(
    ("study", "changes", "said"),
    [
        ({**SMALLEST, "sedes": [1]}, {}, r"study: sedes: unknown key\. Did you mean 'seeds'"),
        (SMALLEST, {"trainin.steps": 1}, r"trainin: there is no such root key.*Did you mean 'training'"),
        (SMALLEST, {"arms.snli": None}, "no such arm to take out"),
        (SMALLEST, {"size": "huge"}, "no size 'huge'.*full, lab"),
        ("dmeo", {}, r"no catalog study or file called 'dmeo'.*Did you mean 'demo'"),
        (7, {}, "must be a name, a path, or a mapping"),
        ({True: 1}, {}, "has the key True"),
    ],
)
def test_mistakes_are_told_as_on_the_command_line(study: Any, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(StudyError, match=said):
        xs.load_study(study, set=changes)


def test_a_plan_has_nodes_totals_and_a_frame(tmp_path: Path) -> None:
    planned = xs.plan(SMALLEST, store=tmp_path / "store")
    kinds = [node["kind"] for node in planned.nodes]
    assert kinds[-1] == "analyse"
    assert kinds.count("train") == planned.totals["train_nodes"] == 1
    frame = planned.to_frame()
    assert list(frame["kind"]) == kinds
    assert frame["seconds"].sum() == pytest.approx(planned.totals["seconds"])
    assert not frame["cached"].any()
    assert repr(planned).startswith(
        f"smallest: {len(kinds)} nodes, 0 cached; 1 training phases, 1 as separate scripts;"
    )
    assert repr(planned).endswith(f"{len(planned.warnings)} warnings.")
    assert not (tmp_path / "store").exists()


def test_a_plan_names_what_does_not_exist() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'xnli'"):
        xs.plan(SMALLEST | {"targets": ["xnlii"]})


def test_a_run_that_fails_says_what_and_reports_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learning rate that no float survives stops a training node."""
    monkeypatch.setenv("XSTILTS_STORE", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)
    study = xs.load_study(SMALLEST, set={"training.learning_rate": 9e8, "training.steps": 3})
    seen: list[str] = []
    with pytest.raises(RunError, match=r"smallest: 1 of \d+ nodes failed, \d+ did not run\. .*\.log\)") as raised:
        xs.run(study, out=tmp_path / "out", executor="inline", on_event=lambda event: seen.append(type(event).__name__))
    assert str(tmp_path / "out") in str(raised.value.hint)
    assert set(xs.Results.open(tmp_path / "out").scores["arm"]) == {"baseline:char-ngrams"}
    assert "NodeFailed" in seen
    assert (tmp_path / "kept" / "nodes").is_dir()
    assert not (tmp_path / ".xstilts").exists()


def test_places_that_cannot_be_used_are_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="No report can lie there: it is no folder"):
        xs.run(SMALLEST, store=tmp_path / "store", out=tmp_path / "file")
    with pytest.raises(InputError, match="store: .*home of a user that there is not"):
        xs.plan(SMALLEST, store="~nobody-of-this-name/store")
    assert not (tmp_path / "store").exists()
