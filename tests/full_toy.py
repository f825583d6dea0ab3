"""What the full size of the studies reads, a few invented items of each: repositories of a hub, and files beside them.

Repositories, configs, splits, columns and paths are written as their publishers chose them, never taken from the task
entries, so that an entry that is wrong about one of them fails.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import full_toy_search
from full_toy_search import ITEMS, Rows, jsonl, questions, spans
from xstilts.languages import codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from loopback_hub import LoopbackHub

Configs = dict[str, dict[str, Rows]]

NLI = ("entailment", "neutral", "contradiction")
ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
LANGUAGES = ("en", "de", "ru", "tr")
IN_ENGLISH = {"en": "English", "de": "German", "ru": "Russian", "tr": "Turkish"}
XTREME = codes(
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi"
    " yo zh"
)


# --- items ------------------------------------------------------------------------------------------------------------


def nli(code: str, *, one: str = "premise", two: str = "hypothesis", labels: Sequence[Any] = (0, 1, 2)) -> Rows:
    return [
        {one: f"{code} boat {n} left", two: f"{code} it left {n}", "label": labels[n % len(labels)]}
        for n in range(ITEMS)
    ]


def paraphrases(code: str) -> Rows:
    return [{"id": n, **row} for n, row in enumerate(nli(code, one="sentence1", two="sentence2", labels=(0, 1)))]


def tags(code: str, column: str, *, upper: int) -> Rows:
    return [{"tokens": [code, "Ada", "went"], column: [0, 1, upper - 1]} for _ in range(ITEMS)]


def choices(**changes: Any) -> Rows:
    return [{key: value(n) if callable(value) else value for key, value in changes.items()} for n in range(ITEMS)]


def copa(code: str) -> Rows:
    return choices(
        premise=lambda n: f"{code} rain {n}", choice1="it is wet", choice2="it is dry", question="effect",
        idx=lambda n: n, label=lambda n: n % 2,
    )  # fmt: skip


# --- the hub ----------------------------------------------------------------------------------------------------------


def _glue() -> Configs:
    asked = choices(question1=lambda n: f"how {n}", question2="how far", label=lambda n: n % 2, idx=lambda n: n)
    mnli = {"train": nli("en"), "validation_matched": nli("en")}
    return {"mnli": mnli, "qqp": {"train": asked, "validation": asked}}


def _xtreme() -> Configs:
    pos = {"train", "validation", "test"}
    found = {
        f"udpos.{IN_ENGLISH[code]}": {split: tags(code, "pos_tags", upper=17) for split in pos}
        for code in LANGUAGES
        if code not in ("de", "ru")  # the copy has older relatives of these mixed in: their treebanks are read
    }
    found |= {f"MLQA.{code}.{code}": {"test": questions(code), "validation": []} for code in ("en", "de")}
    tydiqa = full_toy_search.tydiqa()
    found["tydiqa"] = {"train": tydiqa, "validation": tydiqa}
    found |= {config: {"validation": rows} for config, rows in full_toy_search.tatoeba().items()}
    return {name: {split: rows for split, rows in splits.items() if rows} for name, splits in found.items()}


def _of_each(name: str, splits: Sequence[str], rows: Any) -> Configs:
    return {name.format(code): {split: rows(code) for split in splits} for code in LANGUAGES}


def _hub() -> dict[str, Configs]:
    ending = choices(
        ctx=lambda n: f"Ada rows {n}", endings=["she sinks", "she sings", "she lands", "she sits"],
        label=lambda n: str(n % 4),
    )  # fmt: skip
    places = {"label": list("ABCDE"), "text": ["a lake", "a road", "a hill", "a ship", "a bed"]}
    asked = choices(id=lambda n: f"q{n}", question="where", choices=places, answerKey=lambda n: "ABCDE"[n % 5])
    why = choices(
        id=lambda n: f"3Q##{n}", context="The roof fell", question="why", answer0="wind", answer1="snow",
        answer2="age", answer3="none", label=lambda n: n % 4,
    )  # fmt: skip
    social = choices(
        context="Kai ran", question="why", answerA="fun", answerB="fear", answerC="rest", label=lambda n: str(n % 3 + 1)
    )
    rounds = {f"{split}_r{n}": nli("en") for split in ("train", "dev", "test") for n in (1, 2, 3)}
    ocnli = nli("zh", one="sentence1", two="sentence2")
    return {
        "nyu-mll/glue": _glue(),
        "facebook/anli": {"plain_text": rounds},
        "stanfordnlp/snli": {"plain_text": {"train": nli("en", labels=(0, 1, 2, -1))}},
        "rajpurkar/squad": {"plain_text": {"train": questions("en"), "validation": questions("en")}},
        "rajpurkar/squad_v2": {"squad_v2": {"train": questions("en")}},
        "Rowan/hellaswag": {"default": {"train": ending}},
        "tau/commonsense_qa": {"default": {"train": asked}},
        "allenai/cosmos_qa": {"default": {"train": why}},
        "allenai/social_i_qa": {"default": {"train": social}},
        "aps/super_glue": {"copa": {"train": copa("en"), "validation": copa("en")}},
        "google-research-datasets/paws": {
            "labeled_final": {"train": paraphrases("en"), "validation": paraphrases("en")}
        },
        "google-research-datasets/paws-x": _of_each("{}", ["test"], paraphrases),
        "facebook/xnli": _of_each("{}", ["test"], nli),
        "google/xquad": {
            f"xquad.{code}": {"validation": full_toy_search.parallel_questions(code)}
            for code in full_toy_search.SEARCHED
        },
        "unimelb-nlp/wikiann": _of_each(
            "{}", ["train", "validation", "test"], lambda code: tags(code, "ner_tags", upper=7)
        ),
        "google/xtreme": _xtreme(),
        "mteb/BUCC": {f"{code}-en": {"test": full_toy_search.mined(code)} for code in ("de", "ru")},
        "cambridgeltl/xcopa": {"tr": {"test": copa("tr")}},
        "clue/clue": {"ocnli": {"train": ocnli}},
        "afaji/indonli": {"indonli": {"train": nli("id")}},
    }


SCRIPTED = ("allenai/cosmos_qa", "allenai/social_i_qa", "afaji/indonli")
COMMITS = {
    "Rowan/hellaswag": "218ec52e09a7e7462a5400043bb9a69a41d06b76",
    "tau/commonsense_qa": "94630fe30dad47192a8546eb75f094926d47e155",
    "mteb/BUCC": "39f20d5ac4a82e59dbcecaabdd599b82cbefa666",
}
CLASSES = {
    "unimelb-nlp/wikiann": ("ner_tags", ENTITIES, True),
    "clue/clue": ("label", ("neutral", "entailment", "contradiction"), False),
}
READ_BY = {
    "phang2020": {
        "nyu-mll/glue", "facebook/anli", "stanfordnlp/snli", "rajpurkar/squad", "rajpurkar/squad_v2", "Rowan/hellaswag",
        "tau/commonsense_qa", "allenai/cosmos_qa", "google-research-datasets/paws", "google-research-datasets/paws-x",
        "facebook/xnli", "google/xquad", "unimelb-nlp/wikiann", "google/xtreme", "mteb/BUCC",
    },
    "mix": {
        "nyu-mll/glue", "stanfordnlp/snli", "rajpurkar/squad", "rajpurkar/squad_v2", "allenai/social_i_qa",
        "aps/super_glue", "facebook/xnli", "google/xquad", "unimelb-nlp/wikiann", "google/xtreme", "cambridgeltl/xcopa",
        "clue/clue", "afaji/indonli",
    },
    "retrieval": {"rajpurkar/squad", "google/xtreme", "google/xquad", "mteb/BUCC"},
    "noise": {"nyu-mll/glue", "rajpurkar/squad", "Rowan/hellaswag", "facebook/xnli", "google/xquad", "google/xtreme"},
}  # fmt: skip
"""The repositories that each study must ask for."""


def _parquet(rows: Rows, classes: tuple[str, tuple[str, ...], bool] | None) -> bytes:
    import datasets

    made = datasets.Dataset.from_list(rows)
    if classes is not None:
        column, names, listed = classes
        label = datasets.ClassLabel(names=list(names))
        made = made.cast_column(column, datasets.Sequence(label) if listed else label)
    buffer = io.BytesIO()
    made.to_parquet(buffer)
    return buffer.getvalue()


def publish(hub: LoopbackHub) -> None:
    """All repositories; those with a loading script have their rows on the Parquet branch only."""
    for repo, configs in _hub().items():
        tables: dict[str, str | bytes] = {}
        listed = []
        for config, splits in configs.items():
            held = []
            for split, rows in splits.items():
                path = f"{config}/{split}/0000.parquet"
                tables[path] = _parquet(rows, CLASSES.get(repo))
                held.append({"split": split, "path": path})
            listed.append({"config_name": config, "data_files": held})
        if repo in SCRIPTED:
            hub.add("datasets", repo, {"README.md": "# a card\n", f"{repo.split('/')[1]}.py": "raise SystemExit\n"})
            hub.add("datasets", repo, tables, branch="refs/convert/parquet")
        else:
            card = {"README.md": f"---\n{json.dumps({'configs': listed})}\n---\n# a card\n"}
            hub.add("datasets", repo, card | tables, branch=COMMITS.get(repo, "main"))


# --- files beside it --------------------------------------------------------------------------------------------------


def _pairs(code: str, labels: Sequence[str], **more: Any) -> Rows:
    rows = nli(code, one="text", two="text_pair", labels=labels)
    return [{key: value(n) for key, value in more.items()} | row for n, row in enumerate(rows)]


def _translations() -> dict[str, str]:
    sixteen = codes("ar de es fi fr hi id nl pl ru sw th tr ur vi zh")
    paraphrase = ("not_paraphrase", "paraphrase")
    endings = [f"ending {n}" for n in range(4)]
    found: dict[str, Rows] = {}
    for code in codes("ar bg de el es fr hi ru sw th tr ur vi zh"):
        found[f"mnli/{code}.train"] = _pairs(code, NLI)
        found[f"xnli/{code}.test"] = _pairs("en", NLI)
    for code in sixteen:
        # the fourth of four items has no label, and is not translated
        snli = _pairs(code, (*NLI, ""), id=lambda n: f"snli-train-{n}")
        found[f"snli/{code}.train"] = [row for row in snli if row["label"]]
        found[f"squad_v2/{code}.train"] = spans(code)
    for code in full_toy_search.TRANSLATED_SQUAD:
        found[f"squad/{code}.train"] = spans(code)
    for code in ("de", "ru", "sw"):
        found[f"hellaswag/{code}.train"] = choices(context=code, choices=endings, label=lambda n: n % 4)
    for code in codes("de es fr ja ko zh"):
        found[f"paws/{code}.train"] = _pairs(code, paraphrase, id=str)
        found[f"pawsx/{code}.test"] = _pairs("en", paraphrase, id=str)
    return {f"translations/{name}.jsonl": jsonl(rows) for name, rows in found.items()}


def _treebank() -> str:
    words = [("1", "Ada", "PROPN"), ("2", "went", "VERB")]
    return "".join("\t".join((n, word, word, tag, *"__00__")) + "\n" for n, word, tag in words) + "\n"


def _ccgbank() -> dict[str, str]:
    derivation = "(<T S[dcl] 0 2> (<L N NN NN Boats N>) (<L S[dcl]\\NP VB VB float S[dcl]\\NP>) )"
    sections = {
        f"ccgbank_1_1/data/AUTO/{n:02}/wsj_{n:02}01.auto": f"ID=wsj_{n:02}01.1 PARSER=GOLD NUMPARSE=1\n{derivation}\n"
        for n in range(2, 22)
    }
    return sections | {"ccg.labels.txt": "N\nS[dcl]\\NP\n"}


def files() -> Mapping[str, str]:
    """Path in the data folder to text, for every file that one of the studies reads at toy size."""
    farstail = "premise\thypothesis\tlabel\n" + "".join(f"fa {n}\tfa\t{'enc'[n % 3]}\n" for n in range(ITEMS))
    return {
        **{f"mlm/{code}.train.txt": "".join(f"{code} line {n}\n" for n in range(ITEMS)) for code in XTREME},
        **_translations(),
        **_ccgbank(),
        **full_toy_search.files(),
        "ud-treebanks/UD_German-GSD/de_gsd-ud-test.conllu": _treebank(),
        "ud-treebanks/UD_Russian-GSD/ru_gsd-ud-test.conllu": _treebank(),
        "FarsTail/data/Train-word.csv": farstail,
    }


def write(folder: Path) -> Path:
    """Every file into a data folder."""
    for path, text in files().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder
