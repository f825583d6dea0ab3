"""Which data sets a study uses, what for, and under which terms."""

from __future__ import annotations

from xstilts.planning.data_used import USES, data_sets
from xstilts.planning.plan import plan_study
from xstilts.planning.study_facts import study_facts
from xstilts.planning.trained import trained
from xstilts.studies.load import load_study


def test_every_use_of_every_data_set_is_named_with_its_terms():
    told = ("targets=[xnli,xquad]", "arms={none: [], a: [{tasks: [squad]}]}")
    resolved = plan_study(load_study("demo", told)).resolved
    found = {row["task"]: row for row in data_sets(resolved, trained(resolved))}
    assert {name: row["uses"] for name, row in found.items()} == {
        "mnli": ["target training"],
        "squad": ["intermediate", "target training"],
        "xnli": ["evaluation"],
        "xquad": ["evaluation"],
    }
    assert (found["xnli"]["licence"], found["xnli"]["non_commercial"]) == ("CC BY-NC 4.0", True)
    assert found["xnli"]["citation"] == "Conneau et al. 2018, arXiv 1809.05053"
    assert found["xquad"]["origin"] == "human_translated"
    assert study_facts(resolved)["data_sets"] == list(found.values())


def test_a_union_stands_as_its_parts_and_a_pretrained_base_names_its_text():
    resolved = plan_study(load_study("demo", ("arms={none: [], a: [{tasks: [anli_plus]}]}", "targets=[xnli]"))).resolved
    names = [row["task"] for row in data_sets(resolved, trained(resolved))]
    assert names == ["anli", "mnli", "snli", "xnli"]
    bases = plan_study(load_study("lab-bases")).resolved
    assert USES[0] in {use for row in data_sets(bases, trained(bases)) for use in row["uses"]}
