"""``new``: a study of the user's own data, from four questions."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands import completion
from xstilts.commands.output import say, tell
from xstilts.errors import InputError


def new(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Your training file in English: CSV, TSV, JSON lines or SQuAD's JSON. Example: train.tsv.",
        ),
    ] = None,
    languages: Annotated[
        str | None,
        typer.Option(
            help="The languages to score, commas between. Example: de,sw. Default: all that have a test file."
        ),
    ] = None,
    test: Annotated[
        str | None,
        typer.Option(
            help="The test files, seen from FILE's folder. Example: test.{language}.tsv. Default: found beside FILE."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="The pretrained encoder, a name of `xstilts list bases`. Default: me5-small if its package is "
            "installed, else xlm-roberta-base.",
            autocompletion=completion.base_names,
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            help="How many items, epochs and seeds: small, medium or full. Default: small.",
            autocompletion=completion.budgets,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Which field is what. Example: text=review,label=stars; for pairs also text_pair=FIELD. "
            "Default: told from FILE."
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The name of the task and of the study. Default: taken from FILE.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The study file to write. Default: NAME.yaml in this folder.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there. Default: leave it as it is.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, and take the defaults.")] = False,
) -> None:
    """Write a study of your own data. It asks four questions, or takes the answers from options."""
    from xstilts.studies import drafts

    ask = _default if yes else _asked
    file = file or Path(ask("Your training file (CSV, TSV or JSON lines)", "", "FILE"))
    drafts.training_file(file)  # before anything else is asked
    found = drafts.beside(file) if test is None else None
    if test is None and found is None:
        test = ask("Test files, {language} in the place of its code (as in test.{language}.tsv)", "", "--test")
    if languages is None:
        languages = ask("Languages to score", ",".join(found.languages) if found else "all", "--languages")
    codes = [code.strip() for code in languages.split(",") if code.strip() not in ("", "all")]
    base = base or ask("Base, the pretrained encoder", drafts.default_base(), "--base")
    budget = budget or ask(f"Budget: {', '.join(drafts.BUDGETS)}", next(iter(drafts.BUDGETS)), "--budget")
    answers = drafts.Answers(file, codes, test, columns, base, budget, name)
    try:
        called, text = drafts.draft(answers)
    except InputError as error:
        if error.field != "--columns" or columns is not None or yes:
            raise
        say(str(error))
        said = ask("Columns, as text=FIELD,label=FIELD", "", "--columns")
        called, text = drafts.draft(replace(answers, columns=said))
    path = out or Path(f"{called}.yaml")
    _write(path, text, force)
    tell(f"Written: {path}\nNext: {shlex.join(['xstilts', 'plan', str(path)])}")


def _asked(question: str, default: str, option: str) -> str:
    """The answer to a question; on stderr, for stdout is for results."""
    try:
        return str(typer.prompt(question, default=default or None, err=True))
    except typer.Abort:
        raise _unanswered(option) from None


def _default(question: str, default: str, option: str) -> str:
    """The default in place of an answer."""
    if not default:
        raise _unanswered(option, f" ({question})")
    return default


def _unanswered(option: str, question: str = "") -> InputError:
    hint = "xstilts new FILE --languages de,sw --test 'test.{language}.tsv' --base NAME --budget small --yes"
    return InputError(f"needs an answer{question}.", field=option, hint=f"Answers can be options: `{hint}`.")


def _write(path: Path, text: str, force: bool) -> None:
    if not force and (path.exists() or path.is_symlink()):
        hint = "Name another with --out, or write over it with --force."
        raise InputError("is there already, and is left as it is.", field=str(path), hint=hint)
    path.write_text(text, encoding="utf-8")
