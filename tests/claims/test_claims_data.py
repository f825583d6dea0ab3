"""The claims that come with xstilts say what was printed, and no number stands without its source."""

from __future__ import annotations

import copy

import pytest
import yaml

from xstilts.claims import CLAIMS, FORMS, chosen
from xstilts.claims.read import packaged, parse
from xstilts.errors import InputError
from xstilts.tasks import TASKS

TOY = """
paper: {arxiv: "0", authors: Nobody, year: 2000, venue: "", printed: here}
claims:
  - id: T1
    text: It helps.
    cut: false
    version: v1
    kind: direction
    question: Does it?
    assertion:
      - {form: gains_above, says: so, source: here, arms: [{trains: [squad]}], targets: {any: [xnli]}}
"""


def test_every_claim_of_the_paper_is_there_in_order():
    ids = [*(f"C{n}" for n in range(1, 6)), "C5'", *(f"C{n}" for n in range(6, 18))]
    assert [claim.id for claim in chosen([])] == ids
    assert sorted(ids) == CLAIMS.names()
    assert [claim.id for claim in chosen(["C10", "C2"])] == ["C2", "C10"]


def test_texts_are_the_printed_ones():
    texts = {claim.id: claim.text for claim in packaged()}
    assert texts["C2"] == (
        "Multi-task intermediate-task training on all 9 tasks performs best, improving by 8.7 points."
    )
    assert texts["C1"].endswith("improvements of 8.2, 7.5, and 7.0 point")
    assert texts["C3"].endswith("that have no training d")
    assert texts["C6"].endswith("continuing multilingual MLM duri")
    assert texts["C8"].startswith("We follow a three-phase approach to training: (i) we use")
    assert texts["C9"].endswith("with nine different English intermediate")
    assert texts["C5'"] == "Evaluating the best performing models"


def test_cut_texts_break_off_where_they_were_cut():
    whole = {"C2", "C10", "C15", "C16"}
    for claim in packaged():
        assert claim.cut == (claim.id not in whole), claim.id
        assert claim.text.endswith(".") == (claim.id in whole), claim.id
        # C1 was printed with one character more than the others
        assert len(claim.text) <= (121 if claim.id == "C1" else 120), claim.id


def test_every_number_has_a_source_a_unit_and_a_version():
    for claim in packaged():
        for number in (*claim.numbers, *(n for other in claim.versions for n in other.numbers)):
            assert number.source and number.unit == "points", claim.id
        assert claim.version == "final" and all(other.source and other.version for other in claim.versions)
        assert all(later.source for later in claim.follow_ups)


def test_the_numbers_are_those_of_their_version():
    by_id = {claim.id: claim for claim in packaged()}
    assert [(n.name, n.value) for n in by_id["C1"].numbers] == [("SQuAD", 8.2), ("MNLI", 7.5), ("HellaSwag", 7.0)]
    assert [n.value for n in by_id["C1"].versions[0].numbers] == [8.4]
    assert [n.value for n in by_id["C2"].numbers] == [8.7]
    assert [n.value for n in by_id["C5"].numbers] == [5.4]
    assert [n.value for n in by_id["C5"].versions[0].numbers] == [6.1]
    assert "seven" in by_id["C1"].versions[0].says


def test_scope_and_assertions_name_tasks_that_exist():
    for claim in packaged():
        for task in (*claim.scope.intermediate, *claim.scope.targets) if claim.scope else ():
            assert task in TASKS, (claim.id, task)
        for part in claim.assertion:
            assert part.form in FORMS
            for task in (*part.targets.all, *part.targets.any, *(t for arm in part.arms for t in arm.trains)):
                assert task in TASKS, (claim.id, task)


def test_only_the_six_testable_claims_have_an_assertion():
    assert {claim.id for claim in packaged() if claim.assertion} == {"C1", "C2", "C3", "C4", "C5", "C5'", "C6"}
    assert {claim.id for claim in packaged() if claim.kind == "procedure"} == {f"C{n}" for n in range(7, 18)}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("claims", 0, "txet"), "x", "'text'"),
        (("paper", "doi"), "x", "unknown key"),
        (("claims", 0, "assertion", 0, "marign"), 1, "'marign'"),
        (("claims", 0, "assertion", 0, "form"), "gains_abov", "'gains_above'"),
        (("claims", 0, "assertion", 0, "rivals"), [{"every": "single"}], "rivals"),
        (("claims", 0, "assertion", 0, "targets"), {}, "targets"),
        (("claims", 0, "assertion", 0, "arms"), [{"every": "some"}], "some"),
        (("claims", 0, "cut"), "no", "cut"),
        (("claims", 0, "kind"), "procedure", "assertion"),
        (("claims", 0, "text"), "It helps" + " much" * 30, "longer"),
        (("claims", 0, "text"), "It helps...", "printed"),
        (("claims", 0, "numbers"), [{"name": "n", "value": 1, "unit": "points", "source": "here"}], "scope"),
        (("extra",), 1, "other keys"),
    ],
)
def test_a_wrong_file_is_refused(path, value, said):
    root = copy.deepcopy(yaml.safe_load(TOY))
    place = root
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InputError, match=said):
        parse(yaml.safe_dump(root), "toy.yaml")


def test_a_whole_number_is_a_number_of_points_but_true_is_not():
    root = yaml.safe_load(TOY)
    root["claims"][0]["assertion"][0]["points"] = 2
    assert parse(yaml.safe_dump(root), "toy.yaml")[0].assertion[0].points == 2.0
    root["claims"][0]["assertion"][0]["points"] = True
    with pytest.raises(InputError, match="points"):
        parse(yaml.safe_dump(root), "toy.yaml")
