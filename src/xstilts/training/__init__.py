"""One training run: mixture sampling and schedules (pure), one loop, snapshots.

Only the pure part is imported here; the loop (``xstilts.training.loop``) brings torch.
"""

from __future__ import annotations

from xstilts.training.contrast import Contrast
from xstilts.training.mix import Mix
from xstilts.training.phase import PhaseSpec

__all__ = ["Contrast", "Mix", "PhaseSpec"]
