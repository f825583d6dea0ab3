"""How like a question a paper is: cosines of an encoder, and what the gate makes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from entailment_toy import checkpoint
from review_toy import PAPERS, QUESTION, corpus
from xstilts.errors import ModelError
from xstilts.evidence import gate, likeness, question
from xstilts.evidence.checks.entailment_model import LABELS
from xstilts.literature.databases.local import read
from xstilts.literature.work import Work
from xstilts.literature.works import merge
from xstilts.models.folders import TASK_FILE

TEXTS = ["Parrots sing in spring.", QUESTION, "Rain falls on the aviary, and nobody counts."]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("model") / "encoder", list(LABELS))


@pytest.fixture
def works(tmp_path: Path) -> tuple[Work, ...]:
    return merge(read(corpus(tmp_path)).records)


def test_a_text_has_its_cosine_whatever_it_is_asked_with(encoder: Path) -> None:
    alike = likeness.load(encoder)
    found = alike(QUESTION, TEXTS)
    assert found[1] == 1.0 and all(-1.0 <= own < 1.0 for own in (found[0], found[2]))
    assert found[0] != found[2]
    assert [alike(QUESTION, [text])[0] for text in TEXTS] == list(found)
    assert alike(QUESTION, []) == ()
    assert len(alike(QUESTION, ["half a character \ud83d", ""])) == 2


def test_cosines_are_of_directions_alone() -> None:
    one = np.array([3.0, 4.0], dtype=np.float32)
    others = np.array([[6.0, 8.0], [-3.0, -4.0], [4.0, -3.0], [0.0, 0.0]], dtype=np.float32)
    assert likeness.cosines(one, others) == (1.0, -1.0, 0.0, 0.0)


def test_vectors_are_made_as_an_export_says(encoder: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.mkdir()
    for file in encoder.iterdir():
        (told / file.name).write_bytes(file.read_bytes())
    said = {"max_length": 64, "stride": 0, "max_answer_tokens": 1, "vectors": [{"layer": 0, "pooling": "first"}]}
    told_of = {"task": "tatoeba", "kind": "retrieval", "encodings": {"tatoeba": said}}
    (told / TASK_FILE).write_text(json.dumps(told_of), encoding="utf-8")
    assert likeness.load(encoder).setting.layer == -1
    assert (likeness.load(told).setting.layer, likeness.load(told).setting.pooling) == (0, "first")
    assert set(likeness.load(told)(QUESTION, TEXTS)) == {1.0}, "all texts begin with the same token"


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        likeness.load(tmp_path)


def test_likeness_is_one_more_part_of_the_score_and_leaves_nobody_out(works: tuple[Work, ...]) -> None:
    asks = question.read(QUESTION)
    plain = {one.work: one for one in gate.screen(asks, works)}
    given = {work.id: own for work, own in zip(works, (0.10, 0.30, 0.20, -0.10), strict=True)}
    alike = {one.work: one for one in gate.screen(asks, works, given)}
    for work, place in zip(works, (0.5, 1.0, 0.75, 0.0), strict=True):
        one, before = alike[work.id], plain[work.id]
        assert one.score == pytest.approx(before.score + place)
        assert (one.likeness, one.kept) == (given[work.id], before.kept)
        assert one.reasons[:-1] == before.reasons
        assert one.reasons[-1].startswith(f"likeness {given[work.id]:.2f}, which is {place:.0%} of the way")
        assert (before.likeness, "likeness" in "".join(before.reasons)) == (None, False)
        assert replace(one, rank=0, score=0.0, likeness=None, reasons=()) == replace(
            before, rank=0, score=0.0, likeness=None, reasons=()
        )


def test_the_likest_paper_comes_first_and_equal_ones_say_nothing(works: tuple[Work, ...]) -> None:
    asks = question.read(QUESTION)
    order = [one.work for one in gate.screen(asks, works)]
    last = order[-1]
    assert gate.screen(asks, works, {name: float(name == last) for name in order})[0].score >= 1.0
    same = gate.screen(asks, works, dict.fromkeys(order, 0.7))
    assert [one.work for one in same] == order and len(PAPERS) == len(order)
    assert [one.score for one in same] == [one.score for one in gate.screen(asks, works)]
