"""Texts about images: the grids that images are seen as, and the encoding of the kind that has some."""
