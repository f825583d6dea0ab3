"""Hints for names that are misspelt, or only look right."""

from __future__ import annotations

import unicodedata

import pytest

from xstilts.errors import nearest


@pytest.mark.parametrize(
    ("name", "known", "points"),
    [
        ("l\u0430bel", "label", ["U+0430 CYRILLIC SMALL LETTER A"]),
        ("\u03a4ext", "Text", ["U+03A4 GREEK CAPITAL LETTER TAU"]),
        ("label", "l\u0430bel", ["U+0430"]),
        (unicodedata.normalize("NFD", "süß"), "süß", ["U+0308 COMBINING DIAERESIS", "U+00FC"]),
        ("my\u00a0tag", "my tag", ["U+00A0 NO-BREAK SPACE", "U+0020 SPACE"]),
        ("tag\u200b", "tag", ["U+200B ZERO WIDTH SPACE"]),
        ("\ufefftag", "tag", ["U+FEFF"]),
        ("B\u2011LOC", "B-LOC", ["U+2011 NON-BREAKING HYPHEN"]),
        ("\uff21", "A", ["U+FF21 FULLWIDTH LATIN CAPITAL LETTER A"]),
        ("tag ", "tag", ["U+0020 SPACE"]),
    ],
)
def test_names_that_only_look_alike_show_their_code_points(name: str, known: str, points: list[str]) -> None:
    hint = nearest(name, ["other", known])
    assert hint is not None
    assert hint.startswith(f"{name!r} only looks like {known!r}")
    assert all(point in hint for point in points)


def test_misspelt_names_are_offered_and_far_ones_are_not() -> None:
    assert nearest("lable", ["label", "text"]) == "Did you mean 'label'?"
    assert nearest("zzz", ["label"]) is None
    assert nearest("label", ["label"]) == "Did you mean 'label'?"
