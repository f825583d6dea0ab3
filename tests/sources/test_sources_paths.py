"""Paths of data maps: no hidden files, none twice, nothing that is no path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.sources import MAP_FILE, Source, fingerprint, languages, load
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from pathlib import Path

TASK = Task("own", Kind.MASKED_LM, "", (), {}, ())


def source(folder: Path, **entry: Any) -> Source:
    return Source("files", folder, {"own": {"de": {"train": {"format": "text", **entry}}}})


def texts(folder: Path, **entry: Any) -> list[str]:
    return list(load(TASK, "de", "train", source(folder, **entry)).dataset["text"])


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}\n", encoding="utf-8")


def test_hidden_files_and_backups_are_not_matched(tmp_path: Path) -> None:
    files(
        tmp_path, "a.txt", "d/b.txt", ".DS_Store", "._a.txt", ".a.txt.swp", "a.txt~", "#a.txt#", "~$a.txt", "Thumbs.db"
    )
    files(tmp_path, "d/.ipynb_checkpoints/b.txt", "__MACOSX/a.txt", ".hidden/c.txt")
    assert texts(tmp_path, path="*") == ["a.txt"]
    files(tmp_path, "d/#1.txt")
    assert texts(tmp_path, path="**/*") == ["a.txt", "d/#1.txt", "d/b.txt"]
    assert texts(tmp_path, path=".hidden/*") == [".hidden/c.txt"]
    (tmp_path / "e").mkdir()
    files(tmp_path, "e/.DS_Store")
    with pytest.raises(DataError, match=r"names 'e/\*'; no file in .* matches"):
        texts(tmp_path, path="e/*")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    files(tmp_path, "d/a.txt")
    with pytest.raises(DataError, match=r"names 'd/', which is a folder\. Name its files: d/\*"):
        texts(tmp_path, path="d/")


@pytest.mark.parametrize("path", [["a.txt", "a.txt"], ["a.txt", "*.txt"], ["a*", "*t"], ["a.txt", "./a.txt"]])
def test_a_file_named_twice_is_refused(tmp_path: Path, path: list[str]) -> None:
    files(tmp_path, "a.txt")
    with pytest.raises(DataError, match=r"data_map\.own\.de\.train: names one file twice, as 'a\.txt' and 'a\.txt'"):
        fingerprint(TASK, "de", "train", source(tmp_path, path=path))


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_file_under_two_names_is_refused(tmp_path: Path, link: Any) -> None:
    files(tmp_path, "a.txt")
    link(tmp_path / "a.txt", tmp_path / "b.txt")
    with pytest.raises(DataError, match=r"names one file twice, as 'a\.txt' and 'b\.txt'"):
        texts(tmp_path, path="*.txt")


def test_a_link_to_nothing_is_named_not_passed_over(tmp_path: Path) -> None:
    files(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to("gone")
    with pytest.raises(DataError, match=r"names 'b\.txt', a link to a file that is not there"):
        texts(tmp_path, path="*.txt")
    (tmp_path / "c.txt").symlink_to("c.txt")
    with pytest.raises(DataError, match=r"names 'c\.txt', a link that leads nowhere"):
        texts(tmp_path, path="c.txt")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a\0b.txt", r"is 'a\\x00b\.txt', which holds a NUL"),
        ("x" * 5000, "is a path of 5,000 bytes, 'x+' …; expected at most 4,096, and 255 for a name"),
        ("d/" * 2500, "is a path of 5,000 bytes"),
        ("ü" * 200, "is a path of 400 bytes"),
        ("a\ud800.txt", "half a character"),
        ("a**b", "no pattern of paths"),
    ],
)
def test_what_is_no_path_is_refused_in_one_short_paragraph(tmp_path: Path, path: str, expected: str) -> None:
    for ask in (fingerprint, load):
        with pytest.raises(DataError, match=expected) as caught:
            ask(TASK, "de", "train", source(tmp_path, path=path))
        assert len(str(caught.value)) < 1000
        assert str(caught.value).isprintable()
    (tmp_path / MAP_FILE).write_text('own: {de: {train: {path: "a\\0b", format: text}}}', encoding="utf-8")
    with pytest.raises(DataError, match="holds a NUL"):
        fingerprint(TASK, "de", "train", Source("files", tmp_path))


def test_paths_that_are_too_long_with_their_folder(tmp_path: Path) -> None:
    path = "/".join(["d" * 200] * 20)
    with pytest.raises(DataError, match=r"cannot be read|no such file"):
        texts(tmp_path, path=path)
    assert languages(TASK, source(tmp_path, path=path), "train") == ("de",)


@pytest.mark.parametrize("value", ["2001-99-99", "!!int abc", "!!float x", "!!timestamp abc", "!!map [a]", "!!set [a]"])
def test_a_value_that_yaml_cannot_read_is_said_in_one_paragraph(tmp_path: Path, value: str) -> None:
    (tmp_path / MAP_FILE).write_text(f"own: {{de: {{train: {value}}}}}", encoding="utf-8")
    with pytest.raises(DataError, match=r"xstilts-data\.yaml.*expected a mapping task") as caught:
        fingerprint(TASK, "de", "train", Source("files", tmp_path))
    assert len(str(caught.value)) < 1000


def test_a_map_that_is_no_map_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / MAP_FILE).open("wb") as file:
        file.truncate(401_000)
    with pytest.raises(DataError, match="at most 400,000 are read"):
        fingerprint(TASK, "de", "train", Source("files", tmp_path))
