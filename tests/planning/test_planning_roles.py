"""The roles of parents in a whole plan."""

from __future__ import annotations

from xstilts.planning.plan import plan_study
from xstilts.store import roles
from xstilts.store.roles import AsLongRole, MeasureRole, OverlapRole, PortionRole, ScoresRole, SweptRole, UpdateRole
from xstilts.studies.load import load_study

SINGLE = {roles.ENCODER, roles.MODEL, roles.VOCABULARY, roles.LIMIT, roles.PREDICTIONS, roles.CHOSEN_ON}
ARMS = """{
none: [], up: {phases: [{tasks: [snli]}], language_adapters: {}}, few: [{tasks: [mnli], limit: 9}],
cut: {control: size-matched, of: up, to: few}, long: {control: same-compute, of: up}}
"""
RATES = "training.tune={learning_rate: [0.001, 0.002]}"


def test_every_role_of_a_plan_can_be_parsed():
    study = load_study("demo", ["seeds=[1]", f"arms={ARMS}", "targets=[xnli]", "selection={arms: pivot-dev}", RATES])
    found = {role for node in plan_study(study).nodes.values() for role in node.parents}
    sorts = (AsLongRole, SweptRole, UpdateRole, MeasureRole, OverlapRole, ScoresRole)
    typed = {sort.sort: {str(role) for role in sort.among(found)} for sort in sorts}
    assert all(typed.values())
    left = found.difference(*typed.values())
    portions = {str(role) for role in PortionRole.among(left)}
    assert {role.partition("/")[0] for role in portions} == {"train", "dev", "test"}
    assert left - portions == SINGLE - {roles.VOCABULARY}  # the base is one that exists
