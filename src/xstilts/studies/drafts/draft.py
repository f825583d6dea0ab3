"""The text of a first study, made of the answers to four questions."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from math import ceil
from textwrap import indent
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.models import bases
from xstilts.sources import Source, files
from xstilts.sources.records.rows import ReadCounts
from xstilts.studies.drafts import columns, test_files
from xstilts.studies.drafts.suited import suited
from xstilts.studies.drafts.training_file import training_file
from xstilts.studies.load import parse_yaml, validate
from xstilts.tasks import TASKS, from_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xstilts.studies.drafts.columns import Columns
    from xstilts.studies.drafts.test_files import TestFiles
    from xstilts.studies.drafts.training_file import TrainingFile

PIVOT = "en"
BUDGETS: Mapping[str, tuple[tuple[int, ...], Mapping[str, int]]] = MappingProxyType(
    {
        "small": ((1, 2, 3), MappingProxyType({"limit": 1000, "epochs": 1})),
        "medium": ((1, 2, 3), MappingProxyType({"limit": 10_000, "epochs": 3})),
        "full": ((1, 2, 3, 4, 5), MappingProxyType({})),
    }
)
"""Budget to its seeds, and to what it says of training."""
LEAST_STEPS, SMALL_BATCH, MOST_EPOCHS, USUAL_BATCH, USUAL_EPOCHS = 60, 8, 20, 32, 3
"""Steps that a training set gets, in batches of eight and at most so many epochs, where the usual ones give fewer."""
LONGEST_ASKED = 384
"""Tokens that the protocols read at once, at most: those of question answering."""
_PREFERRED, _FROM_HUB = "me5-small", "xlm-roberta-base"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_YAML: Mapping[str, Any] = MappingProxyType({"allow_unicode": True, "sort_keys": False, "width": 100})
_SPLIT_WORDS = re.compile(r"(^|[._-])(train|training|en)(?=$|[._-])")


@dataclass(frozen=True)
class Answers:
    """What ``xstilts new`` asks.

    Attributes:
        file: The training file.
        languages: Codes of the languages to be scored; empty: all that have a test file.
        test: Path of the test files from the training file's folder, with ``{language}``; None: as found beside it.
        columns: ``COLUMN=FIELD,…`` as far as it is said; None: as recognised.
        base: A base's name or directory; None: the usual one.
        budget: One of ``BUDGETS``.
        name: Of task and study; None: after the file.
    """

    file: Path
    languages: Sequence[str] = ()
    test: str | None = None
    columns: str | None = None
    base: str | None = None
    budget: str = "small"
    name: str | None = None


@dataclass(frozen=True)
class _Task:
    """The user's task as a study describes it, with the name that it has there."""

    name: str
    asked: Columns
    labels: Sequence[str]
    train: TrainingFile
    tests: TestFiles

    def described(self) -> dict[str, Any]:
        """The mapping under ``tasks.NAME``."""
        said = {"kind": str(self.asked.kind), **({"labels": list(self.labels)} if self.labels else {})}
        entry = {"format": self.train.format, **self.train.options}
        entry |= {"columns": dict(self.asked.columns)} if self.asked.columns else {}
        entry |= {"labels": dict(self.asked.labels)} if self.asked.labels else {}
        train, test = ({"path": path, **deepcopy(entry)} for path in (self.train.path.name, self.tests.pattern))
        others = [code for code in self.tests.languages if code != PIVOT]
        own = {PIVOT: {"train": train} | ({"test": test} if PIVOT in self.tests.languages else {})}
        return {**said, "files": own | ({" ".join(others): {"test": test}} if others else {})}


def default_base() -> str:
    """The base that is taken where none is said: the small one of a package if it is installed, else one of the hub."""
    installed = bases.resolve(_PREFERRED).installed
    try:
        distribution(installed.package if installed else _PREFERRED)
    except PackageNotFoundError:
        return _FROM_HUB
    return _PREFERRED


def draft(answers: Answers) -> tuple[str, str]:
    """The name and the text of a study file.

    The training file and every test file are read to their ends, so that what a run would refuse is told now.

    Raises:
        InputError: If a file cannot be read as what it seems to be, or an answer names what there is not.
    """
    if answers.budget not in BUDGETS:
        hint = nearest(answers.budget, list(BUDGETS)) or "`xstilts plan FILE` tells the cost of what is written."
        said = f"There is no budget {answers.budget!r}."
        raise UnknownNameError(said, field="--budget", value=answers.budget, allowed=list(BUDGETS), hint=hint)
    base = answers.base or default_base()
    task = _task(answers)
    items = _read(task)
    arms = suited(task.asked.kind, bases.resolve(base, "--base"))
    training = {**BUDGETS[answers.budget][1], **_shorter(base), **_more_passes(task.name, items, answers.budget)}
    text = _text(task, base, arms, answers.budget, training)
    validate(parse_yaml(text, "study"), "study")
    return task.name, text


def _task(answers: Answers) -> _Task:
    train = training_file(answers.file)
    asked = columns.recognised(train.sample(), columns.parsed(answers.columns))
    tests = test_files.said(answers.file, answers.test, answers.languages)
    paths = [answers.file, *(answers.file.parent / tests.path(code) for code in tests.languages)]
    labels = asked.label_names(record for path in paths for record in train.fields(path))
    return _Task(_name(answers), asked, labels, train, tests)


def _name(answers: Answers) -> str:
    """What task and study are called: as said, else after the file or its folder; letters, digits, ``-`` and ``_``."""
    if answers.name is not None:
        if _NOT_IN_NAMES.search(answers.name) or not answers.name[:1].isalnum() or answers.name in TASKS:
            said = f"{answers.name!r} cannot be the name of a task of your own."
            hint = "Take letters, digits, - and _, and no name of `xstilts list tasks`."
            raise InputError(said, field="--name", value=answers.name, hint=hint)
        return answers.name
    stem, folder = answers.file.name.split(".")[0], answers.file.absolute().parent.name
    for text in (_SPLIT_WORDS.sub("", answers.file.name.rpartition(".")[0] or stem), folder):
        plain = _NOT_IN_NAMES.sub("-", text).strip("-_")[:40]
        if plain:
            return f"{plain}-own" if plain in TASKS else plain
    return "own"


def _read(task: _Task) -> int:
    """Read every file to its end, as a run does, and count the items of the training file.

    Raises:
        DataError: Naming file and line of what a run would refuse.
    """
    own, data_map = from_inline(task.name, task.described())
    source = Source("files", task.train.path.parent, {task.name: data_map})
    items = 0
    for code, split in [(PIVOT, "train"), *((code, "test") for code in task.tests.languages)]:
        for _ in files.examples(own, code, split, source, ReadCounts()):
            items += split == "train"
    return items


def _dumped(value: Mapping[str, Any]) -> str:
    """A mapping as YAML, in which any text reads back as it was; innermost lists and mappings stand in one line."""
    flow = None if any(isinstance(item, list | dict) for item in value.values()) else False
    return str(yaml.safe_dump(value, default_flow_style=flow, **_YAML))


def _shorter(base: str) -> dict[str, int]:
    """The length of inputs, where a base in a folder reads fewer tokens than any protocol asks for."""
    longest = bases.longest_input(bases.resolve(base, "--base"))
    return {} if longest is None or longest >= LONGEST_ASKED else {"max_length": longest}


def _more_passes(name: str, items: int, budget: str) -> dict[str, Any]:
    """More epochs in smaller steps on a small training set: from two or three steps a new head learns nothing."""
    epochs = BUDGETS[budget][1].get("epochs", USUAL_EPOCHS)
    if items * epochs >= LEAST_STEPS * USUAL_BATCH:
        return {}
    passes = min(MOST_EPOCHS, ceil(LEAST_STEPS * SMALL_BATCH / max(items, 1)))
    return {"tasks": {name: {"batch_size": SMALL_BATCH, "epochs": passes}}}


def _text(task: _Task, base: str, arms: Sequence[str], budget: str, training: Mapping[str, Any]) -> str:
    """The study, block by block. Comments hold nothing that comes from the user's files."""
    seeds = BUDGETS[budget][0]
    question = f"Which intermediate training helps {task.name} in languages without labels?"
    limit = "  # limit: at most so many training items of each task\n" if "limit" in training else ""
    blocks = [
        "# Written by `xstilts new`. Next: `xstilts plan FILE` shows what would run, what it costs and what to mind;\n"
        "# `xstilts run FILE` runs it to a report. Change what you like: what was run is not run again.\n"
        + _dumped({"name": task.name, "question": question}),
        "# Intermediate tasks come from the hub, your own files from the folder `data`. Without a hub: source: files,\n"
        "# and the releases of the tasks in the same folder (`xstilts show task NAME` says where each is from).\n"
        + _dumped({"source": "hub", "data": str(task.train.path.parent)}),
        "# The pretrained encoder (`xstilts list bases`), or a directory that transformers loads.\n"
        + _dumped({"bases": [base]}),
        "# What is trained before your task. Every gain is measured against `none`.\n"
        "# Mixtures, other languages and controls: docs/how-to/arms.md.\narms:\n  none: []\n"
        + "".join(f"  {name}: [{{tasks: [{name}]}}]\n" for name in arms),
        "# Your task is trained in English and scored in every language that has a test file.\n"
        + _dumped({"targets": [task.name]}),
        "# The difference between seeds is what a gain is held against: fewer than three can show nothing.\n"
        + f"seeds: [{', '.join(map(str, seeds))}]\n",
        *([f"# The budget ({budget}); without this key, what the protocol says.\ntraining:\n{limit}"
           + indent(_dumped(training), "  ")] if training else []),
        "# Your data. All options of a file: docs/how-to/adding_a_task.md.\n"
        + _dumped({"tasks": {task.name: task.described()}}),
    ]  # fmt: skip
    return "\n".join(blocks)
