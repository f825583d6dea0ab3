"""What is likely to come out of runs that were not made, and which run is worth making next.

A grid holds what was measured; a model of gains fills its gaps with intervals; a race says which arms can still win,
however often it is looked at; a planner names the next run. All of it is arithmetic on scores: no model, no store.
"""
