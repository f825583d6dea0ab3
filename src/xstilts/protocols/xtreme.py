"""XTREME (Hu et al. 2020) and XTREME-R (Ruder et al. 2021), by the scripts of google-research/xtreme at 838c13b."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.languages import codes
from xstilts.protocols.base import PROTOCOLS, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    Values = Mapping[str, int | float | str]

XNLI = codes("ar bg de el en es fr hi ru sw th tr ur vi zh")
XQUAD = codes("ar de el en es hi ru th tr vi zh")
XCOPA = codes("et ht id it qu sw ta th tr vi zh")
UDPOS = codes("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh")
TATOEBA = codes(
    "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur vi zh"
)

SCRIPTS = "google-research/xtreme:scripts at 838c13b, XLM-R Large"

# The scripts warm QA up for 500 steps: 500 / (3 epochs * 87,599 SQuAD questions / 32) is 6 % of all steps.
SPAN_QA: Values = {
    "learning_rate": 3e-5, "batch_size": 32, "epochs": 3, "max_length": 384, "stride": 128,
    "weight_decay": 1e-4, "warmup": 0.06, "source": SCRIPTS,
}  # fmt: skip
HYPERPARAMETERS: Mapping[str, Values] = {
    "classification": {"learning_rate": 3e-5, "batch_size": 32, "epochs": 5, "max_length": 128, "source": SCRIPTS},
    "tagging": {"learning_rate": 2e-5, "batch_size": 32, "epochs": 10, "max_length": 128, "source": SCRIPTS},
    "span_qa": SPAN_QA,
    "retrieval": {"max_length": 512, "source": SCRIPTS},
}
MULTIPLE_CHOICE: Values = {
    "learning_rate": 3e-5, "batch_size": 32, "epochs": 5, "max_length": 128, "warmup": 0.0, "weight_decay": 0.0,
    "source": SCRIPTS,
}  # fmt: skip

# Index 13 of 24 and index 7 of 12 in the scripts count from the first layer after the embeddings.
LAYER_BY_DEPTH = {24: 14, 12: 8}

AGGREGATE = (
    "task: unweighted mean over its languages, English included where the task has it; QA: mean of exact match and F1; "
    "overall: unweighted mean over tasks, only where every task is present"
)

PROTOCOLS.register(
    "xtreme",
    Protocol(
        name="xtreme",
        title="XTREME: 40 languages, English training data, no stage before the target's own",
        trains={"xnli": (("mnli",),), "xquad": (("squad",),), "udpos": (("udpos",),), "tatoeba": ()},
        languages={"xnli": XNLI, "xquad": XQUAD, "udpos": UDPOS, "tatoeba": TATOEBA},
        data_versions={"udpos": "Universal Dependencies 2.5", "squad": "1.1", "tatoeba": "LASER v1"},
        hyperparameters=HYPERPARAMETERS,
        retrieval_pooling="mean",
        layer_by_depth=LAYER_BY_DEPTH,
        layer_share=14 / 24,
        aggregate=AGGREGATE,
        source="Hu et al. 2020, arXiv 2003.11080; google-research/xtreme at 838c13b",
    ),
)

PROTOCOLS.register(
    "xtreme-r",
    Protocol(
        name="xtreme-r",
        title="XTREME-R: 50 languages, with stages of its own before XCOPA and Tatoeba",
        trains={
            "xnli": (("mnli",),),
            "xcopa": (("siqa",), ("copa",)),
            "xquad": (("squad",),),
            "udpos": (("udpos",),),
            "tatoeba": (("squad",),),
        },
        languages={
            "xnli": XNLI,
            "xcopa": XCOPA,
            "xquad": (*XQUAD, "ro"),
            "udpos": (*UDPOS, "lt", "pl", "uk", "wo", "ro"),
            "tatoeba": (*TATOEBA, "az", "lt", "pl", "uk", "ro"),
        },
        hidden={
            "xcopa": {"siqa": "Social IQa before COPA, whose 400 training items are few"},
            "tatoeba": {"squad": "the encoder is fine-tuned on SQuAD v1.1 before retrieval, not frozen as in XTREME"},
        },
        data_versions={"udpos": "Universal Dependencies 2.7", "squad": "1.1", "tatoeba": "LASER v1"},
        hyperparameters={**HYPERPARAMETERS, "multiple_choice": MULTIPLE_CHOICE},
        retrieval_pooling="mean",
        layer_by_depth=LAYER_BY_DEPTH,
        layer_share=14 / 24,
        aggregate=AGGREGATE + "; XCOPA is counted once and LAReQA belongs to the overall score",
        source="Ruder et al. 2021, arXiv 2104.07412; google-research/xtreme at 838c13b",
    ),
)
