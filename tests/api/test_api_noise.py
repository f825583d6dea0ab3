"""``xs.corrupt``."""

from __future__ import annotations

import pytest

import xstilts as xs
from xstilts.errors import InputError, UnknownNameError

TEXTS = ["The weather is fine today.", "Nobody minded it."]


DOCUMENTED = "The setaher is fine tdayh."


def test_as_its_docstring_says() -> None:
    assert xs.corrupt(TEXTS[:1], "typo:5", language="en") == [DOCUMENTED]
    assert DOCUMENTED in str(xs.corrupt.__doc__)


def test_a_text_is_known_by_its_id() -> None:
    assert (
        xs.corrupt(TEXTS[::-1], "typo:5", language="en", ids=["b", "a"])
        == (xs.corrupt(TEXTS, "typo:5", language="en", ids=["a", "b"])[::-1])
    )
    assert xs.corrupt(TEXTS, "typo:5", language="en", seed=1) != xs.corrupt(TEXTS, "typo:5", language="en")


@pytest.mark.parametrize(
    ("noise", "changes", "error", "said"),
    [
        ("tipo:3", {}, UnknownNameError, "typo"),
        ("typo", {}, InputError, "needs a severity"),
        ("typo:six", {}, InputError, "is no severity"),
        ("typo:6", {}, InputError, "no severity 6"),
        ("typo:3", {"language": "xx"}, UnknownNameError, "no language"),
        ("typo:3", {"language": "zh"}, InputError, "input method"),
        ("typo:3", {"ids": ["a"]}, InputError, "1 ids for 2 texts"),
    ],
)
def test_what_cannot_be_done_is_said(noise: str, changes: dict[str, object], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        xs.corrupt(TEXTS, noise, **{"language": "en", **changes})  # type: ignore[arg-type]


def test_one_text_is_no_list() -> None:
    with pytest.raises(InputError, match="one text"):
        xs.corrupt("fine", "typo:3", language="en")
