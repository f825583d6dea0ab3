"""What a section of the report is, with its tables, pictures and files: the shapes of the registry's entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row


class Place(IntEnum):
    """Where a table stands in the paper, in its order; the first two belong to the methodology, the rest to results."""

    DATA = auto()
    LEFT_OUT = auto()
    FINDINGS = auto()
    ASKED = auto()
    GAINS = auto()
    SEARCHES = auto()
    AVERAGES = auto()
    SECOND_LOOKS = auto()


class Detail(IntEnum):
    """How much the page holds; each leaves out what those before it do, and more, which lies in files beside it."""

    WHOLE = auto()
    SMALL_PICTURES = auto()
    NO_NODES = auto()
    NO_CURVES = auto()
    NO_LANGUAGES = auto()
    NO_CLUSTERS = auto()


@dataclass(frozen=True)
class Tables:
    """What one or more tables say: for people on the page, in Markdown, LaTeX and the paper; for machines as CSV.

    Attributes:
        name: The files' name without ending.
        says: What they say, for the list of files.
        make: The tables for people; none where there is nothing to say. None: there is only a CSV.
        paper: Their place in the paper; None: they are not in it.
        columns: The columns of the CSV, in order; (): there is none. Where a study measures gains under several
            conditions, the parts of the condition that differ follow as further columns.
        rows: The rows of the CSV, in full precision; None: those of the analysis under the name. Without any there is
            no file.
        always: Whether there is a CSV without rows too.
        explained: Whether it is the table that its section's ``how`` speaks of, which then stands in Markdown too.
    """

    name: str
    says: str
    make: Callable[[Report], Sequence[Table]] | None = None
    paper: Place | None = None
    columns: Sequence[str] = ()
    rows: Callable[[Report], Sequence[Row]] | None = None
    always: bool = False
    explained: bool = False


@dataclass(frozen=True)
class Pictures:
    """Pictures, each an SVG file, on the page where it has room for them, and some as PNG too.

    Attributes:
        name: Their name, with a word in capitals for what differs from one to the next (``gains-BASE``).
        says: What they show, for the list of files.
        draw: Name to ``<svg>`` element, or to None where there is nothing to draw.
        pixels: Name to the bytes of a PNG that shows the same, for what shows no SVG; None: there is none.
    """

    name: str
    says: str
    draw: Callable[[Report], Iterable[tuple[str, str | None]]]
    pixels: Callable[[Report], Iterable[tuple[str, bytes]]] | None = None


@dataclass(frozen=True)
class Page:
    """What sections are shown from.

    Attributes:
        report: The report.
        tables: What each entry of ``Tables`` made, by its name.
        pictures: Name to picture, as markup.
        files: Paths of the files beside the page.
        manifest_hash: sha256 of manifest.json.
        detail: How much is shown.
        room: Bytes that the page may have.
    """

    report: Report
    tables: Mapping[str, Sequence[Table]]
    pictures: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    manifest_hash: str = ""
    detail: Detail = Detail.WHOLE
    room: int = 0


def has_tables(section: Section, page: Page) -> bool:
    """Whether one of a section's tables says something."""
    return any(page.tables[entry.name] for entry in section.tables)


def always(section: Section, page: Page) -> bool:
    """For what every report has."""
    return True


@dataclass(frozen=True)
class Section:
    """One section of the report.

    Attributes:
        name: Its anchor on the page.
        title: Its heading.
        link: What the page's navigation calls it.
        tables: Its tables.
        pictures: Its pictures.
        needs: Whether the page shows it.
        how: How to read its tables and pictures, for whoever sees such for the first time: one or two plain sentences
            with an example. "" where it has neither.
        note: A paragraph below its heading.
        template: How the page shows it; the default is its note, then its tables one below the other.
        content: What its template needs beyond the report, tables and pictures; the template calls it ``it``.
    """

    name: str
    title: str
    link: str
    tables: Sequence[Tables] = ()
    pictures: Sequence[Pictures] = ()
    needs: Callable[[Section, Page], bool] = has_tables
    how: str = ""
    note: Callable[[Report], str] = lambda _: ""
    template: str = "section"
    content: Callable[[Page], Any] = lambda _: None
