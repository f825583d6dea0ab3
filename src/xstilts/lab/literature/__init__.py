"""An invented literature about the lab's results: papers of which it is known what is true, as files that readers take.

The names of its people, papers and venues are invented; its ids cannot be real ones.
"""

from __future__ import annotations

from xstilts.lab.literature.whole import SIZES, VERSION, Literature, literature

__all__ = ["SIZES", "VERSION", "Literature", "literature"]
