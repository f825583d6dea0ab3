"""A node that pretrains an encoder: a phase of training like any other."""

from xstilts.runners.train import run

__all__ = ["run"]
