"""What decides an experiment is counted in the prepared data: no guess of the plan reaches it or its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from arm_plans import chain, plan_of, steps
from xstilts import sources
from xstilts.execution import inline
from xstilts.execution.study_run import RUNNER
from xstilts.planning import portions
from xstilts.planning.plan import Plan
from xstilts.planning.trained import trained
from xstilts.reports.data_read import data_read
from xstilts.runners import train
from xstilts.statistics.arm_training import Control
from xstilts.store.node import Cost, Node
from xstilts.store.payloads import ExamplesPayload, PortionEncoding, TrainPayload
from xstilts.store.store import Store
from xstilts.tasks.base import Kind
from xstilts.training.phase import PhaseSpec
from xstilts.training.run import TaskData

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATCHED = {"control": "size-matched", "of": "many", "to": "few"}
MANY = [{"tasks": ["many"]}]
FEW = [{"tasks": ["few"]}]


def text(n: int, code: str = "en", prefix: str = "") -> str:
    """So many labelled sentences, with the language in a column of its own."""
    rows = (f"{prefix}{row}\t{code} says {row} times\t{('bad', 'good')[row % 2]}\t{code}\n" for row in range(n))
    return "id\ttext\tlabel\tlang\n" + "".join(rows)


def task(**files: Any) -> dict[str, Any]:
    return {"kind": "classification", "labels": ["bad", "good"], "files": {
        code: {"train": {"format": "delimited", **entry}} for code, entry in files.items()
    }}  # fmt: skip


def tagged(name: str) -> dict[str, Any]:
    entry = {"path": name, "format": "columns"}
    return {"kind": "tagging", "labels": ["O", "B-LOC"], "files": {"en": {"train": entry}}}


def questions(answered: int, open_ones: int) -> str:
    """A SQuAD file of one paragraph whose last questions have no answer in it."""
    context = "The tide turns at noon."
    asked = [
        {"id": str(n), "question": f"When, {n}?", "is_impossible": n >= answered,
         "answers": [{"text": "noon", "answer_start": context.index("noon")}] if n < answered else []}
        for n in range(answered + open_ones)
    ]  # fmt: skip
    return json.dumps({"version": "v2", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": asked}]}]})


def plan_over(folder: Path, arms: dict[str, Any], **tasks: Any) -> Plan:
    """A study on files with tasks ``few`` and ``many``; the target is ``many`` too."""
    (folder / "many.tsv").write_text(text(90), encoding="utf-8")
    every = {"many": task(en={"path": "many.tsv"}), **tasks}
    own = task(en={"path": "many.tsv"})
    own["files"]["en"]["test"] = {"path": "many.tsv", "format": "delimited"}
    return plan_of(
        arms, source="files", data=str(folder), targets=["goal"], languages=["en"], bases=["lab-tiny"],
        tasks={**every, "goal": own}, training={"epochs": 1, "batch_size": 10, "max_length": 32},
    )  # fmt: skip


def needed(plan: Plan, node: Node) -> dict[str, Node]:
    """The nodes that prepare what a node reads, and all that those read."""
    found: dict[str, Node] = {}
    for key in node.parents.values():
        if plan.nodes[key].kind == "prepare":
            found |= needed(plan, plan.nodes[key]) | {key: plan.nodes[key]}
    return found


def prepared(plan: Plan, folder: Path, arm: str = "x") -> dict[str, dict[str, Any]]:
    """What was counted for each portion that an arm's phases read, by ``task/language``."""
    store = Store(folder / "store")
    counts = {}
    for node in chain(plan, arm, "goal")[:-1]:
        outcome = inline.run(list(needed(plan, node).values()), store, RUNNER)
        assert not outcome.failed, [failure.message for failure in outcome.failed.values()]
        for role, key in node.parents.items():
            if role.startswith("train/"):
                meta = json.loads((store.folder(key, "prepare") / "meta.json").read_text(encoding="utf-8"))
                counts[role.removeprefix("train/")] = meta
    return counts


def used(counts: dict[str, dict[str, Any]]) -> dict[str, int]:
    return {role: meta["used"] for role, meta in counts.items()}


SENTENCES = [["fog\tO", "on\tO", "Mars\tB-LOC"]] * 30


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_change_what_a_control_is_matched_to(tmp_path: Path, end: str):
    lines = (end + end).join(end.join(sentence) for sentence in SENTENCES)
    (tmp_path / "few.txt").write_bytes(lines.encode())
    plan = plan_over(tmp_path, {"few": FEW, "many": MANY, "x": MATCHED}, few=tagged("few.txt"))
    counts = prepared(plan, tmp_path)
    assert used(counts) == {"many/en": 30}
    meta = counts["many/en"]
    assert (meta["limit"], meta["read"], meta["rejected"]) == (30, 90, {"over the limit": 60})


def test_what_is_left_out_of_the_measure_is_not_matched(tmp_path: Path):
    """One file of three languages, and rows that are dropped: 12 of 36 rows are used."""
    rows = text(16) + "".join(text(10, code).partition("\n")[2] for code in ("de", "sw"))
    broken = rows.replace("\tbad\ten\n", "\t?\ten\n", 4)
    (tmp_path / "all.tsv").write_text(broken, encoding="utf-8")
    few = task(en={"path": "all.tsv", "where": {"lang": "en"}, "drop": {"label": ["?"]}})
    plan = plan_over(tmp_path, {"few": FEW, "many": MANY, "x": MATCHED}, few=few)
    assert used(prepared(plan, tmp_path)) == {"many/en": 12}


def parallel(folder: Path, sizes: dict[str, int], prefix: str = "") -> dict[str, Any]:
    for code, n in sizes.items():
        (folder / f"{prefix}{code}.tsv").write_text(text(n, code), encoding="utf-8")
    return task(**{code: {"path": f"{prefix}{code}.tsv"} for code in sizes})


def mix(**fields: Any) -> list[dict[str, Any]]:
    return [{"tasks": ["few"], "language_mix": {"languages": ["de", "sw"], "items": "native", **fields}}]


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ([{"tasks": ["few"], "languages": ["en", "de"]}], 22),
        ([{"tasks": ["few"], "languages": "all"}], 27),
        ([{"tasks": ["few"], "limit": 6, "languages": "all"}], 17),  # 6 + 6 + 5
        (mix(share=0.5), 12),
        (mix(share=0.5, size="extra"), 18),
        (mix(share=0.5, size="all"), 27),
        (mix(share=1), 10),  # the largest of the others
        ([{"tasks": ["few"]}, {"tasks": ["few"], "languages": ["de"], "steps": 3}], 22),
        ([{"tasks": ["few"], "beside": {"tasks": ["goal"], "share": 0.5}}], 12),
    ],
)
def test_a_control_has_as_many_items_in_all_as_the_other_arm_trains_on(tmp_path: Path, to: Any, wanted: int):
    few = parallel(tmp_path, {"en": 12, "de": 10, "sw": 5})
    few["files"]["de"]["train"]["origin"] = few["files"]["sw"]["train"]["origin"] = "native"
    plan = plan_over(tmp_path, {"few": to, "many": MANY, "x": MATCHED}, few=few)
    assert used(prepared(plan, tmp_path)) == {"many/en": wanted}


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ([{"tasks": ["many", "third"]}], {"many/en": 25, "third/en": 5}),  # third has no more
        ([{"tasks": ["many"], "limit": 3}], {"many/en": 30}),  # a limit of its own gives way
        ([{"tasks": ["many"]}, {"tasks": ["third"]}], {"many/en": 25, "third/en": 5}),
        ([{"tasks": ["many"], "beside": {"tasks": ["goal"], "share": 0.5}}], {"many/en": 30, "goal/en": 90}),
    ],
)
def test_what_one_training_set_lacks_the_others_give(tmp_path: Path, of: Any, found: dict[str, int]):
    (tmp_path / "few.tsv").write_text(text(30), encoding="utf-8")
    (tmp_path / "third.tsv").write_text(text(5), encoding="utf-8")
    own = {"few": task(en={"path": "few.tsv"}), "third": task(en={"path": "third.tsv"})}
    plan = plan_over(tmp_path, {"few": FEW, "many": of, "x": MATCHED}, **own)
    assert used(prepared(plan, tmp_path)) == found


def test_questions_that_a_dual_encoder_leaves_out_count_on_neither_side(tmp_path: Path):
    def asked(name: str) -> dict[str, Any]:
        return {"kind": "span_qa", "files": {"en": {"train": {"path": name, "format": "squad_json"}}}}

    (tmp_path / "few.json").write_text(questions(7, 4), encoding="utf-8")
    (tmp_path / "asked.json").write_text(questions(20, 20), encoding="utf-8")
    arms = {
        "few": [{"tasks": ["few"], "view": "dual-encoder"}],
        "many": [{"tasks": ["asked"], "view": "dual-encoder"}],
        "x": MATCHED,
    }
    plan = plan_over(tmp_path, arms, few=asked("few.json"), asked=asked("asked.json"))
    counts = prepared(plan, tmp_path)
    assert used(counts) == {"asked~dual-encoder/en": 7}
    assert counts["asked~dual-encoder/en"]["rejected"] == {"no answer to find": 20, "over the limit": 13}


def test_overlap_is_measured_on_the_whole_training_set_and_not_on_the_part_of_a_control(tmp_path: Path):
    (tmp_path / "few.tsv").write_text(text(30), encoding="utf-8")
    plan = plan_over(tmp_path, {"x": MATCHED, "few": FEW, "many": MANY}, few=task(en={"path": "few.tsv"}))
    (node,) = (one for one in plan.nodes.values() if one.kind == "overlap" and one.payload["train_task"] == "many")
    assert plan.nodes[node.parents["train/many/en"]].parents == {}


def test_a_limit_that_is_said_and_a_guess_of_the_same_number_are_two_things(tmp_path: Path):
    (tmp_path / "few.tsv").write_text(text(30), encoding="utf-8")
    few = task(en={"path": "few.tsv"})
    guess = plan_over(tmp_path, {"few": FEW, "many": MANY, "x": MATCHED}, few=few).resolved.arms["x"].phases[0].limit
    said = [{"tasks": ["many"], "limit": guess}]
    plan = plan_over(tmp_path, {"few": FEW, "said": said, "many": MANY, "x": MATCHED}, few=few)
    read = {arm: plan.nodes[chain(plan, arm, "goal")[0].parents["train/many/en"]] for arm in ("said", "x")}
    assert (read["said"].payload["limit"], set(read["said"].parents)) == (guess, set())
    assert (read["x"].payload["limit"], set(read["x"].parents)) == (None, {"limit"})


def test_an_arm_that_has_too_few_items_is_not_called_matched(tmp_path: Path):
    (tmp_path / "few.tsv").write_text(text(91), encoding="utf-8")
    plan = plan_over(tmp_path, {"few": FEW, "many": MANY, "x": MATCHED}, few=task(en={"path": "few.tsv"}))
    node = chain(plan, "x", "goal")[0]
    outcome = inline.run(list(needed(plan, node).values()), Store(tmp_path / "store"), RUNNER)
    (failure,) = outcome.failed.values()
    assert "asks for 91 items; the arm that is to have as many has 90 in all" in failure.message


def test_the_manifest_tells_the_limit_that_was_told():
    asked = ExamplesPayload(
        task="many", kind=Kind.TAGGING, labels=(), language="en", split="train", limit=None, data={},
        options=PortionEncoding(128, 42, 30), tokenizer=None,
    )  # fmt: skip
    known = [
        {"key": key, "node": {"kind": "prepare", "payload": asked.to_json()}, "counts": {"used": used, **more}}
        for key, used, more in (("a", 90, {}), ("b", 30, {"limit": 30}))
    ]
    assert [(row["node"], row["limit"], row["used"]) for row in data_read(known)] == [("a", None, 90), ("b", 30, 30)]


def test_no_guess_of_the_plan_reaches_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every guess is made three times as large, and every node but the tables' stays the one it was."""
    few = parallel(tmp_path, {"en": 12, "de": 10, "sw": 5})
    few["files"]["de"]["train"]["origin"] = few["files"]["sw"]["train"]["origin"] = "native"
    arms = {
        "few": mix(share=0.5, size="extra"), "many": MANY, "x": MATCHED,
        "both": [{"tasks": ["few", "many"], "mix": {"temperature": 2, "cap": 30}, "evaluate_every": 2}],
        "turn": [{"tasks": ["few", "many"], "mix": {"rule": "linear", "weights": {"few": 1, "many": 0},
                                                    "end_weights": {"few": 0, "many": 1}}}],
        "longer": {"target_phase": {"epochs_factor": 2}},
        "replay": {"phases": MANY, "target_phase": {"replay": 0.2}},
        "beside": [{"tasks": ["many"], "beside": {"tasks": ["few"], "share": 0.5}}],
        **{name: {"control": name, "of": "many"} for name in ("same-compute", "masked-lm", "shuffled-labels")},
    }  # fmt: skip
    before = plan_over(tmp_path, arms, few=few)
    guess = sources.expected_size
    monkeypatch.setattr(portions.sources, "expected_size", lambda *given: 3 * guess(*given))
    after = plan_over(tmp_path, arms, few=few)
    kept = [[key for key, node in plan.nodes.items() if node.kind != "analyse"] for plan in (before, after)]
    assert kept[0] == kept[1]
    assert [steps(chain(plan, "many", "goal")) for plan in (before, after)] == [[10, 10], [28, 28]]  # 91 lines, 273


def test_a_matched_control_shares_its_node_between_seeds_and_targets(tmp_path: Path):
    (tmp_path / "few.tsv").write_text(text(30), encoding="utf-8")
    plan = plan_over(tmp_path, {"few": FEW, "many": MANY, "x": MATCHED}, few=task(en={"path": "few.tsv"}))
    told = [node for node in plan.nodes.values() if node.payload.get("what") == "limit"]
    assert [node.label for node in told] == ["x gets as many items as few"]


def test_what_an_arm_is_said_to_train_holds_no_guess(tmp_path: Path):
    (tmp_path / "few.tsv").write_text(text(30), encoding="utf-8")
    arms = {"few": FEW, "many": MANY, "x": MATCHED, "masked": {"control": "masked-lm", "of": "many"}}
    plan = plan_over(tmp_path, arms, few=task(en={"path": "few.tsv"}))
    told = trained(plan.resolved)
    assert told["x"].control == Control("size-matched", "many", "few")
    assert [(stage.uses, stage.languages, stage.says) for stage in told["x"].stages] == [((("many", ""),), ("en",), {})]
    (masked,) = told["masked"].stages
    assert (masked.uses, masked.languages) == ((("many", "masked-lm"),), ("en",))
    assert masked.says == {"view": "masked-lm", "same_compute_as": "many"}


@dataclass
class Items:
    """Items of known lengths, as far as the length of a phase looks at them."""

    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)


@pytest.mark.parametrize(("how", "steps"), [("instead", 3), ("longer", 3 + 5)])
def test_a_phase_takes_the_tokens_of_another_instead_of_its_own_or_on_top(tmp_path: Path, how: str, steps: int):
    """Parents of 70 and 120 tokens; two steps in three hold 5 items of 12, one 5 of 24: 190 / 80 steps; 21 / 5 own."""
    roles = {"as_long/0": 70, "as_long/1": 120}
    for role, n in roles.items():
        (tmp_path / role).mkdir(parents=True)
        (tmp_path / role / train.HISTORY).write_text(json.dumps({"tokens": n, "steps": 1}), encoding="utf-8")
    spec = PhaseSpec(tasks=("a", "b"), seed=1, epochs=1.0, batch_size=5, learning_rate=0.1)
    node = Node.of(TrainPayload(spec, None, None, how), "t", dict.fromkeys(roles, "0" * 64), Cost())
    data = {"a": np.array([11, 13] * 7), "b": np.array([24] * 7)}
    context: Any = SimpleNamespace(parent=lambda role: tmp_path / role)
    found = train._as_long(
        node, context, spec, {task: TaskData(Kind.CLASSIFICATION, (), Items(lengths)) for task, lengths in data.items()}
    )
    assert (found.epochs, found.steps) == (None, steps)


def test_a_matched_control_is_looked_at_with_the_whole_dev_set():
    arms = {"few": [{"tasks": ["copa"]}], "many": [{"tasks": ["snli"]}], "x": MATCHED}
    plan = plan_of(arms, selection={"checkpoint": "pivot-dev"})
    parts = [node for node in plan.nodes.values() if node.payload.get("what") == "examples"]
    assert {node.payload["split"] for node in parts if "limit" in node.parents} == {"train"}
    assert "dev" in {node.payload["split"] for node in parts}
