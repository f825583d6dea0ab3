"""manifest.json: what made the numbers, so that someone else can make them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.data_read import data_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.execution.outcome import Outcome
    from xstilts.reports.plan_shapes import Plan


def manifest(
    study: Mapping[str, Any],
    plan: Plan,
    outcome: Outcome,
    known: Mapping[str, Mapping[str, Any]],
    commands: Sequence[str],
) -> dict[str, Any]:
    """Everything behind a report as JSON; the arguments are as in :class:`~xstilts.reports.report.Report`.

    Returns:
        ``study, size, commands, seeds, versions, hardware, threads`` (each the distinct values over all nodes),
        ``wall_seconds`` (sum over nodes, whenever they were made), ``revisions``, ``data`` (see
        :func:`xstilts.reports.data_read.data_read`), ``nodes`` (key, kind, label, state, parents, seconds, files with
        hashes), ``warnings`` and ``totals``.
    """
    states = states_of(plan, outcome)
    return {
        "study": dict(study),
        "size": study.get("size"),
        "commands": list(commands),
        "seeds": study.get("seeds"),
        "versions": _distinct(entry.get("versions") for entry in known.values()),
        "hardware": _distinct(_hardware(entry) for entry in known.values()),
        "threads": _distinct(entry.get("threads") for entry in known.values()),
        "wall_seconds": round(sum(float(entry.get("seconds") or 0) for entry in known.values()), 3),
        "revisions": revisions(known.values()),
        "data": data_read(known.values()),
        "nodes": [
            {
                "key": node["key"],
                "kind": node["kind"],
                "label": node["label"],
                "parents": node["parents"],
                "state": states[node["key"]],
                "seconds": known.get(node["key"], {}).get("seconds"),
                "files": known.get(node["key"], {}).get("files"),
            }
            for node in plan["nodes"]
        ],
        "warnings": list(plan["warnings"]),
        "totals": dict(plan["totals"]),
    }


def states_of(plan: Plan, outcome: Outcome) -> dict[str, str]:
    """Key to ``done``, ``cached``, ``failed`` or ``not run``; a node that nothing is said about did not run."""
    states = {node["key"]: "not run" for node in plan["nodes"]}
    for state, keys in (("done", outcome.done), ("cached", outcome.cached), ("failed", outcome.failed)):
        states.update(dict.fromkeys(keys, state))
    return states


def revisions(known: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Hub repository to commit, wherever a node names both."""
    found: dict[str, str] = {}
    for entry in known:
        _collect(entry, found)
    return dict(sorted(found.items()))


def _collect(value: object, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        repo, revision = value.get("repo"), value.get("revision")
        if isinstance(repo, str) and isinstance(revision, str):
            found[repo] = revision
        for part in value.values():
            _collect(part, found)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _collect(part, found)


def _hardware(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    parts = {name: entry[name] for name in ("platform", "cpu", "hardware", "device") if entry.get(name)}
    return parts or None


def _distinct(values: Iterable[Any]) -> list[Any]:
    distinct: list[Any] = []
    for value in values:
        if value is not None and value not in distinct:
            distinct.append(value)
    return sorted(distinct, key=str)
