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
from xstilts.commands import evidence, list_show, models, new, noises, official, predictions, reviews, stores, studies
from xstilts.commands.first_steps import FIRST_STEPS, QUESTION
from xstilts.commands.output import say
from xstilts.errors import LONGEST, InputError, XstiltsError, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WRONG_PLACE = {
    errno.EACCES, errno.EEXIST, errno.EINVAL, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT,
    errno.ENOTDIR, errno.ENXIO, errno.EPERM, errno.EROFS,
}  # fmt: skip
"""Errors of the system that another path would not have."""
LONGEST_NAME = 200
"""Characters of a path that a message shows."""
INTERRUPTED = 130
"""What typer returns for Ctrl-C."""

app = typer.Typer(
    name="xstilts",
    help=QUESTION,
    epilog="Tab completes names of studies, tasks, bases … after `xstilts --install-completion`.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS: Mapping[str, Mapping[str, Callable[..., None]]] = {
    "Start here": {"demo": studies.demo, "new": new.new},
    "Studies": {
        "plan": studies.plan,
        "run": studies.run,
        "report": studies.report,
        "predict-gains": predictions.predict_gains,
    },
    "Literature": {
        "review": reviews.review,
        "check-claim": evidence.check_claim,
        "check-citations": evidence.check_citations,
        "audit": evidence.audit,
        "compile-claim": evidence.compile_claim,
    },
    "Names": {"list": list_show.list_, "show": list_show.show},
    "Data": {"corrupt": noises.corrupt},
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
        typer.echo(FIRST_STEPS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    if _stand_in_for_closed_streams():
        sys.exit(_refuse("Standard output is closed, so that nothing can be shown. Send it to a file or /dev/null.", 2))
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def _stand_in_for_closed_streams() -> bool:
    """Nothing in place of streams that the shell closed (``>&-``); returns whether standard output was one of them.

    Without it the next file opened would become descriptor 1 or 2, and take what libraries print there.
    """
    closed = sys.stdout is None
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    return closed


def run(arguments: Sequence[str]) -> int:
    """Run one command; errors become a paragraph on stderr and an exit code."""
    debug = "--debug" in arguments[:1]
    try:
        code = app(args=list(arguments), prog_name="xstilts", standalone_mode=False)
        sys.stdout.flush()  # here, where a full disk is still an error like any other
    except TyperException as error:
        return _refuse(_usage(error), 2)
    except InputError as error:
        return _refuse(str(error), 2, debug)
    except XstiltsError as error:
        return _refuse(str(error), 1, debug)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except OSError as error:  # a place that cannot be used; whatever verb finds out
        return _refuse(_unusable(error), 2 if error.errno in _WRONG_PLACE else 1, debug)
    except Exception as error:  # the last resort: whatever is left is a bug of ours or of the machine
        return _refuse(_unexpected(error), 1, debug)
    if code == INTERRUPTED:
        return _refuse("Stopped. Nothing that was finished is lost: the same command goes on from here.", 1)
    return code if isinstance(code, int) else 0


def _refuse(message: str, code: int, debug: bool = False) -> int:
    if debug:
        say(traceback.format_exc())
    say(f"xstilts: {shortened(printable(message), LONGEST)}")
    return code


def _usage(error: TyperException) -> str:
    """A mistake in the command line itself, with where to read on."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "xstilts"
    return f"{error.format_message()} See `{command} --help`."


def _unusable(error: OSError) -> str:
    """A file, folder or stream that the system does not let us use, in one sentence."""
    reason = error.strerror or " ".join(str(error).split()) or type(error).__name__
    if error.filename is None:
        with suppress(OSError, ValueError):  # what could not be written must not be tried again at the exit
            sys.stdout.close()
        return f"The output cannot be written: {reason}."
    name = str(error.filename)
    size = f" ({len(name):,} characters)" if len(name) > LONGEST_NAME else ""
    hint = "Check the path, what lies there, and who may read and write it."
    return f"{shortened(name, LONGEST_NAME)!r}{size} cannot be used: {reason}. {hint}"


def _unexpected(error: Exception) -> str:
    """The traceback goes to a file, the reader gets its name."""
    with tempfile.NamedTemporaryFile("w", prefix="xstilts-", suffix=".log", delete=False, encoding="utf-8") as file:
        traceback.print_exc(file=file)
    text = shortened(" ".join(str(error).split()), LONGEST // 2)
    return f"{type(error).__name__}: {text or 'no message'} (traceback: {Path(file.name)}). This is a bug in xstilts."
