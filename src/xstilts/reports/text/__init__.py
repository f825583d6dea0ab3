"""A report in sentences: the paper, its references, and what the numbers cannot say."""
