"""Search: translations (Tatoeba), pairs in comparable corpora (BUCC), answers (LAReQA, XQuAD-R), entities (Mewsli-X).

Where a task is pooled, a question has the same id in every language. ``accuracy`` is the share of queries whose first
candidate is right (hit@1).
"""

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
        metrics=("accuracy", "hit@10", "recall@10", "mrr@20", "hubness@10"),
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

TASKS.register(
    "bucc2018",
    Task(
        name="bucc2018",
        kind=Kind.RETRIEVAL,
        title="BUCC 2018: mine the translated sentence pairs from two comparable corpora, one of them English",
        languages=codes("de fr ru zh"),
        # XTREME's dev is the shared task's sample and its test the shared task's training set, whose pairs are known
        splits={"dev": None, "test": None},
        metrics=("f1", "precision", "recall", "accuracy", "recall@10", "mrr@20"),
        rule="bucc",
        files={
            split: FileSpec(
                tuple(f"bucc2018/{{language}}-en.{split}.{end}" for end in ("{language}", "en", "gold")), "mining"
            )
            for split in ("dev", "test")
        },
        # one row for each language pair; google/xtreme's bucc18.* have the gold pairs only, so nothing to mine from
        hub=HubSpec(
            repo="mteb/BUCC",
            config="{language}-en",
            splits={"test": "test"},
            options={"columns": {"queries": "sentence1", "candidates": "sentence2", "pairs_from_1": "gold"}},
            revision="39f20d5ac4a82e59dbcecaabdd599b82cbefa666",
        ),
        lab="bucc2018",
        licence="research use (BUCC shared task)",
        non_commercial=None,
        origin=TextOrigin.MIXED,
        citation="Zweigenbaum, Sharoff and Rapp 2018, Overview of the Third BUCC Shared Task, BUCC at LREC 2018",
        overlaps={"bucc2018": Overlap("leak", "its sentence pairs are what is searched for")},
    ),
)

TASKS.register(
    "lareqa",
    Task(
        name="lareqa",
        kind=Kind.RETRIEVAL,
        title="LAReQA XQuAD-R: find the sentences that answer a question, in any of 11 languages",
        languages=codes("ar de el en es hi ru th tr vi zh"),
        splits={"test": 1_190},
        metrics=(
            "map@20",
            "mrr@20",
            "recall@10",
            "capped_recall@10",
            "hit@10",
            "accuracy",
            "language_bias@10",
            "hubness@10",
        ),
        pooled=True,
        # Query ids are equal in all languages; candidate ids are LANGUAGE_PARAGRAPH_SENTENCE as in XTREME-R's script.
        files={"test": FileSpec("lareqa/xquad-r/{language}.json", "xquad_r", {"id": "id"})},
        lab="lareqa",
        no_source={"hub": "google-research-datasets/xquad_r has questions and paragraphs, but no sentence breaks"},
        licence="CC BY-SA 4.0",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Roy et al. 2020, arXiv 2004.05484",
        overlaps={
            "squad": Overlap("overlap", "SQuAD train is LAReQA's training set (its dev is the source of XQuAD-R)"),
            "squad_v2": Overlap("overlap", "its answerable questions are LAReQA's training set"),
            "squad_it": Overlap("leak", "translated from SQuAD: its test set is SQuAD dev, the source of XQuAD-R"),
            "squad_es": Overlap("leak", "LAReQA's training set in Spanish, and its dev is SQuAD dev, XQuAD-R's source"),
            "xquad": Overlap("leak", "its questions are the target's own test questions"),
            "xquad_r": Overlap("leak", "the same questions, and the paragraphs of the sentences that answer them"),
            "lareqa": Overlap("leak", "its questions in other languages are the target's own test questions"),
        },
    ),
)

TASKS.register(
    "xquad_r",
    Task(
        name="xquad_r",
        kind=Kind.RETRIEVAL,
        title="XQuAD-R by paragraphs: find the paragraph that answers a question, in any of 12 languages",
        languages=codes("ar de el en es hi ro ru th tr vi zh"),
        splits={"test": 1_190},
        metrics=(
            "recall@10",
            "hit@10",
            "capped_recall@10",
            "mrr@20",
            "map@20",
            "accuracy",
            "language_bias@10",
            "hubness@10",
        ),
        pooled=True,
        # XQuAD-R has no Romanian; XQuAD itself, whose texts these are, is read by the same format. Candidate ids are
        # LANGUAGE_PARAGRAPH, so they differ between languages.
        files={"test": FileSpec("lareqa/xquad-r/{language}.json", "paragraphs", {"id": "id"})},
        hub=HubSpec(
            repo="google/xquad",
            config="xquad.{language}",
            splits={"test": "validation"},
            options={"columns": {"query": "question", "passage": "context"}, "id": "id"},
        ),
        lab="xquad_r",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Artetxe et al. 2020, arXiv 1910.11856; Roy et al. 2020, arXiv 2004.05484; paragraphs as candidates "
        "in izhx/nlu-evals",
        overlaps={
            "squad": Overlap("overlap", "its questions with their paragraphs (its dev is the source of XQuAD)"),
            "squad_v2": Overlap("overlap", "its questions with their paragraphs (its dev is the source of XQuAD)"),
            "squad_it": Overlap("leak", "translated from SQuAD: its test set is SQuAD dev, the source of XQuAD"),
            "squad_es": Overlap("leak", "translated from SQuAD: its dev is SQuAD dev, the source of XQuAD"),
            "xquad": Overlap("leak", "its questions and paragraphs are the target's own"),
            "lareqa": Overlap("leak", "its questions are the target's own test questions"),
            "xquad_r": Overlap("leak", "its questions in other languages are the target's own test questions"),
        },
    ),
)

TASKS.register(
    "mewslix",
    Task(
        name="mewslix",
        kind=Kind.RETRIEVAL,
        title="Mewsli-X: find the entity that a mention in a news article means, among a million in 50 languages",
        languages=codes("ar de en es fa ja pl ro ta tr uk"),
        splits={"dev": None, "test": None},
        metrics=("map@20", "mrr@20", "hit@10", "recall@10", "accuracy", "hubness@10"),
        pooled=True,
        shared_pool=True,
        # Articles of all languages share a file; entities (language "") are candidates for each of them.
        files={
            split: FileSpec(
                (f"mewslix/wikinews_mentions-{split}.jsonl", "mewslix/candidate_set_entities.jsonl"),
                "mentions",
                {"id": "id", "where": {"language": ["{language}", ""]}},
            )
            for split in ("dev", "test")
        },
        lab="mewslix",
        no_source={"hub": "izhx/mewsli-x does not document its columns"},
        citation="Ruder et al. 2021, arXiv 2104.07412; release 20220518_6, not comparable with the paper's numbers",
        overlaps={"mewslix": Overlap("leak", "its mentions are what is searched for")},
    ),
)
