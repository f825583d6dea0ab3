"""Scores of a search against the layer that vectors come from, and what each training-free option reaches at its best.

An option is a way of making and comparing vectors beside the layer: pooling, how many layers are averaged, space and
similarity. None of them needs training, so an arm has to beat them as well as ``none``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.statistics.headline import clusters_of, mean_or_none, n_languages
from xstilts.statistics.score_rows import Row, by_condition, is_pivot, over_seeds, seed_means
from xstilts.statistics.setting_text import natural, parse, parted
from xstilts.statistics.tables.chosen_vectors import is_held_out, ranked
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Cells, Condition
    from xstilts.statistics.study_facts import Facts, TargetFacts

SWEEP_COLUMNS = (
    "base", "target", "metric", "arm", "clustering", "cluster", "part", "pooling", "layers", "space", "similarity",
    "layer", "value", "low", "high", "n_seeds", "n_languages", "layer_by", "selection", "protocol",
)  # fmt: skip
"""The columns of sweep.csv, in order. ``part`` is ``layer`` (one row per layer and pooling, vectors as they are) or
``option`` (one row per option, at its best layer; ``layer_by`` names the languages that chose the layer)."""

METRICS = ("recall@10", "hit@10", "capped_recall@10")
"""Metrics that are swept beside the headline's."""

BY_LAYER, BY_OPTION = "layer", "option"
ALL, HELD_OUT = "all", "held out"
DEFAULTS = {"pooling": "mean", "layers": "1", "space": "raw", "similarity": "cosine"}
"""What a setting means that does not name them; how vectors are compared is the target's to say."""

Option = tuple[str, str, str, str]
"""(pooling, layers, space, similarity)."""


@dataclass(frozen=True)
class Swept:
    """One base, target and metric: the scores of every option and layer, under the headline variant.

    Attributes:
        named: The row's fields that all of them share.
        target: What the study asked for.
        facts: The whole of it.
        cells: Option to layer to scores: (arm, seed) to language to score.
    """

    named: Mapping[str, str]
    target: TargetFacts
    facts: Facts
    cells: Mapping[Option, Mapping[int, Cells]]

    def clusters(self) -> dict[tuple[str, str], list[str]]:
        """(clustering, cluster) to its languages: all but pivot and held-out ones, by script, and the held-out ones."""
        spoken = {code for layers in self.cells.values() for cells in layers.values() for side in cells.values()
                  for code in side}  # fmt: skip
        spoken.update(self.target.languages)
        away = sorted(code for code in spoken if not is_pivot(code, self.facts.pivot))
        # a pair in the other direction (b>a of a>b) is held out too, but no vectors were chosen by it
        apart = [code for code in away if code in self.target.held_out]
        others = [code for code in away if not is_held_out(code, self.target)]
        clustering = script_of(self.facts)
        found = {(ZERO_SHOT, ALL): others}
        if clustering:
            grouped = clusters_of(others, clustering, self.facts)
            found |= {(clustering, cluster): codes for cluster, codes in grouped.items()}
        return {key: codes for key, codes in {**found, (HELD_OUT, HELD_OUT): apart}.items() if codes}

    def by_seed(self, option: Option, layer: int, arm: str, languages: Sequence[str]) -> dict[str, float]:
        """Seed to mean score over languages, for the seeds that have all of them."""
        return seed_means(self.cells[option].get(layer, {}), arm, languages)

    def plain(self) -> list[Option]:
        """One option per pooling: single layers in raw space, by the usual similarity, or by another one."""
        found = {}
        # later ones go over earlier ones: the target's own similarity stands for a pooling where it was measured
        for similarity in ("dot", "cosine", self.target.similarity):
            own = [option for option in self.cells if option[1:] == ("1", "raw", similarity)]
            found.update({option[0]: option for option in own})
        return sorted(found.values())


def script_of(facts: Facts) -> str:
    """The clustering that layers are shown by: ``script`` where the study has it, else its first; "" without any."""
    return "script" if "script" in facts.clusters else next(iter(facts.clusters), "")


def sweep_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """Scores by layer and by option, for targets that were searched with vectors of at least two layers.

    Metrics are the headline's and ``METRICS``; scores are on clean text of the headline split and variant, means over
    the languages of a cluster within each seed, with a t interval over seeds (languages fixed). Clusters are all
    languages but the pivot and the held-out ones, these by script (else by the study's first clustering), and the
    held-out languages apart: they chose. An option's best layer is that of its arm's best headline score in the
    held-out languages; where none are held out, in all (``layer_by``), which flatters it.

    Args:
        scores: Score rows (``SCORE_COLUMNS``) without frozen ones.
        facts: What the study asked for.

    Returns:
        Rows with ``SWEEP_COLUMNS``; ``value`` is None where no seed has all languages.
    """
    rows: list[Row] = []
    for (target, *_), by_metric in _swept(scores, facts).items():
        headline = by_metric.get(facts.targets[target].metric)
        for swept in by_metric.values():
            clusters = swept.clusters()
            for arm in _arms(swept):
                rows += _by_layer(swept, arm, clusters)
                if headline is not None:
                    rows += _by_option(swept, headline, arm, clusters)
    return rows


def _swept(scores: Iterable[Row], facts: Facts) -> dict[tuple[str, ...], dict[str, Swept]]:
    """(target, base, selection, protocol) to metric to its scores, in the order of the study."""
    found: dict[tuple[str, ...], dict[str, dict[Option, dict[int, Cells]]]] = {}
    rows = [row for row in scores if "layer=" in str(row["setting"]) and row["target"] in facts.targets]
    chosen = {(row["target"], row["base"], row["protocol"]): row["selection"] for row in rows if row["selection"]}
    for key, cells in by_condition(rows).items():
        target, values = facts.targets[key.target], parse(key.setting)
        if not _is_asked(key, target) or "layer" not in values:
            continue
        usual = DEFAULTS | {"similarity": target.similarity}
        pooling, layers, space, similarity = (values.get(name, default) for name, default in usual.items())
        # a baseline has no checkpoints to choose, and stands beside the arms
        selection = key.selection or chosen.get((key.target, key.base, key.protocol), "")
        where = (key.target, key.base, selection, key.protocol)
        options = found.setdefault(where, {}).setdefault(key.metric, defaultdict(dict))
        known = options[pooling, layers, space, similarity].setdefault(int(values["layer"]), {})
        for side, scores_of in _shown(key, cells, target).items():
            known[side] = known.get(side, {}) | scores_of
    order = {name: place for place, name in enumerate(facts.targets)}
    # one layer alone is no sweep
    several = {
        where: by_metric
        for where, by_metric in sorted(found.items(), key=lambda item: (order[item[0][0]], item[0]))
        if len({layer for options in by_metric.values() for layers in options.values() for layer in layers}) > 1
    }
    return {
        where: {
            metric: Swept(
                dict(zip(("target", "base", "selection", "protocol"), where, strict=True)) | {"metric": metric},
                facts.targets[where[0]], facts, options,
            )
            for metric, options in sorted(by_metric.items(), key=lambda item: _metric(item[0], facts.targets[where[0]]))
        }
        for where, by_metric in several.items()
    }  # fmt: skip


def _metric(name: str, target: TargetFacts) -> int:
    return [target.metric, *METRICS].index(name)


def _is_asked(key: Condition, target: TargetFacts) -> bool:
    return (
        key.metric in (target.metric, *METRICS)
        and key.split in (target.split, "")
        and key.noise == "clean"
        and parted(key.setting)[1] in (target.headline_variant, target.choosing_variant)
    )


def _shown(key: Condition, cells: Cells, target: TargetFacts) -> Cells:
    """The held-out languages under the variant by which they choose, all others under the headline's."""
    variant = parted(key.setting)[1]
    return {
        side: {
            code: score
            for code, score in by_language.items()
            if variant == (target.choosing_variant if is_held_out(code, target) else target.headline_variant)
        }
        for side, by_language in cells.items()
    }


def _arms(swept: Swept) -> list[str]:
    """The arms that were measured, in the study's order, baselines last."""
    found = {arm for layers in swept.cells.values() for cells in layers.values() for arm, _ in cells}
    return [*(arm for arm in swept.facts.arms if arm in found), *sorted(found.difference(swept.facts.arms))]


def _by_layer(swept: Swept, arm: str, clusters: Mapping[tuple[str, str], Sequence[str]]) -> list[Row]:
    return [
        _row(swept, arm, (option, layer), cluster, languages) | {"part": BY_LAYER, "layer_by": ""}
        for option in swept.plain()
        for cluster, languages in clusters.items()
        for layer in sorted(swept.cells[option])
    ]


def _by_option(swept: Swept, headline: Swept, arm: str, clusters: Mapping[tuple[str, str], Sequence[str]]) -> list[Row]:
    by = HELD_OUT if (HELD_OUT, HELD_OUT) in clusters else ALL
    chosen_in = clusters.get((HELD_OUT, HELD_OUT)) or clusters.get((ZERO_SHOT, ALL), ())
    rows = []
    for option in sorted(swept.cells, key=lambda option: [natural(part) for part in option]):
        means = {
            str(layer): mean
            for layer in headline.cells.get(option, {})
            if (mean := mean_or_none(headline.by_seed(option, layer, arm, chosen_in).values())) is not None
        }
        # one layer at the most: none where no seed of the arm has all languages
        for layer in ranked(means, swept.target.higher_is_better)[:1]:
            for cluster, languages in clusters.items():
                row = _row(swept, arm, (option, int(layer)), cluster, languages)
                rows.append(row | {"part": BY_OPTION, "layer_by": by})
    return rows


def _row(
    swept: Swept, arm: str, vectors: tuple[Option, int], cluster: tuple[str, str], languages: Sequence[str]
) -> Row:
    option, layer = vectors
    own = swept.by_seed(option, layer, arm, languages)
    interval, _ = over_seeds(own, swept.facts.level)
    return {
        **swept.named,
        "arm": arm,
        "clustering": cluster[0],
        "cluster": cluster[1],
        **dict(zip(DEFAULTS, option, strict=True)),
        "layer": layer,
        "value": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "n_seeds": interval.n,
        "n_languages": n_languages(languages, swept.facts.pivot),
    }
