"""The full size of the catalog's studies: what it plans, what it refuses to run without, and a run of it on toy data.

The run keeps everything that the full size says (arms, protocols, lengths, hub copies, data map) but the encoder and
its layers, warm-up, the number of steps and seeds, and the languages; and each arm but ``none`` is run on one target,
so that all phases are trained and all targets scored in less than a minute.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import full_toy
import full_toy_search
from loopback_hub import LoopbackHub
from xstilts.errors import DataError, StudyError
from xstilts.noise import NOISES
from xstilts.planning import cost
from xstilts.planning.phases import expected_steps, intermediate
from xstilts.planning.plan import make_plan, plan_study
from xstilts.protocols import PROTOCOLS
from xstilts.studies.load import load_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node

STUDIES = ("phang2020", "mix", "retrieval", "noise")
LAB_LANGUAGE = re.compile(r"q[a-t][a-z]")


@pytest.fixture(scope="module")
def plans() -> Mapping[str, Plan]:
    return {name: plan_study(load_study(name, ["size=full"])) for name in STUDIES}


def trained(plan: Plan) -> list[Node]:
    return [node for node in plan.nodes.values() if node.kind in {"pretrain", "train"}]


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_phang2020_trains_172_phases_for_each_of_5_seeds(plans: Mapping[str, Plan]) -> None:
    """By hand, for one seed; the 9 targets have 6 training sets (XQuAD and MLQA share SQuAD, two are not trained).

    none 6; the 9 tasks, their mixture, 3 with masked LM and 3 translated: 16 x (1 + 6), less two phases that are
    none's own (MNLI trains XNLI, SQuAD trains XQuAD), 110; longer 4; five controls x (1 + 4) 25; translate-train 2;
    translate-test 0; updates for the 21 languages of its three targets, its task and 3 targets 25. Together 172.
    """
    assert len(trained(plans["phang2020"])) == 5 * (6 + 110 + 4 + 25 + 2 + 0 + 25) == 860


def test_mix_trains_117_phases_for_each_of_10_seeds(plans: Mapping[str, Plan]) -> None:
    """By hand, for one seed; the 5 targets have 6 training phases (XCOPA has two).

    none 6; 7 shares x (1 + 6) 49; 9 arms on three targets x (1 + 3) 36 (on top; 1, 2, 4 and 8 languages; 2 close and
    2 random ones; code-switched; native); 4 families left out, on four targets x (1 + 4) 20; 2 arms of SQuAD v2
    x (1 + 2) 6. Together 117.
    """
    assert len(trained(plans["mix"])) == 10 * (6 + 49 + 36 + 20 + 6) == 1170


def test_retrieval_trains_13_phases_for_each_of_10_seeds(plans: Mapping[str, Plan]) -> None:
    """By hand: every arm but ``none`` has one phase, no target trains any. 10 arms have five targets, 3 have two."""
    plan = plans["retrieval"]
    assert len(trained(plan)) == 10 * 13 == 130
    assert plan.totals()["train_nodes_without_sharing"] == 10 * (10 * 5 + 3 * 2)
    steps = {cell.arm: [plan.nodes[key].cost.steps for key in cell.trained] for cell in plan.cells if cell.seed == "1"}
    whole = [steps[arm] for arm in ("span_en", "span_translated", "dual_en", "dual_sentence", "text_only")]
    assert whole == 5 * [[-(-3 * 87_599 // 32)]]
    assert steps["span_en_half"] == steps["dual_en_half"] == [-(-3 * 49_881 // 32)]


def test_noise_trains_35_phases_for_each_of_5_seeds(plans: Mapping[str, Plan]) -> None:
    """By hand, for one seed; the 4 targets have 3 training sets (Tatoeba's stage is XQuAD's).

    none 3; mnli and squad begin with a phase of none's, 2 x 3; hellaswag, the mixture and hellaswag on noise
    3 x (1 + 3); noise in the training of the target 3, and the same after hellaswag 3; consistent 2; adversarial 3;
    smoothing 3.
    """
    assert len(trained(plans["noise"])) == 5 * (3 + 6 + 12 + 3 + 3 + 2 + 3 + 3) == 175


def test_every_type_of_noise_that_needs_no_dictionary_is_tested_at_every_severity(plans: Mapping[str, Plan]) -> None:
    asked = {(one["type"], one["severity"]) for node in plans["noise"].nodes.values()
             for one in node.payload.get("variants", ())}  # fmt: skip
    assert asked == {(noise.name, severity) for noise in NOISES if not noise.dictionary for severity in range(1, 6)}


def signature(plan: Plan, node: Node) -> Any:
    """What a phase is, without any key: its settings, what it reads, and what it starts from."""
    read = []
    for role, key in node.parents.items():
        parent = plan.nodes[key]
        said = signature(plan, parent) if parent.kind == "train" else {**parent.payload, "data": None}
        read.append([role, said])
    return json.dumps([node.payload, sorted(read, key=lambda item: item[0])], sort_keys=True)


@pytest.mark.parametrize("name", STUDIES)
def test_no_phase_is_trained_twice(plans: Mapping[str, Plan], name: str) -> None:
    plan = plans[name]
    phases = trained(plan)
    assert len({signature(plan, node) for node in phases}) / len(phases) == 1.00
    totals = plan.totals()
    assert totals["train_nodes"] == len(phases) < totals["train_nodes_without_sharing"]


@pytest.mark.parametrize("name", STUDIES)
def test_no_language_of_the_lab_is_in_the_full_plan(plans: Mapping[str, Plan], name: str) -> None:
    codes: set[str] = set()
    for node in plans[name].nodes.values():
        codes |= {*str(node.payload.get("language", "")).split("+"), str(node.payload.get("pivot", "en"))}
        for mixture in node.payload.get("language_mix", {}).values():
            codes |= {mixture["pivot"], *mixture["languages"]}
    assert {"de", "en", "zh"} <= codes
    assert not [code for code in codes if LAB_LANGUAGE.fullmatch(code)]


def test_operations_are_six_per_parameter_and_token_and_those_of_attention(plans: Mapping[str, Plan]) -> None:
    """XLM-R Large has 24 x (4 x 1024² + 2 x 1024 x 4096 + 13 x 1024) = 302,309,376 parameters below its embeddings.

    MNLI of phang2020: 2 epochs of 392,702 pairs by 32 are 24,544 steps, each of 32 inputs of 40 tokens, which
    attend to each other.
    """
    (mnli, *_) = [node for node in trained(plans["phang2020"]) if node.label == "train mnli, seed 1"]
    assert mnli.cost.steps == 24_544
    assert mnli.cost.flops == pytest.approx(6 * (302_309_376 + 2 * 24 * 1024 * 40) * 24_544 * 32 * 40, rel=1e-5)
    # with its 250,002 embeddings 558 million in all, 4 bytes each on disk
    assert mnli.cost.disk_bytes == 4 * (302_309_376 + 250_002 * 1024)
    totals = plans["phang2020"].totals()
    assert totals["gpu_hours"] == pytest.approx(cost.gpu_hours(totals["flops"]))


def test_the_mixture_of_nine_caps_its_tasks_and_agrees_on_one_length(plans: Mapping[str, Plan]) -> None:
    """Items by hand: ANLI+, MNLI and QQP are cut to 131,072; CCG has no published size. 3 epochs by 32."""
    (multi, *_) = [node for node in trained(plans["phang2020"]) if " + hellaswag + " in node.label]
    items = 3 * 131_072 + 87_599 + 130_319 + 39_905 + 10_000 + 25_262 + 9_741
    assert multi.cost.steps == -(-3 * items // 32)
    prepared = [plans["phang2020"].nodes[key] for role, key in multi.parents.items() if role.startswith("train/")]
    assert {node.payload["options"]["max_length"] for node in prepared} == {384}


def test_native_data_get_as_many_steps_as_translations(plans: Mapping[str, Plan]) -> None:
    resolved = plans["mix"].resolved
    protocol = PROTOCOLS.get("xtreme-r")
    steps = {
        name: expected_steps(resolved, intermediate(resolved, resolved.arms[name].phases[0], 1, protocol, name))
        for name in ("p0", "p50", "native")
    }
    assert steps == dict.fromkeys(steps, 85_839)


def test_mixes_grow_from_one_language_to_sixteen_and_leave_out_families(plans: Mapping[str, Plan]) -> None:
    mixes = {}
    for node in trained(plans["mix"]):
        for mixture in node.payload.get("language_mix", {}).values():
            mixes[tuple(sorted(mixture["languages"]))] = mixture
    assert {1, 2, 4, 8, 16} <= {len(languages) for languages in mixes}
    sixteen = max(mixes, key=len)
    for family in (("de", "nl"), ("es", "fr"), ("pl", "ru"), ("hi", "ur")):
        assert tuple(code for code in sixteen if code not in family) in mixes


# --- what the hub does not have ---------------------------------------------------------------------------------------


def needed(plan: Plan) -> dict[str, str]:
    return {caution.cell["target"]: caution.message for caution in plan.cautions if caution.code == "no-data"}


def test_the_plan_names_what_the_hub_lacks(plans: Mapping[str, Plan]) -> None:
    phang = needed(plans["phang2020"])
    assert set(phang) == {
        "ccg", "mlm", "mnli", "squad", "hellaswag", "paws", "xnli", "pawsx", "bucc2018", "udpos",
    }  # fmt: skip
    assert "LDC2005T13" in phang["ccg"]
    assert "mlm train (af ar bg " in phang["mlm"]
    assert "mlm/af.train.txt … mlm/zh.train.txt." in phang["mlm"]
    assert "squad train (de ru sw)" in phang["squad"]
    assert "translations/squad/de.train.jsonl" in phang["squad"]
    assert "udpos test (de el fr ru zh)" in phang["udpos"]
    assert set(needed(plans["mix"])) == {"snli", "squad_v2", "farstail", "udpos"}
    assert set(needed(plans["noise"])) == {"udpos"}
    retrieval = needed(plans["retrieval"])
    assert set(retrieval) == {"squad", "bucc2018", "lareqa", "mewslix"}
    assert "squad train (ar de el es hi ru th tr vi zh)" in retrieval["squad"]
    assert "lareqa/xquad-r/ar.json … lareqa/xquad-r/zh.json." in retrieval["lareqa"]
    assert "mewslix/wikinews_mentions-test.jsonl … mewslix/candidate_set_entities.jsonl." in retrieval["mewslix"]


@pytest.mark.parametrize("name", STUDIES)
def test_a_run_without_it_is_refused_in_one_paragraph_before_the_hub_is_asked(
    plans: Mapping[str, Plan], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("the hub was asked")

    monkeypatch.setattr("xstilts.sources.resolve_revisions", asked)
    with pytest.raises(StudyError, match="--set data=DIR") as refused:
        plan_study(plans[name].study, resolve=True)
    for message in needed(plans[name]).values():
        assert message in refused.value.message
    assert "\n" not in str(refused.value)


def test_what_is_in_the_folder_is_not_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "FarsTail/data/Train-word.csv"
    path.parent.mkdir(parents=True)
    path.write_text(full_toy.files()["FarsTail/data/Train-word.csv"], encoding="utf-8")
    study = load_study("mix", ["size=full", f"data={tmp_path}", "seeds=[1]"])
    plan = make_plan(study)
    assert set(needed(plan)) == {"snli", "squad_v2", "udpos"}
    with pytest.raises(StudyError, match=f"The data folder is '{tmp_path}'"):
        plan_study(study, resolve=True)


def test_ccg_can_be_taken_out_or_exchanged_for_a_free_task_under_its_own_name() -> None:
    sets = [
        "size=full", "seeds=[1]", "arms.ccg=null", "arms.ccg_substitute=[{tasks: [ccg_substitute]}]",
        "arms.multi.0.tasks.6=ccg_substitute",
    ]  # fmt: skip
    plan = make_plan(load_study("phang2020", sets))
    assert "ccg" not in needed(plan)
    assert "UD_English-EWT/en_ewt-ud-train.conllu" in needed(plan)["ccg_substitute"]
    assert len(trained(plan)) == 172


def test_translations_that_no_map_names_are_refused() -> None:
    with pytest.raises(DataError, match=r"mnli has no train data in 'de' on the hub.*data_map"):
        text = "data_map={mlm: {en: {train: {path: mlm/en.txt, format: text}}}}"
        make_plan(load_study("phang2020", ["size=full", "seeds=[1]", text]))


# --- the run ----------------------------------------------------------------------------------------------------------

LANGUAGES = {
    "phang2020": ("de", "en", "ru"),
    "mix": ("de", "en", "tr"),
    "retrieval": ("de", "en", "hi", "ru", "tr"),
    "noise": ("de", "en", "ru"),
}
"""English and so many more that every target has one in which it is zero-shot, and one that nothing is chosen by."""

Toy = tuple[str, dict[str, Any], list[str]]
"""A study's name, what its run printed, and what was asked of the hub."""


@pytest.fixture(scope="module", params=STUDIES)
def toy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Toy:
    folder = tmp_path_factory.mktemp("full")
    data = full_toy.write(folder / "data")
    with LoopbackHub() as hub:
        full_toy.publish(hub)
        arguments = [request.param, str(data), str(folder), f"[{', '.join(LANGUAGES[request.param])}]"]
        script = Path(full_toy.__file__).with_name("full_run.py")
        done = subprocess.run(
            [sys.executable, str(script), *arguments],
            env=hub.environment(folder),
            capture_output=True,
            text=True,
            check=False,
        )
        asked = list(hub.requests)
    assert done.returncode == 0, done.stderr
    return request.param, json.loads(done.stdout.splitlines()[-1]), asked


def test_every_node_of_the_full_size_runs_at_toy_size(toy: Toy) -> None:
    _, said, _ = toy
    assert said["failed"] == {}
    assert said["done"] == said["nodes"]
    assert not {"no-data", "unpinned"} & set(said["warnings"])


def test_every_arm_and_target_has_scores(toy: Toy, plans: Mapping[str, Plan]) -> None:
    name, said, _ = toy
    study = plans[name].study
    scored = {tuple(cell.split(" ")): languages for cell, languages in said["scored"].items()}
    assert {arm for arm, _ in scored} - {"baseline:char-ngrams", "baseline:untrained"} == set(study.arms)
    assert {target for arm, target in scored if arm == "none"} == {target.task for target in study.targets}
    for languages in scored.values():
        assert {code.partition(">")[0] for code in languages} <= set(LANGUAGES[name])
        assert languages not in ([], ["en"])


def test_every_copy_on_the_hub_is_read(toy: Toy) -> None:
    name, _, asked = toy
    read = {
        line.split("/datasets/")[1].split("/resolve/")[0]
        for line in asked
        if "/resolve/" in line and "/datasets/" in line
    }
    assert read == full_toy.READ_BY[name]


def test_rows_with_the_chosen_vectors_are_in_the_languages_that_chose_nothing(toy: Toy) -> None:
    name, said, _ = toy
    assert set(said["settings"]) == set(said["scored"])
    for cell, found in said["settings"].items():
        repeated = {setting: languages for setting, languages in found.items() if "vectors=frozen" in setting}
        assert set(repeated) == full_toy_search.FROZEN.get(name, {}).get(cell.split(" ")[1], set()), cell
        for languages in repeated.values():
            spoken = {code for pair in languages for code in pair.split(">")}
            assert spoken - {"en"}
            assert not spoken & full_toy_search.HELD_OUT


def test_every_phase_takes_a_step_and_a_dual_encoder_has_no_head(toy: Toy) -> None:
    name, said, _ = toy
    bare = [phase for phase in said["phases"] if all("~dual-encoder" in task for task in phase["tasks"])]
    assert len(bare) == full_toy_search.DUAL_ENCODERS.get(name, 0)
    for phase in said["phases"]:
        assert phase["heads"] == ([] if phase in bare else sorted(phase["tasks"]))
        assert phase["steps"] and all(step["lr"] > 0 and 0 < step["loss"] < math.inf for step in phase["steps"])
