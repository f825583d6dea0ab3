"""From a question, a YAML file or a name of the catalog to a validated review."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ValidationError

from xstilts.claims import CLAIMS
from xstilts.errors import InputError, nearest, shortened
from xstilts.literature.databases import DATABASES
from xstilts.sources import safe_yaml
from xstilts.studies.review_spec import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

WAYS = "Ask a question in quotes, name a review of `xstilts list reviews`, or give a YAML file."
_LONGEST_NAME = 40


def review_names() -> list[str]:
    """Names of the reviews that come with xstilts."""
    return sorted(path.name.removesuffix(".yaml") for path in _catalog().iterdir() if path.name.endswith(".yaml"))


def review_text(name: str) -> str:
    """The YAML text of a catalog review.

    Raises:
        InputError: If there is no such review.
    """
    names = review_names()
    if name not in names:
        hint = f"{nearest(name, names) or ''} {WAYS}".strip()
        raise InputError(f"There is no review or file called {name!r}.", value=name, allowed=names, hint=hint)
    return str((_catalog() / f"{name}.yaml").read_text(encoding="utf-8"))


def load_review(asked: str) -> Review:
    """The review that somebody asks for.

    Args:
        asked: A path that ends in ``.yaml`` or ``.yml``, a name of the catalog, or a question: what has a space or ends
            in a question mark.

    Raises:
        InputError: Naming the path of the wrong key and what is allowed there.
    """
    if Path(asked).suffix in (".yaml", ".yml"):
        return review_of(_file(Path(asked)), asked)
    if " " in asked.strip() or asked.rstrip().endswith("?"):
        return review_of({"name": _name_of(asked), "question": asked}, "question")
    return review_of(_parsed(review_text(asked), asked), asked)


def review_of(root: Mapping[str, Any], where: str) -> Review:
    """The review that a mapping of root keys says.

    Raises:
        InputError: As :func:`load_review`.
    """
    try:
        review = Review.model_validate(root)
    except ValidationError as error:
        said = "\n  ".join(dict.fromkeys(_problem(problem) for problem in error.errors(include_url=False)[:6]))
        raise InputError(said, field=where) from None
    for place, name in enumerate(review.databases):
        DATABASES.get(name, f"{where}: databases.{place}")
    for place, claim in enumerate(review.claims):
        CLAIMS.get(claim, f"{where}: claims.{place}")
    return review


def with_databases(review: Review, names: str) -> Review:
    """The review with other databases, commas between.

    Raises:
        UnknownNameError: If there is no such database.
    """
    asked = tuple(filter(None, (name.strip() for name in names.split(","))))
    return review_of({**review.model_dump(), "databases": asked}, "--databases")


def _catalog() -> Any:  # noqa: ANN401 - importlib's Traversable has no public name before 3.11
    return files("xstilts") / "catalog" / "reviews"


def _file(path: Path) -> Mapping[str, Any]:
    """The root keys of a file; its corpus is looked for beside it."""
    try:
        root = _parsed(safe_yaml.file_text(path), str(path))
    except FileNotFoundError:
        raise InputError("does not exist.", field=str(path), hint=WAYS) from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start}).", field=str(path)) from None
    corpus = root.get("corpus")
    beside = [str(path.parent / one) for one in corpus] if isinstance(corpus, list) else None
    return root if beside is None else {**root, "corpus": beside}


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        root = safe_yaml.load(text)
    except yaml.YAMLError as error:
        said, line = safe_yaml.problem(error)
        raise InputError(f"is not valid YAML: {said}.", field=where if line is None else f"{where}:{line}") from None
    if not isinstance(root, dict):
        raise InputError("must be a mapping of the review's keys.", field=where, allowed=Review.model_fields)
    return {str(key): value for key, value in root.items()}


def _name_of(question: str) -> str:
    """The first words of a question, as a name of a folder."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    name = ""
    for word in words:
        if len(name) + len(word) > _LONGEST_NAME:
            break
        name = f"{name}-{word}" if name else word
    return name or "review"


def _problem(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    location = [str(part) for part in problem["loc"]]
    path = ".".join(location) or "review"
    if problem["type"] == "extra_forbidden":
        known = sorted(_model_at(location[:-1]).model_fields)
        return f"{path}: unknown key. {nearest(location[-1], known) or ''} Allowed: {', '.join(known)}."
    message = problem["msg"].removeprefix("Value error, ")
    return f"{path}: {message} (here: {shortened(json.dumps(problem.get('input'), default=str), 80)})."


def _model_at(location: list[str]) -> type[BaseModel]:
    model: type[BaseModel] = Review
    for part in location:
        inner = model.model_fields[part].annotation if part in model.model_fields else None
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return model
