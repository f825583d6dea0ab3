"""What the plan expects a phase to cost, by hand, and that it says what it only guesses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from arm_plans import SNLI, chain, plan_of
from xstilts.commands.plan_tree import plan_tree
from xstilts.errors import StudyError
from xstilts.planning import cost
from xstilts.planning.cautions import refuse_too_large
from xstilts.planning.cost import Size, Trained, Work

SIZE = Size(parameters=1000, without_embeddings=600, layers=2)


WORK = Work(steps=10, batch_size=4, tokens=5, longest=8, token_budget=1000)
ATTENTION = 2 * 2 * 5.0 * 5  # 2 x layers x width x tokens: 600 = 12 x 2 x 5^2


@pytest.mark.parametrize(
    ("part", "operations", "with_gradient"),
    [
        (Trained(), 6, 1000),
        (Trained(embeddings=False), 6, 600),
        (Trained(layers=0.5), 5, 700),  # the gradient goes down to the embeddings, half the weights have one
        (Trained(layers=0.5, embeddings=False), 4, 300),  # and here it stops in the middle
        (Trained(layers=0, embeddings=False), 2, 0),  # a head alone: forward
        (Trained(low_rank=True), 4, 0),  # down to the lowest layer, no gradient of its weights
        (Trained(layers=0.5, low_rank=True), 3, 0),
    ],
)
def test_what_is_frozen_is_not_paid_for(part: Trained, operations: int, with_gradient: int):
    found = cost.train(SIZE, WORK, part)
    assert found.flops == operations * (600 + ATTENTION) * (10 * 4 * 5)
    whole = cost.train(SIZE, WORK)
    kept = round(cost.ACTIVATION_BYTES * 5 * 2 * 30 * (1 - part.reached))  # of 4 x 7.5 tokens: half as many again as 5
    assert whole.memory_bytes - found.memory_bytes == pytest.approx(12 * (1000 - with_gradient) + kept, abs=1)
    saved = (whole.flops - found.flops) / SIZE.rate + 10 * (1000 - with_gradient) * cost.UPDATE_SECONDS
    assert whole.seconds - found.seconds == pytest.approx(saved)
    assert (found.disk_bytes, found.steps) == (4000, 10)


def test_the_memory_is_told_by_what_it_is_for():
    found = cost.train(SIZE, replace(WORK, masked=0.25))
    assert found.memory == {
        "weights": 4000,
        "gradients": 4000,
        "optimizer": 8000,
        "activations": cost.ACTIVATION_BYTES * 5 * 2 * 30,
        "logits": cost.LOGIT_BYTES * 80 * 7.5,  # 80 pieces, at a quarter of 30 tokens
    }
    assert found.memory_bytes == sum(found.memory.values()) + cost.PROCESS_BYTES
    assert cost.train(SIZE, replace(WORK, slim=0.5)).memory["activations"] * 2 == found.memory["activations"]


def test_a_large_step_is_cut_to_the_token_budget():
    assert (WORK.micro_steps, replace(WORK, token_budget=11).micro_steps) == (10, 20)  # 4 x 5 x 1.1 = 22 tokens
    assert replace(WORK, token_budget=11).at_once == 11


@pytest.mark.parametrize("masked", [0.0, 0.15])
@pytest.mark.parametrize("shape", [(64, 3, 128), (96, 4, 384)])
def test_operations_are_those_that_torch_counts(shape: tuple[int, int, int], masked: float):
    """Forward and backward of one batch without padding, the vocabulary predicted at the masked tokens alone."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    hidden, layers, inner = shape
    config = XLMRobertaConfig(
        vocab_size=1400, hidden_size=hidden, num_hidden_layers=layers, intermediate_size=inner, num_attention_heads=4,
        max_position_embeddings=130, type_vocab_size=1, attn_implementation="eager",
    )  # fmt: skip
    model = XLMRobertaForMaskedLM(config)
    ids = torch.randint(5, 1400, (8, 40))
    with FlopCounterMode(display=False) as counter:
        states = model.roberta(input_ids=ids).last_hidden_state
        loss = states.square().mean()
        if masked:
            loss = loss + model.lm_head(states.reshape(-1, hidden)[: round(masked * ids.numel())]).square().mean()
        loss.backward()
    size = cost.size_of(
        {"hidden_size": hidden, "num_hidden_layers": layers, "intermediate_size": inner, "vocab_size": 1400}
    )
    told = cost.train(size, Work(1, 8, 40, 40, 4096, masked))
    assert told.flops == pytest.approx(counter.get_total_flops(), rel=0.05)


ME5 = cost.size_of({"hidden_size": 384, "num_hidden_layers": 12, "intermediate_size": 1536, "vocab_size": 250_037})
MEASURED = [
    (40, Trained(), 3.02),
    (40, Trained(embeddings=False), 1.87),
    (40, Trained(layers=0.5, embeddings=False), 1.49),
    (128, Trained(), 5.21),
    (128, Trained(embeddings=False), 4.02),
]
"""Tokens of each of 32 inputs, what is trained of multilingual-e5-small, and the most memory that it took, in GB."""


@pytest.mark.parametrize(("length", "part", "measured"), MEASURED)
def test_the_memory_of_a_base_is_about_what_was_measured(length: int, part: Trained, measured: float):
    found = cost.train(ME5, Work(6, 32, length, length, 4096), part)
    assert found.memory_bytes / 1e9 == pytest.approx(measured, rel=0.2)


@pytest.mark.parametrize(
    "cost_of",
    [
        lambda n: cost.prepare(n, 128), cost.count, lambda n: cost.vocabulary(2, n), cost.baseline, cost.overlap,
        lambda n: cost.predict(SIZE, n, 128), lambda n: cost.train(SIZE, Work(n, 8, 60, 128, 1000)),
    ],
    ids=["prepare", "count", "vocabulary", "baseline", "overlap", "predict", "train"],
)  # fmt: skip
def test_more_items_take_longer(cost_of):
    nothing, some, more = (cost_of(n).seconds for n in (0, 10**7, 2 * 10**7))
    assert 0 < nothing < some < more
    assert more - some == pytest.approx(some - nothing)


def test_a_prediction_holds_the_weights_once_and_runs_forward():
    found, larger = (cost.predict(Size(parameters, 600, 2), n=10, tokens=4) for parameters in (1000, 3000))
    assert larger.memory_bytes - found.memory_bytes == 4 * 2000
    assert found.flops == larger.flops == 2 * (600 + 2 * 2 * 5 * 4) * 10 * 4


def test_a_plan_asks_less_of_arms_that_train_a_part():
    """The base has one layer."""
    arms = {
        "whole": SNLI,
        "lora": [{"tasks": ["snli"], "lora_rank": 2}],
        "top": [{"tasks": ["snli"], "freeze_embeddings": True, "freeze_layers": 1}],
        "words": [{"tasks": ["snli"], "freeze_embeddings": True}],
    }
    plan = plan_of(arms)
    whole, lora, top, words = (chain(plan, arm)[0].cost for arm in arms)
    assert [round(6 * one.flops / whole.flops) for one in (lora, top, words)] == [4, 2, 6]
    assert top.memory_bytes < lora.memory_bytes < words.memory_bytes < whole.memory_bytes


def test_a_plan_says_which_steps_it_guesses():
    arms = {"data": SNLI, "said": [{"tasks": ["snli"], "steps": 7}], "told": {"control": "masked-lm", "of": "said"}}
    plan = plan_of(arms)
    assert [chain(plan, arm)[0].cost.guessed for arm in arms] == [True, False, True]
    shown = plan.to_json()
    by_key = {node["key"]: node["cost"] for node in shown["nodes"]}
    assert [by_key[chain(plan, arm)[0].key]["guessed"] for arm in arms] == [True, False, True]
    assert shown["totals"]["train_steps_guessed"] is True
    console = Console(width=200)
    with console.capture() as capture:
        console.print(plan_tree(shown, "tiny"))
    said = capture.get()
    lines = {arm: next(line for line in said.splitlines() if chain(plan, arm)[0].key[:10] in line) for arm in arms}
    assert "  about 4 steps" in lines["data"] and "  7 steps" in lines["said"] and "  about 7 steps" in lines["told"]
    assert "are guesses from the sizes of files" in said


def test_a_plan_of_said_steps_guesses_none():
    plan = plan_of({"said": SNLI}, training={"steps": 3, "batch_size": 10})
    assert plan.totals()["train_steps_guessed"] is False
    console = Console(width=200)
    with console.capture() as capture:
        console.print(plan_tree(plan.to_json(), "tiny"))
    assert "about" not in capture.get()


def test_what_is_said_of_several_targets_is_said_once():
    told = plan_of({"said": SNLI}).to_json()
    cells = [{"base": "b", "arm": "*", "target": target, "language": "*"} for target in ("xquad", "mlqa", "*")]
    told["warnings"] = [{"code": "leak", "cell": one, "message": "same."} for one in cells[:2]]
    told["warnings"] += [{"code": "leak", "cell": cells[1], "message": "other."}]
    told["warnings"] += [{"code": "disk", "cell": {**cells[2], "base": "*"}, "message": "full."}]
    console = Console(width=200)
    with console.capture() as capture:
        console.print(plan_tree(told, "tiny"))
    lines = [line.strip() for line in capture.get().splitlines() if line.startswith(("leak", "disk"))]
    assert lines == ["leak: base b, targets xquad mlqa: same.", "leak: base b, target mlqa: other.", "disk: full."]


def test_what_the_machine_cannot_hold_is_refused_with_what_would_need_less():
    plan = plan_of({"whole": SNLI})
    needed = max(sum(node.cost.memory.get(name, 0) for name in ("weights", "gradients", "optimizer"))
                 for node in plan.nodes.values())  # fmt: skip
    refuse_too_large(plan.nodes.values(), needed)
    with pytest.raises(StudyError, match="before a text is read.*weights.*gradients.*optimizer") as caught:
        refuse_too_large(plan.nodes.values(), needed - 1)
    assert "--set training.lora_rank=16" in str(caught.value)


def test_low_rank_updates_need_little_more_than_the_weights():
    whole, low = (cost.train(ME5, WORK, part).memory for part in (Trained(), Trained(low_rank=True)))
    assert whole["weights"] == low["weights"]
    assert low["gradients"] + low["optimizer"] == 0 < whole["gradients"] + whole["optimizer"]


PHASES = {
    "256 x 6": ((256, 6, 640, 1400), 0.0, 0.285, 0.78),
    "256 x 6, masked LM": ((256, 6, 640, 1400), 0.15, 0.284, 0.80),
    "384 x 3": ((384, 3, 1536, 250_037), 0.0, 0.357, 1.17),
    "384 x 12": ((384, 12, 1536, 250_037), 0.0, 1.444, 1.79),
}
"""Shape (width, layers, inner width, vocabulary), share of masked tokens; seconds of the processor for one step of 32
inputs of the lab, and the most memory in GB: ``python benchmarks/plan_cost.py``."""


@pytest.mark.parametrize(("shape", "masked", "seconds", "memory"), PHASES.values(), ids=PHASES)
def test_a_phase_takes_about_what_was_measured(shape, masked: float, seconds: float, memory: float):
    names = ("hidden_size", "num_hidden_layers", "intermediate_size", "vocab_size")
    size = cost.size_of(dict(zip(names, shape, strict=True)))
    found = cost.train(size, Work(1, 32, 20, 128, 4096, masked), Trained(read_rows=not masked))
    assert found.seconds - cost.NODE_SECONDS == pytest.approx(seconds, rel=0.2)
    assert found.memory_bytes / 1e9 == pytest.approx(memory, rel=0.2)
