"""A local base has a name: the one it is given, or its folder's. Tables show no path, and keys know no name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xstilts import lab
from xstilts.errors import StudyError, UnknownNameError
from xstilts.planning.plan import make_plan
from xstilts.studies.load import validate

STUDY = {
    "name": "named", "question": "q", "protocol": "lab", "targets": [{"task": "xnli", "limit": 6}],
    "languages": ["qaa", "qab"], "arms": {"none": [], "mnli": [{"tasks": ["qqp"], "limit": 6}]},
    "training": {"steps": 1, "limit": 6},
}  # fmt: skip

MLM = {"tasks": ["mlm"], "languages": ["qaa"], "steps": 2}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> list[Path]:
    """The same weights at two places, in folders of one name."""
    made = [tmp_path_factory.mktemp(name) / "final" for name in ("first", "second")]
    for folder in made:
        shutil.copytree(lab.base_folder("lab-tiny"), folder)
    return made


def plan(bases, **changes):
    return make_plan(validate(STUDY | {"bases": bases} | changes, "named.yaml"))


def keys(made):
    return {key for key, node in made.nodes.items() if node.kind != "analyse"}


def test_keys_are_those_of_the_weights_whatever_the_base_is_called(folders) -> None:
    by_name, by_folder = plan(["lab-tiny"]), plan([str(folders[0])])
    named = plan([{"name": "mine", "from": str(folders[1])}])
    assert keys(by_name) == keys(by_folder) == keys(named)


def test_no_label_and_no_table_has_a_path(folders) -> None:
    made = plan([str(folders[0]), {"name": "mine", "from": str(folders[1])}])
    assert {cell.base for cell in made.cells if not cell.arm.startswith("baseline")} == {"final", "mine"}
    assert made.resolved.study.bases[0].name == "final"
    shown = [node.label for node in made.nodes.values()]
    shown += [str(node.payload) for node in made.nodes.values()]
    assert not [text for text in shown if str(folders[0].parent) in text or str(folders[1].parent) in text]


def test_two_folders_of_one_name_need_names(folders) -> None:
    with pytest.raises(
        StudyError, match=r"bases\.1: another base is called 'final' too.*name it: \{name: NAME, from: "
    ):
        plan([str(folder) for folder in folders])
    with pytest.raises(StudyError, match="another base is called 'final' too"):
        plan([{"name": "final", "from": str(folders[0])}, str(folders[1])])


def test_a_folder_that_is_given_without_a_name_is_called_after_itself(folders) -> None:
    (recipe,) = validate(STUDY | {"bases": [{"from": f"{folders[0]}/"}]}, "named.yaml").bases
    assert (recipe.name, recipe.source) == ("final", f"{folders[0]}/")


def test_a_base_can_be_pretrained_further() -> None:
    """Its phase starts from the base and leaves another encoder; what reads no weights is the base's own."""
    further = {"name": "further", "from": "lab-tiny", "pretrain": MLM}
    search = {"targets": ["udpos", "tatoeba"]}
    own, both = plan(["lab-tiny"], **search), plan(["lab-tiny", further], **search)
    (made,) = (node for node in both.nodes.values() if node.payload.get("phase", {}).get("tasks") == ["mlm"])
    assert (made.kind, made.label) == ("train", "train further, seed 1")
    assert made.payload["base"] == next(n for n in own.nodes.values() if n.kind == "train").payload["base"]
    assert made.payload["phase"]["steps"] == 2
    started = [node for node in both.nodes.values() if made.key in node.parents.values() and node.kind != "analyse"]
    assert {node.kind for node in started} == {"train", "predict"}
    assert own.nodes.keys() - both.nodes.keys() == {key for key, n in own.nodes.items() if n.kind == "analyse"}
    untrained = [n for n in both.nodes.values() if n.payload.get("baseline") == "untrained.v1"]
    assert len(untrained) == 1


def test_a_known_base_can_have_another_name() -> None:
    made = plan([{"name": "small", "from": "lab-tiny"}])
    assert keys(made) == keys(plan(["lab-tiny"]))
    assert made.study.bases[0].name == "small"


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ({"name": "a/b", "from": "lab-tiny"}, "a name and no path"),
        ({"name": "a\x1b[1m", "from": "lab-tiny"}, "bases.0.name"),
        ({"name": "a", "from": "lab-tiny", "tokenizer": "lab-tiny", "pretrain": MLM}, "leave out architecture"),
        ({"name": "a", "from": "lab-tiny", "pretrain": {"tasks": ["mlm"]}}, "needs its languages"),
        ({"name": "a", "pretrain": MLM}, "or from: the base that it goes on from"),
        ({"name": "a", "form": "lab-tiny"}, "Did you mean 'from'"),
        ("/", "bases.0.name"),
    ],
)
def test_what_is_no_name_is_refused(base, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        validate(STUDY | {"bases": [base]}, "named.yaml")


@pytest.mark.parametrize("base", ["/no/such/folder", "~nobody-here/x", {"name": "a", "from": "no-such-base"}])
def test_a_place_where_nothing_lies_is_named(base) -> None:
    with pytest.raises(UnknownNameError, match=r"bases\.0: There is no base called"):
        plan([base])


def test_a_study_written_out_again_reads_the_same() -> None:
    study = validate(STUDY | {"bases": [{"name": "small", "from": "lab-tiny"}]}, "named.yaml")
    written = study.model_dump(mode="json")["bases"]
    assert (written[0]["name"], written[0]["from"]) == ("small", "lab-tiny")
    assert validate(STUDY | {"bases": written}, "again").bases == study.bases
