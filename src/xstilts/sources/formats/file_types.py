"""What a file is by its first bytes: archives, workbooks, pages and pointers that are given as text by mistake."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD = 512
"""So many bytes tell all of these types; tar has its mark at 257."""

_UNPACK = "Unpack it, and name the file in it."
_AS_TEXT = "Save it as text: UTF-8, with tabs or commas between the columns, or as JSON lines."
_FETCH = "Fetch the file itself: the address gives a page about it."
_TYPES: Sequence[tuple[bytes, str, str]] = (
    (b"version https://git-lfs.github.com/", "a pointer of Git LFS, not the file", "Fetch the file: git lfs pull."),
    (b"/annex/objects/", "a pointer of git-annex, not the file", "Fetch the file: git annex get FILE."),
    (b"404: Not Found", "the answer of a server that has no such file", _FETCH),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Unpack it: zstd -d FILE. Packed files may be gzip, bz2 or xz."),
    (b"\x04\x22\x4d\x18", "packed with lz4", "Unpack it: lz4 -d FILE. Packed files may be gzip, bz2 or xz."),
    (b"\x1f\x9d", "packed with compress", "Unpack it: uncompress FILE. Packed files may be gzip, bz2 or xz."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (b"PAR1", "a Parquet file", _AS_TEXT),
    (b"ARROW1", "an Arrow file", _AS_TEXT),
    (b"Obj\x01", "an Avro file", _AS_TEXT),
    (b"\x89HDF", "an HDF5 file", _AS_TEXT),
    (b"\x93NUMPY", "an array of NumPy", _AS_TEXT),
    (b"SQLite format 3\0", "a database of SQLite", _AS_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file", _AS_TEXT),
    (b"{\\rtf", "a document in RTF", _AS_TEXT),
    (b"%PDF-", "a PDF", "Its text has to be taken out first."),
    (b"\0\5\x16\7", "what macOS keeps beside a file", "Name the file without ._ before it."),
    (b"\x89PNG", "an image", "Name the file with the text."),
    (b"\xff\xd8\xff", "an image", "Name the file with the text."),
    (b"GIF8", "an image", "Name the file with the text."),
    (b"\xff\xfe\0\0", "text in UTF-32", "Convert it: iconv -f UTF-32 -t UTF-8 FILE."),
    (b"\0\0\xfe\xff", "text in UTF-32", "Convert it: iconv -f UTF-32 -t UTF-8 FILE."),
    (b"\xff\xfe", "text in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 FILE."),
    (b"\xfe\xff", "text in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 FILE."),
)
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_MARKUP = ("<?xml", "<!doctype", "<srcset ", "<refset ", "<tstset ")
_PAGES = (b"<!doctype html", b"<html")
_PICKLES = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_IN_ZIP = (("xl/", "an Excel workbook"), ("word/", "a Word document"), ("content.xml", "a document of LibreOffice"))


def refuse_other_types(head: bytes, file: IO[bytes], path: Path, *, pages: bool = False) -> None:
    """Refuse a file that is no text by its first bytes.

    Args:
        head: The first bytes of the content, unpacked; at most :data:`HEAD` of them.
        file: The open file, to look into a zip archive.
        path: Its name, for the message.
        pages: Whether a page of HTML is what is expected.

    Raises:
        DataError: If it is a known type other than text in UTF-8: says which, and what to do.
    """
    found = _type(head, file)
    if found is None and not pages and head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        found = "an HTML page", _FETCH
    if found is not None:
        what, hint = found
        raise DataError(f"is {what}; expected text in UTF-8.", field=str(path), hint=hint)


def refuse_markup(line: str, path: Path) -> None:
    """Refuse XML where lines of text are expected: its marks would be read as text.

    Raises:
        DataError: If the first line of a file declares XML, or SGML as machine translation has it.
    """
    if line.lstrip().lower().startswith(_MARKUP):
        hint = "Take the text out; verses in seg elements are the format ces_xml."
        raise DataError("is a file of XML or SGML; expected lines of text.", field=str(path), hint=hint)


def _type(head: bytes, file: IO[bytes]) -> tuple[str, str] | None:
    for start, what, hint in _TYPES:
        if head.startswith(start):
            return what, hint
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    if head[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    if head.startswith(_PACKED[0]) or head.startswith(_PACKED[2]):
        return "packed twice", "Unpack it once."
    if head.startswith(_PICKLES):
        return "a pickle of Python", f"It is never opened: it could run a program. {_AS_TEXT}"
    return None


def _zipped(file: IO[bytes]) -> tuple[str, str]:
    """What a zip archive is by the names in it; those of one that is packed again are not looked at."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    for start, what in _IN_ZIP:
        if any(name.startswith(start) for name in names):
            return what, _AS_TEXT
    return "a zip archive", _UNPACK
