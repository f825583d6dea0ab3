"""A mixture of languages on real translations: the dev sets of XNLI, taken as a training set in several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xstilts.sources import Source, fingerprint, load, origin
from xstilts.tasks import TASKS
from xstilts.tasks.base import TextOrigin
from xstilts.training.language_mixture import LanguageMixture, chosen

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("en", "de", "sw", "th")
ITEMS = 2490


@pytest.fixture
def translations(real_data: Path) -> Source:
    entry = {
        "path": "targets/xnli/dev-{language}.tsv.gz", "format": "delimited", "header": False,
        "columns": {"text": 0, "text_pair": 1, "label": 2}, "origin": "human_translated",
    }  # fmt: skip
    return Source("files", real_data, {"snli": {" ".join(LANGUAGES): {"train": entry}}})


def test_every_item_is_seen_once_in_one_language_and_its_label_is_the_pivots(translations: Source) -> None:
    task = TASKS.get("snli")
    read = {code: load(task, code, "train", translations).dataset for code in LANGUAGES}
    ids = {code: own["id"] for code, own in read.items()}
    assert all(own == ids["en"] for own in ids.values())
    taken = chosen(LanguageMixture("en", LANGUAGES[1:], 0.5), ids, seed=1)
    seen = [identity for code, rows in taken.items() for identity in read[code].select(rows)["id"]]
    assert sorted(seen) == sorted(ids["en"])
    assert len(taken["en"]) == ITEMS - round(0.5 * ITEMS)
    gold = dict(zip(ids["en"], read["en"]["label"], strict=True))
    for code, rows in taken.items():
        for row in read[code].select(rows):
            assert gold[row["id"]] == row["label"]
    foreign = read["de"].select(taken["de"])["text"]
    assert not set(foreign) <= set(read["en"]["text"])


def test_an_item_can_be_said_in_two_languages(translations: Source) -> None:
    task = TASKS.get("snli")
    both = load(task, "en+de", "train", translations, limit=50).dataset
    english = {row["id"]: row for row in load(task, "en", "train", translations).dataset}
    german = {row["id"]: row for row in load(task, "de", "train", translations).dataset}
    for row in both:
        assert (row["text"], row["text_pair"]) == (english[row["id"]]["text"], german[row["id"]]["text_pair"])
    assert set(fingerprint(task, "en+de", "train", translations)["switched"]) == {"en", "de"}


def test_where_the_text_is_from_is_what_the_data_map_says(translations: Source) -> None:
    assert origin(TASKS.get("snli"), "de", "train", translations) is TextOrigin.HUMAN_TRANSLATED
