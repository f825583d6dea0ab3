"""Files that cite: the entries of a ``.bib`` file, and where a ``.tex`` file cites them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.evidence import reading
from xstilts.evidence.checks.wording import worded
from xstilts.evidence.citations_audit import SORTS, Cited
from xstilts.literature.citations import cited
from xstilts.literature.full_text.limits import decoded, read_bytes
from xstilts.literature.readers.lists import bib_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xstilts.evidence.checks.check import Check
    from xstilts.literature.work import Work


def cited_in(file: Path, lists: Sequence[Path] = ()) -> tuple[Cited, ...]:
    """What a file cites.

    Args:
        file: ``.bib``: all its entries. ``.tex``: the entries of ``lists`` that it cites, with their sentences.
        lists: The ``.bib`` files of a paper.

    Raises:
        InputError: If a file cannot be read, or has no entries.
    """
    if file.suffix.lower() == ".bib":
        return _entries((file, *lists), None)
    if file.suffix.lower() != ".tex":
        raise InputError("No reader knows files of this name.", field=str(file), allowed=(".bib", ".tex"))
    if not lists:
        raise InputError("Its references stand in another file.", field=str(file), hint="Name it: --bib refs.bib.")
    sentences: dict[str, list[str]] = defaultdict(list)
    for citation in cited(decoded(read_bytes(file))):
        sentences[citation.key].append(citation.text)
    if not sentences:
        raise InputError("The file cites nothing.", field=str(file))
    return _entries(lists, sentences)


def _entries(lists: Sequence[Path], sentences: dict[str, list[str]] | None) -> tuple[Cited, ...]:
    found = {key: record for path in lists for key, record in bib_entries(read_bytes(path), path.name)}
    if not found:
        raise InputError("The list of references has no entry.", field=", ".join(map(str, lists)))
    if sentences is None:
        return tuple(Cited(key, record) for key, record in found.items())
    missing = [key for key in sentences if key not in found and key != "*"]
    if missing:
        raise InputError("The paper cites what its references do not have.", field="--bib", value=missing[0],
                         allowed=list(found))  # fmt: skip
    return tuple(Cited(key, found[key], tuple(dict.fromkeys(said))) for key, said in sentences.items() if key in found)


def sorts_of(complete: str | None) -> frozenset[str]:
    """The sorts of papers of which every one is at hand, as ``--complete`` names them.

    Raises:
        InputError: If one is no sort.
    """
    named = frozenset(filter(None, (name.strip().lower() for name in (complete or "").split(","))))
    if unknown := sorted(named - {*SORTS, "all"}):
        raise InputError("This is no sort of ids.", field="--complete", value=unknown[0], allowed=(*SORTS, "all"))
    return named


def says(corpus: Sequence[Path]) -> Callable[[str, Work], Check]:
    """How a sentence is held against a work: by its words, since no model of entailment is at hand."""

    def checked(sentence: str, work: Work) -> Check:
        return worded(sentence, [reading.read(work, corpus)])

    return checked
