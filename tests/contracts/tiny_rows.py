"""Invented examples in the shapes of the real data sets: rows as the hub holds them, files as they were released.

Repositories, configs, splits, paths, columns, types and labels are written out here as their publishers chose them and
never taken from the task entries, so an entry that is wrong about any of them fails. The sentences are invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Rows = list[dict[str, Any]]

NLI = ("entailment", "neutral", "contradiction")
UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X",
)  # fmt: skip
DROPPED = {"gold_label = '-'": 1}


@dataclass(frozen=True)
class Classes:
    """A column of class numbers (or of lists of them) with the hub's names for them."""

    names: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True)
class TinyHub:
    """A data set on the hub: rows of each of its splits, and what each of our splits must hold then.

    A repository with a ``revision`` holds its rows there and has no other. A split called ``CONFIG:SPLIT`` is published
    in that config instead of ``config``.
    """

    repo: str
    config: str
    language: str
    splits: Mapping[str, Rows]
    wanted: Mapping[str, Rows]
    types: Mapping[str, str | Classes] = field(default_factory=dict)
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    parquet_branch: bool = False
    revision: str = "main"


@dataclass(frozen=True)
class TinyFiles:
    """A data set as released: the text of each file, and what each of our splits must hold then.

    ``images`` are the paths of its images, each a small picture in a grey of its own.
    """

    language: str
    files: Mapping[str, str]
    wanted: Mapping[str, Rows]
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    images: tuple[str, ...] = ()


# --- wanted: the columns of each kind ---------------------------------------------------------------------------------


def pair(identity: str, text: str, text_pair: str, label: str) -> dict[str, Any]:
    return {"id": identity, "text": text, "text_pair": text_pair, "label": label}


def choice(identity: str, context: str, question: str, choices: list[str], label: int) -> dict[str, Any]:
    return {"id": identity, "context": context, "question": question, "choices": choices, "label": label}


def tagged(identity: str, tokens: str, tags: str) -> dict[str, Any]:
    return {"id": identity, "tokens": tokens.split(), "tags": tags.split()}


def answered(identity: str, context: str, question: str, texts: list[str], starts: list[int]) -> dict[str, Any]:
    answers = {"answer_texts": texts, "answer_starts": starts}
    return {"id": identity, "context": context, "question": question, **answers}


def searched(identity: str, query: str, candidate: str) -> Rows:
    gold = f"{identity}/candidate"
    return [
        {"id": f"{identity}/query", "role": "query", "text": query, "gold": [gold]},
        {"id": gold, "role": "candidate", "text": candidate, "gold": []},
    ]


# --- the hub ----------------------------------------------------------------------------------------------------------


def hub_nli(premise: str, hypothesis: str, label: int, **more: Any) -> dict[str, Any]:
    return {"premise": premise, "hypothesis": hypothesis, "label": label, **more}


def hub_qqp(one: str, two: str, label: int, idx: int) -> dict[str, Any]:
    return {"question1": one, "question2": two, "label": label, "idx": idx}


def hub_squad(identity: str, context: str, question: str, texts: list[str], starts: list[int]) -> dict[str, Any]:
    answers = {"text": texts, "answer_start": starts}
    return {"id": identity, "title": "Lakes", "context": context, "question": question, "answers": answers}


def copa(premise: str, one: str, two: str, question: str, label: int, idx: int, **more: Any) -> dict[str, Any]:
    row = {"premise": premise, "choice1": one, "choice2": two, "question": question, "idx": idx, "label": label}
    return row | more


def cosmos(identity: str, context: str, question: str, answers: Sequence[str], label: int) -> dict[str, Any]:
    row = {"id": identity, "context": context, "question": question}
    return row | {f"answer{number}": answer for number, answer in enumerate(answers)} | {"label": label}


def hub_siqa(context: str, question: str, answers: Sequence[str], label: str) -> dict[str, Any]:
    row = {"context": context, "question": question}
    return row | {f"answer{letter}": text for letter, text in zip("ABC", answers, strict=True)} | {"label": label}


def hub_tags(tokens: str, tags: str) -> dict[str, Any]:
    return {"tokens": tokens.split(), "pos_tags": [UPOS.index(tag) for tag in tags.split()]}


def hub_translation(source: str, target: str) -> dict[str, Any]:
    return {"source_sentence": source, "target_sentence": target, "source_lang": "cmn", "target_lang": "eng"}


RAFTERS = ["to mend it", "to sell it", "None of the above choices .", "to hide"]
KAI = ["wave back", "go home", "sit down"]
LAKE = "The lake froze in March, and Ada crossed it."
SEE = "Am Ufer des Sees – so heißt es – wohnte Ada."

HUB: dict[str, TinyHub] = {
    "mnli": TinyHub(
        "nyu-mll/glue", "mnli", "en",
        {
            "train": [hub_nli("A red cart.", "A cart.", 0, idx=0), hub_nli("It rained.", "It was dry.", 2, idx=1)],
            "validation_matched": [hub_nli("We sang.", "We sang well.", 1, idx=0), hub_nli("Go.", "Stay.", 2, idx=1)],
            "validation_mismatched": [hub_nli("Two oars.", "Oars.", 0, idx=0), hub_nli("Dusk.", "Late.", 1, idx=1)],
            "test_matched": [hub_nli("Hidden.", "Hidden.", -1, idx=0)],
            "test_mismatched": [hub_nli("Hidden.", "Hidden.", -1, idx=0)],
        },
        {
            "train": [
                pair("mnli-train-0", "A red cart.", "A cart.", "entailment"),
                pair("mnli-train-1", "It rained.", "It was dry.", "contradiction"),
            ],
            "dev": [
                pair("mnli-dev-0", "We sang.", "We sang well.", "neutral"),
                pair("mnli-dev-1", "Go.", "Stay.", "contradiction"),
            ],
            "dev_mismatched": [
                pair("mnli-dev_mismatched-0", "Two oars.", "Oars.", "entailment"),
                pair("mnli-dev_mismatched-1", "Dusk.", "Late.", "neutral"),
            ],
        },
        {"label": Classes(NLI), "idx": "int32"},
    ),
    "snli": TinyHub(
        "stanfordnlp/snli", "plain_text", "en",
        {
            "train": [hub_nli("A dog runs.", "A dog.", 0), hub_nli("No majority.", "None.", -1)],
            "validation": [hub_nli("A boy sleeps.", "He runs.", 2), hub_nli("A hat.", "A blue hat.", 1)],
            "test": [hub_nli("No majority.", "None.", -1), hub_nli("Two cats.", "Cats.", 0)],
        },
        {
            "train": [pair("snli-train-0", "A dog runs.", "A dog.", "entailment")],
            "dev": [
                pair("snli-dev-0", "A boy sleeps.", "He runs.", "contradiction"),
                pair("snli-dev-1", "A hat.", "A blue hat.", "neutral"),
            ],
            "test": [pair("snli-test-1", "Two cats.", "Cats.", "entailment")],
        },
        {"label": Classes(NLI)},
        rejected={"train": {"label = '-1'": 1}, "test": {"label = '-1'": 1}},
    ),
    "xnli": TinyHub(
        "facebook/xnli", "de", "de",
        {
            "train": [hub_nli("Maschinell übersetzt.", "Übersetzt.", 0)],
            "validation": [hub_nli("Er rief an.", "Er schwieg.", 2), hub_nli("Es regnet.", "Es ist nass.", 0)],
            "test": [hub_nli("Sie liest.", "Sie liest ein Buch.", 1), hub_nli("Nein.", "Ja.", 2)],
        },
        {
            "dev": [
                pair("xnli-dev-0", "Er rief an.", "Er schwieg.", "contradiction"),
                pair("xnli-dev-1", "Es regnet.", "Es ist nass.", "entailment"),
            ],
            "test": [
                pair("xnli-test-0", "Sie liest.", "Sie liest ein Buch.", "neutral"),
                pair("xnli-test-1", "Nein.", "Ja.", "contradiction"),
            ],
        },
        {"label": Classes(NLI)},
    ),
    "qqp": TinyHub(
        "nyu-mll/glue", "qqp", "en",
        {
            "train": [hub_qqp("Why rain?", "Why does it rain?", 1, 0), hub_qqp("Who?", "When?", 0, 1)],
            "validation": [hub_qqp("How far?", "How near?", 0, 0), hub_qqp("Is it?", "Is it so?", 1, 1)],
            "test": [hub_qqp("Hidden?", "Hidden?", -1, 0)],
        },
        {
            "train": [
                pair("qqp-train-0", "Why rain?", "Why does it rain?", "duplicate"),
                pair("qqp-train-1", "Who?", "When?", "not_duplicate"),
            ],
            "dev": [
                pair("qqp-dev-0", "How far?", "How near?", "not_duplicate"),
                pair("qqp-dev-1", "Is it?", "Is it so?", "duplicate"),
            ],
        },
        {"label": Classes(("not_duplicate", "duplicate")), "idx": "int32"},
    ),
    "squad": TinyHub(
        "rajpurkar/squad", "plain_text", "en",
        {
            "train": [
                hub_squad("5f1", LAKE, "Who crossed?", ["Ada"], [29]),
                hub_squad("5f2", LAKE, "When?", ["March"], [18]),
            ],
            "validation": [hub_squad("6a1", LAKE, "What froze?", ["The lake", "lake"], [0, 4])],
        },
        {
            "train": [
                answered("5f1", LAKE, "Who crossed?", ["Ada"], [29]),
                answered("5f2", LAKE, "When?", ["March"], [18]),
            ],
            "dev": [answered("6a1", LAKE, "What froze?", ["The lake", "lake"], [0, 4])],
        },
    ),
    "xquad": TinyHub(
        "google/xquad", "xquad.de", "de",
        {"validation": [hub_squad("7b1", SEE, "Wer?", ["Ada"], [40]), hub_squad("7b2", SEE, "Wo?", ["Am Ufer"], [0])]},
        {"test": [answered("7b1", SEE, "Wer?", ["Ada"], [40]), answered("7b2", SEE, "Wo?", ["Am Ufer"], [0])]},
    ),
    "cosmosqa": TinyHub(
        "allenai/cosmos_qa", "default", "en",
        {
            "train": [cosmos("3Q##a", "The roof fell in.", "Why climb up?", RAFTERS, 0)],
            "validation": [cosmos("3Q##b", "We met at noon.", "Why?", RAFTERS, 3)],
            "test": [cosmos("3Q##c", "Hidden.", "Why?", RAFTERS, -1)],
        },
        {
            "train": [choice("3Q##a", "The roof fell in.", "Why climb up?", RAFTERS, 0)],
            "dev": [choice("3Q##b", "We met at noon.", "Why?", RAFTERS, 3)],
        },
        {"label": "int32"},
        parquet_branch=True,
    ),
    "siqa": TinyHub(
        "allenai/social_i_qa", "default", "en",
        {
            "train": [hub_siqa("Kai saw Bo.", "What next?", KAI, "1"), hub_siqa("Bo fell.", "How is Bo?", KAI, "3")],
            "validation": [hub_siqa("Kai ran.", "Why?", KAI, "2")],
        },
        {
            "train": [
                choice("siqa-train-0", "Kai saw Bo.", "What next?", KAI, 0),
                choice("siqa-train-1", "Bo fell.", "How is Bo?", KAI, 2),
            ],
            "dev": [choice("siqa-dev-0", "Kai ran.", "Why?", KAI, 1)],
        },
        parquet_branch=True,
    ),
    "copa": TinyHub(
        "aps/super_glue", "copa", "en",
        {
            "train": [copa("The cup broke.", "It fell.", "It sang.", "cause", 0, 0)],
            "validation": [copa("I slept late.", "I was early.", "I missed it.", "effect", 1, 0)],
            "test": [copa("Hidden.", "A.", "B.", "cause", -1, 0)],
        },
        {
            "train": [choice("copa-train-0", "The cup broke.", "cause", ["It fell.", "It sang."], 0)],
            "dev": [choice("copa-dev-0", "I slept late.", "effect", ["I was early.", "I missed it."], 1)],
        },
        {"label": Classes(("choice1", "choice2")), "idx": "int32"},
    ),
    "xcopa": TinyHub(
        "cambridgeltl/xcopa", "et", "et",
        {
            "validation": [copa("Tass kukkus.", "See läks katki.", "See laulis.", "effect", 0, 0, changed=False)],
            "test": [
                copa("Ma magasin.", "Olin väsinud.", "Olin kuri.", "cause", 0, 0, changed=False),
                copa("Sadas.", "Oli kuiv.", "Sain märjaks.", "effect", 1, 1, changed=True),
            ],
        },
        {
            "dev": [choice("xcopa-dev-0", "Tass kukkus.", "effect", ["See läks katki.", "See laulis."], 0)],
            "test": [
                choice("xcopa-test-0", "Ma magasin.", "cause", ["Olin väsinud.", "Olin kuri."], 0),
                choice("xcopa-test-1", "Sadas.", "effect", ["Oli kuiv.", "Sain märjaks."], 1),
            ],
        },
        {"label": "int32", "idx": "int32"},
    ),
    "udpos": TinyHub(
        "google/xtreme", "udpos.Dutch", "nl",
        {
            "train": [hub_tags("De hond slaapt .", "DET NOUN VERB PUNCT")],
            "validation": [hub_tags("Ja , Ada !", "INTJ PUNCT PROPN PUNCT")],
            "test": [hub_tags("Twee rode boten", "NUM ADJ NOUN"), hub_tags("xx", "X")],
        },
        {
            "train": [tagged("udpos-train-0", "De hond slaapt .", "DET NOUN VERB PUNCT")],
            "dev": [tagged("udpos-dev-0", "Ja , Ada !", "INTJ PUNCT PROPN PUNCT")],
            "test": [tagged("udpos-test-0", "Twee rode boten", "NUM ADJ NOUN"), tagged("udpos-test-1", "xx", "X")],
        },
        {"pos_tags": Classes(UPOS, listed=True)},
    ),
    "tatoeba": TinyHub(
        "google/xtreme", "tatoeba.cmn", "zh",
        # the script that made this copy kept the line ends of its files
        {
            "validation": [
                hub_translation("猫在睡觉。\n", "The cat is asleep.\n"),
                hub_translation("下雪了。\r\n", "It is snowing."),
            ]
        },
        {
            "test": [
                *searched("tatoeba-test-0", "The cat is asleep.", "猫在睡觉。"),
                *searched("tatoeba-test-1", "It is snowing.", "下雪了。"),
            ]
        },
    ),
}  # fmt: skip


# --- the original files -----------------------------------------------------------------------------------------------


def lines(*texts: str) -> str:
    return "".join(f"{text}\n" for text in texts)


def jsonl(*rows: Mapping[str, Any]) -> str:
    return lines(*(json.dumps(row, ensure_ascii=False) for row in rows))


def released_nli(one: str, two: str, gold: str, number: int) -> dict[str, Any]:
    parses = {f"sentence{n}_{kind}": "( x )" for n in (1, 2) for kind in ("binary_parse", "parse")}
    row = {"annotator_labels": [gold], "genre": "letters", "gold_label": gold, "pairID": f"{number}x", "promptID": "9"}
    return row | parses | {"sentence1": one, "sentence2": two}


XNLI_COLUMNS = (
    "language", "gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse",
    "sentence1", "sentence2", "promptID", "pairID", "genre", "label1", "label2", "label3", "label4", "label5",
    "sentence1_tokenized", "sentence2_tokenized", "match",
)  # fmt: skip


def xnli_line(language: str, gold: str, one: str, two: str, number: int) -> str:
    known = {"language": language, "gold_label": gold, "sentence1": one, "sentence2": two, "pairID": str(number)}
    return "\t".join(known.get(name, "") for name in XNLI_COLUMNS)


def squad_document(*paragraphs: tuple[str, Rows]) -> str:
    made = [{"context": context, "qas": questions} for context, questions in paragraphs]
    return json.dumps({"version": "1.1", "data": [{"title": "Lakes", "paragraphs": made}]})


def asked(identity: str, question: str, *answers: tuple[str, int]) -> dict[str, Any]:
    made = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": identity, "question": question, "answers": made}


def siqa_record(context: str, question: str) -> dict[str, str]:
    return {"context": context, "question": question, "answerA": KAI[0], "answerB": KAI[1], "answerC": KAI[2]}


def conllu_line(identity: str, form: str, tag: str) -> str:
    return "\t".join((identity, form, form.lower(), tag, "_", "_", "0", "root", "_", "_"))


ANSWERS = ",".join(RAFTERS)
COSMOS_HEADER = "id,context,question,answer0,answer1,answer2,answer3,label"
QQP_HEADER = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate"
GERMAN = "ud-treebanks/UD_German-GSD/de_gsd-ud"
LASER = "LASER/data/tatoeba/v1/tatoeba.cmn-eng"

FILES: dict[str, TinyFiles] = {
    "mnli": TinyFiles(
        "en",
        {
            "multinli_1.0/multinli_1.0_train.jsonl": jsonl(
                released_nli("A red cart.", "A cart.", "entailment", 1),
                released_nli("Go.", "Stay.", "contradiction", 2)
            ),
            "multinli_1.0/multinli_1.0_dev_matched.jsonl": jsonl(
                released_nli("Unsure.", "Not sure.", "-", 3), released_nli("We sang.", "We sang well.", "neutral", 4)
            ),
            "multinli_1.0/multinli_1.0_dev_mismatched.jsonl": jsonl(
                released_nli("Two oars.", "Oars.", "entailment", 5)
            ),
        },
        {
            "train": [
                pair("mnli-train-0", "A red cart.", "A cart.", "entailment"),
                pair("mnli-train-1", "Go.", "Stay.", "contradiction"),
            ],
            "dev": [pair("mnli-dev-1", "We sang.", "We sang well.", "neutral")],
            "dev_mismatched": [pair("mnli-dev_mismatched-0", "Two oars.", "Oars.", "entailment")],
        },
        {"dev": DROPPED},
    ),
    "snli": TinyFiles(
        "en",
        {
            f"snli_1.0/snli_1.0_{split}.jsonl": jsonl(
                released_nli("A dog runs.", f"A {split} dog.", "neutral", 1) | {"captionID": "1.jpg#0"},
                released_nli("Unsure.", "Not sure.", "-", 2) | {"captionID": "1.jpg#1"},
            )
            for split in ("train", "dev", "test")
        },
        {
            split: [pair(f"snli-{split}-0", "A dog runs.", f"A {split} dog.", "neutral")]
            for split in ("train", "dev", "test")
        },
        {"train": DROPPED, "dev": DROPPED, "test": DROPPED},
    ),
    "xnli": TinyFiles(
        "de",
        {
            f"XNLI-1.0/xnli.{split}.tsv": lines(
                "\t".join(XNLI_COLUMNS),
                xnli_line("ar", "neutral", "نعم.", "لا.", 1),
                xnli_line("de", "neutral", 'Er rief: "Ja.', f"Er rief ({split}).", 1),
                xnli_line("de", "contradiction", "Nein.", "Ja.", 2),
            )
            for split in ("dev", "test")
        },
        {
            split: [
                pair("1", 'Er rief: "Ja.', f"Er rief ({split}).", "neutral"),
                pair("2", "Nein.", "Ja.", "contradiction"),
            ]
            for split in ("dev", "test")
        },
    ),
    "qqp": TinyFiles(
        "en",
        {
            "QQP/train.tsv": lines(
                QQP_HEADER,
                '133\t11\t12\tWhat is "rain?\tWhy rain?\t0', "134\t13\t14\tcut off", "135\t15\t16\tIs it?\tSo?\t1"
            ),
            "QQP/dev.tsv": lines(QQP_HEADER, "201\t21\t22\tHow far?\tHow far off?\t1"),
        },
        {
            "train": [
                pair("133", 'What is "rain?', "Why rain?", "not_duplicate"),
                pair("135", "Is it?", "So?", "duplicate"),
            ],
            "dev": [pair("201", "How far?", "How far off?", "duplicate")],
        },
        {"train": {"broken row": 1}},
    ),
    "squad": TinyFiles(
        "en",
        {
            "train-v1.1.json": squad_document(
                (LAKE, [asked("5f1", "Who?", ("Ada", 29)), asked("5f2", "When?", ("March", 18))])
            ),
            "dev-v1.1.json": squad_document((LAKE, [asked("6a1", "What froze?", ("The lake", 0), ("lake", 4))])),
        },
        {
            "train": [answered("5f1", LAKE, "Who?", ["Ada"], [29]), answered("5f2", LAKE, "When?", ["March"], [18])],
            "dev": [answered("6a1", LAKE, "What froze?", ["The lake", "lake"], [0, 4])],
        },
    ),
    "xquad": TinyFiles(
        "de",
        {
            "xquad.de.json": squad_document(
                (SEE, [asked("7b1", "Wer?", ("Ada", 40))]), (LAKE, [asked("7b2", "Wer?", ("Ada", 29))])
            )
        },
        {"test": [answered("7b1", SEE, "Wer?", ["Ada"], [40]), answered("7b2", LAKE, "Wer?", ["Ada"], [29])]},
    ),
    "cosmosqa": TinyFiles(
        "en",
        {
            "cosmosqa/data/train.csv": lines(
                COSMOS_HEADER,
                f'3Q##a,"The roof, he said, ""fell in"".",Why climb up?,{ANSWERS},0',
                f'3Q##b,"Two\nlines.",Why?,{ANSWERS},2',
            ),
            "cosmosqa/data/valid.csv": lines(
                COSMOS_HEADER, f"3Q##c,We met at noon.,Why?,{ANSWERS},3"
            ),
        },
        {
            "train": [
                choice("3Q##a", 'The roof, he said, "fell in".', "Why climb up?", RAFTERS, 0),
                choice("3Q##b", "Two\nlines.", "Why?", RAFTERS, 2),
            ],
            "dev": [choice("3Q##c", "We met at noon.", "Why?", RAFTERS, 3)],
        },
    ),
    "siqa": TinyFiles(
        "en",
        {
            "socialiqa-train-dev/train.jsonl": jsonl(
                siqa_record("Kai saw Bo.", "What next?"), siqa_record("Bo fell.", "And?")
            ),
            "socialiqa-train-dev/train-labels.lst": lines("1", "3"),
            "socialiqa-train-dev/dev.jsonl": jsonl(siqa_record("Kai ran.", "Why?")),
            "socialiqa-train-dev/dev-labels.lst": lines("2"),
        },
        {
            "train": [
                choice("siqa-train-0", "Kai saw Bo.", "What next?", KAI, 0),
                choice("siqa-train-1", "Bo fell.", "And?", KAI, 2),
            ],
            "dev": [choice("siqa-dev-0", "Kai ran.", "Why?", KAI, 1)],
        },
    ),
    "copa": TinyFiles(
        "en",
        {
            "COPA/train.jsonl": jsonl(copa("The cup broke.", "It fell.", "It sang.", "cause", 0, 0)),
            "COPA/val.jsonl": jsonl(copa("I slept late.", "I was early.", "I missed it.", "effect", 1, 0)),
        },
        {
            "train": [choice("copa-train-0", "The cup broke.", "cause", ["It fell.", "It sang."], 0)],
            "dev": [choice("copa-dev-0", "I slept late.", "effect", ["I was early.", "I missed it."], 1)],
        },
    ),
    "xcopa": TinyFiles(
        "et",
        {
            "data/et/val.et.jsonl": jsonl(
                copa("Tass kukkus.", "See läks katki.", "See laulis.", "effect", 0, 1, changed=False)
            ),
            "data/et/test.et.jsonl": jsonl(
                copa("Ma magasin.", "Olin väsinud.", "Olin kuri.", "cause", 0, 501, changed=False),
                copa("Sadas.", "Oli kuiv.", "Sain märjaks.", "effect", 1, 502, changed=True),
            ),
        },
        HUB["xcopa"].wanted,
    ),
    "udpos": TinyFiles(
        "de",
        {
            f"{GERMAN}-train.conllu": lines(
                "# newdoc id = d1", "# sent_id = s1", "# text = Er geht zum See.", conllu_line("1", "Er", "PRON"),
                conllu_line("2", "geht", "VERB"), conllu_line("3-4", "zum", "_"), conllu_line("3", "zu", "ADP"),
                conllu_line("4", "dem", "DET"), conllu_line("4.1", "leise", "ADV"), conllu_line("5", "See", "NOUN"), "",
            ),
            f"{GERMAN}-dev.conllu": lines("# sent_id = s2", conllu_line("1", "Ja", "INTJ"), ""),
            f"{GERMAN}-test.conllu": lines("# sent_id = s3", conllu_line("1", "xx", "X"), ""),
            # a second treebank of the language, one that hides its words, and one of a language whose name begins alike
            "ud-treebanks/UD_German-PUD/de_pud-ud-test.conllu": lines(conllu_line("1", "Zwei", "NUM"), ""),
            "ud-treebanks/UD_German-Secret/de_secret-ud-test.conllu": lines(
                conllu_line("1", "_", "DET"), conllu_line("2", "_", "NOUN"), conllu_line("3", "!", "PUNCT"), ""
            ),
            "ud-treebanks/UD_German_Low-X/nds_x-ud-test.conllu": lines(conllu_line("1", "Twee", "NUM"), ""),
        },
        {
            "train": [tagged("udpos-train-0", "Er geht zu dem See", "PRON VERB ADP DET NOUN")],
            "dev": [tagged("udpos-dev-0", "Ja", "INTJ")],
            "test": [tagged("udpos-test-0", "xx", "X"), tagged("udpos-test-1", "Zwei", "NUM")],
        },
        {"test": {"words withheld": 1}},
    ),
    "tatoeba": TinyFiles(
        "zh",
        {f"{LASER}.cmn": lines("猫在睡觉。", "下雪了。"), f"{LASER}.eng": "The cat is asleep.\r\nIt is snowing.\r\n"},
        HUB["tatoeba"].wanted,
    ),
    "mlm": TinyFiles(
        "wo",
        {"mlm/wo.train.txt": lines("Nanga def ?", "", "Maa ngi fi ."), "mlm/wo.dev.txt": lines("Waaw .")},
        {
            "train": [
                {"id": "mlm-train-0", "text": "Nanga def ?", "text_pair": ""},
                {"id": "mlm-train-2", "text": "Maa ngi fi .", "text_pair": ""},
            ],
            "dev": [{"id": "mlm-dev-0", "text": "Waaw .", "text_pair": ""}],
        },
        {"train": {"blank": 1}},
    ),
}  # fmt: skip
