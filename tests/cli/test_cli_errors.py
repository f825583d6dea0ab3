"""What wrong input looks like: exit code 2, one paragraph on stderr, nothing on stdout, no traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xstilts import errors, lab
from xstilts.commands import studies


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rnu"], "run"),
        (["list", "taks"], "'tasks'"),
        (["list", "tasks", "--jsno"], "--json"),
        (["list"], "TOPIC"),
        (["show", "task", "xnil"], "'xnli'"),
        (["show", "language", "dee"], "'de"),
        (["show", "protocol", "xtrem"], "'xtreme'"),
        (["show", "metric", "acuracy"], "'accuracy'"),
        (["show", "base", "lab-tinny"], "'lab-tiny'"),
        (["show", "noise", "tipo"], "'typo'"),
        (["show", "study", "dmeo"], "'demo'"),
        (["plan", "dmeo"], "'demo'"),
        (["plan", "missing.yaml"], "missing.yaml"),
        (["plan", "demo", "--set", "sedes=[1]"], "seeds"),
        (["plan", "demo", "--set", "seeds"], "path=value"),
        (["plan", "demo", "--set", "arms.none.9.tasks=[mnli]"], "arms.none.9"),
        (["plan", "demo", "--set", "languages=[no]"], "quotes"),
        (["plan", "demo", "--set", "targets.0.task=xnil"], "'xnli'"),
        (["plan", "demo", "--set", "targets=[xnli]"], "or leave the arm out: arms.more_of_the_same=null"),
        (["plan", "demo", "--set", "claims=[C55]"], "'C5'"),
        (["run", "demo", "--executor", "lokal"], "'local'"),
        (["run", "demo", "--workers", "0"], "--workers"),
        (["run", "demo", "--keep", "some"], "encoders"),
        (["evaluate", "nowhere", "--task", "xnli", "--noise", "tipo:3"], "'typo'"),
        (["evaluate", "nowhere", "--task", "xnli", "--noise", "typo"], "Write --noise typo:3"),
        (["evaluate", "nowhere", "--task", "xnli", "--noise", "typo:6"], "There is no severity 6"),
        (["evaluate", "nowhere", "--task", "udpos", "--noise", "word-drop:3"], "each word has a tag"),
        (["evaluate", "nowhere", "--task", "xnli", "--noise", "diacritics:3"], "does not exist in every language"),
        (["evaluate", "nowhere", "--task", "xnli", "--source", "flies:x"], "files"),
        (["export", "abc123", "folder"], "abc123"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_input_is_one_paragraph(xstilts, arguments: list[str], expected: str) -> None:
    said = xstilts(*arguments)
    assert said.code == 2, said.err
    assert said.out == ""
    assert said.err.startswith("xstilts: ")
    assert expected in said.err
    assert "Traceback" not in said.err
    assert "\n\n" not in said.err


def test_a_model_directory_without_tokenizer_is_refused(xstilts, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    (tmp_path / "lines.txt").write_text("one\ttwo\n")
    said = xstilts("predict", str(folder), "--task", "xnli", str(tmp_path / "lines.txt"))
    assert said.code == 2
    assert "tokenizer.json" in said.err


DAMAGES = {
    "config.json": "null",
    "tokenizer.json": '{"model": null}',
    "tokenizer_config.json": "[]",
    "model.safetensors": "cut",
}


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize(
    "verb",
    [
        ["plan", "demo", "--set", "bases=[bad]"],
        ["run", "demo", "--set", "bases=[bad]"],
        ["evaluate", "bad", "--task", "tatoeba"],
        ["predict", "bad", "lines.txt", "--task", "xnli"],
    ],
    ids=lambda verb: verb[0],
)
def test_a_broken_model_directory_is_refused_by_every_verb(xstilts, tmp_path: Path, verb: list[str], name: str) -> None:
    shutil.copytree(lab.base_folder("lab-tiny"), tmp_path / "bad")
    (tmp_path / "bad" / name).write_text(DAMAGES[name], encoding="utf-8")
    (tmp_path / "lines.txt").write_text("one\ttwo\n", encoding="utf-8")
    said = xstilts(*verb)
    assert said.code == 2, said.err
    assert said.out == "" and "bad" in said.err and name in said.err
    assert "Traceback" not in said.err and "\n\n" not in said.err


def raising(error: BaseException):
    def verb(store: Path = Path()) -> None:
        raise error

    return verb


@pytest.fixture
def broken_plan(monkeypatch: pytest.MonkeyPatch):
    """Makes ``xstilts plan demo`` raise a given error."""

    def arrange(error: BaseException) -> None:
        monkeypatch.setattr(studies.options, "open_store", raising(error))

    return arrange


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.DataError("A label was expected.", field="dev.tsv:7"), 2),
        (errors.RunError("The node failed."), 1),
        (errors.CorruptNodeError("Its bytes changed.", hint="Delete it."), 1),
        (errors.StoreBusyError("Another run holds the lock."), 1),
    ],
)
def test_the_class_of_an_error_is_its_exit_code(xstilts, broken_plan, error: errors.XstiltsError, code: int) -> None:
    broken_plan(error)
    said = xstilts("plan", "demo")
    assert (said.code, said.out, said.err) == (code, "", f"xstilts: {error}\n")


def test_ctrl_c_says_what_to_do(xstilts, broken_plan) -> None:
    broken_plan(KeyboardInterrupt())
    said = xstilts("plan", "demo")
    assert said.code == 1
    assert "the same command goes on" in said.err
    assert "Traceback" not in said.err


def test_a_bug_names_the_file_of_its_traceback(xstilts, broken_plan) -> None:
    broken_plan(ZeroDivisionError("by nothing"))
    said = xstilts("plan", "demo")
    assert said.code == 1
    assert "ZeroDivisionError: by nothing" in said.err
    assert "Traceback" not in said.err
    log = Path(said.err.partition("(traceback: ")[2].partition(")")[0])
    assert "Traceback" in log.read_text()
    log.unlink()


def test_debug_prints_the_traceback(xstilts, broken_plan) -> None:
    broken_plan(errors.StoreError("No."))
    assert "Traceback" in xstilts("--debug", "plan", "demo").err
