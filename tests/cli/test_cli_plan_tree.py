"""The printed plan: overlap nodes are counted in one line and never listed."""

from __future__ import annotations

from rich.console import Console

from xstilts.commands.plan_tree import plan_tree

COST = {"seconds": 1.0, "flops": 0.0, "memory_bytes": 1, "disk_bytes": 1, "steps": 0}
TOTALS = {
    "nodes": 4, "cached": 1, "train_nodes": 0, "train_steps": 0, "train_nodes_without_sharing": 0,
    "train_steps_without_sharing": 0, "seconds": 1.0, "flops": 0.0, "memory_bytes": 1, "disk_bytes": 1,
    "gpu_hours": 0.0, "gpu_model": "none",
}  # fmt: skip


def printed(*kinds: str) -> str:
    nodes = [
        {"key": f"{place}" * 64, "kind": kind, "label": f"label {kind} {place}", "parents": [], "cost": COST}
        | {"cached": place == 1, "model": None, "arms": list("abcd")[: place + 1]}
        for place, kind in enumerate(kinds)
    ]
    said = {"power": {"sentence": "Much."}, "origins": {"small": "made by hand"}, "advice": ["Take less."]}
    plan = {"nodes": nodes, "warnings": [], "totals": TOTALS, **said}
    console = Console(width=100)
    with console.capture() as capture:
        console.print(plan_tree(plan, "tiny"))
    return capture.get()


def test_overlap_nodes_are_counted_in_one_line():
    said = printed("prepare", "overlap", "overlap", "analyse")
    assert "overlap: 2 pairs of training data and target, 1 cached" in said
    assert "label overlap" not in said
    assert "label analyse 3" in said


def test_where_a_base_comes_from_is_a_line():
    assert "Base small: made by hand." in printed("prepare").splitlines()


def test_advice_is_a_line():
    assert "Advice: Take less." in printed("prepare").splitlines()


def test_a_plan_without_them_says_nothing_of_them():
    assert "overlap" not in printed("prepare")


def test_a_phase_names_its_arms_where_they_are_few():
    lines = printed("train", "train", "train", "train").splitlines()
    assert [line.rpartition("  ")[2] for line in lines[1:5]] == ["[a]", "[a, b]", "[a, b, c]", "1 s"]
