"""Invented copies of the word-tagging and common-sense tasks, in the shapes their publishers chose."""

from __future__ import annotations

import json
from typing import Any

from tiny_rows import Classes, TinyFiles, TinyHub, choice, tagged

BIO = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
BIO_DATES = (*BIO, "B-DATE", "I-DATE")


def lines(*given: str) -> str:
    return "".join(f"{line}\n" for line in given)


def hub_names(tokens: str, tags: str, names: tuple[str, ...], **more: Any) -> dict[str, Any]:
    return {"tokens": tokens.split(), "ner_tags": [names.index(tag) for tag in tags.split()], **more}


def wikiann(tokens: str, tags: str) -> dict[str, Any]:
    return hub_names(tokens, tags, BIO, langs=["sw"] * len(tokens.split()), spans=["PER: Amina"])


def ending(ctx: str, endings: list[str], label: str) -> dict[str, Any]:
    first, _, second = ctx.rpartition(" ")
    row = {"ind": 4, "activity_label": "Rowing", "ctx_a": first, "ctx_b": second, "ctx": ctx, "endings": endings}
    return row | {"source_id": "a~1", "split": "val", "split_type": "indomain", "label": label}


def leaf(category: str, word: str) -> str:
    return f"(<L {category} NN NN {word} {category}>)"


def conllu(number: str, word: str, tag: str, relation: str) -> str:
    return "\t".join([number, word, word.lower(), tag, "_", "_", "0", relation, "_", "_"])


def hub_question(identity: str, question: str, key: str) -> dict[str, Any]:
    # the choices' names are not in the order of the alphabet
    return {"id": identity, "question": question, "question_concept": "x", "choices": PLACES, "answerKey": key}


ROWS = ["row home", "sink", "sing", "wait for rain"]
PLACES = {"label": ["C", "A", "B"], "text": ["the moon", "a lake", "a shelf"]}
DERIVATION = "(<T S[dcl] 0 2> {} (<T S[dcl]\\NP 0 1> {} ) )"

HUB: dict[str, TinyHub] = {
    "panx": TinyHub(
        "unimelb-nlp/wikiann", "sw", "sw",
        {
            "train": [wikiann("Amina Okello anaimba", "B-PER I-PER O")],
            "validation": [wikiann("Ziwa la Kati", "B-LOC I-LOC I-LOC")],
            "test": [wikiann("Chama cha Ada", "B-ORG I-ORG B-PER"), wikiann("ndiyo", "O")],
        },
        {
            "train": [tagged("panx-train-0", "Amina Okello anaimba", "B-PER I-PER O")],
            "dev": [tagged("panx-dev-0", "Ziwa la Kati", "B-LOC I-LOC I-LOC")],
            "test": [tagged("panx-test-0", "Chama cha Ada", "B-ORG I-ORG B-PER"), tagged("panx-test-1", "ndiyo", "O")],
        },
        {"ner_tags": Classes(BIO, listed=True)},
    ),
    "masakhaner2": TinyHub(
        "masakhane/masakhaner2", "yor", "yo",
        {
            "train": [hub_names("Ade ti de", "B-PER O O", BIO_DATES, id="0")],
            "validation": [hub_names("ni ojo Aje", "O B-DATE I-DATE", BIO_DATES, id="0")],
            "test": [hub_names("Ile Ada", "B-ORG I-ORG", BIO_DATES, id="0"), hub_names("o", "O", BIO_DATES, id="1")],
        },
        {
            "train": [tagged("0", "Ade ti de", "B-PER O O")],
            "dev": [tagged("0", "ni ojo Aje", "O B-DATE I-DATE")],
            "test": [tagged("0", "Ile Ada", "B-ORG I-ORG"), tagged("1", "o", "O")],
        },
        {"ner_tags": Classes(BIO_DATES, listed=True)},
        parquet_branch=True,
    ),
    "hellaswag": TinyHub(
        "Rowan/hellaswag", "default", "en",
        {
            "train": [ending("Ada takes the oars. she", ROWS, "0")],
            # the label is a text, and nothing where it is withheld
            "validation": [ending("Kai waits. he", ROWS, "3"), ending("Hidden. it", ROWS, "")],
            "test": [ending("Hidden. it", ROWS, "")],
        },
        {
            "train": [choice("hellaswag-train-0", "Ada takes the oars. she", "", ROWS, 0)],
            "dev": [choice("hellaswag-dev-0", "Kai waits. he", "", ROWS, 3)],
        },
        {"label": "string", "ind": "int32"},
        {"dev": {"label = ''": 1}},
        revision="218ec52e09a7e7462a5400043bb9a69a41d06b76",
    ),
    "commonsenseqa": TinyHub(
        "tau/commonsense_qa", "default", "en",
        {
            "train": [hub_question("q1", "Where does one row?", "A")],
            "validation": [hub_question("q2", "What is far?", "C"), hub_question("q3", "Hidden?", "")],
            "test": [hub_question("q4", "Hidden?", "")],
        },
        {
            "train": [choice("q1", "", "Where does one row?", PLACES["text"], 1)],
            "dev": [choice("q2", "", "What is far?", PLACES["text"], 0)],
        },
        rejected={"dev": {"answerKey = ''": 1}},
        revision="94630fe30dad47192a8546eb75f094926d47e155",
    ),
}  # fmt: skip


def official_question(identity: str, stem: str, key: str) -> str:
    choices = [{"label": label, "text": text} for label, text in zip(PLACES["label"], PLACES["text"], strict=True)]
    question = {"question_concept": "row", "choices": choices, "stem": stem}
    return json.dumps({"answerKey": key, "id": identity, "question": question})


def official_ending(ctx: str, label: int) -> str:
    return json.dumps(ending(ctx, ROWS, "") | {"label": label})


FILES: dict[str, TinyFiles] = {
    "panx": TinyFiles(
        "sw",
        {
            # a token may hold the colon itself
            "panx_dataset/sw/train": lines("sw:Amina\tB-PER", "sw:Okello\tI-PER", "sw::\tO", "", "sw:na\tO", ""),
            "panx_dataset/sw/dev": lines("sw:Ziwa\tB-LOC", ""),
            "panx_dataset/sw/test": lines("sw:Chama\tB-ORG", "sw:12:30\tO", ""),
            "panx_dataset/sw/extra": lines("sw:left\tO", ""),
        },
        {
            "train": [tagged("panx-train-0", "Amina Okello :", "B-PER I-PER O"), tagged("panx-train-1", "na", "O")],
            "dev": [tagged("panx-dev-0", "Ziwa", "B-LOC")],
            "test": [tagged("panx-test-0", "Chama 12:30", "B-ORG O")],
        },
    ),
    "masakhaner": TinyFiles(
        "am",
        {
            "masakhane-ner/data/amh/train.txt": lines("አበበ B-PER", "ሄደ O", ""),
            "masakhane-ner/data/amh/dev.txt": lines("ሰኞ B-DATE", "ቀን I-DATE", ""),
            "masakhane-ner/data/amh/test.txt": "ጎንደር B-LOC\n\n\nእሺ O",
        },
        {
            "train": [tagged("masakhaner-train-0", "አበበ ሄደ", "B-PER O")],
            "dev": [tagged("masakhaner-dev-0", "ሰኞ ቀን", "B-DATE I-DATE")],
            "test": [tagged("masakhaner-test-0", "ጎንደር", "B-LOC"), tagged("masakhaner-test-1", "እሺ", "O")],
        },
    ),
    "masakhaner2": TinyFiles(
        "bm",
        {
            "masakhane-ner/MasakhaNER2.0/data/bam/train.txt": lines("Ada B-PER", ""),
            "masakhane-ner/MasakhaNER2.0/data/bam/dev.txt": lines("Bamako B-LOC", ""),
            "masakhane-ner/MasakhaNER2.0/data/bam/test.txt": lines("kunun B-DATE", "a O", ""),
        },
        {
            "train": [tagged("masakhaner2-train-0", "Ada", "B-PER")],
            "dev": [tagged("masakhaner2-dev-0", "Bamako", "B-LOC")],
            "test": [tagged("masakhaner2-test-0", "kunun a", "B-DATE O")],
        },
    ),
    "masakhapos": TinyFiles(
        "rw",
        {
            "masakhane-pos/data/kin/train.txt": lines("Ada PROPN", "araririmba VERB", ""),
            "masakhane-pos/data/kin/dev.txt": lines("yego INTJ", ""),
            "masakhane-pos/data/kin/test.txt": lines("kandi CCONJ", "ko SCONJ", "% SYM", ""),
        },
        {
            "train": [tagged("masakhapos-train-0", "Ada araririmba", "PROPN VERB")],
            "dev": [tagged("masakhapos-dev-0", "yego", "INTJ")],
            "test": [tagged("masakhapos-test-0", "kandi ko %", "CCONJ SCONJ SYM")],
        },
    ),
    "ccg": TinyFiles(
        "en",
        {
            f"ccgbank_1_1/data/AUTO/{section:02}/wsj_{section:02}01.auto": lines(
                f"ID=wsj_{section:02}01.1 PARSER=GOLD NUMPARSE=1",
                DERIVATION.format(leaf("N", "Boats"), leaf("S[dcl]\\NP", "float")),
            )
            for section in range(25)
        },
        {
            "train": [tagged(f"wsj_{section:02}01.1", "Boats float", "N S[dcl]\\NP") for section in range(2, 22)],
            "dev": [tagged("wsj_0001.1", "Boats float", "N S[dcl]\\NP")],
            "test": [tagged("wsj_2301.1", "Boats float", "N S[dcl]\\NP")],
        },
    ),
    "ccg_substitute": TinyFiles(
        "en",
        {
            f"ud-treebanks/UD_English-EWT/en_ewt-ud-{split}.conllu": lines(
                "# sent_id = s1", conllu("1", "Boats", "NOUN", "nsubj:pass"), conllu("2", "float", "VERB", "root"), ""
            )
            for split in ("train", "dev", "test")
        },
        {
            split: [tagged(f"ccg_substitute-{split}-0", "Boats float", "NOUN/nsubj VERB/root")]
            for split in ("train", "dev", "test")
        },
    ),
    "hellaswag": TinyFiles(
        "en",
        {
            "hellaswag/data/hellaswag_train.jsonl": lines(official_ending("Ada takes the oars. she", 0)),
            "hellaswag/data/hellaswag_val.jsonl": lines(official_ending("Kai waits. he", 3)),
        },
        HUB["hellaswag"].wanted,
    ),
    "commonsenseqa": TinyFiles(
        "en",
        {
            "commonsenseqa/train_rand_split.jsonl": lines(official_question("q1", "Where does one row?", "A")),
            "commonsenseqa/dev_rand_split.jsonl": lines(official_question("q2", "What is far?", "C")),
        },
        HUB["commonsenseqa"].wanted,
    ),
}  # fmt: skip
