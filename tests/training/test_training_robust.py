"""Word vectors moved while training: never too far, for the worse, and the same ones again."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_phases as tiny
import torch
from test_training_losses import batch_of, model_of

from xstilts.encoding import ENCODINGS
from xstilts.errors import InputError
from xstilts.models.heads import attach_head
from xstilts.tasks.base import Kind
from xstilts.training import PhaseSpec
from xstilts.training.consistency import consistent
from xstilts.training.loop import Execution, TaskData, train
from xstilts.training.losses import loss_function
from xstilts.training.perturbed import perturbed
from xstilts.training.robust import Robust

pytestmark = pytest.mark.usefixtures("one_thread")

KINDS = [Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.SPAN_QA, Kind.MASKED_LM]
CPU = Execution(cpu=True)


def losses_of(kind: Kind, robust: Robust, model: torch.nn.Module | None = None) -> tuple[float, float]:
    """The loss as it is, and with vectors moved."""
    found, batch = model or model_of(kind), batch_of(kind, np.arange(10))
    plain = loss_function(found, kind)
    return float(plain(batch).detach()), float(perturbed(plain, found, robust, 3)(batch, 0, 0).detach())


@pytest.mark.parametrize("kind", KINDS)
def test_the_worst_is_worse_than_any_and_a_longer_way_worse_still(kind: Kind) -> None:
    plain, near = losses_of(kind, Robust("adversarial", 0.1))
    _, far = losses_of(kind, Robust("adversarial", 0.5, 3))
    _, somewhere = losses_of(kind, Robust("smoothing", 0.1))
    assert plain < near < far
    assert somewhere < near


@pytest.mark.parametrize("method", ["adversarial", "smoothing"])
def test_a_way_of_nothing_changes_nothing(method: str) -> None:
    plain, moved = losses_of(Kind.CLASSIFICATION, Robust(method, 1e-9))  # type: ignore[arg-type]
    assert moved == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize(
    "robust", [Robust("adversarial", 0.3, 4), Robust("smoothing", 0.3)], ids=lambda own: own.method
)
def test_no_token_moves_farther_than_the_radius_and_padding_not_at_all(robust: Robust) -> None:
    model, batch = model_of(Kind.CLASSIFICATION), batch_of(Kind.CLASSIFICATION, np.arange(10))
    words = model.get_input_embeddings()
    lengths, seen = words.weight.detach().norm(dim=-1)[batch["input_ids"]], []

    def loss_of(given: dict[str, torch.Tensor]) -> torch.Tensor:
        seen.append(words(given["input_ids"]))
        return loss_function(model, Kind.CLASSIFICATION)(given)

    perturbed(loss_of, model, robust, 3)(batch, 0, 0)
    gone = (seen[-1] - words.weight[batch["input_ids"]]).norm(dim=-1).detach()
    assert bool((gone <= 0.3 * lengths * 1.0001).all())
    assert float(gone[batch["attention_mask"] == 0].abs().sum()) == 0
    assert float((gone / lengths)[batch["attention_mask"] == 1].mean()) > 0.2


def test_the_gradient_of_the_ascent_is_not_that_of_the_weights() -> None:
    model, batch = model_of(Kind.CLASSIFICATION), batch_of(Kind.CLASSIFICATION, np.arange(4))
    plain = loss_function(model, Kind.CLASSIFICATION)
    perturbed(plain, model, Robust("adversarial", 0.2, 2), 3)(batch, 0, 0)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not model.get_input_embeddings()._forward_hooks


def test_random_moves_follow_from_seed_step_and_number() -> None:
    model, batch = model_of(Kind.CLASSIFICATION), batch_of(Kind.CLASSIFICATION, np.arange(10))
    plain = loss_function(model, Kind.CLASSIFICATION)
    first = perturbed(plain, model, Robust("smoothing", 0.5), 3)
    found = [float(first(batch, step, number).detach()) for step, number in [(0, 0), (0, 0), (1, 0), (0, 1)]]
    assert found[0] == found[1]
    assert len(set(found)) == 3
    assert float(perturbed(plain, model, Robust("smoothing", 0.5), 4)(batch, 0, 0).detach()) != found[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"method": "magic"}, "unknown"), ({"radius": 0.0}, "positive"), ({"steps": 0}, "at least 1"),
     ({"method": "smoothing", "steps": 2}, "nothing is searched")],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Robust(**{"method": "adversarial", **fields})  # type: ignore[arg-type]


def two(kind: Kind) -> tuple[TaskData, TaskData]:
    """The items of a kind alone, and with noisy copies: one token of each is another."""
    clean = tiny.features(kind)
    table = clean.table
    noisy = [[5 + (token + 3) % 35 if place == 2 and len(text) > 3 else token for place, token in enumerate(text)]
             for text in table["input_ids"].to_pylist()]  # fmt: skip
    column = table.schema.get_field_index("input_ids")
    copies = type(clean)(table.set_column(column, "input_ids", [noisy]).cast(table.schema))
    labels = tiny.LABELS.get(kind, ())
    return TaskData(kind, labels, clean), TaskData(kind, labels, clean, noisy=copies)


@pytest.mark.parametrize("kind", [Kind.CLASSIFICATION, Kind.TAGGING])
def test_copies_are_brought_together(tmp_path, kind: Kind) -> None:
    _, both = two(kind)
    spec = {**tiny.COMMON, "steps": 60, "learning_rate": 1e-2}
    apart = {}
    for weight in (1e-9, 4.0):
        result = train(PhaseSpec(("t",), consistency=weight, **spec), tiny.encoder(), {"t": both}, tiny.VOCABULARY,
                       tmp_path / str(weight), CPU)  # fmt: skip
        model, rows = result.heads["t"].model, np.arange(24)
        clean, noisy = (ENCODINGS.get(kind).collate(part, rows, 1) for part in (both.features, both.noisy))
        with torch.no_grad():
            apart[weight] = float(consistent(model, clean, noisy, 1.0) - consistent(model, clean, noisy, 0.0))
    assert 0 <= apart[4.0] < 0.7 * apart[1e-9]


def test_equal_copies_have_the_plain_loss() -> None:
    model = attach_head(tiny.encoder(), Kind.CLASSIFICATION, tiny.LABELS[Kind.CLASSIFICATION], 1).eval()
    batch = batch_of(Kind.CLASSIFICATION, np.arange(8))
    plain = float(loss_function(model, Kind.CLASSIFICATION)(batch).detach())
    assert float(consistent(model, batch, batch, 3.0).detach()) == pytest.approx(plain, rel=1e-6)


def test_the_distance_by_hand() -> None:
    """Answers 3:1 and 1:1: ½ (KL + KL) = ½ (¾ ln 1.5 + ¼ ln .5 + ½ ln(2/3) + ½ ln 2) = ⅛ ln 3."""

    class Model:
        def __call__(self, input_ids: torch.Tensor) -> object:
            return type("Out", (), {"logits": torch.log(input_ids.float())})()

    clean = {"input_ids": torch.tensor([[3, 1]]), "labels": torch.tensor([0])}
    noisy = {"input_ids": torch.tensor([[1, 1]]), "labels": torch.tensor([0])}
    found = [float(consistent(Model(), clean, noisy, weight)) for weight in (0.0, 1.0)]
    assert found[0] == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)
    assert found[1] - found[0] == pytest.approx(math.log(3) / 8)


def test_a_word_that_one_copy_lost_is_not_compared() -> None:
    logits = torch.tensor([[[0.0, 0.0], [2.0, 0.0], [0.0, 5.0]]])

    class Model:
        def __call__(self, input_ids: torch.Tensor) -> object:
            return type("Out", (), {"logits": logits[:, : input_ids.shape[1]]})()

    clean = {"input_ids": torch.zeros(1, 3), "labels": torch.tensor([[-100, 0, 1]])}
    noisy = {"input_ids": torch.zeros(1, 2), "labels": torch.tensor([[-100, 0]])}
    assert float(consistent(Model(), clean, noisy, 1.0)) == pytest.approx(float(consistent(Model(), clean, noisy, 0.0)))


def test_json_of_phases_without_it_is_as_before() -> None:
    values = PhaseSpec(("t",), steps=1).to_json()
    assert not {"robust", "consistency"} & values.keys()
    spec = PhaseSpec(("t",), steps=1, robust=Robust("adversarial", 0.2, 2), consistency=0.5)
    assert PhaseSpec.from_json(spec.to_json()) == spec
    assert spec.to_json()["robust"] == {"method": "adversarial", "radius": 0.2, "steps": 2}


def test_the_search_for_the_worst_is_paid_for_in_passes() -> None:
    assert Robust("adversarial", steps=3).passes == 4
    assert Robust("smoothing").passes == 1


def test_an_item_is_as_long_as_it_and_its_copy() -> None:
    alone, copy = tiny.features(Kind.CLASSIFICATION), tiny.features(Kind.CLASSIFICATION, name="other")
    data = TaskData(Kind.CLASSIFICATION, tiny.LABELS[Kind.CLASSIFICATION], alone)
    assert data.mean_tokens == alone.lengths.mean()
    assert replace(data, noisy=copy).mean_tokens == alone.lengths.mean() + copy.lengths.mean()


def test_what_is_trained_beside_needs_no_copies(tmp_path: Path) -> None:
    spec = PhaseSpec(("nli", "mlm"), steps=3, beside={"mlm": 0.6}, consistency=1.0, batch_size=4)
    data = tiny.task_data({"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM})
    data["nli"] = replace(data["nli"], noisy=tiny.features(Kind.CLASSIFICATION, name="nli"))
    found = train(spec, tiny.encoder(), data, tiny.VOCABULARY, tmp_path, CPU)
    assert {entry["task"] for entry in found.history} == {"nli", "mlm"}
