"""How gains change with the size of the base: slopes over a ladder of bases, and what a gain is worth in parameters."""
