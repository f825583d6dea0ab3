"""Invented examples of the question answering sets beside SQuAD v1.1 and XQuAD, in their publishers' shapes."""

from __future__ import annotations

from typing import Any

from tiny_rows import LAKE, SEE, Rows, TinyFiles, TinyHub, answered, asked, hub_squad, squad_document

LAGO = "Nel 1902 Ada attraversò il lago gelato."
LAGO_ES = "En 1902 Ada cruzó el lago helado."
HU = "一九零二年，阿达走过结冰的湖。"
MIZUUMI = "一九〇二年、アダは凍った湖を渡った。"
BUHAYRA = "في عام 1902 عبرت آدا البحيرة."
ZIWA = "Mwaka 1902 Ada alivuka ziwa."
MISPLACED = {"answer not at its offset": 1}


def impossible(identity: str, question: str, *plausible: tuple[str, int]) -> dict[str, Any]:
    made = [{"text": text, "answer_start": start} for text, start in plausible]
    return {"id": identity, "question": question, "answers": [], "is_impossible": True, "plausible_answers": made}


def possible(identity: str, question: str, *answers: tuple[str, int]) -> dict[str, Any]:
    return asked(identity, question, *answers) | {"is_impossible": False}


def in_parts(identity: str, context: str, question: str, text: str, start: int) -> dict[str, Any]:
    """A row of the copy without titles."""
    answers = {"text": [text], "answer_start": [start]}
    return {"id": identity, "context": context, "question": question, "answers": answers}


def japanese(identity: str, question: str, text: str, start: int) -> dict[str, Any]:
    answers = {"text": [text], "answer_start": [start], "answer_type": ["Object"]}
    return {
        "id": identity, "title": "湖", "context": MIZUUMI, "question": question, "question_type": "Syntactic variation",
        "answers": answers,
    }  # fmt: skip


SQUAD_V2 = {
    "train": [answered("8a1", LAKE, "Who crossed?", ["Ada"], [29]), answered("8a2", LAKE, "Who sank?", [], [])],
    "dev": [answered("8b1", LAKE, "What froze?", ["The lake", "lake"], [0, 4]), answered("8b2", LAKE, "Why?", [], [])],
}
MLQA_CROSSED: Rows = [answered("c4f", SEE, "Who lived there?", ["Ada"], [40])]
CMRC = {
    "train": [answered("TRAIN_1_QUERY_0", HU, "谁走过湖？", ["阿达"], [6])],
    "dev": [answered("DEV_1_QUERY_0", HU, "谁走过湖？", ["阿达"], [6])],
}
ITALIAN: Rows = [answered("9a1", LAGO, "Chi?", ["Ada", "Ada"], [9, 9])]
SPANISH: Rows = [answered("9b1", LAGO_ES, "¿Quién?", ["Ada"], [8])]

HUB: dict[str, TinyHub] = {
    "squad_v2": TinyHub(
        "rajpurkar/squad_v2", "squad_v2", "en",
        {
            "train": [
                hub_squad("8a1", LAKE, "Who crossed?", ["Ada"], [29]), hub_squad("8a2", LAKE, "Who sank?", [], [])
            ],
            "validation": [
                hub_squad("8b1", LAKE, "What froze?", ["The lake", "lake"], [0, 4]),
                hub_squad("8b2", LAKE, "Why?", [], []),
            ],
        },
        SQUAD_V2,
    ),
    # the first language is the context's and the answer's
    "mlqa": TinyHub(
        "google/xtreme", "MLQA.de.en", "de+en",
        {
            "validation": [hub_squad("c4e", SEE, "Where?", ["Am Ufer"], [0])],
            "test": [hub_squad("c4f", SEE, "Who lived there?", ["Ada"], [40])],
        },
        {"dev": [answered("c4e", SEE, "Where?", ["Am Ufer"], [0])], "test": MLQA_CROSSED},
    ),
    # one table for all languages; some numbers are negative, so an id may have two hyphens in a row
    "tydiqa": TinyHub(
        "google/xtreme", "tydiqa", "sw",
        {
            "train": [
                hub_squad("english-11-0", LAKE, "When?", ["March"], [18]),
                hub_squad("swahili--12-3", ZIWA, "Nani?", ["Ada"], [11]),
            ],
            "validation": [
                hub_squad("swahili-13-1", ZIWA, "Lini?", ["1902", "Mwaka 1902"], [6, 0]),
                hub_squad("arabic-14-0", BUHAYRA, "من؟", ["آدا"], [17]),
            ],
        },
        {
            "train": [answered("swahili--12-3", ZIWA, "Nani?", ["Ada"], [11])],
            "test": [answered("swahili-13-1", ZIWA, "Lini?", ["1902", "Mwaka 1902"], [6, 0])],
        },
    ),
    "arcd": TinyHub(
        "hsseinmz/arcd", "plain_text", "ar",
        {
            "train": [hub_squad("969331847966", BUHAYRA, "من عبر؟", ["آدا"], [17])],
            "validation": [hub_squad("77", BUHAYRA, "متى؟", ["1902"], [7])],
        },
        {
            "train": [answered("969331847966", BUHAYRA, "من عبر؟", ["آدا"], [17])],
            "test": [answered("77", BUHAYRA, "متى؟", ["1902"], [7])],
        },
    ),
    "jaquad": TinyHub(
        "SkelterLabsInc/JaQuAD", "default", "ja",
        {
            "train": [japanese("tr-001-00-000", "誰が？", "アダ", 6)],
            "validation": [japanese("de-001-00-000", "何を？", "凍った湖", 9)],
        },
        {
            "train": [answered("tr-001-00-000", MIZUUMI, "誰が？", ["アダ"], [6])],
            "dev": [answered("de-001-00-000", MIZUUMI, "何を？", ["凍った湖"], [9])],
        },
        parquet_branch=True,
    ),
    "cmrc2018": TinyHub(
        "hfl/cmrc2018", "default", "zh",
        {
            "train": [in_parts("TRAIN_1_QUERY_0", HU, "谁走过湖？", "阿达", 6)],
            "validation": [
                in_parts("DEV_1_QUERY_0", HU, "谁走过湖？", "阿达", 6),
                in_parts("DEV_1_QUERY_1", HU, "何时？", "一九", 3),
            ],
            "test": [in_parts("TRIAL_1_QUERY_0", HU, "谁？", "阿达", 6)],
        },
        CMRC,
        rejected={"dev": MISPLACED},
        parquet_branch=True,
    ),
    "squad_it": TinyHub(
        "crux82/squad_it", "default", "it",
        {
            "train": [in_parts("9a0", LAGO, "Quando?", "1902", 4), in_parts("9a2", LAGO, "Che cosa?", "lago", 3)],
            "test": [
                {"id": "9a1", "context": LAGO, "question": "Chi?",
                 "answers": {"text": ["Ada", "Ada"], "answer_start": [9, 9]}},
            ],
        },
        {"train": [answered("9a0", LAGO, "Quando?", ["1902"], [4])], "test": ITALIAN},
        rejected={"train": MISPLACED},
        parquet_branch=True,
    ),
    "squad_es": TinyHub(
        "ccasimiro/squad_es", "v1.1.0", "es",
        {
            "train": [hub_squad("9b0", LAGO_ES, "¿Cuándo?", ["1902"], [3])],
            "validation": [
                hub_squad("9b1", LAGO_ES, "¿Quién?", ["", "Ada"], [-1, 8]),
                hub_squad("9b2", LAGO_ES, "¿Qué?", [""], [-1]),
            ],
        },
        {"train": [answered("9b0", LAGO_ES, "¿Cuándo?", ["1902"], [3])], "dev": SPANISH},
        rejected={"dev": MISPLACED},
        parquet_branch=True,
    ),
}  # fmt: skip


def crossed(split: str, identity: str) -> dict[str, str]:
    """The files of a split whose contexts are German: the pair with English questions, and two it may be taken for."""
    where = f"MLQA_V1/{split}/{split}-context-"
    return {
        f"{where}de-question-en.json": squad_document((SEE, [asked(identity, "Who lived there?", ("Ada", 40))])),
        f"{where}en-question-de.json": squad_document((LAKE, [asked("no1", "Wer?", ("Ada", 29))])),
        f"{where}de-question-de.json": squad_document((SEE, [asked("no2", "Wer?", ("Ada", 40))])),
    }


NOISEQA = {  # by name the file, and the first question as it became
    "clean": ("xquad.en.json", "Who lived there?"),
    "keyboard": ("Natural/xquad-keyboard-natural.json", "Who lived thete?"),
    "speech": ("Natural/xquad-asr-natural.json", "who lift there"),
    "synthetic": ("Synthetic/xquad-asr-synthetic.json", "who lived there"),
}

FILES: dict[str, TinyFiles] = {
    **{
        f"noiseqa_{name}": TinyFiles(
            "en",
            {path: squad_document((SEE, [asked("7b1", question, ("Ada", 40))]))},
            {"test": [answered("7b1", SEE, question, ["Ada"], [40])]},
        )
        for name, (path, question) in NOISEQA.items()
    },
    "squad_v2": TinyFiles(
        "en",
        {
            "train-v2.0.json": squad_document(
                (LAKE, [possible("8a1", "Who crossed?", ("Ada", 29)), impossible("8a2", "Who sank?", ("Ada", 29))])
            ),
            "dev-v2.0.json": squad_document(
                (LAKE, [possible("8b1", "What froze?", ("The lake", 0), ("lake", 4)), impossible("8b2", "Why?")])
            ),
        },
        SQUAD_V2,
    ),
    "mlqa": TinyFiles(
        "de+en",
        crossed("dev", "c4e") | crossed("test", "c4f"),
        {"dev": [answered("c4e", SEE, "Who lived there?", ["Ada"], [40])], "test": MLQA_CROSSED},
    ),
    "tydiqa": TinyFiles(
        "sw",
        {
            "tydiqa-goldp-v1.1-train.json": squad_document(
                (LAKE, [asked("english-11-0", "When?", ("March", 18))]),
                (ZIWA, [asked("swahili--12-3", "Nani?", ("Ada", 11))]),
            ),
            "tydiqa-goldp-v1.1-dev.json": squad_document(
                (ZIWA, [asked("swahili-13-1", "Lini?", ("1902", 6), ("Mwaka 1902", 0))]),
                (BUHAYRA, [asked("arabic-14-0", "من؟", ("آدا", 17))]),
            ),
        },
        HUB["tydiqa"].wanted,
    ),
    "arcd": TinyFiles(
        "ar",
        {
            "data/arcd-train.json": squad_document((BUHAYRA, [asked("969331847966", "من عبر؟", ("آدا", 17))])),
            "data/arcd-test.json": squad_document((BUHAYRA, [asked("77", "متى؟", ("1902", 7))])),
        },
        HUB["arcd"].wanted,
    ),
    "jaquad": TinyFiles(
        "ja",
        {
            "data/train/jaquad_train_0001.json": squad_document((MIZUUMI, [asked("tr-2", "何を？", ("湖", 12))])),
            "data/train/jaquad_train_0000.json": squad_document((MIZUUMI, [asked("tr-1", "誰が？", ("アダ", 6))])),
            "data/dev/jaquad_dev_0000.json": squad_document((MIZUUMI, [asked("de-1", "何を？", ("凍った湖", 9))])),
        },
        {
            "train": [
                answered("tr-1", MIZUUMI, "誰が？", ["アダ"], [6]), answered("tr-2", MIZUUMI, "何を？", ["湖"], [12])
            ],
            "dev": [answered("de-1", MIZUUMI, "何を？", ["凍った湖"], [9])],
        },
    ),
    "cmrc2018": TinyFiles(
        "zh",
        {
            "squad-style-data/cmrc2018_train.json": squad_document(
                (HU, [asked("TRAIN_1_QUERY_0", "谁走过湖？", ("阿达", 6))])
            ),
            "squad-style-data/cmrc2018_dev.json": squad_document(
                (HU, [asked("DEV_1_QUERY_0", "谁走过湖？", ("阿达", 6)), asked("DEV_1_QUERY_1", "何时？", ("一九", 3))])
            ),
        },
        CMRC,
        {"dev": MISPLACED},
    ),
    "squad_it": TinyFiles(
        "it",
        {
            "SQuAD_it-train.json.gz": squad_document(
                (LAGO, [asked("9a0", "Quando?", ("1902", 4)), asked("9a2", "Che cosa?", ("lago", 3))])
            ),
            "SQuAD_it-test.json.gz": squad_document((LAGO, [asked("9a1", "Chi?", ("Ada", 9), ("Ada", 9))])),
        },
        HUB["squad_it"].wanted,
        {"train": MISPLACED},
    ),
    "squad_es": TinyFiles(
        "es",
        {
            "SQuAD-es-v1.1/train-v1.1-es.json": squad_document((LAGO_ES, [asked("9b0", "¿Cuándo?", ("1902", 3))])),
            "SQuAD-es-v1.1/dev-v1.1-es.json": squad_document(
                (LAGO_ES, [asked("9b1", "¿Quién?", ("", -1), ("Ada", 8)), asked("9b2", "¿Qué?", ("", -1))])
            ),
        },
        HUB["squad_es"].wanted,
        {"dev": MISPLACED},
    ),
}  # fmt: skip
