"""Keys: what reaches them, what does not, and that they never change by accident."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import UnknownNameError, XstiltsError
from xstilts.store import node as nodes
from xstilts.store.canonical import canonical_json, digest, plain
from xstilts.store.node import KIND_VERSIONS, Cost, Node, node_key

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_canonical_text_by_hand():
    value = {"b": (1, 2.0, -0.0), "a": {"é": None, "x": True}, "c": 1e-5}
    assert canonical_json(value) == '{"a":{"x":true,"\\u00e9":null},"b":[1,2.0,-0.0],"c":1e-05}'


@given(JSON)
def test_canonical_text_reads_back_as_the_value(value):
    assert json.loads(canonical_json(value)) == plain(value)


@given(st.dictionaries(st.text(), st.integers()))
def test_order_of_keys_does_not_matter(value):
    assert digest(value) == digest(dict(reversed(list(value.items()))))


def test_an_integer_is_not_a_float_but_numpy_doubles_are():
    assert digest(1) != digest(1.0)
    assert digest(np.float64(0.1)) == digest(0.1)


@pytest.mark.parametrize("value", [{1: 2}, {"a": {1, 2}}, [float("nan")], [float("inf")], [np.int64(3)], b"x"])
def test_what_is_not_json_is_refused(value):
    with pytest.raises(XstiltsError):
        canonical_json(value)


def test_the_refusal_names_the_place():
    with pytest.raises(XstiltsError, match=r"payload\.tasks\.1"):
        Node("train", "x", {"tasks": ["mnli", {1, 2}]})


def test_golden_keys():
    """These keys may change only together with a version in KIND_VERSIONS: every store in the world depends on them."""
    prepare = Node("prepare", "data", {"task": "xnli", "languages": ["de", "sw"], "max_length": 128})
    train = Node("train", "target xnli", {"learning_rate": 2e-05, "steps": None, "seed": 1}, {"data:xnli": prepare.key})
    assert prepare.key == "87bbca4320fd20fa2458130de09cd2fecec25b5852cd4bbbc0d32f9b81aa330e"
    assert train.key == "4dfea477c2452f7cea6ca25a033c764814f87728f2918d246d9582a5d58a443a"


@pytest.mark.parametrize("kind", KIND_VERSIONS)
def test_raising_the_version_of_a_kind_changes_the_keys_of_that_kind_alone(kind, monkeypatch):
    made = {name: Node(name, "a", {"seed": 1}, {"p": "0" * 64}).key for name in KIND_VERSIONS}
    assert made[kind] == node_key(kind, KIND_VERSIONS[kind], {"seed": 1}, {"p": "0" * 64})
    monkeypatch.setattr(nodes, "KIND_VERSIONS", {**KIND_VERSIONS, kind: KIND_VERSIONS[kind] + 1})
    raised = {name: Node(name, "a", {"seed": 1}, {"p": "0" * 64}).key for name in KIND_VERSIONS}
    assert {name for name in made if made[name] != raised[name]} == {kind}


def test_label_cost_and_runtime_cannot_reach_the_key():
    one = Node("train", "a", {"seed": 1}, {}, Cost(seconds=3), {"data": "/here"})
    two = Node("train", "b", {"seed": 1}, {}, Cost(seconds=9), {"data": "/there"})
    assert one.key == two.key


@pytest.mark.parametrize(
    "other",
    [
        Node("predict", "a", {"seed": 1}, {"p": "0" * 64}),
        Node("train", "a", {"seed": 2}, {"p": "0" * 64}),
        Node("train", "a", {"seed": 1}, {"q": "0" * 64}),
        Node("train", "a", {"seed": 1}, {"p": "1" * 64}),
        Node("train", "a", {"seed": 1}),
    ],
)
def test_kind_payload_role_and_parent_reach_the_key(other):
    assert Node("train", "a", {"seed": 1}, {"p": "0" * 64}).key != other.key


def test_a_node_survives_the_trip_to_a_worker():
    node = Node(
        "train", "a", {"x": (1, 2.5), "y": None}, {"p": "0" * 64}, Cost(1.0, 2.0, 3, 4, 5, True), {"data": "/here"}
    )
    copy = Node.from_json(json.loads(json.dumps(node.to_json())))
    assert copy == node
    assert copy.key == node.key
    assert hash(copy) == hash(node)


def test_later_changes_of_the_payload_do_not_reach_the_node():
    payload = {"tasks": ["mnli"]}
    node = Node("train", "a", payload)
    key = node.key
    payload["tasks"].append("squad")
    assert node.payload == {"tasks": ["mnli"]}
    assert Node("train", "a", node.payload).key == key


def test_an_unknown_kind_and_a_forged_key_are_refused():
    with pytest.raises(UnknownNameError, match="prepare"):
        Node("cook", "a", {})
    with pytest.raises(XstiltsError, match=r"parents\.data.*64 hexadecimal"):
        Node("train", "a", {}, {"data": "abc"})
