"""LaTeX source of a paper: sections, paragraphs, notes and tables, as they are printed."""

from __future__ import annotations

import regex

from xstilts.errors import InputError
from xstilts.literature.full_text.draft import ABSTRACT, Draft
from xstilts.literature.full_text.latex_files import Sources, sources
from xstilts.literature.full_text.latex_tables import cells, inner
from xstilts.literature.full_text.macros import written_out
from xstilts.literature.full_text.white_ink import without_hidden
from xstilts.literature.latex_words import argument, printed

_STEP = regex.compile(
    r"(?<=(?<!\\)(?:\\\\)*)(?:\\(?P<heading>part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?(?=\s*[\[{])"
    r"|\\(?P<edge>begin|end)\s*\{(?P<environment>[^{}]{1,40})\}"
    r"|\\(?P<note>footnote|footnotetext|caption\*?)(?=\s*[\[{])|\\(?P<item>item|bibitem)(?![A-Za-z])"
    r"|\\(?P<front>title|author|date|institute|affiliation|affil|keywords|thanks|ccsdesc|icmltitle|icmlauthor|email"
    r"|address|titlerunning|authorrunning|hypersetup|pdfinfo)(?=\s*[\[{])"
    r"|\\(?P<abstract>abstract)(?=\s*\{)|\\(?P<par>par)(?![A-Za-z]))|(?P<gap>\n[ \t]*\n\s*)"
)
_OPTION = regex.compile(r"\s*\[(?P<inside>[^\[\]]{0,500})\]")
_TABLES = {"table", "table*", "wraptable", "longtable", "sidewaystable", "sidewaystable*", "tabular", "tabular*",
           "tabularx", "tabulary", "longtblr", "tblr", "threeparttable"}  # fmt: skip
_MATHS = {"equation", "equation*", "align", "align*", "displaymath", "eqnarray", "eqnarray*", "gather", "gather*", "math",
          "multline", "multline*", "alignat", "alignat*"}  # fmt: skip
_NOT_READ = {"verbatim", "verbatim*", "lstlisting", "minted", "tikzpicture", "algorithmic", "filecontents", "filecontents*",
             "picture", "forest", "Verbatim", "CJK", "comment"}  # fmt: skip
_WITH_ARGUMENTS = {
    "minipage",
    "adjustbox",
    "multicols",
    "wrapfigure",
    "subfigure",
    "subtable",
    "column",
    "spacing",
    "tcolorbox",
}
_DISPLAY = regex.compile(r"(?<!\\)\\\[(.*?)\\\]|(?<!\\)\\\((.*?)\\\)|\$\$(.*?)\$\$", regex.DOTALL)


def read(data: bytes, field: str) -> Draft:
    """Read the source of a paper.

    Args:
        data: A .tex file, or an archive of such files (tar, zip, gzip-packed or not).
        field: Where it is from, for messages.

    Raises:
        InputError: If it is broken, holds more than is read, or no document.
    """
    return draft_of(sources(data, field), field)


def draft_of(files: Sources, field: str) -> Draft:
    """The draft of a source that was opened before; see :func:`read`."""
    draft = Draft()
    whole, complete = written_out(files.joined())
    for note in files.notes:
        draft.note(note)
    if not complete:
        draft.note("commands of the paper's own that grow without end")
    front, _, body = whole.partition(r"\begin{document}")
    body = body.partition(r"\end{document}")[0]
    reader = _Reader(draft)
    abstract = regex.search(r"\\abstract\s*(?=\{)", front)
    if abstract:
        reader.abstract(argument(front, abstract.end())[0])
    reader.read(_plain_mathematics(without_hidden(body, draft)))
    if draft.is_empty():
        raise InputError("The LaTeX document holds no text.", field=field)
    return draft


def _plain_mathematics(source: str) -> str:
    return _DISPLAY.sub(lambda match: f" ${match[1] or match[2] or match[3] or ''}$ ", source)


class _Reader:
    """Goes through a source once; what is open is kept in the paragraph so far."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._pieces: list[str] = []
        self._notes: list[str] = []

    def read(self, source: str) -> None:
        at = 0
        while True:
            step = _STEP.search(source, at)
            if step is None:
                break
            self._pieces.append(source[at : step.start()])
            at = self._step(source, step)
        self._pieces.append(source[at:])
        self._flush()

    def _step(self, source: str, step: regex.Match[str]) -> int:
        """Do what a command says, and return where the text goes on."""
        at = step.end()
        if step["edge"]:
            return self._environment(source, step)
        if step["gap"] or step["par"]:
            self._flush()
            return at
        option = _OPTION.match(source, at)
        at = option.end() if option else at
        if step["item"]:
            self._flush()
            if step["item"] == "bibitem":
                return argument(source, at)[1]
            self._pieces.append(f"{option['inside']} " if option else "")
            return at
        text, at = argument(source, at)
        if step["heading"]:
            self._flush()
            self._draft.section(printed(text))
        elif step["abstract"]:
            self.abstract(text)
        elif step["note"]:
            self._notes.append(text)
        return at

    def abstract(self, text: str) -> None:
        """Read an abstract that is an argument."""
        self._flush()
        self._draft.section(ABSTRACT)
        for paragraph in regex.split(r"\n\s*\n", text):
            self._draft.paragraph(printed(paragraph))
        self._draft.section("")

    def _environment(self, source: str, step: regex.Match[str]) -> int:
        name, at = step["environment"], step.end()
        if step["edge"] == "begin" and (name in _TABLES or name in _MATHS or name in _NOT_READ):
            inside, at = inner(source, name, at)
            self._read_whole(name, inside)
        elif name == "abstract":
            self._flush()
            self._draft.section(ABSTRACT if step["edge"] == "begin" else "")
        elif name == "thebibliography" and step["edge"] == "begin":
            self._flush()
            self._draft.section("References")
            _, at = argument(source, at)
        elif step["edge"] == "begin":
            self._flush()
            option = _OPTION.match(source, at)
            at = option.end() if option else at
            while name in _WITH_ARGUMENTS and source[at : at + 1] == "{":
                _, at = argument(source, at)
        else:
            self._flush()
        return at

    def _read_whole(self, name: str, inside: str) -> None:
        if name in _MATHS:
            self._pieces.append(f" ${inside.replace('$', ' ')}$ ")
        elif name in _NOT_READ:
            self._draft.note(f"{name}: program text and drawings are not read")
        else:
            pending, self._pieces = self._pieces, []
            self._table(name, inside)
            self._pieces = pending

    def _table(self, name: str, inside: str) -> None:
        """A table stands before the paragraph that it interrupts: its place on the page is not known."""
        source = (
            inside if not name.startswith(("tabular", "longt", "tblr")) else f"\\begin{{{name}}}{inside}\\end{{{name}}}"
        )
        captions = []
        for found in regex.finditer(r"\\caption\*?\s*(?=[\[{])", source):
            option = _OPTION.match(source, found.end())
            captions.append(printed(argument(source, option.end() if option else found.end())[0]))
        grids = cells(source)
        for place, (rows, headers) in enumerate(grids):
            self._draft.table(captions[place] if place < len(captions) else "", rows, headers)
        for caption in captions[len(grids) :]:
            self._draft.paragraph(caption)

    def _flush(self) -> None:
        source, self._pieces = "".join(self._pieces), []
        notes, self._notes = self._notes, []
        for piece in (source, *notes):
            text = printed(piece)
            if any(letter.isalnum() for letter in text):
                self._draft.paragraph(text)
