"""Published claims beside what the study measured, as the page and the Markdown table show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.claims import bearing
from xstilts.claims.quoted_numbers import TOLERANCE
from xstilts.reports.numbers import interval, points
from xstilts.statistics.score_rows import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SPEAKS = {"lab": "the lab", "real": "real data", None: "–"}
CUT = "[cut where it was read]"
HEAD = (
    "claim", "text", "version", "quoted", "measured", "direction", "confidence", "numbers", "who speaks", "reason",
)  # fmt: skip


def claims_section(claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the page says of claims.

    Args:
        claims: The content of claims.json.

    Returns:
        ``bearing`` (a sentence), ``meaning`` (of confidence; "" where nothing was judged), ``tolerance`` (points),
        ``rows`` (claims about something measurable, those that could be judged first) and ``described`` (procedures
        and descriptions).
    """
    testable = [entry for entry in claims if entry["kind"] != "procedure"]
    testable.sort(key=lambda entry: (entry["verdict"] == "not run", not entry["bears"]))
    meanings = dict.fromkeys(entry["confidence_meaning"] for entry in claims if entry["confidence_meaning"])
    return {
        "bearing": bearing(claims) if claims else "",
        "meaning": " ".join(meanings),
        "tolerance": f"{TOLERANCE:g}",
        "rows": [_row(entry) for entry in testable],
        "described": [_row(entry) for entry in claims if entry["kind"] == "procedure"],
    }


def claims_rows(claims: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The same as plain text under ``HEAD``, every claim in its order."""
    rows = [_row(entry) for entry in claims]
    return [
        [
            row["id"],
            f"{row['text']} {CUT}" if row["cut"] else row["text"],
            "; ".join([row["version"], *row["versions"]]),
            "; ".join(row["quoted"]) or "–",
            "; ".join(row["measured"]) or "–",
            row["verdict"],
            row["confidence"],
            "; ".join([row["numbers"], *row["differs"]]),
            row["speaks"],
            row["reason"],
        ]
        for row in rows
    ]


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    confidence = entry["confidence"]
    several = len(entry["by_base"]) > 1
    return {
        "id": entry["id"],
        "text": entry["text"],
        "cut": entry["cut"],
        "paper": entry["paper"],
        "version": f"{entry['version']} version",
        "versions": [_other(one) for one in entry["versions"]],
        "question": entry["question"] or "",
        "quoted": _quoted(entry["quoted"]),
        "measured": [said for own in entry["by_base"] for said in _measured(own, several)],
        "verdict": entry["verdict"],
        "parts": [_part(part) for own in entry["by_base"] for part in own["parts"] if len(own["parts"]) > 1],
        "numbers": entry["numbers"]["verdict"] or "no numbers",
        "differs": entry["numbers"]["differs"],
        "confidence": "–" if confidence is None else f"{confidence:.2f}",
        "speaks": SPEAKS[entry["evidence"]],
        "compared": [_compared(one) for one in entry["compared"]],
        "left_out": list(dict.fromkeys(_left_out(one) for own in entry["by_base"] for one in own["left_out"])),
        "reason": entry["reason"],
        "follow_ups": [f"{one['work']}: {one['says']} ({one['source']})" for one in entry["follow_ups"]],
        "note": entry["note"],
    }


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
