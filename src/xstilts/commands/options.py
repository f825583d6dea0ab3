"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xstilts.commands import completion
from xstilts.errors import InputError

if TYPE_CHECKING:
    from xstilts.store.store import Store
    from xstilts.studies.spec import Study

StudyName = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A name of `xstilts list studies`, or a YAML file (`xstilts new` writes one). Example: demo.",
        autocompletion=completion.studies,
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="The folder for the report. Default: ./xstilts-out/STUDY.")]
StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store", envvar="XSTILTS_STORE", help="The folder that keeps finished nodes. Several runs may use it at once."
    ),
]
Executor = Annotated[
    str,
    typer.Option(
        "--executor",
        help="What runs the nodes: local (worker processes), inline (one by one, to debug) or parsl (--site).",
    ),
]
Site = Annotated[
    Path | None,
    typer.Option("--site", metavar="FILE", help="Describes the machines of --executor parsl. Default: this machine."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="How many processes run nodes. Default: one for each physical core."),
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="How many threads each process uses.")]
Processes = Annotated[
    int,
    typer.Option(
        "--processes", min=1, help="How many processes train each phase, on one GPU each where there are GPUs."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change one value of the study. Repeat it for more. Example: seeds=[1,2]."
    ),
]
TaskName = Annotated[
    str | None,
    typer.Option(
        "--task",
        help="A name of `xstilts list tasks`, or a task of --study. Default: the task that the model was exported for.",
        autocompletion=completion.tasks,
    ),
]
OwnStudy = Annotated[
    str | None,
    typer.Option("--study", metavar="FILE", help="A study file that describes tasks of your own. Example: mine.yaml."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output. Messages go to standard error.")]

DEFAULT_STORE = Path(".xstilts")


def own_study(name: str | None, sets: list[str] | None = None) -> Study | None:
    """The study whose own tasks a command is told of; None for none.

    Raises:
        InputError: If values are set in no study, or the study cannot be read.
    """
    if name is not None:
        from xstilts.studies.load import load_study

        return load_study(name, sets or ())
    if sets:
        raise InputError("changes a study; say which.", field="--set", value=sets[0], hint="Add --study FILE.")
    return None


def open_store(folder: Path) -> Store:
    """The store below ``folder``; nothing is made on disk yet.

    Raises:
        InputError: If no folder can be there.
    """
    from xstilts.disk import at_home
    from xstilts.store.store import Store

    return Store(at_home(folder, "--store"))


def out_folder(out: Path | None, study: Any) -> Path:  # noqa: ANN401 - a Study, whose room is not imported here
    """Where the report goes: as said, else ./xstilts-out/STUDY.

    Raises:
        InputError: If no folder can be there.
    """
    from xstilts.disk import at_home, refuse_file

    folder = at_home(out, "--out") if out is not None else Path("xstilts-out") / str(study.name)
    refuse_file(folder, "report")
    return folder
