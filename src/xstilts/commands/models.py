"""``evaluate`` and ``predict``: what is done with one model."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import Annotated, Any

import typer

from xstilts.commands import completion
from xstilts.commands.noises import Dictionary, severe, words_of
from xstilts.commands.options import (
    Json,
    OwnStudy,
    Sets,
    TaskName,
    own_study,
)
from xstilts.commands.output import emit_data, emit_json, emit_table, json_text
from xstilts.errors import InputError

ModelFolder = Annotated[
    str, typer.Argument(metavar="MODEL", help="The folder of a model, as `xstilts export` or transformers writes it.")
]


def evaluate(
    model: ModelFolder,
    task: TaskName = None,
    languages: Annotated[
        str | None,
        typer.Option(help="The languages to score, commas between. Example: de,sw. Default: all that the data has."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="Where examples come from: lab, hub or files:FOLDER. Default: the source of --study, else lab."
        ),
    ] = None,
    noise: Annotated[
        str | None,
        typer.Option(
            help="Also score the same input with noise: a name of `xstilts list noises` and a severity from 1 to 5. "
            "Example: typo:3.",
            autocompletion=completion.noises,
        ),
    ] = None,
    dictionary: Dictionary = None,
    split: Annotated[
        str | None,
        typer.Option(
            help="Which part of the data to score. Example: dev. Default: test, or dev where there is no test."
        ),
    ] = None,
    vectors: Annotated[
        str | None,
        typer.Option(
            help="For retrieval: how texts are compared. Example: layer=8,pooling=mean,similarity=csls. "
            "Default: as the export says."
        ),
    ] = None,
    study: OwnStudy = None,
    sets: Sets = None,
    json: Json = False,
) -> None:
    """Score a model on a task in each language. The columns low and high are a 95 % interval over the items."""
    from xstilts.sources.noisy import Noised
    from xstilts.using_models.evaluating import DataChoice, evaluate_model

    codes = [code.strip() for code in (languages or "").split(",") if code.strip()]
    noised = Noised(*severe(noise), dictionary=words_of(dictionary)) if noise else None
    data = DataChoice(codes, source, split, noised)
    rows = evaluate_model(model, task, data, vectors_of(vectors), own_study(study, sets))
    if json:
        emit_json(rows)
    else:
        under = ("noise", "severity") if noised else ()
        emit_table(rows, ("task", "language", "setting", *under, "metric", "value", "low", "high", "n"))


def vectors_of(said: str | None) -> dict[str, Any]:
    """``layer=8,pooling=mean`` as a setting of retrieval; "" and None are the empty one.

    Raises:
        InputError: If a part is no ``key=value``, says a key again, or a layer is no number.
    """
    found: dict[str, Any] = {}
    for part in filter(None, (said or "").replace(" ", "").split(",")):
        key, is_one, value = part.partition("=")
        number = key in ("layer", "layers")
        if not is_one or key in found or (number and not re.fullmatch(r"-?[0-9]+", value)):
            hint = "For example layer=8,pooling=mean,similarity=csls."
            raise InputError(f"{part!r} cannot be read.", field="--vectors", value=part, hint=hint)
        found[key] = int(value) if number else value
    return found


def predict(
    model: ModelFolder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="One input a line, or a file like the task's own without the right answers. Example: reviews.txt.",
        ),
    ],
    task: TaskName = None,
    study: OwnStudy = None,
    sets: Sets = None,
    json: Json = False,
) -> None:
    """Label a file of your own. Each answer is printed as a line of TSV, or with --json as a line of JSON."""
    from xstilts.using_models.predicting import predict_file

    for row in predict_file(model, task, file, own_study(study, sets)):
        emit_data(f"{json_text(row)}\n" if json else _tsv(row))


def _tsv(row: dict[str, Any]) -> str:
    """``id<TAB>prediction``; the tags of a sentence are joined by spaces."""
    prediction = row["prediction"]
    text = " ".join(tag or "-" for tag in prediction) if isinstance(prediction, list) else str(prediction)
    line = io.StringIO()
    csv.writer(line, dialect="excel-tab", lineterminator="\n").writerow([row["id"], text])
    return line.getvalue()
