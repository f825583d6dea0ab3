"""Bases and heads: Hugging Face models around one shared encoder.

Only the registry of bases is imported here; loading, heads, stored models and export bring torch.
"""

from __future__ import annotations

from xstilts.models.bases import BASES, Base, all_bases, fingerprint, resolve

__all__ = ["BASES", "Base", "all_bases", "fingerprint", "resolve"]
