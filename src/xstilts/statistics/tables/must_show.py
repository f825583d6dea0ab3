"""Controls that must show: arms of which the study says beforehand whether they help, and whether they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.statistics.answer import points
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

HELP = "help"
"""What ``Facts.must`` says of a positive control; of a negative one it says ``not-help``."""


def must_show(clusters: Iterable[Row], facts: Facts) -> list[Row]:
    """For each base: what every control of ``facts.must`` gained, and whether that is what it must.

    A control helps where its zero-shot gain's interval, that of the gain matrix, lies above zero. One that must help
    and does not, or must not and does, fails; without an interval nothing is known.

    Args:
        clusters: Rows of ``cluster_rows``.
        facts: What the study asked for.

    Returns:
        One dict per base: ``base``, ``behaves`` (None: not known of all), ``sentence``, and ``controls``: for each arm
        and target that it was not cut from ``arm, target, must, gain, low, high, n_seeds, helps``. Gains have their
        sign turned where less is better. Empty where the study has no such control.
    """
    headline = [row for row in clusters if row["clustering"] == ZERO_SHOT and facts.is_headline(row)]
    bases = facts.bases or tuple(sorted({row["base"] for row in headline}))
    found = []
    for base in bases if facts.must else ():
        cells = {(row["arm"], row["target"]): row for row in reversed(headline) if row["base"] == base}
        asked = [(arm, target) for arm in facts.must for target in facts.targets if not facts.cut_why(arm, target)]
        controls = [_control(cells.get(cell), *cell, facts) for cell in asked]
        behaves = _together([_behaves(control) for control in controls])
        each = "; ".join(_said(one, facts) for one in controls)
        said = f"{_WHERE.get(facts.source, 'The')} controls from {base} {_LEAD[behaves]}: {each}."
        found.append({"base": base, "behaves": behaves, "sentence": said, "controls": controls})
    return found


_WHERE = {"lab": "In the lab the"}
_LEAD = {
    True: "behave",
    False: "do not behave, so no gain of this study should be believed before that is explained",
    None: "cannot all be judged",
}


def _control(row: Row | None, arm: str, target: str, facts: Facts) -> Row:
    gain, low, high = (None, None, None) if row is None else (row["gain"], row["low"], row["high"])
    if gain is not None and not facts.targets[target].higher_is_better:
        gain, low, high = -gain, None if high is None else -high, None if low is None else -low
    return {
        "arm": arm, "target": target, "must": facts.must[arm], "gain": gain, "low": low, "high": high,
        "n_seeds": 0 if row is None else row["n_seeds"], "helps": None if low is None else low > 0,
    }  # fmt: skip


def _behaves(control: Row) -> bool | None:
    return None if control["helps"] is None else control["helps"] == (control["must"] == HELP)


def _together(each: Sequence[bool | None]) -> bool | None:
    return False if False in each else None if None in each else True


def _said(control: Row, facts: Facts) -> str:
    wanted = "must help" if control["must"] == HELP else "must not"
    did = {True: "does", False: "is not seen to", None: "could not be judged"}[control["helps"]]
    if control["gain"] is None:
        found = f"did not run on {control['target']}"
    else:
        sure = "no interval"
        if control["low"] is not None:
            sure = f"{facts.level:.0%} interval {points(control['low'])} to {points(control['high'])}"
        found = f"{points(control['gain'])} points on {control['target']}, {sure}"
    return f"{control['arm']}, which {wanted}, {did} ({found})"
