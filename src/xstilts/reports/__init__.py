"""Tables, figures and one self-contained HTML page, from what the store's nodes kept. Never imports torch."""

from __future__ import annotations

from xstilts.reports.shapes import Outcome, Plan
from xstilts.reports.write import write

__all__ = ["Outcome", "Plan", "write"]
