from __future__ import annotations

import dataclasses
import math
from dataclasses import replace

import accelerate
import numpy as np
import pytest
import tiny_phases as tiny
import torch

from xstilts.errors import NonFiniteLossError, PausedError, RunError
from xstilts.models.heads import attach_head, head_tensors
from xstilts.tasks.base import Kind
from xstilts.training import PhaseSpec
from xstilts.training.loop import Execution, train
from xstilts.training.optimizer import adamw, named_parameters

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = Execution(cpu=True)
NO_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}


class Stopped(Exception):  # noqa: N818 - no error, an interruption
    pass


def run(tmp_path, kinds=None, encoder=None, dev=None, progress=None, execution=CPU, **fields):
    kinds = kinds or {"nli": Kind.CLASSIFICATION}
    spec = PhaseSpec(tuple(kinds), **(tiny.COMMON | {"steps": 6} | fields))
    return train(spec, encoder or tiny.encoder(), tiny.task_data(kinds, dev), tiny.VOCABULARY, tmp_path,
                 replace(execution, progress=progress))  # fmt: skip


def same(first, second):
    first, second = tiny.weights(first), tiny.weights(second)
    assert first.keys() == second.keys()
    return all(np.array_equal(first[name], second[name]) for name in first)


def close(first, second, tolerance):
    first, second = tiny.weights(first), tiny.weights(second)
    return all(np.allclose(first[name], second[name], rtol=0, atol=tolerance) for name in first)


@pytest.mark.parametrize("kind", [Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.SPAN_QA])
def test_every_kind_learns_its_made_up_task(tmp_path, kind):
    result = run(tmp_path, {"t": kind}, steps=60, batch_size=12, learning_rate=1e-2, token_budget=200)
    losses = [entry["loss"] for entry in result.history]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


def test_a_run_is_a_function_of_its_phase_and_leaves_torchs_generator_alone(tmp_path):
    torch.manual_seed(1)
    first = run(tmp_path / "a")
    torch.manual_seed(2)
    before = torch.random.get_rng_state()
    second = run(tmp_path / "b")
    assert same(first, second)
    assert torch.equal(before, torch.random.get_rng_state())
    assert not same(first, run(tmp_path / "c", seed=4))


def test_what_is_told_and_what_is_kept(tmp_path):
    told = []
    result = run(tmp_path, progress=told.append)
    assert [(item.step, item.total, item.task) for item in told] == [(step, 6, "nli") for step in range(1, 7)]
    assert [item.loss for item in told] == [entry["loss"] for entry in result.history]
    assert [entry["lr"] for entry in result.history] == pytest.approx([0, 2.5e-3, 5e-3, 3.75e-3, 2.5e-3, 1.25e-3])
    assert (result.steps, result.best_step, result.examples) == (6, 6, 30)
    assert 30 * 4 <= result.tokens <= 30 * 9
    assert result.heads["nli"].model.base_model is result.encoder
    assert not result.encoder.training


def test_both_heads_and_the_encoder_of_a_mixture_are_trained(tmp_path):
    kinds = {"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM}
    result = run(tmp_path, kinds, steps=10)
    start = tiny.encoder()
    fresh = {name: head_tensors(attach_head(start, kind, tiny.LABELS.get(kind, ()), 3, task=name))
             for name, kind in kinds.items()}  # fmt: skip
    for task, head in result.heads.items():
        for name, tensor in head_tensors(head.model).items():
            assert not torch.equal(tensor, fresh[task][name]), f"{task}.{name}"
    assert result.heads["mlm"].model.get_output_embeddings().weight is result.encoder.get_input_embeddings().weight


def test_dropout_is_on_and_differs_from_step_to_step(tmp_path):
    still = run(tmp_path / "a", encoder=tiny.encoder(tiny.ARCHITECTURE | NO_DROPOUT), steps=1, epochs=None, warmup=0)
    noisy = run(tmp_path / "b", steps=1, warmup=0)
    assert not same(still, noisy)
    rates = run(tmp_path / "c", steps=6, learning_rate=1e-30, batch_size=24, token_budget=1000, warmup=0)
    assert len({entry["loss"] for entry in rates.history}) == 6  # the same items and weights, other masks


def test_the_token_budget_changes_rounding_only(tmp_path):
    def trained(budget, name):
        encoder = tiny.encoder(tiny.ARCHITECTURE | NO_DROPOUT).double()
        return run(tmp_path / name, {"t": Kind.TAGGING}, encoder, token_budget=budget, adam_epsilon=1e-3)

    one, many = trained(10_000, "one"), trained(1, "many")
    assert close(one, many, 1e-10)
    assert [entry["loss"] for entry in one.history] == pytest.approx([entry["loss"] for entry in many.history])


def test_gradients_are_clipped_once_per_optimizer_step(tmp_path, monkeypatch):
    calls = []
    clip = accelerate.Accelerator.clip_grad_norm_

    def counting(self, parameters, norm, **rest):
        calls.append(norm)
        return clip(self, parameters, norm, **rest)

    monkeypatch.setattr(accelerate.Accelerator, "clip_grad_norm_", counting)
    run(tmp_path, token_budget=1, max_grad_norm=0.25)
    assert calls == [0.25] * 6


def test_clipping_bounds_the_whole_steps_gradient(tmp_path):
    free, clipped = run(tmp_path / "a", max_grad_norm=math.inf), run(tmp_path / "b", max_grad_norm=1e-9)
    assert not close(free, clipped, 1e-6)


def test_every_optimizer_field_reaches_the_optimizer():
    encoder = tiny.encoder()
    models = {"nli": attach_head(encoder, Kind.CLASSIFICATION, ("a", "b"), 1)}
    spec = PhaseSpec(("nli",), steps=1, learning_rate=0.5, adam_epsilon=1e-3, adam_betas=(0.8, 0.7), weight_decay=0.3)
    parameters = named_parameters(encoder, models)
    optimizer = adamw(spec, parameters)
    decayed, others = optimizer.param_groups
    for group in (decayed, others):
        assert (group["lr"], group["eps"], group["betas"], group["fused"]) == (0.5, 1e-3, (0.8, 0.7), True)
    assert (decayed["weight_decay"], others["weight_decay"]) == (0.3, 0.0)
    undecayed = {name for name, tensor in parameters.items() if any(tensor is other for other in others["params"])}
    assert undecayed == {name for name in parameters if name.endswith("bias") or "LayerNorm" in name}
    assert "head.nli.classifier.out_proj.weight" in set(parameters) - undecayed


def test_adam_epsilon_changes_the_result(tmp_path):
    assert not close(run(tmp_path / "a", adam_epsilon=1e-8), run(tmp_path / "b", adam_epsilon=1.0), 1e-4)


def test_the_weights_are_those_of_the_best_dev_score_and_a_tie_stays_with_the_earlier(tmp_path):
    scores = iter([0.2, 0.7, 0.7, 0.1])
    seen = []

    def dev(model):
        assert not model.training and not torch.is_grad_enabled()
        torch.rand(3)  # a dev set that draws must not change training
        seen.append({name: tensor.clone() for name, tensor in model.base_model.state_dict().items()})
        return next(scores)

    result = run(tmp_path, dev=dev, steps=8, evaluate_every=2, selection="pivot-dev")
    assert result.best_step == 4
    assert [entry.get("dev") for entry in result.history] == [None, 0.2, None, 0.7, None, 0.7, None, 0.1]
    assert all(torch.equal(tensor, seen[1][name]) for name, tensor in result.encoder.state_dict().items())
    assert not any(torch.equal(seen[1][name], seen[2][name]) for name in seen[1] if name.endswith("query.weight"))


def test_reading_the_dev_score_does_not_change_training(tmp_path):
    fields = {"steps": 6, "evaluate_every": 1}
    never = run(tmp_path / "a", **fields)
    rising = iter(range(6))
    always = run(tmp_path / "b", dev=lambda model: float(next(rising)) + 0 * torch.rand(1).item(),
                 selection="oracle", **fields)  # fmt: skip
    assert always.best_step == 6
    assert same(never, always)


def test_a_selection_without_any_dev_set_is_an_error(tmp_path):
    with pytest.raises(RunError, match="no task of the phase has a dev set"):
        run(tmp_path, selection="pivot-dev")


def test_a_nan_stops_the_run_and_names_step_and_items(tmp_path):
    encoder = tiny.encoder()
    features = tiny.features(Kind.CLASSIFICATION, name="nli")
    bad = {name for name, ids in zip(features.items, features.table.column("input_ids").to_pylist(), strict=True)
           if 39 in ids}  # fmt: skip
    with torch.no_grad():
        encoder.get_input_embeddings().weight[39] = math.nan
    with pytest.raises(NonFiniteLossError) as caught:
        run(tmp_path, encoder=encoder, batch_size=24, token_budget=1)  # each item its own micro-batch
    assert caught.value.value == {"step": 1, "items": caught.value.value["items"]}
    assert set(caught.value.value["items"]) == bad and bad
    assert "step 1 of nli" in str(caught.value)


def test_a_diverging_run_stops(tmp_path):
    with pytest.raises(NonFiniteLossError, match="became NaN or infinite in step"):
        run(tmp_path, learning_rate=1e30, steps=30, warmup=0)
    assert not list(tmp_path.glob("step-*"))


def test_bf16_computes_in_bf16_keeps_fp32_weights_and_may_alternate_with_fp32(tmp_path):
    full, half, again = (run(tmp_path / name, precision=precision)
                         for name, precision in (("a", "fp32"), ("b", "bf16"), ("c", "fp32")))  # fmt: skip
    assert same(full, again) and not same(full, half)
    assert {tensor.dtype for tensor in half.encoder.parameters()} == {torch.float32}
    assert [entry["loss"] for entry in half.history] == pytest.approx([e["loss"] for e in full.history], rel=0.05)


def test_gradient_checkpointing_recomputes_the_same_dropout(tmp_path):
    encoder = tiny.encoder().double()
    plain = run(tmp_path / "a", encoder=tiny.encoder().double())
    saving = run(tmp_path / "b", encoder=encoder, gradient_checkpointing=True)
    assert close(plain, saving, 1e-10)
    assert not encoder.is_activation_checkpointing


def test_a_head_can_go_on_from_an_earlier_one(tmp_path):
    earlier = head_tensors(attach_head(tiny.encoder(), Kind.CLASSIFICATION, tiny.LABELS[Kind.CLASSIFICATION], 77))
    data = tiny.task_data({"nli": Kind.CLASSIFICATION})
    data["nli"] = dataclasses.replace(data["nli"], head_state=earlier)
    spec = PhaseSpec(("nli",), **(tiny.COMMON | {"steps": 1, "warmup": 1.0}))  # the first step's rate is 0
    result = train(spec, tiny.encoder(), data, tiny.VOCABULARY, tmp_path, CPU)
    trained = head_tensors(result.heads["nli"].model)
    assert all(torch.equal(trained[name], tensor) for name, tensor in earlier.items())


@pytest.mark.parametrize("phase", ["mixture", "adapted"])
def test_a_run_interrupted_after_any_step_ends_with_the_same_weights(tmp_path, phase):
    whole = tiny.train_phase(phase, tmp_path / "whole")
    for stop in range(1, whole.steps):

        def progress(told, stop=stop):
            if told.step == stop:
                raise Stopped

        with pytest.raises(Stopped):
            tiny.train_phase(phase, tmp_path / str(stop), progress)
        resumed = tiny.train_phase(phase, tmp_path / str(stop))
        assert same(whole, resumed), f"stopped after step {stop}"
        assert (resumed.history, resumed.best_step, resumed.tokens) == (whole.history, whole.best_step, whole.tokens)


def test_a_damaged_newest_snapshot_costs_steps_and_nothing_else(tmp_path):
    whole = tiny.train_phase("mixture", tmp_path / "whole")
    started = []

    def progress(told):
        started.append(told.step)
        if told.step == 7 and len(started) == 7:
            raise Stopped

    with pytest.raises(Stopped):
        tiny.train_phase("mixture", tmp_path / "hurt", progress)
    newest = tmp_path / "hurt" / "step-00000006" / "optimizer.safetensors"
    newest.write_bytes(newest.read_bytes()[:-8])
    resumed = tiny.train_phase("mixture", tmp_path / "hurt", progress)
    assert started[7] == 1  # there is no other one
    assert same(whole, resumed)


def test_snapshots_come_by_time_too_and_never_change_the_result(tmp_path):
    by_time = run(tmp_path / "a", execution=Execution(cpu=True, snapshot_seconds=0))
    assert [path.name for path in sorted((tmp_path / "a").iterdir())] == ["step-00000005"]
    assert same(by_time, run(tmp_path / "b"))
    assert not (tmp_path / "b").exists()


def test_a_phase_whose_machine_is_taken_away_stops_with_a_snapshot_and_goes_on(tmp_path):
    whole, seen, taken_away = run(tmp_path / "a"), [], Execution(cpu=True, until=0.0)
    for _ in range(len(whole.history) - 1):
        with pytest.raises(PausedError, match=r"stopped after step \d of 6: its machine is taken away"):
            run(tmp_path / "b", execution=taken_away, progress=lambda told: seen.append(told.step))
    rest = run(tmp_path / "b", execution=taken_away)  # the last step is no reason to stop
    assert seen == list(range(1, len(whole.history)))
    assert same(whole, rest)
