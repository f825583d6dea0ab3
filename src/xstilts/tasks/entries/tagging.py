"""Parts of speech: Universal Dependencies and MasakhaPOS.

The official folder of UD is ``ud-treebanks/`` with the unpacked release in it: ``ud-treebanks/UD_German-GSD/*.conllu``.
"""

from __future__ import annotations

from xstilts.languages import codes, styled
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task
from xstilts.tasks.entries.ner import MASAKHANER2, three_letters

# The order of the hub's class numbers.
UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM",
    "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip

XTREME = codes("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh")
ADDED_BY_XTREME_R = codes("lt pl uk ro wo")

# The script that made the hub's copy took every treebank whose folder holds the English name (huggingface/datasets:
# datasets/xtreme/xtreme.py, ``*_Greek*``), so these have Swiss German, Ancient Greek, Old French, Old Russian
# (google-research/xtreme#91) and Classical Chinese in them; XTREME itself goes by the language code of the file.
MIXED_ON_THE_HUB = codes("de el fr ru zh")
SUBSTITUTE = Overlap("overlap", "its sentences and parts of speech are UD English training data")


def _files(split: str) -> FileSpec:
    """All treebanks of a language, in the order of their names, as XTREME merges them."""
    return FileSpec(f"ud-treebanks/UD_{{language}}-*/*-ud-{split}.conllu", "conllu")


TASKS.register(
    "udpos",
    Task(
        name="udpos",
        kind=Kind.TAGGING,
        title="Universal Dependencies parts of speech, 17 tags, English training data (files under ud-treebanks/UD_*)",
        languages=(*XTREME, *ADDED_BY_XTREME_R),
        splits={"train": 21_253, "dev": 3_974, "test": None},
        labels=UPOS,
        metrics=("f1", "accuracy", "f1.seqeval1"),
        files={split: _files(split) for split in ("train", "dev", "test")},
        hub=HubSpec(
            repo="google/xtreme",
            config="udpos.{language}",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options={
                "columns": {"tokens": "tokens", "tags": "pos_tags"},
                "labels": {str(number): tag for number, tag in enumerate(UPOS)},
            },
            languages=tuple(code for code in XTREME if code not in MIXED_ON_THE_HUB),
            missing={"train": codes("th tl yo"), "dev": codes("kk th tl yo")},
        ),
        lab="udpos",
        # treebank folders and hub configs are named in English
        codes=styled((*XTREME, *ADDED_BY_XTREME_R), "name"),
        licence="per treebank",
        citation="Nivre et al. 2020, arXiv 2004.10643",
        overlaps={"ccg_substitute": SUBSTITUTE},
    ),
)

TASKS.register(
    "masakhapos",
    Task(
        name="masakhapos",
        kind=Kind.TAGGING,
        title="MasakhaPOS: parts of speech in the news, 17 tags, 20 African languages (not English)",
        languages=MASAKHANER2,
        splits={"train": None, "dev": None, "test": None},
        labels=UPOS,
        # the paper reports accuracy; F1 as UD-POS has it comes second
        metrics=("accuracy", "f1", "f1.seqeval1"),
        files={
            split: FileSpec(f"masakhane-pos/data/{{language}}/{split}.txt", "columns", {"separator": " "})
            for split in ("train", "dev", "test")
        },
        lab="masakhapos",
        no_source={"hub": "its copy needs a loading script, which is never run; clone masakhane-io/masakhane-pos"},
        codes=three_letters(MASAKHANER2),
        licence="CC BY-NC 4.0",
        non_commercial=True,
        citation="Dione et al. 2023, arXiv 2305.13989",
        overlaps={"mlm": Overlap("overlap", "news crawls hold the sentences that were annotated")},
    ),
)
