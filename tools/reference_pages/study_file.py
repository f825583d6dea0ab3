"""docs/reference/study_file.md, from the models that a study is checked by."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel

from reference_pages.allowed import allowed, heading, link, models_at
from reference_pages.markdown import code, codes, table
from xstilts.planning.hyperparameters import PhaseValues
from xstilts.sources.data_map import OWN_KEYS
from xstilts.sources.formats import FORMATS
from xstilts.sources.records.options import CHOICES, ROW_OPTIONS, RowOptions
from xstilts.studies.meanings import meanings, summary
from xstilts.studies.spec import Study
from xstilts.studies.training_spec import Hyperparameters
from xstilts.tasks import inline
from xstilts.tasks.base import TextOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

EXAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
"""Model to key to an example of its value."""

HEAD = """\
# The study file

A study is one YAML file. This page has every key: what it may be, its default, what it means, and an example.
`xstilts show study NAME` prints a ready study to start from, and `xstilts show study --schema` a JSON schema by which
editors complete and check keys. The default “–” means that nothing is said. A *name* is of letters, digits, `_`, `.`
and `-`; in places, NAME stands for a name that you give and N for a position in a list, counted from 0.

A value on the command line, `--set path.to.key=value`, goes over the file. An unknown key is refused with the nearest
known one.

"""
OWN_TASK = """\
## Task of the study

Stands at `tasks.NAME`. A data set of the study's own; [adding a task](../how-to/adding_a_task.md) has an example for
every kind.

```yaml
tasks:
  reviews:
    kind: classification
    labels: [bad, good]
    files:
      en: {train: {path: train.tsv, format: delimited, columns: {text: review, label: stars}}}
      de: {test: {path: test.de.tsv, format: delimited, columns: {text: review, label: stars}}}
```

"""
ENTRY = """\
## Data entry

Stands at `tasks.NAME.files.LANGUAGE.SPLIT` and `data_map.TASK.LANGUAGE.SPLIT`. It says where the examples of one split
lie and how they are read; a list of entries is read one after the other. A language key may name several languages
(`de es fr`), or the pair of a text's and a question's (`de+en`).

```yaml
{path: "reviews.{language}.tsv", format: delimited, columns: {text: 0, label: 2}, labels: {p: good, n: bad}}
```

"""
FORMAT = """\
## Format

Stands at `format` of a [data entry](#data-entry). The options of a format stand beside it.

"""


def written() -> str:
    """The page as it should be."""
    sections = [_section(model, places) for model, places in found_models().items()]
    return HEAD + "\n".join([*sections, _own_task(), _entry(), _formats()])


def found_models() -> dict[type[BaseModel], list[str]]:
    """Every model of the study file to where it stands, from the root inwards."""
    found: dict[type[BaseModel], list[str]] = {Study: []}
    waiting: list[type[BaseModel]] = [Study]
    while waiting:
        outer = waiting.pop(0)
        for inner, place in _inside(outer):
            if inner not in found:
                waiting.append(inner)
            found.setdefault(inner, []).append(place if outer is Study else f"{place} of {link(outer)}")
    return found


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model as they are written in a file, without the hyper-parameters that it only inherits."""
    told = Hyperparameters.model_fields if _has_hyperparameters(model) else {}
    own = {
        name: field for name, field in model.model_fields.items() if name not in told or name in model.__annotations__
    }
    return {field.alias or name: field for name, field in own.items()}


def meaning_of(model: type[BaseModel], key: str) -> str:
    """What a key means; "" where nobody says so."""
    name = next(name for name, field in model.model_fields.items() if key == (field.alias or name))
    return meanings(model).get(name, "")


def _inside(model: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    for key, field in keys_of(model).items():
        for inner, place in models_at(field.annotation, key):
            yield inner, code(place)
    if _has_hyperparameters(model):
        yield Hyperparameters, "the keys"


def _has_hyperparameters(model: type[BaseModel]) -> bool:
    return issubclass(model, Hyperparameters) and model is not Hyperparameters


def _section(model: type[BaseModel], places: list[str]) -> str:
    where = f"Stands at {', '.join(places)}.\n\n" if places else ""
    more = f"\nAll keys of {link(Hyperparameters)} stand here too.\n" if _has_hyperparameters(model) else ""
    rows = [
        (code(key), allowed(field), _default(model, key, field), meaning_of(model, key), code(example(model, key)))
        for key, field in keys_of(model).items()
    ]
    title = "Root keys" if model is Study else heading(model)
    head = ("key", "may be", "default", "meaning", "example")
    return f"## {title}\n\n{where}{summary(model)}\n{more}\n{table(head, rows)}"


def example(model: type[BaseModel], key: str) -> str:
    """One line of YAML that says the key."""
    said = {key: EXAMPLES[model.__name__][key]}
    return yaml.safe_dump(said, default_flow_style=True, sort_keys=False, width=1000, allow_unicode=True).strip()[1:-1]


def _default(model: type[BaseModel], key: str, field: FieldInfo) -> str:
    if field.is_required():
        return "must be said"
    used = {item.name: item.default for item in fields(PhaseValues)}
    if model is Hyperparameters and used[key] is not None:
        return f"the protocol's, else {code(_flow(used[key]))}"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    return "–" if value in (None, {}, [], "") else code(_flow(_dumped(value)))


def _dumped(value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Models as the file has them: the arm that says nothing is an empty list."""
    if isinstance(value, dict):
        return {key: _dumped(item) for key, item in value.items()}
    return value.model_dump(exclude_defaults=True) or [] if isinstance(value, BaseModel) else value


def _flow(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=1000).strip().removesuffix("...").strip()


def _own_task() -> str:
    kinds = {"kind": codes(inline.KINDS)}
    rows = [(code(key), kinds.get(key, ""), said) for key, said in inline.KEYS.items()]
    usual = [(code(kind), codes(names)) for kind, names in inline.HEADLINES.items()]
    return f"{OWN_TASK}{table(('key', 'may be', 'meaning'), rows)}\n{table(('kind', 'its usual metrics'), usual)}"


def _entry() -> str:
    said = {**OWN_KEYS, **{name: meaning for name, meaning in meanings(RowOptions).items() if name in ROW_OPTIONS}}
    choices = {"format": ["[a format](#format)"], "origin": map(code, TextOrigin)}
    choices |= {name: map(code, words) for name, words in CHOICES.items()}
    defaults = {"path": "must be said", "format": "must be said"} | {name: code(CHOICES[name][0]) for name in CHOICES}
    rows = [(code(key), ", ".join(choices.get(key, ())), defaults.get(key, "–"), said[key]) for key in said]
    return ENTRY + table(("key", "may be", "default", "meaning"), rows)


def _formats() -> str:
    rows = []
    for one in FORMATS:
        rows.append((code(one.name), one.doc, "", ""))
        rows += [("", code(key), option.doc, code(repr(option.default))) for key, option in one.options.items()]
    return FORMAT + table(("format", "a file, or an option", "meaning", "default"), rows)
