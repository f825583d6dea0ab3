"""Invented copies of the tasks with images: GQA, MaRVL, NLVR, NLVR2, SNLI-VE, xGQA, XVNLI (as in ``tiny_rows``)."""

from __future__ import annotations

import json
from typing import Any

from tiny_rows import DROPPED, TinyFiles, TinyHub

HUB: dict[str, TinyHub] = {}  # the images come from their owners


def lines(*records: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def seen(identity: str, text: str, images: list[str], label: str, caption: str = "") -> dict[str, Any]:
    row = {"id": identity, "text": text, "text_pair": "", "caption": caption}
    return row | {"images": images, "label": label}


# --- entailment: two spellings of the field that names the image ------------------------------------------------------


def entailed(field: str, image: str, pair: str, caption: str, text: str, label: str) -> dict[str, Any]:
    row = {"gold_label": label, "sentence1": caption, "sentence2": text, "captionID": f"{image}.jpg#0"}
    return row | {"pairID": f"{image}.jpg#{pair}", field: image}


def snli_ve(*given: str) -> dict[str, Any]:
    return entailed("Flickr30K_ID", *given)


def xvnli(*given: str) -> dict[str, Any]:
    return entailed("Flikr30kID", *given)


# --- statements about images ------------------------------------------------------------------------------------------


def nlvr2(identity: str, text: str, label: str) -> dict[str, Any]:
    return {"sentence": text, "label": label, "identifier": identity, "left_url": "", "right_url": "", "synset": "kite"}


def marvl(identity: str, text: str, images: tuple[str, str], *, label: bool) -> dict[str, Any]:
    row = {"concept": "12-Gurudumu", "language": "sw", "caption": text, "chapter": "Motion", "id": identity}
    return row | {"left_img": images[0], "right_img": images[1], "label": label}


def nlvr(identity: str, folder: str, text: str, label: str) -> dict[str, Any]:
    row = {"sentence": text, "label": label, "identifier": identity, "directory": folder}
    return row | {"evals": {"r0": label}, "structured_rep": [[], [], []]}


# --- questions: one object, id to record ------------------------------------------------------------------------------


def questions(**asked: tuple[str, str, str]) -> str:
    def record(image: str, question: str, answer: str) -> dict[str, Any]:
        row = {"imageId": image, "question": question, "answer": answer, "isBalanced": True}
        return row | {"types": {"structural": "query"}, "fullAnswer": f"It is {answer}."}

    return json.dumps({identity: record(*given) for identity, given in asked.items()})


ANSWERS = "red\nwooden bench\nyes\n"

FILES: dict[str, TinyFiles] = {
    "snli_ve": TinyFiles(
        "en",
        {
            "snli_ve/annotations/snli_ve_train.jsonl": lines(
                snli_ve("41", "0r1e", "A kite flies.", "Something flies.", "entailment"),
                snli_ve("41", "0r1n", "A kite flies.", "Ada holds it.", "neutral"),
            ),
            "snli_ve/annotations/snli_ve_dev.jsonl": lines(
                snli_ve("52", "1r1c", "Two oars.", "Nothing there.", "contradiction")
            ),
            "snli_ve/annotations/snli_ve_test.jsonl": lines(
                snli_ve("63", "0r2x", "A quay.", "Ada waits.", "-"),
                snli_ve("63", "0r2n", "A quay.", "Ada waits.", "neutral"),
            ),
        },
        {
            "train": [
                seen("41.jpg#0r1e", "Something flies.", ["41.jpg"], "entailment", "A kite flies."),
                seen("41.jpg#0r1n", "Ada holds it.", ["41.jpg"], "neutral", "A kite flies."),
            ],
            "dev": [seen("52.jpg#1r1c", "Nothing there.", ["52.jpg"], "contradiction", "Two oars.")],
            "test": [seen("63.jpg#0r2n", "Ada waits.", ["63.jpg"], "neutral", "A quay.")],
        },
        {"test": DROPPED},
        images=("flickr30k-images/41.jpg", "flickr30k-images/52.jpg", "flickr30k-images/63.jpg"),
    ),
    "xvnli": TinyFiles(
        "ru",
        {
            "xvnli/ru/test.jsonl": lines(
                xvnli("74", "3r1e", "Лодка у причала.", "Там лодка.", "entailment"),
                xvnli("74", "3r1x", "Лодка у причала.", "Ада спит.", "-"),
            )
        },
        {"test": [seen("74.jpg#3r1e", "Там лодка.", ["74.jpg"], "entailment", "Лодка у причала.")]},
        {"test": DROPPED},
        images=("flickr30k-images/74.jpg",),
    ),
    # an item's pair of images has the name of the item without its last number
    "nlvr2": TinyFiles(
        "en",
        {
            "nlvr2/data/train.json": lines(
                nlvr2("train-7-1-0", "Both have a kite.", "True"), nlvr2("train-7-1-1", "Only one has a kite.", "False")
            ),
            "nlvr2/data/dev.json": lines(nlvr2("dev-8-0-2", "There are four oars.", "False")),
            "nlvr2/data/test1.json": lines(nlvr2("test1-9-3-0", "One shows a lake.", "True")),
            "nlvr2/data/test2.json": lines(nlvr2("test2-9-3-0", "Hidden.", "True")),
        },
        {
            "train": [
                seen("train-7-1-0", "Both have a kite.", ["train-7-1-img0.png", "train-7-1-img1.png"], "true"),
                seen("train-7-1-1", "Only one has a kite.", ["train-7-1-img0.png", "train-7-1-img1.png"], "false"),
            ],
            "dev": [seen("dev-8-0-2", "There are four oars.", ["dev-8-0-img0.png", "dev-8-0-img1.png"], "false")],
            "test": [seen("test1-9-3-0", "One shows a lake.", ["test1-9-3-img0.png", "test1-9-3-img1.png"], "true")],
        },
        images=tuple(
            f"nlvr2-images/{pair}-{image}.png"
            for pair in ("train-7-1", "dev-8-0", "test1-9-3") for image in ("img0", "img1")
        ),
    ),
    "marvl": TinyFiles(
        "sw",
        {
            "marvl/annotations/marvl-sw.jsonl": lines(
                marvl("sw-0", "Picha zote zina gurudumu.", ("12-1.jpg", "12-2.jpg"), label=True),
                marvl("sw-1", "Hakuna gurudumu.", ("12-2.jpg", "12-1.jpg"), label=False),
            )
        },
        {
            "test": [
                seen(
                    "sw-0", "Picha zote zina gurudumu.",
                    ["sw/images/12-Gurudumu/12-1.jpg", "sw/images/12-Gurudumu/12-2.jpg"], "true",
                ),
                seen(
                    "sw-1", "Hakuna gurudumu.",
                    ["sw/images/12-Gurudumu/12-2.jpg", "sw/images/12-Gurudumu/12-1.jpg"], "false",
                ),
            ]
        },
        images=("marvl-images/sw/images/12-Gurudumu/12-1.jpg", "marvl-images/sw/images/12-Gurudumu/12-2.jpg"),
    ),
    # of the six orders of a drawing's boxes the first is read
    "nlvr": TinyFiles(
        "en",
        {
            "nlvr/train/train.json": lines(nlvr("31-2", "45", "A box has two circles.", "true")),
            "nlvr/dev/dev.json": lines(nlvr("32-0", "3", "No box is empty.", "false")),
            "nlvr/test/test.json": lines(nlvr("33-1", "0", "One square is black.", "true")),
        },
        {
            "train": [seen("31-2", "A box has two circles.", ["45/train-31-2-0.png"], "true")],
            "dev": [seen("32-0", "No box is empty.", ["3/dev-32-0-0.png"], "false")],
            "test": [seen("33-1", "One square is black.", ["0/test-33-1-0.png"], "true")],
        },
        images=(
            "nlvr/train/images/45/train-31-2-0.png", "nlvr/train/images/45/train-31-2-1.png",
            "nlvr/dev/images/3/dev-32-0-0.png", "nlvr/test/images/0/test-33-1-0.png",
        ),
    ),
    "gqa": TinyFiles(
        "en",
        {
            "gqa.answers.txt": ANSWERS,
            "gqa/train_balanced_questions.json": questions(
                **{"07201": ("2370", "What colour is the kite?", "red"), "q2": ("2370", "Is it high?", "yes")}
            ),
            "gqa/val_balanced_questions.json": questions(q3=("n16", "What is by the lake?", "wooden bench")),
        },
        {
            "train": [
                seen("07201", "What colour is the kite?", ["2370.jpg"], "red"),
                seen("q2", "Is it high?", ["2370.jpg"], "yes"),
            ],
            "dev": [seen("q3", "What is by the lake?", ["n16.jpg"], "wooden bench")],
        },
        images=("gqa-images/2370.jpg", "gqa-images/n16.jpg"),
    ),
    # its answers are in English whatever the question is in
    "xgqa": TinyFiles(
        "de",
        {
            "gqa.answers.txt": ANSWERS,
            "xgqa/zero_shot/testdev_balanced_questions_de.json": questions(
                **{"201": ("n27", "Welche Farbe hat der Drachen?", "red"), "202": ("n28", "Ist er hoch?", "yes")}
            ),
        },
        {
            "test": [
                seen("201", "Welche Farbe hat der Drachen?", ["n27.jpg"], "red"),
                seen("202", "Ist er hoch?", ["n28.jpg"], "yes"),
            ]
        },
        images=("gqa-images/n27.jpg", "gqa-images/n28.jpg"),
    ),
}  # fmt: skip
"""Each with the paths of its images below the data folder; NLVR has one more than is read."""
