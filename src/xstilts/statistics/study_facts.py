"""What a study asked for, as far as its statistics need to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.statistics.arm_training import Trained
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.setting_text import frozen, is_frozen, parted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics.asked import Caution, Contrast, Cut, Series
    from xstilts.statistics.score_rows import Condition

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_UNFAIR = ("degenerate", "leak", "rival")
_OF_TARGET = ("languages", "held_out", "people")
_LISTS = ("arms", "bases", "warnings", "limits", "data_sets", "contrasts", "series", "cut")


@dataclass(frozen=True)
class TargetFacts:
    """One target of the study.

    Attributes:
        metric: The headline metric.
        languages: Languages asked for on the headline split, named as in the language column of scores.csv; those
            that are held out are not among them.
        higher_is_better: Direction of the headline metric.
        split: Headline split.
        setting: Headline setting; None: the only vectors that the target has, under its variant. Where languages are
            held out, it follows from the variant, whatever stands here.
        title: Name for people.
        chance: Score of guessing on the headline metric: one number, language to number, or None.
        constant: Score of the answer that is right most often, given to every item; as ``chance``.
        held_out: Languages by which vectors are chosen (see ``chosen_vectors.freeze``) and that are reported nowhere
            else, named as in the language column.
        variant: The headline's part of the setting that is not chosen (``pool=multilingual``); "" for none.
        chosen_under: The variant by which vectors are chosen, where it is not the headline's: a pool of held-out
            languages alone.
        similarity: How vectors are compared where the setting does not say it.
        searched: Whether the target is a search.
        people: Where its items are those of another target with the noise of people: that target, and the noise that
            is made after theirs; else empty.
        control_of: The target whose items it has with other images or none; "" for a target of its own.
    """

    metric: str
    languages: tuple[str, ...] = ()
    higher_is_better: bool = True
    split: str = "test"
    setting: str | None = None
    title: str = ""
    chance: float | Mapping[str, float] | None = None
    constant: float | Mapping[str, float] | None = None
    held_out: tuple[str, ...] = ()
    variant: str = ""
    chosen_under: str = ""
    similarity: str = "cosine"
    searched: bool = False
    people: tuple[str, ...] = ()
    control_of: str = ""

    @property
    def headline_setting(self) -> str | None:
        """The setting of headline rows: the chosen vectors' where languages are held out; None: any of the variant."""
        return frozen(self.variant) if self.held_out else self.setting

    @property
    def choosing_variant(self) -> str:
        """The variant of the scores by which vectors are chosen."""
        return self.chosen_under or self.headline_variant

    def is_headline_setting(self, setting: str) -> bool:
        """Whether rows of this setting are headline rows."""
        wanted = self.headline_setting
        return parted(setting)[1] == self.variant if wanted is None else setting == wanted

    @property
    def headline_variant(self) -> str:
        """The part of the headline's setting that is no choice of vectors."""
        return self.variant or ("" if self.held_out else parted(self.setting or "")[1])


@dataclass(frozen=True)
class Facts:
    """What the study asked for; made from plain JSON by ``Facts.parse``.

    Attributes:
        pivot: The language that training data comes in.
        arms: All arms in the order of the study, ``none`` included.
        targets: Target name to its facts, in the order of the study.
        bases: Bases in the order of the study.
        seeds: Seeds as text, in order.
        clusters: Clustering name (``family``) to language to cluster.
        warnings: The plan's warnings.
        level: Coverage of intervals.
        names: Language to its name for people, where known.
        source: ``lab``, ``files`` or ``hub``.
        study: The study's name.
        question: The study's question, one sentence.
        benchmarks: Protocol to its rules of averaging (``languages``, ``headline``, ``groups`` and, where it has such,
            ``complete``), where it has groups.
        trained: Arm to what it trains. Items and steps are guesses of the plan, which a report replaces by what was
            made.
        limits: The study's fields that let it train or score on less data than there is.
        data_sets: Data sets that the study reads: ``task, title, uses, licence, non_commercial, origin, citation``.
        contrasts: What is set against what.
        series: Arms that differ in one dose.
        cut: Cells left out on purpose.
        selection_split: The ``split`` of scores that were measured on one half of the pivot's dev set to choose arms
            by; they are no results. "": there are none.
        origins: Base to where it comes from, if it was made from another form (weights in four bits).
        must: Arm to what it has to show, ``help`` or ``not-help``: a control whose outcome is known beforehand.
        noise_clusters: Further clusterings by which robustness is told, as ``clusters``; empty without noise.
        ladder: Base to ``parameters``, ``body`` (without word embeddings) and the languages that it has ``unseen``;
            empty unless the bases have two sizes of body at least.
        pretraining_text: Language to how much text of it there is to pretrain on; empty without a ladder.
    """

    pivot: str
    arms: tuple[str, ...]
    targets: Mapping[str, TargetFacts]
    bases: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    clusters: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _EMPTY)
    warnings: tuple[Caution, ...] = ()
    level: float = 0.95
    names: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    source: str = ""
    study: str = ""
    question: str = ""
    benchmarks: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _EMPTY)
    trained: Mapping[str, Trained] = field(default_factory=lambda: _EMPTY)
    limits: tuple[str, ...] = ()
    data_sets: tuple[Mapping[str, Any], ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    series: tuple[Series, ...] = ()
    cut: tuple[Cut, ...] = ()
    selection_split: str = ""
    origins: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    must: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    noise_clusters: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _EMPTY)
    ladder: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _EMPTY)
    pretraining_text: Mapping[str, float] = field(default_factory=lambda: _EMPTY)

    @property
    def compared(self) -> list[str]:
        """The arms that the study asks about: all but ``none`` and the controls that must show."""
        return [arm for arm in self.arms if arm != NONE and arm not in self.must]

    @property
    def asked(self) -> list[str]:
        """The targets on which it asks about them: no controls, and none that only ``none`` and such arms run on."""
        own = [name for name, target in self.targets.items() if not target.control_of]
        return [name for name in own if not all(self.cut_why(arm, name) for arm in self.compared)]

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> Facts:
        """Read plain JSON with the field names above, targets and what arms train as mappings of their fields.

        Raises:
            InputError: If a field is unknown or one without default is missing.
        """
        known = {name: value for name, value in facts.items() if name != "targets"}
        try:
            targets = {
                name: TargetFacts(**{**entry, **{key: tuple(entry.get(key, ())) for key in _OF_TARGET}})
                for name, entry in facts.get("targets", {}).items()
            }
            for name in _LISTS:
                known[name] = tuple(known.get(name, ()))
            known["trained"] = {arm: Trained.from_json(told) for arm, told in known.get("trained", {}).items()}
            known["seeds"] = tuple(str(seed) for seed in known.get("seeds", ()))
            return cls(targets=targets, **known)
        except TypeError as error:
            raise InputError(f"The facts of a study are not as documented: {error}.") from error

    def is_headline(self, row: Mapping[str, Any] | Condition, metric: bool = True) -> bool:
        """Whether a row belongs to its target's headline: clean text, headline split and setting, (headline metric)."""
        target = self.targets.get(_as_mapping(row)["target"])
        return target is not None and self._measured(_as_mapping(row), target, (target.split, ""), metric)

    def is_selection(self, row: Mapping[str, Any] | Condition) -> bool:
        """Whether a row was measured to choose arms by: as a headline row, but on the ``selection_split``."""
        target = self.targets.get(_as_mapping(row)["target"])
        return target is not None and self._measured(_as_mapping(row), target, (self.selection_split or None,), True)

    def is_result(self, row: Mapping[str, Any]) -> bool:
        """Whether a row may count in gains and levels: of a target with held-out languages, only chosen vectors do."""
        target = self.targets.get(row["target"])
        return target is None or not target.held_out or is_frozen(str(row["setting"]))

    def _measured(
        self, value: Mapping[str, Any], target: TargetFacts, splits: tuple[str | None, ...], metric: bool
    ) -> bool:
        return (
            (not metric or value["metric"] == target.metric)
            and value["split"] in splits
            and value["noise"] == "clean"
            and target.is_headline_setting(str(value["setting"]))
        )

    def unfair(self, base: str, arm: str, target: str) -> list[str]:
        """Why a cell is kept out of the answer: warnings of degenerate and leaking ones, and that it is a control."""
        of = self.targets[target].control_of if target in self.targets else ""
        control = [f"{target} is a control of {of}: it says what images do, and is no target of its own"] if of else []
        return [*control, *self._warned(_UNFAIR, base, arm, target)]

    def hidden_stages(self, base: str, arm: str, target: str) -> list[str]:
        """What base or protocol were trained on without being asked, in ``none`` too, as far as a cell rests on it."""
        return self._warned(("hidden-stage",), base, arm, target)

    def _warned(self, codes: Sequence[str], base: str, arm: str, target: str) -> list[str]:
        return [
            str(warning["message"])
            for warning in self.warnings
            if warning["code"] in codes and covers(warning.get("cell"), base, arm, target)
        ]

    def cut_why(self, arm: str, target: str) -> str:
        """Why this cell was left out on purpose; "" where it was not."""
        return next((str(one["why"]) for one in self.cut if (one["arm"], one["target"]) == (arm, target)), "")

    def fewer_why(self, arm: str) -> str:
        """Why an arm runs on fewer targets or seeds than the study; "" where it does not."""
        return self.cut_why(arm, "")

    def left_out(self, arm: str, target: str, ran: bool) -> str:
        """Why a cell has no part in any mean on purpose; ``ran``: whether it has a number at all."""
        return self.cut_why(arm, target) or ("" if ran else self.fewer_why(arm))

    def wanted_seeds(self, arm: str, n_seeds: int) -> int:
        """How many seeds an arm should have; of one that runs on fewer on purpose, as many as it has."""
        return n_seeds if self.fewer_why(arm) else max(len(self.seeds), n_seeds)


def _as_mapping(row: Mapping[str, Any] | Condition) -> Mapping[str, Any]:
    return row._asdict() if isinstance(row, tuple) else row


def covers(cell: object, base: str, arm: str, target: str) -> bool:
    """Whether a warning's cell names this (base, arm, target); absent parts stand for all.

    Args:
        cell: Mapping or list (base, arm, target, language), or None for the whole study.
        base: Base of the cell asked about.
        arm: Its arm.
        target: Its target.
    """
    wanted = (base, arm, target)
    if isinstance(cell, (list, tuple)):
        named = (*cell, None, None, None)[:3]
    elif isinstance(cell, dict):
        named = (cell.get("base"), cell.get("arm"), cell.get("target"))
    else:
        named = (None, None, None)
    return all(part in (None, "", "*", own) for part, own in zip(named, wanted, strict=True))
