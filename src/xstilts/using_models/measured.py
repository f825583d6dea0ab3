"""What a study measured of an exported model, in the forms in which others publish results.

- ``.eval_results/xstilts.yaml``: the hub's own file of results, for targets that are data sets on the hub.
- ``model-index`` in the card's header, which the hub read before.
- ``mteb/TASK.json`` for searches: a result of mteb, with scores between 0 and 1.

Each number says beside it over how many items it is, how many seeds the study ran, and where their mean lies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.errors import StoreError
from xstilts.languages import spoken
from xstilts.statistics import analysis_files
from xstilts.statistics.score_rows import Condition, over_seeds, parts
from xstilts.statistics.study_facts import Facts
from xstilts.store import recorded
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.statistics.score_rows import Row
    from xstilts.store.store import Store
    from xstilts.tasks.base import HubSpec

EVAL_RESULTS = ".eval_results/xstilts.yaml"
"""The hub's file of results."""
MTEB = "mteb"
"""Folder of the results of searches."""
_SAME = ("arm", "language", *Condition._fields)
"""What two scores agree in that differ in their seed alone."""


@dataclass(frozen=True)
class Result:
    """One score of a model, beside those of the study's other seeds.

    Attributes:
        row: The score, a row of scores.csv.
        headline: Whether it is its target's headline.
        seeds: How many seeds of the study measured the same.
        mean: Their mean, on the metric's scale.
        low: Lower end of Student's interval of it; None for a single seed.
        high: Upper end of it.
    """

    row: Row
    headline: bool
    seeds: int
    mean: float
    low: float | None
    high: float | None

    @property
    def notes(self) -> str:
        """How it was measured, in one line."""
        row = self.row
        spread = "" if self.low is None else f", 95 % interval {self.low:.2f} to {self.high:.2f}"
        several = f"seed {row['seed']} of {self.seeds} ({self.mean:.2f} in the mean{spread})"
        lab = "lab numbers, from an invented world; " if row["source"] == "lab" else ""
        return (
            f"{lab}{row['language']}, {row['metric']} in percent, n {row['n']}, {several}, protocol {row['protocol']}, "
            f"noise {row['noise']}, arm {row['arm']} from {row['base']}, study {row['study']}"
        )


def results_of(store: Store, key: str) -> list[Result]:
    """The scores on clean text that a study's tables hold of a model, the newest study first; none without tables."""
    for predict in recorded.readers(store, key, "predict"):
        for score in recorded.readers(store, predict, "score"):
            for tables in recorded.readers(store, score, "analyse"):
                try:
                    analysis = analysis_files.load(store.read(tables, "analyse"))
                except StoreError:
                    continue
                return list(_results(analysis["scores"], Facts.parse(analysis["facts"]), _scores(store, key)))
    return []


def _scores(store: Store, key: str) -> set[str]:
    predicted = recorded.readers(store, key, "predict")
    return {score for predict in predicted for score in recorded.readers(store, predict, "score")}


def _results(rows: Sequence[Row], facts: Facts, own: set[str]) -> Iterator[Result]:
    clean = [row for row in rows if row["value"] is not None and facts.is_headline(row, metric=False)]
    seeds: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in clean:
        seeds.setdefault(tuple(row[name] for name in _SAME), {})[str(row["seed"])] = float(row["value"])
    for row in (row for row in clean if row["node"] in own):
        interval, _ = over_seeds(seeds[tuple(row[name] for name in _SAME)], facts.level)
        mean = float(row["value"]) if interval.mean is None else interval.mean
        yield Result(row, facts.is_headline(row), interval.n, mean, interval.low, interval.high)


def model_index(name: str, results: Sequence[Result]) -> list[dict[str, Any]]:
    """The headline results as the card's ``model-index``."""
    from huggingface_hub import EvalResult
    from huggingface_hub.repocard_data import eval_results_to_model_index

    told = [
        EvalResult(
            task_type=str(_kind(one.row)).replace("_", "-"),
            dataset_type=_data_set(one.row), dataset_name=_title(one.row),
            dataset_config=one.row["language"], dataset_split=one.row["split"], metric_type=one.row["metric"],
            metric_value=one.row["value"], metric_name=f"{one.row['metric']} ({one.notes})",
        )
        for one in results if one.headline
    ]  # fmt: skip
    return eval_results_to_model_index(name, told) if told else []


def write(folder: Path, results: Sequence[Result], date: str) -> None:
    """Write the hub's file of results, and those of searches, where there are any.

    Args:
        folder: The exported model.
        results: What was measured.
        date: Day of the measurement, ``2026-01-31``.
    """
    from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml

    entries = [
        EvalResultEntry(hub.repo, one.row["language"], one.row["value"], dataset_revision=hub.revision, date=date,
                        notes=one.notes)
        for one in results
        if one.headline and one.row["source"] != "lab" and (hub := _hub(one.row["target"])) is not None
    ]  # fmt: skip
    if entries:
        path = folder / EVAL_RESULTS
        path.parent.mkdir(exist_ok=True)
        text = yaml.safe_dump(eval_result_entries_to_yaml(entries), allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
    searched = dict.fromkeys(one.row["target"] for one in results if _kind(one.row) is Kind.RETRIEVAL)
    for target in searched:
        (folder / MTEB).mkdir(exist_ok=True)
        told = mteb_result(target, [one for one in results if one.row["target"] == target])
        (folder / MTEB / f"{target}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def mteb_result(target: str, results: Sequence[Result]) -> dict[str, Any]:
    """The results of a search as mteb's JSON (2.26, ``TaskResult``): one entry per language, scores from 0 to 1."""
    languages: dict[str, dict[str, Any]] = {}
    for one in results:
        code, value = str(one.row["language"]), float(one.row["value"]) / 100
        entry = languages.setdefault(code, {"hf_subset": code, "languages": [_mteb_code(part) for part in parts(code)]})
        entry[str(one.row["metric"])] = value
        if one.headline:
            entry["main_score"] = value
    hub = _hub(target)
    return {
        "dataset_revision": (hub.revision if hub else None) or "unknown",
        "task_name": TASKS.get(target).title if target in TASKS else target,
        "mteb_version": None,  # it was not mteb that measured
        "scores": {str(results[0].row["split"]): [entry for entry in languages.values() if "main_score" in entry]},
        "evaluation_time": None,
        "kg_co2_emissions": None,
    }


def _hub(target: str) -> HubSpec | None:
    """The hub's copy of a target's data; None where it has none, and of a task of the study's own."""
    return TASKS.get(target).hub if target in TASKS else None


def _mteb_code(code: str) -> str:
    """``deu-Latn``, as mteb writes a language."""
    language = spoken(code)[0]
    return f"{getattr(language, 'iso639_3', '') or code}-{language.script or 'Zyyy'}"


def _kind(row: Mapping[str, Any]) -> Kind | None:
    return TASKS.get(row["target"]).kind if row["target"] in TASKS else None


def _title(row: Mapping[str, Any]) -> str:
    name = TASKS.get(row["target"]).title if row["target"] in TASKS else row["target"]
    return f"{name} (the lab's twin, in invented languages)" if row["source"] == "lab" else str(name)


def _data_set(row: Mapping[str, Any]) -> str:
    hub = _hub(row["target"]) if row["source"] != "lab" else None
    return hub.repo if hub is not None else str(row["target"])
