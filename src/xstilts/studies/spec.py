"""What a study file may say: every root key with its type, its default and its meaning.

The models only describe and check shapes; names (tasks, languages, bases, protocols) are checked against the
registries by the planner, and defaults of training are resolved in ``planning/hyperparameters.py``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from xstilts.errors import nearest
from xstilts.languages.clusters import Clustering
from xstilts.studies.arm_spec import Arm
from xstilts.studies.base_spec import BaseRecipe
from xstilts.studies.noise_spec import NoiseItem, without_clean
from xstilts.studies.target_spec import Target
from xstilts.studies.training_spec import (
    FORM,
    Name,
    Precision,
    Selection,
    Strict,
    TargetName,
    Training,
    form_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_SEEDS = MOST_ARMS = 1000
"""A study with more is taken for a mistake: its plan alone would take minutes."""


class NestedSeeds(Strict):
    """Seeds of intermediate and of target phases, crossed; a chain's seed is shown as ``i.t``.

    Attributes:
        intermediate: Seeds of the phases between base and target.
        target: Seeds of the target phase; each is run after each of ``intermediate``.
    """

    intermediate: Annotated[list[int], Field(min_length=1)]
    target: Annotated[list[int], Field(min_length=1)]


CodesOrCluster = Annotated[
    Annotated[list[str], Tag(f"{FORM}list")] | Annotated[dict[Clustering, str], Tag(f"{FORM}mapping")],
    Discriminator(form_of),
]
"""Codes, or clusters by clustering."""


class ContrastEntry(Strict):
    """One side of a contrast, or a part of it. A plain name stands for ``{arm: NAME}``.

    Attributes:
        arm: The arm whose scores are averaged.
        targets: Over these targets; empty: all.
        languages: Over these languages: codes, or a cluster ``{genus: Slavic}``; empty: all but the pivot.
    """

    short = (str, "arm")
    arm: Name
    targets: list[TargetName] = []
    languages: CodesOrCluster = []


class Contrast(Strict):
    """A difference of means of scores that the study asks about by name; Holm corrects over all of them.

    Attributes:
        name: What it is called in tables.
        plus: Averaged entries.
        minus: Averaged entries taken off.
        by: One row for each cluster of this clustering.
    """

    name: Annotated[str, Field(min_length=1, max_length=120)]
    plus: Annotated[list[ContrastEntry], Field(min_length=1)]
    minus: Annotated[list[ContrastEntry], Field(min_length=1)]
    by: Clustering | None = None


class Study(Strict):
    """A study: a grid base × arm × target × seed, evaluated in every language.

    Attributes:
        name: What the study is called; its report goes to ``xstilts-out/NAME``.
        question: What it asks, in one sentence; the page of the report begins with it.
        size: Which entry of ``sizes`` is merged over the file; ``--set size=NAME`` says another one.
        source: Where examples come from: the ``hub``, ``files`` below ``data``, or the invented languages of the
            ``lab``.
        data: The folder with the data files, in the data sets' official layout or as ``data_map`` says.
        data_map: Where files lie that are not in the official layout: task → language → split → entry; or the path of
            a YAML file that says so, or several paths, a later one over an earlier one. For tasks that it does not name
            ``xstilts-data.yaml`` in ``data`` is asked, where there is one.
        protocol: The benchmark's rules that targets follow; left out with ``source: lab``: ``lab``.
        bases: The pretrained encoders that chains start from.
        ladder: The study asks how gains change with the size of the base; it is refused where its bases have one size.
        arms: What is done between base and target, by name. The arm ``none`` does nothing: every gain is measured
            against it.
        targets: The tasks that are evaluated in every language.
        languages: Codes of the languages that are evaluated; ``all`` that a target has under its protocol.
        noise: How test input is corrupted, beside clean input: noises by name, with severities.
        seeds: Each seed runs the whole grid once. Nested seeds cross those of intermediate and target phases.
        vision: What looks at images, for tasks that have some: an image encoder, or ``given`` for features that lie in
            the data folder. Left out in the lab: its own.
        precision: The numbers that models compute with.
        training: Values of all training phases; what an arm's phase says goes over them.
        selection: Which weights of a phase are kept, and whether arms are chosen without looking at test data.
        contrasts: Differences of means that the study asks about by name.
        clusters: By which properties of languages gains are averaged too.
        claims: Published claims that the study bears on, by their ids; empty: all claims are looked at.
        tasks: Data sets of the study's own, by name, without Python.
        sizes: What differs by size: each entry is merged deeply over the file, a list is replaced whole, and ``null``
            takes out what the file says under a key.
    """

    name: Name
    question: str
    size: Name = "lab"
    source: Literal["hub", "files", "lab"] = "lab"
    data: Path | None = None
    data_map: Path | Annotated[list[Path], Field(min_length=1)] | dict[str, Any] | None = None
    protocol: Name = "xtreme"  # in the lab: lab
    bases: Annotated[list[BaseRecipe], Field(min_length=1)]
    ladder: bool = False
    arms: dict[Name, Arm] = {"none": Arm()}
    targets: list[Target] = []
    languages: Literal["all"] | list[str] = "all"
    noise: list[NoiseItem] = []
    seeds: list[int] | NestedSeeds = [1]
    vision: Name | None = None
    precision: Precision = "fp32"
    training: Training = Training()
    selection: Selection = Selection()
    contrasts: list[Contrast] = []
    clusters: list[Clustering] = []
    claims: list[str] = []
    tasks: dict[Name, dict[str, Any]] = {}
    sizes: dict[Name, dict[str, Any]] = {}

    @field_validator("noise", mode="before")
    @classmethod
    def _clean_is_no_noise(cls, value: object) -> object:
        return without_clean(value)

    @field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, value: list[int] | NestedSeeds) -> list[int] | NestedSeeds:
        for seeds in [value] if isinstance(value, list) else [value.intermediate, value.target]:
            if len(seeds) > MOST_SEEDS:
                raise ValueError(f"names {len(seeds):,} seeds; at most {MOST_SEEDS:,} are planned")
            if not seeds or len(set(seeds)) != len(seeds):
                raise ValueError("needs at least one seed, and each seed once")
        return value

    @field_validator("arms")
    @classmethod
    def _none_is_empty(cls, value: dict[str, Arm]) -> dict[str, Arm]:
        if len(value) > MOST_ARMS:
            raise ValueError(f"names {len(value):,} arms; at most {MOST_ARMS:,} are planned")
        if "none" not in value:
            raise ValueError("needs the arm `none: []`: every gain is measured against it")
        if value["none"] != Arm():
            raise ValueError("the arm none must say nothing (`none: []`): every gain is measured against it")
        return value

    @model_validator(mode="before")
    @classmethod
    def _lab_has_its_protocol(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """The lab's own protocol where a study of the lab names none."""
        if isinstance(value, dict) and value.get("source", "lab") == "lab" and "protocol" not in value:
            return {**value, "protocol": "lab"}
        return value

    @model_validator(mode="after")
    def _arms_name_what_is_there(self) -> Study:
        targets = [target.task for target in self.targets]
        for index, target in enumerate(self.targets):
            _check_known(f"targets.{index}.arms", "arm", target.arms or (), list(self.arms))
        for name, arm in self.arms.items():
            where = f"arms.{name}"
            for place, other in (("of", arm.of), ("to", arm.to), ("same_compute_as", arm.target_phase.same_compute_as)):
                if other is not None:
                    self._check_model_arm(f"{where}.{place}", other, "" if place == "of" else "phases")
            _check_known(
                f"{where}.targets", "target", arm.targets or (), targets, f"; or leave the arm out: {where}=null"
            )
            for index, item in enumerate(arm.phases):
                if item.same_compute_as is not None:
                    self._check_measure(f"{where}.phases.{index}.same_compute_as", item.same_compute_as)
        return self

    def _check_measure(self, where: str, other: str) -> None:
        """An arm that a phase is as long as: its own phases wait for no other arm, so no circle can close."""
        self._check_model_arm(where, other, "phases")
        if any(item.same_compute_as is not None for item in self.arms[other].phases):
            raise ValueError(
                f"{where}: the phases of {other!r} are as long as another arm's; name an arm with lengths of its own"
            )

    def _check_model_arm(self, where: str, other: str, needs: str) -> None:
        """An arm that another one is written in terms of."""
        _check_known(where, "arm", [other], list(self.arms))
        if self.arms[other].control is not None:
            raise ValueError(f"{where}: {other!r} is a control itself; name the arm that it controls for")
        if needs and not self.arms[other].phases:
            raise ValueError(f"{where}: {other!r} has no intermediate phase to take as a measure")

    @model_validator(mode="after")
    def _what_a_sweep_looks_at_is_left_out(self) -> Study:
        if self.training.tune is not None and self.selection.arms != "pivot-dev":
            said = "training.tune looks at half of the pivot's dev set; add selection: {arms: pivot-dev}, so that test "
            raise ValueError(f"{said}items that are in that half are left out of the scores")
        return self

    @model_validator(mode="after")
    def _contrasts_say_something(self) -> Study:
        names = Counter(contrast.name for contrast in self.contrasts)
        for index, contrast in enumerate(self.contrasts):
            where = f"contrasts.{index}"
            if names[contrast.name] > 1:
                raise ValueError(f"{where}.name: {contrast.name!r} is the name of two contrasts")
            if contrast.plus == contrast.minus:
                raise ValueError(
                    f"{where}: plus and minus are the same, so the difference is zero whatever is measured"
                )
            for entry in (*contrast.plus, *contrast.minus):
                _check_known(where, "arm", [entry.arm], list(self.arms))
                _check_known(where, "target", entry.targets, [target.task for target in self.targets])
        return self

    @model_validator(mode="after")
    def _targets_differ(self) -> Study:
        cells = [(target.task, target.protocol or self.protocol) for target in self.targets]
        bases = [recipe.name for recipe in self.bases]
        for index, recipe in enumerate(self.bases):
            if recipe.location and recipe.name in bases[:index]:
                raise ValueError(
                    f"bases.{index}: another base is called {recipe.name!r} too, and tables could not tell them apart; "
                    f"name it: {{name: NAME, from: {recipe.location}}}"
                )
        if len(set(bases)) != len(bases) or len(set(cells)) != len(cells):
            raise ValueError(f"names the same base or target twice: bases {bases}, targets {cells}")
        return self


def _check_known(where: str, what: str, named: Sequence[object], known: Sequence[object], instead: str = "") -> None:
    """Refuse a name that the study does not have, with the nearest one that it has, and what to do instead."""
    for name in named:
        if name not in known:
            close = nearest(str(name), [str(item) for item in known])
            allowed = ", ".join(str(item) for item in known)
            said = f"{where}: the study has no {what} {name!r}. {close + ' ' if close else ''}Allowed: {allowed}"
            raise ValueError(said + instead)
