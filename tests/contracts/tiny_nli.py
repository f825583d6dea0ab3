"""Invented examples of the NLI, paraphrase and topic data sets; see ``tiny_rows``."""

from __future__ import annotations

import json
from typing import Any

from tiny_rows import NLI, Classes, TinyFiles, TinyHub, hub_nli, pair

# The hub's copy of OCNLI numbers its labels in another order than XNLI.
OCNLI = ("neutral", "entailment", "contradiction")
NOT, IS = "not_paraphrase", "paraphrase"
DASH = {"label = '-'": 1}
MINUS = {"label = '-1'": 1}


def hub_paws(identity: int, one: str, two: str, label: int) -> dict[str, Any]:
    return {"id": identity, "sentence1": one, "sentence2": two, "label": label}


def hub_myxnli(one: str, two: str, label: str) -> dict[str, Any]:
    english = {"sentence1_en": "A hill.", "sentence2_en": "A valley."}
    return {"genre": "letters", "label": label, **english, "sentence1_my": one, "sentence2_my": two}


def hub_topic(index: int, category: str, text: str) -> dict[str, Any]:
    return {"index_id": index, "category": category, "text": text}


def hub_ocnli(one: str, two: str, label: int, idx: int) -> dict[str, Any]:
    return {"sentence1": one, "sentence2": two, "label": label, "idx": idx}


def anli_round(split: str, number: int, label: int) -> list[dict[str, Any]]:
    return [hub_nli(f"Boat {number}.", f"A {split} boat.", label, uid=f"u-{split}-{number}", reason="")]


def anli_wanted(split: str, *labels: str) -> list[dict[str, Any]]:
    return [
        pair(f"anli-{split}-{number}", f"Boat {number + 1}.", f"A {split} boat.", label)
        for number, label in enumerate(labels)
    ]


HUB: dict[str, TinyHub] = {
    "anli": TinyHub(
        "facebook/anli", "plain_text", "en",
        {
            **{f"train_r{number}": anli_round("train", number, label) for number, label in ((1, 0), (2, 2), (3, 1))},
            **{f"dev_r{number}": anli_round("dev", number, label) for number, label in ((1, 1), (2, 1), (3, 0))},
            **{f"test_r{number}": anli_round("test", number, label) for number, label in ((1, 2), (2, 0), (3, 2))},
        },
        {
            "train": anli_wanted("train", "entailment", "contradiction", "neutral"),
            "dev": anli_wanted("dev", "neutral", "neutral", "entailment"),
            "test": anli_wanted("test", "contradiction", "entailment", "contradiction"),
        },
        {"label": Classes(NLI)},
    ),
    "americasnli": TinyHub(
        "nala-cub/americas_nli", "quy", "qu",
        {
            "validation": [hub_nli("Paran.", "Ch'usaqmi.", 2), hub_nli("Rin.", "Puriq.", 0)],
            "test": [hub_nli("Wasi.", "Hatun wasi.", 1)],
        },
        {
            "dev": [
                pair("americasnli-dev-0", "Paran.", "Ch'usaqmi.", "contradiction"),
                pair("americasnli-dev-1", "Rin.", "Puriq.", "entailment"),
            ],
            "test": [pair("americasnli-test-0", "Wasi.", "Hatun wasi.", "neutral")],
        },
        {"label": Classes(NLI)},
    ),
    "myxnli": TinyHub(
        "akhtet/myanmar-xnli", "default", "my",
        {
            "validation": [hub_myxnli("တောင်", "တောင်ကြီး", "neutral")],
            "test": [hub_myxnli("မိုး", "ရေ", "entailment"), hub_myxnli("နေ", "ည", "contradiction")],
        },
        {
            "dev": [pair("myxnli-dev-0", "တောင်", "တောင်ကြီး", "neutral")],
            "test": [
                pair("myxnli-test-0", "မိုး", "ရေ", "entailment"),
                pair("myxnli-test-1", "နေ", "ည", "contradiction"),
            ],
        },
    ),
    "xnli_eu": TinyHub(
        "HiTZ/xnli-eu", "eu", "eu",
        {
            "train": [hub_nli("Makinak itzulia.", "Itzulia.", 0)],
            "validation": [hub_nli("Euria da.", "Lehor dago.", 2)],
            "test": [hub_nli("Etxea.", "Etxe handia.", 1)],
            "eu_native:test": [hub_nli("Mendia.", "Mendi bat.", 0), hub_nli("Bai.", "Ez.", 2)],
        },
        {
            "dev": [pair("xnli_eu-dev-0", "Euria da.", "Lehor dago.", "contradiction")],
            "test": [pair("xnli_eu-test-0", "Etxea.", "Etxe handia.", "neutral")],
            "test_native": [
                pair("xnli_eu-test_native-0", "Mendia.", "Mendi bat.", "entailment"),
                pair("xnli_eu-test_native-1", "Bai.", "Ez.", "contradiction"),
            ],
        },
        {"label": Classes(NLI)},
    ),
    "kornli": TinyHub(
        "kakaobrain/kor_nli", "xnli", "ko",
        {
            "multi_nli:train": [hub_nli("비가 온다.", "날씨가 맑다.", 2)],
            "snli:train": [hub_nli("개가 달린다.", "개가 있다.", 0), hub_nli("모른다.", "모른다.", -1)],
            "validation": [hub_nli("집.", "큰 집.", 1)],
            "test": [hub_nli("네.", "아니요.", 2)],
        },
        {
            "train": [
                pair("kornli-train-0", "비가 온다.", "날씨가 맑다.", "contradiction"),
                pair("kornli-train-1", "개가 달린다.", "개가 있다.", "entailment"),
            ],
            "dev": [pair("kornli-dev-0", "집.", "큰 집.", "neutral")],
            "test": [pair("kornli-test-0", "네.", "아니요.", "contradiction")],
        },
        {"label": Classes(NLI)},
        rejected={"train": MINUS},
    ),
    "ocnli": TinyHub(
        "clue/clue", "ocnli", "zh",
        {
            "train": [hub_ocnli("下雨了。", "天晴了。", 2, 0), hub_ocnli("他有狗。", "他有动物。", 1, 1)],
            "validation": [hub_ocnli("房子。", "大房子。", 0, 0), hub_ocnli("无。", "无。", -1, 1)],
            "test": [hub_ocnli("隐。", "隐。", -1, 0)],
        },
        {
            "train": [
                pair("ocnli-train-0", "下雨了。", "天晴了。", "contradiction"),
                pair("ocnli-train-1", "他有狗。", "他有动物。", "entailment"),
            ],
            "dev": [pair("ocnli-dev-0", "房子。", "大房子。", "neutral")],
        },
        {"label": Classes(OCNLI), "idx": "int32"},
        rejected={"dev": MINUS},
    ),
    "indonli": TinyHub(
        "afaji/indonli", "indonli", "id",
        {
            "train": [hub_nli("Hujan.", "Cerah.", 2)],
            "validation": [hub_nli("Rumah.", "Rumah besar.", 1)],
            "test_lay": [hub_nli("Anjing lari.", "Ada anjing.", 0)],
            "test_expert": [hub_nli("Ya.", "Tidak.", 2)],
        },
        {
            "train": [pair("indonli-train-0", "Hujan.", "Cerah.", "contradiction")],
            "dev": [pair("indonli-dev-0", "Rumah.", "Rumah besar.", "neutral")],
            "test": [pair("indonli-test-0", "Anjing lari.", "Ada anjing.", "entailment")],
            "test_expert": [pair("indonli-test_expert-0", "Ya.", "Tidak.", "contradiction")],
        },
        {"label": Classes(NLI)},
        parquet_branch=True,
    ),
    "paws": TinyHub(
        "google-research-datasets/paws", "labeled_final", "en",
        {
            "train": [hub_paws(1, "From Oslo to Rome.", "From Rome to Oslo.", 0), hub_paws(2, "He ran.", "Ran he.", 1)],
            "validation": [hub_paws(1, "Ann saw Bo.", "Bo saw Ann.", 0)],
            "test": [hub_paws(4, "Born in May, Ada sang.", "Ada, born in May, sang.", 1)],
        },
        {
            "train": [pair("1", "From Oslo to Rome.", "From Rome to Oslo.", NOT), pair("2", "He ran.", "Ran he.", IS)],
            "dev": [pair("1", "Ann saw Bo.", "Bo saw Ann.", NOT)],
            "test": [pair("4", "Born in May, Ada sang.", "Ada, born in May, sang.", IS)],
        },
        {"id": "int32", "label": Classes(("0", "1"))},
    ),
    "pawsx": TinyHub(
        "google-research-datasets/paws-x", "de", "de",
        {
            "train": [hub_paws(1, "Maschinell.", "Übersetzt.", 0)],
            "validation": [hub_paws(7, "Ann sah Bo.", "Bo sah Ann.", 0), hub_paws(8, "Leer.", "Leer.", -1)],
            "test": [hub_paws(7, "Er lief.", "Gelaufen ist er.", 1), hub_paws(9, "NS", "Er ging.", 0)],
        },
        {
            "dev": [pair("7", "Ann sah Bo.", "Bo sah Ann.", NOT)],
            "test": [pair("7", "Er lief.", "Gelaufen ist er.", IS), pair("9", "NS", "Er ging.", NOT)],
        },
        {"id": "int32", "label": Classes(("0", "1"))},
        rejected={"dev": MINUS},
    ),
    "sib200": TinyHub(
        "Davlan/sib200", "yor_Latn", "yo",
        {
            "train": [hub_topic(11, "sports", "Wọ́n gbá bọ́ọ̀lù.")],
            "validation": [hub_topic(12, "health", "Dókítà wá.")],
            "test": [hub_topic(13, "science/technology", "Ìràwọ̀.")],
        },
        {
            "train": [pair("11", "Wọ́n gbá bọ́ọ̀lù.", "", "sports")],
            "dev": [pair("12", "Dókítà wá.", "", "health")],
            "test": [pair("13", "Ìràwọ̀.", "", "science/technology")],
        },
    ),
}  # fmt: skip


def anli_line(number: int, split: str, label: str) -> str:
    row = {"uid": f"u-{split}-{number}", "context": f"Boat {number}.", "hypothesis": f"A {split} boat.", "label": label}
    return json.dumps(row | {"model_label": "n", "emturk": False, "reason": "", "tag": "wiki"}) + "\n"


def ocnli_line(one: str, two: str, label: str, number: int) -> str:
    row = {"level": "easy", "sentence1": one, "sentence2": two, "label": label, "label0": None, "genre": "tv"}
    return json.dumps(row | {"prem_id": f"tv_{number}", "id": number}, ensure_ascii=False) + "\n"


def indonli_line(number: int, one: str, two: str, label: str) -> str:
    row = {"pair_id": number, "premise_id": number // 10, "premise": one, "hypothesis": two, "label": label}
    return json.dumps(row | {"data_split": "train", "annotator_type": "lay", "sentence_size": "single"}) + "\n"


PAWS_HEADER = "id\tsentence1\tsentence2\tlabel\n"
SIB_HEADER = "index_id\tcategory\ttext\n"
KOREAN_HEADER = "sentence1\tsentence2\tgold_label\n"
BURMESE_HEADER = "genre\tlabel\tsentence1_en\tsentence2_en\tsentence1_my\tsentence2_my\n"
CROATIAN_HEADER = "premise,hypo,promptID,pairID,genre,label\n"
AMERICAN_HEADER = "language\tpremise\thypothesis\tlabel\n"
THREE = "premise\thypothesis\tlabel\n"

FILES: dict[str, TinyFiles] = {
    "anli": TinyFiles(
        "en",
        {
            f"anli_v1.0/R{number}/{split}.jsonl": anli_line(number, split, letters[number - 1])
            for split, letters in (("train", "ecn"), ("dev", "nne"), ("test", "cec"))
            for number in (1, 2, 3)
        },
        HUB["anli"].wanted,
    ),
    "americasnli": TinyFiles(
        "ay",
        {
            "AmericasNLI/dev.tsv": AMERICAN_HEADER
            + "aym\tJallu.\tWaña.\tcontradiction\nquy\tWasi.\tWasi.\tentailment\naym\tUta.\tJach'a uta.\tneutral\n",
            "AmericasNLI/test.tsv": AMERICAN_HEADER + "quy\tParan.\tParan.\tneutral\naym\tAnu.\tUywa.\tentailment\n",
        },
        {
            "dev": [
                pair("americasnli-dev-0", "Jallu.", "Waña.", "contradiction"),
                pair("americasnli-dev-1", "Uta.", "Jach'a uta.", "neutral"),
            ],
            "test": [pair("americasnli-test-0", "Anu.", "Uywa.", "entailment")],
        },
    ),
    "myxnli": TinyFiles(
        "my",
        {
            "myXNLI/output/my/my.genre.dev.tsv": BURMESE_HEADER + "letters\tneutral\tA hill.\tHigh.\tတောင်\tတောင်ကြီး\n",
            "myXNLI/output/my/my.genre.test.tsv": BURMESE_HEADER
            + "letters\tentailment\tRain.\tWater.\tမိုး\tရေ\nfiction\tcontradiction\tSun.\tNight.\tနေ\tည\n",
        },
        HUB["myxnli"].wanted,
    ),
    "xnli_eu": TinyFiles(
        "eu",
        {
            "xnli-eu/xnli.dev.eu.tsv": THREE + "Euria da.\tLehor dago.\t2\n",
            "xnli-eu/xnli.test.eu.tsv": THREE + "Etxea.\tEtxe handia.\t1\n",
            "xnli-eu/xnli.test.eu.native.tsv": THREE + "Mendia.\tMendi bat.\t0\nBai.\tEz.\t2\n",
        },
        HUB["xnli_eu"].wanted,
    ),
    "c_xnli": TinyFiles(
        "hr",
        {
            "C-XNLI/data/xnli.dev.hr.csv": CROATIAN_HEADER + '"Rekao je: ""Da"", i otišao.",Nije govorio.,1,2,fiction,'
            "contradiction\nKuća.,Velika kuća.,2,4,letters,neutral\n",
            "C-XNLI/data/xnli.test.hr.csv": CROATIAN_HEADER + "Pas trči.,Ima psa.,1,1,fiction,entailment\n",
        },
        {
            "dev": [
                pair("2", 'Rekao je: "Da", i otišao.', "Nije govorio.", "contradiction"),
                pair("4", "Kuća.", "Velika kuća.", "neutral"),
            ],
            "test": [pair("1", "Pas trči.", "Ima psa.", "entailment")],
        },
    ),
    "kornli": TinyFiles(
        "ko",
        {
            "KorNLUDatasets/KorNLI/multinli.train.ko.tsv": KOREAN_HEADER + "비가 온다.\t날씨가 맑다.\tcontradiction\n",
            "KorNLUDatasets/KorNLI/snli_1.0_train.ko.tsv": KOREAN_HEADER
            + '그가 "네" 했다.\t그가 말했다.\tentailment\n모른다.\t모른다.\t-\n',
            "KorNLUDatasets/KorNLI/xnli.dev.ko.tsv": KOREAN_HEADER + "집.\t큰 집.\tneutral\n",
            "KorNLUDatasets/KorNLI/xnli.test.ko.tsv": KOREAN_HEADER + "네.\t아니요.\tcontradiction\n",
        },
        {
            "train": [
                pair("kornli-train-0", "비가 온다.", "날씨가 맑다.", "contradiction"),
                pair("kornli-train-1", '그가 "네" 했다.', "그가 말했다.", "entailment"),
            ],
            "dev": [pair("kornli-dev-0", "집.", "큰 집.", "neutral")],
            "test": [pair("kornli-test-0", "네.", "아니요.", "contradiction")],
        },
        rejected={"train": {"gold_label = '-'": 1}},
    ),
    "ocnli": TinyFiles(
        "zh",
        {
            "OCNLI/data/ocnli/train.50k.json": ocnli_line("下雨了。", "天晴了。", "contradiction", 40)
            + ocnli_line("他有狗。", "他有动物。", "entailment", 12),
            "OCNLI/data/ocnli/dev.json": ocnli_line("无。", "无。", "-", 0)
            + ocnli_line("房子。", "大房子。", "neutral", 3),
        },
        {
            "train": [
                pair("40", "下雨了。", "天晴了。", "contradiction"),
                pair("12", "他有狗。", "他有动物。", "entailment"),
            ],
            "dev": [pair("3", "房子。", "大房子。", "neutral")],
        },
        rejected={"dev": DASH},
    ),
    "indonli": TinyFiles(
        "id",
        {
            "indonli/data/indonli/train.jsonl": indonli_line(101, "Hujan.", "Cerah.", "c"),
            "indonli/data/indonli/val.jsonl": indonli_line(205, "Rumah.", "Rumah besar.", "n"),
            "indonli/data/indonli/test_lay.jsonl": indonli_line(301, "Anjing lari.", "Ada anjing.", "e"),
            "indonli/data/indonli/test_expert.jsonl": indonli_line(402, "Ya.", "Tidak.", "c"),
        },
        {
            "train": [pair("101", "Hujan.", "Cerah.", "contradiction")],
            "dev": [pair("205", "Rumah.", "Rumah besar.", "neutral")],
            "test": [pair("301", "Anjing lari.", "Ada anjing.", "entailment")],
            "test_expert": [pair("402", "Ya.", "Tidak.", "contradiction")],
        },
    ),
    "farstail": TinyFiles(
        "fa",
        {
            "FarsTail/data/Train-word.csv": THREE + 'باران می‌بارد.\t"""ابر"" هست."\te\nخانه.\tخانهٔ بزرگ.\tn\n',
            "FarsTail/data/Val-word.csv": THREE + "شب است.\tروز است.\tc\n",
            "FarsTail/data/Test-word.csv": "premise\thypothesis\tlabel\thard(hypothesis)\thard(overlap)\n"
            "سگ می‌دود.\tسگ هست.\te\t0\t1\n",
        },
        {
            "train": [
                pair("farstail-train-0", "باران می‌بارد.", '"ابر" هست.', "entailment"),
                pair("farstail-train-1", "خانه.", "خانهٔ بزرگ.", "neutral"),
            ],
            "dev": [pair("farstail-dev-0", "شب است.", "روز است.", "contradiction")],
            "test": [pair("farstail-test-0", "سگ می‌دود.", "سگ هست.", "entailment")],
        },
    ),
    "paws": TinyFiles(
        "en",
        {
            "final/train.tsv": PAWS_HEADER + "1\tFrom Oslo to Rome.\tFrom Rome to Oslo.\t0\n2\tHe ran.\tRan he.\t1\n",
            "final/dev.tsv": PAWS_HEADER + "1\tAnn saw Bo.\tBo saw Ann.\t0\n",
            "final/test.tsv": PAWS_HEADER + "4\tBorn in May, Ada sang.\tAda, born in May, sang.\t1\n",
        },
        HUB["paws"].wanted,
    ),
    "pawsx": TinyFiles(
        "ja",
        {
            "x-final/ja/dev_2k.tsv": PAWS_HEADER + "3\t彼は走った。\t走ったのは彼だ。\t1\n",
            "x-final/ja/test_2k.tsv": PAWS_HEADER + "5\tNS\t彼は「行く」。\t0\n",
        },
        {
            "dev": [pair("3", "彼は走った。", "走ったのは彼だ。", IS)],
            "test": [pair("5", "NS", "彼は「行く」。", NOT)],
        },
    ),
    "sib200": TinyFiles(
        "zh",
        {
            "sib-200/data/annotated/zho_Hans/train.tsv": SIB_HEADER + "11\tsports\t他们踢球。\n",
            "sib-200/data/annotated/zho_Hans/dev.tsv": SIB_HEADER + "12\thealth\t医生来了。\n",
            "sib-200/data/annotated/zho_Hans/test.tsv": SIB_HEADER + '13\tscience/technology\t"他说：""星星。"""\n',
        },
        {
            "train": [pair("11", "他们踢球。", "", "sports")],
            "dev": [pair("12", "医生来了。", "", "health")],
            "test": [pair("13", '他说："星星。"', "", "science/technology")],
        },
    ),
}
