"""The lab's tokenizer: reproducible, XLM-R's template, no unknown piece in any language."""

from __future__ import annotations

import pytest

from xstilts import lab
from xstilts.lab.tokenizer import MAX_LENGTH, VOCABULARY, train_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer()


def test_training_again_gives_the_same_tokenizer(tokenizer) -> None:
    assert train_tokenizer().backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()


def test_pairs_are_written_as_xlm_r_writes_them(tokenizer) -> None:
    first, second = tokenizer("ana")["input_ids"][1:-1], tokenizer("beno")["input_ids"][1:-1]
    assert tokenizer("ana", "beno")["input_ids"] == [0, *first, 2, 2, *second, 2]
    assert tokenizer.pad_token_id == 1
    assert (tokenizer.unk_token_id, tokenizer.mask_token_id) == (3, 4)
    assert len(tokenizer) == VOCABULARY


@pytest.mark.parametrize("language", lab.LANGUAGES)
def test_every_language_is_cut_into_known_pieces_that_fit(tokenizer, language: str) -> None:
    for row in lab.examples("xquad", language, "test")[:100]:
        ids = tokenizer(row["question"], row["context"])["input_ids"]
        assert 3 not in ids
        assert len(ids) <= MAX_LENGTH


def test_the_unseen_language_is_cut_into_more_pieces_than_its_relative(tokenizer) -> None:
    def pieces(language: str) -> int:
        return sum(len(tokenizer(row["text"])["input_ids"]) for row in lab.examples("xnli", language, "test"))

    assert pieces("qbc") > 1.3 * pieces("qba")


def test_offsets_point_at_characters_of_the_text(tokenizer) -> None:
    text = lab.examples("xnli", "qda", "test")[0]["text"]
    coded = tokenizer(text, return_offsets_mapping=True)
    joined = "".join(text[start:end] for start, end in coded["offset_mapping"])
    assert joined.replace(" ", "") == text.replace(" ", "")


def test_the_packaged_tokenizer_is_the_trained_one(tokenizer, tmp_path) -> None:
    tokenizer.save_pretrained(str(tmp_path))
    packaged = lab.tokenizer_folder()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (packaged / name).read_bytes() == (tmp_path / name).read_bytes()
