"""xstilts: which intermediate training helps zero-shot transfer, by how much, how surely."""

__version__ = "0.1.0"
