"""The states of chosen layers from one forward pass that goes no further than it must, and keeps none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import torch
    from transformers import PreTrainedModel

    Take = Callable[[int, torch.Tensor], None]
    """Called with a layer's number (0: embeddings) and its states, shape ``(b, t, h)``, as soon as they are there."""
    Run = Callable[[Mapping[str, torch.Tensor], Take], None]


class _Reached(Exception):  # noqa: N818 - ends a forward pass, and nothing went wrong
    """The deepest layer asked for has been run."""


def layer_runner(encoder: PreTrainedModel, wanted: Collection[int], sample: Mapping[str, torch.Tensor]) -> Run:
    """A function that runs the encoder on a batch and hands over the states of the layers ``wanted``.

    What is handed over is the library's ``hidden_states[layer]`` to the bit. Where the layers stand in one list, the
    states are taken from the layers themselves and the pass ends at the deepest one: the layers above and the pooler
    are never run. A trial on ``sample`` tells whether an architecture allows that; one that changes the states between
    or after its layers (a last layer norm) is run whole.

    Args:
        encoder: In evaluation mode, without gradients.
        wanted: Numbers of layers, 0 (embeddings) … N.
        sample: A small batch.
    """
    layers = layers_of(encoder)

    def whole(batch: Mapping[str, torch.Tensor], take: Take) -> None:
        states = encoder(**batch, output_hidden_states=True).hidden_states
        for layer in sorted(wanted):
            take(layer, states[layer])

    def cut(batch: Mapping[str, torch.Tensor], take: Take) -> None:
        _cut(encoder, layers, wanted, batch, take)

    return cut if layers and _agree(cut, whole, sample) else whole


def layers_of(encoder: PreTrainedModel) -> list[torch.nn.Module]:
    """The encoder's layers, bottom first: the outermost list that is as long as the config says; empty if none is."""
    import torch

    depth = int(encoder.config.num_hidden_layers)
    lists = (module for module in encoder.modules() if isinstance(module, torch.nn.ModuleList))
    return next((list(found) for found in lists if len(found) == depth), [])


def _cut(
    encoder: PreTrainedModel,
    layers: list[torch.nn.Module],
    wanted: Collection[int],
    batch: Mapping[str, torch.Tensor],
    take: Take,
) -> None:
    deepest = max(wanted)

    def reach(layer: int, states: torch.Tensor) -> None:
        take(layer, states)
        if layer == deepest:
            raise _Reached

    def before(module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        reach(0, args[0] if args else kwargs["hidden_states"])

    def after(layer: int) -> Callable[[torch.nn.Module, Any, Any], None]:
        return lambda module, args, output: reach(layer, output[0] if isinstance(output, tuple) else output)

    handles: list[Any] = []
    try:
        if 0 in wanted:
            handles.append(layers[0].register_forward_pre_hook(before, with_kwargs=True))
        handles += [layers[layer - 1].register_forward_hook(after(layer)) for layer in wanted if layer]
        encoder(**batch)
    except _Reached:
        pass
    finally:
        for handle in handles:
            handle.remove()


def _agree(cut: Run, whole: Run, sample: Mapping[str, torch.Tensor]) -> bool:
    """Whether both give the same states, each layer's once."""
    import torch

    one: list[tuple[int, torch.Tensor]] = []
    other: list[tuple[int, torch.Tensor]] = []
    try:
        cut(sample, lambda layer, states: one.append((layer, states.clone())))
    except (KeyError, AttributeError):  # the list holds something else than layers
        return False
    whole(sample, lambda layer, states: other.append((layer, states)))
    return len(one) == len(other) and all(
        layer == its and torch.equal(states, those)
        for (layer, states), (its, those) in zip(one, other, strict=True)
    )  # fmt: skip
