"""xstilts: which intermediate training helps zero-shot cross-lingual transfer, by how much, how surely, at what cost."""

__version__ = "0.1.0"
