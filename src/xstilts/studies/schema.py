"""The JSON schema of a study file, by which editors complete and check keys while a study is written."""

from __future__ import annotations

from typing import Any

from xstilts.studies.meanings import meanings, summary
from xstilts.studies.spec import Study
from xstilts.studies.training_spec import Strict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NEEDED = ["name", "question"]
"""What the file says itself; everything else may come from the chosen entry of ``sizes``."""


def study_schema() -> dict[str, Any]:
    """The schema as JSON, with the meaning of every key as its description.

    It knows shapes, words and ranges. What only the planner knows (tasks, languages, bases) it lets pass.
    """
    schema = Study.model_json_schema()
    models = {model.__name__: model for model in _models(Strict)}
    definitions = {
        name: _described(models[name], definition) for name, definition in sorted(schema.pop("$defs").items())
    }
    return {"$schema": DIALECT, **_described(Study, schema), "required": NEEDED, "$defs": definitions}


def _models(above: type[Strict]) -> list[type[Strict]]:
    return [model for child in above.__subclasses__() for model in (child, *_models(child))]


def _described(model: type[Strict], definition: dict[str, Any]) -> dict[str, Any]:
    """A model's schema with the meanings of its keys, and with the short form that may stand in its place."""
    said = meanings(model)
    named = {field.alias or name: said[name] for name, field in model.model_fields.items()}
    properties = {
        key: {**_without_written_out(value), "description": named[key]}
        for key, value in definition["properties"].items()
    }
    whole = {**definition, "properties": properties}
    if model.short is None:
        return {**whole, "description": summary(model)}
    del whole["description"], whole["title"]
    return {"title": model.__name__, "description": summary(model), "anyOf": [properties[model.short[1]], whole]}


def _without_written_out(field: dict[str, Any]) -> dict[str, Any]:
    """A field without a default that is a whole mapping of defaults: an editor would insert all of them."""
    return {key: value for key, value in field.items() if key != "default" or not isinstance(value, dict)}
