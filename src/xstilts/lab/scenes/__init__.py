"""Pictures of the world: what a clause tells, drawn instead of said, and the sentences that are judged by them."""
