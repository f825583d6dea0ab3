"""A model set up for forward passes, and as it was before afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch
    from transformers import PreTrainedModel

    Progress = Callable[[int, int], None]


@contextmanager
def running(model: PreTrainedModel, device: str | None) -> Iterator[torch.device]:
    """Evaluation mode and no gradients for a while; gives the device that inputs must be on.

    Args:
        model: Moved to ``device``; its mode is restored afterwards.
        device: Where to run; None: where the model is.
    """
    import torch

    module: Any = model  # the library's own annotations are incomplete here
    target = torch.device(device) if device else model.device
    training = module.training
    module.to(target).eval()
    try:
        with torch.inference_mode():
            yield target
    finally:
        module.train(training)
