"""From a YAML file, a size and ``--set`` arguments to a validated study.

Order: the file, then the chosen ``sizes`` entry merged deeply over the root, then the ``--set`` values. In a size,
``null`` takes out what the root says under this key; ``--set arms.NAME=null`` takes out an arm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as MappingABC
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from pydantic import BaseModel, ValidationError

from xstilts.errors import StudyError, nearest, shortened
from xstilts.sources import safe_yaml
from xstilts.sources.records.retyped import is_retyped
from xstilts.studies.changes import apply
from xstilts.studies.named_claims import check_claims
from xstilts.studies.named_noise import check_noise
from xstilts.studies.spec import NestedSeeds, Study
from xstilts.studies.training_spec import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.studies.changes import Change

_UNSAID = re.compile(rf"(function-|(list|dict|literal|lax-or-strict)\[|{FORM}|{NestedSeeds.__name__}$)")
"""Parts of a place that say which form of a value was tried; they are no keys of the file."""

MOST_PROBLEMS = 6
"""How many problems of a study one message tells."""

_WAYS_TO_A_STUDY = "`xstilts list studies` shows the catalog, `xstilts new` writes a study of your own."


def catalog_names() -> list[str]:
    """Names of the studies that come with xstilts."""
    return sorted(path.name.removesuffix(".yaml") for path in _catalog().iterdir() if path.name.endswith(".yaml"))


def catalog_text(name: str) -> str:
    """The YAML text of a catalog study.

    Raises:
        StudyError: If there is no such study.
    """
    names = catalog_names()
    if name not in names:
        hint = f"{nearest(name, names) or 'Or give the path of a YAML file.'} {_WAYS_TO_A_STUDY}"
        raise StudyError(f"There is no catalog study or file called {name!r}.", value=name, allowed=names, hint=hint)
    return str((_catalog() / f"{name}.yaml").read_text(encoding="utf-8"))


def load_study(name_or_path: str, sets: Sequence[str] = (), size: str | None = None) -> Study:
    """Read, merge and validate a study, with changes as the command line has them.

    Args:
        name_or_path: A catalog name or the path of a YAML file.
        sets: ``path=value`` arguments, applied last.
        size: Which entry of ``sizes`` to take; None: the study's own ``size``.

    Raises:
        StudyError: Naming the path of the wrong field and what is allowed there.
    """
    return load_changed(name_or_path, [_change(argument) for argument in sets], size)


def load_changed(name_or_path: str, changes: Sequence[Change] = (), size: str | None = None) -> Study:
    """As :func:`load_study`, with changes whose values are read already."""
    path = Path(name_or_path)
    from_file = path.suffix in {".yaml", ".yml"} or path.is_file()
    root = parse_yaml(_file_text(path) if from_file else catalog_text(name_or_path), str(name_or_path))
    return _made(root, changes, size, (str(name_or_path), path.parent if from_file else None))


def study_of(root: Mapping[str, Any], changes: Sequence[Change] = (), size: str | None = None) -> Study:
    """As :func:`load_changed`, of the root keys of a study; the mapping itself stays as it is.

    Raises:
        StudyError: As :func:`load_study`.
    """
    if not isinstance(root, MappingABC):
        raise StudyError("must be a name, a path, or a mapping of the study's keys.", field="study", value=root)
    return _made(cast("dict[str, Any]", _plain(dict(root), "study")), changes, size, ("study", None))


def _made(root: dict[str, Any], changes: Sequence[Change], size: str | None, place: tuple[str, Path | None]) -> Study:
    """Size, changes and checks, in this order; ``place`` is what errors call the study, and the folder of its file."""
    wanted = size or next((str(value) for path, value in reversed(changes) if path == "size"), None)
    chosen = wanted or root.get("size", "lab")
    sizes = root.get("sizes") or {}
    if isinstance(sizes, dict) and sizes and chosen not in sizes:
        said = f"There is no size {chosen!r}" + ("." if "size" in root or wanted else ", the default.")
        raise StudyError(said, field="size", value=chosen, allowed=sorted(sizes), hint="Say which: size=NAME.")
    if isinstance(sizes, dict) and isinstance(sizes.get(chosen), dict):
        root = _merged(root, sizes[chosen])
    root["size"] = chosen
    for path, value in changes:
        apply(root, path, _plain(value, f"--set {path}"))
    return validate(root, *place)


def validate(root: dict[str, Any], where: str, folder: Path | None = None) -> Study:
    """Check a study mapping; relative ``data`` and ``data_map`` paths stay relative to the working directory.

    Raises:
        StudyError: With one line per problem.
    """
    _refuse_boolean_languages(root)
    try:
        study = Study.model_validate(root)
    except ValidationError as error:
        raise _study_error(error, where) from None
    check_noise(study, where)
    check_claims(study, where)
    if isinstance(study.data_map, Path | list):
        study = study.model_copy(update={"data_map": _read_maps(study.data_map, folder)})
    return study


def parse_yaml(text: str, where: str) -> dict[str, Any]:
    """A YAML mapping, read safely.

    Raises:
        StudyError: If it is not YAML or not a mapping.
    """
    value = _yaml(text, where)
    if not isinstance(value, dict):
        raise StudyError("must be a mapping of the study's keys.", field=where)
    return cast("dict[str, Any]", _plain(value, where))


def _yaml(text: str, where: str) -> object:
    try:
        return safe_yaml.load(text)
    except yaml.YAMLError as error:
        said, line = safe_yaml.problem(error)
        raise StudyError(f"is not valid YAML: {said}.", field=where if line is None else f"{where}:{line}") from None


def _plain(value: object, where: str) -> object:
    """YAML 1.1 as a study means it: every key is text, and `no` as a key was not quoted."""
    if isinstance(value, dict):
        for key in value:
            _check_key(key, value, where)
        return {str(key): _plain(item, f"{where}: {key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, where) for item in value]
    return value


def _check_key(key: object, beside: Mapping[Any, Any], where: str) -> None:
    if isinstance(key, bool):
        hint = 'YAML reads unquoted yes, no, on and off as booleans: write "no" in quotes.'
        raise StudyError(f"has the key {key}.", field=where, hint=hint)
    if is_retyped(key) or not isinstance(key, str | int):
        shown = "null" if key is None else getattr(key, "written", repr(key))
        raise StudyError(f"has the key {shown}, which YAML does not read as text: write it in quotes.", field=where)
    if not isinstance(key, str) and str(key) in beside:
        raise StudyError(f"has the key {key} twice, as a number and as text.", field=where)


def _catalog() -> Any:  # noqa: ANN401 - importlib's Traversable has no public name before 3.11
    return files("xstilts") / "catalog"


def _file_text(path: Path) -> str:
    try:
        return safe_yaml.file_text(path)
    except FileNotFoundError:
        hint = f"{_WAYS_TO_A_STUDY} Catalog: {', '.join(catalog_names())}."
        raise StudyError("does not exist.", field=str(path), hint=hint) from None
    except UnicodeDecodeError as error:
        raise StudyError(f"is not UTF-8 text (byte {error.start}).", field=str(path)) from None
    except ValueError as error:  # a NUL in the path
        raise StudyError(f"is no path ({error}).", field=repr(str(path))) from None


def _read_maps(paths: Path | Sequence[Path], folder: Path | None) -> dict[str, Any]:
    """One data map of several: what a later one says of a task is merged deeply over what earlier ones say."""
    joined: dict[str, Any] = {}
    for path in [paths] if isinstance(paths, Path) else paths:
        joined = _merged(joined, _read_map(path, folder))
    return joined


def _read_map(path: Path, folder: Path | None) -> dict[str, Any]:
    """A data map: a path beside the study, or the name of a map that comes with xstilts."""
    packaged = _catalog() / "data" / path.name
    beside = folder / path if folder is not None else path
    if beside.is_file():
        return parse_yaml(_file_text(beside), str(beside))
    if packaged.is_file():
        return parse_yaml(packaged.read_text(encoding="utf-8"), path.name)
    packed = ", ".join(sorted(item.name for item in (_catalog() / "data").iterdir()))
    hint = f"Give its path from the study's folder, or one that comes with xstilts: {packed}."
    raise StudyError("does not exist.", field=f"data_map: {path}", value=path, hint=hint)


def _merged(root: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One mapping over another, deeply; a list is replaced whole, and null takes the key out."""
    result = dict(root)
    for key, value in over.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return {key: value for key, value in result.items() if value is not None or key not in over}


def _change(argument: str) -> Change:
    path, equals, text = argument.partition("=")
    if not equals or not path:
        raise StudyError(f"{argument!r} is not of the form path=value.", field="--set")
    return path, _yaml(text, f"--set {path}")


def _refuse_boolean_languages(root: Mapping[str, Any]) -> None:
    languages = root.get("languages")
    for index, code in enumerate(languages if isinstance(languages, list) else []):
        if isinstance(code, bool):
            hint = 'YAML reads an unquoted no as false: write "no" in quotes for Norwegian.'
            raise StudyError(f"is the boolean {code}, not a language.", field=f"languages.{index}", hint=hint)


def _study_error(error: ValidationError, where: str) -> StudyError:
    problems = error.errors(include_url=False, include_context=False)
    lines = list(dict.fromkeys(_problem(problem) for problem in problems[:MOST_PROBLEMS]))
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"and {len(problems) - MOST_PROBLEMS} more.")
    return StudyError("\n  ".join(lines), field=where)


def _problem(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    location = [str(part) for part in problem["loc"] if not _UNSAID.match(str(part))]
    path = ".".join(location) or "study"
    if problem["type"] == "extra_forbidden":
        known = _known_keys(location[:-1])
        close = nearest(location[-1], known)
        return f"{path}: unknown key. {close + ' ' if close else ''}Allowed: {', '.join(known)}."
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error" and not location:  # it names its place itself, and the input is the whole study
        return f"{message}."
    if problem["type"] == "path_type":
        message = "must be the path of a data map, a list of such paths, or a mapping task → language → split"
    if "instance of" in message:
        message = "must be a mapping of keys" + (", or a list of phases" if path.startswith("arms.") else "")
    shown = shortened(json.dumps(problem.get("input"), default=str), 80)
    quoted = problem["type"] == "string_type" and problem["input"] is not None and is_retyped(problem["input"])
    hint = ". YAML reads an unquoted no, 1.10 or date as something else than text: write it in quotes" if quoted else ""
    return f"{path}: {message} (here: {shown}){hint}"


def _known_keys(location: Sequence[str]) -> list[str]:
    """The keys allowed at a path, found by walking the models' annotations."""
    models: list[type[BaseModel]] = [Study]
    for part in location:
        inner = [model.model_fields[part].annotation for model in models if part in model.model_fields]
        found = [found for annotation in inner for found in _models_in(annotation)]
        models = found or models
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
