"""What a study may say about an arm: its phases, its languages, and how it changes the target phase and the test."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xstilts.languages.clusters import Clustering
from xstilts.studies.noise_spec import Augment
from xstilts.studies.training_spec import (
    FORM,
    Fraction,
    Hyperparameters,
    Name,
    OpenFraction,
    Positive,
    Rate,
    Strict,
    TargetName,
    form_of,
)

Control = Literal[
    "same-compute", "shuffled-labels", "random-task", "masked-lm", "real-or-fake", "size-matched", "more-pretraining"
]
"""Controls of another arm; ``planning/controls.py`` says what each stands for."""
View = Literal["shuffled-labels", "random-task", "masked-lm", "real-or-fake", "dual-encoder", "dual-encoder-sentence"]
"""Other uses of a task's data; ``sources/views`` makes them."""
Codes = Annotated[list[str], Field(min_length=1)]
"""Languages, one at least."""


class MixSpec(Strict):
    """How a multi-task phase divides its steps among tasks.

    Attributes:
        rule: ``proportional`` to the number of training items, ``uniform``, by given ``weights``, or ``linear``: along
            a straight line from ``weights`` at the first step to ``end_weights`` at the last.
        cap: Items of a task beyond this number do not count; for ``proportional`` alone.
        temperature: Shares are raised to 1/temperature and normalised: 1 changes nothing, larger is flatter.
        weights: Of ``weights`` and ``linear``: a number for each task.
        end_weights: Of ``linear``: the same at the last step.
    """

    rule: Literal["proportional", "uniform", "weights", "linear"] = "proportional"
    cap: Positive | None = None
    temperature: Rate = 1.0
    weights: dict[str, Annotated[float, Field(ge=0)]] | None = None
    end_weights: dict[str, Annotated[float, Field(ge=0)]] | None = None

    @model_validator(mode="after")
    def _weights_match_rule(self) -> MixSpec:
        if (self.rule in {"weights", "linear"}) != (self.weights is not None):
            raise ValueError("weights belong to the rules weights and linear, and only to them")
        if (self.rule == "linear") != (self.end_weights is not None):
            raise ValueError("end_weights belong to rule: linear, and only to it")
        return self


class LanguageChoice(Strict):
    """Which languages a mix takes beside the pivot.

    Attributes:
        rule: ``first`` in the order of the language table, ``closest`` to the pivot, typologically ``diverse``, or
            ``random``.
        count: How many; None: all.
        without: Clusters left out, ``{genus: Slavic}``: leave one family out.
    """

    rule: Literal["first", "closest", "diverse", "random"] = "first"
    count: Positive | None = None
    without: dict[Clustering, str] = {}


CodesOrChoice = Annotated[
    Annotated[Codes, Tag(f"{FORM}list")] | Annotated[LanguageChoice, Tag(f"{FORM}mapping")], Discriminator(form_of)
]
"""Codes, or a rule that chooses them."""


class LanguageMix(Strict):
    """How much of a phase's data is in other languages than the pivot.

    Attributes:
        share: Share p of non-pivot items, from 0 to 1.
        size: ``fixed``: the number N of the pivot's items stays, p of them are replaced; ``extra``: p N items come on
            top; ``all``: every item in every language, whatever ``share`` says.
        languages: Codes, or a rule that chooses them among those the source has.
        temperature: Over languages: their shares are n^(1/temperature), n their items.
        items: ``translations``: the same items, each in one language only; ``native``: items of each language's own.
        code_switch: Share of the non-pivot items that are said in both languages (one field in each).
    """

    share: Fraction
    size: Literal["fixed", "extra", "all"] = "fixed"
    languages: CodesOrChoice = LanguageChoice()
    temperature: Rate = 1.0
    items: Literal["translations", "native"] = "translations"
    code_switch: Fraction = 0.0

    @model_validator(mode="after")
    def _switches_translations(self) -> LanguageMix:
        if self.code_switch and self.items == "native":
            raise ValueError("code_switch needs items: translations, the same item in both languages")
        if self.code_switch and self.size == "all":
            raise ValueError("code_switch needs size: fixed or extra; size: all has all items in all languages")
        return self


class Beside(Strict):
    """Tasks trained beside a phase's own, on steps that come on top of them.

    Attributes:
        tasks: Their names.
        share: Share of all steps of the phase that they get together.
        languages: Languages of their data: codes, ``all`` that the source has; None: the pivot.
    """

    tasks: Annotated[list[Name], Field(min_length=1)]
    share: OpenFraction
    languages: Codes | Literal["all"] | None = None

    @property
    def shares(self) -> dict[str, float]:
        """The share of each task."""
        return dict.fromkeys(self.tasks, self.share / len(self.tasks))


class PhaseItem(Hyperparameters):
    """One intermediate phase: its tasks, how they mix, and what differs from the study's training defaults.

    Attributes:
        tasks: Their names.
        languages: Languages of the data: codes for all tasks, ``all``, or by task; None: the pivot.
        mix: How the tasks share the steps.
        language_mix: Part of the data in other languages; excludes ``languages``.
        beside: More tasks, such as masked LM, at a share of the steps; beside a dual encoder also its own task.
        view: Another use of the tasks' text.
        same_compute_as: As long as this arm's phases in tokens; ``steps`` or ``epochs`` are then only the plan's guess.
        augment: Noise in the data of the phase's own tasks.
    """

    tasks: Annotated[list[Name], Field(min_length=1)]
    languages: Codes | Literal["all"] | dict[Name, Codes | Literal["all"]] | None = None
    mix: MixSpec = MixSpec()
    language_mix: LanguageMix | None = None
    beside: Beside | None = None
    view: View | None = None
    same_compute_as: Name | None = None
    augment: Augment | None = None

    @model_validator(mode="after")
    def _agrees(self) -> PhaseItem:
        if len(set(self.tasks)) < len(self.tasks):
            raise ValueError(
                f"tasks names {', '.join(sorted({t for t in self.tasks if self.tasks.count(t) > 1}))} twice"
            )
        if self.languages is not None and self.language_mix is not None:
            raise ValueError("says both languages and language_mix; keep one of them")
        if isinstance(self.languages, dict):
            strange = [name for name in self.languages if name not in self.tasks]
            if strange:
                raise ValueError(f"languages names {', '.join(strange)}, which the phase does not train")
        other_form = (self.view or "").startswith("dual-encoder")
        if self.beside is not None and set(self.beside.tasks) & set(self.tasks) and not other_form:
            raise ValueError("beside names a task of the phase itself")
        return self


class TargetPhase(Strict):
    """How an arm changes the training on the target task.

    Attributes:
        epochs_factor: So many times as long.
        same_compute_as: Longer by as many tokens as this arm's phases train on.
        beside: Tasks trained jointly with the target's.
        replay: Share of all steps that goes on with the tasks of the arm's own phases.
        language_mix: Part of the target's training data in other languages (translate-train).
        augment: Noise in the target's training data.
    """

    epochs_factor: Rate = 1.0
    same_compute_as: Name | None = None
    beside: Beside | None = None
    replay: OpenFraction | None = None
    language_mix: LanguageMix | None = None
    augment: Augment | None = None

    @model_validator(mode="after")
    def _one_partner(self) -> TargetPhase:
        if self.beside is not None and self.replay is not None:
            raise ValueError("says both beside and replay; keep one of them")
        return self


class LanguageAdapters(Hyperparameters):
    """Low-rank updates trained by masked LM on each language's text and exchanged at test time, after MAD-X.

    Pfeiffer et al. 2020 (arXiv 2005.00052) put bottleneck adapters between layers; here they are LoRA updates of
    ``lora_rank``, which add up with those of the task, and there are no invertible adapters.

    Attributes:
        lora_rank: Rank of each language's update.
    """

    lora_rank: Positive | None = 8


class Arm(Strict):
    """Everything in which a chain differs from ``none``. A plain list stands for ``{phases: [...]}``.

    Attributes:
        phases: Intermediate phases in order.
        target_phase: Changes of the target phase.
        training: Values for all phases of the arm, the target's too (``lora_rank: 8``).
        control: What of the arm ``of`` this arm controls for.
        of: That arm.
        to: For ``size-matched``: the arm whose number of items is matched; or give ``limit``.
        limit: For ``size-matched``: the number of items.
        language_adapters: An update for each language, exchanged at test time.
        test: ``translated``: test items of other languages are read in translation to the pivot (translate-test).
        targets: The targets it runs on; None: all.
        seeds: The seeds it runs with, of nested seeds those of the target; None: all.
        must: Of a control whose outcome is known beforehand: whether it has to ``help`` or to ``not-help``. It takes
            no part in the answer, and the report says whether it did as it must.
    """

    short = (list, "phases")
    phases: list[PhaseItem] = []
    target_phase: TargetPhase = TargetPhase()
    training: Hyperparameters = Hyperparameters()
    control: Control | None = None
    of: Name | None = None
    to: Name | None = None
    limit: Positive | None = None
    language_adapters: LanguageAdapters | None = None
    test: Literal["as-is", "translated"] = "as-is"
    targets: Annotated[list[TargetName], Field(min_length=1)] | None = None
    seeds: Annotated[list[int], Field(min_length=1)] | None = None
    must: Literal["help", "not-help"] | None = None

    @model_validator(mode="after")
    def _control_is_whole(self) -> Arm:
        if (self.control is None) != (self.of is None):
            raise ValueError("control and of belong together: {control: shuffled-labels, of: ARM}")
        own = self.phases or self.target_phase != TargetPhase() or self.language_adapters or self.test != "as-is"
        if self.control is not None and own:
            raise ValueError("a control takes phases, target_phase, adapters and test from the arm that `of` names")
        sized = self.limit is not None or self.to is not None
        if (self.control == "size-matched") != sized or (self.limit is not None and self.to is not None):
            raise ValueError("size-matched, and only it, needs either to: ARM or limit: N")
        if self.test == "translated" and self.language_adapters is not None:
            raise ValueError("test: translated reads the pivot, so there is no language_adapters' update to exchange")
        if self.target_phase.replay is not None:
            if not self.phases:
                raise ValueError("replay goes on with the arm's own phases, and it has none")
            changed = (item.view or item.language_mix or item.augment for item in self.phases)
            if any(changed) or any(isinstance(item.languages, dict) for item in self.phases):
                raise ValueError("replay goes on with whole tasks in all languages of the phases: say beside instead")
        return self
