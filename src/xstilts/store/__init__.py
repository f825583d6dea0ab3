"""The store: nodes, their keys, and the folder that keeps results."""
