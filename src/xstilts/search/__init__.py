"""Vectors → nearest neighbours, exact or approximate."""
