"""Noise in a plan: which nodes it adds, what they are asked, and what is refused or left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arm_plans import SNLI, plan_of, scored
from xstilts.errors import InputError
from xstilts.noise import RATES
from xstilts.store.payloads import ExamplesPayload, NoisyPayload, NoisyPredictPayload
from xstilts.store.roles import CLEAN, PREDICTIONS, NoisyRole

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node

TYPO = {"type": "typo", "severity": [1, 3]}


def noised(plan: Plan, arm: str = "none", target: str = "xnli") -> Node:
    """The score node of a chain under noise."""
    (cell,) = (cell for cell in plan.cells if (cell.arm, cell.target) == (arm, target) and cell.seed)
    return plan.nodes[cell.noised]


def corrupted(plan: Plan, target: str = "xnli") -> dict[str, NoisyPayload]:
    """Language to what the node is asked that makes its noisy examples."""
    predict = plan.nodes[noised(plan, target=target).parents[PREDICTIONS]]
    roles = NoisyRole.among(predict.parents)
    return {role.language: plan.nodes[predict.parents[str(role)]].asked(NoisyPayload) for role in roles}


def told(plan: Plan) -> dict[str, str]:
    """What the plan says of noise that cannot be had, by target."""
    return {one.cell["target"]: one.message for one in plan.cautions if one.code == "undefined"}


def refused(said: str, **study: Any) -> None:
    with pytest.raises(InputError, match=said) as caught:
        plan_of({}, **study)
    assert "\n\n" not in str(caught.value)


def test_noise_adds_nodes_and_changes_none():
    clean, noisy = plan_of({"snli": SNLI}), plan_of({"snli": SNLI}, noise=[TYPO])
    made = {key for key, node in clean.nodes.items() if node.kind != "analyse"}
    assert made < set(noisy.nodes)
    assert [cell.score for cell in clean.cells] == [cell.score for cell in noisy.cells]
    assert not any(cell.noised for cell in clean.cells)
    assert plan_of({"snli": SNLI}, noise=["clean"]).nodes.keys() == clean.nodes.keys()


def test_all_variants_of_a_target_are_answered_by_one_node_beside_the_clean_answers():
    plan = plan_of({"snli": SNLI}, noise=[TYPO, "casing:5"])
    score, clean = noised(plan), scored(plan, "none")
    predict = plan.nodes[score.parents[PREDICTIONS]]
    assert score.parents[CLEAN] == predict.parents[CLEAN] == clean.parents[PREDICTIONS]
    assert predict.asked(NoisyPredictPayload).input == "noisy"
    before = plan.nodes[clean.parents[PREDICTIONS]]
    assert before.parents.items() <= predict.parents.items()
    assert {code: len(one.variants) for code, one in corrupted(plan).items()} == dict.fromkeys(("qaa", "qab", "qba"), 3)


def test_noisy_text_is_made_once_for_all_chains_and_seeds():
    plan = plan_of({"snli": SNLI}, noise=[TYPO], seeds=[1, 2])
    made = [node for node in plan.nodes.values() if node.kind == "prepare" and node.payload["what"] == "noisy"]
    assert len(made) == 3
    assert len({cell.noised for cell in plan.cells if cell.seed}) == 4


def test_a_type_is_had_in_the_languages_that_have_it_and_the_plan_says_where_not():
    plan = plan_of({}, noise=["typo:3", "casing:3"], languages=["qaa", "qab", "qcb"])
    assert [[one.type for one in own.variants] for own in corrupted(plan).values()] == [
        ["typo", "casing"], ["typo", "casing"], ["typo"],
    ]  # fmt: skip
    assert told(plan) == {
        "*": "casing does not exist in every language and is left out there (qcb: its script (Geor) has no capitals)."
    }


def test_labels_that_would_not_stay_true_leave_the_target_out():
    plan = plan_of({}, noise=["typo:3", "word-drop:3"], targets=["xnli", "udpos"])
    assert [one.type for one in corrupted(plan, "udpos")["qab"].variants] == ["typo"]
    assert [one.type for one in corrupted(plan, "xnli")["qab"].variants] == ["typo", "word-drop"]
    assert told(plan)["udpos"].startswith("word-drop is not evaluated on udpos: each word has a tag")


@pytest.mark.parametrize(
    ("target", "where", "languages"),
    [
        ("xnli", "both", {"text": "qab", "text_pair": "qab"}),
        ("tatoeba", "query", {"query": "qab", "candidate": "qaa"}),
        ("lareqa", "pool", {"query": "qab", "candidate": "qab"}),
        ("xquad", "context", {"context": "qab", "question": "qab"}),
    ],
)
def test_every_field_is_corrupted_in_its_own_language(target: str, where: str, languages: dict[str, str]):
    plan = plan_of({}, noise=[{**TYPO, "where": where}], targets=[{"task": target}], training={"limit": 8, "steps": 1})
    assert corrupted(plan, target)["qab"].languages == languages


def test_answers_are_said_of_questions_alone():
    plan = plan_of({}, noise=[{"type": "typo", "severity": 3, "answers": "follow"}], targets=["xnli", "xquad"])
    said = {target: corrupted(plan, target)["qab"].variants[0].answers for target in ("xnli", "xquad")}
    assert said == {"xnli": "protect", "xquad": "follow"}


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ({"noise": ["word-drop:3"], "targets": ["udpos"]}, "udpos can have none of this noise. word-drop: each word"),
        ({"noise": [{**TYPO, "where": "pool"}]}, "typo@pool: classification allows where: context, query, both"),
        ({"noise": [{**TYPO, "where": "context"}], "targets": ["tatoeba"]}, "say where: pool"),
        ({"noise": ["romanised:3"]}, r"noise\.0: The noise romanised exists in no language of this study \(qaa"),
        ({"noise": [{"type": "misspelling", "dictionary": "no.tsv"}]}, r"noise\.0\.dictionary: does not exist"),
    ],
)
def test_noise_that_cannot_be_had_at_all_is_refused(study: dict[str, Any], said: str):
    refused(said, **study)


def test_translations_are_not_corrupted_in_the_translators_place():
    with pytest.raises(InputError, match=r"arms\.x\.test: reads translations"):
        plan_of({"x": {"test": "translated"}}, noise=[TYPO])


def test_a_dictionary_is_known_by_what_is_in_it(tmp_path: Path):
    words = tmp_path / "words.tsv"

    def key() -> str:
        noise = [{"type": "misspelling", "severity": 3, "dictionary": str(words)}]
        return noised(plan_of({}, noise=noise, languages=["qaa"])).key

    words.write_text("mova\tmowa\n", encoding="utf-8")
    first = key()
    (tmp_path / "other.tsv").write_text("mova\tmowa\n", encoding="utf-8")
    words.rename(tmp_path / "gone.tsv")
    (tmp_path / "other.tsv").rename(words)
    assert key() == first
    words.write_text("mova\tmoba\n# and a longer file\n", encoding="utf-8")
    assert key() != first


def test_the_severities_of_a_plain_name_are_all_of_them():
    assert [one.severity for one in corrupted(plan_of({}, noise=["typo"]))["qaa"].variants] == [*range(1, len(RATES))]


def test_noisy_examples_come_from_the_prepared_ones():
    plan = plan_of({}, noise=[TYPO])
    predict = plan.nodes[noised(plan).parents[PREDICTIONS]]
    made = plan.nodes[predict.parents["noisy/qab"]]
    clean = plan.nodes[made.parents["test/xnli/qab"]]
    assert clean.asked(ExamplesPayload).augment is None
    assert clean.key == predict.parents["test/xnli/qab"]


def test_a_target_may_have_noise_of_its_own_or_none():
    targets = ["xnli", {"task": "udpos", "noise": ["casing:2"]}, {"task": "tatoeba", "noise": []}]
    plan = plan_of({}, noise=[TYPO], targets=targets)
    assert {one.type for own in corrupted(plan).values() for one in own.variants} == {"typo"}
    found = {(one.type, one.severity) for own in corrupted(plan, "udpos").values() for one in own.variants}
    assert found == {("casing", 2)}
    assert not [cell.noised for cell in plan.cells if cell.target == "tatoeba" and cell.noised]


def test_what_is_wrong_with_a_targets_own_noise_is_said_with_its_place():
    refused(r"targets\.0\.noise\.0\.type: .*Did you mean 'typo'", targets=[{"task": "xnli", "noise": ["tipo"]}])
    twice = [{"task": "xnli", "noise": ["typo:3", TYPO]}]
    refused(r"targets\.0\.noise: names typo at severity 3 \(both\) 2 times", targets=twice)
    refused(r"udpos can have none of this noise", targets=[{"task": "udpos", "noise": ["word-drop:1"]}])
