"""What a phase took over from the one before: every tensor by name, in one of four lists."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class TransferReport:
    """Names of tensors; anything that fits nowhere is an error and never gets this far.

    Attributes:
        kept: Encoder tensors that were read.
        new: Tensors of heads drawn for this phase (``task: name``).
        missing: Encoder tensors that the weights lack and that were drawn anew: only ever the pooler's.
        unexpected: Tensors of the pretraining head, read by nobody (a masked-LM head under a classifier).
    """

    kept: tuple[str, ...]
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Lists of names."""
        return {key: list(names) for key, names in asdict(self).items()}

    def write(self, path: Path) -> None:
        """Write the lists as JSON."""
        path.write_text(json.dumps(self.to_json(), indent=1) + "\n", encoding="utf-8")
