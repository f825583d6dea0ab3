"""Documents of every format, whole and broken: the right examples, or an error that names the place; nothing else."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from fuzz_documents import LABELS, SHAPES, Shape
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import DataError, InputError
from xstilts.sources import FORMATS, MAP_FILE, Loaded, Source, fingerprint, load
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

EVERY_SHAPE = pytest.mark.parametrize("name", SHAPES)
FEW = settings(max_examples=10)
SOME = settings(max_examples=20)
MANY = settings(max_examples=40)
ALL_JSON = ("jsonl", "json_by_id", "squad_json", "paragraphs", "xquad_r", "mentions")
JSON = [name for name in SHAPES if name.split()[0] in ALL_JSON]
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 1.5, float("nan"), float("inf"), "", "0", "NaN", "\ud800", "x\u0000", [], [1], {}),
    *({"text": 1}, [[]], "y" * 50, {"label": [], "text": "ab"}),
)


@contextmanager
def written(files: Sequence[bytes]) -> Iterator[tuple[Path, list[str]]]:
    with TemporaryDirectory() as folder:
        names = [f"f{number}" for number in range(len(files))]
        for name, content in zip(names, files, strict=True):
            (Path(folder) / name).write_bytes(content)
        yield Path(folder), names


def read(name: str, files: Sequence[bytes]) -> Loaded:
    """The document through the usual door; every other exception than a well-placed DataError fails the test."""
    shape = SHAPES[name]
    labels = LABELS if shape.kind in (Kind.CLASSIFICATION, Kind.TAGGING) else ()
    task = Task("t", shape.kind, "", (), {}, (), labels=labels)
    with written(files) as (folder, names):
        entry = {"path": names, "format": name.split()[0], **shape.options}
        try:
            loaded = load(task, "de", "test", Source("files", folder, {"t": {"de": {"test": entry}}}))
        except DataError as error:
            assert_placed(error, [folder / file for file in names])
            raise
    assert loaded.read == loaded.used + sum(loaded.rejected.values())
    return loaded


def assert_placed(error: DataError, paths: Sequence[Path]) -> None:
    whole = ("There is no example", "is text in UTF-16", "is a broken or cut-off gzip", "is packed twice")
    if error.message.startswith(whole):
        return  # these are about a whole file
    places = [str(error.field).removeprefix(str(path)) for path in paths if str(error.field).startswith(str(path))]
    assert places, f"no file: {error}"
    assert re.match(r":(\d+|document|\[\d+\]|data\[|\[\")", places[0]), f"no line and no JSON path: {error}"


def encoded(texts: Sequence[str]) -> list[bytes]:
    return [text.encode() for text in texts]


def rows(name: str, loaded: Loaded) -> list[dict[str, Any]]:
    """The examples, without the ids that the reading made up."""
    found: list[dict[str, Any]] = loaded.dataset.to_list()
    return found if SHAPES[name].own_ids else [{k: v for k, v in row.items() if k != "id"} for row in found]


def wanted(shape: Shape, items: Sequence[tuple[int, Any]]) -> list[dict[str, Any]]:
    found = [row for number, item in items for row in shape.expected(number, item)]
    return sorted(found, key=lambda row: row.get("role", ""), reverse=True)  # queries come first


def assert_right(name: str, loaded: Loaded, items: Sequence[tuple[int, Any]]) -> None:
    shape = SHAPES[name]
    assert (loaded.read, loaded.rejected) == (len(items), {})
    if any(shape.expected(*item) for item in items):
        found = rows(name, loaded)
        assert sorted(found, key=lambda row: row.get("role", ""), reverse=True) == wanted(shape, items)


def draw_items(data: st.DataObject, shape: Shape) -> list[tuple[int, Any]]:
    return list(enumerate(data.draw(st.lists(shape.item, min_size=1, max_size=5))))


def test_every_format_is_written_here() -> None:
    assert {name.split()[0] for name in SHAPES} == set(FORMATS.names())


@EVERY_SHAPE
@given(data=st.data())
@FEW
def test_what_was_written_is_read(name: str, data: st.DataObject) -> None:
    items = draw_items(data, SHAPES[name])
    texts = SHAPES[name].write(items)
    assert_right(name, read(name, encoded(texts)), items)
    assert SHAPES[name].count(texts) == len(items)


@EVERY_SHAPE
@given(data=st.data())
@SOME
def test_harmless_changes_change_nothing(name: str, data: st.DataObject) -> None:
    items = draw_items(data, SHAPES[name])
    changes: dict[str, Callable[[str], bytes]] = {
        "windows": lambda text: text.replace("\n", "\r\n").encode(),
        "old mac": lambda text: text.replace("\n", "\r").encode(),
        "byte order mark": lambda text: text.encode("utf-8-sig"),
        "no last line end": lambda text: text.removesuffix("\n").encode(),
        "packed": lambda text: gzip.compress(text.encode()),
        "packed by bz2": lambda text: bz2.compress(text.encode()),
        "packed by xz": lambda text: lzma.compress(text.encode(), preset=0),
    }
    if SHAPES[name].blank_ends:
        changes["blank ends"] = lambda text: f"{text}\n\n".encode()
    change = changes[data.draw(st.sampled_from(sorted(changes)))]
    assert_right(name, read(name, [change(text) for text in SHAPES[name].write(items)]), items)


@EVERY_SHAPE
@given(data=st.data())
@FEW
def test_order_is_the_files_and_ids_stay_with_their_records(name: str, data: st.DataObject) -> None:
    items = data.draw(st.permutations(draw_items(data, SHAPES[name])))
    assert_right(name, read(name, encoded(SHAPES[name].write(items))), items)


@EVERY_SHAPE
@given(data=st.data())
@FEW
def test_a_record_that_comes_twice_is_counted_or_refused(name: str, data: st.DataObject) -> None:
    items = draw_items(data, SHAPES[name])
    texts = encoded(SHAPES[name].write([*items, data.draw(st.sampled_from(items))]))
    if SHAPES[name].own_ids or name in ("paragraphs", "xquad_r"):
        with pytest.raises(DataError, match="has the key" if name == "json_by_id" else "has the id"):
            read(name, texts)
    else:
        assert read(name, texts).read == len(items) + 1


@EVERY_SHAPE
@given(data=st.data())
@MANY
def test_broken_bytes_are_refused_or_counted(name: str, data: st.DataObject) -> None:
    files = encoded(SHAPES[name].write(draw_items(data, SHAPES[name])))
    which = data.draw(st.integers(0, len(files) - 1))
    files[which] = data.draw(broken(files[which]))
    try:
        loaded = read(name, files)
    except DataError:
        return
    texts = [raw.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n") for raw in files]
    assert loaded.read == SHAPES[name].count(texts)


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 20)))
    inserted = draw(st.binary(max_size=3) | st.sampled_from([b"\xff", b"\xe4", b"\n", b"\t", b'"', b"\0", b"\r", b" "]))
    return draw(
        st.sampled_from(
            [
                whole[:start],
                whole[:start] + whole[end:],
                whole[:start] + inserted + whole[end:],
                whole[:start] + inserted + whole[start:],
                whole + whole[start:end],
                whole.decode().encode("latin-1", "replace"),
                whole.decode().encode("utf-16"),
                whole.decode().encode("utf-16-le"),
            ]
        )
    )


MAP = """
t: &t
  de fr:
    test: {path: "f-{language}.tsv", format: delimited, header: false, columns: {text: 0, label: 1}, drop: {1: [x]}}
  no: {test: [{path: f-*.tsv, format: delimited, labels: {A: A}, id: n, codes: {no: de}, where: {a: "{language}"}}]}
  en: {test: {path: [f-de.tsv, f-fr.tsv], format: lines, pattern: {column: 0, regex: "(?P<text>.*)"}}}
"""


@given(data=st.data())
@settings(max_examples=150)
def test_a_broken_map_is_refused_or_read(data: st.DataObject) -> None:
    content = data.draw(broken(MAP.encode()) | st.text(alphabet="t:{}[]&*<!?|>-, \n'\"#a1~é").map(str.encode))
    task = Task("t", Kind.CLASSIFICATION, "", (), {}, (), labels=LABELS)
    with TemporaryDirectory() as folder:
        for name, text in ((MAP_FILE, content), ("f-de.tsv", b"a\tA\n"), ("f-fr.tsv", b"b\tB-x\n")):
            (Path(folder) / name).write_bytes(text)
        for language in ("de", "fr", "no", "en"):
            with suppress(InputError):
                load(task, language, "test", Source("files", Path(folder)))
                fingerprint(task, language, "test", Source("files", Path(folder)))


@EVERY_SHAPE
@given(data=st.data())
@FEW
def test_packed_files_that_are_cut_off_are_refused(name: str, data: st.DataObject) -> None:
    files = [gzip.compress(text) for text in encoded(SHAPES[name].write(draw_items(data, SHAPES[name])))]
    files[0] = files[0][: data.draw(st.integers(2, len(files[0]) - 1))]
    with pytest.raises(DataError):
        read(name, files)


@pytest.mark.parametrize("name", JSON)
@given(data=st.data())
@MANY
def test_json_with_other_values_is_refused_or_counted(name: str, data: st.DataObject) -> None:
    (text,) = SHAPES[name].write(draw_items(data, SHAPES[name]))
    by_line = name in ("jsonl", "mentions")
    parts = [json.loads(line) for line in text.removesuffix("\n").split("\n")] if by_line else [json.loads(text)]
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = changed(data, parts[place])
    texts = ["\n".join(json.dumps(part) for part in parts)]
    try:
        loaded = read(name, encoded(texts))
    except DataError:
        return
    assert loaded.read == SHAPES[name].count(texts)


def changed(data: st.DataObject, value: Any) -> Any:
    """The document with one value somewhere inside it replaced, or one key or item gone."""
    if not isinstance(value, dict | list) or not value or data.draw(st.integers(0, 5)) == 0:
        return data.draw(st.sampled_from(VALUES))
    key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else list(range(len(value)))))
    if data.draw(st.integers(0, 7)) == 0:
        del value[key]
    else:
        value[key] = changed(data, value[key])
    return value
