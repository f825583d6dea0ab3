"""What noise does to scores: measures of robustness, and differences in differences against ``none``."""
