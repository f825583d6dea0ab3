"""YAML from people: plain values, each key once, and nothing that costs more than its text."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from xstilts.sources import safe_yaml

BOMB = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else 'x'] * 9)}]" for n in range(9))
MERGES = "k: &k0 {x: 1}\n" + "\n".join(f"m{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}'] * 9)}]}}" for n in range(1, 9))


def refused(text: str) -> tuple[str, int | None]:
    with pytest.raises(yaml.YAMLError) as caught:
        safe_yaml.load(text)
    return safe_yaml.problem(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2001-99-99", 2, "YAML reads '2001-99-99' as a date; write it in quotes"),
        ("a: 2001-01-01", 1, "as a date"),
        ("a: !!int abc", 1, "'abc' is not a whole number"),
        ("a: !!float x", 1, "'x' is not a number"),
        ("a: !!bool abc", 1, "'abc' is not true or false"),
        ("a: !!timestamp abc", 1, "as a date"),
        ("a: !!map [a]", 1, "the tag '!!map' has no place here"),
        ("a: !!set [a]", 1, "the tag '!!set' has no place here"),
        ("a: !!float [1]", 1, "the tag '!!float' has no place here"),
        ("a: !!null [1]", 1, "the tag '!!null' has no place here"),
        ("a: !!omap {a: 1}", 1, "the tag '!!omap' has no place here"),
        ("a: !!binary |\n  Ymlu", 1, "the tag '!!binary' has no place here"),
        ("a: !!python/object:os.system x", 1, "has no place here"),
        ("a: !mine x", 1, "the tag '!mine' has no place here"),
        ("a: .inf", 1, "'.inf' is not a finite number"),
        ("a: -.INF", 1, "is not a finite number"),
        ("a: 1.0e+999", 1, "is not a finite number"),
        ("\na: " + "9" * 4000, 2, "a whole number of 4,000 digits; at most 19 are read"),
        ("a: 1\na: 2", 2, "the key 'a' comes twice"),
        ("a: {b: 1, 'b': 2}", 1, "the key 'b' comes twice"),
        ("&a [*a]", 1, "a value that holds itself"),
        ("a: &a {b: {c: *a}}", 1, "a value that holds itself"),
        ("[" * 100_000, 1, "nested more than 50 deep"),
        ("- " * 100_000, 1, "nested more than 50 deep"),
        ("{a: " * 100_000, 1, "nested more than 50 deep"),
        (BOMB, 6, "stands for more than 100,000 values"),
        (MERGES, 6, "stands for more than 100,000 values"),
        ("[" + "1," * 100_001 + "]", 1, "stands for more than 100,000 values"),
        ("x" * 400_001, None, "the text has 400,001 characters; at most 400,000 are read"),
        ("a: 1\n---\nb: 2", 2, "expected a single document"),
        ("{[1]: 2}", 1, "unhashable"),
        ("a: {<<: 1}", 1, "merging"),
        ('a: "\\ud800"', 1, "invalid Unicode"),
    ],
)
def test_what_is_no_plain_value_is_refused_with_its_line(text: str, line: int | None, said: str):
    found, where = refused(text)
    assert said in found and where == line


def test_aliases_and_merges_within_the_bound_are_read():
    assert safe_yaml.load("a: &a [1, 2]\nb: *a\nc: {<<: &d {x: 1}, y: 2}\nd: *d") == {
        "a": [1, 2], "b": [1, 2], "c": {"x": 1, "y": 2}, "d": {"x": 1},
    }  # fmt: skip
    assert safe_yaml.load("a: &a {x: 1}\nb: {<<: *a, x: 2}") == {"a": {"x": 1}, "b": {"x": 2}}
    assert safe_yaml.load("? a\n? b") == {"a": None, "b": None}
    assert safe_yaml.load("") is None
    assert safe_yaml.load("a: [131_072, 0x1F, -3, 1.5, true, null, 'no', 1e-4]") == {
        "a": [131072, 31, -3, 1.5, True, None, "no", 1e-4]
    }
    assert len(safe_yaml.load("[" + "1," * 99_000 + "]")) == 99_000


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=20)
_SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | _TEXT | st.floats(-1e9, 1e9)


@given(st.recursive(_SCALARS, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=20))
def test_what_is_dumped_is_read_back(value: object):
    found = safe_yaml.load(yaml.safe_dump(value, allow_unicode=True))
    assert found == value or (isinstance(value, float) and math.isclose(found, value))


@given(st.text(alphabet="ab:-[]{},&*!|>'\"#?%@ \n0123456789.~<", max_size=60))
def test_any_text_is_read_or_refused(text: str):
    try:
        safe_yaml.load(text)
    except yaml.YAMLError as error:
        assert safe_yaml.problem(error)[0]


def test_a_file_is_read_as_far_as_shows_that_it_is_too_long(tmp_path):
    (tmp_path / "long.yaml").write_text("\ufeff" + "x" * 1_000_000, encoding="utf-8")
    assert len(safe_yaml.file_text(tmp_path / "long.yaml")) == safe_yaml.MAX_CHARACTERS + 1
    with pytest.raises(OSError, match="not a file"):
        safe_yaml.file_text(tmp_path)


def test_a_number_may_have_an_exponent_alone_and_quotes_keep_it_text():
    assert safe_yaml.load('[1e-4, 2E3, -5e2, "1e5", "1e", e5]') == [1e-4, 2000.0, -500.0, "1e5", "1e", "e5"]
    assert refused("a: 1e400") == ("'1e400' is not a finite number; write it in quotes if it is text", 1)


def test_signs_of_yaml_are_text_where_they_are_values():
    assert safe_yaml.load("labels: [=, <<, +]") == {"labels": ["=", "<<", "+"]}
    assert safe_yaml.load("a: &a {x: 1}\nb: {<<: *a, =: 2}") == {"a": {"x": 1}, "b": {"x": 1, "=": 2}}
