"""A study with an arm of every form, and one with a sweep, run to the end at toy size."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from pyarrow import parquet
from safetensors.torch import load_file, save_file

from arm_plans import SNLI
from tiny_base import tiny_base
from xstilts.encoding import TokenizerFacts
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import Plan, make_plan
from xstilts.planning.trained import trained
from xstilts.reports.from_store import write_report
from xstilts.reports.made import steps_made, trained_made
from xstilts.runners import predict, train
from xstilts.runners.context import Context, Means
from xstilts.runners.loading import tokenizer_of
from xstilts.sources import Source
from xstilts.store.payloads import TrainPayload
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model

Finished = tuple[Plan, Store, Path]
BASE = tiny_base(positions=70)
STUDY: dict[str, Any] = {
    "name": "every",
    "question": "Does every form of arm run?",
    "protocol": "lab",
    "bases": [BASE],
    "targets": [{"task": "xnli", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1],
    "training": {"steps": 1, "batch_size": 4, "max_length": 64, "limit": 10, "learning_rate": 1e-3, "warmup": 0},
}
TURN = {"rule": "linear", "weights": {"snli": 1, "squad": 0}, "end_weights": {"snli": 0, "squad": 1}}
NATIVE = {"rule": "weights", "weights": {"snli": 2, "ocnli": 1}}


def mixed(share: float, task: str = "snli", **mix: object) -> list[dict[str, Any]]:
    return [{"tasks": [task], "language_mix": {"share": share, "languages": ["qab", "qba"], **mix}}]


ARMS: dict[str, Any] = {
    "none": [],
    "snli": SNLI,
    "union": mixed(0.5, "anli_plus"),
    "two": [{"tasks": ["snli", "squad"], "mix": {"temperature": 2, "cap": 8}}, {"tasks": ["udpos"]}],
    "uniform": [{"tasks": ["snli", "squad"], "mix": {"rule": "uniform"}}],
    "turn": [{"tasks": ["snli", "squad"], "mix": TURN, "steps": 2}],
    "joint": {"target_phase": {"beside": {"tasks": ["squad"], "share": 0.5}}},
    "replay": {"phases": [{"tasks": ["mnli", "snli"], "languages": ["qab"]}], "target_phase": {"replay": 0.5}},
    "text_beside": [{"tasks": ["snli"], "beside": {"tasks": ["mlm"], "languages": "all", "share": 0.5}}],
    "lora": {"phases": SNLI, "training": {"lora_rank": 2}},
    "frozen": {"phases": SNLI, "training": {"freeze_embeddings": True, "freeze_layers": 1}},
    "translated": [{"tasks": ["snli"], "languages": ["qab", "qba"]}],
    "half": mixed(0.5),
    "extra": mixed(0.5, size="extra"),
    "everywhere": mixed(0, size="all"),
    "switched": mixed(0.5, "squad", code_switch=0.5, size="extra"),
    "own": mixed(1, "tydiqa", items="native", temperature=3),
    "by_task": [{"tasks": ["snli", "ocnli"], "languages": {"ocnli": ["qba"]}, "mix": NATIVE}],
    "longer": {"control": "same-compute", "of": "two"},
    "shuffled": {"control": "shuffled-labels", "of": "union"},
    "random": {"control": "random-task", "of": "half"},
    "masked": {"control": "masked-lm", "of": "half"},
    "fake": {"control": "real-or-fake", "of": "uniform"},
    "matched": {"control": "size-matched", "of": "snli", "to": "own"},
    "text": {"control": "more-pretraining", "of": "snli"},
    "tags": [{"tasks": ["ccg"], "view": "random-task", "language_mix": {"share": 0.5, "languages": ["qab"]}}],
    "translate_train": {"target_phase": {"language_mix": {"share": 0.5, "code_switch": 0.5, "languages": ["qab"]}}},
    "translate_test": {"test": "translated"},
    "updates": {"phases": SNLI, "language_adapters": {"lora_rank": 2, "steps": 1}},
}
TUNED = STUDY | {
    "arms": {"none": [], "snli": SNLI},
    "targets": [*STUDY["targets"], {"task": "qqp", "split": "dev", "limit": 40}],
    "training": STUDY["training"] | {"tune": {"learning_rate": [1e-5, 0.05]}},
    "selection": {"checkpoint": "average", "average_last": 2, "arms": "pivot-dev"},
}


def run(study: dict[str, Any], folder: Path) -> Finished:
    plan, store = make_plan(validate(study, "every")), Store(folder / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert not outcome.failed, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    assert set(outcome.done) == set(plan.nodes)
    write_report(plan, described, store, folder / "out", outcome, ["xstilts run every"])
    return plan, store, folder / "out"


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return run(STUDY | {"arms": ARMS}, tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return run(TUNED, tmp_path_factory.mktemp("tuned"))


def table(out: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((out / "tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def test_every_form_of_arm_is_scored_in_every_language(every: Finished):
    _, _, out = every
    rows = [row for row in table(out, "scores") if row["metric"] == "accuracy" and row["seed"]]
    assert {(row["arm"], row["language"]) for row in rows} == {(arm, code) for arm in ARMS for code in ("qaa", "qab")}
    assert {int(row["n"]) for row in rows} == {6}
    assert {row["arm"] for row in table(out, "gains")} == set(ARMS) - {"none"}
    for name in ("index.html", "claims.json", "manifest.json", "tables/clusters.csv", "tables/overlap.csv"):
        assert (out / name).stat().st_size > 0, name


def test_the_page_says_what_each_arm_trains_on(every: Finished):
    _, _, out = every
    rows = table(out, "arms")
    without = {"none", "longer", "translate_test"}  # nothing beside what none trains on
    assert {row["arm"] for row in rows} == set(ARMS) - without
    assert {row["language"] for row in rows if row["arm"] == "switched"} == {"qaa", "qab", "qba", "qaa+qab", "qaa+qba"}
    assert {row["view"] for row in rows if row["arm"] == "tags"} == {"random-task"}
    assert {row["task"] for row in rows if row["arm"] == "text"} == {"mlm"}
    origins = {(row["task"], row["language"]): row["origin"] for row in rows if row["arm"] == "by_task"}
    assert origins["ocnli", "qba"] == "native"


def test_the_page_tells_the_items_and_steps_that_were_made(every: Finished):
    plan, _, out = every
    for arm, place in (("masked", 1), ("text", 1), ("two", 1), ("two", 2), ("matched", 1), ("updates", 4)):
        (cell,) = (cell for cell in plan.cells if cell.arm == arm)
        stage = f"intermediate {place if arm != 'updates' else 1}"
        rows = [row for row in table(out, "arms") if (row["arm"], row["phase"]) == (arm, stage)]
        assert {row["steps"] for row in rows} == {str(tokens(every, cell.trained[place])[1])}, arm
    (matched,) = (row for row in table(out, "arms") if row["arm"] == "matched")
    assert matched["items"] == "10"  # as many as native items were prepared, not as many as files have lines
    nothing = trained_made(plan, Store(out / "empty"), trained(plan.resolved))
    told = {(text.items, text.steps) for arm in nothing.values() for stage in arm.stages for text in stage.texts}
    assert told == {(None, None)}  # no guess stands in for what was not made
    history = [json.loads(path.read_text()) for path in out.parent.glob("store/nodes/*train/*/history.json")]
    totals = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["totals"]
    assert totals["train_steps"] == sum(one["steps"] for one in history) != plan.totals()["train_steps"]
    assert steps_made(plan, Store(out / "empty")) == {}
    assert {row["phase"] for row in table(out, "arms") if row["arm"] == "updates" and row["steps"]} == {
        "languages", "intermediate 1"
    }  # fmt: skip


def test_the_card_of_a_model_says_the_steps_that_were_made(every: Finished, tmp_path: Path):
    """One step was said, and as many tokens as another arm trains on came on top."""
    plan, store, _ = every
    (cell,) = (cell for cell in plan.cells if cell.arm == "longer")
    steps = tokens(every, cell.trained[-1])[1]
    card = exports.export_node(store, cell.trained[-1], tmp_path / "model") / "README.md"
    rows = [line.strip("| ").split(" | ") for line in card.read_text(encoding="utf-8").splitlines() if "| " in line]
    assert steps > 1
    assert [row[1] for row in rows if row[0] == "steps"] == [str(steps)]
    assert "epochs" not in [row[0] for row in rows]


def items(finished: Finished, arm: str, task: str) -> list[str]:
    """The names of what the first phase of an arm trains on."""
    plan, store, out = finished
    (cell,) = (cell for cell in plan.cells if cell.arm == arm)
    node = plan.nodes[cell.trained[1]]  # after the base
    context = Context(node, store, out, out, Means(), lambda progress: None)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    data = train._task_data(node, context, node.asked(TrainPayload).phase, task, facts)
    return list(data.features.items)


def test_a_phase_trains_on_the_items_that_its_mix_says(every: Finished):
    """By hand: of 10 items 5 are seen in another language, or come on top; in three languages 10 are 30."""
    half = items(every, "half", "snli")
    assert sorted(half) == sorted(items(every, "snli", "snli"))  # the same items under the same names
    assert len(half) == len(set(half)) == 10
    extra = items(every, "extra", "snli")
    assert len(extra) == len(set(extra)) == 15
    assert [name.startswith("qaa:") for name in extra] == [True] * 10 + [False] * 5
    assert len(set(items(every, "everywhere", "snli"))) == 30
    native = items(every, "own", "tydiqa")
    assert {name.split(":")[0] for name in native} == {"qab", "qba"}
    assert len({name.split("#")[0] for name in native}) == 10
    assert sorted(items(every, "random", "snli~random-task")) == sorted(half)


def tokens(finished: Finished, key: str) -> tuple[int, int]:
    """Tokens and steps that a phase was trained on."""
    _, store, _ = finished
    told = json.loads((store.folder(key, "train") / train.HISTORY).read_text(encoding="utf-8"))
    return told["tokens"], told["steps"]


@pytest.mark.parametrize(("arm", "place", "own_steps"), [("longer", 1, 1), ("masked", 1, 0), ("text", 1, 0)])
def test_a_control_of_compute_trains_on_as_many_tokens_as_its_arm(
    every: Finished, arm: str, place: int, own_steps: int
):
    plan, _, _ = every
    (cell,) = (cell for cell in plan.cells if cell.arm == arm)
    node = plan.nodes[cell.trained[place]]
    wanted = sum(tokens(every, key)[0] for role, key in node.parents.items() if role.startswith("as_long/"))
    read, steps = tokens(every, node.key)
    assert wanted > 0
    more = steps - own_steps
    a_step = read / steps
    assert (more - 2) * a_step <= wanted <= (more + 2) * a_step  # whole steps of items of the mean length


def test_each_language_has_an_update_of_its_own(every: Finished):
    plan, store, _ = every
    (cell,) = (cell for cell in plan.cells if cell.arm == "updates")
    node = plan.nodes[plan.nodes[cell.score].parents["predictions"]]
    weights = {
        (store.folder(node.parents[f"update/{code}"], "train") / "encoder" / "model.safetensors").read_bytes()
        for code in ("qaa", "qab")
    }
    assert len(weights) == 2
    assert weights.isdisjoint(
        {(store.folder(cell.trained[0], "pretrain") / "encoder" / "model.safetensors").read_bytes()}
    )
    index = json.loads((store.folder(node.key, "predict") / "index.json").read_text(encoding="utf-8"))
    assert [entry["language"] for entry in index] == ["qaa", "qab"]


def predicted(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Language to its rows of predictions."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return {entry["language"]: parquet.read_table(folder / entry["file"]).to_pylist() for entry in index}


@pytest.mark.parametrize("changed", ["qaa", "qab"])
def test_the_update_of_a_language_changes_its_predictions_and_no_others(every: Finished, tmp_path: Path, changed: str):
    """A large update is put in the place of one language's; the pivot's counts as difference to all the others."""
    plan, store, _ = every
    (cell,) = (cell for cell in plan.cells if cell.arm == "updates")
    node = plan.nodes[plan.nodes[cell.score].parents["predictions"]]
    role = f"update/{changed}"
    large = tmp_path / "large"
    shutil.copytree(store.folder(node.parents[role], "train"), large)
    weights = load_file(str(large / "encoder" / "model.safetensors"))
    torch.manual_seed(0)
    noisy = {name: tensor + torch.randn_like(tensor) for name, tensor in weights.items()}
    save_file(noisy, str(large / "encoder" / "model.safetensors"), {"format": "pt"})

    class Exchanged(Context):
        def parent(self, wanted: str) -> Path:
            return large if wanted == role else super().parent(wanted)

    (tmp_path / "work").mkdir()
    context = Exchanged(node, store, tmp_path / "work", tmp_path, 1, lambda progress: None)
    predict.run(node, context)
    before, after = predicted(store.folder(node.key, "predict")), predicted(tmp_path / "work")
    moved = {code for code in before if before[code] != after[code]}
    assert moved == {"qab"}  # the pivot's own predictions are those of the model as it was trained


def test_a_sweep_keeps_the_best_model_of_each_chain(tuned: Finished):
    plan, store, _ = tuned
    chosen = [node for node in plan.nodes.values() if node.kind == "choose"]
    assert len(chosen) == 2 * 2  # two arms, two targets
    for node in chosen:
        folder = store.folder(node.key, "choose")
        choice = json.loads((folder / "choice.json").read_text(encoding="utf-8"))
        scores = [choice["scores"]["model/0"], choice["scores"]["model/1"]]
        best = scores.index(max(scores))  # the earlier of equal ones
        assert (choice["model"], choice["key"]) == (f"model/{best}", node.parents[f"model/{best}"])
        kept = store.folder(choice["key"], "train")
        for name in ("encoder/model.safetensors", "encoder/tokenizer.json", "heads.json"):
            assert (folder / name).read_bytes() == (kept / name).read_bytes()


def test_a_chosen_model_is_exported_with_the_rate_it_was_trained_with(tuned: Finished, tmp_path: Path):
    plan, store, _ = tuned
    node = next(node for node in plan.nodes.values() if node.kind == "choose" and node.payload["head"] == "mnli")
    choice = json.loads((store.folder(node.key, "choose") / "choice.json").read_text(encoding="utf-8"))
    folder = exports.export_node(store, node.key[:16], tmp_path / "model")
    rate = plan.nodes[choice["key"]].payload["phase"]["learning_rate"]
    assert f"| {rate} |" in (folder / "README.md").read_text(encoding="utf-8")
    rows = evaluate_model(str(folder), "xnli", DataChoice(["qab"], Source.parse("lab")))
    assert {row["metric"] for row in rows} >= {"accuracy"}


def test_arms_are_chosen_on_items_that_count_in_no_score(tuned: Finished):
    plan, _, out = tuned
    assert {row["target"] for row in table(out, "chosen")} == {"xnli", "qqp", "mean"}
    scores = [row for row in table(out, "scores") if row["metric"] == "accuracy"]
    left = {int(row["n"]) for row in scores if row["target"] == "qqp" and row["seed"] and row["split"] == "dev"}
    assert len(left) == 1 and 10 < left.pop() < 30  # about half of 40
    assert {int(row["n"]) for row in scores if row["target"] == "xnli" and row["split"] == "test"} == {6}
    assert all(cell.selection == "average" for cell in plan.cells if cell.seed)
