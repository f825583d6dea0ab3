"""From one vector per token to one vector per text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch

    from xstilts.encoding.base import TokenizerFacts


def _mean(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    """Mean over all tokens, special ones included (as XTREME's scripts take it)."""
    return _weighted(states, batch["attention_mask"])


def _mean_content(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    """Mean without special tokens; a text that has no others keeps them."""
    import torch

    special = torch.isin(batch["input_ids"], torch.tensor(facts.special_ids, device=states.device))
    inside = batch["attention_mask"] * ~special
    return _weighted(states, torch.where(inside.any(dim=1, keepdim=True), inside, batch["attention_mask"]))


def _first(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    """The first token's vector."""
    return states[:, 0]


def _weighted_mean(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    """Mean in which the i-th token weighs i, from 1 (SGPT: Muennighoff 2022, arXiv 2202.08904, section 3.1.2)."""
    inside = batch["attention_mask"]
    return _weighted(states, inside.cumsum(dim=1) * inside)


def _weighted(states: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    spread = weights.unsqueeze(-1).to(states.dtype)
    return (states * spread).sum(dim=1) / spread.sum(dim=1)


POOLINGS: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "mean": _mean, "mean-content": _mean_content, "first": _first, "weighted-mean": _weighted_mean,
}  # fmt: skip
"""Pooling name to ``(states, batch, facts) -> vectors``.

``states`` are floats of shape ``(b, t, h)``; ``batch`` holds ``input_ids`` and ``attention_mask``, int64 ``(b, t)``;
the vectors have shape ``(b, h)`` and the dtype of the states.
"""
