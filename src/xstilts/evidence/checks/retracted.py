"""Was the work withdrawn, or the statement by a later version of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import alignment
from xstilts.evidence.checks.check import Check
from xstilts.literature import changes, versions

if TYPE_CHECKING:
    from xstilts.literature.text import Passage
    from xstilts.literature.work import Version, Work

METHOD = "records and versions 1"


def retracted(work: Work, passage: Passage | None = None) -> Check:
    """Whether a work, or a passage of one of its versions, still stands.

    Args:
        work: With all its versions.
        passage: Where the statement stands; its version is compared with the later ones. None: only the work is judged.

    Returns:
        ``yes``: it stands. ``no``: the work was retracted, or more than half of the passage's words are gone from a
        later abstract. ``undecided``: a later version exists whose text is not known.
    """
    if why := versions.retraction(work):
        return Check("retracted", "no", f"The work was retracted: {why}", method=METHOD)
    places = [place for place, version in enumerate(work.versions) if passage and version.label == passage.version]
    if passage is None or not places:
        return Check("retracted", "yes", "No source says that the work was retracted.", method=METHOD)
    own, later = work.versions[places[0]], work.versions[places[0] + 1 :]
    for version in later:
        if version.abstract and passage.text in own.abstract and _gone(own, version, passage):
            reason = f"{version.label} no longer says it ({own.label} does)."
            return Check("retracted", "no", reason, (passage,), method=METHOD)
    if blind := [version.label for version in later if not version.abstract]:
        reason = f"There is a later version whose text is not known: {', '.join(blind)}."
        return Check("retracted", "undecided", reason, (passage,), method=METHOD)
    return Check("retracted", "yes", "No later version that is known withdraws it.", (passage,), method=METHOD)


def _gone(own: Version, later: Version, passage: Passage) -> bool:
    if passage.text in later.abstract or alignment.content(passage.text) <= alignment.content(later.abstract):
        return False
    start = own.abstract.index(passage.text)
    return changes.withdrawn(start, start + len(passage.text), changes.compare(own.abstract, later.abstract))
