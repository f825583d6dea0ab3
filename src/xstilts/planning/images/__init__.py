"""Images in a plan: the nodes that read and look at them, and targets that are tested with and without them."""
