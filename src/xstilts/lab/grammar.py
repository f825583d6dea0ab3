"""From meaning to words: one clause planner whose choices are the language's own."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from xstilts.lab.concepts import TAGS
from xstilts.lab.lexicon import ending, lexicon
from xstilts.lab.meaning import Clause, Meaning, Phrase, Question
from xstilts.lab.speech import SPEECHES

_ASKING = {"subject": "who", "object": "what", "place": "where", "time": "when", "state": "how", "why": "why"}


class Word(NamedTuple):
    """One word of a sentence: its form, its universal tag, the part of the clause it belongs to, its concept."""

    form: str
    tag: str
    role: str
    concept: str = ""


def words(meaning: Meaning, code: str) -> list[Word]:
    """A sentence with its closing mark.

    Args:
        meaning: What is to be said.
        code: Language of the lab.
    """
    if isinstance(meaning, Question):
        return [*_question(meaning, code), Word("?", "PUNCT", "")]
    if isinstance(meaning, Clause):
        return [*_clause(meaning, code), Word(".", "PUNCT", "")]
    link = _word(meaning.link, code, "link")
    return [*_clause(meaning.first, code), link, *_clause(meaning.second, code), Word(".", "PUNCT", "")]


def text(sentence: list[Word]) -> str:
    """The written sentence: words with spaces between, the mark without one."""
    return detokenise([word.form for word in sentence])


def detokenise(forms: list[str]) -> str:
    """Forms joined by spaces; marks follow the word before them directly."""
    return " ".join(forms).replace(" .", ".").replace(" ?", "?")


def say(meaning: Meaning, code: str) -> str:
    """The written sentence that says ``meaning`` in the language ``code``."""
    return text(words(meaning, code))


def span(meaning: Clause, code: str, role: str) -> tuple[str, int]:
    """The words of one part of a clause and the character at which they start in :func:`say`.

    Raises:
        KeyError: If the clause has no such part.
    """
    sentence = words(meaning, code)
    marked = [i for i, word in enumerate(sentence) if word.role == role]
    if not marked:
        raise KeyError(role)
    before = " ".join(word.form for word in sentence[: marked[0]])
    answer = " ".join(word.form for word in sentence[marked[0] : marked[-1] + 1])
    return answer, len(before) + (1 if before else 0)


def _word(concept: str, code: str, role: str, suffix: str = "") -> Word:
    return Word(lexicon(code)[concept] + suffix, TAGS[concept], role, concept)


def _phrase(phrase: Phrase, code: str, role: str) -> list[Word]:
    speech = SPEECHES[code]
    noun = _word(phrase.noun, code, role, ending(code, role))
    before = [_word(c, code, role) for c in ("this" if phrase.this else "", phrase.number) if c]
    quality = [_word(phrase.adjective, code, role)] if phrase.adjective else []
    return [*before, noun, *quality] if speech.adjective_after else [*before, *quality, noun]


def _place(place: str, code: str) -> list[Word]:
    noun = _word(place, code, "place", ending(code, "place"))
    side = SPEECHES[code].adposition
    if not side:
        return [noun]
    adposition = _word("in", code, "adposition")
    return [adposition, noun] if side == "before" else [noun, adposition]


def _predicate(clause: Clause, code: str) -> list[Word]:
    """Verb or state with "not" and manner."""
    speech = SPEECHES[code]
    if clause.verb:
        core = [_word(clause.verb, code, "verb")]
    else:
        quality = [_word(clause.state, code, "state")] if clause.state else []
        copula = [_word("be", code, "copula")] if speech.copula else []
        core = [*quality, *copula] if speech.order == "SOV" else [*copula, *quality]
    if clause.negated:
        no = _word("not", code, "negation")
        core = [no, *core] if speech.negation == "before" else [*core, no]
    manner = [_word(clause.manner, code, "manner")] if clause.manner else []
    return [*manner, *core] if speech.order == "SOV" else [*core, *manner]


def _clause(clause: Clause, code: str, asked: str = "") -> list[Word]:
    speech = SPEECHES[code]
    question = _word(_ASKING[asked], code, "question") if asked else None
    shown = replace(clause, state="") if asked == "state" else clause
    parts = {
        "S": _phrase(clause.subject, code, "subject"),
        "V": _predicate(shown, code),
        "O": _phrase(clause.object, code, "object") if clause.object else [],
        "place": _place(clause.place, code) if clause.place else [],
        "time": [_word(clause.time, code, "time")] if clause.time else [],
    }
    if question:
        slot = {"subject": "S", "object": "O", "state": "", "why": ""}.get(asked, asked)
        if slot:
            parts[slot] = [] if speech.front_question else [question]
        elif not speech.front_question:
            parts["V"] = [question, *parts["V"]]
    order = [*speech.order]
    order.insert(order.index("O") if speech.order == "SOV" else 3, "place")
    order.insert(0 if speech.time_first else 4, "time")
    if clause.fronted:
        order.remove(clause.fronted)
        order.insert(0, clause.fronted)
    line = [word for part in order for word in parts[part]]
    return [question, *line] if question and speech.front_question else line


def _question(question: Question, code: str) -> list[Word]:
    return _clause(question.clause, code, question.asked)
