"""Rules and a model together say whether a source entails a statement; any checkpoint with such labels is a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from entailment_toy import checkpoint
from xstilts.errors import InputError, ModelError
from xstilts.evidence.checks import entailment_model as entailment
from xstilts.evidence.checks.entailed import all_entailed, entailed
from xstilts.literature.text import Section, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

BODY = "We study parrots. Parrots count better after training on nuts. Feeding them in the rain changed nothing at all."
SAID = "Training on nuts makes those birds better counters."


def text(body: str = BODY) -> Text:
    return Text("w", "v1", "abstract", body, (Section("Abstract", 0, len(body)),))


class Says:
    """A model that answers by the passage's first word, and remembers what it was asked."""

    method = "fake 1"

    def __init__(self, **by_word: tuple[float, float, float]) -> None:
        self.by_word, self.asked = by_word, list[tuple[str, str]]()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float, float]]:
        self.asked += pairs
        return [self.by_word.get(passage.split()[0], (0.1, 0.8, 0.1)) for passage, _ in pairs]


@pytest.mark.parametrize(
    ("answer", "verdict", "score"),
    [((0.9, 0.1, 0.0), "yes", 0.9), ((0.1, 0.2, 0.7), "no", 0.7), ((0.3, 0.4, 0.3), "undecided", 0.3)],
)
def test_other_wordings_are_the_models_to_judge(answer: tuple[float, float, float], verdict: str, score: float) -> None:
    found = entailed(SAID, [text()], Says(Parrots=answer))
    assert (found.verdict, found.score) == (verdict, score)
    assert found.evidence[0].text == "Parrots count better after training on nuts."
    assert "fake 1" in found.method


@pytest.mark.parametrize(
    "statement", ["Parrots count worse after training on nuts.", "Parrots do not count better after training on nuts."]
)
def test_a_changed_direction_or_a_denial_is_no_whatever_the_model_says(statement: str) -> None:
    assert entailed(statement, [text()], Says(Parrots=(1.0, 0.0, 0.0))).verdict == "no"


def test_equal_words_are_yes_and_the_model_is_not_asked() -> None:
    model = Says(Parrots=(0.0, 0.0, 1.0))
    found = entailed("We find that parrots count better after training on nuts.", [text()], model)
    assert (found.verdict, found.method, model.asked) == ("yes", "wording 2", [])


def test_nearly_equal_words_are_yes_unless_the_model_is_sure_of_the_contrary() -> None:
    said = "Parrots count far better after training on nuts."
    assert entailed(said, [text()], Says(Parrots=(0.2, 0.0, 0.8))).verdict == "yes"
    assert entailed(said, [text()], Says(Parrots=(0.02, 0.0, 0.98))).verdict == "no"


def test_what_shares_no_word_is_not_found_and_not_asked() -> None:
    model = Says()
    assert entailed("Quantum chromodynamics.", [text()], model).verdict == "not found"
    assert not model.asked


def test_all_statements_are_asked_at_once_and_keep_their_order() -> None:
    model = Says(Parrots=(0.9, 0.1, 0.0))
    statements = ["Nothing is near.", SAID, "Rain changed nothing."]
    together = all_entailed([(one, [text()]) for one in statements], model)
    assert together == [entailed(one, [text()], Says(Parrots=(0.9, 0.1, 0.0))) for one in statements]


@pytest.mark.parametrize("answer", [[], [(0.1, 0.9)]])
def test_a_model_that_answers_otherwise_is_refused(answer: list[tuple[float, float]]) -> None:
    class Wrong:
        method = "wrong"

        def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float, float]]:
            return answer * len(pairs)  # type: ignore[return-value]

    with pytest.raises(InputError, match="three probabilities"):
        entailed(SAID, [text()], Wrong())


PAIRS = [("kala mi", "to"), ("sa " * 60, "kala"), ("to", "mi mi"), ("kala mi", "to")]


def test_a_checkpoint_answers_as_transformers_does_in_our_order_of_labels(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = checkpoint(tmp_path / "m", ["CONTRADICTION", "Entailment", "neutral"])
    found = entailment.load(folder)(PAIRS)
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    for pair, answer in zip(PAIRS, found, strict=True):
        with torch.no_grad():
            no, yes, neutral = torch.softmax(model(**tokenizer(*pair, return_tensors="pt")).logits[0], 0).tolist()
        assert answer == pytest.approx((yes, neutral, no), abs=1e-4)
    assert found[0] == found[3]
    assert len(set(found)) == 3
    assert entailment.load(folder)(PAIRS[:1]) == found[:1]


def test_a_model_of_two_labels_never_says_contradiction(tmp_path: Path) -> None:
    for yes, neutral, no in entailment.load(checkpoint(tmp_path / "m", ["entailment", "not-entailment"]))(PAIRS):
        assert no == 0
        assert yes + neutral == pytest.approx(1, abs=2e-4)


def test_other_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="LABEL_0, LABEL_1, LABEL_2"):
        entailment.load(checkpoint(tmp_path / "m", ["LABEL_0", "LABEL_1", "LABEL_2"]))
    with pytest.raises(ModelError, match="no such directory"):
        entailment.load(tmp_path / "absent")


def test_the_fingerprint_is_of_the_bytes_and_not_of_the_place(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "m", list(entailment.LABELS))
    before = entailment.fingerprint(folder)
    moved = folder.rename(tmp_path / "elsewhere")
    assert entailment.fingerprint(moved) == before
    assert before[:10] in entailment.load(moved).method
    config = json.loads((moved / "config.json").read_text(encoding="utf-8"))
    (moved / "config.json").write_text(json.dumps({**config, "hidden_dropout_prob": 0.2}), encoding="utf-8")
    assert entailment.fingerprint(moved) != before


def test_half_characters_and_no_pairs_are_no_trouble(tmp_path: Path) -> None:
    model = entailment.load(checkpoint(tmp_path / "m", list(entailment.LABELS)))
    assert model([]) == []
    assert len(model([("a\ud800b", "c"), ("", "")])) == 2
