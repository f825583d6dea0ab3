"""What each kind of node of a review does; none of them needs torch."""
