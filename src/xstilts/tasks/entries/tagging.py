"""Word tagging: Universal Dependencies parts of speech."""

from __future__ import annotations

from xstilts.languages import codes, styled
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Task

# The order of the hub's class numbers.
UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM",
    "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip

XTREME = codes("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh")
ADDED_BY_XTREME_R = codes("lt pl uk ro wo")


def _files(split: str) -> FileSpec:
    """All treebanks of a language, in the order of their names, as XTREME merges them."""
    return FileSpec(f"ud-treebanks/UD_{{language}}-*/*-ud-{split}.conllu", "conllu")


TASKS.register(
    "udpos",
    Task(
        name="udpos",
        kind=Kind.TAGGING,
        title="Universal Dependencies parts of speech, 17 tags, English training data",
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
            languages=XTREME,
        ),
        lab="udpos",
        # treebank folders and hub configs are named in English
        codes=styled((*XTREME, *ADDED_BY_XTREME_R), "name"),
        licence="per treebank",
        citation="Nivre et al. 2020, arXiv 2004.10643",
    ),
)
