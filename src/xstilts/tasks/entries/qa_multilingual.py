"""Extractive question answering beyond English: MLQA, TyDiQA-GoldP, and SQuAD-like sets to train on.

Each is scored by its own rule. MLQA, JaQuAD and CMRC 2018 have one; TyDiQA-GoldP (in XTREME) and ARCD are scored by
SQuAD v1.1's in their own scripts; SQuAD-it and SQuAD-es are translations of SQuAD that publish no script of their own.
"""

from __future__ import annotations

from xstilts.languages import LANGUAGES, codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin
from xstilts.tasks.entries.qa import FILE_OPTIONS, HUB_OPTIONS

SCRIPTED = "{config}/{split}/*.parquet"
DROP = {"mismatched_answers": "drop"}
# answers that were lost in translation are empty, at offset -1, beside others of the same question
DROP_ANSWER = {"mismatched_answers": "drop_answer"}

MLQA = codes("ar de en es hi vi zh")

TASKS.register(
    "mlqa",
    Task(
        name="mlqa",
        kind=Kind.SPAN_QA,
        title="MLQA: 7 languages, also with context and question in different ones, trained on SQuAD v1.1",
        # one language alone stands for itself with itself; pairs are context+question, the answer is the context's
        languages=(*MLQA, *(f"{context}+{asked}" for context in MLQA for asked in MLQA if asked != context)),
        # by language: dev 500 to 1,148, test 4,517 to 11,590 (facebookresearch/MLQA:README.md)
        splits={"dev": None, "test": None},
        rule="mlqa",
        metrics=("f1", "exact_match", "f1.mlqa_corrected", "exact_match.mlqa_corrected"),
        files={
            split: FileSpec(
                f"MLQA_V1/{split}/{split}-context-{{context}}-question-{{question}}.json", "squad_json", FILE_OPTIONS
            )
            for split in ("dev", "test")
        },
        hub=HubSpec(
            repo="google/xtreme",
            config="MLQA.{context}.{question}",
            splits={"dev": "validation", "test": "test"},
            options=HUB_OPTIONS,
        ),
        lab="mlqa",
        licence="CC BY-SA 3.0",
        non_commercial=False,
        origin=TextOrigin.MIXED,  # the contexts are native, the questions translated from English by people
        citation="Lewis et al. 2020, arXiv 1910.07475",
        overlaps={
            "squad": Overlap("overlap", "SQuAD train is MLQA's training set"),
            "squad_v2": Overlap("overlap", "the answerable questions of SQuAD v2.0 are MLQA's training set"),
            "squad_es": Overlap("leak", "MLQA's training set in Spanish: es is no longer zero-shot"),
            "mlqa": Overlap("leak", "its questions in other languages are the target's own test questions"),
        },
    ),
)

TYDIQA = codes("ar bn en fi id ko ru sw te")
# both copies hold all languages in one table: a question's id begins with its language in English
BY_ID = {
    "id": "id",
    "pattern": {"column": "id", "regex": r"(?P<asked_in>[a-z]+)-.*"},
    "where": {"asked_in": "{language}"},
}

TASKS.register(
    "tydiqa",
    Task(
        name="tydiqa",
        kind=Kind.SPAN_QA,
        title="TyDiQA-GoldP: questions asked by people who want to know, 9 languages, English training data",
        languages=TYDIQA,
        # train: English; test is GoldP dev v1.1, 113 (bn) to 921 (ar) questions, counted in the file
        splits={"train": 3_696, "test": None},
        metrics=("f1", "exact_match"),
        files={
            split: FileSpec(f"tydiqa-goldp-v1.1-{released}.json", "squad_json", BY_ID)
            for split, released in (("train", "train"), ("test", "dev"))
        },
        hub=HubSpec(
            repo="google/xtreme",
            config="tydiqa",
            splits={"train": "train", "test": "validation"},
            options=HUB_OPTIONS | BY_ID,
        ),
        lab="tydiqa",
        codes={code: LANGUAGES.get(code).name.lower() for code in TYDIQA},
        licence="Apache-2.0",
        non_commercial=False,
        citation="Clark et al. 2020, arXiv 2003.05002",
        overlaps={"tydiqa": Overlap("leak", "in another language than English it is no longer zero-shot")},
    ),
)

TASKS.register(
    "arcd",
    Task(
        name="arcd",
        kind=Kind.SPAN_QA,
        title="ARCD: questions on the Arabic Wikipedia",
        languages=("ar",),
        splits={"train": 693, "test": 702},
        metrics=("f1", "exact_match"),
        files={split: FileSpec(f"data/arcd-{split}.json", "squad_json", FILE_OPTIONS) for split in ("train", "test")},
        hub=HubSpec(
            repo="hsseinmz/arcd",
            config="plain_text",
            splits={"train": "train", "test": "validation"},
            options=HUB_OPTIONS,
        ),
        lab="arcd",
        no_target="its training data is in Arabic alone, and a target is trained in the pivot",
        licence="MIT",
        non_commercial=False,
        citation="Mozannar et al. 2019, arXiv 1906.05394",
    ),
)

TASKS.register(
    "jaquad",
    Task(
        name="jaquad",
        kind=Kind.SPAN_QA,
        title="JaQuAD: questions on the Japanese Wikipedia",
        languages=("ja",),
        splits={"train": 31_748, "dev": 3_939},
        rule="jaquad",
        metrics=("f1", "exact_match"),
        files={
            split: FileSpec(f"data/{split}/jaquad_{split}_*.json", "squad_json", FILE_OPTIONS)
            for split in ("train", "dev")
        },
        hub=HubSpec(
            repo="SkelterLabsInc/JaQuAD",
            config="default",
            splits={"train": "train", "dev": "validation"},
            options=HUB_OPTIONS,
            parquet=SCRIPTED,
        ),
        lab="jaquad",
        no_target="its training data is in Japanese alone, and a target is trained in the pivot",
        licence="CC BY-SA 3.0",
        non_commercial=False,
        citation="So et al. 2022, arXiv 2202.01764",
    ),
)

TASKS.register(
    "cmrc2018",
    Task(
        name="cmrc2018",
        kind=Kind.SPAN_QA,
        title="CMRC 2018: questions on the Chinese Wikipedia",
        languages=("zh",),
        splits={"train": 10_142, "dev": 3_219},
        rule="cmrc2018",
        metrics=("f1", "exact_match"),
        files={
            split: FileSpec(f"squad-style-data/cmrc2018_{split}.json", "squad_json", FILE_OPTIONS | DROP)
            for split in ("train", "dev")
        },
        hub=HubSpec(
            repo="hfl/cmrc2018",
            config="default",
            splits={"train": "train", "dev": "validation"},
            options=HUB_OPTIONS | DROP,
            parquet=SCRIPTED,
        ),
        lab="cmrc2018",
        no_target="its training data is in Chinese alone, and a target is trained in the pivot",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        citation="Cui et al. 2019, doi 10.18653/v1/D19-1600",
    ),
)

TASKS.register(
    "squad_it",
    Task(
        name="squad_it",
        kind=Kind.SPAN_QA,
        title="SQuAD-it: SQuAD v1.1 translated into Italian by machine",
        languages=("it",),
        splits={"train": 54_159, "test": 7_609},
        metrics=("f1", "exact_match"),
        files={
            split: FileSpec(f"SQuAD_it-{split}.json.gz", "squad_json", FILE_OPTIONS | DROP)
            for split in ("train", "test")
        },
        hub=HubSpec(
            repo="crux82/squad_it",
            config="default",
            splits={"train": "train", "test": "test"},
            options=HUB_OPTIONS | DROP,
            parquet=SCRIPTED,
        ),
        lab="squad_it",
        no_target="its training data is in Italian alone, and a target is trained in the pivot",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        origin=TextOrigin.MACHINE_TRANSLATED,
        citation="Croce et al. 2018, doi 10.1007/978-3-030-03840-3_29",
        overlaps={"xquad": Overlap("leak", "XQuAD's questions are SQuAD dev, which is translated in its test set")},
    ),
)

TASKS.register(
    "squad_es",
    Task(
        name="squad_es",
        kind=Kind.SPAN_QA,
        title="SQuAD-es: SQuAD v1.1 translated into Spanish by machine",
        languages=("es",),
        splits={"train": None, "dev": 10_570},
        metrics=("f1", "exact_match"),
        files={
            split: FileSpec(f"SQuAD-es-v1.1/{split}-v1.1-es.json", "squad_json", FILE_OPTIONS | DROP_ANSWER)
            for split in ("train", "dev")
        },
        hub=HubSpec(
            repo="ccasimiro/squad_es",
            config="v1.1.0",
            splits={"train": "train", "dev": "validation"},
            options=HUB_OPTIONS | DROP_ANSWER,
            parquet=SCRIPTED,
        ),
        lab="squad_es",
        no_target="its training data is in Spanish alone, and a target is trained in the pivot",
        licence="CC BY 4.0",
        non_commercial=False,
        origin=TextOrigin.MACHINE_TRANSLATED,
        citation="Carrino et al. 2019, arXiv 1912.05200",
        overlaps={"xquad": Overlap("leak", "XQuAD's questions are SQuAD dev, which is translated in its dev set")},
    ),
)
