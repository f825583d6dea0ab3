"""What stands for a language, a context and a question in paths and configs."""

from __future__ import annotations

import pytest

from xstilts.sources.data_map import parts
from xstilts.sources.records.placeholders import code_of, filled


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fa", "pes"), ("de", "de"), ("fa+de", "pes+de"), ("de+fa", "de+pes"), ("zh+en", "cross")],
)
def test_codes_are_the_data_sets_own_for_each_part_of_a_pair(language: str, expected: str) -> None:
    assert code_of(language, {"fa": "pes", "zh+en": "cross"}) == expected


def test_a_single_language_stands_for_itself_with_itself() -> None:
    assert filled("{context}-{question}/{language}", "de+en") == "de-en/de+en"
    assert filled("{context}-{question}/{language}", "de") == "de-de/de"
    assert filled(r"\d{2}{other}", "de") == r"\d{2}{other}"


def test_a_map_may_name_context_and_question() -> None:
    entry = {
        "path": "{context}/{question}.json", "format": "squad_json", "codes": {"zh": "cmn"},
        "where": {"title": "{context}"},
    }  # fmt: skip
    (part,) = parts(entry, "zh+de", "map")
    assert part.paths == ("cmn/de.json",)
    assert part.row_options.where == {"title": ("cmn",)}
