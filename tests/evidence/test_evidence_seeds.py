"""What the five reports printed, and our verdicts: complete, and re-derived from the source where rules can."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from xstilts.evidence.seeds import seed_reports, seed_rows, source_verdicts

WORDS = {"nine": "9", "one": "1"}


def test_all_51_printed_rows_are_there():
    rows = seed_rows()
    assert len(rows) == 51
    assert Counter(row.report for row in rows) == {"mix": 9, "multimodal": 10, "noise": 14, "retrieval": 9, "scale": 9}
    assert sum(row.printed.verified for row in rows) == 49
    assert {row.printed.paper for row in rows} == {"arxiv:2005.13013"}
    assert all(row.source.reason and row.printed.confidence is not None for row in rows)


def test_what_was_not_verified_is_c12_once_and_c17():
    failed = {(row.report, row.claim.id, row.printed.confidence) for row in seed_rows() if not row.printed.verified}
    assert failed == {("multimodal", "C12", 0.15), ("noise", "C17", 0.11)}


def test_confidences_are_those_printed():
    by_report = {report.name: {row.claim: row.confidence for row in report.claims} for report in seed_reports()}
    assert by_report["mix"] == {
        "C1": 0.27, "C2": 0.25, "C3": 0.30, "C4": 0.18, "C5": 0.32, "C6": 0.33, "C7": 0.32, "C8": 0.42, "C9": 0.28,
    }  # fmt: skip
    assert by_report["noise"]["C12"] == 0.16 and by_report["scale"]["C8"] == 0.41


def test_scores_and_papers_are_those_printed():
    assert {report.name: (report.papers, report.score) for report in seed_reports()} == {
        "mix": (15, 9.1), "noise": (14, 8.8), "scale": (7, 9.2), "multimodal": (9, 8.1), "retrieval": (14, 9.2),
    }  # fmt: skip
    assert len({reference.arxiv for report in seed_reports() for reference in report.references}) == 9 + 1


def test_every_claim_has_one_verdict():
    assert set(source_verdicts()) == {row.claim.id for row in seed_rows()} and len(source_verdicts()) == 18


def numbers_in(text: str) -> set[str]:
    """Numbers as digits; those inside names (XLM-R, C5) and numerals of lists are none."""
    plain = re.sub(r"\((?:i|ii|iii)\)|\b(?:19|20)[0-9]{2}\b", " ", text.lower())
    return set(re.findall(r"(?<![\w-])[0-9]+(?:\.[0-9]+)?", plain)) | {
        digit for word, digit in WORDS.items() if re.search(rf"\b{word}\b", plain)
    }


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\b(?:TyDiQA|XNLI|SQuAD|MNLI|HellaSwag|BUCC|Tatoeba|XTREME)\b", text))


@pytest.fixture(scope="module")
def abstract() -> str:
    folder = os.environ.get("XSTILTS_DATA")
    if not folder:
        pytest.skip("XSTILTS_DATA names no folder with records")
    path = Path(folder) / "evidence" / "corpus" / "seed_references.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return next(record["abstract"] for record in records if record["id"] == "arxiv:2005.13013v2")


def test_numbers_and_names_agree_with_the_verdicts(abstract):
    """A claim with a number or a data set that the abstract lacks is not found there; a stated one lacks neither."""
    known, said = source_verdicts(), numbers_in(abstract)
    for row in {row.claim.id: row for row in seed_rows()}.values():
        lacking = (numbers_in(row.claim.text) - said) | (names_in(row.claim.text) - names_in(abstract))
        verdict = known[row.claim.id].verdict
        assert verdict == "not found" or not lacking, (row.claim.id, lacking)
    lacks = {
        row.claim.id
        for row in seed_rows()
        if (numbers_in(row.claim.text) - said) | (names_in(row.claim.text) - names_in(abstract))
    }
    assert lacks == {"C1", "C2", "C4"}
