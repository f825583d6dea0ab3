"""Numbers are compared only within the model and data that a claim speaks of."""

from __future__ import annotations

import pytest
from claims_toy import claim, part, row, study, tables

from xstilts.claims import chosen, judge

XTREME = ("xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc2018", "tatoeba")
LARGE = "xlm-roberta-large"
GROUPS = {
    "phang2020": {
        "languages": {target: ["en", "de"] for target in XTREME},
        "headline": {target: ["accuracy"] for target in XTREME},
        "groups": {"all": list(XTREME)},
    }
}


def paper_study(gains=(8.0, 8.2, 8.4), pivot_gain=None, **changes):
    """SQuAD, MNLI and HellaSwag from XLM-R Large, as in the paper; each gains as given in `de`, and in `en`."""
    said = {"source": "files", "split": "dev", "protocol": "phang2020", "base": LARGE, "targets": XTREME} | changes
    arms = {"squad": 0.0, "mnli": -0.7, "hellaswag": -1.2}
    blank = study({arm: {target: [0.0] for target in said["targets"]} for arm in arms})["facts"]
    facts = blank | {
        "bases": [said["base"]],
        "source": said["source"],
        "seeds": ["1", "2", "3"],
        "benchmarks": GROUPS,
        "limits": said.get("limits", []),
    }
    for target in facts["targets"].values():
        target["split"] = said["split"]
    rows = []
    for target in said["targets"]:
        for place, gain in enumerate(gains):
            for language in ("en", "de"):
                own = {"language": language, "split": said["split"], "protocol": said["protocol"]}
                rows.append(row(said["base"], "none", target, str(place + 1), 50.0, **own))
                for arm, less in arms.items():
                    value = 50.0 + less + (gain if language == "de" or pivot_gain is None else pivot_gain)
                    rows.append(row(said["base"], arm, target, str(place + 1), value, **own))
    return tables(rows, facts)


def c1(**changes):
    return judge(chosen(["C1"]), paper_study(**changes))[0]


def test_in_scope_numbers_are_compared_with_the_official_average():
    said = c1()
    assert said["numbers"] == {"verdict": "supported", "differs": []}
    measured = said["by_base"][0]["numbers"]["measured"]
    assert [(one["value"], one["average"]) for one in measured] == [(v, "official") for v in (8.2, 7.5, 7.0)]
    assert measured[0]["gain"] == pytest.approx(8.2)
    assert measured[1]["gain"] == pytest.approx(7.5)


def test_the_official_average_counts_the_pivot():
    measured = c1(pivot_gain=4.2)["by_base"][0]["numbers"]["measured"][0]
    assert measured["gain"] == pytest.approx((8.2 + 4.2) / 2)


@pytest.mark.parametrize(
    ("gains", "expected"),
    [
        ((7.0, 7.2, 7.1), "supported"),  # 1.1 points off, within the 1.5 by which published rows differ
        ((1.0, 1.2, 1.1), "contradicted"),
        ((2.0, 8.0, 14.0), "inconclusive"),
    ],
)
def test_the_whole_interval_decides(gains, expected):
    assert c1(gains=gains)["numbers"]["verdict"] == expected


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source": "lab"}, "data of the lab's invented world, there real data"),
        ({"base": "xlm-roberta-base"}, "model xlm-roberta-base, there xlm-roberta-large"),
        ({"protocol": "xtreme"}, "protocol xtreme, there phang2020"),
        ({"split": "test"}, "split test, there dev"),
        ({"targets": XTREME[:8]}, "without tatoeba"),
        ({"limits": ["training.limit"]}, "less data (training.limit)"),
    ],
    ids=str,
)
def test_out_of_scope_says_what_differs(changes, why):
    said = c1(**changes)
    assert said["numbers"] == {"verdict": "out of scope", "differs": [why]}
    assert said["verdict"] == "supported", "the direction may speak all the same"


def test_a_hub_name_is_the_same_model():
    assert c1(base="FacebookAI/xlm-roberta-large")["numbers"]["verdict"] == "supported"


def test_the_lab_never_gives_a_verdict_on_numbers():
    for entry in judge(chosen([]), paper_study(source="lab")):
        assert entry["numbers"]["verdict"] in ("out of scope", None), entry["id"]


def test_the_best_of_each_target_is_out_of_scope_since_it_is_chosen_otherwise():
    said = judge(chosen(["C5"]), paper_study(split="test"))[0]
    assert said["numbers"]["differs"] == ["best arms are chosen on other seeds, there on dev data"]
    measured = said["by_base"][0]["numbers"]["measured"][0]
    assert (measured["gain"], measured["n_seeds"]) == (pytest.approx(8.2), 3)


def test_numbers_of_both_versions_are_shown():
    said = judge(chosen(["C5"]), paper_study())[0]
    assert [(one["value"], said["version"]) for one in said["quoted"]] == [(5.4, "final")]
    assert [(v["version"], n["value"]) for v in said["versions"] for n in v["numbers"]] == [("v1 (26 May 2020)", 6.1)]


def test_a_claim_without_numbers_has_no_verdict_on_them():
    said = judge([claim([part("gains_above", ["squad"], {"any": ["xnli"]})])], paper_study())[0]
    assert said["numbers"] == {"verdict": None, "differs": []}
