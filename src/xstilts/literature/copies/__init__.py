"""Open copies of papers on the net: where they lie, and the text of the first that can be read."""
