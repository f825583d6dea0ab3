"""Reports of the usual form, from files or from those that come with xstilts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.evidence.seed_report import parse_report
from xstilts.evidence.seeds import seed_reports
from xstilts.literature.full_text.limits import decoded, read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.seed_report import SeedReport


def read_reports(names: Sequence[str]) -> list[SeedReport]:
    """The reports that are named, in order.

    Args:
        names: Paths, or names of ``seeds``.

    Raises:
        InputError: If there is no such file or name, or it cannot be read as such a report.
    """
    shipped = {report.name: report for report in seed_reports()}
    found = []
    for name in names:
        path = Path(name)
        if name in shipped and not path.exists():
            found.append(shipped[name])
        elif not path.exists():
            raise InputError("There is no such file or printed report.", field=name, value=name, allowed=shipped)
        else:
            found.append(parse_report(decoded(read_bytes(path)), path.stem if len(names) == 1 else path.name))
    return found
