"""Which part every arm of the catalog's studies plays in the claims, decided by reading study and claim.

The claims of Phang et al. 2020 speak of arms that train on intermediate tasks in the pivot, one or several together,
with multilingual masked-LM going on beside them, or translated. Translated are arms all of whose labelled items are the
pivot's in another language: a mix with the pivot's own items is none, nor are items that were written in that language,
nor items of which one half stays in the pivot.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from claims_toy import NINE

from xstilts.claims import chosen
from xstilts.claims.casting import casting
from xstilts.planning.controls import resolve
from xstilts.planning.study_facts import study_facts
from xstilts.statistics import Facts
from xstilts.studies.load import catalog_names, load_study

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = os.environ.get("XSTILTS_DATA")
NO_PART = ""
"""Of an arm that no claim speaks of."""

# "alone TASK", "together TASKS", "with_mlm TASK", "translated TASK": always "TASKS" of the labelled intermediate phase
DEMO = {
    "none": NO_PART,
    "snli": "alone snli",
    "qqp": "alone qqp",
    "squad": "alone squad",
    "cosmosqa": "alone cosmosqa",
    "mixture": "together snli qqp squad cosmosqa",
    "more_of_the_same": NO_PART,  # controls that must show
    "shuffled": NO_PART,
}
CONTROLS = ("none", "more_udpos", "more_mnli", "more_squad", "shuffled_udpos", "shuffled_mnli", "shuffled_squad")
TUNED = {"none": NO_PART, "mnli": "alone mnli", "qqp": "alone qqp", "hellaswag": "alone hellaswag"}
PHANG2020 = {
    "none": NO_PART,
    "anli_plus": "alone anli_plus",
    "mnli": "alone mnli",
    "qqp": "alone qqp",
    "squad": "alone squad",
    "squad_v2": "alone squad_v2",
    "hellaswag": "alone hellaswag",
    "ccg": "alone ccg",
    "cosmosqa": "alone cosmosqa",
    "commonsenseqa": "alone commonsenseqa",
    "multi": "together anli_plus mnli qqp squad squad_v2 hellaswag ccg cosmosqa commonsenseqa",
    "mnli_mlm": "with_mlm mnli",
    "squad_mlm": "with_mlm squad",
    "hellaswag_mlm": "with_mlm hellaswag",
    "mnli_translated": "translated mnli",
    "squad_translated": "translated squad",
    "hellaswag_translated": "translated hellaswag",
    "longer": NO_PART,  # controls: there to be compared with hellaswag, no intermediate training of their own
    "shuffled": NO_PART,
    "random_task": NO_PART,
    "text_only": NO_PART,
    "real_or_fake": NO_PART,
    "more_pretraining": NO_PART,
    "translate_train": NO_PART,  # the target's data are translated, and there is no intermediate task
    "translate_test": NO_PART,
    "updates": NO_PART,  # other parameters, and an update for each language
}
MIX = {
    "none": NO_PART,
    "p0": "alone snli",  # a share of 0 is the pivot alone
    "p1": NO_PART,  # 99 % of the items are the pivot's
    "p5": NO_PART,
    "p25": NO_PART,
    "p50": NO_PART,
    "p75": NO_PART,
    "p100": "translated snli",
    "extra": NO_PART,  # on top of all of the pivot's items
    "one": NO_PART,  # from here on half of the items are the pivot's
    "two": NO_PART,
    "four": NO_PART,
    "two_close": NO_PART,
    "two_random": NO_PART,
    "switched": NO_PART,
    "native": NO_PART,  # SNLI in the pivot beside data sets that were written in other languages
    "qa_p0": "alone squad_v2",
    "qa_p50": NO_PART,
}
MIX_LAB = MIX | {"no_arvic": NO_PART, "no_belunic": NO_PART, "no_ceric": NO_PART, "no_dornic": NO_PART}
MIX_FULL = MIX | dict.fromkeys(("eight", "no_germanic", "no_romance", "no_slavic", "no_indic"), NO_PART)
RETRIEVAL = {
    "none": NO_PART,
    "span_en": "alone squad",
    "span_translated": NO_PART,  # a tenth of the items is the pivot's
    "span_native": NO_PART,  # written in their languages
    "span_mixed": NO_PART,  # SQuAD in the pivot with TyDiQA, which is native
    "dual_en": NO_PART,  # a dual encoder is another form of training than any that the claims speak of
    "dual_translated": NO_PART,
    "dual_native": NO_PART,
    "dual_mixed": NO_PART,
    "span_en_half": NO_PART,  # controls
    "dual_en_half": NO_PART,
    "dual_sentence": NO_PART,
    "dual_hard": NO_PART,
    "text_only": NO_PART,
}
RETRIEVAL_LAB = RETRIEVAL | {"span_tydi_en": "alone tydiqa", "dual_tydi_en": NO_PART}
NOISE = {
    "none": NO_PART,
    "mnli": "alone mnli",
    "squad": "alone squad",
    "hellaswag": "alone hellaswag",
    "multi": "together mnli squad hellaswag",
    "noise_trained": NO_PART,  # rivals: what the target is trained on, or how
    "hellaswag_noise_trained": NO_PART,
    "hellaswag_on_noise": NO_PART,
    "consistent": NO_PART,
    "adversarial": NO_PART,
    "smoothing": NO_PART,
}
MULTIMODAL = {
    "none": NO_PART,
    "mnli": "alone mnli",
    "anli": "alone anli",
    "hellaswag": "alone hellaswag",
    "squad": "alone squad",
    "shuffled": NO_PART,  # controls
    "longer": NO_PART,
}
SCALE = {
    "none": NO_PART,
    "nli": "alone snli",
    "qa": "alone squad_v2",
    "multi": "together snli squad_v2 siqa",
    "shuffled": NO_PART,  # a control
}
REAL_NOISE = {"none": NO_PART, "nli": "together snli anli", "squad": "alone squad", "noise_trained": NO_PART}
REAL_SCALE = {"none": NO_PART, "nli": "together snli anli", "qqp": "alone qqp", "shuffled": NO_PART}
REAL = {"none": NO_PART, "nli": "together snli mnli", "squad": "alone squad", "qqp": "alone qqp"}
CHOICE = "cosmosqa commonsenseqa hellaswag siqa"
REAL_QUICK = {"none": NO_PART, "nli": "together snli anli"}
REAL_RAW = REAL_QUICK | {"squad": "alone squad"}
REAL_MAIN = REAL_RAW | {
    "qqp": "alone qqp",
    "choice": f"together {CHOICE}",
    "all": f"together snli anli qqp squad {CHOICE}",
    "shuffled": NO_PART,  # controls
    "longer": NO_PART,
}
REAL_MIX = {
    "none": NO_PART,
    "nli_p0": "alone snli",
    "nli_p25": NO_PART,  # native data beside the pivot's
    "nli_p50": NO_PART,
    "nli_p100": NO_PART,
    "nli_p50_no_zh": NO_PART,
    "qa_p0": "alone squad",
    "qa_p50": NO_PART,
}
REAL_RETRIEVAL = {
    "none": NO_PART,
    "span_en": "alone squad",
    "span_other": NO_PART,  # written in their languages
    "dual_en": NO_PART,
    "dual_other": NO_PART,
    "dual_half": NO_PART,
}
STUDIES = {
    ("controls",): dict.fromkeys(CONTROLS, NO_PART),
    ("demo",): DEMO,
    ("evidence-nli", f"data={DATA}"): {"none": NO_PART, "nli": "together snli mnli"},
    ("lab-bases",): {"none": NO_PART},
    ("mix",): MIX_LAB,
    ("mix", "size=full"): MIX_FULL,
    ("multimodal",): MULTIMODAL,
    ("multimodal", "size=full"): MULTIMODAL,
    ("noise",): NOISE,
    ("noise", "size=full"): NOISE,
    ("phang2020",): PHANG2020,
    ("phang2020", "size=full"): PHANG2020,
    ("real", f"data={DATA}"): REAL_MAIN,
    ("real", f"data={DATA}", "size=quick"): REAL_QUICK,
    ("real", f"data={DATA}", "size=raw"): REAL_RAW,
    ("real", f"data={DATA}", "size=wide"): REAL_MAIN | {"mnli": "alone mnli", "nli_all": "together snli mnli anli"},
    ("real-mix", f"data={DATA}"): REAL_MIX,
    ("real-noise", f"data={DATA}"): REAL_NOISE,
    ("real-retrieval", f"data={DATA}"): REAL_RETRIEVAL,
    ("real-scale", f"data={DATA}"): REAL_SCALE,
    ("real-small", f"data={DATA}"): REAL,
    ("real-small", f"data={DATA}", "size=search"): {"none": NO_PART, "squad": "alone squad", "dual": NO_PART},
    ("retrieval",): RETRIEVAL_LAB,
    ("retrieval", "size=full"): RETRIEVAL,
    ("scale",): SCALE,
    ("scale", "size=full"): SCALE | {"multi": "together snli squad_v2 hellaswag siqa"},
    ("tuned",): TUNED,
}


@pytest.fixture(scope="module", params=STUDIES, ids=" ".join)
def study(request: pytest.FixtureRequest) -> Iterator[tuple[Facts, Mapping[str, str]]]:
    name, *sets = request.param
    if f"data={DATA}" in sets and DATA is None:
        pytest.skip("the study reads files that are not here")
    yield Facts.parse(study_facts(resolve(load_study(name, sets)))), STUDIES[request.param]


def test_every_study_of_the_catalog_is_cast():
    assert {name for name, *_ in STUDIES} == set(catalog_names())


def test_every_arm_has_a_part_in_the_table(study):
    facts, parts = study
    assert set(facts.arms) == set(parts)


def cast(facts: Facts, claim: str) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]]:
    """Arms, rivals and pairs of each part of a claim's assertion."""
    (said,) = chosen([claim])
    found = [casting(part, facts).cast for part in said.assertion]
    return [(one.arms, one.rivals, one.pairs) for one in found]


def playing(parts: Mapping[str, str], facts: Facts, *roles: str) -> dict[str, frozenset[str]]:
    """The arms of these roles in the order of the study, with their tasks."""
    words = {arm: parts[arm].split() for arm in facts.arms}
    return {arm: frozenset(said[1:]) for arm, said in words.items() if said and said[0] in roles}


def test_c1_names_three_tasks_alone(study):
    facts, parts = study
    alone = {task: arm for arm, (task,) in playing(parts, facts, "alone").items()}
    wanted = tuple(alone[task] for task in ("squad", "mnli", "hellaswag") if task in alone)
    assert cast(facts, "C1") == [(wanted, (), ())]


def test_c2_sets_all_nine_against_each_alone(study):
    facts, parts = study
    nine = tuple(arm for arm, tasks in playing(parts, facts, "together").items() if tasks == set(NINE))
    alone = tuple(arm for arm, tasks in playing(parts, facts, "alone").items() if tasks <= set(NINE))
    assert cast(facts, "C2") == [(nine, alone, ())]


@pytest.mark.parametrize(("claim", "n_parts"), [("C3", 1), ("C4", 2), ("C5", 1), ("C5'", 1)])
def test_claims_on_intermediate_training_speak_of_all_arms_in_the_pivot(study, claim, n_parts):
    facts, parts = study
    assert cast(facts, claim) == [(tuple(playing(parts, facts, "alone", "together")), (), ())] * n_parts


def test_c6_sets_arms_in_the_pivot_against_the_same_tasks_with_masked_lm_or_translated(study):
    facts, parts = study
    plain = playing(parts, facts, "alone", "together")
    expected = []
    for role in ("with_mlm", "translated"):
        rivals = playing(parts, facts, role)
        pairs = tuple((arm, rival) for arm in plain for rival in rivals if plain[arm] == rivals[rival])
        expected.append((tuple(plain), tuple(rivals), pairs))
    assert cast(facts, "C6") == expected


def test_c6_by_name():
    facts = Facts.parse(study_facts(resolve(load_study("mix"))))
    assert cast(facts, "C6")[1][2] == (("p0", "p100"),)
    facts = Facts.parse(study_facts(resolve(load_study("phang2020"))))
    assert [pairs for _, _, pairs in cast(facts, "C6")] == [
        (("mnli", "mnli_mlm"), ("squad", "squad_mlm"), ("hellaswag", "hellaswag_mlm")),
        (("mnli", "mnli_translated"), ("squad", "squad_translated"), ("hellaswag", "hellaswag_translated")),
    ]
