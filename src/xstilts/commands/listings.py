"""What ``list`` and ``show`` know: for every topic its entries, as rows for a list and whole for a close look."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.commands import noise_listing
from xstilts.commands.output import plain
from xstilts.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Topic:
    """One sort of thing that has names.

    Attributes:
        singular: As ``show`` takes it.
        plural: As ``list`` takes it.
        columns: The columns of the table; JSON always holds the whole rows.
        rows: One mapping per entry, at least with ``name``.
        entry: The whole entry with a given name; raises UnknownNameError.
    """

    singular: str
    plural: str
    columns: Sequence[str]
    rows: Callable[[], list[dict[str, Any]]]
    entry: Callable[[str], object]


def _tasks() -> list[dict[str, Any]]:
    from xstilts.tasks import TASKS, union

    return [
        {
            "name": task.name,
            "kind": task.kind.value,
            "sources": list(union.sources(task)),
            "languages": list(task.languages),
            "n_languages": len(task.languages),
            "splits": list(task.splits),
            "metrics": list(task.metrics),
            "licence": task.licence,
            "title": task.title,
        }
        for task in TASKS
    ]


def _task(name: str) -> object:
    from xstilts.tasks import TASKS, union

    task = TASKS.get(name)
    return {"name": task.name, "sources": list(union.sources(task)), **_without(plain(task), "name")}


def _languages() -> list[dict[str, Any]]:
    from xstilts.languages import LANGUAGES

    return [{"name": entry.code, "language": entry.name, **_without(plain(entry), "name")} for entry in LANGUAGES]


def _language(name: str) -> object:
    from xstilts.languages import get

    return get(name)


def _protocols() -> list[dict[str, Any]]:
    from xstilts.protocols import PROTOCOLS

    return [
        {"name": entry.name, "title": entry.title, "targets": list(entry.trains), "source": entry.source}
        for entry in PROTOCOLS
    ]


def _protocol(name: str) -> object:
    from xstilts.protocols import PROTOCOLS

    return PROTOCOLS.get(name)


def _metrics() -> list[dict[str, Any]]:
    from xstilts import metrics

    return [{"name": metric.name, **_without(plain(metric), "name")} for metric in metrics.METRICS]


def _metric(name: str) -> object:
    rows = [row for row in _metrics() if row["name"] == name]
    return rows or _unknown("metric", name, sorted({row["name"] for row in _metrics()}))


def _bases() -> list[dict[str, Any]]:
    from xstilts.models import all_bases

    return [plain(base) for base in all_bases().values()]


def _base(name: str) -> object:
    from xstilts.models import resolve

    return resolve(name)


def _studies() -> list[dict[str, Any]]:
    import yaml

    from xstilts.studies.load import catalog_names, catalog_text

    roots = [(name, yaml.safe_load(catalog_text(name))) for name in catalog_names()]
    return [{"name": name, "question": root["question"], "arms": list(root.get("arms") or ())} for name, root in roots]


def _study(name: str) -> object:
    from xstilts.studies.load import catalog_text

    return catalog_text(name)


def _reviews() -> list[dict[str, Any]]:
    from xstilts.studies.review_load import load_review, review_names

    return [{"name": name, "question": load_review(name).question} for name in review_names()]


def _review(name: str) -> object:
    from xstilts.studies.review_load import review_text

    return review_text(name)


def _predictors() -> list[dict[str, Any]]:
    from xstilts.prediction.predictors import PREDICTORS

    return [{"name": one.name, "needs": one.needs, "cost": one.cost, "source": one.source} for one in PREDICTORS]


def _predictor(name: str) -> object:
    from xstilts.prediction.predictors import PREDICTORS

    return PREDICTORS.get(name)


def _databases() -> list[dict[str, Any]]:
    from xstilts.literature.databases import DATABASES

    return [
        {"name": one.name, "title": one.title, "net": one.needs_network, "terms": one.terms.text} for one in DATABASES
    ]


def _database(name: str) -> object:
    from xstilts.literature.databases import DATABASES

    one = DATABASES.get(name)
    key = {"name": one.name, "title": one.title, "net": one.needs_network}
    return {**key, "terms": one.terms.text, "terms are printed in": one.terms.source}


def _claims() -> list[dict[str, Any]]:
    from xstilts.claims import chosen

    return [{"name": claim.id, **plain(claim), "paper": claim.paper.arxiv} for claim in chosen([])]


def _claim(name: str) -> object:
    from xstilts.claims import CLAIMS

    return CLAIMS.get(name)


def _references() -> list[dict[str, Any]]:
    from xstilts.claims.references import REFERENCES

    return [
        {**_without(plain(one), "source"), "paper": one.source.arxiv, "version": one.source.version}
        for one in REFERENCES
    ]


def _reference(name: str) -> object:
    from xstilts.claims.references import REFERENCES

    return REFERENCES.get(name)


def _without(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def _unknown(what: str, name: str, known: Sequence[str]) -> object:
    hint = " ".join(filter(None, (nearest(name, known), f"`xstilts list {what}s` shows them all.")))
    raise UnknownNameError(f"There is no {what} called {name!r}.", value=name, allowed=known, hint=hint)


TOPICS: Mapping[str, Topic] = MappingProxyType(
    {
        topic.plural: topic
        for topic in (
            Topic("task", "tasks", ("name", "kind", "sources", "n_languages", "metrics", "title"), _tasks, _task),
            Topic(
                "language",
                "languages",
                ("name", "language", "family", "script", "order", "seen_mbert", "seen_xlmr"),
                _languages,
                _language,
            ),
            Topic("protocol", "protocols", ("name", "title", "targets"), _protocols, _protocol),
            Topic("noise", "noises", ("name", "title"), noise_listing.rows, noise_listing.entry),
            Topic("metric", "metrics", ("name", "kind", "higher_is_better", "low", "high", "doc"), _metrics, _metric),
            Topic("base", "bases", ("name", "where", "repo", "revision"), _bases, _base),
            Topic("predictor", "predictors", ("name", "needs", "cost", "source"), _predictors, _predictor),
            Topic("study", "studies", ("name", "question", "arms"), _studies, _study),
            Topic("review", "reviews", ("name", "question"), _reviews, _review),
            Topic("database", "databases", ("name", "title", "net", "terms"), _databases, _database),
            Topic("claim", "claims", ("name", "paper", "version", "kind", "text", "cut"), _claims, _claim),
            Topic("reference", "references", ("name", "system", "value", "split", "paper"), _references, _reference),
        )
    }
)
"""Every topic under its plural."""


def topic(word: str) -> Topic:
    """The topic with this name, singular or plural.

    Raises:
        UnknownNameError: If there is none.
    """
    found = {name: entry for entry in TOPICS.values() for name in (entry.singular, entry.plural)}
    if word not in found:
        hint = nearest(word, list(found)) or "For example `xstilts list tasks`, `xstilts show task xnli`."
        raise UnknownNameError(f"There is no topic called {word!r}.", value=word, allowed=list(TOPICS), hint=hint)
    return found[word]
