"""Works, texts and findings of a review beside the invented papers that they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.checked import Checked
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.gate import Screened
    from xstilts.lab.literature import Literature
    from xstilts.lab.literature.paper import Edition, Paper, Sentence, Style
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work

RESULTS = ("number", "direction")
"""Kinds of findings that assert a result."""


@dataclass(frozen=True)
class Reviewed:
    """What a review made of the invented literature.

    Attributes:
        truth: The literature.
        works: All works that its records were merged to.
        screened: What the gate said of each.
        texts: What was read of those that were kept.
        findings: Everything that these say.
        checked: Findings with their checks, those nearest to the question.
    """

    truth: Literature
    works: tuple[Work, ...]
    screened: tuple[Screened, ...]
    texts: tuple[Text, ...]
    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...]
    _by_text: dict[str, dict[str, Sentence]] = field(default_factory=dict, repr=False)

    @cached_property
    def papers(self) -> dict[str, Paper]:
        """Id of a work to the paper that most of its records are."""
        known = {paper.id: paper for paper in self.truth.papers}
        return {
            work.id: known[
                Counter(self.truth.records[record.source_id] for record in work.records).most_common(1)[0][0]
            ]
            for work in self.works
        }

    def sentence(self, work: str, text: str) -> Sentence | None:
        """The truth about a sentence of a work; None where no edition of it has that sentence."""
        paper = self.papers[work].id
        if paper not in self._by_text:
            self._by_text[paper] = self.truth.sentences(paper)
        return self._by_text[paper].get(text)

    def read(self) -> Iterator[tuple[Text, Edition]]:
        """Each text with the edition that it is of."""
        for text in self.texts:
            editions = self.papers[text.work].editions
            shared = [sum(one.text in text.body for one in edition.abstract) for edition in editions]
            yield text, editions[max(range(len(editions)), key=lambda place: (shared[place], place))]

    def found(self, style: Style) -> Iterator[tuple[Finding, Sentence]]:
        """Findings that are results in prose, in papers of one style, with the truth about them."""
        for one in self.findings:
            if self.papers[one.passage.work].style != style:
                continue
            known = self.sentence(one.passage.work, one.passage.text)
            if known is not None and known.sort == "result":
                yield one, known

    def told(self) -> Iterator[tuple[Checked, Sentence]]:
        """Checked findings that are sentences of the papers, with the truth about them."""
        for one in self.checked:
            known = self.sentence(one.finding.passage.work, one.finding.passage.text)
            if known is not None:
                yield one, known
