"""The five printed reports that this project's questions came from: 51 rows, with a verdict of ours on each.

``reports/`` holds what was printed, ``verdicts.yaml`` what the source says of each claim. Whether a row bears on its
report's question is not written down: ``evidence.audits.reports`` works it out.
"""

from xstilts.evidence.seeds.read import SeedRow, SourceVerdict, seed_reports, seed_rows, source_verdicts

__all__ = ["SeedRow", "SourceVerdict", "seed_reports", "seed_rows", "source_verdicts"]
