"""States of chosen layers are the library's own to the bit, and no layer above them is run."""

from __future__ import annotations

import pytest

from xstilts.evaluation.layers import layer_runner

SHAPE = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}
ARCHITECTURES = [
    {"model_type": "xlm-roberta", **SHAPE},
    {"model_type": "bert", **SHAPE},
    {"model_type": "modernbert", **SHAPE, "bos_token_id": 0, "eos_token_id": 2, "cls_token_id": 0, "sep_token_id": 2},
    {"model_type": "xlm-roberta-xl", **SHAPE},  # a layer norm after the last layer
    {"model_type": "albert", **SHAPE, "embedding_size": 16},  # one layer, run three times
    {"model_type": "distilbert", "dim": 32, "n_layers": 3, "n_heads": 2, "hidden_dim": 64},
]


def name_of(architecture) -> str:
    return architecture["model_type"]


@pytest.fixture(params=ARCHITECTURES, ids=name_of)
def model(request, facts):
    from xstilts.models.load import new_encoder

    return new_encoder(request.param, facts, 3)


@pytest.fixture
def batch():
    import torch

    ids = torch.tensor([[0, 7, 8, 9, 2], [0, 5, 2, 1, 1]])
    return {"input_ids": ids, "attention_mask": (ids != 1).long()}


def taken(model, wanted, batch):
    import torch

    found = {}
    with torch.inference_mode():
        run = layer_runner(model, wanted, {name: tensor[1:, :3] for name, tensor in batch.items()})
        run(batch, lambda layer, states: found.setdefault(layer, states.clone()))
    return found


@pytest.mark.parametrize("wanted", [[0], [1], [3], [0, 2], [0, 1, 2, 3]], ids=str)
def test_the_states_are_those_of_a_whole_pass(wanted, model, batch) -> None:
    import torch

    with torch.inference_mode():
        whole = model(**batch, output_hidden_states=True).hidden_states
    found = taken(model, wanted, batch)
    assert sorted(found) == wanted
    for layer, states in found.items():
        assert torch.equal(states, whole[layer])
    assert len(whole) == 4


@pytest.mark.parametrize(("wanted", "run"), [([0], 0), ([0, 1], 1), ([2], 2), ([1, 3], 3)], ids=str)
def test_a_pass_ends_at_the_deepest_layer_and_leaves_no_hooks(wanted, run, model, batch) -> None:
    import torch

    whole = {"albert"} | ({"modernbert", "xlm-roberta-xl"} if run == 3 else set())
    if model.config.model_type in whole:  # its layers are one module, or a layer norm follows the last one
        return
    layers = next(module for module in model.modules() if isinstance(module, torch.nn.ModuleList) and len(module) == 3)
    after = [module for module in (getattr(model, "pooler", None), getattr(model, "final_norm", None)) if module]
    calls = []
    for number, module in enumerate([*layers, *after]):
        module.register_forward_pre_hook(lambda module, args, number=number: calls.append(number))
    with torch.inference_mode():
        model(**batch, output_hidden_states=True)  # the library hooks every layer for good when it is first asked
        before = [(len(layer._forward_hooks), len(layer._forward_pre_hooks)) for layer in layers]
        once = layer_runner(model, wanted, batch)
        calls.clear()
        once(batch, lambda layer, states: None)
        with pytest.raises(ZeroDivisionError):
            once(batch, lambda layer, states: 1 / 0)
    first = calls[: calls.index(0, 1)] if 0 in calls[1:] else calls
    assert first == list(range(run)) or (run == 0 and set(calls) <= {0})
    assert [(len(layer._forward_hooks), len(layer._forward_pre_hooks)) for layer in layers] == before
