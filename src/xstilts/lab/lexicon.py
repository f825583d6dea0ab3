"""Invented words: roots of a family, sound changes, loans, scripts. Made from fixed draws, so they never change."""

from __future__ import annotations

from functools import cache

from xstilts.lab.concepts import CONCEPTS, NAMES, TAGS
from xstilts.lab.draws import Draws
from xstilts.lab.speech import FAMILIES, PIVOT, SCRIPTS, SPEECHES, Speech

_CONVERTED = 4  # pairs of noun and verb that share one form, so that a tag needs its context


def _root(draws: Draws, family: str, short: bool) -> str:
    consonants, vowels = FAMILIES[family]
    root = draws.pick(consonants) + draws.pick(vowels)
    if short:
        return root + (draws.pick(consonants) if draws.chance(0.5) else "")
    root += draws.pick(consonants) + draws.pick(vowels)
    return root + (draws.pick(consonants) if draws.chance(0.5) else "")


@cache
def _family_roots(family: str) -> dict[str, str]:
    """Concept to root; function words are short."""
    roots: dict[str, str] = {}
    for concept in CONCEPTS:
        draws = Draws("root", family, concept)
        short = TAGS[concept] in ("ADP", "AUX", "PART", "CCONJ", "SCONJ", "PRON", "DET")
        root = _root(draws, family, short)
        while root in roots.values():
            root = _root(draws, family, short)
        roots[concept] = root
    return roots


def _plain_form(speech: Speech, concept: str) -> str:
    """The word in Latin letters, before two words of one form are told apart."""
    if concept in NAMES:
        return concept
    draws = Draws("word", speech.code, concept)
    source = _family_roots(speech.family)[concept]
    fate = draws.uniform()
    if fate < speech.innovation:
        return _root(draws, speech.family, len(source) < 4)
    if fate < speech.innovation + speech.loans and speech.code != PIVOT:
        source = _latin_lexicon(speech.lender)[concept]
    for old, new in speech.changes:
        source = source.replace(old, new)
    return source


@cache
def _latin_lexicon(code: str) -> dict[str, str]:
    speech = SPEECHES[code]
    words: dict[str, str] = {}
    vowels = FAMILIES[speech.family][1]
    for concept in CONCEPTS:
        form = _plain_form(speech, concept)
        draws = Draws("distinct", code, concept)
        while form in words.values() or len(form) < 2:
            form += draws.pick(vowels)
        words[concept] = form
    nouns = Draws("conversion-noun", code).shuffled([c for c in CONCEPTS if TAGS[c] == "NOUN"])
    verbs = Draws("conversion-verb", code).shuffled([c for c in CONCEPTS if TAGS[c] == "VERB"])
    for noun, verb in zip(nouns[:_CONVERTED], verbs, strict=False):
        words[verb] = words[noun]
    return words


@cache
def lexicon(code: str) -> dict[str, str]:
    """Concept to its word in the language and script of ``code``."""
    table = SCRIPTS[SPEECHES[code].script]
    return {concept: form.translate(table) for concept, form in _latin_lexicon(code).items()}


def ending(code: str, role: str) -> str:
    """The case ending of a noun in this role, in the language's script; "" when there is none."""
    speech = SPEECHES[code]
    return speech.cases.get(role, "").translate(SCRIPTS[speech.script])
