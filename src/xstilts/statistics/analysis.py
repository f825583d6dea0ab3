"""The whole analysis of a study: one pure function from score rows to the tables of the report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from xstilts.statistics.answer import answers
from xstilts.statistics.inference.intervals import smallest_sign_flip_p
from xstilts.statistics.inference.power import outlook
from xstilts.statistics.robustness.noisy_scores import rates_of
from xstilts.statistics.robustness.people import people_answers
from xstilts.statistics.robustness.whole import robustness
from xstilts.statistics.score_rows import NONE, Row, clean_rows, is_clean
from xstilts.statistics.setting_text import is_frozen
from xstilts.statistics.size.table import size_tables
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.aggregates import aggregate_rows
from xstilts.statistics.tables.best_mix import mix_rows
from xstilts.statistics.tables.checks import check_rows
from xstilts.statistics.tables.chosen_arms import chosen_rows
from xstilts.statistics.tables.chosen_vectors import freeze
from xstilts.statistics.tables.collapse import collapsed, without
from xstilts.statistics.tables.contrasts import contrast_rows
from xstilts.statistics.tables.dose_response import dose_rows
from xstilts.statistics.tables.gains import cluster_rows, gain_rows
from xstilts.statistics.tables.items import answer_errors, gain_item_rows, item_rows, known_items, level_errors
from xstilts.statistics.tables.layer_sweep import sweep_rows
from xstilts.statistics.tables.levels import levels
from xstilts.statistics.tables.measured_overlap import OVERLAP_COLUMNS, measured_warnings
from xstilts.statistics.tables.multiverse import multiverse
from xstilts.statistics.tables.must_show import must_show
from xstilts.statistics.tables.nothing_learned import flat_languages, learned_rows, silent_rows
from xstilts.statistics.tables.search_scores import search_rows
from xstilts.statistics.tables.visual_gains import visual_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Answer(TypedDict):
    """What the scores of a study say.

    Attributes:
        bases: For each base the best arm, its verdict in sentences and all arms in order, see ``answers``.
        levels: Mean scores, see ``levels``.
        n_seeds: The most paired seeds that a gain has.
        smallest_sign_flip_p: The least p-value that a sign-flip test over these can give; None without any.
        counts: What evaluation could not read whole.
        checks, multiverse, collapsed: See ``check_rows``, ``multiverse``, ``collapse.Collapse``.
        without_collapsed: ``bases`` once more, without collapsed runs; empty where none collapsed.
        outlook: What so many seeds and questions can show, in a sentence.
        contrasts, doses, mix, chosen: See ``contrast_rows``, ``dose_rows``, ``mix_rows``, ``chosen_rows``.
        vectors: The choices of ``freeze``.
        sweep, search: See ``sweep_rows``, ``search_rows``.
        overlaps: Rows with ``OVERLAP_COLUMNS``.
        at_floor, flat, silent: See ``learned_rows``, ``flat_languages``, ``silent_rows``.
        level_errors, answer_errors: See ``items``.
        visual: See ``visual_rows``; absent where no target is tested with and without its images.
        must_show: See ``must_show``; absent where the study has no control that must show.
        under_noise: See ``sentences.robust_answers``; absent where nothing was measured on noisy text.
        people_said: See ``people_answers``; absent where no target has the noise of people.
        sizes, slopes, language_slopes, text: See ``size.table.Sizes``; absent without a ladder of bases.
    """

    bases: list[Row]
    levels: list[Row]
    n_seeds: int
    smallest_sign_flip_p: float | None
    counts: list[Row]
    checks: list[Row]
    multiverse: list[Row]
    collapsed: list[Row]
    without_collapsed: list[Row]
    outlook: str
    contrasts: list[Row]
    doses: list[Row]
    mix: list[Row]
    chosen: list[Row]
    vectors: list[Row]
    sweep: list[Row]
    search: list[Row]
    overlaps: list[Row]
    at_floor: list[Row]
    flat: list[Row]
    silent: list[Row]
    level_errors: list[Row]
    answer_errors: list[Row]
    visual: NotRequired[list[Row]]
    must_show: NotRequired[list[Row]]
    under_noise: NotRequired[list[Row]]
    people_said: NotRequired[list[Row]]
    sizes: NotRequired[list[Row]]
    slopes: NotRequired[list[Row]]
    language_slopes: NotRequired[list[Row]]
    text: NotRequired[list[Row]]


class Analysis(TypedDict):
    """What the ``analyse`` node keeps.

    Attributes:
        scores: Score rows (``SCORE_COLUMNS``), cleaned and sorted, on clean and noisy text. No other table but the
            last three speaks of noisy text. Rows with ``vectors=frozen`` in their setting repeat
            a measurement under the vectors that were chosen on held-out languages (see ``chosen_vectors.freeze``).
        gains: Rows of ``gain_rows``.
        clusters: Rows of ``cluster_rows``.
        aggregates: Rows of ``aggregates.aggregate_rows``; none where no target's protocol has groups.
        answer: What the scores say.
        items: Rows of ``items.item_rows``.
        gain_items: Rows of ``items.gain_item_rows``, by language first, then by cluster.
        facts: The study's facts, as given; their warnings are joined by those that were measured.
    """

    scores: list[Row]
    gains: list[Row]
    clusters: list[Row]
    aggregates: list[Row]
    answer: Answer
    facts: dict[str, Any]
    items: list[Row]
    gain_items: list[Row]
    noise: NotRequired[list[Row]]
    robustness: NotRequired[list[Row]]
    degradation: NotRequired[list[Row]]
    people: NotRequired[list[Row]]


def analyse(
    score_rows: Iterable[Row],
    facts: Mapping[str, Any],
    counts: Iterable[Row] = (),
    overlaps: Iterable[Row] = (),
    answered: Iterable[Row] = (),
) -> Analysis:
    """Turn the scores of a study into its gains, clusters and answer.

    Args:
        score_rows: Dicts with the columns of scores.csv (``SCORE_COLUMNS``), in any order; ``value`` None or NaN means
            missing. Arms named ``baseline:…`` are kept in the scores and take no part in gains. ``items`` of a row says
            how sure it is by its items (the fields of ``items.Sure``); ``edit_rate`` and ``subword_rise`` of one on
            noisy text say what the noise did, and the metric ``flip_rate`` how many answers it changed, in percent.
        facts: JSON with the fields of ``Facts`` (``pivot``, ``arms``, ``targets`` are needed, the rest has defaults).
        counts: What evaluation could not read whole: dicts with ``base, arm, target, seed, language, n`` and any of
            ``truncated`` (examples cut), ``lost`` (words without prediction), ``words``, ``rejected`` (source
            rows not used).
        overlaps: What training data shares with the targets' (``overlap.OVERLAP_COLUMNS``).
        answered: Which classes were right and which were said, see ``silent_rows``.

    Returns:
        The tables; equal input in any order gives equal output.

    Raises:
        InputError: If a measurement is there twice with different values, or the facts are not as documented.
    """
    shared = sorted(({name: row[name] for name in OVERLAP_COLUMNS} for row in overlaps), key=repr)
    known = facts.get("warnings", ())
    if marked := measured_warnings(shared, known):
        facts = {**facts, "warnings": [*known, *marked]}
    parsed = Facts.parse(facts)
    score_rows = list(score_rows)
    # frozen rows are made anew, so that an analysis of analysed rows gives the same
    raw = [row for row in clean_rows(score_rows) if not is_frozen(row["setting"])]
    frozen, choices = freeze(raw, parsed)
    everything = clean_rows([*raw, *frozen]) if frozen else raw
    # here noisy text leaves: what follows speaks of clean text, but for robustness
    everywhere, noisy = everything, [row for row in everything if not is_clean(row) and parsed.is_result(row)]
    told = (raw, everything, answered, counts)
    raw, everything, answered, counts = ([row for row in rows if is_clean(row)] for rows in told)
    # of targets with held-out languages only chosen vectors are results; the sweep shows all
    scores = [row for row in everything if parsed.is_result(row)]
    results = [row for row in scores if not parsed.selection_split or row["split"] != parsed.selection_split]
    clusters = cluster_rows(results, parsed)
    low = collapsed(scores, parsed)
    gains = gain_rows(results, parsed)
    known = known_items(score_rows, choices, parsed)
    by_cluster = gain_item_rows(clusters, known, parsed.level)
    reached = levels(scores, parsed)
    errors = level_errors(scores, known, parsed)
    best = answers(clusters, parsed)
    n_seeds = max((row["n_seeds"] for row in clusters), default=0)
    answer = Answer(
        bases=best,
        levels=reached,
        n_seeds=n_seeds,
        smallest_sign_flip_p=smallest_sign_flip_p(n_seeds),
        counts=sorted((dict(row) for row in counts), key=repr),
        checks=check_rows(scores, clusters, parsed),
        multiverse=multiverse(clusters, parsed),
        collapsed=[asdict(run) for run in low],
        without_collapsed=answers(cluster_rows(without(results, low), parsed), parsed) if low else [],
        outlook=outlook(n_seeds, max(1, _questions(parsed))).sentence(),
        contrasts=contrast_rows(scores, parsed),
        doses=dose_rows(scores, parsed),
        mix=mix_rows(scores, parsed),
        chosen=chosen_rows(scores, parsed),
        vectors=choices,
        sweep=sweep_rows(raw, parsed),
        search=search_rows(scores, parsed),
        overlaps=shared,
        at_floor=learned_rows(reached, errors, parsed),
        flat=flat_languages(reached, parsed),
        silent=silent_rows(answered, parsed),
        level_errors=errors,
        answer_errors=answer_errors(best, by_cluster, parsed),
    )
    if with_images := visual_rows(scores, parsed):
        answer["visual"] = with_images
    if shown := must_show(clusters, parsed):
        answer["must_show"] = shown
    if parsed.ladder:
        by_size = size_tables(results, parsed)
        answer["sizes"], answer["slopes"] = by_size["sizes"], by_size["slopes"]
        answer["language_slopes"], answer["text"] = by_size["language_slopes"], by_size["text"]
    averages = aggregate_rows(scores, parsed)
    made = Analysis(
        scores=everywhere,
        gains=gains,
        clusters=clusters,
        aggregates=averages,
        answer=answer,
        facts=dict(facts),
        items=item_rows(everything, known),
        gain_items=[*gain_item_rows(gains, known, parsed.level), *by_cluster],
    )
    if noisy:
        robust = robustness(results, noisy, known, rates_of(score_rows), parsed)
        answer["under_noise"] = robust["under_noise"]
        made["noise"], made["robustness"] = robust["noise"], robust["robustness"]
        made["degradation"] = robust["degradation"]
        if robust["people"]:
            made["people"], answer["people_said"] = robust["people"], people_answers(robust["people"])
    return made


def _questions(facts: Facts) -> int:
    """Cells of the gain matrix that were not cut."""
    arms = [arm for arm in facts.arms if arm != NONE]
    own = [name for name, target in facts.targets.items() if not target.control_of]
    return sum(not facts.cut_why(arm, name) for arm in arms for name in own)
