"""docs/reference says what the code says: every page is as it would be written now, and leaves no key unexplained."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from pydantic import BaseModel, ValidationError

import reference
from reference_pages import allowed, markdown, study_file
from xstilts.cli import PANELS, app
from xstilts.studies.noise_spec import Corruption
from xstilts.studies.spec import Study
from xstilts.studies.training_spec import Hyperparameters, Strict

MODELS = list(study_file.found_models())
KEYS = [(model, key) for model in MODELS for key in study_file.keys_of(model)]


def name_of(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(value)


@pytest.mark.parametrize("name", reference.PAGES)
def test_each_page_is_as_it_would_be_written_now(name: str) -> None:
    path = reference.FOLDER / name
    assert path.read_text(encoding="utf-8") == reference.PAGES[name](), "it is not current; `make reference` writes it"


def test_every_page_of_the_folder_is_written() -> None:
    assert {path.name for path in reference.FOLDER.iterdir()} == {name for name in reference.PAGES if "/" not in name}


def test_every_model_of_the_study_file_is_found() -> None:
    def below(model: type[Any]) -> set[type[Any]]:
        return {child for one in model.__subclasses__() for child in (one, *below(one))}

    assert set(MODELS) == below(Strict) - {Corruption}  # which is what noise in tests and in training have in common


@pytest.mark.parametrize(("model", "key"), KEYS, ids=name_of)
def test_every_key_has_a_meaning_that_is_a_sentence(model: type[BaseModel], key: str) -> None:
    meaning = study_file.meaning_of(model, key)
    assert meaning.endswith("."), f"say it under Attributes: in the docstring of {model.__name__}"
    assert meaning[0].isupper() or meaning[0] == "`"


@pytest.mark.parametrize(("model", "key"), KEYS, ids=name_of)
def test_every_key_has_an_example_that_is_allowed(model: type[BaseModel], key: str) -> None:
    given = study_file.EXAMPLES[model.__name__]
    assert key in given, "add it to tools/reference_pages/examples.yaml"
    refused: list[object] = []
    try:
        model.model_validate({key: given[key]})
    except ValidationError as error:  # other keys that the model needs are missing, which says nothing of this one
        refused = [problem for problem in error.errors() if problem["loc"][:1] == (key,)]
    assert not refused


def test_no_example_is_left_over() -> None:
    keys = {model.__name__: set(study_file.keys_of(model)) for model in MODELS}
    assert {name: set(examples) for name, examples in study_file.EXAMPLES.items()} == keys


@pytest.mark.parametrize(
    ("model", "key", "words"),
    [
        (Study, "name", "name"),
        (Study, "languages", "`all` or list of text"),
        (Study, "targets", "list of names or [target](#target)"),
        (Hyperparameters, "warmup", "number (0 or more, at most 1)"),
        (Hyperparameters, "steps", "whole number (above 0)"),
        (Hyperparameters, "freeze_embeddings", "`true` or `false`"),
    ],
)
def test_what_a_key_may_be_is_told_in_words(model: type[BaseModel], key: str, words: str) -> None:
    assert allowed.allowed(model.model_fields[key]) == words


def test_every_verb_and_option_is_on_the_page() -> None:
    page = reference.PAGES["command_line.md"]()
    commands = typer.main.get_command(app).commands
    assert {name for verbs in PANELS.values() for name in verbs} == set(commands)
    for name, command in commands.items():
        said = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
        assert all(one.opts[0] in said or one.metavar in said for one in command.params if one.name != "help")


def test_a_cell_ends_where_the_table_says() -> None:
    assert markdown.table(("a",), [("x | y\nz <b> `<c>`",)]) == "| a |\n| --- |\n| x \\| y z &lt;b> `<c>` |\n"
