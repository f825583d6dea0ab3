"""The command line: verbs, and what an error looks like. The verbs themselves are in ``commands``.

Exit codes: 0 done; 1 some nodes failed, or the run was stopped; 2 the user's input is wrong, said in one paragraph.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

import xstilts
from xstilts.commands import models, names, official, stores, studies
from xstilts.commands.output import say
from xstilts.errors import LONGEST, InputError, XstiltsError, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INTERRUPTED = 130
"""What typer returns for Ctrl-C."""

app = typer.Typer(
    name="xstilts",
    help="Which intermediate training makes a multilingual encoder better in languages without labels?",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS: Mapping[str, Mapping[str, Callable[..., None]]] = {
    "Studies": {"demo": studies.demo, "run": studies.run, "plan": studies.plan, "report": studies.report},
    "Names": {"list": names.list_, "show": names.show},
    "Models": {"evaluate": models.evaluate, "predict": models.predict},
    "Official files": {"score": official.score, "submission": official.submission},
    "Store": {"export": stores.export, "verify": stores.verify, "gc": stores.gc},
}
for panel, verbs in PANELS.items():
    for name, verb in verbs.items():
        app.command(name, rich_help_panel=panel)(verb)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xstilts {xstilts.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print the traceback of an error.")] = False,
) -> None:
    context.obj = {"debug": debug}
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; errors become a paragraph on stderr and an exit code."""
    debug = "--debug" in arguments[:1]
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called us: what would be printed has nowhere to go
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (open until the end)
    try:
        code = app(args=list(arguments), prog_name="xstilts", standalone_mode=False)
    except TyperException as error:
        return _refuse(_usage(error), 2)
    except InputError as error:
        return _refuse(str(error), 2, debug)
    except XstiltsError as error:
        return _refuse(str(error), 1, debug)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except OSError as error:
        return _refuse(*_place(error), debug)
    except Exception as error:  # the last resort: whatever is left is a bug of ours or of the machine
        return _refuse(_unexpected(error), 1, debug)
    if code == INTERRUPTED:
        return _refuse("Stopped. Nothing that was finished is lost: the same command goes on from here.", 1)
    return code if isinstance(code, int) else 0


def _refuse(message: str, code: int, debug: bool = False) -> int:
    if debug:
        say(traceback.format_exc())
    say(f"xstilts: {shortened(message, LONGEST)}")
    return code


def _usage(error: TyperException) -> str:
    """A mistake in the command line itself, with where to read on."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "xstilts"
    return f"{error.format_message()} See `{command} --help`."


def _place(error: OSError) -> tuple[str, int]:
    """A file, folder or stream that cannot be used, and the exit code: 2 where the path is at fault, else 1."""
    why = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        with suppress(OSError, ValueError):  # what could not be written must not be tried again at the exit
            sys.stdout.close()
        return f"The output cannot be written: {why}.", 1
    hint = "Check the path, what lies there, and who may read and write it."
    return f"{shortened(str(error.filename), 200)}: {why}. {hint}", 2 if error.errno in _OF_THE_PATH else 1


_OF_THE_PATH = frozenset(
    {
        errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EACCES, errno.EPERM, errno.EROFS,
        errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL,
    }
)  # fmt: skip


def _unexpected(error: Exception) -> str:
    """The traceback goes to a file, the reader gets its name."""
    with tempfile.NamedTemporaryFile("w", prefix="xstilts-", suffix=".log", delete=False, encoding="utf-8") as file:
        traceback.print_exc(file=file)
    text = shortened(" ".join(str(error).split()), LONGEST // 2)
    return f"{type(error).__name__}: {text or 'no message'} (traceback: {Path(file.name)}). This is a bug in xstilts."
