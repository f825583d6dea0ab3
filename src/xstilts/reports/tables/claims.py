"""Published claims beside what the study measured, as the page and the tables show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.claims import bearing
from xstilts.claims.quoted_numbers import TOLERANCE
from xstilts.reports.numbers import interval, points
from xstilts.reports.tables.table import Column, made, number, words
from xstilts.statistics.score_rows import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table

SPEAKS = {"lab": "the lab", "real": "real data", None: "–"}
CUT = "[cut where it was read]"


class ClaimRow(NamedTuple):
    """One claim in words, as printed and as measured; lists have a line each."""

    id: str
    text: str
    cut: bool
    paper: str
    version: str
    versions: Sequence[str]
    quoted: Sequence[str]
    measured: Sequence[str]
    verdict: str
    parts: Sequence[str]
    numbers: str
    differs: Sequence[str]
    confidence: str
    speaks: str
    compared: Sequence[str]
    left_out: Sequence[str]
    reason: str
    follow_ups: Sequence[str]
    note: str


class Judged(NamedTuple):
    """What a report says of claims.

    Attributes:
        bearing: How many bear on the study's question, in a sentence; "" without claims.
        meaning: What confidence means; "" where nothing was judged.
        tolerance: Points by which a number may differ.
        rows: Claims about something measurable, those that could be judged first.
        described: Procedures and descriptions.
    """

    bearing: str
    meaning: str
    tolerance: str
    rows: Sequence[ClaimRow]
    described: Sequence[ClaimRow]


def judged(claims: Sequence[Mapping[str, Any]]) -> Judged:
    """What a report says of the content of claims.json."""
    testable = [entry for entry in claims if entry["kind"] != "procedure"]
    testable.sort(key=lambda entry: (entry["verdict"] == "not run", not entry["bears"]))
    meanings = dict.fromkeys(entry["confidence_meaning"] for entry in claims if entry["confidence_meaning"])
    return Judged(
        bearing(claims) if claims else "",
        " ".join(meanings),
        f"{TOLERANCE:g}",
        [_row(entry) for entry in testable],
        [_row(entry) for entry in claims if entry["kind"] == "procedure"],
    )


def claim_tables(report: Report) -> list[Table]:
    """Every claim in its order, beside what was measured."""
    said = judged(report.claims)
    columns = (
        Column("claim", lambda row: row.id),
        words("text", lambda row: f"{row.text} {CUT}" if row.cut else row.text),
        words("version", lambda row: "; ".join([row.version, *row.versions])),
        words("quoted", lambda row: "; ".join(row.quoted) or "–"),
        words("measured", lambda row: "; ".join(row.measured) or "–"),
        Column("direction", lambda row: row.verdict),
        number("confidence", lambda row: row.confidence),
        words("numbers", lambda row: "; ".join([row.numbers, *row.differs])),
        Column("who speaks", lambda row: row.speaks),
        words("reason", lambda row: row.reason),
    )
    caption = report.labelled(f"{said.bearing} {said.meaning}".strip())
    return [made("claims", caption, columns, map(_row, report.claims))] if report.claims else []


def extracted_claims(report: Report) -> Table:
    """The claims as a paper lists them: what is said, whether it was verified, and how surely."""
    said = judged(report.claims)
    columns = (
        words("Claim", lambda row: f"{row.id}: {row.text}{' […]' if row.cut else ''}"),
        words("Verified", lambda row: row.reason if row in said.described else _verified(row)),
        number("Confidence", lambda row: row.confidence),
    )
    caption = report.labelled("Published claims beside this study.")
    return made("claims", caption, columns, [*said.rows, *said.described])


def _verified(row: ClaimRow) -> str:
    by = f" by {row.speaks}" if row.speaks != "–" else ""
    return f"direction: {row.verdict}{by}; numbers: {row.numbers}"


def _row(entry: Mapping[str, Any]) -> ClaimRow:
    confidence = entry["confidence"]
    several = len(entry["by_base"]) > 1
    return ClaimRow(
        id=entry["id"],
        text=entry["text"],
        cut=entry["cut"],
        paper=entry["paper"],
        version=f"{entry['version']} version",
        versions=[_other(one) for one in entry["versions"]],
        quoted=_quoted(entry["quoted"]),
        measured=[said for own in entry["by_base"] for said in _measured(own, several)],
        verdict=entry["verdict"],
        parts=[_part(part) for own in entry["by_base"] for part in own["parts"] if len(own["parts"]) > 1],
        numbers=entry["numbers"]["verdict"] or "no numbers",
        differs=entry["numbers"]["differs"],
        confidence="–" if confidence is None else f"{confidence:.2f}",
        speaks=SPEAKS[entry["evidence"]],
        compared=[_compared(one) for one in entry["compared"]],
        left_out=list(dict.fromkeys(_left_out(one) for own in entry["by_base"] for one in own["left_out"])),
        reason=entry["reason"],
        follow_ups=[f"{one['work']}: {one['says']} ({one['source']})" for one in entry["follow_ups"]],
        note=entry["note"],
    )


def _quoted(numbers: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{one['name']} {points(one['value'])}" for one in numbers]


def _other(version: Mapping[str, Any]) -> str:
    numbers = ", ".join(_quoted(version["numbers"]))
    return f"{version['version']}: {version['says']}" + (f"; {numbers}" if numbers else "")


def _measured(own: Mapping[str, Any], several: bool) -> list[str]:
    """Measured gains of one base: beside each quoted number, then of every other arm that the claim speaks of."""
    base = f"{own['base']}: " if several else ""
    beside = [one for one in own["numbers"]["measured"] if one["gain"] is not None]
    shown = [f"{base}{one['name']} {_gain(one)}, {one['average']} average" for one in beside]
    arms = {one["arm"] for one in beside}
    return shown + [
        f"{base}{one['arm']} on {', '.join(one['targets'])} {_gain(one)}" + _equivalent(one)
        for one in own["measured"]
        if one["arm"] not in arms
    ]


def _gain(one: Mapping[str, Any]) -> str:
    spread = interval(one["low"], one["high"])
    seeds = f"{one['n_seeds']} seed{'' if one['n_seeds'] == 1 else 's'}"
    return f"{points(one['gain'])} ({spread + ', ' if spread else ''}{seeds})"


def _equivalent(one: Mapping[str, Any]) -> str:
    if one.get("equivalent") is None:
        return ""
    return f", {'' if one['equivalent'] else 'not '}shown to lie within ±{one['equivalence_margin']:g}"


def _part(part: Mapping[str, Any]) -> str:
    why = f" ({'; '.join(part['lacks'])})" if part["lacks"] else ""
    return f"{part['says']}: {part['verdict']}{why}"


def _compared(one: Mapping[str, Any]) -> str:
    languages = {parts(language)[0] for own in one["targets"].values() for language in own}
    return (
        f"{one['base']}: {', '.join(one['arms'])} on {', '.join(one['targets'])}, "
        f"{len(languages)} languages, seeds {', '.join(one['seeds'])}"
    )


def _left_out(one: Mapping[str, str]) -> str:
    return f"{one['arm']} on {one['target']}: {one['why']}"
