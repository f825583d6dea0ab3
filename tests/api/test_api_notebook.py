"""docs/python_api.ipynb: every cell runs, in order, in an empty folder; it is kept without outputs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import xstilts as xs

NOTEBOOK = json.loads((Path(__file__).parents[2] / "docs" / "python_api.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_no_output_and_no_place_of_a_machine_is_kept() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CODE)
    assert not re.search(r"/(home|root|tmp|Users|work)\b", json.dumps(NOTEBOOK))


def test_it_has_the_shape_of_the_format() -> None:
    """What nbformat 4.5 asks of a notebook, so that Jupyter opens it."""
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in NOTEBOOK["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in NOTEBOOK["cells"]:
        keys = {"cell_type", "id", "metadata", "source"}
        assert set(cell) == keys | ({"outputs", "execution_count"} if cell["cell_type"] == "code" else set())


def executed() -> tuple[dict[str, Any], list[Any]]:
    """The names after the last cell, and what each cell shows: the value of its last line."""
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for number, cell in enumerate(CODE):
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), names)  # noqa: S102 - our own notebook
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names))  # noqa: S307
    return names, shown


def test_every_cell_runs_and_shows_what_its_text_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XSTILTS_STORE", raising=False)
    names, shown = executed()
    seeds, planned, kinds, results, gains, means, figures, answer, examples, found, scores = shown
    assert seeds == [1, 2]
    assert repr(planned).startswith("first: ")
    assert kinds["score"] == len([node for node in planned.nodes if node["kind"] == "score"]) > 0

    assert results.folder == Path("xstilts-out/first")
    assert answer == results.answer
    assert answer.startswith("Lab numbers")
    assert "From lab-tiny, " in answer
    assert "data:image/svg+xml;base64," in results._repr_html_()
    assert "gains-lab-tiny" in figures
    assert set(gains["language"]) == {"qaa", "qab", "qba"}
    assert set(gains["n_seeds"]) == {2}
    mean = {arm: means.loc["qab", arm] for arm in ("none", "snli")}
    gain = gains.query("language == 'qab' and metric == 'f1'")["gain"].item()
    assert gain == pytest.approx(mean["snli"] - mean["none"], abs=1e-9)

    assert set(examples["role"]) == {"query", "candidate"}
    assert found[0][1] == 3
    assert scores["exact_match"] == 50.0

    again = xs.run(names["study"], executor="inline")
    pd.testing.assert_frame_equal(again.scores, results.scores)
    assert xs.plan(names["study"]).to_frame()["cached"].all()
