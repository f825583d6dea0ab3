"""Pictures of the lab: what they show is in them, the same on every machine, and sentences tell nothing alone."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from xstilts import lab
from xstilts.errors import DataError
from xstilts.lab import concepts, relations
from xstilts.lab.draws import Draws
from xstilts.lab.meaning import Clause, Phrase
from xstilts.lab.scenes import drawing, telling
from xstilts.lab.scenes.drawing import CELLS, PIXELS, drawn

SCENE = Clause(Phrase("dog", "red"), "see", object=Phrase("cat", number="two"), place="forest", time="today")


def cell(picture: np.ndarray, row: int, column: int) -> np.ndarray:
    return picture[row * PIXELS : (row + 1) * PIXELS, column * PIXELS : (column + 1) * PIXELS]


def used(picture: np.ndarray) -> set[tuple[int, int]]:
    return {(r, c) for r in range(CELLS) for c in range(CELLS) if (cell(picture, r, c) != 255).any()}


def test_every_part_of_a_scene_has_its_place() -> None:
    assert used(drawn(SCENE)) == {(1, 0), (1, 2), (1, 3), (2, 3), (5, 5), (0, 5)}


def test_colours_are_seen_and_other_qualities_have_a_sign() -> None:
    red = cell(drawn(SCENE), 1, 0)
    assert {tuple(pixel) for pixel in red.reshape(-1, 3).tolist()} == {(255, 26, 26), (255, 255, 255)}
    big = drawn(replace(SCENE, subject=Phrase("dog", "big")))
    assert (5, 0) in used(big)
    assert (cell(big, 1, 0) != red).any()


def test_what_means_the_same_looks_the_same_and_nothing_else_does() -> None:
    assert (drawn(replace(SCENE, subject=Phrase("girl"))) == drawn(replace(SCENE, subject=Phrase("lass")))).all()
    signs = {drawing._pattern(concept) for concept in concepts.CONCEPTS}
    assert len(signs) == len(concepts.CONCEPTS) - len(concepts.SYNONYMS)


def test_pictures_are_the_same_on_every_machine() -> None:
    names = ("snli_ve-train-0", "xvnli-test-399", "nlvr2-dev-7.1", "scene_captions-train-5999")
    pixels = b"".join(drawing.picture(name).tobytes() for name in names)
    assert hashlib.sha256(pixels).hexdigest() == GOLDEN


GOLDEN = "2882271e15b86bf929519a2a2150ff45c0cb1ed3edd5d0519cbf52a125ed6a6b"


@pytest.mark.parametrize("name", ["xvnli", "mnli-train-0", "xvnli-few-0", "xvnli-test-x", ""])
def test_there_is_no_other_picture(name: str) -> None:
    with pytest.raises(DataError, match="no picture"):
        drawing.picture(name)


@pytest.mark.parametrize("number", range(60))
def test_a_scene_is_made_to_fit_the_label(number: int) -> None:
    draws = Draws("test of scenes", number)
    told = telling._told(draws)
    shown = {label: telling._shown(draws, told, label) for label in telling.NLI_LABELS}
    assert told.place or told.time
    assert set(relations.content(told)) <= set(relations.content(shown["entailment"]))
    assert shown["neutral"] != told != shown["contradiction"]
    changed = [part for part in ("place", "time") if getattr(told, part) != getattr(shown["contradiction"], part)]
    swapped = set(relations.content(told)) - set(relations.content(shown["contradiction"]))
    assert changed or all(
        concepts.ANTONYMS[concept] in relations.content(shown["contradiction"]) for concept in swapped
    )


def test_a_sentence_alone_tells_nothing_of_its_label() -> None:
    """Which words a sentence has goes with no label more than chance lets it."""
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    labels: Counter[str] = Counter()
    for number in range(3000):
        item = telling.item(f"snli_ve-train-{number}")
        labels[item.label] += 1
        for word in set(relations.content(item.said)):
            by_word[word][item.label] += 1
    total = sum(labels.values())
    for word, counts in by_word.items():
        n = sum(counts.values())
        for label in telling.NLI_LABELS:
            share = labels[label] / total
            assert abs(counts[label] - n * share) < 4.5 * (n * share * (1 - share)) ** 0.5, (word, label)


def test_rows_are_parallel_and_name_their_pictures() -> None:
    one, other = (lab.examples("marvl", code, "dev") for code in ("qaa", "qba"))
    assert [row["id"] for row in one] == [row["id"] for row in other]
    assert [row["label"] for row in one] == [row["label"] for row in other]
    assert one[0]["images"] == ["marvl-dev-0.0", "marvl-dev-0.1"]
    assert one[0]["text"] != other[0]["text"]
    assert lab.examples("xvnli", "qaa", "test")[3]["images"] == ["xvnli-test-3"]


def test_half_of_the_captions_fit() -> None:
    rows = lab.examples("scene_captions", "qaa", "train")
    fits = [row for row in rows if row["label"] == "fits"]
    assert 0.47 < len(fits) / len(rows) < 0.53
    assert all(row["text"] == row["caption"] for row in fits)
    assert all(row["text"] != row["caption"] for row in rows if row["label"] != "fits")
