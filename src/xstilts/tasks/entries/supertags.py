"""Supertags: CCGbank, which is licensed, and a free tagger task to use in its place."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, Kind, Task
from xstilts.tasks.entries.tagging import UPOS

AUTO = "ccgbank_1_1/data/AUTO"
LABEL_FILE = "ccg.labels.txt"
ACCESS = (
    "CCGbank is licensed: it is LDC2005T13 in the catalogue of the Linguistic Data Consortium (www.ldc.upenn.edu). "
    f"Unpack it into the data folder and list its categories: grep -oh '(<L [^ ]*' {AUTO}/*/*.auto | cut -d' ' -f2 | "
    f"sort -u > {LABEL_FILE}. A free tagger task to use in its place is ccg_substitute."
)

# Sections 02-21 of the Penn Treebank are for training, 00 for development, 23 for testing.
SECTIONS = {"train": range(2, 22), "dev": range(1), "test": range(23, 24)}

# The 37 universal relations of UD version 2.
RELATIONS = (
    "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "clf", "compound", "conj", "cop", "csubj",
    "dep", "det", "discourse", "dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark", "nmod",
    "nsubj", "nummod", "obj", "obl", "orphan", "parataxis", "punct", "reparandum", "root", "vocative", "xcomp",
)  # fmt: skip

TASKS.register(
    "ccg",
    Task(
        name="ccg",
        kind=Kind.TAGGING,
        title="CCGbank supertags: the lexical category of each word (licensed; ccg_substitute is free)",
        languages=("en",),
        splits={"train": None, "dev": None, "test": None},
        label_file=LABEL_FILE,
        metrics=("accuracy",),
        files={
            split: FileSpec(tuple(f"{AUTO}/{section:02}/*.auto" for section in sections), "ccgbank")
            for split, sections in SECTIONS.items()
        },
        lab="ccg",
        no_source={"hub": "CCGbank is licensed and has no free copy; use source files, or the task ccg_substitute"},
        access=ACCESS,
        licence="LDC User Agreement",
        non_commercial=None,
        citation="Hockenmaier and Steedman 2007, J07-3004",
    ),
)

TASKS.register(
    "ccg_substitute",
    Task(
        name="ccg_substitute",
        kind=Kind.TAGGING,
        title="Substitute for CCGbank, not CCG: part of speech with dependency relation, UD English EWT",
        languages=("en",),
        splits={"train": None, "dev": None, "test": None},
        labels=tuple(f"{tag}/{relation}" for tag in UPOS for relation in RELATIONS),
        metrics=("accuracy",),
        files={
            split: FileSpec(f"ud-treebanks/UD_English-EWT/en_ewt-ud-{split}.conllu", "conllu", {"tag": "upos/deprel"})
            for split in ("train", "dev", "test")
        },
        no_source={
            "hub": "no copy there has part of speech and relation as one tag",
            "lab": "the lab has a twin of ccg itself",
        },
        licence="CC BY-SA 4.0",
        non_commercial=False,
        citation="Silveira et al. 2014, LREC",
    ),
)
