"""``predict-gains``: what arms are likely to gain where nobody has measured it."""

from __future__ import annotations

from xstilts.commands import options
from xstilts.commands.output import emit_json, emit_table, tell
from xstilts.reports.numbers import interval, points

COLUMNS = ("base", "arm", "target", "language", "measured", "predicted", "interval", "rests on")


def predict_gains(
    study: options.StudyName,
    store: options.StoreFolder = options.DEFAULT_STORE,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Predict the gains of a study that were not measured, from those that the store holds. It runs nothing."""
    from xstilts.planning.plan import plan_study
    from xstilts.prediction.study_gains import predicted_gains
    from xstilts.studies.load import load_study

    found = predicted_gains(plan_study(load_study(study, sets or ())), options.open_store(store))
    if json:
        emit_json(found.to_json())
        return
    rows = [
        {
            **{name: getattr(row, name) for name in COLUMNS[:4]},
            "measured": "" if row.measured is None else f"{points(row.measured)} ({row.seeds} seeds)",
            "predicted": points(row.predicted),
            "interval": "?" if row.low is None or row.high is None else interval(row.low, row.high),
            "rests on": row.rests_on,
        }
        for row in found.rows
    ]
    emit_table(rows, COLUMNS)
    for line in found.sentences():
        tell(line)
