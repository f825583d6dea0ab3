"""Items under noise from a toy run on the lab: the first that a noise changes, with the answers to them."""

from __future__ import annotations

import csv
import json

import pytest

from tiny_base import tiny_base
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import make_plan
from xstilts.reports.corrupted import MOST, corrupted
from xstilts.reports.from_store import write_report
from xstilts.runners.loading import META
from xstilts.store.roles import PREDICTIONS, NoisyRole
from xstilts.store.store import Store
from xstilts.studies.load import validate

STUDY = {
    "name": "toy",
    "question": "Which items does noise change?",
    "protocol": "lab",
    "bases": [tiny_base()],
    "arms": {"none": [], "nli": [{"tasks": ["snli"]}]},
    "targets": [{"task": "xnli", "limit": 8}, {"task": "udpos", "limit": 4}],
    "languages": ["qaa", "qba"],
    "seeds": [1],
    "noise": [{"type": "spacing", "severity": [1, 5]}, {"type": "casing", "severity": 4}],
    "training": {"steps": 1, "batch_size": 4, "limit": 8, "max_length": 128},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    plan, store = make_plan(validate(STUDY, "toy")), Store(folder / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline"))
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    write_report(plan, described, store, folder / "out", outcome, ["xstilts run toy"])
    return plan, store, folder / "out"


def test_items_come_from_all_targets_types_and_languages_in_turn(finished) -> None:
    plan, store, _ = finished
    items = corrupted(plan, store, {"quick": "nli"})
    assert 0 < len(items) <= MOST
    assert [item.target for item in items[:2]] == ["xnli", "udpos"]
    assert {item.severity for item in items} == {4, 5}  # the highest of each type
    places = [(item.target, item.noise, item.language) for item in items]
    assert len(places) == len(set(places))
    own = [place for place in places if place[0] == "xnli"]
    assert len({place[2] for place in own[:2]}) == 2
    assert ("udpos", "spacing") not in {place[:2] for place in places}  # words would be split or joined


def test_items_are_changed_and_have_the_answers_of_both_arms(finished) -> None:
    plan, store, _ = finished
    for item in corrupted(plan, store, {"quick": "nli"}):
        assert item.clean["id"] == item.noisy["id"]
        assert {name: value for name, value in item.clean.items() if name in ("label", "tags")} == {
            name: value for name, value in item.noisy.items() if name in ("label", "tags")
        }
        assert item.clean != item.noisy
        assert list(item.answers) == ["none", "nli"]
        assert item.gold == item.clean["label" if item.target == "xnli" else "tags"]


def test_realised_rates_reach_the_tables(finished) -> None:
    plan, store, out = finished
    with (out / "tables/noise.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (row["target"], row["arm"], row["language"]) == ("xnli", "none", "qba")
        ]
    (cell,) = [cell for cell in plan.cells if (cell.target, cell.arm) == ("xnli", "none")]
    predicted = plan.nodes[plan.nodes[cell.noised].parents[PREDICTIONS]]
    prepared = plan.nodes[predicted.parents[str(NoisyRole("qba"))]]
    told = json.loads(store.file(prepared.key, prepared.kind, META).read_text(encoding="utf-8"))["variants"]
    wanted = {(one["noise"], str(one["severity"])): one for one in told}
    assert {(row["noise"], row["severity"]) for row in rows} == set(wanted)
    for row in rows:
        one = wanted[row["noise"], row["severity"]]
        assert float(row["edit_rate"]) == pytest.approx(one["edit_rate"])
        pieces = one["pieces_per_word"]
        assert float(row["subword_rise"]) == pytest.approx(pieces["noisy"] / pieces["clean"] - 1)
        assert 0 <= float(row["flip_rate"]) <= 100


def test_the_report_of_a_run_begins_with_what_noise_does(finished) -> None:
    _, _, out = finished
    page = (out / "index.html").read_text(encoding="utf-8")
    answer = json.loads((out / "answer.json").read_text(encoding="utf-8"))
    first = answer["under_noise"][0]["sentences"][0]
    assert first.startswith("Under noise, from quick, ")
    assert page.index("Under noise, from quick, ") < page.index('class="answer"')
    assert 'id="noise"' in page
    assert "Items to look at" in page


def test_a_best_arm_that_is_not_known_leaves_none_alone(finished) -> None:
    plan, store, _ = finished
    assert list(corrupted(plan, store, {"quick": None})[0].answers) == ["none"]
    assert corrupted(plan, Store(store.root.parent / "empty"), {"quick": "nli"}) == []
