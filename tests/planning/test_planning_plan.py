"""The plan: equal phases merge, keys change with what changes results and with nothing else, cautions name cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from xstilts.errors import InputError, StudyError, UnknownNameError
from xstilts.planning.controls import resolve
from xstilts.planning.data_nodes import Tokenizer, prepare
from xstilts.planning.plan import Plan, make_plan, plan_study
from xstilts.planning.portions import Portion
from xstilts.planning.resolved import seeds_of
from xstilts.protocols import PROTOCOLS
from xstilts.sources import Source
from xstilts.store.payloads import PortionEncoding
from xstilts.store.store import Store
from xstilts.studies.load import load_study, validate
from xstilts.tasks import TASKS

ARCHITECTURE = {"model_type": "xlm-roberta", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
QUICK = {
    "name": "quick",
    "architecture": ARCHITECTURE,
    "tokenizer": "lab",
    "pretrain": {"tasks": ["mlm"], "languages": ["qaa", "qab"], "steps": 2},
}
ROOT = {
    "name": "tiny",
    "question": "Does it help?",
    "protocol": "lab",
    "bases": [QUICK],
    "arms": {"none": [], "nli": [{"tasks": ["mnli"]}], "multi": [{"tasks": ["mnli", "squad"]}]},
    "targets": ["xnli", "udpos", "xquad", "xcopa", "tatoeba"],
    "languages": ["qaa", "qab", "qba"],
    "seeds": [1, 2, 3],
    "training": {"steps": 4},
}


def plan_of(**changes: object) -> Plan:
    return make_plan(validate({**ROOT, **changes}, "test"))


def count(plan: Plan, kind: str) -> int:
    return sum(node.kind == kind for node in plan.nodes.values())


def test_every_shared_phase_is_trained_once():
    """By hand: a seed has 2 arms and 3 x (mnli, udpos, squad, siqa, copa), and arm nli is what xnli trains in none."""
    plan = plan_of()
    assert count(plan, "pretrain") == 1
    assert count(plan, "train") == 3 * (2 + 3 * 5 - 1)
    # tatoeba in arm none is the untouched base, whatever the seed; each target has one baseline, and tatoeba another
    assert count(plan, "score") == count(plan, "predict") == 3 * 3 * 5 - 2 + 5 + 1
    totals = plan.totals()
    # alone, every chain trains the base and its arm again: 45 chains x base, 30 x arm, 9 x (1 + 1 + 1 + 2 + 0) target
    assert totals["train_nodes"] == 49
    assert totals["train_nodes_without_sharing"] == 45 + 30 + 9 * 5
    assert totals["train_steps"] == 48 * 4 + 2


def test_two_targets_share_a_target_phase_and_two_bases_share_their_data():
    plan = plan_of(
        targets=["xnli", {"task": "mnli", "split": "dev"}], bases=[QUICK, {**QUICK, "name": "other", "seed": 2}]
    )
    assert count(plan, "pretrain") == 2
    assert count(plan, "train") == 2 * 3 * (2 + 3 - 1)
    prepared = [node.label for node in plan.nodes.values() if node.kind == "prepare"]
    assert len(prepared) == len(set(prepared))


def test_each_target_has_one_baseline_on_data_that_chains_read_anyway():
    plan = plan_of(bases=[QUICK, {**QUICK, "name": "other", "seed": 2}])
    cells = [cell for cell in plan.cells if cell.arm == "baseline:char-ngrams"]
    assert [cell.target for cell in cells] == ROOT["targets"]
    assert {(cell.base, cell.seed, cell.selection, cell.trained) for cell in cells} == {("char-ngrams", "", "", ())}
    read = {key for node in plan.nodes.values() if "baseline" not in node.payload for key in node.parents.values()}
    for cell in cells:
        (predict,) = (plan.nodes[key] for key in plan.nodes[cell.score].parents.values())
        prepared = {role: key for role, key in predict.parents.items() if plan.nodes[key].kind == "prepare"}
        assert set(predict.parents) == set(prepared) == {*predict.payload["learn"], *predict.payload["answer"]}
        assert set(prepared.values()) <= read
        assert predict.runtime == {}
    learned = {cell.target: plan.nodes[next(iter(plan.nodes[cell.score].parents.values()))].payload for cell in cells}
    assert {target: said["learn"] for target, said in learned.items()} == {
        "xnli": ["train/mnli/qaa"], "udpos": ["train/udpos/qaa"], "xquad": [], "xcopa": [], "tatoeba": [],
    }  # fmt: skip


def test_a_study_without_targets_has_no_baseline():
    plan = plan_of(targets=[], arms={"none": []}, seeds=[1])
    assert {node.kind for node in plan.nodes.values()} == {"prepare", "pretrain"}


def test_parents_come_before_children():
    seen: set[str] = set()
    for key, node in plan_of().nodes.items():
        assert set(node.parents.values()) <= seen
        seen.add(key)


@pytest.mark.parametrize(
    "changes",
    [
        {"training": {"steps": 5}},
        {"training": {"steps": 4, "learning_rate": 0.1}},
        {"training": {"steps": 4, "max_length": 64}},
        {"training": {"steps": 4, "limit": 10}},
        {"training": {"steps": 4, "token_budget": 100}},
        {"precision": "bf16"},
        {"selection": "pivot-dev"},
        {"seeds": [4, 5, 6]},
        {"bases": [{**QUICK, "seed": 9}]},
        {"bases": [{**QUICK, "architecture": {**ARCHITECTURE, "hidden_size": 32}}]},
    ],
)
def test_what_changes_results_changes_the_keys_of_training(changes: dict[str, object]):
    def trained(plan: Plan) -> set[str]:
        return {key for key, node in plan.nodes.items() if node.kind == "train"}

    assert not trained(plan_of()) & trained(plan_of(**changes))


def test_what_cannot_change_results_leaves_every_key(tmp_path: Path):
    plan = plan_of()
    for changes in [{"question": "Another?"}, {"clusters": ["family"]}, {"name": "other"}]:
        other = plan_of(**changes)
        assert {k for k, n in plan.nodes.items() if n.kind != "analyse"} == {
            k for k, n in other.nodes.items() if n.kind != "analyse"
        }
    moved = [replace(node, runtime={"moved": True}) for node in plan.nodes.values()]
    assert [node.key for node in moved] == list(plan.nodes)


def test_writing_a_default_out_changes_nothing():
    assert list(plan_of(training={"steps": 4, "batch_size": 32, "weight_decay": 0.01}).nodes) == list(plan_of().nodes)


def test_nested_seeds_are_crossed_and_shown_as_pairs():
    plan = plan_of(seeds={"intermediate": [1, 2], "target": [1, 2, 3]}, targets=["xnli"])
    assert [seed.label for seed in seeds_of(plan.study)] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    # two arms per intermediate seed, none per target seed (two of them are arm nli), two arms per pair
    assert count(plan, "train") == 2 * 2 + 3 - 2 + 2 * 6


def test_epochs_factor_meets_the_last_target_phase_only():
    plan = plan_of(arms={"none": [], "longer": {"target_phase": {"epochs_factor": 2}}}, targets=["xcopa"], seeds=[1])
    steps = sorted((n.payload["phase"]["tasks"][0], n.cost.steps) for n in plan.nodes.values() if n.kind == "train")
    assert steps == [("copa", 4), ("copa", 8), ("siqa", 4)]


def test_cautions_name_their_cells():
    found = {(c.code, c.cell["arm"], c.cell["target"]) for c in plan_of().cautions}
    assert ("degenerate", "nli", "xnli") in found
    assert ("degenerate", "multi", "xquad") in found
    assert ("degenerate", "nli", "xquad") not in found
    assert ("hidden-stage", "*", "xcopa") in found


def test_a_union_is_as_degenerate_as_its_parts():
    arms = {"none": [], "plus": [{"tasks": ["anli_plus"]}], "captions": [{"tasks": ["snli"]}]}
    found = {(c.code, c.cell["arm"], c.cell["target"]): c.message for c in plan_of(arms=arms).cautions}
    assert found["degenerate", "plus", "xnli"].startswith("mnli (in anli_plus) is also a training set of xnli")
    assert ("degenerate", "captions", "xnli") not in found
    assert ("degenerate", "plus", "xquad") not in found


def test_the_maps_of_a_unions_parts_travel_with_its_node(tmp_path: Path):
    parts = ("anli", "mnli", "snli")
    for name in (*parts, "squad"):
        (tmp_path / f"{name}.tsv").write_text("text\ttext_pair\tlabel\nFog.\tMist.\tneutral\n")
    maps = {name: {"en": {"train": {"path": f"{name}.tsv", "format": "delimited"}}} for name in (*parts, "squad")}
    resolved = replace(resolve(validate(ROOT, "test")), source=Source("files", tmp_path, maps))
    portion = Portion(TASKS.get("anli_plus"), "en", "train", None)
    node = prepare(resolved, portion, Tokenizer(None, None), PortionEncoding(8, 2, 30))
    assert set(node.payload["data"]["union"]) == set(parts)
    assert set(node.places.source.data_map) == set(parts)


def test_selection_by_dev_reads_the_pivot_only_unless_oracle():
    def dev_languages(selection: str) -> set[str]:
        plan = plan_of(selection=selection, targets=["xnli"], seeds=[1])
        roles = [role for node in plan.nodes.values() if node.kind == "train" for role in node.parents]
        return {role.split("/")[2] for role in roles if role.startswith("dev/")}

    assert dev_languages("last") == set()
    assert dev_languages("pivot-dev") == {"qaa"}
    assert dev_languages("oracle") == {"qaa", "qab", "qba"}


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"targets": ["xnil"]}, UnknownNameError, r"targets\.0: .*Did you mean 'xnli'"),
        ({"arms": {"none": [], "a": [{"tasks": ["mnlii"]}]}}, UnknownNameError, r"arms\.a\.0\.tasks\.0.*'mnli'"),
        ({"languages": ["qaa", "qzz"]}, UnknownNameError, r"languages\.1"),
        ({"protocol": "xtrem"}, UnknownNameError, "Did you mean 'xtreme'"),
        ({"bases": ["lab-tny"]}, UnknownNameError, "lab-tiny"),
        ({"source": "files"}, StudyError, "needs the folder"),
        ({"targets": [{"task": "xnli", "split": "tset"}]}, StudyError, "no split 'tset'"),
        ({"protocol": "xtreme", "targets": ["xcopa"]}, StudyError, "does not say how 'xcopa' is trained"),
        ({"bases": ["lab-tiny"], "training": {"max_length": 129}}, StudyError, r"the base reads 128.*max_length: 128"),
    ],
)
def test_names_that_do_not_exist_are_refused(changes: dict[str, object], error: type[InputError], said: str):
    with pytest.raises(error, match=said):
        plan_of(**changes)


def test_the_labs_questions_fit_the_labs_bases_unless_a_study_says_otherwise():
    plan = plan_of(bases=["lab-tiny"], arms={"none": [], "qa": [{"tasks": ["squad"]}]}, targets=["xquad"])
    lengths = {node.payload["options"]["max_length"] for node in plan.nodes.values() if node.kind == "prepare"}
    assert lengths == {128}


@pytest.mark.parametrize("protocol", PROTOCOLS.names())
def test_a_search_that_no_protocol_names_is_a_target_under_each(protocol: str):
    plan = plan_of(arms={"none": []}, targets=[{"task": "udhr", "layers": [1]}], protocol=protocol)
    assert not {node.kind for node in plan.nodes.values()} & {"train", "choose"}


def test_a_search_that_some_protocol_names_is_no_target_of_the_others():
    with pytest.raises(StudyError, match="'xtreme' does not say how 'lareqa' is trained"):
        plan_of(targets=["lareqa"], protocol="xtreme")


def test_the_json_of_a_plan_has_the_documented_shape(tmp_path: Path):
    shown = plan_of(targets=["xnli"], seeds=[1]).to_json(Store(tmp_path))
    assert set(shown) == {"nodes", "warnings", "totals", "power", "origins"}
    for node in shown["nodes"]:
        assert {"key", "kind", "label", "parents", "cached", "cost"} <= set(node)
        assert {"seconds", "flops", "memory_bytes", "disk_bytes"} <= set(node["cost"])
        assert node["cached"] is False
    assert all({"code", "cell", "message"} == set(warning) for warning in shown["warnings"])


def test_a_node_names_the_arms_that_share_it():
    plan = plan_of(targets=["xnli", "udpos"], seeds=[1])
    nodes = plan.to_json()["nodes"]
    arms = [(node["label"], node["arms"]) for node in nodes if node["kind"] in ("pretrain", "train")]
    assert arms[:2] == [("pretrain quick, seed 1", ["none", "nli", "multi"]), ("train mnli, seed 1", ["none", "nli"])]
    assert ("train mnli + squad, seed 1", ["multi"]) in arms
    scored = [node["arms"] for node in nodes if node["label"] == "score udpos"]
    assert scored == [["none"], ["nli"], ["multi"]]
    assert not any(node["arms"] for node in nodes if "char-ngrams" in node["label"])


def test_a_vocabulary_of_the_studys_own_reaches_every_node_that_tokenises():
    own = {name: value for name, value in QUICK.items() if name != "tokenizer"} | {"vocabulary": {"size": 300}}
    plan = plan_of(bases=[own], seeds=[1])
    (vocabulary,) = [key for key, node in plan.nodes.items() if node.payload.get("what") == "vocabulary"]
    readers = [
        n for n in plan.nodes.values() if n.kind in {"pretrain", "train", "predict"} and "baseline" not in n.payload
    ]
    assert readers
    assert all(node.parents.get("vocabulary") == vocabulary for node in readers)


def test_a_vocabulary_is_learned_from_single_languages_and_pairs_only_train(tmp_path: Path):
    (tmp_path / "en.txt").write_text("a b\n", encoding="utf-8")
    (tmp_path / "pairs.tsv").write_text("text\ttext_pair\na b\tc d\n", encoding="utf-8")
    files = {
        "en": {"train": {"path": "en.txt", "format": "text"}},
        "en+de": {"train": {"path": "pairs.tsv", "format": "delimited"}},
    }
    own = {name: value for name, value in QUICK.items() if name != "tokenizer"} | {
        "vocabulary": {"size": 300},
        "pretrain": {"tasks": ["said"], "languages": ["en", "en+de"], "steps": 2},
    }
    plan = plan_of(
        bases=[own], source="files", data=str(tmp_path), protocol="xtreme", arms={"none": []}, targets=[], languages=[],
        tasks={"said": {"kind": "masked_lm", "files": files}},
    )  # fmt: skip
    (vocabulary,) = (node for node in plan.nodes.values() if node.payload.get("what") == "vocabulary")
    (pretrain,) = (node for node in plan.nodes.values() if node.kind == "pretrain")
    assert set(vocabulary.payload["data"]) == {"train/said/en"}
    assert {"train/said/en", "train/said/en+de"} <= set(pretrain.parents)


def test_a_plan_says_what_its_seeds_can_show():
    power = plan_study(load_study("demo")).to_json()["power"]
    assert power["n_seeds"] == 3
    assert power["can_be_significant"]
    assert not power["without_normality"]
    assert "p is at least 0.25" in power["sentence"]
    assert power["n_questions"] == 5 * 5 + 2  # five arms on five targets; two controls on a target of their own
    alone = plan_study(load_study("demo", ["seeds=[1]"])).to_json()["power"]
    assert "no result can be significant" in alone["sentence"]


def test_the_outlook_of_a_plan_counts_every_question_that_is_asked():
    """Two arms on three targets from two bases are twelve questions; fewer leave more power."""
    arms = {"none": [], "a": [{"tasks": ["snli"]}], "b": [{"tasks": ["qqp"]}]}
    second = {**QUICK, "name": "second"}
    asked = {"arms": arms, "targets": ["xnli", "udpos", "tatoeba"], "seeds": [1, 2, 3, 4, 5, 6, 7]}
    found = [
        plan_of(**{**asked, **changes}).power()
        for changes in ({"bases": [QUICK, second]}, {}, {"targets": ["xnli"]}, {"arms": {"none": []}})
    ]
    assert [power["n_questions"] for power in found] == [12, 6, 2, 1]
    effects = [power["detectable"] for power in found]
    assert effects == sorted(effects, reverse=True) and len(set(effects)) == 4
    assert [power["without_normality"] for power in found] == [False, False, True, True]  # 12 and 6 times 1/64 > 0.05
