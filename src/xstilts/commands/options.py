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
        help="A catalog name (see `list studies`) or a YAML file (`new` writes one).",
        autocompletion=completion.studies,
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder of the report; default ./xstilts-out/STUDY.")]
StoreFolder = Annotated[
    Path, typer.Option("--store", envvar="XSTILTS_STORE", help="Folder of finished nodes; processes may share it.")
]
Executor = Annotated[str, typer.Option("--executor", help="Where nodes run.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes that run nodes; default: the physical cores.")
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="Threads of each process.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the study, e.g. seeds=[1,2]; repeatable."),
]
TaskName = Annotated[
    str | None,
    typer.Option(
        "--task",
        help="A task's name (see `list tasks`, or --study). Default: the one that an export tells.",
        autocompletion=completion.tasks,
    ),
]
OwnStudy = Annotated[
    str | None, typer.Option("--study", metavar="FILE", help="A study (YAML file) whose own tasks are known too.")
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout; everything else on stderr.")]

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
