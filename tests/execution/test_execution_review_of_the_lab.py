"""A review of the lab's literature: what its file may say, and what is written for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.execution.review_run import invented
from xstilts.literature.cassette import Cassette
from xstilts.planning.reviews import places_of, plan_review
from xstilts.store.store import Store
from xstilts.studies.review_load import load_review, review_of

ASKED = {"name": "own", "question": "Does intermediate training help XNLI?"}


def test_the_lab_is_its_only_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes no corpus"):
        review_of({**ASKED, "lab": 1, "corpus": ["a.bib"]}, "own.yaml")
    with pytest.raises(InputError, match="takes no corpus"):
        review_of({**ASKED, "lab": 1, "databases": ["arxiv"]}, "own.yaml")
    with pytest.raises(InputError, match="takes no corpus"):
        invented(load_review("demo"), tmp_path, [tmp_path])


def test_its_papers_are_written_beside_the_report_and_judged(tmp_path: Path) -> None:
    review = load_review("demo")
    (corpus,) = invented(review, tmp_path, ())
    assert corpus == tmp_path / "literature" / "corpus"
    assert (corpus / "preprints.jsonl").is_file() and (tmp_path / "literature" / "truth.json").is_file()
    planned = plan_review(review, places_of(review, (corpus,), Cassette()), Store(tmp_path / "store"))
    assert list(planned.nodes)[-1] == "judge"
    other = plan_review(
        review_of({**ASKED}, "own"), places_of(review, (corpus,), Cassette()), Store(tmp_path / "store")
    )
    assert "judge" not in other.nodes
    assert invented(review_of(ASKED, "own"), tmp_path, [corpus]) == (corpus,)
