"""Sentence retrieval: Tatoeba."""

from __future__ import annotations

from xstilts.languages import codes, styled
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

XTREME = codes(
    "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur vi zh"
)
ADDED_BY_XTREME_R = codes("az lt pl uk ro")
ALSO_IN_LASER = codes("am tt ug xh")
ALL = (*XTREME, *ADDED_BY_XTREME_R, *ALSO_IN_LASER)

TASKS.register(
    "tatoeba",
    Task(
        name="tatoeba",
        kind=Kind.RETRIEVAL,
        title="Tatoeba: find the translation of an English sentence among up to 1,000",
        languages=ALL,
        splits={"test": 1_000},
        metrics=("accuracy", "hit@10", "mrr@20"),
        files={
            "test": FileSpec(
                (
                    "LASER/data/tatoeba/v1/tatoeba.{language}-eng.{language}",
                    "LASER/data/tatoeba/v1/tatoeba.{language}-eng.eng",
                ),
                "lines",
                {"columns": {"query": 1, "candidate": 0}},
            )
        },
        hub=HubSpec(
            repo="google/xtreme",
            config="tatoeba.{language}",
            splits={"test": "validation"},
            options={"columns": {"query": "target_sentence", "candidate": "source_sentence"}},
            languages=XTREME,
        ),
        lab="tatoeba",
        # three letters, with the individual language for some of the macrolanguages
        codes=styled(ALL, "iso3") | {"fa": "pes", "sw": "swh", "zh": "cmn"},
        licence="CC BY 2.0 FR",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Artetxe and Schwenk 2019, arXiv 1812.10464",
        overlaps={"tatoeba": Overlap("leak", "its sentence pairs are what is searched for")},
    ),
)
