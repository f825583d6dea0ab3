"""The executor ``parsl``: nodes on many machines, by Parsl (Babuji et al. 2019, doi 10.1145/3307681.3325400).

    run ── crew (what is out, what was lost) ── engine (Parsl) ══ machine (in each worker) ── a process for the nodes

A site file (``site``) says what the machines are. Workers read and write the store themselves; what travels between
them and the run is JSON: nodes there, what became of them back.
"""
