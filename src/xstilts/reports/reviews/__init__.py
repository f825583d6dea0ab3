"""The report of a review: from its nodes to the files in its folder."""
