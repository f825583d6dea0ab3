"""The study on one card: its answer, what it cost and what to do next, as rows that a file keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import counted, duration, interval, points
from xstilts.reports.text.next_step import next_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

CARD_COLUMNS = (
    "base", "verdict", "arm", "gain", "low", "high", "p_corrected", "n_seeds", "n_arms", "n_targets", "n_languages",
    "n_trained", "rule", "seeds_needed", "next",
)  # fmt: skip
"""The columns of card.csv; time is in the manifest, for no table has what another run of the same would change."""

_HEADLINES = {
    "inconclusive": "No arm is told from none",
    "contradicted": "No arm helps",
    "not run": "No answer yet",
}


def card_rows(report: Report) -> list[Row]:
    """One row per base: its answer, as the page has it, the study's size and cost, and what to do next."""
    states = report.states
    trained = [node["key"] for node in report.plan["nodes"] if node["kind"] in ("pretrain", "train")]
    whole = {
        "n_languages": len(report.languages),
        "n_trained": sum(states[key] in ("done", "cached") for key in trained),
    }
    found = []
    for answer in report.rows("bases"):
        step = next_step(report, answer)
        own = {name: answer.get(name) for name in CARD_COLUMNS[:9]}
        said = {"rule": step.rule, "seeds_needed": step.seeds, "next": step.sentence}
        found.append({**own, "n_targets": len(answer.get("targets", ())), **whole, **said})
    return found


def headline(row: Row) -> str:
    """The answer of one base in a few words."""
    return _HEADLINES.get(row["verdict"]) or f"{row['arm']} gains most"


def among(row: Row) -> str:
    """Which arm the number is of, and of how many; "" without a number."""
    if row["gain"] is None:
        return ""
    arm = "" if row["verdict"] == "supported" else f"{row['arm']}, "
    place = f"best of {row['n_arms']} arms" if row["n_arms"] > 1 else "the only arm on all targets"
    return f"{arm}{place}; mean of {counted(row['n_targets'], 'target')}"


def spread(report: Report, row: Row) -> str:
    """The interval in words."""
    ends = interval(row["low"], row["high"])
    return f"{report.facts.level:.0%} interval {ends}" if ends else "one seed, no interval"


def gain(row: Row) -> str:
    """The gain, or a dash."""
    return "–" if row["gain"] is None else points(row["gain"])


def size_and_cost(report: Report, row: Row) -> str:
    """Seeds, languages, what was trained and how long it took: all nodes together, one after the other."""
    seeds = counted(row["n_seeds"] or len(report.facts.seeds), "seed")
    languages = counted(row["n_languages"], "language")
    seconds = report.manifest["wall_seconds"]
    spent = f" · {duration(seconds)} of computing" if seconds else ""
    return f"{seeds} · {languages} · {counted(row['n_trained'], 'model')} trained{spent}"


def world(report: Report) -> str:
    """Where the numbers come from."""
    return {"lab": "lab numbers: an invented world", "": "source not known"}.get(report.facts.source, "real data")


def most_gained(rows: Sequence[Row]) -> Row:
    """The base whose best arm gains most, of which the card says what to do next."""
    return max(rows, key=lambda row: -float("inf") if row["gain"] is None else float(row["gain"]))
