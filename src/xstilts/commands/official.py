"""``score`` and ``submission``: the benchmarks' own files, read and written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xstilts.commands import completion, options
from xstilts.commands.output import emit_json, emit_table, say, tell
from xstilts.errors import InputError

if TYPE_CHECKING:
    from xstilts.official.folder import FolderScores
    from xstilts.tasks import Task

Gold = Annotated[
    Path,
    typer.Option("--gold", help="The right answers: a file in the benchmark's format, or with --protocol a folder."),
]
Predictions = Annotated[
    Path,
    typer.Option(
        "--predictions", help="The predictions: a file in the benchmark's format, or with --protocol a folder."
    ),
]


def score(
    gold: Gold,
    predictions: Predictions,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            help="A name of `xstilts list tasks`, or a task of --study. Example: xquad.",
            autocompletion=completion.tasks,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", help="A BCP-47 code, or a pair. Only MLQA's rule needs it. Example: de, or de+es."),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(
            "--protocol",
            help="Score a whole submission folder, not one file: xtreme or xtreme-r.",
            autocompletion=completion.protocols,
        ),
    ] = None,
    na_probabilities: Annotated[
        Path | None,
        typer.Option(
            "--na-probabilities", help="For SQuAD v2: a JSON file from question id to the probability of no answer."
        ),
    ] = None,
    study: options.OwnStudy = None,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Score predictions against the right answers, both in files of the benchmark's own format."""
    from xstilts.using_models.named_task import named_task

    if (task is None and study is None) == (protocol is None):
        raise InputError("Say --task NAME for one file, or --protocol NAME for a whole folder.", field="--task")
    if protocol is not None:
        if language is not None or na_probabilities is not None:
            raise InputError("A folder has all its languages; leave out what belongs to one file.", field="--protocol")
        _score_folder(protocol, gold, predictions, json)
    else:
        named = named_task(task, options.own_study(study, sets)).task
        _score_file(named, language, gold, predictions, na_probabilities, json)


def _score_file(
    task: Task, language: str | None, gold: Path, predictions: Path, na_probabilities: Path | None, json: bool
) -> None:
    from xstilts import languages
    from xstilts.official import score_files

    for code in re.split("[+>]", language or ""):  # a pair of context and question, or of query and candidate
        if code:
            languages.get(code, "--language")
    found = score_files(task, gold, predictions, language, na_probabilities)
    for note in found["notes"]:
        say(note)
    result = {"task": task.name, "language": language, **found}
    if json:
        emit_json(result)
        return
    rows = [{"metric": metric, "value": value} for metric, value in result["metrics"].items()]
    tell(f"{' '.join(filter(None, (task.name, language)))}, n = {result['n']}")
    emit_table(rows, ("metric", "value"))


def _score_folder(name: str, gold: Path, predictions: Path, json: bool) -> None:
    from xstilts.official.folder import score_folder
    from xstilts.protocols import PROTOCOLS

    found = score_folder(PROTOCOLS.get(name, "--protocol"), gold, predictions)
    for note in found.notes:
        say(note)
    if json:
        emit_json({"protocol": name, **found._asdict()})
        return
    forms = dict.fromkeys(average.form for average in found.averages)
    emit_table(_averages(found), ("average", *forms, "missing"))
    if found.missing:
        say(f"{len(found.missing)} files are missing, the first is {found.missing[0]}.")


def _averages(found: FolderScores) -> list[dict[str, Any]]:
    """One row per task, group and overall, with its forms side by side."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for average in found.averages:
        title = f"{average.level} {average.name}".strip()
        row = rows.setdefault((average.level, average.name), {"average": title, "missing": ""})
        row[average.form] = average.value
        row["missing"] = row["missing"] or ", ".join(average.missing)
    return list(rows.values())


def submission(
    study: options.StudyName,
    out: Annotated[Path, typer.Option("--out", help="The folder for the submission. It is made if it is missing.")],
    arm: Annotated[str, typer.Option("--arm", help="The arm whose predictions are taken. Example: none.")],
    base: Annotated[
        str, typer.Option("--base", help="The base whose predictions are taken. Example: xlm-roberta-base.")
    ],
    seed: Annotated[
        str, typer.Option("--seed", help="The seed whose predictions are taken. Example: 1, or 1.2 for nested seeds.")
    ],
    store: options.StoreFolder = options.DEFAULT_STORE,
    gold: Annotated[
        Path | None,
        typer.Option(
            "--gold",
            help="Write the right answers too, in the same layout, into this folder. Default: they are not written.",
        ),
    ] = None,
    sets: options.Sets = None,
) -> None:
    """Write the stored predictions of one chain as the files that the XTREME and XTREME-R leaderboards take."""
    from xstilts.planning.plan import plan_study
    from xstilts.studies.load import load_study
    from xstilts.using_models import submissions
    from xstilts.using_models.predicted import ChainName

    planned = plan_study(load_study(study, sets or ()))
    written = submissions.write(planned, options.open_store(store), ChainName(base, arm, seed), out, gold)
    for path in written.files:
        tell(str(path))
    for missing in written.missing:
        say(f"Missing: {missing}")
