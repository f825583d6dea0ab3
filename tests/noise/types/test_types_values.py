"""What each noise makes of a text at one place by one draw, worked out by hand."""

from __future__ import annotations

import pytest

from xstilts.noise import NOISES, applied, way_of

WORDS = {"their": ["thier", "there"], "book": ["livre", "le livre"], "好": ["很好"], "书本": ["册"], "书": ["本"]}

VALUES = [
    ("casing", "en", "The Cat", 4, 0.5, "The cat"),
    ("casing", "en", "The Cat", 0, 0.85, "THE Cat"),
    ("casing", "en", "The Cat", 4, 0.95, "The cat"),  # a letter turned; 0.95 * 4096 leaves 0.2: the first of three
    ("casing", "en", "sun", 0, 0.5, "SUN"),
    ("casing", "en", "sun", 0, 0.95, "Sun"),
    ("casing", "tr", "Irmak", 0, 0.5, "ırmak"),
    ("casing", "tr", "izmir", 0, 0.5, "İZMİR"),
    ("casing", "el", "ΝΑΙ", 0, 0.5, "ναι"),
    ("punctuation", "en", "Yes, I do.", 3, 0.4, "Yes I do."),
    ("punctuation", "en", "Yes, I do.", 3, 0.6, "Yes,, I do."),
    ("punctuation", "en", "Yes, I do.", 3, 0.9, "Yes: I do."),  # 0.9 * 4096 leaves 0.4: the third of .;:!?
    ("punctuation", "en", "Yes, I do.", 6, 0.2, "Yes, I, do."),  # the second of .,;:!?
    ("punctuation", "hi", "हाँ।", 3, 0.6, "हाँ।।"),
    ("punctuation", "zh", "好书", 1, 0.0, "好。书"),
    ("punctuation", "en", "a ... b", 3, 0.4, None),  # no word is left beside it
    ("diacritics", "fr", "été", 0, 0.5, "eté"),
    ("diacritics", "vi", "ệ", 0, 0.0, "ê"),
    ("diacritics", "vi", "ệ", 0, 0.0002, "ẹ"),  # 0.0002 * 4096 = 0.8: the second mark
    ("diacritics", "pl", "miły", 2, 0.5, "mily"),
    ("diacritics", "hi", "कि", 1, 0.5, "क"),
    ("diacritics", "ar", "أنا", 0, 0.5, "انا"),
    ("spacing", "en", "a cat sat", 1, 0.5, "acat sat"),
    ("spacing", "en", "a cat sat", 1, 0.7, "a  cat sat"),
    ("spacing", "en", "a cat sat", 2, 0.5, "a c at sat"),  # 0.5 * 4096 leaves 0: after the first letter
    ("spacing", "zh", "好书", 0, 0.5, "好 书"),
    ("spacing", "fa", "می\u200cروم", 2, 0.5, "میروم"),
    ("spacing", "fa", "می\u200cروم", 2, 0.7, "می روم"),
    ("homoglyph", "en", "A", 0, 0.0, "Α"),  # of Greek
    ("homoglyph", "en", "A", 0, 0.5, "Ａ"),  # of the full width
    ("homoglyph", "en", "3", 0, 0.5, None),
    ("romanised", "ru", "Мир", 0, 0.0, "Mir"),
    ("romanised", "ru", "ХОРОШО", 0, 0.0, "KHOROSHO"),
    ("romanised", "ru", "хорошо", 0, 0.2, "horowo"),  # the second style: Translit
    ("romanised", "el", "και", 0, 0.0, "kai"),
    ("romanised", "hi", "किताब", 0, 0.0, "kitab"),
    ("romanised", "hi", "नमस्ते", 0, 0.0, "namaste"),
    ("romanised", "ar", "كتاب", 0, 0.0, "ktab"),
    ("romanised", "ko", "한국", 0, 0.0, "hanguk"),
    ("romanised", "ja", "きって", 0, 0.0, "kitte"),
    ("romanised", "ka", "გამარჯობა", 0, 0.0, "gamarjoba"),
    ("speech", "en", "Bad.", 0, 0.5, "bad."),
    ("speech", "en", "Bad.", 3, 0.5, "Bad"),
    ("speech", "en", "bad", 0, 0.0, "pad"),
    ("speech", "en", "bad", 0, 0.9, "bat"),
    ("speech", "ko", "바다", 0, 0.0, "파다"),
    ("word-drop", "en", "one two three", 4, 0.5, "one three"),
    ("word-repeat", "en", "one two three", 4, 0.5, "one two two three"),
    ("word-repeat", "zh", "好书", 0, 0.5, "好好书"),
    ("word-swap", "en", "one two, three", 0, 0.5, "two one, three"),
    ("word-swap", "en", "one", 0, 0.5, None),
    ("misspelling", "en", "Their house", 0, 0.0, "Thier house"),
    ("misspelling", "en", "THEIR house", 0, 0.9, "THERE house"),
    ("misspelling", "en", "a house", 2, 0.5, None),
    ("code-switch", "fr", "a book", 2, 0.9, "a livre"),  # a form with a blank would be two words
    ("code-switch", "zh", "书本好", 0, 0.5, "册好"),  # the longest word counts
]


@pytest.mark.parametrize(("name", "language", "text", "place", "draw", "noisy"), VALUES)
def test_one_edit(name: str, language: str, text: str, place: int, draw: float, noisy: str | None) -> None:
    noise = NOISES.get(name)
    edit = way_of(noise, language, WORDS if noise.dictionary else {}).edit(text, place, draw)
    assert (None if edit is None else applied(text, [edit])) == noisy


def test_every_noise_has_a_value_here_or_a_file_of_its_own() -> None:
    assert {*NOISES.names()} - {value[0] for value in VALUES} == {"typo", "multypo", "ocr"}
