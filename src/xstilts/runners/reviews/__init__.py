"""What each kind of node of a review does; none needs torch, but for a model of entailment or an encoder."""
