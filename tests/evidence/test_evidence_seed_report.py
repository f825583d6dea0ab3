"""Reports of the seeds' form are read as they are printed, and refused in words where they are something else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError
from xstilts.evidence.seed_report import parse_report

REPORT = """# Does a mix of languages help?
Printed 2026-07-01, score 8.5/10

## Abstract
A systematic search across several databases yielded 12 papers.

## 2. Methodology
We looked.

## Extracted Claims
| # | Claim | Verified | Confidence |
|---|-------|:--------:|-----------:|
| 1 | Mixing helps by 2.1 points. | ✓ | 0.27 |
| 2 | A cell with a \\| bar. | No | 15% |
| 3 | Nothing said of how sure. | **yes** | - |

## References
[1] A. Nobody. On mixing.
    arXiv:2101.00001v2, 2021.
[2] B. Nobody. On video. 2020.
"""


def test_a_report_is_read_whole():
    report = parse_report(REPORT, "mine")
    assert report.question == "Does a mix of languages help?"
    assert [(row.place, row.verified, row.confidence) for row in report.claims] == [
        (1, True, 0.27), (2, False, 0.15), (3, True, None),
    ]  # fmt: skip
    assert report.claims[1].text == "A cell with a | bar."
    assert [(one.arxiv, one.version) for one in report.references] == [("2101.00001", "v2"), ("", "")]
    assert report.papers == 12 and report.score == 8.5 and report.date == "2026-07-01"
    assert dict(report.sections)["Methodology"] == "We looked."


def test_plain_text_with_tabs_and_a_question_line_is_read():
    text = (
        "On mixing\nQuestion: does it help?\n\nExtracted Claims\nClaim\tVerified\tConfidence\nIt helps.\ttrue\t.3\n\n"
        "Limitations\nFew.\n"
    )
    report = parse_report(text, "plain")
    assert report.question == "does it help?" and report.claims[0].confidence == 0.3
    assert report.score is None and report.references == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("## Extracted Claims", "## Other"), "no section Extracted Claims"),
        (("| # | Claim | Verified | Confidence |", "| # | Claim | Verified | Sure |"), "other columns"),
        (("| ✓ | 0.27 |", "| perhaps | 0.27 |"), "neither yes nor no"),
        (("0.27", "27"), "outside 0 to 1"),
        (("| ✓ | 0.27 |", "| ✓ |"), "fewer cells"),
    ],
)
def test_what_is_wrong_is_said(change, told):
    with pytest.raises(DataError, match=told):
        parse_report(REPORT.replace(*change), "mine")


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text):
    for whole in (text, f"Extracted Claims\n{text}", f"Extracted Claims\nClaim|Verified|Confidence\n{text}"):
        with contextlib.suppress(DataError):
            assert parse_report(whole, "any").claims
