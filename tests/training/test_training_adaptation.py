from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tiny_phases as tiny
import torch

from xstilts.errors import InputError, RunError
from xstilts.tasks.base import Kind
from xstilts.training import PhaseSpec
from xstilts.training.loop import Execution, train

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = Execution(cpu=True)
NLI = {"nli": Kind.CLASSIFICATION}


def run(scratch, kinds=None, progress=None, dev=None, encoder=None, execution=CPU, **fields):
    kinds = kinds or NLI
    spec = PhaseSpec(tuple(kinds), **(tiny.COMMON | {"steps": 6} | fields))
    return train(spec, encoder or tiny.encoder(), tiny.task_data(kinds, dev), tiny.VOCABULARY, scratch,
                 replace(execution, progress=progress))  # fmt: skip


def changed(result):
    """Encoder tensors that training changed."""
    before = tiny.encoder().state_dict()
    return {name for name, tensor in result.encoder.state_dict().items() if not torch.equal(tensor, before[name])}


def layer(number):
    return f"encoder.layer.{number}."


def test_frozen_parts_stay_as_they_are_bit_for_bit_and_the_rest_is_trained(tmp_path):
    everything = changed(run(tmp_path / "a"))
    assert any(name.startswith("embeddings.") for name in everything)
    low = changed(run(tmp_path / "b", freeze_layers=1))
    assert low == {name for name in everything if not name.startswith(layer(0))}
    words = changed(run(tmp_path / "c", freeze_embeddings=True))
    assert words == {name for name in everything if not name.startswith("embeddings.")}
    both = changed(run(tmp_path / "d", freeze_embeddings=True, freeze_layers=2))
    assert both == set()  # the head alone is trained


def test_masked_lm_with_frozen_embeddings_leaves_the_tied_output_weights_too(tmp_path):
    result = run(tmp_path, {"mlm": Kind.MASKED_LM}, freeze_embeddings=True)
    assert not any(name.startswith("embeddings.") for name in changed(result))
    model = result.heads["mlm"].model
    assert model.get_output_embeddings().weight is result.encoder.get_input_embeddings().weight


def test_low_rank_training_changes_the_linear_maps_by_that_rank_and_learns(tmp_path):
    result = run(tmp_path, steps=60, batch_size=12, learning_rate=2e-2, token_budget=200, lora_rank=2)
    before, after = tiny.encoder().state_dict(), result.encoder.state_dict()
    assert list(before) == list(after)
    maps = changed(result)
    assert len(maps) == 12 and all(name.endswith("weight") and "LayerNorm" not in name for name in maps)
    for name in maps:
        spectrum = torch.linalg.svdvals(after[name] - before[name])
        assert spectrum[1] > 1e-3 and spectrum[2] < 1e-5, name
    losses = [entry["loss"] for entry in result.history]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert all(parameter.requires_grad for parameter in result.encoder.parameters())


def test_the_pooler_is_trained_with_low_rank_updates_where_a_head_reads_it(tmp_path):
    result = run(tmp_path, {"copa": Kind.MULTIPLE_CHOICE}, lora_rank=2)
    assert {"pooler.dense.weight", "pooler.dense.bias"} <= changed(result)


def test_low_rank_updates_leave_frozen_layers_alone(tmp_path):
    maps = changed(run(tmp_path, lora_rank=2, freeze_layers=1))
    assert len(maps) == 6 and all(name.startswith(layer(1)) for name in maps)


@pytest.mark.parametrize("how", [{"lora_rank": 2}, {"freeze_embeddings": True, "freeze_layers": 1}])
def test_gradient_checkpointing_goes_with_frozen_parts(tmp_path, how):
    def trained(saving):
        encoder = tiny.encoder().double()
        return tiny.weights(run(tmp_path / str(saving), encoder=encoder, gradient_checkpointing=saving, **how))

    plain, saving = trained(False), trained(True)
    assert all(np.allclose(plain[name], saving[name], rtol=0, atol=1e-10) for name in plain)


POOLER = {"encoder.pooler.dense.weight", "encoder.pooler.dense.bias"}
HOW = {"lora": {"lora_rank": 2}, "top": {"freeze_embeddings": True, "freeze_layers": 2}}


@pytest.mark.parametrize("selection", ["average", "pivot-dev"])
@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_snapshots_hold_only_what_is_trained(tmp_path, how, selection):
    from safetensors.torch import load_file

    run(tmp_path, dev=tiny.wavering_dev, execution=Execution(cpu=True, snapshot_steps=4), selection=selection,
        evaluate_every=2, **how)  # fmt: skip
    files = {path.stem: set(load_file(str(path))) for path in (tmp_path / "step-00000004").glob("*.safetensors")}
    assert set(files) == {"model", "optimizer", "sums" if selection == "average" else "best"}
    for group, names in files.items():
        held = {name.removesuffix(".step").split(".exp_avg")[0] for name in names if "lora_" not in name}
        own = {name for name in held if name.startswith("head.nli.")}
        assert own and held - own <= POOLER, group
    assert files["model"] >= POOLER


def steps_of(scratch, seed, **how):
    """The steps that a run makes on this scratch folder, from an encoder that was drawn from ``seed``."""
    seen = []
    run(scratch, progress=lambda told: seen.append(told.step), encoder=tiny.encoder(seed=seed),
        execution=Execution(cpu=True, snapshot_steps=4), **how)  # fmt: skip
    return seen


@pytest.mark.parametrize("how", [{"freeze_embeddings": True}, {"freeze_layers": 1}, {"lora_rank": 2}])
def test_a_snapshot_is_gone_on_from_only_with_the_frozen_weights_it_was_made_with(tmp_path, how):
    assert steps_of(tmp_path, 1, **how) == [1, 2, 3, 4, 5, 6]
    assert steps_of(tmp_path, 1, **how) == [5, 6]
    assert steps_of(tmp_path, 2, **how) == [1, 2, 3, 4, 5, 6]


def test_a_snapshot_that_another_version_wrote_is_not_taken(tmp_path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("xstilts.training.state.FORMAT", 1)
        assert steps_of(tmp_path, 1)[0] == 1
    assert steps_of(tmp_path, 1)[0] == 1
    assert steps_of(tmp_path, 1)[0] == 5


def test_more_frozen_layers_than_the_encoder_has_are_an_error(tmp_path):
    with pytest.raises(InputError, match="the encoder has 2"):
        run(tmp_path, freeze_layers=3)


def snapshots(**fields):
    """The result, and what was trained after every step."""
    encoder, seen = tiny.encoder(), {}

    def progress(told):
        seen[told.step] = {name: parameter.detach().double().numpy().copy()
                           for name, parameter in encoder.named_parameters()}  # fmt: skip

    def dev(model):
        raise AssertionError("an average reads no dev set")

    result = run(fields.pop("scratch"), progress=progress, dev=dev, encoder=encoder, selection="average", **fields)
    return result, seen


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({"evaluate_every": 2, "average_last": 3}, (4, 6, 7)),
        ({"evaluate_every": 2, "average_last": 2}, (6, 7)),
        ({"evaluate_every": 3, "average_last": 9}, (3, 6, 7)),
        ({"evaluate_every": 5, "average_last": 1}, (7,)),
        ({}, (5, 7)),  # 24 items in steps of 5 are 5 steps
    ],
)
def test_the_average_is_the_mean_at_the_last_points(tmp_path, fields, points):
    result, seen = snapshots(scratch=tmp_path, steps=7, **fields)
    assert [entry["step"] for entry in result.history if entry.get("averaged")] == list(points)
    for name, tensor in result.encoder.named_parameters():
        mean = np.mean([seen[step][name] for step in points], axis=0)
        assert np.array_equal(tensor.detach().numpy(), mean.astype(np.float32)), name
    assert (result.best_step, result.steps) == (7, 7)
    assert not any("dev" in entry for entry in result.history)


def test_heads_are_averaged_too_and_one_point_is_the_last(tmp_path):
    last, one = tiny.weights(run(tmp_path / "a")), tiny.weights(run(tmp_path / "b", selection="average",
                                                                   average_last=1))  # fmt: skip
    assert all(np.array_equal(last[name], one[name]) for name in last)
    three = tiny.weights(run(tmp_path / "c", selection="average", evaluate_every=1))
    assert not np.array_equal(last["nli.classifier.out_proj.weight"], three["nli.classifier.out_proj.weight"])


def test_of_low_rank_updates_the_matrices_are_averaged(tmp_path):
    result, seen = snapshots(scratch=tmp_path, steps=6, evaluate_every=2, lora_rank=2)
    name = f"{layer(1)}output.dense"
    a, b = (np.mean([seen[step][f"{name}.lora_{part}.default.weight"] for step in (2, 4, 6)], axis=0) for part in "AB")
    before = tiny.encoder().get_submodule(name).weight.detach().numpy()
    after = result.encoder.get_submodule(name).weight.detach().numpy()
    assert np.allclose(after, before + 2 * b @ a, atol=1e-6) and np.abs(b @ a).max() > 1e-4


def test_a_best_dev_score_still_needs_a_dev_set(tmp_path):
    with pytest.raises(RunError, match="no task of the phase has a dev set"):
        run(tmp_path, selection="oracle")
