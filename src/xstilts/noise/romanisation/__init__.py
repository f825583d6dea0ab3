"""Words in Latin letters, as people write them without a keyboard of their script.

- ``alphabets``: scripts whose letters stand for sounds one by one.
- ``indic``: scripts of India, whose consonants carry a vowel.
- ``syllables``: Hangul and kana.
- ``choice``: which of them a language has.

Every part maps a word and a style to the word in Latin letters; None where it has a letter that the part does not
know. A style is a number from 0: of the ways to write a letter it chooses the same for the whole word.
"""

from xstilts.noise.romanisation.choice import STYLES, Romanise, romaniser

__all__ = ["STYLES", "Romanise", "romaniser"]
