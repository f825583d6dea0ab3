"""One training run: mixture sampling and schedules (pure), one loop, scratch checkpoints.

Only the pure part is imported here; the loop (``xstilts.training.loop``) brings torch.
"""

from __future__ import annotations

from xstilts.training.phase import Mix, PhaseSpec

__all__ = ["Mix", "PhaseSpec"]
