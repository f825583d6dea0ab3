"""A review is run: what is asked of the net into its cassette first, then its nodes into the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.disk import make_folder
from xstilts.errors import InputError
from xstilts.evidence import gate, language_model, likeness, question, searching
from xstilts.execution import EXECUTORS
from xstilts.execution.events import ignore
from xstilts.execution.study_run import RUNNER
from xstilts.lab.literature import literature
from xstilts.literature.cassette import Cassette
from xstilts.literature.client import Client
from xstilts.literature.copies import places, shelf
from xstilts.literature.databases.asking import Places, ask
from xstilts.literature.query import Concept, Query
from xstilts.literature.rules import on_this_machine
from xstilts.literature.works import merge
from xstilts.store import recorded, retention, study_records
from xstilts.studies.review_spec import LOCAL, ONLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xstilts.execution.events import OnEvent
    from xstilts.execution.outcome import Outcome
    from xstilts.literature.rules import Rules
    from xstilts.literature.work import Work
    from xstilts.planning.reviews import Held, ReviewPlan
    from xstilts.store.store import Store
    from xstilts.studies.review_spec import Review


def fetch(review: Review, held: Held, rules: Rules, tell: Callable[[str], None] = lambda said: None) -> float:
    """Ask the databases on the net what the review will ask them, and store the answers in the cassette.

    Open copies of the papers that will be read are stored too, at most ``limits.full_texts``; invented papers have
    none, whatever ids they were given. What is stored already is not asked again, so a search that was stopped goes on.

    Args:
        review: What is asked.
        held: Its cassette records.
        rules: How politely, and for how many dollars.
        tell: Is told what goes on, for copies take a while.

    Returns:
        Dollars that were spent.

    Raises:
        RunError: If none of the databases answers.
    """
    asks = question.read(review.question)
    bounds = Query((Concept("any", ("any",)),), review.years.first, review.years.last, review.limits.records)
    queries = searching.queries(asks, bounds)
    asked = Places(held.corpus, Client(held.cassette, rules))
    far, near = ([name for name in held.databases if name in some] for some in (ONLINE, LOCAL))
    records = [record for names in (far, near) if names for record in ask(names, queries, asked).records]
    if review.limits.full_texts and review.lab is None:
        works = {work.id: work for work in merge(records)}
        alike = likeness.of_works(held.encoder, asks, tuple(works.values()))
        kept = [works[one.work] for one in gate.screen(asks, tuple(works.values()), alike) if one.kept]
        _fetch_copies(kept[: review.limits.papers], review.limits.full_texts, shelf.client(held.cassette, rules), tell)
    return asked.client.spent


def _fetch_copies(works: Sequence[Work], most: int, client: Client, tell: Callable[[str], None]) -> None:
    """Store the open copies that the extraction will read, of works in the order of their rank."""
    reached = places.chosen(works, most)
    wanted = [work for work in works if reached.get(work.id)]
    for done, work in enumerate(wanted, 1):
        found = shelf.read(work, client)
        said = found.text.read if found.text else "no open copy that can be read"
        tell(f"open copies: {done} of {len(wanted)}, {work.id}: {said}")


def with_language_model(held: Held, url: str, folder: Path, *, online: bool) -> Held:
    """What a review finds, with a language model that proposes findings.

    One on this machine is asked, since nothing then leaves it. Of one elsewhere the stored answers are read, and it is
    asked where the machine may be left.

    Args:
        held: What the review finds without it.
        url: Address of the endpoint, with ``#NAME`` where it has several models.
        folder: Holds its answers.
        online: Whether the machine may be left.

    Raises:
        InputError: If the address cannot be used, or it lies elsewhere and nothing is stored.
        XstiltsError: If the endpoint does not say which model it has.
    """
    asks = online or on_this_machine(url)
    if not asks and not folder.is_dir():
        said = "It lies on another machine, which is not asked without --online."
        hint = "Say --online, give its stored answers (--cassette), or take a model at http://127.0.0.1:PORT/v1."
        raise InputError(said, field="--llm", value=url, hint=hint)
    answers = Cassette(folder, "record" if asks else "replay")
    model = language_model.find(language_model.client_of(answers), url)
    return replace(held, language_model=model, answers=answers)


def invented(review: Review, out: Path, corpus: Sequence[Path]) -> tuple[Path, ...]:
    """The corpus of a review: the files that somebody names, or the lab's invented literature, written below ``out``.

    Raises:
        InputError: If a review of the lab's literature is given other files: nobody knows the truth about them.
    """
    if review.lab is None:
        return tuple(corpus)
    if corpus:
        said = "A review of the lab's literature takes no corpus beside it."
        raise InputError(said, field="--corpus", hint=f"xstilts review {review.name}")
    folder = out / "literature"
    make_folder(folder, "literature")
    return (literature(review.lab).write(folder),)


def run_review(plan: ReviewPlan, store: Store, out: Path, command: str = "", on_event: OnEvent = ignore) -> Outcome:
    """Run the nodes of a review that are not stored yet, one after the other.

    Args:
        plan: What to run.
        store: Where nodes are kept and found.
        out: Folder of the report; names the record of this run.
        command: The command line, for the record.
        on_event: Called with every event of the run.
    """
    nodes = list(plan.nodes.values())
    make_folder(out, "report")
    asked = recorded.of_nodes(nodes, command).to_json()
    study_records.record(store, f"review {plan.review.name}", nodes, study_records.DEFAULT_KEEP, str(out), asked)
    outcome = EXECUTORS.get("inline")(nodes, store, RUNNER, on_event=on_event)
    outcome.notes += retention.after_run(store).left
    return outcome
