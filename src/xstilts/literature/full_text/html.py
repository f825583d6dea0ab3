"""Web pages of papers, above all LaTeXML's (``arxiv.org/html``): sections, tables and notes that a reader sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from xstilts.errors import InputError
from xstilts.literature.full_text import unseen
from xstilts.literature.full_text.draft import ABSTRACT, Draft
from xstilts.literature.full_text.grid import Grid
from xstilts.literature.full_text.limits import decoded

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_FURNITURE = {
    "head", "title", "script", "style", "template", "noscript", "iframe", "object", "svg", "nav", "header", "footer",
    "form", "button", "select", "textarea", "annotation", "annotation-xml", "ltx_authors", "ltx_creator", "ltx_date",
    "ltx_title_document", "ltx_page_footer", "ltx_page_header", "ltx_page_navbar", "ltx_TOC", "ltx_note_mark",
    "ltx_tag_note", "ltx_note_type", "descriptor",
}  # fmt: skip
"""Tags and classes whose content is no text of the paper."""
_BLOCKS = {
    "p", "div", "section", "article", "main", "ul", "ol", "li", "dl", "dt", "dd", "figure", "blockquote", "pre", "body",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "address", "aside", "details", "table",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CLOSES = {"p": {"p"}, "li": {"li"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"}}
"""Open elements that a start tag ends, if nothing lies between."""
_DEEPEST = 500


@dataclass
class _Frame:
    tag: str
    role: str = ""
    hidden: str = ""
    on_white: bool = True
    buffer: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    caption: str = ""


def read(data: bytes, field: str) -> Draft:
    """Read a web page.

    Args:
        data: Its bytes.
        field: Where they are from, for messages.

    Raises:
        InputError: If they are no page, or one without text.
    """
    if data.lstrip()[:1] in (b"{", b"["):
        raise InputError("This is JSON, not a web page.", field=field)
    page = _Page()
    page.feed(decoded(data).replace("\x00", ""))
    page.close()
    page.finish()
    if page.draft.is_empty():
        raise InputError("This page holds no text that a reader sees.", field=field)
    return page.draft


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = Draft()
        self._root = _Frame("", "flow")
        self._stack = [self._root]
        self._open: Counter[str] = Counter()
        self._rules: dict[str, str] = {}
        self._notes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._write(" " if tag in ("br", "hr", "wbr") else "")
            return
        while self._stack[-1].tag in _CLOSES.get(tag, ()):
            self._pop()
        if len(self._stack) >= _DEEPEST:
            self.draft.note(f"what lies more than {_DEEPEST} elements deep")
            return
        frame = self._frame(tag, told)
        if tag in _BLOCKS and not frame.hidden:
            self._flush()
        self._stack.append(frame)
        self._open[tag] += 1
        self._enter(frame, told)

    def _frame(self, tag: str, told: dict[str, str]) -> _Frame:
        above = self._stack[-1]
        classes = told.get("class", "").split()[:50]
        style = ";".join(
            [*(self._rules.get(name, "") for name in unseen.selectors(tag, told.get("id", ""), classes)),
             unseen.flat(told.get("style", "")), f"color:{told['color'].casefold()}" if "color" in told else ""]
        )  # fmt: skip
        on_white = above.on_white and not unseen.sets_background(style) and "bgcolor" not in told
        hidden = above.hidden or ("hidden" if "hidden" in told else unseen.reason(style, on_white=on_white))
        return _Frame(tag, self._role(tag, set(classes)), hidden, on_white)

    def _role(self, tag: str, classes: set[str]) -> str:
        if tag in _FURNITURE or classes & _FURNITURE:
            return "furniture"
        if "ltx_ERROR" in classes:
            return "error"
        if tag in _HEADINGS:
            return "heading"
        if "ltx_abstract" in classes or "abstract" in classes:
            return "abstract"
        if "ltx_note" in classes:
            return "note"
        if tag in ("figcaption", "caption") or "ltx_caption" in classes:
            return "caption"
        return self._role_in_table(tag, classes)

    def _role_in_table(self, tag: str, classes: set[str]) -> str:
        equation = any(name.startswith(("ltx_eq", "ltx_Math")) for name in classes)
        inside = self._within("table")
        if (tag == "table" and not equation) or "ltx_tabular" in classes:
            return "" if inside else "table"
        if self._within("cell") or not inside:
            return "figure" if tag == "figure" and not inside else ""
        if tag == "tr" or "ltx_tr" in classes:
            return "row"
        if tag == "thead" or "ltx_thead" in classes:
            return "head"
        return "cell" if tag in ("td", "th") or classes & {"ltx_td", "ltx_th"} else ""

    def _within(self, role: str) -> bool:
        return any(frame.role == role for frame in self._stack)

    def _nearest(self, *roles: str) -> _Frame | None:
        return next((frame for frame in reversed(self._stack) if frame.role in roles), None)

    def _enter(self, frame: _Frame, told: dict[str, str]) -> None:
        table = self._nearest("table")
        if frame.hidden:
            return
        if frame.role == "abstract":
            self.draft.section(ABSTRACT)
        elif frame.role == "table":
            frame.grids = [Grid()]
        elif frame.role == "row" and table:
            table.grids[0].row(in_head=self._within("head"))
        elif frame.role == "cell" and table:
            header = frame.tag == "th" or "ltx_th" in told.get("class", "").split()
            table.grids[0].cell(told.get("colspan", ""), told.get("rowspan", ""), header=header)

    def handle_endtag(self, tag: str) -> None:
        if not self._open[tag]:
            return
        while self._stack[-1].tag != tag:
            self._pop()
        self._pop()

    def _pop(self) -> None:
        frame = self._stack[-1]
        if (frame.tag in _BLOCKS or frame.role == "abstract") and not frame.hidden:
            self._flush()
        self._stack.pop()
        self._open[frame.tag] -= 1
        self._leave(frame, "".join(frame.buffer))

    def _leave(self, frame: _Frame, text: str) -> None:
        if frame.tag == "style" and not frame.hidden:
            self._rules |= unseen.rules(text)
        if frame.hidden:
            if frame.role != "furniture":
                self.draft.hidden(frame.hidden, text)
        elif frame.role == "heading":
            if text.strip() and not self._within("furniture"):
                self.draft.section(text)
        elif frame.role == "abstract":
            self.draft.section("")
        elif frame.role == "note":
            self._notes.append(text)
        elif frame.role == "error":
            self.draft.note("commands that the page's maker did not know")
        else:
            self._leave_table(frame, text)

    def _leave_table(self, frame: _Frame, text: str) -> None:
        table, around = self._nearest("table"), self._nearest("figure", "table")
        if frame.role == "cell" and table:
            table.grids[0].write(text)
        elif frame.role == "caption":
            if around:
                around.caption += text
            else:
                self.draft.paragraph(text)
        elif frame.role == "table":
            figure = self._nearest("figure")
            if figure and not frame.caption:
                figure.grids += frame.grids
            else:
                self._tell(frame.caption, frame.grids)
        elif frame.role == "figure":
            self._tell(frame.caption, frame.grids)

    def _tell(self, caption: str, grids: list[Grid]) -> None:
        for place, grid in enumerate(grids):
            self.draft.table(caption if place == 0 else "", grid.rows(), grid.headers())
        if not grids:
            self.draft.paragraph(caption)

    def handle_data(self, data: str) -> None:
        self._write(data.strip() if self._open["math"] else data)

    def _write(self, data: str) -> None:
        frame = self._stack[-1]
        if frame.hidden or frame.role in ("furniture", "error"):
            frame.buffer.append(data)
            return
        sink = self._nearest("furniture", "heading", "note", "caption", "cell", "flow")
        if sink and (sink.role != "flow" or not self._within("table")):
            sink.buffer.append(data)

    def _flush(self) -> None:
        """End a paragraph of the flow; inside a cell or a heading a block is only a space."""
        sink = self._nearest("furniture", "heading", "note", "caption", "cell", "flow")
        if sink is not self._root:
            if sink:
                sink.buffer.append(" ")
            return
        self.draft.paragraph("".join(sink.buffer))
        sink.buffer = []
        notes, self._notes = self._notes, []
        for note in notes:
            self.draft.paragraph(note)

    def finish(self) -> None:
        """End what is still open, as in a page that was cut off."""
        while len(self._stack) > 1:
            self._pop()
        self._flush()
