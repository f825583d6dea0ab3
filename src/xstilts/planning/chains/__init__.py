"""One chain of a study's grid to its nodes: a base, an arm's phases, a target's phases, and their evaluation."""
