"""The page: its sections, and the templates that show them."""
