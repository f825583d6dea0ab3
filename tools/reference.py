"""Write the pages of docs/reference, and the glossary, from the code that they describe: ``make reference``.

A test compares each page with what would be written, so that none says what is no longer so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reference_pages import command_line, glossary, names, report_files, study_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = Path(__file__).parents[1] / "docs/reference"
PAGES: Mapping[str, Callable[[], str]] = {
    "../glossary.md": glossary.written,
    "study_file.md": study_file.written,
    "command_line.md": command_line.written,
    "tasks.md": names.tasks,
    "metrics.md": names.metrics,
    "bases.md": names.bases,
    "noises.md": names.noises,
    "protocols.md": names.protocols,
    "report_files.md": report_files.written,
}
"""Every page of the reference, and the function that gives its text."""


def main() -> None:
    """Write every page."""
    for name, written in PAGES.items():
        (FOLDER / name).write_text(written(), encoding="utf-8")
        print((FOLDER / name).resolve().relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main()
