"""XNLI's pairs in more languages: AmericasNLI, myXNLI, XNLIeu, C-XNLI, and KorNLI with its Korean training data."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin
from xstilts.tasks.entries.nli import HUB_COLUMNS, HUB_LABELS, LABELS, OVERLAPS_OF_XNLI

PAIR_COLUMNS = {"text": "premise", "text_pair": "hypothesis"}
_AMERICASNLI_OPTIONS = {"columns": PAIR_COLUMNS, "where": {"language": "{language}"}, "header": True}

TASKS.register(
    "americasnli",
    Task(
        name="americasnli",
        kind=Kind.CLASSIFICATION,
        title="AmericasNLI: inference in 10 indigenous languages of the Americas, from Spanish XNLI",
        languages=codes("ay bzd cni gn hch nah oto qu shp tar"),
        # dev: cni 658, nah 376, oto 222; test: nah 738, oto 748; the same number in all other languages
        splits={"dev": 743, "test": 750},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(f"AmericasNLI/{split}.tsv", "delimited", _AMERICASNLI_OPTIONS) for split in ("dev", "test")
        },
        hub=HubSpec(
            repo="nala-cub/americas_nli",
            config="{language}",
            splits={"dev": "validation", "test": "test"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS},
        ),
        lab="americasnli",
        codes={"ay": "aym", "qu": "quy"},
        licence="none stated with the files; translated from XNLI (CC BY-NC 4.0); the hub's card says CC BY-SA 4.0",
        non_commercial=True,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Ebrahimi et al. 2022, arXiv 2104.08726",
        overlaps=OVERLAPS_OF_XNLI,
    ),
)

_MYXNLI_OPTIONS = {"columns": {"text": "sentence1_my", "text_pair": "sentence2_my", "label": "label"}}

TASKS.register(
    "myxnli",
    Task(
        name="myxnli",
        kind=Kind.CLASSIFICATION,
        title="myXNLI: XNLI's dev and test pairs in Burmese",
        languages=("my",),
        splits={"dev": 2_490, "test": 5_010},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(f"myXNLI/output/my/my.genre.{split}.tsv", "delimited", _MYXNLI_OPTIONS | {"header": True})
            for split in ("dev", "test")
        },
        hub=HubSpec(
            repo="akhtet/myanmar-xnli",
            config="default",
            splits={"dev": "validation", "test": "test"},
            options=_MYXNLI_OPTIONS,
        ),
        lab="myxnli",
        licence="CC BY-NC 4.0",
        non_commercial=True,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Htet and Dras 2025, arXiv 2504.09645",
        overlaps=OVERLAPS_OF_XNLI,
    ),
)

# Files and hub number the labels alike, in XNLI's order.
_XNLI_EU_OPTIONS = {"columns": PAIR_COLUMNS, "labels": HUB_LABELS}

TASKS.register(
    "xnli_eu",
    Task(
        name="xnli_eu",
        kind=Kind.CLASSIFICATION,
        title="XNLIeu: XNLI's dev and test pairs in Basque, and pairs written in Basque (test_native)",
        languages=("eu",),
        splits={"dev": 2_490, "test": 5_010, "test_native": 621},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        # the layout of its repository on the hub
        files={
            split: FileSpec(f"xnli-eu/xnli.{name}.tsv", "delimited", _XNLI_EU_OPTIONS | {"header": True})
            for split, name in (("dev", "dev.eu"), ("test", "test.eu"), ("test_native", "test.eu.native"))
        },
        hub=HubSpec(
            repo="HiTZ/xnli-eu",
            config="eu",
            splits={"dev": "validation", "test": "test", "test_native": "eu_native:test"},
            options=_XNLI_EU_OPTIONS,
        ),
        lab="xnli_eu",
        licence="CC BY-NC 4.0",
        non_commercial=True,
        # translated by machine, corrected by people; test_native was written in Basque
        origin=TextOrigin.MIXED,
        citation="Heredia et al. 2024, 2024.naacl-long.234",
        overlaps=OVERLAPS_OF_XNLI,
    ),
)

_C_XNLI_OPTIONS = {
    "columns": {"text": "premise", "text_pair": "hypo", "label": "label"},
    "delimiter": ",",
    "header": True,
    "id": "pairID",
}

TASKS.register(
    "c_xnli",
    Task(
        name="c_xnli",
        kind=Kind.CLASSIFICATION,
        title="C-XNLI: XNLI's dev and test pairs in Croatian",
        languages=("hr",),
        splits={"dev": 2_490, "test": None},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(f"C-XNLI/data/xnli.{split}.hr.csv", "delimited", _C_XNLI_OPTIONS)
            for split in ("dev", "test")
        },
        lab="c_xnli",
        no_source={"hub": "no copy is known: take the files of lobadic/C-XNLI"},
        licence="CC BY-NC 4.0",
        non_commercial=True,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Obadić et al. 2023, lobadic/C-XNLI",
        overlaps=OVERLAPS_OF_XNLI,
    ),
)

_KORNLI_FILES = {
    "train": ("multinli.train", "snli_1.0_train"),
    "dev": ("xnli.dev",),
    "test": ("xnli.test",),
}
_KORNLI_OPTIONS = {
    "columns": {"text": "sentence1", "text_pair": "sentence2", "label": "gold_label"},
    "drop": {"gold_label": ["-"]},
    "header": True,
}

TASKS.register(
    "kornli",
    Task(
        name="kornli",
        kind=Kind.CLASSIFICATION,
        title="KorNLI: MNLI and SNLI as Korean training data, XNLI's pairs as dev and test",
        languages=("ko",),
        splits={"train": 942_854, "dev": 2_490, "test": 5_010},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(
                tuple(f"KorNLUDatasets/KorNLI/{name}.ko.tsv" for name in names), "delimited", _KORNLI_OPTIONS
            )
            for split, names in _KORNLI_FILES.items()
        },
        hub=HubSpec(
            repo="kakaobrain/kor_nli",
            config="xnli",
            splits={"train": "multi_nli:train+snli:train", "dev": "validation", "test": "test"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS, "drop": {"label": [-1]}},
        ),
        lab="kornli",
        no_target="its training data is in Korean alone, and a target is trained in the pivot",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        # dev and test by machine, corrected by people
        origin=TextOrigin.MIXED,
        train_origin=TextOrigin.MACHINE_TRANSLATED,
        citation="Ham et al. 2020, arXiv 2004.03289",
        overlaps={
            **OVERLAPS_OF_XNLI,
            "kornli": Overlap("leak", "its training data are in the target's own language: not zero-shot"),
            "snli": Overlap("overlap", "KorNLI's training data are translations of MNLI and SNLI"),
        },
    ),
)
