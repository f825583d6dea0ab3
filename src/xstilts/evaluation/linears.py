"""Linear layers on a processor, with weights laid out beforehand for the library that multiplies them.

In float32 torch asks MKL, which takes weights as they lie. oneDNN, which comes with torch too, multiplies weights that
were laid out for it faster on AMD's processors, and computes the gelu after them in the same go. The sums are the same
ones in another order. The laid-out weights need as much memory as those they were made of, for as long as they are
used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.evaluation.lanes import around_the_same_weights
from xstilts.evaluation.layers import layers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import torch
    from transformers import PreTrainedModel

    Packed = Mapping[int, torch.Tensor]
    """Weights laid out, by the identity of the weights that they were made of."""

_TOKENS = 1024
"""About how many tokens a product has; the layout fits any number."""

_CLOSE = 1e-4
"""Of the largest state: float32 adds up so many products at least as exactly in any order."""


def pack(encoder: PreTrainedModel, deepest: int, sample: Mapping[str, torch.Tensor]) -> Packed:
    """The weights of the linear layers up to a layer of an encoder, laid out.

    None where torch has no oneDNN, where MKL is not what it would ask, where the modules have hooks or forwards of
    somebody else's, or where a trial on ``sample`` fails or gives other states: the functions are those that torch's
    own compiler uses, and may change.

    Args:
        encoder: On a processor, in evaluation mode.
        deepest: Number of the last layer that is run.
        sample: A small batch.
    """
    import torch

    backends = torch.backends
    if not (backends.mkl.is_available() and backends.mkldnn.is_available() and backends.mkldnn.enabled):
        return {}
    weights = {
        id(its.weight): its.weight for layer in layers_of(encoder)[:deepest] for its in _linears(layer.modules())
    }
    if not weights or any(map(_is_changed, encoder.modules())):
        return {}
    with torch.inference_mode():
        try:
            packed = {name: torch.ops.mkldnn._reorder_linear_weight(its, _TOKENS) for name, its in weights.items()}
            both = (with_packed(encoder, packed), encoder)
            found, expected = (one(**sample, output_hidden_states=True).hidden_states[deepest] for one in both)
        except Exception:  # whatever a trial meets, the layers can still be run as they are
            return {}
        atol = _CLOSE * float(expected.abs().max())
        return packed if atol >= 0 and torch.allclose(found, expected, rtol=0, atol=atol) else {}


def with_packed(encoder: PreTrainedModel, packed: Packed) -> PreTrainedModel:
    """A copy of the modules around the same weights whose linear layers multiply by those that were laid out.

    Args:
        encoder: Its weights are the very ones that were packed.
        packed: From :func:`pack`; if it is empty, the encoder itself is given back.
    """
    if not packed:
        return encoder
    own = around_the_same_weights(encoder)
    modules: Any = own
    gelus = _gelus(modules.modules())
    for module in _linears(modules.modules()):
        if id(module.weight) in packed:
            changed: Any = module
            then = "gelu" if module in gelus else "none"
            changed.forward = _forward(packed[id(module.weight)], module.bias, then)
            if module in gelus:
                gelus[module].forward = lambda states: states
    return own


def _linears(modules: Iterable[torch.nn.Module]) -> list[torch.nn.Linear]:
    """Plain ones: what a library derives from them may compute something else."""
    import torch

    found = [module for module in modules if type(module) is torch.nn.Linear]
    return [module for module in found if module.weight.dtype == torch.float32 and module.weight.device.type == "cpu"]


def _gelus(modules: Iterable[torch.nn.Module]) -> dict[torch.nn.Module, Any]:
    """Linear layers of feed-forward blocks as BERT's family has them, and the exact gelu after each."""
    import torch

    found: dict[torch.nn.Module, Any] = {}
    for block in modules:
        layer, after = getattr(block, "dense", None), getattr(block, "intermediate_act_fn", None)
        if isinstance(layer, torch.nn.Linear) and getattr(after, "act", None) is torch.nn.functional.gelu:
            found[layer] = after
    return found


def _is_changed(module: torch.nn.Module) -> bool:
    """Whether a call of the module is more than its class's forward; the library's own hooks only take states down."""
    hooks = [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
    theirs = [hook for hook in hooks if not str(getattr(hook, "__module__", "")).startswith("transformers.")]
    return "forward" in vars(module) or bool(theirs)


def _forward(weight: torch.Tensor, bias: torch.Tensor | None, then: str) -> Callable[[torch.Tensor], torch.Tensor]:
    import torch

    def forward(states: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(states.contiguous(), weight, bias, then, [], "none")
        return found

    return forward
