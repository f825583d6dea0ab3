"""Text in a script that the base's tokenizer has no pieces of: no training on it, and a remark on testing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from arm_plans import plan_of
from xstilts.execution import inline
from xstilts.execution.study_run import RUNNER
from xstilts.planning.plan import Plan
from xstilts.reports.data_read import data_planned
from xstilts.reports.tables.left_out import left_out_sentences, left_out_tables
from xstilts.store.store import Store

KNOWN = ["elo mane si", "nase mile", "same line"]
UNKNOWN = ["我们在2020年去了北京，然后回家。", "天气很好。", "他不喜欢下雨！"]


def plan_over(folder: Path, **texts: list[str]) -> Plan:
    """A study on files with a task of its own; ``texts`` by split and language."""
    files: dict[str, dict[str, Any]] = {}
    for name, lines in texts.items():
        split, language = name.split("_")
        rows = "".join(f"{line}\t{('bad', 'good')[place % 2]}\n" for place, line in enumerate(lines))
        (folder / f"{name}.tsv").write_text(f"text\tlabel\n{rows}", encoding="utf-8")
        files.setdefault(language, {})[split] = {"path": f"{name}.tsv", "format": "delimited"}
    return plan_of(
        {}, source="files", data=str(folder), targets=["own"], languages=sorted(files), bases=["lab-tiny"],
        tasks={"own": {"kind": "classification", "labels": ["bad", "good"], "files": files}},
    )  # fmt: skip


def prepared(plan: Plan, store: Store) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Why portions were not made, by split, and what is known of the others."""
    nodes = [node for node in plan.nodes.values() if node.kind == "prepare"]
    outcome = inline.run(nodes, store, RUNNER)
    failed = {plan.nodes[key].payload["split"]: failure.message for key, failure in outcome.failed.items()}
    return failed, data_planned(plan, store)


def test_training_on_it_is_refused_in_one_paragraph(tmp_path: Path):
    plan = plan_over(tmp_path, train_en=UNKNOWN, test_en=KNOWN)
    failed, _ = prepared(plan, Store(tmp_path / "store"))
    assert set(failed) == {"train"}
    said = failed["train"]
    assert said.startswith("own en train: 3 of 3 training examples are in a script that the tokenizer does not know")
    assert "The tokenizer is that of lab-tiny. Take a base that knows the script" in said
    assert "\n" not in said


def test_some_of_it_is_counted_and_trained_on(tmp_path: Path):
    plan = plan_over(tmp_path, train_en=[*UNKNOWN, *KNOWN[:1]], test_en=KNOWN)
    store = Store(tmp_path / "store")
    failed, data = prepared(plan, store)
    assert failed == {}
    assert left_out_sentences(data) == ["own train: kept nearly all of it unknown to the tokenizer (en 3)."]


def test_testing_on_it_is_told_in_plan_run_and_report(tmp_path: Path):
    plan = plan_over(tmp_path, train_en=KNOWN, test_en=KNOWN, test_zh=UNKNOWN)
    store = Store(tmp_path / "store")
    failed, data = prepared(plan, store)
    assert failed == {}
    assert left_out_sentences(data) == ["own test: kept nearly all of it unknown to the tokenizer (zh 3)."]
    (table,) = left_out_tables(data)
    assert "nearly all of it unknown to the tokenizer" in str(table)


def test_a_node_of_an_older_version_says_nothing_of_it(tmp_path: Path):
    """Its counts lack the remark, and whoever reads them takes that for none."""
    plan = plan_over(tmp_path, train_en=KNOWN, test_en=KNOWN, test_zh=UNKNOWN)
    store = Store(tmp_path / "store")
    _, data = prepared(plan, store)
    older = json.loads(json.dumps([{name: value for name, value in row.items() if name != "noted"} for row in data]))
    assert left_out_sentences(older) == []
