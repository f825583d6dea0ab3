"""The report of a small invented study, written without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xstilts import claims
from xstilts.reports.report import Report
from xstilts.reports.write import write
from xstilts.statistics import SCORE_COLUMNS, analyse

if TYPE_CHECKING:
    from pathlib import Path

BASE = "tiny<b>"
"""A name that would be markup if a page did not escape it."""
LANGUAGES = ("qaa", "qab", "nan")
"""With the code of Min Nan, which pandas reads as a number that is not there."""
VALUES = {("none", "1"): 50.1, ("none", "2"): 52.3, ("snli", "1"): 51.2, ("snli", "2"): 53.9000000000000004}


def score_rows() -> list[dict[str, object]]:
    fixed = {
        "study": "small", "base": BASE, "target": "xnli", "split": "test", "noise": "clean", "severity": 0,
        "source": "lab", "selection": "last", "setting": "", "protocol": "lab", "metric": "accuracy", "n": 30,
    }  # fmt: skip
    return [
        {**fixed, "arm": arm, "seed": seed, "language": code, "value": value - 1 / 3 * place, "node": f"{arm}{seed}"}
        for (arm, seed), value in VALUES.items()
        for place, code in enumerate(LANGUAGES)
    ]


def facts(**changes: object) -> dict[str, object]:
    side = {"targets": [], "languages": []}
    contrast = {"name": "nli", "plus": [{"arm": "snli", **side}], "minus": [{"arm": "none", **side}], "by": ""}
    return {
        "study": "small", "question": "Does it help?", "source": "lab", "pivot": "qaa", "bases": [BASE],
        "arms": ["none", "snli"], "seeds": ["1", "2"], "contrasts": [contrast],
        "targets": {"xnli": {"metric": "accuracy", "languages": list(LANGUAGES)}},
    } | changes  # fmt: skip


def written(out: Path, **changes: object) -> Path:
    analysis = analyse(score_rows(), facts(**changes))
    verdicts = claims.judge(claims.chosen(["C1", "C2"]), analysis)
    return write(out, Report(analysis, {"name": "small", "question": "Does it help?"}, claims=verdicts)).parent


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with gains, one contrast, claims and pictures."""
    assert set(score_rows()[0]) == set(SCORE_COLUMNS)
    return written(tmp_path_factory.mktemp("report"))
