"""What an installed package holds: one version, and every file that the code reads."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import xstilts

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = ROOT / "src" / "xstilts"


def matches(path: str, pattern: str) -> bool:
    """A star of setuptools' patterns stays inside its folder."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


DATA = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc"}
)


@pytest.mark.parametrize("path", DATA)
def test_every_file_of_data_is_in_the_wheel(path: str) -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["xstilts"]
    assert any(matches(path, pattern) for pattern in patterns), f"add {path} to package-data in pyproject.toml"


def test_the_version_is_told_in_one_place() -> None:
    assert "version" not in PROJECT["project"] and PROJECT["project"]["dynamic"] == ["version"]
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None and cited[1] == xstilts.__version__


def test_every_folder_with_modules_is_a_package() -> None:
    """Setuptools finds only folders with an ``__init__.py``."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").is_file()]
