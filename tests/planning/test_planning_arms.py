"""What every form of arm becomes in a plan: phases, lengths, data read, cells, and what arms have in common."""

from __future__ import annotations

from typing import Any

import pytest

from arm_plans import SNLI, chain, plan_of, roles, scored, steps
from xstilts.errors import StudyError
from xstilts.planning import pinning
from xstilts.planning.comparisons import cut
from xstilts.planning.plan import Plan
from xstilts.planning.trained import trained
from xstilts.store.node import Node

BESIDE = {"tasks": ["qqp", "mlm"], "share": 0.5}


def mixed(share: float, **more: object) -> list[dict[str, Any]]:
    return [{"tasks": ["snli"], "language_mix": {"share": share, **more}}]


def prepared(plan: Plan, node: Node) -> set[str]:
    return {key for role, key in node.parents.items() if role.startswith("train/")}


def test_more_compute_is_spent_on_the_target_or_on_masked_text():
    """The plan's guess, by hand: xnli and snli take 4 steps each; beside half the steps a phase is twice as long."""
    plan = plan_of({
        "snli": SNLI,
        "two": [{"tasks": ["snli"], "epochs": 2, "beside": BESIDE}, {"tasks": ["squad"], "steps": 3}],
        "same": {"control": "same-compute", "of": "two"},
        "more": {"control": "more-pretraining", "of": "two"},
        "masked": {"control": "masked-lm", "of": "two"},
        "doubled": {"target_phase": {"epochs_factor": 2}},
        "both": {"target_phase": {"epochs_factor": 1.5, "same_compute_as": "snli"}},
    })  # fmt: skip
    assert steps(chain(plan, "none")) == [4]
    assert steps(chain(plan, "two")) == [16, 3, 4]
    assert steps(chain(plan, "same")) == [16 + 3 + 4]
    assert steps(chain(plan, "more")) == [16 + 3, 4]
    assert steps(chain(plan, "masked")) == [16, 3, 4]
    assert steps(chain(plan, "doubled")) == [8]
    assert steps(chain(plan, "both")) == [6 + 4]
    assert roles(chain(plan, "masked")[0], "train") == {"snli~masked-lm/qaa"}
    assert {role.split("/")[0] for role in roles(chain(plan, "more")[0], "train")} == {"mlm"}
    two = [node.key for node in chain(plan, "two")][:2]
    for arm, place, keys, how in (
        ("same", 0, two, "longer"), ("more", 0, two, "instead"), ("masked", 0, two[:1], "instead"),
        ("masked", 1, two[1:], "instead"), ("both", 0, [chain(plan, "snli")[0].key], "longer"),
    ):  # fmt: skip
        node = chain(plan, arm)[place]
        assert [key for role, key in sorted(node.parents.items()) if role.startswith("as_long/")] == keys
        assert node.payload["as_long"] == how
    assert chain(plan, "more")[0].payload["phase"]["steps"] == 1  # the guess is no part of the key


def test_a_joint_target_phase_and_a_replay_enlarge_the_phase():
    """By hand: 4 steps and as many again; 4 of 0.8 are 5."""
    arms = {
        "joint": {"target_phase": {"beside": BESIDE}},
        "replay": {
            "phases": [{"tasks": ["snli"], "languages": ["qab"]}, {"tasks": ["qqp"], "languages": ["qab", "qba"]}],
            "target_phase": {"replay": 0.2},
        },
    }
    plan = plan_of(arms)
    (joint,) = chain(plan, "joint")
    assert joint.payload["phase"]["beside"] == {"qqp": 0.25, "mlm": 0.25}
    assert joint.cost.steps == 8
    assert roles(joint, "train") == {"mnli/qaa", "qqp/qaa", "mlm/qaa"}
    *_, target = chain(plan, "replay")
    assert target.payload["phase"]["beside"] == pytest.approx({"snli": 0.1, "qqp": 0.1})
    assert target.cost.steps == 5
    replayed = {f"{task}/{code}" for task in ("snli", "qqp") for code in ("qab", "qba")}
    assert roles(target, "train") == {"mnli/qaa"} | replayed


def test_a_partner_that_the_target_trains_itself_is_left_out():
    plan = plan_of(
        {"joint": {"target_phase": {"beside": {"tasks": ["mnli"], "share": 0.5}}}}, targets=["xnli", "xquad"]
    )
    assert chain(plan, "joint") == chain(plan, "none")
    assert chain(plan, "joint", "xquad")[0].payload["phase"]["beside"] == {"mnli": 0.5}


def test_a_share_of_nothing_is_the_plain_arm():
    plan = plan_of({"plain": SNLI, "p0": mixed(0), "p50": mixed(0.5)})
    assert [node.key for node in chain(plan, "p0")] == [node.key for node in chain(plan, "plain")]
    assert scored(plan, "p0").key == scored(plan, "plain").key != scored(plan, "p50").key


def test_arms_that_differ_in_the_share_read_the_same_data():
    plan = plan_of({"p25": mixed(0.25), "p50": mixed(0.5), "p100": mixed(1)})
    first, second, third = (chain(plan, arm) for arm in ("p25", "p50", "p100"))
    assert prepared(plan, first[0]) == prepared(plan, second[0]) == prepared(plan, third[0])
    assert prepared(plan, first[1]) == prepared(plan, second[1])
    assert len({first[0].key, second[0].key, third[0].key}) == 3
    assert steps(first) == steps(second) == steps(third) == [4, 4]


@pytest.mark.parametrize(
    ("mix", "length", "read"),
    [
        ({"share": 0.5, "size": "extra", "languages": ["qab"]}, 6, {"qaa", "qab"}),
        ({"share": 0.5, "size": "all", "languages": ["qab", "qba"]}, 12, {"qaa", "qab", "qba"}),
        ({"share": 0, "size": "all", "languages": ["qab"]}, 8, {"qaa", "qab"}),
        ({"share": 0.5, "code_switch": 0.5, "languages": ["qab"]}, 4, {"qaa", "qab", "qaa+qab"}),
        ({"share": 0.5, "languages": {"rule": "closest", "count": 1}}, 4, {"qaa", "qab"}),
        ({"share": 0.5, "languages": {"without": {"script": "Latn"}}}, 4, {"qaa", "qac", "qbb", "qca", "qcb", "qda"}),
    ],
)  # fmt: skip
def test_a_mix_reads_its_languages_and_has_its_length(mix: dict[str, Any], length: int, read: set[str]):
    first, _ = chain(plan_of({"x": [{"tasks": ["snli"], "language_mix": mix}]}), "x")
    assert first.cost.steps == length
    assert roles(first, "train") == {f"snli/{code}" for code in read}
    assert first.payload["language_mix"]["snli"]["share"] == mix["share"]


def test_native_items_are_read_without_the_pivots_where_all_are_foreign():
    mix = {"share": 1, "items": "native", "languages": ["qab", "qba"]}
    first, _ = chain(plan_of({"x": [{"tasks": ["tydiqa"], "language_mix": mix}]}), "x")
    assert roles(first, "train") == {"tydiqa/qab", "tydiqa/qba"}


@pytest.mark.parametrize(
    ("task", "items", "found"),
    [("snli", "native", "is a translation"), ("tydiqa", "translations", "was written in it")],
)
def test_translations_are_not_taken_for_native_text_nor_the_other_way_round(task: str, items: str, found: str):
    mix = {"share": 0.5, "items": items, "languages": ["qab"]}
    with pytest.raises(StudyError, match=rf"arms\.x\.0\.language_mix\.items: .*{task} in qab {found}"):
        plan_of({"x": [{"tasks": [task], "language_mix": mix}]})


def test_a_limit_holds_for_every_language_of_a_mix():
    plan = plan_of({"x": [{"tasks": ["snli", "qqp"], "limit": 20, "language_mix": {"share": 0.5}}]})
    first, _ = chain(plan, "x")
    assert {plan.nodes[key].payload["limit"] for key in prepared(plan, first)} == {20}
    assert first.cost.steps == 4  # 20 items of each task
    assert set(first.payload["language_mix"]) == {"snli", "qqp"}


def test_languages_drawn_at_random_differ_between_seeds_and_nothing_else_does():
    plan = plan_of({"x": mixed(0.5, languages={"rule": "random", "count": 2})}, seeds=[1, 2, 3, 4])
    drawn = [tuple(chain(plan, "x", seed=str(s))[0].payload["language_mix"]["snli"]["languages"]) for s in (1, 2, 3, 4)]
    assert len(set(drawn)) > 1
    assert {len(codes) for codes in drawn} == {2}
    (stage,) = trained(plan.resolved)["x"].stages
    told = [text.language for text in stage.texts]
    assert set(told) == {"qaa"}.union(*drawn) and len(told) == len(set(told))


def test_a_view_is_drawn_for_each_seed():
    plan = plan_of({"snli": SNLI, "x": {"control": "shuffled-labels", "of": "snli"}}, seeds=[1, 2])
    for seed in (1, 2):
        first, _ = chain(plan, "x", seed=str(seed))
        (key,) = prepared(plan, first)
        assert plan.nodes[key].payload["view"] == {"name": "shuffled-labels", "seed": seed}
    shared = [prepared(plan, chain(plan, "snli", seed=str(seed))[0]) for seed in (1, 2)]
    assert shared[0] == shared[1]


@pytest.mark.parametrize("task", ["anli_plus", "ccg", "squad", "cosmosqa"])
@pytest.mark.parametrize("view", ["shuffled-labels", "random-task", "masked-lm", "real-or-fake"])
def test_unions_taggers_and_questions_have_every_view_and_a_mixture_of_it(task: str, view: str):
    mix = {"share": 0.5, "languages": ["qab"]}
    first, _ = chain(plan_of({"x": [{"tasks": [task], "view": view, "language_mix": mix}]}), "x")
    assert roles(first, "train") == {f"{task}~{view}/qaa", f"{task}~{view}/qab"}
    assert first.payload["phase"]["tasks"] == [f"{task}~{view}"]


def test_weights_of_a_mixture_follow_the_names_of_a_view():
    mix = {"rule": "linear", "weights": {"snli": 1, "qqp": 0}, "end_weights": {"snli": 0, "qqp": 2}}
    arms = {"two": [{"tasks": ["snli", "qqp"], "mix": mix}], "x": {"control": "random-task", "of": "two"}}
    found = chain(plan_of(arms), "x")[0].payload["phase"]["mix"]
    assert found["weights"] == {"snli~random-task": 1, "qqp~random-task": 0}
    assert found["end_weights"] == {"snli~random-task": 0, "qqp~random-task": 2}


def test_an_arm_may_be_cut_to_fewer_targets_and_seeds():
    arms = {
        "snli": {"phases": SNLI, "targets": ["udpos"], "seeds": [2, 9]},
        "x": {"control": "masked-lm", "of": "snli"},
    }
    plan = plan_of(arms, targets=["xnli", "udpos"], seeds=[1, 2])
    cells = {(cell.arm, cell.target, cell.seed) for cell in plan.cells if cell.seed}
    assert cells == {("none", target, seed) for target in ("xnli", "udpos") for seed in "12"} | {
        ("snli", "udpos", "2"), ("x", "udpos", "2")
    }  # fmt: skip


def test_of_nested_seeds_an_arm_is_cut_to_those_of_the_target():
    arms = {"snli": {"phases": SNLI, "seeds": [3]}}
    plan = plan_of(arms, seeds={"intermediate": [1, 2], "target": [3, 4]})
    assert {cell.seed for cell in plan.cells if cell.arm == "snli"} == {"1.3", "2.3"}
    assert [node.payload["phase"]["seed"] for node in chain(plan, "snli", seed="2.3")] == [2, 3]


def test_translate_train_reads_the_training_data_of_the_last_target_phase_in_other_languages():
    arms = {"x": {"target_phase": {"language_mix": {"share": 0.5, "languages": ["qab", "qba"]}}}}
    plan = plan_of(arms, targets=["xnli", "xcopa"])
    (first,) = chain(plan, "x")
    assert roles(first, "train") == {"mnli/qaa", "mnli/qab", "mnli/qba"}
    assert first.payload["language_mix"]["mnli"]["share"] == 0.5
    siqa, copa = chain(plan, "x", "xcopa")
    assert siqa == chain(plan, "none", "xcopa")[0]
    assert roles(copa, "train") == {"copa/qaa", "copa/qab", "copa/qba"}


def test_translate_test_reads_translations_with_the_model_of_none():
    plan = plan_of({"x": {"test": "translated"}})
    assert chain(plan, "x") == chain(plan, "none")
    predict = plan.nodes[scored(plan, "x").parents["predictions"]]
    assert roles(predict, "translated-test") == {"xnli/qab", "xnli/qba"}
    assert roles(predict, "test") == {"xnli/qaa"}


def test_updates_of_languages_are_trained_on_their_text_and_exchanged_at_test_time():
    """qbc has no text: it is tested with the pivot's update."""
    arm = {"phases": SNLI, "language_adapters": {"lora_rank": 4, "steps": 3}}
    plan = plan_of({"x": arm}, languages=["qab", "qbc"])
    predict = plan.nodes[scored(plan, "x").parents["predictions"]]
    updates = {role: plan.nodes[key] for role, key in predict.parents.items() if role.startswith("update/")}
    assert set(updates) == {"update/qaa", "update/qab"}
    (base,) = (key for key, node in plan.nodes.items() if node.kind == "pretrain")
    for role, node in updates.items():
        assert roles(node, "train") == {f"mlm/{role[7:]}"}
        assert (node.payload["phase"]["lora_rank"], node.cost.steps, node.parents["encoder"]) == (4, 3, base)
    first = next(node for node in chain(plan, "x") if "train/snli/qaa" in node.parents)
    assert first.parents["encoder"] == updates["update/qaa"].key
    assert first.payload["phase"]["lora_rank"] is None


def test_every_chain_of_a_sweep_tries_as_much_and_keeps_one():
    tune = {"learning_rate": [1e-3, 1e-4], "epochs": [1, 2, 3]}
    arms = {"snli": SNLI, "longer": {"target_phase": {"epochs_factor": 2}}, "own": {"training": {"learning_rate": 0.5}}}
    plan = plan_of(
        arms,
        targets=["xnli", "xcopa"],
        training={"batch_size": 10, "limit": 40, "tune": tune},
        seeds=[1, 2],
        selection={"arms": "pivot-dev"},
    )
    for cell in (cell for cell in plan.cells if cell.seed):
        choose = plan.nodes[plan.nodes[plan.nodes[cell.score].parents["predictions"]].parents["model"]]
        assert choose.kind == "choose"
        models = [plan.nodes[choose.parents[f"model/{place}"]] for place in range(6)]
        assert "model/6" not in choose.parents
        tried = [(node.payload["phase"]["learning_rate"], node.cost.steps) for node in models]
        once = 8 if cell.arm == "longer" else 4
        assert tried == [(rate, length * once) for rate in (1e-3, 1e-4) for length in (1, 2, 3)]
        assert len({node.parents["encoder"] for node in models}) == 1
        (dev,) = roles(choose, "dev")
        assert dev == {"xnli": "mnli/qaa", "xcopa": "copa/qaa"}[cell.target]
        assert (choose.payload["half"], choose.payload["dev"]) == ("a", f"dev/{dev}")
        assert {node.key for node in models} <= set(cell.trained)


def test_weights_may_be_averaged_without_a_dev_set_or_chosen_by_an_oracle():
    average = plan_of({"snli": SNLI}, selection={"checkpoint": "average", "average_last": 2})
    assert {(n.payload["phase"]["selection"], n.payload["phase"]["average_last"]) for n in chain(average, "snli")} == {
        ("average", 2)
    }
    assert not any(roles(node, "dev") for node in chain(average, "snli"))
    oracle = plan_of({"snli": SNLI}, selection="oracle", targets=["xnli", "xquad", "tatoeba"])
    first, last = chain(oracle, "snli")
    assert (roles(first, "dev"), roles(last, "dev")) == ({"snli/qaa"}, {"xnli/qaa", "xnli/qab", "xnli/qba"})
    assert {(cell.target, cell.selection) for cell in oracle.cells if cell.seed} == {
        ("xnli", "oracle"), ("xquad", "pivot-dev"), ("tatoeba", "pivot-dev")
    }  # fmt: skip


def test_what_an_arm_trains_with_holds_for_its_target_phase_and_its_test_too():
    plan = plan_of(
        {"x": {"phases": [{"tasks": ["snli"], "freeze_layers": 1}], "training": {"lora_rank": 4, "max_length": 32}}}
    )
    phases = [node.payload["phase"] for node in chain(plan, "x")]
    assert [(phase["lora_rank"], phase["freeze_layers"]) for phase in phases] == [(4, 1), (4, 0)]
    assert plan.nodes[scored(plan, "x").parents["predictions"]].payload["options"]["max_length"] == 32


def test_a_phase_has_the_last_word_over_the_arm_and_the_arm_over_the_study():
    """learning_rate is said in three places, batch_size in two, warmup once."""
    arm = {
        "phases": [{"tasks": ["snli"], "learning_rate": 0.3, "steps": 2}, {"tasks": ["qqp"]}],
        "training": {"learning_rate": 0.2, "batch_size": 4, "epochs": 5},
    }
    said = {"learning_rate": 0.1, "batch_size": 8, "warmup": 0.25, "limit": 40}
    found = [node.payload["phase"] for node in chain(plan_of({"x": arm}, training=said), "x")]
    names = ("learning_rate", "batch_size", "warmup", "steps", "epochs")
    assert [tuple(phase[name] for name in names) for phase in found] == [
        (0.3, 4, 0.25, 2, None), (0.2, 4, 0.25, None, 5), (0.2, 4, 0.25, None, 5)
    ]  # fmt: skip


def test_what_updates_of_languages_train_with_is_not_what_the_arm_trains_with():
    arm = {
        "phases": SNLI, "training": {"learning_rate": 0.2, "lora_rank": 2},
        "language_adapters": {"lora_rank": 4, "steps": 3, "learning_rate": 0.7},
    }  # fmt: skip
    plan = plan_of({"x": arm}, languages=["qab"])
    predict = plan.nodes[scored(plan, "x").parents["predictions"]]
    updates = [plan.nodes[key].payload["phase"] for role, key in predict.parents.items() if role.startswith("update/")]
    assert [(phase["learning_rate"], phase["lora_rank"]) for phase in updates] == [(0.7, 4)] * 2


@pytest.mark.parametrize(("length", "stride", "handed_on"), [(30, 128, 10), (31, 9, 9), (60, 20, 20), (60, 21, 20)])
def test_windows_overlap_by_a_third_of_their_length_at_most(length: int, stride: int, handed_on: int):
    own = {"tasks": ["squad"], "max_length": length, "stride": stride, "limit": 4}
    plan = plan_of({"x": [own]})
    (key,) = prepared(plan, chain(plan, "x")[0])
    assert plan.nodes[key].payload["options"] == {"max_length": length, "stride": handed_on, "max_answer_tokens": 30}


def test_every_task_that_is_read_is_pinned():
    arms = {
        "a": [{"tasks": ["snli"], "beside": {"tasks": ["qqp"], "share": 0.1}}],
        "b": {"target_phase": {"beside": {"tasks": ["siqa"], "share": 0.1}}},
        "c": {"phases": [{"tasks": ["hellaswag"]}], "target_phase": {"replay": 0.1}},
        "d": {"control": "masked-lm", "of": "a"},
    }
    plan = plan_of(arms, bases=["lab-tiny"])
    assert pinning.tasks_read(plan.resolved) == {"snli", "qqp", "siqa", "hellaswag", "mnli", "xnli"}


def test_an_arm_none_of_whose_seeds_is_run_is_cut_and_not_missing():
    arms = {"snli": {"phases": SNLI, "seeds": [1, 2]}, "x": [{"tasks": ["qqp"]}]}
    plan = plan_of(arms, targets=["xnli", "udpos"], seeds=[7])
    assert {cell.arm for cell in plan.cells if cell.seed} == {"none", "x"}
    left_out = {(one["arm"], one["target"]) for one in cut(plan.resolved)}
    assert left_out == {("snli", ""), ("snli", "xnli"), ("snli", "udpos")}
