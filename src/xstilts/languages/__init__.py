"""Who speaks: BCP-47 codes with family, genus, script, word order and size, the clusters they make, and more.

- ``table``: the languages, from ``languages.csv`` (sources and licences of every column: docs/how-to/languages.md) and
  ``lab.csv`` (the lab's invented ones). Empty cells are not known from these sources; nothing is guessed.
- ``clusters``: sets of languages by a column of the table.
- ``styles``: how data sets write a language, and the one code that all of it means.
- ``choice``: which languages a mix is made of.
"""

from xstilts.languages.choice import Rule, choose, feature_distance, leave_out
from xstilts.languages.clusters import UNKNOWN, WIKIPEDIA_SIZES, Clustering, clusters
from xstilts.languages.styles import Style, as_flores, as_iso2, as_iso3, as_name, as_pair, normalise, styled
from xstilts.languages.table import LANGUAGES, Language, codes, get, name_of, spoken

__all__ = [
    "LANGUAGES",
    "UNKNOWN",
    "WIKIPEDIA_SIZES",
    "Clustering",
    "Language",
    "Rule",
    "Style",
    "as_flores",
    "as_iso2",
    "as_iso3",
    "as_name",
    "as_pair",
    "choose",
    "clusters",
    "codes",
    "feature_distance",
    "get",
    "leave_out",
    "name_of",
    "normalise",
    "spoken",
    "styled",
]
