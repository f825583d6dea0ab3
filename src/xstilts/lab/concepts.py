"""What the world is made of: about 110 concepts with their word class, kind and relations.

A concept is named by an English word for our own reading; no language of the lab uses that word.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("ana", "beno", "karu", "dimi", "elo", "faro")

NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("girl", "boy", "teacher", "doctor", "farmer", "king"),
        "animal": ("dog", "cat", "horse", "bird", "fish"),
        "food": ("apple", "bread", "cake", "egg"),
        "tool": ("knife", "hammer", "axe"),
        "clothing": ("hat", "coat", "shoe"),
        "town": ("house", "school", "market"),
        "wild": ("forest", "river", "field"),
    }
)
"""Category to its members. The category is a noun too, the hypernym of its members."""

TRANSITIVE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "eat": (("person", "animal"), ("food",)),
        "cut": (("person",), ("food",)),
        "buy": (("person",), ("food", "tool", "clothing", "animal")),
        "find": (("person", "animal"), ("food", "tool", "clothing", "animal")),
        "lose": (("person",), ("tool", "clothing", "food")),
        "break": (("person",), ("tool", "egg")),
        "carry": (("person", "animal"), ("food", "tool", "clothing")),
        "wash": (("person",), ("animal", "tool", "clothing")),
        "see": (("person", "animal"), ("person", "animal", "food", "tool", "clothing")),
        "hear": (("person", "animal"), ("person", "animal")),
        "follow": (("person", "animal"), ("person", "animal")),
    }
)
"""Verb to the categories (or single nouns) that can be its subject and its object."""

INTRANSITIVE = ("sleep", "run", "walk", "cry", "laugh", "sing", "fall")

FEELINGS = ("happy", "sad", "tired", "hungry", "angry")
QUALITIES = ("big", "small", "old", "young", "clean", "dirty", "red", "green")
TIMES = ("today", "yesterday", "tonight")
MANNERS = ("quickly", "slowly")
NUMBERS = ("two", "three", "many")

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "big": "large", "happy": "glad", "find": "discover", "see": "watch", "follow": "chase", "quickly": "fast",
        "house": "home", "girl": "lass", "hat": "cap", "sleep": "rest", "laugh": "giggle",
    }
)  # fmt: skip
"""Concept to its other name; both mean the same everywhere."""

SAME = MappingProxyType({**SYNONYMS, **{other: name for name, other in SYNONYMS.items()}})
"""Both ways."""

ANTONYMS: Mapping[str, str] = MappingProxyType(
    {
        "big": "small", "small": "big", "large": "small", "old": "young", "young": "old", "clean": "dirty",
        "dirty": "clean", "happy": "sad", "glad": "sad", "sad": "happy", "quickly": "slowly", "fast": "slowly",
        "slowly": "quickly", "find": "lose", "discover": "lose", "lose": "find", "laugh": "cry", "giggle": "cry",
        "cry": "laugh", "red": "green", "green": "red",
    }
)  # fmt: skip

VERB_HYPERNYMS: Mapping[str, str] = MappingProxyType(
    {"run": "move", "walk": "move", "buy": "get", "find": "get", "discover": "get", "see": "notice",
     "watch": "notice", "hear": "notice"}
)  # fmt: skip

FUNCTION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ADP": ("in",),
        "AUX": ("be",),
        "PART": ("not",),
        "CCONJ": ("and",),
        "SCONJ": ("because", "so"),
        "PRON": ("it", "who", "what"),
        "ADV": ("where", "when", "why", "how"),
        "DET": ("this", "which"),
    }
)

HYPERNYMS: Mapping[str, str] = MappingProxyType(
    {
        **{member: category for category, members in NOUNS.items() for member in members},
        **{SYNONYMS[m]: c for c, members in NOUNS.items() for m in members if m in SYNONYMS},
        **VERB_HYPERNYMS,
    }
)


def _tags() -> dict[str, str]:
    tags = dict.fromkeys(NAMES, "PROPN")
    for category, members in NOUNS.items():
        tags |= dict.fromkeys((category, *members), "NOUN")
    verbs = (*TRANSITIVE, *INTRANSITIVE, *VERB_HYPERNYMS.values())
    tags |= dict.fromkeys(verbs, "VERB") | dict.fromkeys((*FEELINGS, *QUALITIES), "ADJ")
    tags |= dict.fromkeys((*TIMES, *MANNERS), "ADV") | dict.fromkeys(NUMBERS, "NUM")
    tags |= {concept: tag for tag, concepts in FUNCTION.items() for concept in concepts}
    tags |= {other: tags[name] for name, other in SYNONYMS.items()}
    return tags


TAGS: Mapping[str, str] = MappingProxyType(_tags())
"""Every concept to its universal part-of-speech tag."""

CONCEPTS = tuple(TAGS)


def members(category: str) -> tuple[str, ...]:
    """The nouns of a category, or the noun itself."""
    return NOUNS.get(category, (category,))


def siblings(noun: str) -> tuple[str, ...]:
    """Other members of the category of ``noun`` that do not mean the same; empty for names and categories."""
    category = HYPERNYMS.get(noun)
    return tuple(m for m in NOUNS.get(category or "", ()) if m not in (noun, SAME.get(noun)))
