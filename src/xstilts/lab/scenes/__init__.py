"""Pictures of the world: what a clause tells, drawn instead of said, and the clauses that such pictures are judged by."""
