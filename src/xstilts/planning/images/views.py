"""Targets that are tested in a view: with other images or none, as a control for what the images do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.sources.views import VIEWS, parsed
from xstilts.sources.views.pictures import SEEN_AS
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def tested_as(name: str, where: str) -> str:
    """The view in which the target called so is tested; "" for none.

    Raises:
        StudyError: If it is no view of a test.
    """
    view = parsed(name)[1]
    if view and view not in SEEN_AS:
        said = f"{name} cannot be a target: {view} is no view in which a target is tested."
        raise StudyError(said, field=where, value=view, allowed=SEEN_AS)
    return view


def trained_as(view: str) -> str:
    """The view in which a target is trained that is tested in one: without images as it is tested, else none."""
    return view if view and VIEWS[view].kind is not None else ""


def with_sight(
    phases: Sequence[tuple[str, ...]], view: str, kind_of: Callable[[str], Kind]
) -> Sequence[tuple[str, ...]]:
    """The phases of a target, without those on images before the last where it is trained without images."""
    if not trained_as(view):
        return phases
    text = [names for names in phases[:-1] if not any(kind_of(name) is Kind.VISUAL_CLASSIFICATION for name in names)]
    return (*text, phases[-1])
