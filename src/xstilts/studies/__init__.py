"""Studies: YAML → validated spec → plan (a DAG of nodes) → store → executors.

The parts are imported by their own names (``xstilts.store.store``), so that a command loads only what it needs.
"""
