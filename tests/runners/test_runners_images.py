"""A study with images from end to end: pictures once, grids once, every control, noise, updates, export and answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tiny_base import tiny_base
from xstilts.encoding.visual.grids import Grids
from xstilts.errors import DataError, InputError, StudyError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import make_plan, plan_study
from xstilts.runners.images import NAMES, TOLD, read_pictures
from xstilts.statistics import analysis_files
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.using_models.evaluating import DataChoice, evaluate_model
from xstilts.using_models.exports import export_node
from xstilts.using_models.predicting import predict_file

SHORT = {"epochs": 1, "limit": 40, "max_length": 64, "learning_rate": 1e-3}


def study(name: str = "seen", **more: Any) -> Any:
    root = {
        "name": name, "question": "?", "bases": [tiny_base()], "languages": ["qaa", "qba"], "training": SHORT,
        "targets": [{"task": "xvnli", "limit": 20}],
    }  # fmt: skip
    return validate(root | more, name)


def run(asked: Any, folder: Path) -> tuple[Store, Any]:
    plan, store = plan_study(asked), Store(folder / "store")
    run_study(plan, store, folder / "out", StudyOptions("inline", keep="all"))
    return store, plan


def nodes(plan: Any, kind: str, label: str = "") -> list[Any]:
    return [node for node in plan.nodes.values() if node.kind == kind and label in node.label]


CONTROLS = ["xvnli", "xvnli~blank-image", "xvnli~shuffled-image", "xvnli~hypothesis-only", "xvnli~caption"]


@pytest.fixture(scope="module")
def controlled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Any, Path]:
    folder = tmp_path_factory.mktemp("controlled")
    arms = {"none": [], "mnli": {"phases": [{"tasks": ["mnli"]}], "training": {"lora_rank": 2}}}
    noise = [{"type": "typo", "severity": 3}]
    targets = [{"task": name, "limit": 20} for name in CONTROLS]
    store, plan = run(study(arms=arms, targets=targets, noise=noise), folder)
    return store, plan, folder


def test_images_of_a_split_are_read_once_for_all_languages_arms_and_controls(controlled) -> None:
    _, plan, _ = controlled
    assert [node.label for node in nodes(plan, "images")] == [
        "read images of scene_captions train", "read images of snli_ve train", "read images of xvnli test",
    ]  # fmt: skip
    assert len(nodes(plan, "features")) == 3
    assert len(nodes(plan, "train", "scene_captions")) == 2, "one for each arm"


def test_pictures_and_grids_are_kept_once_with_what_they_are_of(controlled) -> None:
    store, plan, _ = controlled
    node = nodes(plan, "images", "xvnli test")[0]
    folder = store.read(node.key, "images")
    told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    assert told["images"] == 20
    assert told["pictures"] <= 20
    pictures = np.concatenate(list(read_pictures(folder, 48, 7)))
    assert pictures.shape == (told["pictures"], 48, 48, 3)
    grids = Grids.load(store.read(nodes(plan, "features", "xvnli test")[0].key, "features"))
    assert grids.values.shape == (told["pictures"] + 1, 36, 192 + 12)
    assert not grids.values[-1, :, :192].any(), "the blank picture is even"
    assert (folder / NAMES).is_file()


def test_what_no_image_reaches_is_trained_without_them(controlled) -> None:
    _, plan, _ = controlled
    without = nodes(plan, "train", "snli_ve~hypothesis-only") + nodes(plan, "train", "snli_ve~caption")
    assert len(without) == 4
    assert not any(role.startswith("grid/") for node in without for role in node.parents)
    tested = [node for node in nodes(plan, "predict", "xvnli") if "noise" not in node.label]
    seen = {node.label for node in tested if any(role.startswith("grid/") for role in node.parents)}
    assert seen == {"predict xvnli", "predict xvnli~blank-image", "predict xvnli~shuffled-image"}


def test_blank_and_shuffled_images_are_tested_with_the_model_that_saw_the_true_ones(controlled) -> None:
    _, plan, _ = controlled
    models: dict[str, set[str]] = {}
    for node in nodes(plan, "predict"):
        models.setdefault(node.label.removesuffix(" under noise"), set()).add(node.parents.get("model", ""))
    assert models["predict xvnli"] == models["predict xvnli~blank-image"] == models["predict xvnli~shuffled-image"]


def analysed(store: Store, plan: Any) -> Any:
    (node,) = nodes(plan, "analyse")
    return analysis_files.load(store.read(node.key, "analyse"))


def test_controls_take_no_part_in_the_answer_and_have_a_table(controlled) -> None:
    store, plan, _ = controlled
    found = analysed(store, plan)
    assert [base["targets"] for base in found["answer"]["bases"]] == [["xvnli"]]
    visual = found["answer"]["visual"]
    assert len(visual) == 2 * 4 * 3, "two arms, four controls, and the pivot, the other language, and that again"
    for row in visual:
        assert row["difference"] == pytest.approx(row["shown"] - row["controlled"])


def test_noise_on_text_leaves_images_alone(controlled) -> None:
    store, plan, _ = controlled
    scores = analysed(store, plan)["scores"]
    assert {row["target"] for row in scores if row["noise"] == "typo"} == set(CONTROLS)


def test_a_second_run_finds_everything(controlled) -> None:
    store, plan, _ = controlled
    assert all(store.has(node.key, node.kind) for node in plan.nodes.values())


def test_an_export_answers_as_the_study_did(controlled, tmp_path: Path) -> None:
    import torch
    from transformers import AutoTokenizer, VisualBertForVisualReasoning

    store, plan, _ = controlled
    node = nodes(plan, "train", "snli_ve, ")[0]
    folder = export_node(store, node.key, tmp_path / "model")
    said = json.loads((folder / "xstilts_task.json").read_text(encoding="utf-8"))
    assert (said["kind"], said["vision"]["encoder"]) == ("visual_classification", "lab-patches")

    rows = evaluate_model(str(folder), "xvnli", DataChoice(languages=["qba"], source="lab"))
    assert {row["metric"] for row in rows} == {"accuracy", "macro_f1"}
    noisy_free = [row["value"] for row in rows if row["metric"] == "accuracy"]
    assert 0 <= noisy_free[0] <= 100

    from xstilts.lab.scenes import drawing

    Image.fromarray(drawing.picture("xvnli-test-0")).save(tmp_path / "a.png")
    asked = [{"id": "x", "text": "suju komo.", "images": ["a.png"]}]
    (tmp_path / "ask.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    (answer,) = predict_file(str(folder), None, tmp_path / "ask.jsonl")
    assert answer["id"] == "x"

    from xstilts.models.vision.encoders import IMAGE_ENCODERS, placed

    encoder = IMAGE_ENCODERS.get("lab-patches")
    grid = placed(encoder.load()(drawing.picture("xvnli-test-0")[None]), encoder).astype(np.float16)
    tokens = AutoTokenizer.from_pretrained(folder)("suju komo.", return_tensors="pt")
    model = VisualBertForVisualReasoning.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = model(**tokens, visual_embeds=torch.from_numpy(grid.astype(np.float32)),
                       visual_attention_mask=torch.ones(1, 36, dtype=torch.long)).logits[0]  # fmt: skip
    np.testing.assert_allclose(logits.softmax(0).numpy(), answer["scores"], atol=1e-5)
    assert model.config.id2label[int(logits.argmax())] == answer["prediction"]


def test_a_file_with_a_missing_image_is_refused(controlled, tmp_path: Path) -> None:
    store, plan, _ = controlled
    folder = export_node(store, nodes(plan, "train", "snli_ve, ")[0].key, tmp_path / "model")
    (tmp_path / "ask.jsonl").write_text('{"text": "a", "images": ["b.png"]}', encoding="utf-8")
    with pytest.raises(DataError, match=r"no image 'b\.png'"):
        list(predict_file(str(folder), None, tmp_path / "ask.jsonl"))


# --- data of one's own ------------------------------------------------------------------------------------------------


def own_data(folder: Path) -> dict[str, Any]:
    """Twelve grey pictures, and whether each is darker than the other."""
    rows = []
    for number in range(12):
        Image.new("RGB", (20, 10), (number * 20,) * 3).save(folder / f"{number}.png")
        rows.append({"q": "dark", "a": "yes" if number < 6 else "no", "i": str(number)})
    for split in ("train", "test"):
        (folder / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    entry = {"format": "jsonl", "columns": {"text": "q", "label": "a"}, "images": {"in": ".", "names": ["{i}.png"]}}
    files = {"en": {split: {"path": f"{split}.jsonl", **entry} for split in ("train", "test")}}
    return {"kind": "visual_classification", "labels": ["no", "yes"], "files": files}


def own_study(folder: Path, **more: Any) -> Any:
    root = {
        "name": "own", "question": "?", "source": "files", "data": str(folder), "bases": ["lab-tiny"],
        "protocol": "xtreme", "targets": ["dark"], "tasks": {"dark": own_data(folder)},
        "training": {"epochs": 1, "max_length": 16}, "vision": "patches",
    }  # fmt: skip
    return validate({name: value for name, value in (root | more).items() if value is not None}, "own")


def test_data_of_ones_own_are_seen(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    store, plan = run(own_study(tmp_path / "data"), tmp_path)
    (node,) = nodes(plan, "features", "dark test")
    assert Grids.load(store.read(node.key, "features")).values.shape == (13, 49, 206)


def test_what_looks_at_images_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="says nothing that looks at them.*patches"):
        plan_study(own_study(tmp_path, vision=None))
    with pytest.raises(InputError, match="no image encoder called 'glasses'"):
        plan_study(own_study(tmp_path, vision="glasses"))
    with pytest.raises(StudyError, match="images lie there, and no features"):
        plan_study(own_study(tmp_path, vision="given"))


def test_a_broken_image_stops_the_run_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    asked = own_study(tmp_path / "data")
    (tmp_path / "data" / "3.png").write_bytes(b"")
    (tmp_path / "data" / "4.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="0 bytes|known format") as caught:
        from xstilts.runners import run_node
        from xstilts.runners.context import Context

        plan = plan_study(asked)
        (node,) = nodes(plan, "images", "train")
        work, scratch = tmp_path / "work", tmp_path / "scratch"
        work.mkdir()
        run_node(node, Context(node, Store(tmp_path / "store"), work, scratch, 1, lambda told: None))
    assert ".png" in str(caught.value.field)


def test_features_made_before_take_the_place_of_images(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    task = own_data(data)
    values = np.random.default_rng(0).random((12, 3, 4), dtype=np.float32)
    np.save(data / "grids.npy", values)
    (data / "grids.txt").write_text("\n".join(f"{n}.png" for n in range(12)), encoding="utf-8")
    for entry in task["files"]["en"].values():
        entry["images"] = {"in": "grids.npy", "names": ["{i}.png"]}
    store, plan = run(own_study(data, tasks={"dark": task}, vision="given"), tmp_path)
    (node,) = nodes(plan, "features", "dark test")
    found = Grids.load(store.read(node.key, "features"))
    np.testing.assert_allclose(found.values[:12], values, atol=1e-3)
    assert not found.values[12].any()
    assert not nodes(plan, "images")


# --- plans ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["snli", "kornli"])
def test_captions_of_the_tested_images_may_train_no_arm(task: str) -> None:
    codes = {"kornli": ["qbb"]}.get(task, ["qaa"])
    arms = {"none": [], "leak": [{"tasks": [task], "languages": codes}]}
    with pytest.raises(StudyError, match=f"{task} may train no arm of xvnli: .*SNLI"):
        make_plan(study(arms=arms))


def test_a_view_that_is_no_test_is_refused() -> None:
    with pytest.raises(StudyError, match="no view in which a target is tested.*blank-image"):
        plan_study(study(targets=["xvnli~shuffled-labels"]))
    with pytest.raises(StudyError, match="has no view"):
        plan_study(study(targets=["xnli~blank-image"]))


def test_text_is_trained_before_images() -> None:
    late = {"none": [], "late": [{"tasks": ["snli_ve"]}, {"tasks": ["mnli"]}]}
    with pytest.raises(StudyError, match="mnli trains text after images"):
        plan_study(study(arms=late))
    mixed = {"none": [], "mixed": [{"tasks": ["snli_ve", "mnli"]}]}
    with pytest.raises(StudyError, match="trains text beside images"):
        plan_study(study(arms=mixed))
    assert plan_study(study(arms={"none": [], "both": [{"tasks": ["mnli"]}, {"tasks": ["nlvr2"]}]}))


def test_the_full_study_is_planned_from_what_users_bring() -> None:
    from xstilts.studies.load import load_study

    plan = plan_study(load_study("multimodal", ["size=full"]))
    missing = [caution.message for caution in plan.cautions if caution.code == "no-data"]
    assert any("snli_ve train" in message and "Flickr30k" in message for message in missing)
    assert any("xvnli test" in message for message in missing)
