"""How many records and papers came how far: the counts of PRISMA 2020, and their picture."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from xstilts.evidence.reading import BEYOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.reviews.report import ReviewReport

_WIDE, _BOX, _ASIDE, _LINE, _GAP = 560, 250, 250, 12, 22
_FONT = "system-ui, -apple-system, Roboto, Arial, sans-serif"


@dataclass(frozen=True)
class Flow:
    """Counts of a review (Page et al. 2021, PRISMA 2020).

    Attributes:
        found: Database to records that it gave.
        records: All of them.
        works: Papers after duplicates were merged.
        left_out: Reason to papers that were left out for it.
        kept: Papers that were kept.
        unread: Kept papers beyond the limit of the review.
        without_text: Read papers of which no text was there.
        abstracts: Of which the abstract alone was read.
        full_texts: Of which the full text was read.
        origins: What it was read from, to papers: ``arXiv HTML``, ``LaTeX``, ``PDF``, ``own file``.
        unreadable: Read by their abstract, or not at all, because no file or open copy of them could be read.
        beyond: The same because they lie beyond the limit of full texts.
        included: Papers with a claim that was checked.
        bearing: Papers with a verified claim that bears on the question.
    """

    found: dict[str, int]
    records: int
    works: int
    left_out: dict[str, int]
    kept: int
    unread: int
    without_text: int
    abstracts: int
    full_texts: int
    origins: dict[str, int]
    unreadable: int
    beyond: int
    included: int
    bearing: int

    @property
    def sources(self) -> str:
        """What papers were read in full from: `` (LaTeX 2, PDF 1)``; "" where none was."""
        told = ", ".join(f"{name} {count:,}" for name, count in self.origins.items())
        return f" ({told})" if told else ""

    @property
    def short(self) -> tuple[tuple[int, str], ...]:
        """Counts of papers that were not read in full though a copy is known, each with the reason."""
        return (
            (self.unreadable, "no file or open copy of it could be read in full"),
            (self.beyond, "its open copy lies beyond the limit of full texts"),
        )

    @property
    def duplicates(self) -> int:
        """Records that were merged into others."""
        return self.records - self.works


def flow_of(report: ReviewReport) -> Flow:
    """The counts of a review."""
    found: Counter[str] = Counter()
    for asked in report.log:
        found[asked.database] += asked.taken
    reasons = Counter(one.reasons[0] for one in report.screened if not one.kept)
    kept = sum(one.kept for one in report.screened)
    read = Counter(text.availability for text in report.texts.values())
    whole = [text for text in report.texts.values() if text.availability == "full text"]
    origins = Counter(re.sub(r" v\d+$", "", text.origin) or "own file" for text in whole)
    others = [set(text.dropped) for text in report.texts.values() if text.availability != "full text"]
    of_claims = {one.finding.passage.work for one in report.checked} & set(report.texts)
    bearing = {one.finding.passage.work for one in report.checked if one.verified and one.bears != "none"}
    return Flow(
        dict(found), len(report.records), len(report.works), dict(reasons.most_common()),
        kept, kept - len(report.texts), read["none"], read["abstract"], len(whole), dict(origins.most_common()),
        sum(bool(told - {BEYOND}) for told in others), sum(BEYOND in told for told in others),
        len(of_claims), len(bearing),
    )  # fmt: skip


def picture(flow: Flow) -> str:
    """The flow as an ``<svg>`` element."""
    steps = _steps(flow)
    parts, y, joints = [], 4.0, []
    for told, aside in steps:
        high = max(_height(told), _height(aside))
        parts.append(_box(2, y, _BOX, _height(told), told, "box"))
        if aside:
            middle = y + _height(told) / 2
            parts += [
                _arrow(2 + _BOX, middle, _WIDE - _ASIDE - 2, middle),
                _box(_WIDE - _ASIDE - 2, y, _ASIDE, _height(aside), aside, "aside"),
            ]
        joints.append((y + _height(told), y + high + _GAP))
        y += high + _GAP
    parts += [_arrow(2 + _BOX / 2, start, 2 + _BOX / 2, end) for start, end in joints[:-1]]
    alt = "; ".join(told[0] for told, _ in steps)
    view = f'viewBox="0 0 {_WIDE} {y - _GAP + 4:.0f}" role="img" aria-label={quoteattr(alt)}'
    return f'<svg {view} style="max-width:{_WIDE * 1.6:.0f}px"><title>{escape(alt)}</title>{"".join(parts)}</svg>'


def _steps(flow: Flow) -> list[tuple[list[str], list[str]]]:
    """Boxes from above, each with what leaves beside it."""
    left_out = [f"Papers left out: {flow.works - flow.kept:,}"]
    left_out += [f"{count:,}: {reason}" for reason, count in flow.left_out.items()]
    unread = [f"Kept but not read, beyond the limit: {flow.unread:,}"] if flow.unread else []
    blind = [f"No text at hand: {flow.without_text:,}"] if flow.without_text else []
    blind += [f"{count:,}: {why}" for count, why in flow.short if count]
    silent = flow.kept - flow.unread - flow.without_text - flow.included
    return [
        ([f"Records found: {flow.records:,}", *(f"{name}: {count:,}" for name, count in flow.found.items())],
         [f"Duplicates merged: {flow.duplicates:,}"]),
        ([f"Papers screened: {flow.works:,}"], left_out),
        ([f"Papers kept: {flow.kept:,}"], unread),
        ([f"Papers read: {flow.kept - flow.unread:,}", f"full text: {flow.full_texts:,}{flow.sources}",
          f"abstract alone: {flow.abstracts:,}"], blind),
        ([f"Papers with a claim that was checked: {flow.included:,}"],
         [f"Nothing in them near the question: {silent:,}"] if silent > 0 else []),
        ([f"Papers with a verified claim that bears on the question: {flow.bearing:,}"], []),
    ]  # fmt: skip


def _lines(told: Sequence[str]) -> list[str]:
    return [line for text in told for line in textwrap.wrap(text, 46)]


def _height(told: Sequence[str]) -> float:
    return _LINE * len(_lines(told)) + 12 if told else 0.0


def _box(x: float, y: float, wide: float, high: float, told: Sequence[str], kind: str) -> str:
    stroke = "var(--accent)" if kind == "box" else "var(--rule)"
    lines = "".join(
        f'<tspan x="{x + 9:g}" y="{y + 15 + _LINE * place:g}">{escape(line)}</tspan>'
        for place, line in enumerate(_lines(told))
    )
    ink = "var(--ink)" if kind == "box" else "var(--muted)"
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="3" style="fill:none;stroke:{stroke}"/>'
        f'<text style="font:9px {_FONT};fill:{ink}">{lines}</text>'
    )


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    head = (
        f"{to_x - 5:g},{to_y - 3:g} {to_x:g},{to_y:g} {to_x - 5:g},{to_y + 3:g}"
        if y == to_y
        else f"{to_x - 3:g},{to_y - 5:g} {to_x:g},{to_y:g} {to_x + 3:g},{to_y - 5:g}"
    )
    return (
        f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" style="stroke:var(--muted)"/>'
        f'<polyline points="{head}" style="fill:none;stroke:var(--muted)"/>'
    )
