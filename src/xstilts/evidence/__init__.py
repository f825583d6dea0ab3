"""A question, the papers kept for it, what they say, how each saying was checked, and whether it is answered."""
