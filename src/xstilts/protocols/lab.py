"""The lab's own protocol: XTREME's rules, in all languages of the lab, for every task with a training set."""

from __future__ import annotations

from types import MappingProxyType

from xstilts.protocols.base import PROTOCOLS, Protocol

_ON_THEMSELVES = (
    "udpos", "mnli", "snli", "qqp", "squad", "cosmosqa", "siqa", "copa", "anli", "paws", "sib200", "panx", "ccg",
    "hellaswag", "commonsenseqa", "squad_v2", "tydiqa", "udpos_few", "xnli_few", "xquad_few",
)  # fmt: skip

_CAPTIONS = MappingProxyType(
    {"scene_captions": "as models of text and images are, it learns from captions what images show"}
)

PROTOCOLS.register(
    "lab",
    Protocol(
        name="lab",
        title="The lab: every language of the lab, each task trained in the pivot on its own training set",
        trains={
            "xnli": (("mnli",),),
            "xquad": (("squad",),),
            "xcopa": (("siqa",), ("copa",)),
            "xvnli": (("scene_captions",), ("snli_ve",)),
            "snli_ve": (("scene_captions",), ("snli_ve",)),
            "marvl": (("scene_captions",), ("nlvr2",)),
            "nlvr2": (("scene_captions",), ("nlvr2",)),
            "scene_captions": (("scene_captions",),),
            "pawsx": (("paws",),),
            "mlqa": (("squad",),),
            "masakhapos": (("udpos",),),
            **dict.fromkeys(("americasnli", "myxnli", "xnli_eu", "c_xnli"), (("mnli",),)),
            **dict.fromkeys(("masakhaner", "masakhaner2"), (("panx",),)),
            **dict.fromkeys(("tatoeba", "bucc2018", "lareqa", "xquad_r", "mewslix"), ()),
            **{task: ((task,),) for task in _ON_THEMSELVES},
        },
        hidden={
            "xcopa": {"siqa": "as in XTREME-R, Social IQa comes before COPA"},
            **dict.fromkeys(("xvnli", "snli_ve", "marvl", "nlvr2"), _CAPTIONS),
        },
        hyperparameters={"span_qa": {"max_length": 128, "source": "xstilts"}},  # what the lab's bases read
        retrieval_pooling="mean",
        layer_share=1.0,
        aggregate="task: unweighted mean over the lab's languages, the pivot apart",
        source="xstilts",
    ),
)
