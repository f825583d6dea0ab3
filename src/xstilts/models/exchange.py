"""One language's update of an encoder for another's, by adding the difference of the two to its weights.

A task trained on top of the pivot's update has weights W + U(pivot) + T; in another language they become
W + U(language) + T, as in MAD-X (Pfeiffer et al. 2020, arXiv 2005.00052, section 3.4), whose adapters are stacked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.errors import ModelError
from xstilts.models.load import load_encoder

if TYPE_CHECKING:
    from pathlib import Path

    import torch


@dataclass
class Updates:
    """The updates that a trained encoder can take.

    Attributes:
        encoder: The trained encoder; :meth:`put` changes it in place.
        pivot: Folder of the base with the pivot's update, on which the encoder was trained.
        folders: Language to the folder of the base with its update.
    """

    encoder: torch.nn.Module
    pivot: Path
    folders: dict[str, Path]
    _own: dict[str, torch.Tensor] = field(init=False)
    _base: dict[str, torch.Tensor] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the weights as trained, and those of the base they were trained on."""
        self._own = {name: tensor.detach().clone() for name, tensor in self.encoder.named_parameters()}
        self._base = dict(load_encoder(self.pivot)[0].named_parameters())

    def put(self, language: str) -> None:
        """Put a language's update in place; a language without one gets the pivot's.

        Raises:
            ModelError: If the encoders do not have the same weights.
        """
        import torch

        folder = self.folders.get(language, self.pivot)
        other = self._base if folder == self.pivot else dict(load_encoder(folder)[0].named_parameters())
        names = sorted((set(other) ^ set(self._own)) | (set(self._base) ^ set(self._own)))
        if names:
            raise ModelError(f"The updates belong to another encoder: {', '.join(names[:3])}.", field=str(folder))
        with torch.no_grad():
            for name, tensor in self.encoder.named_parameters():
                own = self._own[name]
                tensor.copy_(own if other is self._base else own + other[name] - self._base[name])
