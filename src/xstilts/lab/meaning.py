"""Meanings: what a sentence says, before any language says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """One thing of the world, with what is said of it.

    Attributes:
        noun: Concept of a noun or name, or the pronoun ``it``.
        adjective: A quality, or "".
        number: A number word, or "".
        this: Whether it is pointed at.
    """

    noun: str
    adjective: str = ""
    number: str = ""
    this: bool = False


@dataclass(frozen=True)
class Clause:
    """One event or state.

    Attributes:
        subject: Who does it or who is so.
        verb: Concept of the verb; "" for a state.
        state: Concept of the adjective of a state; "" for an event.
        object: To whom or what it is done.
        place: Where, or "".
        time: When, or "".
        manner: How, or "".
        negated: Whether it is denied.
        fronted: Which of ``place`` and ``time`` opens the sentence; says nothing about the world.
    """

    subject: Phrase
    verb: str = ""
    state: str = ""
    object: Phrase | None = None
    place: str = ""
    time: str = ""
    manner: str = ""
    negated: bool = False
    fronted: str = ""


@dataclass(frozen=True)
class Compound:
    """Two clauses and the word between them (``and``, ``because``, ``so``); the second is the effect after ``so``."""

    first: Clause
    link: str
    second: Clause


@dataclass(frozen=True)
class Question:
    """A clause in which one part is asked for.

    Attributes:
        clause: What is taken for granted; the part asked for is still filled in.
        asked: ``subject``, ``object``, ``place``, ``time``, ``state`` or ``why``.
    """

    clause: Clause
    asked: str


Meaning = Clause | Compound | Question
