"""docs/how-to/noise.md: the noise of one's own works as printed, and what Python gives is what is printed."""

from __future__ import annotations

from typing import Any

import pytest

import xstilts as xs
from printed import ROOT, blocks
from xstilts.errors import InputError
from xstilts.noise import NOISES, Noise, Stream, corrupt, edit_rate, way_of
from xstilts.registry import Registry

BLOCKS = list(blocks(ROOT / "docs/how-to/noise.md"))


def printed(note: str) -> dict[str, Any]:
    """What the block of a file defines."""
    found: dict[str, Any] = {}
    exec(next(block.text for block in BLOCKS if block.note == f"file={note}"), found)  # noqa: S102 - the page's own code
    return found


def test_the_noise_of_ones_own_works_as_printed() -> None:
    noises: Registry[Noise] = Registry("noise")
    printed("stretched.py")["register"](noises)
    texts = ["so good a book"] * 200
    stretched = [
        found.text
        for found in corrupt(
            texts, map(str, range(200)), way_of(noises.get("stretched"), "en", {}), 0.16, Stream(0, "stretched", "en")
        )
    ]
    assert "sooo good a book" in stretched
    assert edit_rate(texts, stretched) == pytest.approx(0.16, rel=0.1)
    with pytest.raises(InputError, match="not defined for de: its vowels are not known."):
        way_of(noises.get("stretched"), "de", {})


def test_python_gives_what_is_printed() -> None:
    shown = [block.text for block in BLOCKS if block.language == "python" and "xs.corrupt" in block.text]
    assert len(shown) == 1
    *_, call, result = shown[0].splitlines()
    said = eval(call, {"xs": xs})  # noqa: S307 - the page's own code
    assert f"# {said}" == result


def test_every_noise_is_told() -> None:
    text = (ROOT / "docs/how-to/noise.md").read_text(encoding="utf-8")
    assert [name for name in NOISES.names() if f"`{name}`" not in text] == []
