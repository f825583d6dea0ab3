"""The one-line changes of `make mutants`: which there are, and names that do not depend on where a line stands."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = '''"""Said of the module."""
LIMIT: int = 3


@decorated(strict=False)
class Mean:
    def of(self, values: list[float], least: int = 1) -> float:
        """The mean."""
        if len(values) < least and not self.given:
            raise ValueError(f"{len(values)} are fewer than {least + 1}")
        return sum(values[1:]) / max(len(values), LIMIT)
'''
NAMES = {
    "room/a.py: 3 → 4",
    "room/a.py Mean.of: 1 → 2",
    "room/a.py Mean.of: len(values) < least and (not self.given) → len(values) <= least and (not self.given)",
    "room/a.py Mean.of: len(values) < least and (not self.given) → len(values) < least or not self.given",
    "room/a.py Mean.of: len(values) < least and (not self.given) → len(values) < least and self.given",
    "room/a.py Mean.of: sum(values[1:]) / max(len(values), LIMIT) → sum(values[1:]) * max(len(values), LIMIT)",
    "room/a.py Mean.of: sum(values[1:]) / max(len(values), LIMIT) → 0.0",
    "room/a.py Mean.of: sum(values[1:]) / max(len(values), LIMIT) → sum(values[1:]) / min(len(values), LIMIT)",
    "room/a.py Mean.of: sum(values[1:]) → sum(values[:])",
    "room/a.py Mean.of: 1: → 2:",
}


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import mutations

    def of(text: str):
        path = tmp_path / "a.py"
        path.write_text(text, encoding="utf-8")
        return list(mutations.mutants("room", path, tmp_path))

    yield of
    sys.modules.pop("mutations")


def test_every_rule_that_fits_and_no_messages_annotations_or_decorators(mutants) -> None:
    assert {one.name for one in mutants(TEXT)} == NAMES


def test_each_changes_one_line_and_is_still_python(mutants) -> None:
    for one in mutants(TEXT):
        ast.parse(one.text)
        assert sum(old != new for old, new in zip(TEXT.splitlines(), one.text.splitlines(), strict=True)) == 1


def test_names_stay_when_lines_move_and_equal_changes_are_numbered(mutants) -> None:
    moved = TEXT.replace("LIMIT: int", "\n\n# é\nLIMIT: int")
    assert {one.name for one in mutants(moved)} == NAMES
    twice = [one.name for one in mutants("def f(a):\n    return a[0]\n\n\ndef g(a):\n    g(a < 1)\n    g(a < 1)\n")]
    assert {"room/a.py g: g(a < 1) → g(a <= 1)", "room/a.py g: g(a < 1) → g(a <= 1) #2"} <= set(twice)


def test_the_text_around_a_change_is_cut(mutants) -> None:
    before, after = "b" * 50 + "_" * 39, "a" * 60
    (name,) = (one.name for one in mutants(f"x = ({before}, 3, {after})\n") if one.rule == "constant")
    assert name == f"room/a.py: …{'_' * 38}, 3, {'a' * 38}… → …{'_' * 38}, 4, {'a' * 38}…"
