"""Forward passes: the same answers as one example at a time, in the order of the examples, from any kind of head."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import evaluation
from xstilts.encoding import ENCODINGS, EncodingOptions, masked_lm
from xstilts.errors import InputError, RunError, UnknownNameError
from xstilts.evaluation import EncodedSplit, Request, Resources, Scoring
from xstilts.evaluation.batches import batches, vocabulary_budget
from xstilts.models.heads import attach_head
from xstilts.tasks.base import Kind

LABELS = ("no", "yes", "maybe")
OPTIONS = EncodingOptions(max_length=24, stride=6)


def words(seed: int, count: int) -> str:
    return " ".join(f"w{number}" for number in np.random.default_rng(seed).integers(0, 40, count))


ROWS = {
    Kind.CLASSIFICATION: [
        {"id": f"c{n}", "text": words(n, 1 + n % 7), "text_pair": words(-n - 1 + 99, n % 3), "label": LABELS[n % 3]}
        for n in range(23)
    ],
    Kind.MULTIPLE_CHOICE: [
        {"id": f"m{n}", "context": words(n, n), "question": "w1", "choices": [words(n + 50, 2), "w3"], "label": n % 2}
        for n in range(9)
    ],
    Kind.TAGGING: [
        {"id": f"t{n}", "tokens": words(n, 1 + n * 3).split(), "tags": [LABELS[n % 3]] * (1 + n * 3)} for n in range(11)
    ],
    Kind.SPAN_QA: [
        {"id": f"q{n}", "question": "w2 w3", "context": words(n, 1 + 9 * n), "answer_texts": [words(n, 1)],
         "answer_starts": [0]}
        for n in range(7)
    ],
}  # fmt: skip


def model_for(encoder, kind):
    return attach_head(encoder, kind, LABELS if kind in {Kind.CLASSIFICATION, Kind.TAGGING} else (), seed=5).eval()


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), max_size=60), st.integers(1, 200))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    found = list(batches(np.array(lengths, dtype=np.int32), budget))
    assert sorted(row for rows in found for row in rows.tolist()) == list(range(len(lengths)))
    for rows in found:
        assert len(rows) == 1 or len(rows) * max(lengths[row] for row in rows) <= budget


def test_large_vocabularies_make_small_batches() -> None:
    assert vocabulary_budget(250_002) * 250_002 <= 2**27
    assert vocabulary_budget(2_000) == 8192


@pytest.mark.parametrize("kind", list(ROWS))
def test_batched_outputs_are_those_of_each_item_alone(kind, encoder, encoded, facts) -> None:
    import torch

    _, features = encoded(kind, ROWS[kind], OPTIONS, LABELS)
    model = model_for(encoder, kind)
    outputs = evaluation.forward(model, kind, features, facts)
    assert len(outputs) == len(features)
    for row, output in enumerate(outputs):
        batch = ENCODINGS.get(kind).collate(features, np.array([row]), facts.pad_id)
        inputs = {name: tensor for name, tensor in batch.items() if name in {"input_ids", "attention_mask"}}
        with torch.inference_mode():
            said = model(**inputs)
        alone = torch.stack([said.start_logits[0], said.end_logits[0]]) if kind == Kind.SPAN_QA else said.logits[0]
        assert output.shape == tuple(alone.shape)
        assert np.allclose(output, alone.numpy(), atol=1e-5)


@pytest.mark.parametrize("kind", list(ROWS))
def test_predictions_are_in_order_repeatable_and_leave_the_mode_alone(kind, encoder, encoded, facts) -> None:
    examples, features = encoded(kind, ROWS[kind], OPTIONS, LABELS)
    model = model_for(encoder, kind).train()
    steps = []
    arguments = (model, Request(kind, LABELS), EncodedSplit(examples, features, OPTIONS), facts)
    table = evaluation.predict(*arguments, Resources(progress=lambda done, total: steps.append((done, total))))
    assert table.column("id").to_pylist() == [row["id"] for row in ROWS[kind]]
    assert table.equals(evaluation.predict(*arguments))
    assert model.training
    assert steps[-1] == (len(features), len(features))
    scores = evaluation.score(
        table, Scoring(kind, ["accuracy"] if kind != Kind.SPAN_QA else ["f1", "exact_match"], LABELS)
    )
    assert all(0 <= row["value"] <= 100 and row["n"] == len(ROWS[kind]) for row in scores)


def test_masked_lm_loss_is_that_of_the_masks_of_seed_and_epoch_zero(encoder, encoded, facts) -> None:
    import torch

    rows = [{"id": f"l{n}", "text": words(n, 3 + n), "text_pair": ""} for n in range(9)]
    examples, features = encoded(Kind.MASKED_LM, rows, OPTIONS)
    model = attach_head(encoder, Kind.MASKED_LM, (), seed=5)
    table = evaluation.predict(model, Request(Kind.MASKED_LM), EncodedSplit(examples, features, OPTIONS), facts)
    everything = np.arange(len(rows))
    batch = masked_lm.collate(features, everything, facts.pad_id)
    batch = masked_lm.mask(batch, features, everything, facts)
    with torch.inference_mode():
        logits = model.eval()(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten(), reduction="none")
    expected = loss.view(batch["labels"].shape).sum(dim=1)
    assert np.allclose(table.column("loss_sum"), expected.numpy(), atol=1e-4)
    assert table.column("n_tokens").to_pylist() == (batch["labels"] >= 0).sum(dim=1).tolist()
    score = evaluation.score(table, Scoring(Kind.MASKED_LM, ["perplexity"]))[0]
    assert score["value"] == pytest.approx(float((expected.sum() / (batch["labels"] >= 0).sum()).exp()), rel=1e-4)
    assert evaluation.headline(table, Scoring(Kind.MASKED_LM, ["perplexity"])) == -score["value"]


def test_an_output_that_is_no_number_names_the_example(encoder, encoded, facts) -> None:
    import torch

    examples, features = encoded(Kind.CLASSIFICATION, ROWS[Kind.CLASSIFICATION], OPTIONS, LABELS)
    model = model_for(encoder, Kind.CLASSIFICATION)
    with torch.no_grad():
        model.classifier.out_proj.bias.fill_(float("nan"))
    with pytest.raises(RunError, match=r"output for 'c\d+' is not finite"):
        evaluation.predict(
            model, Request(Kind.CLASSIFICATION, LABELS), EncodedSplit(examples, features, OPTIONS), facts
        )


def test_features_of_other_examples_are_refused(encoder, encoded, facts) -> None:
    examples, features = encoded(Kind.CLASSIFICATION, ROWS[Kind.CLASSIFICATION], OPTIONS, LABELS)
    with pytest.raises(InputError, match="only 3"):
        model = model_for(encoder, Kind.CLASSIFICATION)
        evaluation.predict(
            model, Request(Kind.CLASSIFICATION, LABELS), EncodedSplit(examples.select([0, 1, 2]), features), facts
        )


def test_scores_carry_their_chance_and_refuse_what_has_no_gold(encoder, encoded, facts) -> None:
    rows = [{**row, "label": None} for row in ROWS[Kind.CLASSIFICATION]]
    model = model_for(encoder, Kind.CLASSIFICATION)
    for given_rows, labelled in ((ROWS[Kind.CLASSIFICATION], True), (rows, False)):
        examples, features = encoded(Kind.CLASSIFICATION, given_rows, OPTIONS, LABELS)
        table = evaluation.predict(
            model, Request(Kind.CLASSIFICATION, LABELS), EncodedSplit(examples, features, OPTIONS), facts
        )
        if labelled:
            assert evaluation.score(table, Scoring("classification", ["accuracy"], LABELS))[0]["chance"] == 100 / 3
            with pytest.raises(UnknownNameError):
                evaluation.score(table, Scoring("classification", ["mrr@20"], LABELS))
        else:
            with pytest.raises(InputError, match="'c0' has no gold"):
                evaluation.score(table, Scoring("classification", ["accuracy"], LABELS))


def test_a_language_is_read_right_before_it_is_answered(encoder, encoded, facts) -> None:
    part = EncodedSplit(*encoded(Kind.CLASSIFICATION, ROWS[Kind.CLASSIFICATION], OPTIONS, LABELS), OPTIONS)
    model, told = model_for(encoder, Kind.CLASSIFICATION), []
    request = Request(Kind.CLASSIFICATION, LABELS)
    for one in evaluation.answers(model, request, ["de", "en"], lambda code: told.append(code) or part, facts):
        told.append(f"{one.language} answered")
        assert (one.setting, one.candidates) == ({}, None)
        assert one.table.equals(evaluation.predict(model, request, part, facts))
    assert told == ["de", "de answered", "en", "en answered"]


def test_pairs_are_not_mined_without_another_split(encoder, encoded, facts) -> None:
    rows = [{"id": role, "text": "w1", "role": role, "gold": []} for role in ("query", "candidate")]
    part, request = EncodedSplit(*encoded("retrieval", rows, OPTIONS), OPTIONS), Request("retrieval", rule="bucc")
    with pytest.raises(InputError, match="threshold from another split"):
        list(evaluation.answers(encoder, request, ["de"], lambda code: part, facts))
    (one,) = evaluation.answers(encoder, request, ["de"], lambda code: part._replace(tuned_on=part), facts)
    assert (one.language, one.setting, one.candidates) == ("de", {}, 1)
