"""Targets whose protocol trains them under a view: LAReQA as XTREME-R trains it, from the plan to the scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from arm_plans import chain, plan_of, roles, scored
from tiny_base import tiny_base
from xstilts import evaluation
from xstilts.encoding import TokenizerFacts
from xstilts.errors import StudyError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.models.load import load_encoder
from xstilts.planning.plan import Plan, make_plan
from xstilts.protocols import PROTOCOLS
from xstilts.runners import choose
from xstilts.runners.context import Context, Means
from xstilts.runners.loading import prepared, tokenizer_of
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.chosen_arms import chosen_rows
from xstilts.store.payloads import ChoosePayload
from xstilts.store.store import Store
from xstilts.studies.load import validate

VIEW = "dual-encoder-sentence"
TRAINED = f"squad~{VIEW}"
MNLI = [{"tasks": ["mnli"]}]
LAREQA: dict[str, Any] = {"protocol": "xtreme-r", "targets": ["lareqa"]}


def lareqa(arms: dict[str, Any], target: dict[str, Any] | None = None, **changes: object) -> Plan:
    return plan_of(arms, **{**LAREQA, "targets": [{"task": "lareqa", **(target or {})}], **changes})


def searched(plan: Plan, arm: str):
    """The node that predicts the target of an arm's chain."""
    return plan.nodes[scored(plan, arm, "lareqa").parents["predictions"]]


def analysis(plan: Plan):
    return next(node for node in plan.nodes.values() if node.kind == "analyse")


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_the_targets_own_phase_comes_after_the_arms_and_is_what_is_searched_with():
    plan = lareqa({"mnli": MNLI})
    (own,), (first, last) = chain(plan, "none", "lareqa"), chain(plan, "mnli", "lareqa")
    assert first.payload["phase"]["tasks"] == ["mnli"]
    assert own.payload["phase"] == last.payload["phase"]
    assert last.parents["encoder"] == first.key
    assert last.payload["phase"]["tasks"] == [TRAINED]
    contrast = {"pooling": "first", "similarity": "dot", "temperature": 1.0, "hard_negatives": 0}
    assert last.payload["phase"]["contrast"] == contrast
    assert roles(last, "train") == {f"{TRAINED}/qaa"}
    node = searched(plan, "mnli")
    assert (node.parents["model"], node.payload["head"]) == (last.key, None)
    assert node.payload["settings"] == [{"layer": 1, "pooling": "first", "similarity": "dot"}]
    assert node.payload["options"]["max_length"] == 352


def test_the_protocols_own_values_hold_where_the_study_says_nothing():
    own = chain(lareqa({}, training={}), "none", "lareqa")[0].payload["phase"]
    names = ("learning_rate", "batch_size", "epochs", "warmup", "weight_decay")
    assert [own[name] for name in names] == [2e-5, 16, 3.0, 0.0, 0.0]


def test_only_this_target_is_trained_so():
    plan = plan_of({}, protocol="xtreme-r", targets=["lareqa", "tatoeba", "xquad"])
    trained = {target: chain(plan, "none", target)[-1].payload["phase"]["tasks"] for target in ("tatoeba", "xquad")}
    assert trained == {"tatoeba": ["squad"], "xquad": ["squad"]}
    assert chain(plan_of({}, targets=["lareqa"]), "none", "lareqa") == []  # the lab's protocol trains nothing


def test_the_view_is_the_last_phases(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PROTOCOLS.get("xtreme-r").trains, "lareqa", (("squad",), ("squad",)))
    first, last = chain(lareqa({}), "none", "lareqa")
    assert (first.payload["phase"]["tasks"], last.payload["phase"]["tasks"]) == (["squad"], [TRAINED])
    assert last.parents["encoder"] == first.key


def test_what_an_arm_changes_in_the_target_phase_meets_the_view():
    mix = {"share": 0.5, "languages": ["qab", "qba"]}
    plan = lareqa({
        "mixed": {"target_phase": {"language_mix": mix}},
        "beside": {"target_phase": {"beside": {"tasks": ["mnli"], "share": 0.5}}},
        "longer": {"target_phase": {"epochs_factor": 2}},
    })  # fmt: skip
    one, joint, longer = (chain(plan, arm, "lareqa")[0] for arm in ("mixed", "beside", "longer"))
    assert list(one.payload["language_mix"]) == [TRAINED]
    assert roles(one, "train") == {f"{TRAINED}/{code}" for code in ("qaa", "qab", "qba")}
    assert joint.payload["phase"]["tasks"] == [TRAINED, "mnli"]
    assert longer.payload["phase"]["epochs"] == 2
    (stage,) = analysis(plan).payload["facts"]["trained"]["mixed"]["stages"]
    rows = [(text["task"], text["view"], text["language"]) for text in stage["texts"]]
    assert rows == [("squad", VIEW, code) for code in ("qaa", "qab", "qba")]


def test_a_checkpoint_is_chosen_on_the_dev_set_under_the_view():
    plan = lareqa({}, selection="pivot-dev")
    assert roles(chain(plan, "none", "lareqa")[0], "dev") == {f"{TRAINED}/qaa"}


def test_cautions_tell_the_same_form_from_another():
    def squad(**said: object) -> list[dict[str, Any]]:
        return [{"tasks": ["squad"], **said}]

    plan = lareqa({"same": squad(view=VIEW), "passages": squad(view="dual-encoder"), "spans": squad(),
                   "foreign": squad(view=VIEW, languages=["qab"])})  # fmt: skip
    said = {caution.cell["arm"]: caution for caution in plan.cautions if caution.cell["arm"] != "*"}
    codes = {arm: caution.code for arm, caution in said.items()}
    assert codes == {"same": "degenerate", "passages": "overlap", "spans": "degenerate", "foreign": "leak"}
    assert "here it is in another form (dual-encoder)" in said["passages"].message
    (hidden,) = (caution.message for caution in plan.cautions if caution.code == "hidden-stage")
    assert "trains on squad (a dual encoder on the questions of SQuAD v1.1 and the sentences" in hidden
    # the very same view is another form of a target that trains spans
    plan = plan_of({"same": squad(view=VIEW)}, protocol="xtreme-r", targets=["xquad"])
    assert [caution.code for caution in plan.cautions if caution.cell["arm"] == "same"] == ["overlap"]


@pytest.mark.parametrize(
    ("target", "training", "field"),
    [
        ({}, {"pooling": "mean"}, r"targets\.0\.pooling"),
        ({"pooling": ["mean"]}, {}, r"targets\.0\.pooling"),
        ({}, {"similarity": "cosine"}, r"targets\.0\.similarities"),
        ({"similarities": ["cosine"]}, {}, r"targets\.0\.similarities"),
    ],
)
def test_vectors_that_the_dual_encoder_is_not_trained_for_are_refused(
    target: dict[str, Any], training: dict[str, Any], field: str
):
    with pytest.raises(StudyError, match=f"{field}.*its own dual encoder trained with"):
        lareqa({}, target, training={"limit": 40} | training)


def test_a_study_may_train_and_search_with_other_vectors():
    said = {"pooling": "mean", "similarity": "cosine"}
    plan = lareqa({}, {"pooling": ["mean"], "similarities": ["csls"]}, training=said)
    assert chain(plan, "none", "lareqa")[0].payload["phase"]["contrast"]["pooling"] == "mean"
    assert searched(plan, "none").payload["settings"] == [{"layer": 1, "pooling": "mean", "similarity": "csls"}]


def test_arms_are_chosen_on_the_dev_set_under_the_view():
    plan = lareqa({"mnli": MNLI}, {"metric": "recall@10"}, selection={"arms": "pivot-dev"})
    cell = next(cell for cell in plan.cells if cell.arm == "mnli")
    chosen = plan.nodes[cell.chosen]
    assert (chosen.payload["task"], chosen.payload["kind"], chosen.payload["half"]) == (TRAINED, "retrieval", "a")
    assert chosen.payload["metrics"][0] == "recall@10"
    node = plan.nodes[chosen.parents["predictions"]]
    assert node.payload["settings"] == [{"layer": -1, "pooling": "first", "similarity": "dot"}]
    assert (node.payload["variants"], node.payload["head"]) == ([{"pool": "multilingual"}], None)
    assert roles(node, "dev") == {f"{TRAINED}/qaa"}
    assert scored(plan, "mnli", "lareqa").parents["chosen_on"] == node.key


@pytest.mark.parametrize(
    ("said", "word"),
    [({"pooling": ["first", "mean"], "choose_on": ["qab"]}, "choose_on"), ({"pools": ["cross", "mono"]}, "pools")],
)
def test_what_a_dev_set_in_the_pivot_cannot_tell_is_refused(said: dict[str, Any], word: str):
    with pytest.raises(StudyError, match=rf"selection\.arms.*cannot be searched as {word} of lareqa says"):
        lareqa({}, said, selection={"arms": "pivot-dev"})


# --- a study ----------------------------------------------------------------------------------------------------------

STUDY: dict[str, Any] = {
    "name": "views",
    "question": "Does it run?",
    "protocol": "xtreme-r",
    "bases": [tiny_base()],
    "arms": {"none": [], "mnli": MNLI},
    "targets": [{"task": "lareqa", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1],
    "selection": {"arms": "pivot-dev"},
    "training": {
        "epochs": 1,
        "batch_size": 4,
        "max_length": 64,
        "limit": 10,
        "warmup": 0,
        "tune": {"learning_rate": [1e-5, 1e-2]},
    },
}
Finished = tuple[Plan, Store, Path]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("views")
    plan, store = make_plan(validate(STUDY, "views")), Store(folder / "store")
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert not outcome.failed, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    return plan, store, folder / "out"


def test_scores_are_dot_products_of_the_first_tokens(done: Finished):
    plan, store, out = done
    node = searched(plan, "mnli")
    context = Context(node, store, out, out, Means(), lambda progress: None)
    encoder = load_encoder(context.parent("model") / "encoder")[0]
    vectors: dict[str, np.ndarray] = {}
    for code in ("qaa", "qab"):
        part = prepared(context, f"test/lareqa/{code}")
        for row, (identity, role) in enumerate(zip(part.examples["id"], part.examples["role"], strict=True)):
            text = torch.from_numpy(part.features.ragged("input_ids")[row].astype(np.int64))
            states = encoder(input_ids=text[None]).last_hidden_state
            vectors[f"{code}:{identity}" if role == "query" else identity] = states[0, 0].detach().numpy()
    table = pq.ParquetFile(store.folder(node.key, "predict") / "qab.parquet").read_row_group(0).to_pylist()
    assert len(table) == 6
    for row in table:
        query = vectors[f"qab:{row['id']}"]
        wanted = [float(query @ vectors[name]) for name in row["prediction"]]
        np.testing.assert_allclose(row["scores"], wanted, rtol=1e-4)
        assert row["scores"] == sorted(row["scores"], reverse=True)


def test_the_phase_leaves_no_head_and_the_sweep_keeps_the_better_of_two_by_searching(done: Finished):
    plan, store, _ = done
    node = plan.nodes[searched(plan, "mnli").parents["model"]]
    assert node.kind == "choose"
    choice = json.loads((store.folder(node.key, "choose") / "choice.json").read_text(encoding="utf-8"))
    assert (choice["metric"], choice["dev"]) == ("accuracy", f"dev/{TRAINED}/qaa")
    assert max(choice["scores"], key=lambda role: choice["scores"][role]) == choice["model"]
    assert all(0 <= score <= 100 for score in choice["scores"].values())
    kept = store.folder(node.parents[choice["model"]], "train")
    assert json.loads((kept / "heads.json").read_text(encoding="utf-8")) == {}


def test_the_sweep_searches_as_is_trained(done: Finished, monkeypatch: pytest.MonkeyPatch):
    plan, store, out = done
    node = plan.nodes[searched(plan, "mnli").parents["model"]]
    assert node.payload["searched"] == {"layer": -1, "pooling": "first", "similarity": "dot"}
    context = Context(node, store, out, out, Means(), lambda progress: None)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    asked: list[Any] = []
    predict = evaluation.predict
    monkeypatch.setattr(evaluation, "predict", lambda *given: asked.append(given[1].search.settings) or predict(*given))
    wanted = node.asked(ChoosePayload)
    score = choose._dev_score(context.parent("model/0"), wanted, prepared(context, wanted.dev), facts)
    assert asked == [[node.payload["searched"]]]
    assert score == json.loads((store.folder(node.key, "choose") / "choice.json").read_text())["scores"]["model/0"]


def test_the_tables_choose_an_arm_by_the_dev_half(done: Finished):
    plan, store, _ = done
    folder = store.folder(analysis(plan).key, "analyse")
    facts = Facts.parse(json.loads((folder / "facts.json").read_text(encoding="utf-8")))
    (row,) = chosen_rows(pq.read_table(folder / "scores.parquet").to_pylist(), facts)
    assert (row["target"], row["n_arms"], row["labels"]) == ("lareqa", 2, "pivot dev")
