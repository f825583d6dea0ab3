"""Named entities: WikiANN (PAN-X) and MasakhaNER.

MasakhaNER has dates, which WikiANN does not: a head trained on PAN-X cannot say them. Gold keeps them, so that ``f1``
is that of the data set and a date is missed; ``f1.no_date`` takes them out of gold and predictions alike.
"""

from __future__ import annotations

from xstilts.languages import LANGUAGES, codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task

# The order of the hub's class numbers; MasakhaNER's begin alike, so a head trained on one names the other's tags.
ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
ENTITIES_AND_DATES = (*ENTITIES, "B-DATE", "I-DATE")

XTREME = codes(
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi"
    " yo zh"
)
ADDED_BY_XTREME_R = codes("qu pl uk az lt pa gu ro")

MASAKHANER = codes("am ha ig rw lg luo pcm sw wo yo")
MASAKHANER2 = codes("bm bbj ee fon ha ig rw lg luo mos ny pcm sn sw tn tw wo xh yo zu")

MASAKHANE_COLUMNS = {"separator": " "}
MASAKHANER_METRICS = ("f1", "f1.no_date", "precision", "recall", "f1.seqeval1")
NEWS = Overlap("overlap", "news crawls (VOA and others) hold the sentences that were annotated")


def three_letters(languages: tuple[str, ...]) -> dict[str, str]:
    """The ISO 639-3 codes by which Masakhane's data sets call their languages."""
    return {code: LANGUAGES.get(code).iso639_3 or code for code in languages}


TASKS.register(
    "panx",
    Task(
        name="panx",
        kind=Kind.TAGGING,
        title="PAN-X (WikiANN): names of people, organisations and places, English training data",
        languages=(*XTREME, *ADDED_BY_XTREME_R),
        # as published for English; other languages have 100 to 20,000 training sentences
        splits={"train": 20_000, "dev": 10_000, "test": None},
        labels=ENTITIES,
        metrics=("f1", "precision", "recall", "accuracy", "f1.seqeval1"),
        # The original files, en:token<TAB>tag, unpacked to one folder for each language. What XTREME's script makes of
        # them (panx/dev-de.tsv: no prefix, and no tags in test) is read by a data map without cut.
        files={
            split: FileSpec(f"panx_dataset/{{language}}/{split}", "columns", {"cut": ":"})
            for split in ("train", "dev", "test")
        },
        # google/xtreme has only the 40 languages of XTREME; this is the copy of all, in the same splits
        hub=HubSpec(
            repo="unimelb-nlp/wikiann",
            config="{language}",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options={"columns": {"tags": "ner_tags"}},
        ),
        lab="panx",
        licence="none stated",
        citation="Pan et al. 2017, P17-1178; splits of Rahimi et al. 2019, arXiv 1902.00193",
    ),
)

TASKS.register(
    "masakhaner",
    Task(
        name="masakhaner",
        kind=Kind.TAGGING,
        title="MasakhaNER 1.0: people, organisations, places and dates in the news, 10 African languages (not English)",
        languages=MASAKHANER,
        splits={"train": None, "dev": None, "test": None},
        labels=ENTITIES_AND_DATES,
        metrics=MASAKHANER_METRICS,
        rule="masakhaner",
        files={
            split: FileSpec(f"masakhane-ner/data/{{language}}/{split}.txt", "columns", MASAKHANE_COLUMNS)
            for split in ("train", "dev", "test")
        },
        lab="masakhaner",
        no_source={"hub": "its copy needs a loading script, which is never run; clone masakhane-io/masakhane-ner"},
        codes=three_letters(MASAKHANER),
        licence="CC BY-NC 4.0",
        non_commercial=True,
        citation="Adelani et al. 2021, arXiv 2103.11811",
        overlaps={
            "masakhaner2": Overlap("leak", "MasakhaNER 2.0 includes it, but for Amharic, in other splits"),
            "mlm": NEWS,
        },
    ),
)

TASKS.register(
    "masakhaner2",
    Task(
        name="masakhaner2",
        kind=Kind.TAGGING,
        title="MasakhaNER 2.0: people, organisations, places and dates in the news, 20 African languages (not English)",
        languages=MASAKHANER2,
        splits={"train": None, "dev": None, "test": None},
        labels=ENTITIES_AND_DATES,
        metrics=MASAKHANER_METRICS,
        rule="masakhaner",
        files={
            split: FileSpec(f"masakhane-ner/MasakhaNER2.0/data/{{language}}/{split}.txt", "columns", MASAKHANE_COLUMNS)
            for split in ("train", "dev", "test")
        },
        hub=HubSpec(
            repo="masakhane/masakhaner2",
            config="{language}",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options={"columns": {"tags": "ner_tags"}},
            parquet="{config}/{split}/*.parquet",
        ),
        lab="masakhaner2",
        codes=three_letters(MASAKHANER2),
        # the hub's card says AFL-3.0; the repository the data are from says this
        licence="CC BY-NC 4.0",
        non_commercial=True,
        citation="Adelani et al. 2022, arXiv 2210.12391",
        overlaps={
            "masakhaner": Overlap("leak", "it includes MasakhaNER 1.0, but for Amharic, in other splits"),
            "mlm": NEWS,
        },
    ),
)
