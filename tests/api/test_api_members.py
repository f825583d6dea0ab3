"""What ``import xstilts`` offers: exactly what docs/python.md describes, and nothing is imported before it is used."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import xstilts as xs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^### xs\.(\w+)\n(.*?)(?=^###? |\Z)", PAGE, re.DOTALL | re.MULTILINE))
CALLS = (
    "corrupt", "encode", "load_encoder", "load_study", "load_task", "plan", "predict_gains", "run", "score", "search",
)  # fmt: skip
CLASSES = {"Encoder": "encoder", "PlannedStudy": "planned", "Results": "results"}


def test_the_page_describes_what_there_is() -> None:
    assert sorted([*SECTIONS, "__version__"]) == sorted(xs.__all__) == dir(xs)
    assert f"`xs.{'__version__'}`" in PAGE
    assert {*CALLS, *CLASSES, "Study"} == set(SECTIONS)


def test_type_checkers_see_what_there_is() -> None:
    stub = ast.parse((ROOT / "src" / "xstilts" / "__init__.pyi").read_text(encoding="utf-8"))
    (offered,) = [ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign)]
    assert sorted(offered) == sorted(xs.__all__)
    homes = {}
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            homes |= {alias.asname: f"{node.module}.{alias.name}" for alias in node.names if alias.asname}
    for name, home in homes.items():
        module, _, attribute = home.rpartition(".")
        assert getattr(xs, name) is getattr(importlib.import_module(module), attribute)
    declared = {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    assert {*homes, *declared} == set(xs.__all__)


def plain(text: str) -> str:
    """A signature without what is only layout."""
    return re.sub(r"[\s'\"]", "", text).replace(",)", ")").replace("<functionignore>", "ignore")


@pytest.mark.parametrize("name", CALLS)
def test_signatures_are_those_of_the_page(name: str) -> None:
    signature = re.sub(r"<function ignore at 0x\w+>", "ignore", str(inspect.signature(getattr(xs, name))))
    assert plain(f"xs.{name}{signature}") in plain(SECTIONS[name])


@pytest.mark.parametrize("name", CLASSES)
def test_attributes_are_those_of_the_page(name: str) -> None:
    kind: Any = getattr(xs, name)
    own = {field.name for field in dataclasses.fields(kind)} | {one for one in vars(kind) if not one.startswith("_")}
    told = re.findall(rf"^- `(?:{CLASSES[name]}|xs\.{name})\.(\w+)", SECTIONS[name], re.MULTILINE)
    assert sorted(told) == sorted(own)


@pytest.mark.parametrize("name", [*CALLS, *CLASSES])
def test_docstrings_have_an_example_that_runs(name: str) -> None:
    """Examples that would train for minutes are marked with SKIP; the notebook runs like ones."""
    found = getattr(xs, name)
    text = inspect.getdoc(type(found).__call__ if inspect.ismodule(found) else found) or ""
    assert ">>> import xstilts as xs" in text
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    said: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed
    assert not failed, "".join(said)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'xstilts' has no attribute 'serach'"):
        xs.serach  # type: ignore[attr-defined]  # noqa: B018


def imported_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    return set(found.stdout.split())


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = {"torch", "pandas", "pydantic", "numpy", "transformers", "datasets", "pyarrow", "scipy", "yaml"}
    found = imported_by("import xstilts; dir(xstilts)")
    assert "xstilts" in found
    assert not heavy & found


def test_studies_are_loaded_planned_and_scored_without_torch() -> None:
    found = imported_by("import xstilts as xs; xs.load_study, xs.plan, xs.run, xs.score, xs.search, xs.Results")
    assert not {"torch", "transformers", "datasets", "accelerate"} & found
    assert "pydantic" in found


@pytest.mark.parametrize("before", ["", "import xstilts.search.exact; ", "xs.search; import xstilts.search.scores; "])
def test_search_is_what_is_called_whatever_was_imported_before(before: str) -> None:
    script = f"import xstilts as xs; {before}import numpy as np; print(xs.search(np.eye(2), np.eye(2), 1).numbers)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    assert found.stdout.split() == ["[[0]", "[1]]"]
