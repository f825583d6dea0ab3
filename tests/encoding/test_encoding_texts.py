"""Classification, multiple choice and masked LM: what becomes of texts and of logits."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.encoding import ENCODINGS, IGNORED, EncodingOptions, TokenizerFacts, masked_lm
from xstilts.errors import DataError, InputError, ModelError

CLASSIFICATION, CHOICE, MASKED = (ENCODINGS.get(kind) for kind in ("classification", "multiple_choice", "masked_lm"))
LABELS = ("no", "yes", "maybe")


def pair(name: str, text: str, second: str = "", label: str | None = "yes") -> dict:
    return {"id": name, "text": text, "text_pair": second, "label": label}


def test_pairs_and_single_texts_follow_the_tokenizers_templates(typed_tokenizer, examples) -> None:
    data = examples("classification", pair("a", "w0 w1", "w2"), pair("b", "w3", label=None), pair("c", "", "w4"))
    features = CLASSIFICATION.encode(data, typed_tokenizer, EncodingOptions(), LABELS)
    assert features.items == ["a", "b", "c"]
    assert features.table.column("input_ids").to_pylist() == [[1, 5, 6, 2, 7, 2], [1, 8, 2], [1, 2, 9, 2]]
    assert features.table.column("token_type_ids").to_pylist() == [[0, 0, 0, 0, 1, 1], [0, 0, 0], [0, 0, 1, 1]]
    assert features.column("label").tolist() == [1, IGNORED, 1]
    batch = CLASSIFICATION.collate(features, np.array([1, 0]), 0)
    assert batch["input_ids"].tolist() == [[1, 8, 2, 0, 0, 0], [1, 5, 6, 2, 7, 2]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0, 0, 0], [1] * 6]
    assert batch["token_type_ids"].tolist() == [[0] * 6, [0, 0, 0, 0, 1, 1]]
    assert batch["labels"].tolist() == [IGNORED, 1]


def test_too_long_pairs_are_cut_at_the_longer_text_and_counted(typed_tokenizer, examples) -> None:
    data = examples("classification", pair("a", "w0 " * 9, "w1 w2"), pair("b", "w0", "w1"))
    features = CLASSIFICATION.encode(data, typed_tokenizer, EncodingOptions(max_length=8), LABELS)
    assert features.column("truncated").tolist() == [True, False]
    assert features.ragged("input_ids")[0].tolist() == [1, 5, 5, 5, 2, 6, 7, 2]
    assert features.lengths.tolist() == [8, 5]


def test_more_examples_than_one_chunk_keep_their_order(typed_tokenizer, examples) -> None:
    data = examples("classification", *(pair(f"e{i}", f"w{i % 20}", label=LABELS[i % 3]) for i in range(4100)))
    features = CLASSIFICATION.encode(data.select(range(4099, -1, -1)), typed_tokenizer, EncodingOptions(), LABELS)
    assert features.items == [f"e{i}" for i in range(4099, -1, -1)]
    assert (features.column("example") == np.arange(4100)).all()
    assert features.ragged("input_ids")[7][1] == 5 + 4092 % 20


def test_a_label_outside_the_set_names_the_example(typed_tokenizer, examples) -> None:
    with pytest.raises(DataError, match=r"'b' has the label 'perhaps'.*no, yes, maybe"):
        CLASSIFICATION.encode(
            examples("classification", pair("a", "w0"), pair("b", "w1", label="perhaps")),
            typed_tokenizer, EncodingOptions(), LABELS,
        )  # fmt: skip


def test_the_likeliest_label_wins_with_its_probabilities(typed_tokenizer, examples) -> None:
    data = examples("classification", pair("a", "w0"), pair("b", "w1", label=None))
    features = CLASSIFICATION.encode(data, typed_tokenizer, EncodingOptions(), LABELS)
    logits = [np.log(np.array([1, 2, 1], dtype=np.float32)), np.array([1000, 1000, 0], dtype=np.float32)]
    table = CLASSIFICATION.decode(data, features, logits, EncodingOptions(), LABELS).to_pylist()
    assert [row["prediction"] for row in table] == ["yes", "no"]
    assert [row["gold"] for row in table] == ["yes", None]
    assert table[0]["scores"] == [0.25, 0.5, 0.25]
    assert table[1]["scores"] == [0.5, 0.5, 0]


def choice(name: str, choices: list[str], label: int | None = 0) -> dict:
    return {"id": name, "context": "w1 w2", "question": "w3", "choices": choices, "label": label}


def test_each_choice_is_read_after_context_and_question(typed_tokenizer, examples) -> None:
    data = examples("multiple_choice", choice("a", ["w4", "w5 w6"]), choice("b", ["w7", "w8"], None))
    features = CHOICE.encode(data, typed_tokenizer, EncodingOptions(max_length=8), ())
    assert features.table.column("input_ids").to_pylist()[0] == [[1, 6, 7, 2, 8, 9, 2], [1, 6, 7, 2, 8, 10, 11, 2]]
    assert features.lengths.tolist() == [16, 14]
    batch = CHOICE.collate(features, np.array([1, 0, 1]), 0)
    assert batch["input_ids"].shape == batch["token_type_ids"].shape == (3, 2, 8)
    assert batch["input_ids"][0, 1].tolist() == [1, 6, 7, 2, 8, 13, 2, 0]
    assert batch["attention_mask"].sum(dim=2).tolist() == [[7, 7], [7, 8], [7, 7]]
    assert batch["labels"].tolist() == [IGNORED, 0, IGNORED]
    logits = [np.array([0.0, 1.0]), np.array([2.0, 2.0])]
    table = CHOICE.decode(data, features, logits, EncodingOptions(), ()).to_pylist()
    assert [(row["gold"], row["prediction"]) for row in table] == [(0, 1), (None, 0)]


def test_one_cut_choice_marks_the_item(typed_tokenizer, examples) -> None:
    data = examples("multiple_choice", choice("a", ["w4", "w5 " * 9]), choice("b", ["w7", "w8"]))
    features = CHOICE.encode(data, typed_tokenizer, EncodingOptions(max_length=9), ())
    assert features.column("truncated").tolist() == [True, False]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (choice("b", ["w1"]), "'b' has 1 choices, others have 2"),
        (choice("b", ["w1", "w2"], 2), "'b' has the label 2.*0, 1"),
    ],
)
def test_unequal_choices_and_labels_that_are_none_are_refused(row, message, typed_tokenizer, examples) -> None:
    with pytest.raises(DataError, match=message):
        CHOICE.encode(
            examples("multiple_choice", choice("a", ["w4", "w5"]), row), typed_tokenizer, EncodingOptions(), ()
        )


def lines(examples, n: int = 40, words: int = 30):
    rows = ({"id": f"l{i}", "text": f"w{i % 20} " * words, "text_pair": "w1 w2" if i % 2 else ""} for i in range(n))
    return examples("masked_lm", *rows)


def masked(tokenizer, examples, rows, seed=1, epoch=0, probability=0.15):
    features = MASKED.encode(lines(examples), tokenizer, EncodingOptions(max_length=64), ())
    batch = MASKED.collate(features, rows, 0)
    return batch, masked_lm.mask(
        batch, features, rows, TokenizerFacts.of(tokenizer), masked_lm.Masking(seed, epoch, probability)
    )


def test_masks_touch_no_special_token_and_keep_the_truth_in_the_labels(typed_tokenizer, examples) -> None:
    rows = np.arange(40)
    before, after = masked(typed_tokenizer, examples, rows, probability=0.5)
    chosen = after["labels"] != IGNORED
    assert (after["labels"][chosen] == before["input_ids"][chosen]).all()
    assert (after["input_ids"][~chosen] == before["input_ids"][~chosen]).all()
    assert not (chosen & (before["input_ids"] < 5)).any()
    assert after["attention_mask"] is before["attention_mask"]


def test_80_percent_become_the_mask_10_a_random_token_10_stay(typed_tokenizer, examples) -> None:
    chosen = content = replaced = kept = 0
    for epoch in range(30):
        before, after = masked(typed_tokenizer, examples, np.arange(40), epoch=epoch, probability=0.3)
        hit = after["labels"] != IGNORED
        content += int((before["input_ids"] >= 5).sum())
        chosen += int(hit.sum())
        kept += int((hit & (after["input_ids"] == before["input_ids"])).sum())
        replaced += int((hit & (after["input_ids"] != 4)).sum())
    assert chosen / content == pytest.approx(0.3, abs=0.01)
    # a random token is the old one, or the mask, once in 25 times
    assert kept / chosen == pytest.approx(0.1 + 0.1 / 25, abs=0.01)
    assert replaced / chosen == pytest.approx(0.2 - 0.1 / 25, abs=0.01)


def test_masks_depend_on_seed_epoch_and_item_alone(typed_tokenizer, examples) -> None:
    _, one = masked(typed_tokenizer, examples, np.array([3, 5]))
    _, two = masked(typed_tokenizer, examples, np.array([0, 5, 8, 3]))
    width = one["labels"].shape[1]
    assert (one["labels"][0] == two["labels"][3, :width]).all()
    assert (one["input_ids"][1] == two["input_ids"][1, :width]).all()
    for change in ({"seed": 2}, {"epoch": 1}):
        assert (masked(typed_tokenizer, examples, np.array([3, 5]), **change)[1]["labels"] != one["labels"]).any()


def test_masking_asks_for_a_mask_token_and_a_share(typed_tokenizer, examples) -> None:
    features = MASKED.encode(lines(examples), typed_tokenizer, EncodingOptions(max_length=64), ())
    rows = np.array([0])
    batch, facts = MASKED.collate(features, rows, 0), TokenizerFacts(0, 25, None, ())
    with pytest.raises(ModelError, match="mask token"):
        masked_lm.mask(batch, features, rows, facts)
    with pytest.raises(InputError, match="mlm_probability"):
        masked_lm.Masking(probability=0.0)


def test_long_lines_are_cut_and_losses_listed(typed_tokenizer, examples) -> None:
    data = lines(examples, n=2)
    features = MASKED.encode(data, typed_tokenizer, EncodingOptions(max_length=33), ())
    assert features.column("truncated").tolist() == [False, True]
    table = MASKED.decode(data, features, [np.array([2.5, 3]), np.array([0.0, 0])], EncodingOptions(), ()).to_pylist()
    assert [(row["loss_sum"], row["n_tokens"], row["gold"]) for row in table] == [(2.5, 3, ""), (0, 0, "")]
