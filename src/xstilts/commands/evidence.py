"""``check-claim``, ``check-citations``, ``audit`` and ``compile-claim``: the checks of a review, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xstilts.commands import options
from xstilts.commands.output import emit_data, emit_json, emit_table, plain, tell
from xstilts.commands.reviews import (
    CassetteFolder,
    Corpus,
    Entailment,
    Online,
    cassette_of,
)
from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.cassette import Cassette
    from xstilts.literature.record import Ids
    from xstilts.literature.work import Work

_OUT = Path("xstilts-out/check")
_FINDERS = ("arxiv", "semantic_scholar", "openalex", "crossref")


def check_claim(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="What a paper is said to say, in quotes.")],
    source: Annotated[
        str, typer.Option(metavar="ID", help="The paper, with a version where it matters. Example: arxiv:2005.13013v2.")
    ],
    corpus: Corpus = None,
    cassette: CassetteFolder = None,
    online: Online = False,
    entailment: Entailment = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Check whether a paper says something: quoted, in other words, with these numbers, still standing, re-run here."""
    from xstilts.claims import CLAIMS
    from xstilts.evidence import sources
    from xstilts.evidence.checks.entailment_model import load
    from xstilts.literature.copies import shelf
    from xstilts.literature.copies.places import is_of_copies
    from xstilts.literature.rules import Rules
    from xstilts.planning.reviews import stored_verdicts

    if not claim.strip():
        raise InputError("Say what the paper is said to say.", field="CLAIM")
    ids = sources.ids_of(source)
    stored = cassette_of(cassette, _OUT, online=online)
    works = _works(corpus, [ids], stored, online=online)
    work = sources.find(ids, works)
    if work is None:
        said = f"Nothing among {len(works):,} papers is {source}."
        raise InputError(said, field="--source", hint="Give a --corpus that holds it, or --online to look it up.")
    copies = shelf.client(stored, Rules(online=online)) if online or stored.digest(is_of_copies) else None
    text = sources.text_of(work, ids.version, tuple(corpus or ()), copies)
    reruns = stored_verdicts(options.open_store(store))
    found = sources.check(claim, work, text, tuple(CLAIMS), reruns, load(entailment) if entailment else None)
    if json:
        emit_json({**plain(found), "checks": {name: plain(check) for name, check in found.checks}})
        return
    tell(f"{found.title}\nread: {found.version}, {found.availability}" + _other_version(ids, found.version))
    emit_table(
        [{"check": name, "verdict": check.verdict, "why": _why(check)} for name, check in found.checks],
        ("check", "verdict", "why"),
    )
    low, high = found.opinion.low, found.opinion.high
    tell(f"A second reader would mark it as stated there: {found.opinion.probability:.2f} ({low:.2f} to {high:.2f}).")


def _why(check: Any) -> str:  # noqa: ANN401 - a Check, whose room is not imported here
    shown = f" The passage: “{check.evidence[0].text}”" if check.evidence and check.method.startswith("wording") else ""
    return f"{check.reason}{shown}"


def _other_version(ids: Ids, read: str) -> str:
    return (
        f" (you asked for {ids.version}; no text of it is at hand)" if ids.version and ids.version not in read else ""
    )


def check_citations(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of references (.bib), or a paper (.tex).")],
    bib: Annotated[
        list[Path] | None, typer.Option("--bib", help="The list of references of a paper. Repeat for more.")
    ] = None,
    corpus: Corpus = None,
    complete: Annotated[
        str | None,
        typer.Option(
            help="Of which papers the corpus has every one: doi, arxiv, acl or all, commas between. Only then can an "
            "entry that is not there be called fabricated."
        ),
    ] = None,
    cassette: CassetteFolder = None,
    online: Online = False,
    json: options.Json = False,
) -> None:
    """Check references: exists, wrongly described, does not say that, retracted, superseded, fabricated, not found."""
    from xstilts.evidence.audits.cited_files import cited_in, says, sorts_of
    from xstilts.evidence.citations_audit import audit_citations

    entries = cited_in(file, tuple(bib or ()))
    stored = cassette_of(cassette, _OUT, online=online)
    works = _works(corpus, [entry.record.ids for entry in entries], stored, online=online)
    found = audit_citations(entries, works, sorts_of(complete), says(tuple(corpus or ())))
    if json:
        emit_json([{**plain(one), "verdicts": list(one.verdicts)} for one in found])
    else:
        emit_table([_citation_row(one) for one in found], ("key", "verdict", "why"))
        good = sum(one.verdicts == ("exists",) for one in found)
        tell(f"{good} of {len(found)} references exist as they are described.")


def _citation_row(one: Any) -> dict[str, str]:  # noqa: ANN401 - a CitationAudit, whose room is not imported here
    told = [one.reason] if one.existence != "exists" or one.verdicts == ("exists",) else []
    told += [f"{part.field}: {part.printed!r}, known as {part.known!r}." for part in one.differences]
    told += [check.reason for check in one.unsaid]
    told += [f"Retracted: {one.retracted}"] if one.retracted else []
    told += [f"Later: {one.superseded}."] if one.superseded else []
    verdicts = [name for name in one.verdicts if name != "exists"] or list(one.verdicts)
    return {"key": one.key, "verdict": ", ".join(verdicts), "why": " ".join(told)}


def audit(
    reports: Annotated[
        list[str],
        typer.Argument(
            metavar="REPORT…",
            help="Reports with a table of Claim, Verified and Confidence (text or Markdown), or names of printed ones "
            "that come with xstilts: mix, noise, scale, multimodal, retrieval.",
        ),
    ],
    json: options.Json = False,
) -> None:
    """Audit reports: which claims bear on the question, which repeat, which verdicts contradict each other."""
    from xstilts.evidence.audits.report_files import read_reports
    from xstilts.evidence.audits.reports import audit as audited

    found = audited(read_reports(reports))
    if json:
        emit_json(plain(found))
        return
    rows = [
        {
            "report": row.report,
            "row": row.printed.place,
            "claim": row.printed.text,
            "verified": "yes" if row.printed.verified else "no",
            "confidence": row.printed.confidence,
            "bears": {"yes": "yes", "undecided": "in part"}.get(row.scope.verdict, "no"),
            "repeats": "" if row.repeats is None else f"row {row.repeats}",
        }
        for row in found.rows
    ]
    emit_table(rows, ("report", "row", "claim", "verified", "confidence", "bears", "repeats"))
    for sentence in found.sentences:
        tell(sentence)


def compile_claim(
    claim: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A name of `xstilts list claims`, or with --claims an id of that file. Example: C1."
        ),
    ],
    claims: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The claims.json of a review that found the claim.")
    ] = None,
) -> None:
    """Print the study that judges a published claim, as YAML. Example: xstilts compile-claim C1 > c1.yaml."""
    from xstilts.claims import CLAIMS
    from xstilts.planning.reviews.claim_study import claim_study
    from xstilts.planning.reviews.reviewed_claim import reviewed_claim_study

    emit_data(reviewed_claim_study(claim, claims) if claims else claim_study(CLAIMS.get(claim)))


def _works(corpus: list[Path] | None, ids: Sequence[Ids], stored: Cassette, *, online: bool) -> tuple[Work, ...]:
    """The works of the corpus and of what databases know of these ids, from stored answers or from the net.

    Raises:
        InputError: If there is nothing to look in.
    """
    from xstilts.literature.client import Client
    from xstilts.literature.databases.asking import Places, look_up
    from xstilts.literature.rules import Rules
    from xstilts.literature.works import merge

    if not corpus and stored.mode == "off":
        hint = "Give files of your own (--corpus), stored answers (--cassette), or leave the machine (--online)."
        raise InputError("There is nothing to look in.", field="--corpus", hint=hint)
    places = Places(tuple(corpus or ()), Client(stored, Rules(online=online)))
    return merge(look_up(ids, places, _FINDERS if stored.mode != "off" else ()))
