"""The scores of one base and target on clean and on noisy text, side by side for every chain and language."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from xstilts.statistics.headline import ORACLE
from xstilts.statistics.inference import jackknife
from xstilts.statistics.score_rows import BASELINE, CLEAN, Row, condition, is_clean, is_pivot, parts
from xstilts.statistics.tables.items import measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from xstilts.statistics.score_rows import Condition
    from xstilts.statistics.study_facts import Facts
    from xstilts.statistics.tables.items import Known

FLIP_RATE = "flip_rate"
"""The metric of rows that say how many answers noise changes, in percent of the items."""

MIXED = "mixed languages"
"""What stands for a noise where two languages are mixed in one item: the clean score is then that of either alone."""

Chain = tuple[str, str]
"""(arm, seed)."""
Level = tuple[str, int]
"""(noise, severity)."""


class Number(NamedTuple):
    """A score: its value, its number of items, and its moves with them (``jackknife``), None where not known."""

    value: float
    n: int
    moves: NDArray[np.float64] | None = None


class Rates(NamedTuple):
    """What a noise did to text: realised edit rate and rise in subwords for each word, 0.02 for 2 % more; or None."""

    edits: float | None
    subwords: float | None


Numbers = dict[Chain, dict[str, Number]]
"""Chain to language to score."""
RatesOf = dict[tuple[str, ...], Rates]
"""(base, target, split, language, noise, severity) to what the noise did there."""


@dataclass(frozen=True)
class NoisyScores:
    """One base and target: its headline on clean text, and the same on noisy text.

    Attributes:
        key: The condition of the clean scores.
        clean: The clean scores.
        noisy: Noise and severity to the scores there.
        flips: Noise and severity to the flip rates there, in percent.
        rates: Language, noise and severity to what the noise did to the text.
    """

    key: Condition
    clean: Numbers
    noisy: Mapping[Level, Numbers]
    flips: Mapping[Level, Numbers] = field(default_factory=dict)
    rates: Mapping[tuple[str, str, int], Rates] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        """The languages that have any noisy score."""
        return sorted({code for cells in self.noisy.values() for scores in cells.values() for code in scores})

    @property
    def arms(self) -> list[str]:
        """The arms that have any clean score."""
        return sorted({arm for arm, _ in self.clean})

    @property
    def noises(self) -> list[str]:
        """The types of noise."""
        return sorted({noise for noise, _ in self.noisy})

    def severities(self, noise: str) -> list[int]:
        """The severities of a noise, ascending."""
        return sorted(severity for name, severity in self.noisy if name == noise)

    def defined(self, noise: str) -> set[str]:
        """The languages in which any chain has a score under a noise."""
        cells = (own for (name, _), own in self.noisy.items() if name == noise)
        return {code for own in cells for scores in own.values() for code in scores}

    def types_of(self, languages: Iterable[str]) -> tuple[str, ...]:
        """The noises that exist in each of these languages; none where there are no languages."""
        wanted = set(languages)
        return tuple(noise for noise in self.noises if wanted and wanted <= self.defined(noise))

    def by_type(self, chain: Chain, language: str, types: Sequence[str]) -> dict[str, list[Number]] | None:
        """Noise to the scores of a chain at its severities, ascending; None as soon as one is missing."""
        found = {
            noise: [self.noisy[noise, severity].get(chain, {}).get(language) for severity in self.severities(noise)]
            for noise in types
        }
        if any(number is None for numbers in found.values() for number in numbers):
            return None
        return {noise: [number for number in numbers if number] for noise, numbers in found.items()}


def mean_number(numbers: Sequence[Number]) -> Number:
    """The mean of scores over the same items: the moves of a mean are the mean of the moves."""
    moved = [number.moves for number in numbers if number.moves is not None]
    return Number(
        math.fsum(number.value for number in numbers) / len(numbers),
        min(number.n for number in numbers),
        jackknife.mean_moves(moved) if len(moved) == len(numbers) else None,
    )


def noisy_scores(
    clean: Sequence[Row], noisy: Iterable[Row], known: Known, rates: RatesOf, facts: Facts
) -> list[NoisyScores]:
    """The scores of each base and target that has noisy ones of its headline, in the order of the study.

    Columns that mix two languages (``de+en``) are a condition of their own where both are there alone: they take no
    part in the rest, and come apart, with ``MIXED`` as their noise and the mean of both languages as their clean
    score. Baselines take no part. Where checkpoints were chosen in several ways, the first that is
    no oracle counts.

    Args:
        clean: Score rows on clean text.
        noisy: Score rows on noisy text, those with ``FLIP_RATE`` among them.
        known: How sure scores are by their items.
        rates: What noise did to the text.
        facts: What the study asked for.
    """
    headlines = _headlines(clean, facts)
    numbers: dict[Condition, dict[Level, Numbers]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    flips: dict[Condition, dict[Level, Numbers]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    for row in [*clean, *noisy]:
        target = facts.targets.get(row["target"])
        if row["value"] is None or target is None or str(row["arm"]).startswith(BASELINE):
            continue
        key = condition(row)._replace(noise=CLEAN, severity=0)
        of_flips = key.metric == FLIP_RATE
        key = key._replace(metric=target.metric) if of_flips else key
        level = (str(row["noise"]), int(row["severity"]))
        (flips if of_flips else numbers)[key][level][row["arm"], row["seed"]][row["language"]] = _number(row, known)
    found = []
    for key in headlines:
        own, changed = numbers[key], flips[key]
        whole = own.pop((CLEAN, 0), {})
        mixed = mixed_of({code for scores in whole.values() for code in scores})
        if mixed:
            alone, together = _mixed(whole, mixed)
            found.append(NoisyScores(key, alone, {(MIXED, 1): together}))
        if own:
            lone, levels, flipped = _without({(CLEAN, 0): whole}, mixed), _without(own, mixed), _without(changed, mixed)
            found.append(NoisyScores(key, lone[CLEAN, 0], levels, flipped, _rates_of(key, rates)))
    return found


def _number(row: Row, known: Known) -> Number:
    sure = known.get(measurement(row))
    moves = None if sure is None else sure.moves.astype(float)
    return Number(float(row["value"]), int(row.get("n") or 0), moves)


def _headlines(clean: Iterable[Row], facts: Facts) -> list[Condition]:
    """The condition of each base and target that counts, in the order of the study."""
    found: dict[tuple[str, str], Condition] = {}
    rows = (row for row in clean if not str(row["arm"]).startswith(BASELINE))  # whose checkpoints nobody chose
    own = {key for row in rows if facts.is_headline(key := condition(row))}
    for key in sorted(own, key=lambda key: (key.selection == ORACLE, key)):
        found.setdefault((key.base, key.target), key)
    bases = list(dict.fromkeys([*facts.bases, *(base for base, _ in found)]))
    return [found[base, target] for base in bases for target in facts.targets if (base, target) in found]


def mixed_of(languages: set[str]) -> dict[str, list[str]]:
    """Each column that mixes two languages (``de+en``) to the columns of either alone (``de``, or ``de+de``).

    A column of which one language is not there alone is not among them: nothing could be said of its mixing.
    """
    found = {}
    for code in sorted(languages):
        own = parts(code)
        alone = [column for one in own for column in (one, f"{one}+{one}") if column in languages]
        if "+" in code and len(set(own)) > 1 and all({one, f"{one}+{one}"} & languages for one in own):
            found[code] = alone
    return found


def _mixed(whole: Numbers, mixed: Mapping[str, Sequence[str]]) -> tuple[Numbers, Numbers]:
    """The scores of mixed columns, and beside each the mean score of its languages alone, where a chain has all."""
    alone, together = {}, {}
    for chain, scores in whole.items():
        full = [code for code in mixed if code in scores and all(one in scores for one in mixed[code])]
        together[chain] = {code: scores[code] for code in full}
        alone[chain] = {code: mean_number([scores[one] for one in mixed[code]]) for code in full}
    return alone, together


def _without(levels: Mapping[Level, Numbers], mixed: Mapping[str, object]) -> dict[Level, Numbers]:
    return {
        level: {
            chain: {code: number for code, number in scores.items() if code not in mixed}
            for chain, scores in cells.items()
        }
        for level, cells in levels.items()
    }


def rates_of(rows: Iterable[Row]) -> RatesOf:
    """What noise did to the text of every condition: the means of ``edit_rate`` and ``subword_rise`` over its rows."""
    told: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if not is_clean(row):
            names = ("base", "target", "split", "language", "noise", "severity")
            told[tuple(str(row.get(name) or "") for name in names)].append(row)
    return {key: Rates(_mean(own, "edit_rate"), _mean(own, "subword_rise")) for key, own in told.items()}


def _mean(rows: Iterable[Row], name: str) -> float | None:
    values = [float(row[name]) for row in rows if row.get(name) is not None]
    return math.fsum(values) / len(values) if values else None


def _rates_of(key: Condition, rates: RatesOf) -> dict[tuple[str, str, int], Rates]:
    own = (key.base, key.target, key.split)
    return {
        (code, noise, int(severity or 0)): found
        for (*name, code, noise, severity), found in rates.items()
        if tuple(name) == own
    }


def away_from(pivot: str, languages: Iterable[str]) -> list[str]:
    """The languages but the pivot."""
    return [code for code in languages if not is_pivot(code, pivot)]
