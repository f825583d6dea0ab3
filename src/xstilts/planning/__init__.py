"""From a study to its plan.

resolved, controls    what the study's names stand for; controls written out as phases
plan                  the whole: grid, overlap nodes, the analysis, warnings, costs
chains/               the grid, chain by chain: base → arm's phases → target's phases → evaluation
phases                one training phase as pure data, from what the study says
portions, data_nodes  what is read, and the nodes that prepare it
trained               what each arm trains, told once, from the same phases
study_facts           what the statistics need to know of the study
"""
