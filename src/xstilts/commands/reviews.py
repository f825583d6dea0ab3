"""``review``: the literature on a question."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xstilts.commands import completion, options
from xstilts.commands.output import emit_json, say, tell
from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.execution.outcome import Outcome
    from xstilts.literature.cassette import Cassette
    from xstilts.planning.reviews import Held, ReviewPlan
    from xstilts.reports.reviews.report import ReviewReport

Corpus = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        metavar="PATH",
        help="A file or folder of your own: BibTeX, RIS, CSL-JSON, JSONL, PDF, LaTeX, pages, text. Repeat for more.",
    ),
]
CassetteFolder = Annotated[
    Path | None,
    typer.Option(
        "--cassette", metavar="DIR", help="Stored answers of databases. With --online, where they are stored."
    ),
]
Entailment = Annotated[
    Path | None,
    typer.Option(
        "--entailment", metavar="DIR",
        help="A model of natural language inference, as xstilts export writes it. Example: of the study evidence-nli.",
    ),
]  # fmt: skip
Encoder = Annotated[
    Path | None,
    typer.Option(
        "--encoder", metavar="DIR",
        help="An encoder, as xstilts export or transformers writes it: a paper stands the higher, the more its title "
        "and abstract are like the question.",
    ),
]  # fmt: skip
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm", metavar="URL",
        help="A language model behind OpenAI's chat completions that proposes findings. Example: "
        "http://127.0.0.1:8080/v1, or URL#NAME where it has several models. One on this machine (127.0.0.1, "
        "localhost) is asked without --online, one elsewhere only with it. Its answers are stored as those of "
        "databases. Key: environment variable XSTILTS_LLM_KEY.",
    ),
]  # fmt: skip
Online = Annotated[
    bool, typer.Option("--online", help="Ask what lies on the net. Without it nothing leaves this machine.")
]


def review(
    asked: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION",
            help="A question in quotes, a YAML file, or a name of `xstilts list reviews`. Example: mix.",
            autocompletion=completion.reviews,
        ),
    ],
    corpus: Corpus = None,
    databases: Annotated[
        str | None,
        typer.Option(help="Names of `xstilts list databases`, commas between. Default: all that can be asked."),
    ] = None,
    cassette: CassetteFolder = None,
    online: Online = False,
    entailment: Entailment = None,
    encoder: Encoder = None,
    llm: Llm = None,
    budget_usd: Annotated[float, typer.Option(min=0, help="Dollars that services may charge.")] = 0.10,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder for the report. Default: ./xstilts-out/review-NAME.")
    ] = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Review the literature on a question: papers, claims, checks of each, and whether the question is answered."""
    from xstilts.disk import at_home, refuse_file
    from xstilts.execution.progress import shown
    from xstilts.execution.review_run import fetch, invented, run_review, with_language_model
    from xstilts.literature.rules import Rules
    from xstilts.planning.reviews import places_of, plan_review
    from xstilts.reports.reviews.report import report_of
    from xstilts.reports.reviews.write import write
    from xstilts.studies.review_load import load_review, with_databases

    loaded = load_review(asked)
    loaded = with_databases(loaded, databases) if databases is not None else loaded
    opened = options.open_store(store)
    folder = at_home(out, "--out") if out is not None else Path("xstilts-out") / f"review-{loaded.name}"
    refuse_file(folder, "report")
    stored = _beside_model(cassette) if llm is not None and not online else cassette
    held = places_of(loaded, invented(loaded, folder, corpus or ()), cassette_of(stored, folder, online=online))
    held = replace(held, entailment=entailment, encoder=encoder)
    if llm is not None:
        held = with_language_model(held, llm, cassette or folder / "cassette", online=online)
    spent = fetch(loaded, held, Rules(online=True, budget=budget_usd), say) if online else 0.0
    planned = plan_review(loaded, held, opened)
    given = {"--databases": databases, "--cassette": held.cassette.folder if online else cassette, "--out": out}
    command = _command([asked, *(word for path in corpus or [] for word in ("--corpus", str(path)))], given, held)
    with shown(list(planned.nodes.values())) as on_event:
        outcome = run_review(planned, opened, folder, command, on_event)
    page = report_of(planned, opened, [command], spent) if outcome.complete else None
    if page is not None:
        write(folder, page)
    if json:
        emit_json(_summary(planned, outcome, folder, page))
    else:
        _tell(outcome, page, folder)
    for note in outcome.notes:
        say(note)
    raise typer.Exit(0 if outcome.complete else 1)


def cassette_of(folder: Path | None, out: Path, *, online: bool) -> Cassette:
    """Where answers are: as said, else beside the report where the machine may be left, else nowhere."""
    from xstilts.literature.cassette import Cassette

    if online:
        return Cassette(folder or out / "cassette", "record")
    if folder is None:
        return Cassette()
    if not folder.is_dir():
        raise InputError("There is no such folder.", field="--cassette", value=str(folder), hint="--online fills one.")
    return Cassette(folder, "replay")


def _beside_model(folder: Path | None) -> Path | None:
    """Where answers of databases are: nowhere in a folder for those of a language model alone."""
    from xstilts.evidence.language_model import SERVICE
    from xstilts.literature.cassette import Cassette

    if folder is None:
        return None
    names = Cassette(folder, "replay").services()
    return folder if any(not name.startswith(SERVICE.name) for name in names) else None


def _command(words: list[str], given: Mapping[str, Path | str | None], held: Held) -> str:
    """The command line that gives the same report without the net; the language model is named in it."""
    model = held.language_model
    told = {
        **given, "--entailment": held.entailment, "--encoder": held.encoder,
        "--llm": f"{model.base}#{model.name}" if model else None,
    }  # fmt: skip
    options = [word for option, value in told.items() if value is not None for word in (option, str(value))]
    return shlex.join(["xstilts", "review", *words, *options])


def _summary(planned: ReviewPlan, outcome: Outcome, folder: Path, page: ReviewReport | None) -> dict[str, object]:
    failed = [
        {"key": key, "label": _label(planned, key), "message": failure.message, "log": str(failure.log)}
        for key, failure in outcome.failed.items()
    ]
    told = {"out": str(folder), "done": sorted(outcome.done), "cached": sorted(outcome.cached)}
    return {**told, "failed": failed, "not_run": sorted(outcome.not_run), **(page.summary() if page else {})}


def _label(planned: ReviewPlan, key: str) -> str:
    return next(node.label for node in planned.nodes.values() if node.key == key)


def _tell(outcome: Outcome, page: ReviewReport | None, folder: Path) -> None:
    say(str(outcome))
    for failure in outcome.failed.values():
        say(f"{failure.message} (log: {failure.log})")
    if page is None:
        return
    for sentence in page.sentences():
        tell(sentence)
    tell(f"Report: {folder / 'index.html'}")
