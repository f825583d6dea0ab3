"""Who speaks: BCP-47 codes with family, genus, script, word order and size, and the clusters they make.

``languages.csv`` holds the languages of XTREME and XTREME-R and some more, ``lab.csv`` those of the lab. Sources of
``languages.csv`` (details in docs/languages.md):

- ISO 639-3 code, name, script: LinguaMeta (google-research/url-nlp, CC BY-SA 4.0).
- Family, genus: WALS Online (cldf-datasets/wals, CC BY 4.0).
- Order: the WALS values in URIEL (antonisa/lang2vec, CC BY-SA 4.0).
- Wikipedia articles: the count of 2023-03-25 in allenai/OLMo (Apache-2.0).

Empty cells are not known from these sources; nothing is guessed.
"""

from xstilts.languages.clusters import UNKNOWN, WIKIPEDIA_SIZES, Clustering, clusters
from xstilts.languages.table import LANGUAGES, Language, codes, get, name_of, spoken

__all__ = [
    "LANGUAGES",
    "UNKNOWN",
    "WIKIPEDIA_SIZES",
    "Clustering",
    "Language",
    "clusters",
    "codes",
    "get",
    "name_of",
    "spoken",
]
