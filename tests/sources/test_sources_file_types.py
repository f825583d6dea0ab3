"""Files that are not text: packed ones are unpacked, all others named for what they are, and none fills the memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.official.reading import raw_lines
from xstilts.sources import FORMATS
from xstilts.sources.formats import opening, unpacking
from xstilts.sources.formats.counting import count
from xstilts.sources.formats.opening import text_lines, whole_text
from xstilts.using_models.plain_files import read_unlabelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = b"eins\nzwei\n"


def write(folder: Path, content: bytes) -> Path:
    path = folder / "f"
    path.write_bytes(content)
    return path


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return stream.getvalue()


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as file:
        file.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    return stream.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bz2", "xz"])
def test_packed_files_are_unpacked_to_their_last_byte(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert [line for _, line in text_lines(write(tmp_path, pack(TEXT)))] == ["eins", "zwei"]
    path = write(tmp_path, pack(TEXT) + pack(b"drei"))
    assert whole_text(path) == "eins\nzwei\ndrei"
    assert raw_lines(path) == ["eins", "zwei", "drei"]
    for broken in (pack(TEXT)[:-3], pack(TEXT) + pack(TEXT)[:-3], pack(TEXT) + b"garbage", pack(TEXT)[:12]):
        with pytest.raises(DataError, match="is a broken or cut-off"):
            whole_text(write(tmp_path, broken))
    with pytest.raises(DataError, match=r"is packed twice|broken"):
        whole_text(write(tmp_path, gzip.compress(gzip.compress(TEXT))))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a pointer of Git LFS.*git lfs pull"),
        (b"\x28\xb5\x2f\xfd\x24\x00", "packed with zstd; .*zstd -d"),
        (archive("a.txt"), "a zip archive; .*Unpack it"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook; .*Save it as text"),
        (archive("word/document.xml"), "a Word document"),
        (archive("mimetype", "content.xml"), "a document of LibreOffice"),
        (archive("a")[:20], "a zip archive"),
        (tar(), "a tar archive"),
        (gzip.compress(tar()), "a tar archive"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (pickle.dumps({"a": 1}), "a pickle of Python.*never opened"),
        (b"\n<!DOCTYPE html>\n<html>", "an HTML page"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"404: Not Found", "the answer of a server"),
        ("ä\n".encode("utf-16"), "text in UTF-16; .*iconv -f UTF-16"),
        ("ä\n".encode("utf-32"), "text in UTF-32; .*iconv -f UTF-32"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\0\5\x16\7\0\2", "what macOS keeps beside a file"),
    ],
)  # fmt: skip
def test_other_files_are_named_for_what_they_are(tmp_path: Path, content: bytes, expected: str) -> None:
    path = write(tmp_path, content)
    readers: list[Callable[[], Any]] = [
        lambda: list(FORMATS.get("text").read([path], FORMATS.get("text").resolve({}, ""))),
        lambda: whole_text(path),
        lambda: read_unlabelled("tagging", path),
        lambda: raw_lines(path),
    ]
    for read in readers:
        with pytest.raises(DataError, match=f"^{path}: is {expected}"):
            read()


def test_text_that_begins_almost_so_is_text(tmp_path: Path) -> None:
    for text in ("BZh heißt das", "PK", "version https", "html", "GI", "Rar!", "%PDF"):
        assert [line for _, line in text_lines(write(tmp_path, text.encode()))] == [text]


@pytest.mark.parametrize("first", ['<?xml version="1.0"?>', "<!DOCTYPE tmx>", '\ufeff<srcset setid="n" srclang="any">'])
def test_markup_is_no_lines_of_text(tmp_path: Path, first: str) -> None:
    path = write(tmp_path, f"{first}\n<seg id='1'>Ja.</seg>\n".encode())
    with pytest.raises(DataError, match=f"^{path}: is a file of XML or SGML; .*ces_xml"):
        list(text_lines(path))
    assert whole_text(path).startswith("<")
    assert len(list(text_lines(write(tmp_path, b"a\n<?xml\n")))) == 2


def test_one_line_without_end_is_refused_with_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 100)
    monkeypatch.setattr(opening, "_CHUNK", 30)
    assert len(list(text_lines(write(tmp_path, b"a" * 90 + b"\n" + b"b" * 90)))) == 2
    with pytest.raises(DataError, match=r"f:2: is a line of more than 100 bytes"):
        list(text_lines(write(tmp_path, b"a\n" + b"b" * 200)))


def test_a_document_that_is_too_large_is_refused_with_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_AT_ONCE", 1000)
    assert len(whole_text(write(tmp_path, b"a" * 1000))) == 1000
    with pytest.raises(DataError, match=r"f: holds more than 1,000 bytes, and this format is read as a whole"):
        whole_text(write(tmp_path, b"a" * 1001))
    with pytest.raises(DataError, match=r"1,000 bytes once unpacked \(it is [0-9]+ bytes of gzip\)"):
        whole_text(write(tmp_path, gzip.compress(b"a" * 1001)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bz2", "xz"])
def test_what_unpacks_without_end_is_refused_by_readers_and_by_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "FREE", 10_000)
    monkeypatch.setattr(unpacking, "_CHUNK", 1000)
    monkeypatch.setattr(opening, "_CHUNK", 1000)
    path = write(tmp_path, pack(b"\n" * 3_000_000))
    for read in (lambda: whole_text(path), lambda: list(text_lines(path)), lambda: count(path, b"\n")):
        with pytest.raises(DataError, match=r"f: unpacks to [0-9,]+ bytes from the first [0-9,]+ of its [0-9,]+ bytes"):
            read()
    path = write(tmp_path, pack(b"".join(b"%d\n" % number for number in range(50_000))))
    assert sum(1 for _ in text_lines(path)) == 50_000
