"""Windows and answers as run_squad.py has them; values are those of transformers 4.46.3 for the same vocabulary."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from xstilts.encoding import EncodingOptions, span_qa
from xstilts.encoding.span_qa_alignment import aligned, basic_tokens
from xstilts.encoding.span_qa_run_squad import best_of_n, windows
from xstilts.encoding.word_pieces import pieces_of, words_of

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PIECES = (
    "(", "ice", ")", ".", "'", "s", ",", "The", "pond", "##s", "froze", "in", "Ada", "##lin", "##a", "skate", "##d",
    "there", "until", "noon", "half", "##way", "Who", "when", "?", "湖", "上", "人", "near", "mill", "the", "old",
)  # fmt: skip
CONTEXT = "The ponds froze in  Adalina's (old) mill.\nAda skated there until noon, halfway near the 湖上人 mill ."
QUESTION = "Who skated there ? when ? Who skated"
OPTIONS = EncodingOptions(16, 4, 30, "run_squad", max_question_tokens=5, n_best=20)
HEAD = [2, 27, 20, 21, 22, 29, 3]
TOKENS = [
    [12, 13, 14, 15, 16, 17, 18, 19], [16, 17, 18, 19, 9, 10, 5, 36], [9, 10, 5, 36, 7, 34, 8, 17],
    [7, 34, 8, 17, 20, 21, 22, 23], [20, 21, 22, 23, 24, 11, 25, 26], [24, 11, 25, 26, 33, 35, 30, 31],
    [33, 35, 30, 31, 32, 34, 8],
]  # fmt: skip
WORDS = [
    [0, 1, 1, 2, 3, 4, 4, 4], [3, 4, 4, 4, 4, 4, 5, 5], [4, 4, 5, 5, 5, 6, 6, 7], [5, 6, 6, 7, 8, 8, 9, 10],
    [8, 8, 9, 10, 11, 11, 12, 12], [11, 11, 12, 12, 13, 14, 15, 15], [13, 14, 15, 15, 15, 16, 17],
]  # fmt: skip
INNER = [False, False, True, True, True, True, False, False]


@pytest.fixture(scope="module")
def bert():
    """A cased WordPiece vocabulary with BERT's way of splitting."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {piece: number for number, piece in enumerate((*SPECIAL, *PIECES))}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token=SPECIAL[1]))
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=512, model_input_names=["input_ids", "token_type_ids"],
        **{f"{name}_token": piece for name, piece in names.items()},
    )  # fmt: skip


def question(*answers: tuple[str, int], context: str = CONTEXT) -> dict:
    return {"id": "q", "question": QUESTION, "context": context, "answer_texts": [text for text, _ in answers],
            "answer_starts": [start for _, start in answers]}  # fmt: skip


def peaks(features, window: int, first: int, last: int, null: float = 0) -> list[np.ndarray]:
    """Logits that are 0, but for the null, and 9 at one start and one end."""
    outputs = [np.zeros((2, length), dtype=np.float32) for length in features.lengths]
    for logits in outputs:
        logits[:, 0] = null
    outputs[window][0, first] += 9
    outputs[window][1, last] += 9
    return outputs


def test_windows_step_and_each_token_may_begin_an_answer_where_it_has_most_context(bert, examples) -> None:
    features = span_qa.encode(examples("span_qa", question()), bert, OPTIONS, ())
    assert [ids.tolist() for ids in map(features.ragged("input_ids").__getitem__, range(7))] == [
        [*HEAD, *tokens, 3] for tokens in TOKENS
    ]
    may = [[True] * 4 + INNER[4:], *[INNER] * 5, [False, False, True, True, True, True, True]]
    for row, (words, tokens) in enumerate(zip(WORDS, TOKENS, strict=True)):
        assert features.ragged("word")[row].tolist() == [-1] * 7 + words + [-1]
        may_start = may[row] if row else [True] * 6 + [False] * 2
        assert features.ragged("may_start")[row].tolist() == [False] * 7 + may_start[: len(tokens)] + [False]
        assert features.ragged("token_type_ids")[row].tolist() == [0] * 7 + [1] * (len(tokens) + 1)
    assert features.column("truncated").tolist() == [True] * 7  # the question has 9 tokens


@pytest.mark.parametrize(
    ("answer", "start", "labels"),
    [
        ("Ada", 42, [(0, 0), (0, 0), (14, 14), (10, 10), (0, 0), (0, 0), (0, 0)]),
        ("old", 31, [(0, 0), (14, 14), (10, 10), (0, 0), (0, 0), (0, 0), (0, 0)]),
        ("Adalina", 20, [(12, 14), (8, 10), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]),
        ("until noon", 59, [(0, 0), (0, 0), (0, 0), (0, 0), (10, 11), (0, 0), (0, 0)]),
        ("湖上", CONTEXT.index("湖"), [(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (13, 14), (9, 10)]),
        ("mill.\nAda", 36, [(0, 0), (0, 0), (12, 14), (8, 10), (0, 0), (0, 0), (0, 0)]),
    ],
)
def test_gold_is_the_answers_own_tokens_among_those_of_its_words(bert, examples, answer, start, labels) -> None:
    assert CONTEXT[start : start + len(answer)] == answer
    features = span_qa.encode(examples("span_qa", question((answer, start))), bert, OPTIONS, ())
    assert list(zip(features.column("start").tolist(), features.column("end").tolist(), strict=True)) == labels


@pytest.mark.parametrize(
    ("window", "first", "last", "answer"),
    [
        (0, 8, 8, "pond"), (0, 9, 12, "ponds froze in Adalina's"), (0, 11, 13, "in Adalin"), (1, 9, 9, "Adalina's"),
        (1, 11, 12, "'s"), (1, 12, 14, "s (old"), (2, 9, 12, "(old) mill"), (2, 11, 14, ") mill. Ada"),
        (3, 11, 11, "skate"), (4, 10, 12, "until noon,"), (4, 12, 14, ", halfway"), (5, 11, 14, "near the 湖上"),
        (6, 9, 9, "湖"), (6, 9, 11, "湖上人"), (6, 10, 13, "上人 mill ."), (6, 13, 13, "."),
    ],
)  # fmt: skip
def test_pieces_are_aligned_with_the_words_or_become_whole_words(bert, examples, window, first, last, answer) -> None:
    rows = examples("span_qa", question())
    features = span_qa.encode(rows, bert, OPTIONS, ())
    table = span_qa.decode(rows, features, peaks(features, window, first, last), OPTIONS, ()).to_pylist()
    assert [(row["prediction"], row["score"]) for row in table] == [(answer, 18)]


def test_where_a_token_has_less_context_no_answer_begins(bert, examples) -> None:
    rows = examples("span_qa", question())
    features = span_qa.encode(rows, bert, OPTIONS, ())
    outputs = peaks(features, 1, 7, 7)  # "in" has most context in window 0
    table = span_qa.decode(rows, features, outputs, OPTIONS, ()).to_pylist()
    assert [(row["prediction"], row["score"]) for row in table] == [("The", 0)]


def test_the_answer_can_be_the_text_of_its_tokens(bert, examples) -> None:
    rows = examples("span_qa", question())
    features = span_qa.encode(rows, bert, OPTIONS, ())
    options = EncodingOptions(16, 4, 30, "run_squad", max_question_tokens=5, n_best=20, token_answers=True)
    table = span_qa.decode(rows, features, peaks(features, 6, 9, 11), options, ())
    assert table.column("prediction").to_pylist() == ["湖 上 人"]


def test_without_a_valid_span_the_word_is_empty_and_without_a_context_too(bert, examples) -> None:
    rows = examples("span_qa", question(), question(context=" \n"))
    features = span_qa.encode(rows, bert, OPTIONS, ())
    assert features.items == [*(f"q#{number}" for number in range(7)), "q#0"]
    only = EncodingOptions(16, 4, 30, "run_squad", max_question_tokens=5, n_best=1)
    outputs = [np.zeros((2, length), dtype=np.float32) for length in features.lengths]  # the best start is [CLS]
    table = span_qa.decode(rows, features, outputs, only, ())
    assert table.column("prediction").to_pylist() == ["empty", "empty"]
    assert table.column("score").to_pylist() == [0, 0]


def test_the_null_is_weighed_against_the_best_span(bert, examples) -> None:
    rows = examples("span_qa", question())
    features = span_qa.encode(rows, bert, OPTIONS, ())
    said = {}
    for null in (8.5, 9.0, 9.5):
        outputs = peaks(features, 4, 10, 11, null)
        table = span_qa.with_null(span_qa.decode(rows, features, outputs, OPTIONS, ()), features, outputs)
        said[null] = table.select(["prediction", "span", "null_score"]).to_pylist()[0]
    assert said[8.5] == {"prediction": "until noon", "span": "until noon", "null_score": -1}
    assert said[9.0] == {"prediction": "until noon", "span": "until noon", "null_score": 0}
    assert said[9.5] == {"prediction": "", "span": "until noon", "null_score": 1}


@pytest.mark.parametrize("rule", ["run_squad", "overlap"])
def test_no_answer_has_more_tokens_than_the_options_say(bert, examples, rule: str) -> None:
    rows = examples("span_qa", question())
    for longest, answer in ((2, "until noon"), (1, "noon")):
        options = EncodingOptions(64, 16, longest, rule)
        features = span_qa.encode(rows, bert, options, ())
        ids, outputs = features.ragged("input_ids")[0].tolist(), [np.full((2, features.lengths[0]), -9.0)]
        until, noon = ids.index(23), ids.index(24)
        outputs[0][0, [until, noon]] = 9, 8
        outputs[0][1, noon] = 9
        assert span_qa.decode(rows, features, outputs, options, ()).column("prediction").to_pylist() == [answer]


def test_the_best_of_n_are_counted_before_the_invalid_ones_go() -> None:
    everywhere = np.ones(4, dtype=bool)
    context = np.array([False, True, True, True])
    logits = np.array([[9, 1, 3, 2], [9, 8, 1, 2]], dtype=np.float32)
    by = {n: best_of_n(logits, context, context, EncodingOptions(n_best=n)) for n in (1, 2, 3, 4)}
    assert by == {1: None, 2: None, 3: (2, 3, 5.0), 4: (1, 1, 9.0)}
    even = np.zeros((2, 4), dtype=np.float32)
    assert best_of_n(even, everywhere, context, EncodingOptions(max_answer_tokens=1)) == (1, 1, 0.0)


def test_windows_touch_where_the_step_is_as_long_as_the_room() -> None:
    assert [(one.first, one.stop) for one in windows(10, 4, 4)] == [(0, 4), (4, 8), (8, 10)]
    assert [(one.first, one.stop) for one in windows(8, 4, 4)] == [(0, 4), (4, 8)]
    assert [(one.first, one.stop) for one in windows(0, 4, 2)] == [(0, 0)]
    # token 2 has nothing beside it in both windows: the earlier one has it
    assert [one.may_start.tolist() for one in windows(5, 3, 2)] == [[True, True, True], [False, True, True]]


def test_a_longer_window_counts_a_hundredth_of_its_length() -> None:
    # token 299: at the end of 300 tokens 0 + 3, and after one of 12 tokens 1 + 0.12
    first, second = windows(310, 300, 298)
    assert (len(second.may_start), first.may_start[299], second.may_start[1]) == (12, True, False)


def test_blanks_around_a_question_and_between_its_words_are_no_tokens(tokenizer, examples) -> None:
    said = EncodingOptions(32, 8, 30, "run_squad")
    rows = [{**question(context="red"), "question": text} for text in ("red bed", " red \u00a0bed\n")]
    features = span_qa.encode(examples("span_qa", *rows), tokenizer, said, ())
    first, second = (features.ragged("input_ids")[row].tolist() for row in range(2))
    assert first == second


def test_words_are_what_stands_between_five_blanks() -> None:
    text = "a\u00a0b c\td\u202fe\r\nf\u3000g"
    assert [text[first:stop] for first, stop in words_of(text)] == ["a\u00a0b", "c", "d", "e", "f\u3000g"]


@pytest.mark.parametrize(
    ("said", "original", "answer"),
    [
        ("steve smith", "Steve Smith's", "Steve Smith's"),  # cased: not found
        ("Steve Smith", "Steve Smith's", "Steve Smith"),
        ("Smith's", "Steve Smith's", "Steve Smith's"),  # there it is Smith ' s
        ("Cafe", "Cafe\u0301 do Mar", "Cafe"),  # found as letters go
        ("Caf\u00e9", "Cafe\u0301 do Mar", "Cafe\u0301 do Mar"),
        ("Mar", "Cafe\u0301 do\u00ad Mar", "Cafe\u0301 do\u00ad Mar"),  # the soft hyphen is dropped: not as many
        ("12", "12½", "12"), ("", "a b", "a b"), ("", "(a)", "(a)"), ("b", "a, b!", "b"),
        ("北京", "在北京大", "在北京大"),
    ],
)  # fmt: skip
def test_alignment(said: str, original: str, answer: str) -> None:
    assert aligned(said, original) == answer


def test_basic_tokens_are_berts() -> None:
    assert basic_tokens("a\u00a0b-c «d» 北京\u200bx $5 e\u0301") == [
        "a", "b", "-", "c", "«", "d", "»", "北", "京", "x", "$", "5", "e\u0301",
    ]  # fmt: skip


def test_pieces_say_what_they_add_to_a_text(tokenizer, typed_tokenizer, bert) -> None:
    def text(made, word: str) -> bytes:
        return b"".join(piece.text for piece in pieces_of(made, [word])[word])

    assert text(bert, "Adalina's") == b" Ada\xfflin\xffa ' s"  # 0xff: goes on with the word before
    assert text(tokenizer, "red北京") == " red北京".encode()
    assert text(typed_tokenizer, "w1 w2") == b" w1 w2"
    assert [piece.unknown for piece in pieces_of(bert, ["Ada zzz"])["Ada zzz"]] == ["", "zzz"]


def test_bytes_of_one_letter_come_together_again() -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE({letter: number for number, letter in enumerate(letters)}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    pieces = pieces_of(PreTrainedTokenizerFast(tokenizer_object=made), ["Žä湖"])["Žä湖"]
    assert len(pieces) == 1 + 2 + 2 + 3
    assert b"".join(piece.text for piece in pieces).decode() == " Žä湖"


def test_an_ideograph_of_the_blocks_that_bert_knows_is_a_word_and_other_letters_are_of_one() -> None:
    # BERT's tokenizer (google-research/bert:tokenization.py) knows extensions A to E, and the compatibility ideographs
    named = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")
    letters = [chr(code) for code in (*range(0x2CEB0), *range(0x2F800, 0x2FA20)) if chr(code).isalpha()]
    known = [letter for letter in letters if unicodedata.name(letter, "").startswith(named)]
    assert (known[0], known[-1]) == ("\u3400", "\U0002fa1d")
    assert set(basic_tokens("a".join(known))) == {"a", *known}
    edges = {chr(ord(letter) + step) for letter in known for step in (-1, 1)} - set(known)
    others = sorted(edge for edge in edges if edge.isalpha())
    assert others
    assert basic_tokens("".join(others)) == ["".join(others)]
