"""How arms are chosen: on half of the pivot's dev set, whose items count in no score; and what a study asks beside."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from arm_plans import SNLI, plan_of, scored, study_of
from xstilts.evaluation.dev_halves import in_half
from xstilts.planning.comparisons import asked, series
from xstilts.planning.controls import resolve
from xstilts.planning.resolved import seeds_of
from xstilts.planning.study_facts import study_facts
from xstilts.runners import choose
from xstilts.runners.score import run
from xstilts.store.node import Cost, Node
from xstilts.store.payloads import ChoosePayload

CHOSEN = {"checkpoint": "last", "arms": "pivot-dev"}
IDS = [f"xnli-dev-{number}" for number in range(16)]
HALF_A = [item for item, half in zip(IDS, "abbbbaabbbbbbaab", strict=True) if half == "a"]
KEY = "0" * 64


def predictions(folder: Path, name: str, **languages: dict[str, bool]) -> None:
    """Predictions as a node leaves them: language to id to whether it is right."""
    (folder / name).mkdir()
    index = []
    for language, right in languages.items():
        rows = [
            {"id": i, "prediction": "yes" if ok else "no", "gold": "yes", "truncated": False} for i, ok in right.items()
        ]
        parquet.write_table(pa.Table.from_pylist(rows), folder / name / f"{language}.parquet")
        where = {
            "file": f"{language}.parquet",
            "language": language,
            "group": 0,
            "setting": "",
            "candidates": None,
            "rejected": 0,
        }
        index.append(where)
    (folder / name / "index.json").write_text(json.dumps(index))


def score(folder: Path, chosen_on: bool = True, **payload: object) -> dict[str, tuple[float, int]]:
    """Language to accuracy and number of items, as the runner scores what lies in ``folder``."""
    said = {"task": "t", "kind": "classification", "labels": ["yes", "no"], "metrics": ["accuracy"], **payload}
    parents = {"predictions": KEY} | ({"chosen_on": KEY} if chosen_on else {})
    node = Node("score", "score t", said, parents)
    run(node, SimpleNamespace(node=node, work=folder, parent=lambda role: folder / role))  # type: ignore[arg-type]
    rows = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    return {row["language"]: (row["value"], row["n"]) for row in rows}


def test_the_score_to_choose_by_counts_one_half_only(tmp_path: Path):
    assert len(HALF_A) == 5
    predictions(tmp_path, "predictions", qaa={item: item in HALF_A[:3] for item in IDS})
    assert score(tmp_path, chosen_on=False, half="a") == {"qaa": (60.0, 5)}
    assert score(tmp_path, chosen_on=False, half="b") == {"qaa": (0.0, 11)}
    assert score(tmp_path, chosen_on=False) == {"qaa": (18.75, 16)}


def test_items_that_an_arm_was_chosen_by_count_in_no_language(tmp_path: Path):
    """All items of half a are right and all others wrong, so that a single one left in would show."""
    right = {item: item in HALF_A for item in IDS}
    predictions(tmp_path, "chosen_on", qaa=right)
    few = {item: right[item] for item in [*IDS[:4], "another"] if item != "another"} | {"another": True}
    predictions(tmp_path, "predictions", qaa=right, qab=few)
    assert score(tmp_path) == {"qaa": (0.0, 11), "qab": (25.0, 4)}


def test_items_that_merely_lie_in_the_half_by_their_ids_stay(tmp_path: Path):
    predictions(tmp_path, "chosen_on", qaa=dict.fromkeys(["x", "y"], True))
    predictions(tmp_path, "predictions", qaa={item: item in HALF_A for item in IDS})
    assert score(tmp_path) == {"qaa": (31.25, 16)}


@pytest.mark.parametrize(("own", "left"), [({}, 40), ({"own_dev": True}, None)])
def test_numbers_of_rows_name_the_same_items_only_where_the_set_is_the_same(
    tmp_path: Path, own: dict[str, bool], left: int | None
):
    rows = dict.fromkeys(map(str, range(40)), True)
    predictions(tmp_path, "chosen_on", qaa=rows)
    predictions(tmp_path, "predictions", qaa=rows)
    assert score(tmp_path, **own) == {"qaa": (100.0, left or int(in_half(list(rows), "b").sum()))}


def test_every_chain_with_a_dev_set_is_scored_on_its_half_and_says_so_to_the_score_of_its_test():
    targets = ["xnli", "xquad", "tydiqa", "tatoeba", {"task": "qqp", "split": "dev"}]
    plan = plan_of({"snli": SNLI}, targets=targets, selection=CHOSEN)
    for cell in (cell for cell in plan.cells if cell.seed):
        node = plan.nodes[cell.score]
        if cell.target in {"tydiqa", "tatoeba"}:  # nothing to choose by
            assert (cell.chosen, set(node.parents)) == ("", {"predictions"})
            continue
        choosing = plan.nodes[cell.chosen]
        assert choosing.payload["half"] == "a"
        assert node.parents["chosen_on"] == choosing.parents["predictions"]
        (role,) = (r for r in plan.nodes[choosing.parents["predictions"]].parents if "/" in r)
        assert role == {"xnli": "dev/mnli/qaa", "xquad": "dev/squad/qaa", "qqp": "dev/qqp/qaa"}[cell.target]
        assert node.payload.get("own_dev", False) == (cell.target == "qqp")
        models = [plan.nodes[n.parents["predictions"]].parents["model"] for n in (node, choosing)]
        assert models[0] == models[1]
    without = plan_of({"snli": SNLI}, targets=targets)
    assert not any(cell.chosen for cell in without.cells)
    assert set(scored(without, "snli").parents) == {"predictions"}


@pytest.mark.parametrize(
    ("scores", "kept"), [([10.0, 30.0, 20.0], 1), ([30.0, 10.0, 20.0], 0), ([10.0, 30.0, 30.0], 1)]
)
def test_a_sweep_keeps_the_model_with_the_highest_score_and_of_equal_ones_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: list[float], kept: int
):
    """The models come in the order of their numbers, of which the eleventh is no second one."""
    names = ["model/2", "model/9", "model/10"]
    for name in names:
        for file in ("encoder/weights", "heads/weights", "heads.json"):
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(name)
    monkeypatch.setattr(choose, "prepared", lambda *_: SimpleNamespace(meta={"metric": "accuracy"}))
    monkeypatch.setattr(choose, "tokenizer_of", lambda *_: None)
    monkeypatch.setattr("xstilts.encoding.TokenizerFacts.of", lambda *_: None)
    by_name = dict(zip(names, scores, strict=True))
    monkeypatch.setattr(choose, "_dev_score", lambda folder, *_: by_name[str(folder.relative_to(tmp_path))])
    parents = {name: str(place) * 64 for place, name in enumerate(reversed(names))}
    node = Node.of(ChoosePayload(head="t", dev="dev/t/en", half="a"), "choose", parents, Cost())
    (tmp_path / "work").mkdir()
    context = SimpleNamespace(
        node=node, work=tmp_path / "work", parent=lambda role: tmp_path / role, report=lambda _: None
    )
    choose.run(node, context)  # type: ignore[arg-type]
    assert (tmp_path / "work" / "encoder" / "weights").read_text() == names[kept]
    told = json.loads((tmp_path / "work" / choose.CHOICE).read_text(encoding="utf-8"))
    assert (told["model"], told["key"], told["scores"]) == (names[kept], parents[names[kept]], by_name)


def test_the_baseline_is_never_chosen():
    plan = plan_of({}, selection=CHOSEN)
    (baseline,) = (cell for cell in plan.cells if not cell.seed)
    assert (baseline.chosen, set(plan.nodes[baseline.score].parents)) == ("", {"predictions"})


def arm(
    share: float | None = None, tasks: tuple[str, ...] = ("snli",), more: Any = None, **mix: object
) -> dict[str, Any]:
    own = {} if share is None else {"language_mix": {"share": share, **mix}}
    return {"phases": [{"tasks": list(tasks), **own}], **(more or {})}


def found(arms: dict[str, Any], **changes: object) -> list[dict[str, Any]]:
    return series(resolve(study_of(arms, **changes)))


def test_a_dose_series_is_found_in_the_order_of_its_shares():
    arms = {
        "p100": arm(1),
        "plain": arm(),
        "p50": arm(0.5, more={"targets": ["xnli"]}),
        "p25": arm(0.25, more={"seeds": [1]}),
    }
    assert found(arms) == [
        {
            "name": "snli",
            "doses": [[0.0, "plain"], [0.25, "p25"], [0.5, "p50"], [1.0, "p100"]],
            "what": "share of translations in other languages, at a fixed number of items",
        }
    ]
    assert [[0.0, "p0"], [0.5, "p50"], [1.0, "p100"]] in [
        s["doses"] for s in found({"p0": arm(0), "p50": arm(0.5), "p100": arm(1)})
    ]


def test_every_series_has_a_name_of_its_own():
    arms = {"p0": arm(0)} | {
        f"{size}{share}": arm(share, size=size) for size in ("fixed", "extra") for share in (0.5, 1)
    }
    arms |= {f"k{share}": arm(share, languages=["qab"]) for share in (0.5, 1)}
    arms |= {"q0": arm(tasks=("tydiqa",))} | {f"n{s}": arm(s, tasks=("tydiqa",), items="native") for s in (0.1, 0.2)}
    assert [(one["name"], [name for _, name in one["doses"]]) for one in found(arms)] == [
        ("snli", ["p0", "fixed0.5", "fixed1"]),
        ("snli extra", ["p0", "extra0.5", "extra1"]),
        ("snli, k0.5 to k1", ["p0", "k0.5", "k1"]),
        ("tydiqa native", ["q0", "n0.1", "n0.2"]),
    ]


@pytest.mark.parametrize(
    "others",
    [
        {"x": arm(1, tasks=("qqp",))},
        {"x": arm(1, code_switch=0.5)},
        {"x": arm(1, languages=["qab"])},
        {"x": arm(1, size="all"), "y": arm(0.7, size="all")},  # the share says nothing there
        {"x": arm(1, more={"training": {"lora_rank": 2}})},
        {"x": {"control": "masked-lm", "of": "p50"}},
        {"x": {"phases": [*arm(1)["phases"], *SNLI]}},
        {"x": {"target_phase": {"language_mix": {"share": 1}}}},
    ],
)
def test_what_differs_in_more_than_the_share_is_no_series(others: dict[str, Any]):
    assert found({"p0": arm(0), "p50": arm(0.5), **others}) == []


def test_two_phases_make_a_series_if_nothing_but_their_share_differs():
    def two(share: float, second: str = "qab") -> list[dict[str, Any]]:
        return [
            {"tasks": [t], "language_mix": {"share": share, "languages": [c]}}
            for t, c in (("snli", "qab"), ("qqp", second))
        ]

    arms = {"p0": two(0), "p50": two(0.5), "p100": two(1)}
    assert [dose[1] for dose in found(arms)[0]["doses"]] == ["p0", "p50", "p100"]
    assert found({**arms, "p100": two(1, "qba")}) == []


def test_clusters_of_a_contrast_become_the_languages_of_its_tables():
    plus = ["snli", {"arm": "snli", "targets": ["xnli"], "languages": {"family": "Belunic"}}]
    minus = [{"arm": "none", "languages": ["qab"]}, {"arm": "none", "languages": {"family": "Arvic"}}]
    contrasts = [
        {"name": "c", "plus": plus, "minus": minus, "by": "script"},
        {"name": "d", "plus": ["snli"], "minus": ["none"]},
    ]
    study = study_of(
        {"snli": SNLI}, contrasts=contrasts, languages=["qaa", "qab", "qba", "qbb"], targets=["xnli", "tatoeba"]
    )
    first, second = study_facts(resolve(study))["contrasts"]
    everywhere, belunic = first["plus"]
    assert everywhere == {"arm": "snli", "targets": [], "languages": []}
    assert belunic == {"arm": "snli", "targets": ["xnli"], "languages": ["qba", "qba>qaa", "qbb", "qbb>qaa"]}
    assert [side["languages"] for side in first["minus"]] == 2 * [["qab", "qab>qaa"]]  # the pivot is no test
    assert (first["by"], second["by"]) == ("script", "")


def test_what_is_cut_is_said():
    arms = {"snli": arm(more={"targets": ["xnli"], "seeds": [2]}), "x": {"control": "masked-lm", "of": "snli"}}
    facts = asked(resolve(study_of(arms, targets=["xnli", "udpos"], seeds=[1, 2])), {})
    assert facts["cut"] == [
        cell
        for name in ("snli", "x")
        for cell in (
            {"arm": name, "target": "udpos", "why": f"arm {name} is run on 1 of 2 targets only"},
            {"arm": name, "target": "", "why": f"arm {name} is run with seeds [2] only"},
        )
    ]


def test_the_tables_know_by_which_split_arms_are_chosen():
    assert asked(resolve(study_of({}, selection=CHOSEN)), {})["selection_split"] == "dev/a"
    assert asked(resolve(study_of({})), {})["selection_split"] == ""
    assert len(seeds_of(study_of({}, seeds=[3, 4]))) == 2
