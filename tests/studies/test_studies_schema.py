"""The JSON schema of the study file, and the meanings that it tells."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.studies.meanings import meanings, summary
from xstilts.studies.schema import study_schema
from xstilts.studies.spec import Study

SCHEMA = study_schema()


class Outer:
    """One thing.

    It goes on
    here.

    Attributes:
        first: Its ``meaning``,
            on two lines; None: nothing.
        second: Another.

    Raises:
        third: No attribute.
    """


class Inner(Outer):
    """Another thing.

    Attributes:
        second: Said anew.
    """


def parts(schema: Any) -> list[dict[str, Any]]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    return [*([schema] if isinstance(schema, dict) else []), *(part for one in inner for part in parts(one))]


def test_meanings_are_read_where_they_are_written():
    assert meanings(Outer) == {"first": "Its `meaning`, on two lines; left out: nothing.", "second": "Another."}
    assert meanings(Inner)["second"] == "Said anew."
    assert meanings(Inner)["first"] == meanings(Outer)["first"]
    assert summary(Outer) == "One thing.\n\nIt goes on here."


def test_root_keys_are_those_of_the_study_and_unknown_ones_are_refused():
    assert set(SCHEMA["properties"]) == set(Study.model_fields)
    assert SCHEMA["additionalProperties"] is False


def test_every_key_says_what_it_means():
    properties = [part["properties"] for part in parts(SCHEMA) if isinstance(part.get("properties"), dict)]
    assert len(properties) == 1 + len(SCHEMA["$defs"])
    assert all(field["description"] for fields in properties for field in fields.values())


def test_every_reference_leads_to_a_definition():
    places = {part["$ref"] for part in parts(SCHEMA) if "$ref" in part}
    assert places == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


@pytest.mark.parametrize(
    ("name", "form"), [("Target", "string"), ("BaseRecipe", "string"), ("Arm", "array"), ("Selection", "string")]
)
def test_what_may_stand_in_place_of_a_mapping_is_allowed(name: str, form: str):
    short, whole = SCHEMA["$defs"][name]["anyOf"]
    assert (short["type"], whole["type"]) == (form, "object")


def test_what_a_size_may_say_is_not_asked_of_the_root():
    assert SCHEMA["required"] == ["name", "question"]
