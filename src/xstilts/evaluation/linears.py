"""Linear layers on a processor, with weights laid out beforehand for the library that multiplies them.

In float32 torch asks MKL, which takes weights as they lie. oneDNN, which comes with torch too, multiplies weights that
were laid out for it about an eighth faster on AMD's processors, and computes the gelu after them in the same go
(benchmarks/encoding.py). The sums are the same ones in another order. The laid-out weights need as much memory as those
they were made of, for as long as they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.evaluation.lanes import around_the_same_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch
    from transformers import PreTrainedModel

    Packed = Mapping[int, torch.Tensor]
    """Weights laid out, by the identity of the weights that they were made of."""

_TOKENS = 1024
"""About how many tokens a product has; the layout fits any number."""

_CLOSE = 1e-4
"""Of the largest state: float32 adds up so many products at least as exactly in any order."""


def pack(encoder: PreTrainedModel, sample: Mapping[str, torch.Tensor]) -> Packed:
    """The weights of an encoder's linear layers, laid out.

    None where torch has no oneDNN, where MKL is not what it would ask, or where a trial on ``sample`` says that the
    states are not the same: the functions are those that torch's own compiler uses, and may change.

    Args:
        encoder: On a processor, in evaluation mode.
        sample: A small batch.
    """
    import torch

    backends = torch.backends
    if not (backends.mkl.is_available() and backends.mkldnn.is_available() and backends.mkldnn.enabled):
        return {}
    weights = {id(module.weight): module.weight for module in _linears(encoder)}
    with torch.inference_mode():
        try:
            packed = {name: torch.ops.mkldnn._reorder_linear_weight(its, _TOKENS) for name, its in weights.items()}
            changed = around_the_same_weights(encoder)
            use(changed, packed)
            found, expected = (one(**sample).last_hidden_state for one in (changed, encoder))
        except (AttributeError, NotImplementedError, RuntimeError, TypeError):
            return {}
        same = torch.allclose(found, expected, rtol=0, atol=_CLOSE * float(expected.abs().max()))
    return packed if same else {}


def use(encoder: torch.nn.Module, packed: Packed) -> None:
    """Let linear layers multiply by the weights that were laid out; the modules given are changed.

    Args:
        encoder: Its weights are the very ones that were packed. No gradient can flow through it afterwards.
        packed: From :func:`pack`.
    """
    gelus = _gelus(encoder)
    for module in _linears(encoder):
        if id(module.weight) in packed:
            changed: Any = module
            then = "gelu" if module in gelus else "none"
            changed.forward = _forward(packed[id(module.weight)], module.bias, then)
            if module in gelus:
                gelus[module].forward = lambda states: states


def _linears(encoder: torch.nn.Module) -> list[torch.nn.Linear]:
    """Plain ones: what a library derives from them may compute something else."""
    import torch

    found = [module for module in encoder.modules() if type(module) is torch.nn.Linear]
    return [module for module in found if module.weight.dtype == torch.float32 and module.weight.device.type == "cpu"]


def _gelus(encoder: torch.nn.Module) -> dict[torch.nn.Module, Any]:
    """Linear layers of feed-forward blocks as BERT's family has them, and the exact gelu after each."""
    import torch

    found: dict[torch.nn.Module, Any] = {}
    for block in encoder.modules():
        layer, after = getattr(block, "dense", None), getattr(block, "intermediate_act_fn", None)
        if isinstance(layer, torch.nn.Linear) and getattr(after, "act", None) is torch.nn.functional.gelu:
            found[layer] = after
    return found


def _forward(weight: torch.Tensor, bias: torch.Tensor | None, then: str) -> Callable[[torch.Tensor], torch.Tensor]:
    import torch

    def forward(states: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(states.contiguous(), weight, bias, then, [], "none")
        return found

    return forward
