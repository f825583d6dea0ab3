"""What noise costs, as tables for people."""
