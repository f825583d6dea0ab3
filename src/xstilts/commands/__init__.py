"""The verbs of the command line, by what they work on: studies, stores, models and the catalogue of names.

A verb reads its options, calls one function of a room and prints what comes back. Rooms are imported inside the verbs,
so that ``--help`` and ``list`` start fast and nothing but a running study meets torch.
"""
