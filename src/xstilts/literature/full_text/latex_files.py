"""The source of a paper: one .tex file, or the .tex files of an archive that is read in memory and never unpacked."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

from xstilts.errors import InputError
from xstilts.literature.full_text.limits import MOST_UNPACKED, decoded, gunzipped, too_large
from xstilts.literature.latex_words import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS, MOST_DEPTH, MOST_TEXT = 5000, 12, 20_000_000
_COMMENT = regex.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*)?")
_LEFT_OUT = regex.compile(r"\\begin\s*\{comment\}.*?\\end\s*\{comment\}|\\iffalse\b.*?\\fi\b", regex.DOTALL)
_INPUT = regex.compile(
    r"(?<=(?<!\\)(?:\\\\)*)\\(?P<command>input|include|subfile|subfileinclude|import|subimport)(?![A-Za-z])\s*(?=[{\w./])"
)
_OTHERS = regex.compile(
    r"\\(lstinputlisting|verbatiminput|VerbatimInput|inputminted|openin|includepdf|write18)(?![A-Za-z])"
)


@dataclass
class Sources:
    """Texts of an archive by name, and what of it was not read."""

    texts: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._room = MOST_TEXT

    def main(self) -> str:
        """Name of the file that is the paper: it begins a document, and no other includes it; the longest of several.

        Raises:
            InputError: If no file begins a document.
        """
        begin = {name for name, text in self.texts.items() if r"\begin{document}" in _without_comments(text)}
        if not begin:
            raise InputError("The source holds no LaTeX document.", allowed=[r"a file with \begin{document}"])
        return min(begin, key=lambda name: (posixpath.basename(name) not in _USUAL, -len(self.texts[name]), name))

    def joined(self) -> str:
        """The paper's source without comments, each included file in the place where it is included.

        Only files of the archive are ever included; what else is asked for is noted.
        """
        name = self.main()
        return self._resolved(name, (name,))

    def _resolved(self, name: str, inside: tuple[str, ...]) -> str:
        text = _without_comments(self.texts[name])
        self._room -= len(text)
        if self._room < 0:
            self.notes.append(f"{name}: the source is longer than {MOST_TEXT:,} characters with what it includes")
            return ""
        self.notes += [f"{found[0]}: no other file is read" for found in _OTHERS.finditer(text)]
        out, at = [], 0
        for found in _INPUT.finditer(text):
            if found.start() >= at:
                wanted, end = _wanted(text, found)
                out += [text[at : found.start()], self._included(wanted, inside)]
                at = end
        return "".join([*out, text[at:]])

    def _included(self, wanted: str, inside: tuple[str, ...]) -> str:
        beside = posixpath.dirname(inside[0])
        names = [posixpath.normpath(posixpath.join(beside, wanted + end)) for end in ("", ".tex")]
        name = next((name for name in names if name in self.texts), "")
        if not name or name in inside or len(inside) > MOST_DEPTH:
            why = "includes itself" if name in inside else "is no text of this source" if not name else "is too deep"
            self.notes.append(f"{wanted[:80]}: an included file that {why}")
            return ""
        return f"\n{self._resolved(name, (*inside, name))}\n"


_USUAL = {"main.tex", "ms.tex", "paper.tex"}


def _wanted(text: str, found: regex.Match[str]) -> tuple[str, int]:
    if text[found.end()] != "{":
        end = found.end()
        while end < len(text) and not text[end].isspace() and text[end] not in "\\{}":
            end += 1
        return text[found.end() : end], end
    name, at = argument(text, found.end())
    if found["command"].endswith("import"):
        rest, at = argument(text, at)
        name = posixpath.join(name, rest)
    return name.strip(), at


def _without_comments(text: str) -> str:
    return _LEFT_OUT.sub("", _COMMENT.sub(r"\1", text.replace("\r\n", "\n")))


def sources(data: bytes, field: str) -> Sources:
    """The .tex files of a source: a tar or zip archive, gzip-packed or not, or one file.

    Links, devices and names that lead out of the archive are never followed; they cannot be asked for.

    Raises:
        InputError: If it is broken, holds more than is read, or no .tex file.
    """
    plain = gunzipped(data, field) if data.startswith(b"\x1f\x8b") else data
    if plain.startswith(b"PK\x03\x04"):
        members = _zipped(plain, field)
    elif plain[257:262] == b"ustar":
        members = _tarred(plain, field)
    else:
        return Sources({"main.tex": decoded(plain)})
    texts: dict[str, str] = {}
    room = MOST_UNPACKED
    for name, content in members:
        room -= len(content)
        if room < 0:
            raise too_large(field)
        texts[posixpath.normpath(name)] = decoded(content)
    if not texts:
        raise InputError("The archive holds no .tex file.", field=field)
    return Sources(texts)


def _is_text(name: str) -> bool:
    inside = not name.startswith("/") and ".." not in name.split("/")
    return inside and name.lower().endswith((".tex", ".ltx", ".bbl"))


def _tarred(data: bytes, field: str) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for count, member in enumerate(archive):
                if count >= MOST_MEMBERS:
                    raise InputError(f"The archive has more than {MOST_MEMBERS:,} members.", field=field)
                if member.isreg() and _is_text(member.name):
                    content = archive.extractfile(member)
                    yield member.name, content.read(MOST_UNPACKED + 1) if content else b""  # a sparse file is all gaps
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise InputError(f"The archive is broken: {error}.", field=field) from None


def _zipped(data: bytes, field: str) -> Iterator[tuple[str, bytes]]:
    room = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise InputError(f"The archive has more than {MOST_MEMBERS:,} members.", field=field)
            for member in members:
                if _is_text(member.filename) and not member.is_dir():
                    with archive.open(member) as content:
                        text = content.read(room + 1)
                    room -= len(text)
                    if room < 0:
                        raise too_large(field)
                    yield member.filename, text
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise InputError(f"The archive is broken or locked: {error}.", field=field) from None
