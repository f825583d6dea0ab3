"""Published numbers from YAML: one file per source, ``source:`` once and ``printings:`` as a list."""

from __future__ import annotations

import re
from dataclasses import replace

from xstilts.claims.read import build, documents, root_of
from xstilts.claims.references.reference import (
    AVERAGE,
    ELSEWHERE,
    MAP,
    OWN_RULES,
    Printing,
    Publication,
    Reference,
    Score,
)
from xstilts.errors import InputError
from xstilts.languages import LANGUAGES
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS

ROOT = ("source", "lists", "printings")


def packaged() -> list[Reference]:
    """Every published number that comes with xstilts, in the order of the files."""
    return [one for text, name in documents("references") for one in parse(text, name)]


def parse(text: str, where: str) -> list[Reference]:
    """The published numbers of one file.

    Args:
        text: The YAML document.
        where: Its name, for messages.

    Raises:
        InputError: If a key is unknown or missing, a value has another type, or a number says neither task nor average,
            lies outside 0 to 100, or names something that xstilts does not know.
    """
    root = root_of(text, where, ROOT)
    source = build(Publication, root["source"], f"{where}: source")
    found = []
    for index, entry in enumerate(root["printings"]):
        printing: Printing = build(Printing, entry, f"{where}: printings.{index}")
        _check_printing(printing, source, f"{where}: {printing.id}")
        for place, score in enumerate(printing.scores):
            one = _reference(printing, score, source)
            _check(one, f"{where}: {printing.id}.scores.{place}")
            found.append(one)
    return found


def _reference(printing: Printing, score: Score, source: Publication) -> Reference:
    task = "" if score.over else score.task or printing.task
    metric = AVERAGE if score.over else score.metric or printing.metric
    average = "" if score.language else score.average or printing.average
    short = re.sub(r"\W+", "-", average.partition(":")[0]).strip("-").lower()
    what = [task, score.language] if task else [short]
    return Reference(
        name="/".join(part for part in (source.key, printing.id, *what, metric) if part),
        system=printing.system,
        base=printing.base,
        task=task,
        over=score.over,
        language=score.language,
        average=average,
        metric=metric,
        value=score.value,
        unit="percent",
        printed=printing.printed,
        digits=printing.digits,
        split=printing.split,
        protocol=printing.protocol,
        source=replace(source, version=printing.version or source.version),
        place=printing.place,
        tolerance=printing.tolerance,
        note=printing.note,
    )


def _check_printing(printing: Printing, source: Publication, where: str) -> None:
    """What holds for all numbers of a printing."""
    empty = [
        name
        for name, value in (
            ("source.key", source.key), ("source.authors", source.authors), ("source.read", source.read),
            ("version", printing.version or source.version), ("system", printing.system), ("base", printing.base),
            ("place", printing.place), ("split", printing.split),
        )
        if not value.strip()
    ]  # fmt: skip
    if empty:
        raise InputError(f"A published number needs {', '.join(empty)}.", field=where)
    if printing.protocol != OWN_RULES:
        PROTOCOLS.get(printing.protocol, f"{where}.protocol")
    if printing.tolerance is not None and not printing.tolerance > 0:
        raise InputError("A tolerance is above 0 points.", field=f"{where}.tolerance", value=printing.tolerance)


def _check(one: Reference, where: str) -> None:
    """What types cannot say of a single number."""
    if bool(one.task) == bool(one.over) or bool(one.language) == bool(one.average):
        raise InputError("is of one task or over tasks, and of one language or an average.", field=where, value=one)
    for task in one.over or (one.task,):
        if task not in ELSEWHERE:
            TASKS.get(task, where)
    known = {AVERAGE} if one.over else {*(ELSEWHERE.get(one.task) or (*TASKS.get(one.task).metrics, MAP))}
    if one.metric not in known:
        raise InputError(f"{one.metric!r} is no metric of {one.task or 'an average'}.", field=where, allowed=known)
    if one.language:
        LANGUAGES.get(one.language, where)
    if not 0 <= one.value <= 100:
        raise InputError(f"{one.value} is no percentage.", field=where, value=one.value, allowed=["0 to 100"])
    if round(one.value, one.digits) != one.value:
        raise InputError(f"{one.value} has more than {one.digits} decimals.", field=where, value=one.value)
