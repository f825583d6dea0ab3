"""Results read from a report's folder: every table with its columns and types, to the last bit."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pandas as pd
import pytest

import xstilts as xs
from xstilts.errors import DataError, InputError
from xstilts.statistics import CLUSTER_COLUMNS, GAIN_COLUMNS, SCORE_COLUMNS
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
FRAMES = ("scores", "gains", "clusters", "contrasts", "claims")
LANGUAGES = ("qaa", "qab", "nan")


@pytest.fixture
def results(report_folder: Path) -> xs.Results:
    return xs.Results.open(report_folder)


def documented(name: str) -> dict[str, str]:
    """Column to dtype of a table, as the page has them."""
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| `(\w+)` \|", PAGE, re.MULTILINE)
    return {column: dtype for column, tables, dtype in rows if name in re.split(", ", tables)}


@pytest.mark.parametrize("name", FRAMES)
def test_columns_and_types_are_those_of_the_page(results: xs.Results, name: str) -> None:
    frame = getattr(results, name)
    assert len(frame) > 0
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == documented(name)


def test_columns_come_in_the_order_of_the_files(results: xs.Results) -> None:
    wanted = {
        "scores": SCORE_COLUMNS, "gains": GAIN_COLUMNS, "clusters": CLUSTER_COLUMNS, "contrasts": CONTRAST_COLUMNS,
    }  # fmt: skip
    assert {name: tuple(getattr(results, name).columns) for name in wanted} == wanted


def test_scores_are_those_that_were_measured_to_the_last_bit(results: xs.Results) -> None:
    found = results.scores.set_index(["arm", "seed", "language"])["value"]
    assert found["none", "1", "qaa"] == 50.1
    assert found["snli", "2", "nan"] == 53.9000000000000004 - 1 / 3 * 2
    assert len(found) == 12


def test_min_nan_is_a_language_and_seeds_are_text(results: xs.Results) -> None:
    assert set(results.gains["language"]) == set(LANGUAGES)
    assert set(results.scores["seed"]) == {"1", "2"}


def test_a_gain_is_the_mean_over_seeds(results: xs.Results) -> None:
    row = results.gains.query("language == 'qab'").iloc[0]
    assert row["gain"] == pytest.approx((1.1 + 1.6) / 2)
    assert (row["n_seeds"], row["n_examples"]) == (2, 30)
    assert results.contrasts["difference"].tolist() == pytest.approx([1.35])


def test_claims_say_their_verdict(results: xs.Results) -> None:
    assert list(results.claims["id"]) == ["C1", "C2"]
    assert set(results.claims["verdict"]) <= {"supported", "contradicted", "inconclusive", "not run"}
    assert results.claims["bears"].dtype == bool
    kept = {entry["id"]: entry["bears"] for entry in json.loads((results.folder / "claims.json").read_text())}
    assert dict(zip(results.claims["id"], results.claims["bears"], strict=True)) == kept


def test_the_answer_is_what_the_page_says(results: xs.Results) -> None:
    assert results.answer == (
        "Lab numbers, from an invented world. From tiny<b>, the arm snli gains most over none in the languages without "
        "labels: +1.4 points (95% interval −1.8 to +4.5; mean of 1 target, 2 seeds)."
    )
    sentence = results.answer[results.answer.index("From ") :].replace("<b>", "&lt;b&gt;")
    assert sentence in results.page.read_text(encoding="utf-8")


def test_a_notebook_shows_answer_matrix_and_page(results: xs.Results) -> None:
    html = results._repr_html_()
    assert "From tiny&lt;b&gt;, the arm snli" in html
    assert "<b>" not in html
    shown = [b64decode(data).decode() for data in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)]
    assert shown == [svg for name, svg in results.figures.items() if name.startswith("gains-")]
    assert len(shown) == 1
    assert str(results.page) in html


def test_a_folder_is_escaped_too(report_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "<i>out"
    shutil.copytree(report_folder, copy)
    assert "&lt;i&gt;out" in xs.Results.open(copy)._repr_html_()


def test_figures_are_svg(results: xs.Results) -> None:
    assert set(results.figures) == {path.stem for path in (results.folder / "figures").iterdir()}
    assert all("<svg" in svg for svg in results.figures.values())


def test_a_study_without_contrasts_has_an_empty_table(report_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(report_folder, copy)
    (copy / "tables" / "contrasts.csv").unlink()
    empty = xs.Results.open(copy).contrasts
    assert len(empty) == 0
    assert {column: str(dtype) for column, dtype in empty.dtypes.items()} == documented("contrasts")


@pytest.mark.parametrize("missing", ["answer.json", "index.html"])
def test_a_folder_without_a_report_is_refused(report_folder: Path, tmp_path: Path, missing: str) -> None:
    copy = tmp_path / "out"
    shutil.copytree(report_folder, copy)
    (copy / missing).unlink()
    with pytest.raises(InputError, match=rf"No report lies there: it has no {missing}.*xstilts report STUDY"):
        xs.Results.open(copy)


@pytest.mark.parametrize(
    ("file", "text", "read"),
    [
        ("tables/gains.csv", "base,arm\nx,y\n", "gains"),
        ("tables/gains.csv", "", "gains"),
        ("tables/scores.csv", ",".join(SCORE_COLUMNS) + "\n" + "x," * 14 + "much,3,x\n", "scores"),
        ("answer.json", "{", "answer"),
    ],
)
def test_a_damaged_file_is_named(report_folder: Path, tmp_path: Path, file: str, text: str, read: str) -> None:
    copy = tmp_path / "out"
    shutil.copytree(report_folder, copy)
    (copy / file).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(file)):
        getattr(xs.Results.open(copy), read)


def test_results_are_read_without_torch(report_folder: Path) -> None:
    script = (
        "import sys, xstilts as xs; r = xs.Results.open(sys.argv[1]); "
        "r.scores, r.gains, r.clusters, r.contrasts, r.claims, r.answer, r.figures, r._repr_html_(); "
        "print(sorted({'torch', 'transformers', 'datasets', 'accelerate'} & set(sys.modules)), end='')"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(report_folder)], capture_output=True, text=True, check=True, timeout=300
    )
    assert found.stdout == "[]"


def test_tables_can_be_changed_without_changing_the_files(results: xs.Results) -> None:
    before = xs.Results.open(results.folder).gains
    results.gains["gain"] = 0.0
    pd.testing.assert_frame_equal(xs.Results.open(results.folder).gains, before)
