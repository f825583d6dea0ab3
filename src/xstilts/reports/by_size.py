"""The section of the report on the size of the base."""

from __future__ import annotations

from xstilts.reports.entries import Pictures, Place, Section, Tables
from xstilts.reports.figures.by_size import size_pictures
from xstilts.reports.tables.sizes import ladder_tables, scale_tables, size_sentence, slope_tables, text_tables
from xstilts.statistics.size.table import LANGUAGE_COLUMNS, SIZE_COLUMNS, SLOPE_COLUMNS, TEXT_COLUMNS

BY_SIZE = Section(
    "size", "Does the size of the base matter?", "Size",
    how="Each line is a group of languages; one that rises says that larger bases gain more from the arm. “+1.2, +0.3 "
    "to +2.1” under slope says that ten times the parameters add 1.2 points to the gain; an interval that holds zero "
    "says that this may be luck.",
    tables=(
        Tables(
            "slopes", "how gains change with the size of the base", slope_tables, Place.ASKED, SLOPE_COLUMNS,
            explained=True,
        ),
        Tables("scales", "slopes whose sign depends on the scale", scale_tables, Place.ASKED),
        Tables("ladder", "the bases by size, with the languages that each has never seen", ladder_tables, Place.DATA),
        Tables("text", "gains and slopes beside how much text a language has", text_tables, columns=TEXT_COLUMNS),
        Tables("sizes", "gains at each size, by cluster, on three scales", columns=SIZE_COLUMNS),
        Tables("language_slopes", "slopes language by language", columns=LANGUAGE_COLUMNS),
    ),
    pictures=(Pictures("sizes-ARM", "gain against the size of the base", size_pictures),),
    note=size_sentence, template="size",
)  # fmt: skip
