"""How like a question a paper is, as an encoder sees it: one more feature of the gate's score."""

from xstilts.evidence.likeness.encoder import Likeness, cosines, load, of_works

__all__ = ["Likeness", "cosines", "load", "of_works"]
