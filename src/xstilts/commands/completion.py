"""What a shell offers after Tab: names that commands take. Each looks its names up when it is asked."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - it reads annotations at run time

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIXES = (".yaml", ".yml")


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def studies(incomplete: str) -> list[str]:
    """Catalog studies, and the YAML files and folders that begin so."""
    from xstilts.studies.load import catalog_names

    return [*_beginning(catalog_names(), incomplete), *_files(incomplete)]


def _files(incomplete: str) -> list[str]:
    found = sorted(Path(name) for name in glob.glob(f"{glob.escape(incomplete)}*"))  # noqa: PTH207 - text as it was typed
    files = [str(path) for path in found if path.suffix in _SUFFIXES and path.is_file()]
    return [*files, *(f"{path}/" for path in found if path.is_dir())]


def reviews(incomplete: str) -> list[str]:
    """Catalog reviews, and the YAML files and folders that begin so."""
    from xstilts.studies.review_load import review_names

    return [*_beginning(review_names(), incomplete), *_files(incomplete)]


def tasks(incomplete: str) -> list[str]:
    """Tasks of xstilts."""
    from xstilts.tasks import TASKS

    return _beginning(TASKS.names(), incomplete)


def noises(incomplete: str) -> list[str]:
    """Noises, each with the colon after which its severity stands."""
    from xstilts.noise import NOISES

    return [f"{name}:" for name in _beginning(NOISES.names(), incomplete)]


def protocols(incomplete: str) -> list[str]:
    """Protocols."""
    from xstilts.protocols import PROTOCOLS

    return _beginning(PROTOCOLS.names(), incomplete)


def base_names(incomplete: str) -> list[str]:
    """Bases that have a name."""
    from xstilts.models import all_bases

    return _beginning(all_bases(), incomplete)


def budgets(incomplete: str) -> list[str]:
    """Budgets of a first study."""
    from xstilts.studies.drafts import BUDGETS

    return _beginning(BUDGETS, incomplete)


def topics(incomplete: str) -> list[str]:
    """What ``list`` takes."""
    from xstilts.commands.listings import TOPICS

    return _beginning(TOPICS, incomplete)


def one_topic(incomplete: str) -> list[str]:
    """What ``show`` takes first."""
    from xstilts.commands.listings import TOPICS

    return _beginning((topic.singular for topic in TOPICS.values()), incomplete)


def entries(context: typer.Context, incomplete: str) -> list[str]:
    """The names of the topic that ``show`` was given."""
    from xstilts.commands.listings import TOPICS

    word = context.params.get("what")
    found = [topic for topic in TOPICS.values() if word in (topic.singular, topic.plural)]
    return _beginning([str(row["name"]) for topic in found for row in topic.rows()], incomplete)
