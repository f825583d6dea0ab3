"""The sections of the questions beside gains: model size, noise, images."""

from __future__ import annotations

from xstilts.reports.entries import Pictures, Place, Section, Tables
from xstilts.reports.figures.by_size import size_pictures
from xstilts.reports.figures.degradation import degradation_pictures
from xstilts.reports.figures.visual import visual_pictures
from xstilts.reports.page import measured
from xstilts.reports.tables.sizes import ladder_tables, scale_tables, size_sentence, slope_tables, text_tables
from xstilts.reports.tables.under_noise.corrupted import corrupted_tables
from xstilts.reports.tables.under_noise.people import people_tables
from xstilts.reports.tables.under_noise.robustness import robustness_tables
from xstilts.reports.tables.visual import visual_tables
from xstilts.statistics.robustness.degradation import DEGRADATION_COLUMNS, NOISE_COLUMNS
from xstilts.statistics.robustness.people import PEOPLE_COLUMNS
from xstilts.statistics.robustness.table import ROBUSTNESS_COLUMNS
from xstilts.statistics.size.table import LANGUAGE_COLUMNS, SIZE_COLUMNS, SLOPE_COLUMNS, TEXT_COLUMNS
from xstilts.statistics.tables.visual_gains import VISUAL_COLUMNS

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

UNDER_NOISE = Section(
    "noise",
    "What noise costs",
    "Noise",
    how="Each line is an arm: it begins on the left at its score on clean text and falls as more letters are "
    "edited. “+1.2” under “loses less than none” says that noise costs this arm 1.2 points less than none; if "
    "the range below it holds zero, this may be luck.",
    tables=(
        Tables(
            "robustness",
            "what noise costs every arm, and how much less than none",
            robustness_tables,
            Place.ASKED,
            ROBUSTNESS_COLUMNS,
            explained=True,
        ),
        Tables(
            "people",
            "what people's noise costs, beside made noise on the same items",
            people_tables,
            columns=PEOPLE_COLUMNS,
        ),
        Tables("corrupted", "some items under noise, with the answers to them", corrupted_tables),
        Tables("noise", "scores, flips and edits by language, noise and severity", columns=NOISE_COLUMNS),
        Tables("degradation", "scores as noise grows: what the curves show", columns=DEGRADATION_COLUMNS),
    ),
    pictures=(Pictures("degradation-BASE-TARGET", "scores as noise grows", degradation_pictures),),
    template="noise",
    content=measured.under_noise,
)

WITH_IMAGES = Section(
    "images",
    "What the images add",
    "Images",
    how="Each row is an arm: “70.0, 40.0, +30.0” says that its score falls by 30 points without the images, so it uses "
    "them. “+2.0” under “more than none” says that the arm makes the images worth 2 points more; if the range below "
    "it holds zero, this may be luck.",
    tables=(
        Tables(
            "visual",
            "scores with and without images, arm by arm",
            visual_tables,
            Place.ASKED,
            VISUAL_COLUMNS,
            explained=True,
        ),
    ),
    pictures=(Pictures("visual-BASE-TARGET", "gains with captions and with images", visual_pictures),),
    template="images",
)
