"""The ten invented languages: how each one sounds, is written and builds a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

PIVOT = "qaa"

_LETTERS = "aeioupbtdkgmnszlrfvhjwy"
SCRIPTS: Mapping[str, dict[int, int]] = MappingProxyType(
    {
        "Latn": {},
        "Cyrl": str.maketrans(_LETTERS, "аеиоупбтдкгмнсзлрфвхйўы"),
        "Grek": str.maketrans(_LETTERS, "αειουπβτδκγμνσζλρφωχηξψ"),
        "Geor": str.maketrans(_LETTERS, "აეიოუპბტდკგმნსზლრფვხჯწყ"),
        "Armn": str.maketrans(_LETTERS, "աեիոըպբտդկգմնսզլրֆվհյւխ"),
    }
)
"""ISO 15924 code to the letters that replace the Latin ones, one for one."""

FAMILIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"Arvic": ("ptkbdgmnslrfv", "aeiou"), "Belunic": ("ptkmnslrhjz", "aiou"), "Ceric": ("bdgmnlrvzhw", "aeio"),
     "Dornic": ("tkgnszrhwy", "eiu")}
)  # fmt: skip
"""Family to the consonants and vowels of its roots."""


@dataclass(frozen=True)
class Speech:
    """How one language works.

    Attributes:
        code: Private-use code.
        name: Invented name.
        family: Key of ``FAMILIES``; languages of a family share most roots.
        genus: Branch of the family.
        script: Key of ``SCRIPTS``.
        order: Order of subject, verb and object in a clause with two nouns.
        resource: Size class of the corpus: ``rich``, ``medium``, ``poor`` or ``none``.
        documents: Documents in the pretraining corpus; 0 for a language that the bases never saw.
        adjective_after: Whether qualities follow their noun.
        adposition: Where the word for "in" stands; "" when a case ending does its work.
        cases: Role (``object``, ``place``, ``subject``) to the ending of its noun.
        negation: Whether "not" stands before or after the verb.
        time_first: Whether a time opens the clause.
        front_question: Whether question words open the question.
        copula: Whether states need a word for "to be".
        changes: Regular sound changes from the family's roots, in order.
        innovation: Share of concepts with a root of its own.
        loans: Share of concepts borrowed from ``lender``.
        lender: Code of the language that words are borrowed from.
    """

    code: str
    name: str
    family: str
    genus: str
    script: str
    order: Literal["SVO", "SOV", "VSO"]
    resource: Literal["rich", "medium", "poor", "none"]
    documents: int
    adjective_after: bool = False
    adposition: Literal["before", "after", ""] = "before"
    cases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    negation: Literal["before", "after"] = "before"
    time_first: bool = False
    front_question: bool = True
    copula: bool = True
    changes: tuple[tuple[str, str], ...] = ()
    innovation: float = 0.1
    loans: float = 0.0
    lender: str = PIVOT

    @property
    def seen(self) -> bool:
        """Whether the bases were pretrained on it."""
        return self.documents > 0


SPEECHES: Mapping[str, Speech] = MappingProxyType(
    {
        speech.code: speech
        for speech in (
            Speech("qaa", "Arva", "Arvic", "North Arvic", "Latn", "SVO", "rich", 9000, innovation=0.0),
            Speech(
                "qab", "Arvesh", "Arvic", "North Arvic", "Latn", "SVO", "rich", 8000, adjective_after=True,
                changes=(("p", "b"), ("e", "i")),
            ),
            Speech(
                "qac", "Sudarv", "Arvic", "South Arvic", "Cyrl", "SOV", "medium", 4500, time_first=True,
                changes=(("k", "h"), ("u", "o")),
            ),
            Speech(
                "qad", "Velarv", "Arvic", "South Arvic", "Latn", "SVO", "poor", 1800, negation="after",
                changes=(("t", "d"), ("f", "v"), ("o", "u")), innovation=0.15,
            ),
            Speech(
                "qba", "Belun", "Belunic", "West Belunic", "Latn", "SOV", "rich", 8000, adposition="", negation="after",
                cases={"object": "m", "place": "ssa"}, front_question=False, time_first=True, loans=0.08,
            ),
            Speech(
                "qbb", "Obelu", "Belunic", "East Belunic", "Cyrl", "SOV", "medium", 4500, adposition="after",
                cases={"object": "n"}, front_question=False, copula=False, changes=(("h", ""), ("p", "v")), loans=0.05,
                lender="qac",
            ),
            Speech(
                "qbc", "Belkar", "Belunic", "West Belunic", "Latn", "SOV", "none", 0, adposition="",
                cases={"object": "m", "place": "sta"}, negation="after", front_question=False, time_first=True,
                changes=(("ku", "ko"), ("lu", "lo"), ("h", "k")), innovation=0.05, loans=0.05,
            ),
            Speech(
                "qca", "Ceri", "Ceric", "Inner Ceric", "Grek", "VSO", "medium", 5000, adjective_after=True, loans=0.08,
                negation="before",
            ),
            Speech(
                "qcb", "Ocera", "Ceric", "Outer Ceric", "Geor", "VSO", "poor", 1800, adjective_after=True,
                time_first=True, copula=False, changes=(("w", "v"), ("d", "t"), ("g", "k")), innovation=0.15,
            ),
            Speech(
                "qda", "Dorn", "Dornic", "Dornic", "Armn", "SOV", "poor", 1800, adposition="after",
                cases={"subject": "ke", "place": "ri"}, front_question=False, copula=False, loans=0.05,
            ),
        )
    }
)  # fmt: skip
"""Code to language, pivot first."""
