"""The test files of a user's task: one for each language, found beside the training file or said as a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.languages import LANGUAGES, get
from xstilts.studies.drafts.training_file import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LANGUAGE = "{language}"
_SPLITS = ("test", "dev")
_SEPARATORS = (".", "-", "_")
_PIVOT = re.compile(r"(?<![A-Za-z])en(?![A-Za-z])")


@dataclass(frozen=True)
class TestFiles:
    """Where the test sets lie.

    Attributes:
        pattern: A path from the training file's folder; ``{language}`` stands for the code.
        languages: The codes that have one.
    """

    __test__ = False  # no test of pytest's

    pattern: str
    languages: tuple[str, ...]

    def path(self, language: str) -> str:
        """The path of one language's file."""
        return self.pattern.replace(LANGUAGE, language)


def beside(file: Path) -> TestFiles | None:
    """The test files that lie beside a training file and are called like it (``test.de.tsv``); None for none."""
    for pattern in _patterns(file.name):
        found = _languages_of(file.parent, pattern)
        if found:
            return TestFiles(pattern, found)
    return None


def said(file: Path, pattern: str | None, languages: Sequence[str]) -> TestFiles:
    """The test files that a user names.

    Args:
        file: The training file.
        pattern: Path from its folder with ``{language}``; without it for one language alone; None: as found beside.
        languages: Codes; empty: all that have a file.

    Raises:
        UnknownNameError: If a code is unknown.
        InputError: If no file is found, one is missing, or the pattern leaves the folder.
    """
    codes = tuple(dict.fromkeys(get(code, "--languages").code for code in languages))
    if pattern is not None:
        _check_inside(pattern)
    found = beside(file) if pattern is None else TestFiles(pattern, codes or _matching(file.parent, pattern))
    hint = f"Name them: --test 'test.{LANGUAGE}{file.suffix}' (a path from the folder of {file.name})."
    if found is None or not found.languages:
        said_so = f"There are no test files in {str(file.parent)!r}: one is needed for each language to be scored."
        raise InputError(said_so, field="--test", value=pattern, hint=hint)
    wanted = TestFiles(found.pattern, codes or found.languages)
    if LANGUAGE not in wanted.pattern and len(wanted.languages) > 1:
        raise InputError(
            f"is one file for {len(wanted.languages)} languages.", field="--test", value=pattern, hint=hint
        )
    missing = [wanted.path(code) for code in wanted.languages if not (file.parent / wanted.path(code)).is_file()]
    if missing:
        raise InputError(f"There is no file {missing[0]!r} in {str(file.parent)!r}.", field="--test", hint=hint)
    return wanted


def _matching(folder: Path, pattern: str) -> tuple[str, ...]:
    return _languages_of(folder, pattern) if LANGUAGE in pattern else ()


def _check_inside(pattern: str) -> None:
    """Before anything is listed: a pattern must not walk through folders outside."""
    pure = PurePosixPath(pattern)
    if pure.is_absolute() or ".." in pure.parts:
        hint = "Give a path from the training file's folder, without '..'."
        raise InputError(f"{pattern!r} leads out of the folder.", field="--test", value=pattern, hint=hint)


def _languages_of(folder: Path, pattern: str) -> tuple[str, ...]:
    """The codes for which there is a file of this pattern."""
    known = (code for code in LANGUAGES.names() if LANGUAGES.get(code).seen is None)  # the lab's have no files
    return tuple(code for code in known if (folder / pattern.replace(LANGUAGE, code)).is_file())


def _patterns(name: str) -> Iterator[str]:
    """What test files are called beside a training file of this name, the likeliest first."""
    yield from dict.fromkeys(_all_patterns(name))


def _all_patterns(name: str) -> Iterable[str]:
    suffix = "".join(Path(name).suffixes[-2:] if Path(name).suffix in PACKED else Path(name).suffixes[-1:])
    for split in _SPLITS:
        like = name.replace("train", split)
        if "train" in name and _PIVOT.search(name):  # train.en.tsv
            yield _PIVOT.sub(LANGUAGE, like)
        for separator in _SEPARATORS:
            if "train" in name:  # reviews-train.tsv → reviews-test.de.tsv
                first, _, rest = like.partition(split)
                yield f"{first}{split}{separator}{LANGUAGE}{rest}"
                yield f"{first}{LANGUAGE}{separator}{split}{rest}"
            yield f"{split}{separator}{LANGUAGE}{suffix}"
            yield f"{LANGUAGE}{separator}{split}{suffix}"
        yield f"{LANGUAGE}/{split}{suffix}"
