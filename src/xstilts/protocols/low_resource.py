"""Targets in languages with few resources, which belong to no benchmark: trained on the nearest English task."""

from __future__ import annotations

from xstilts.protocols.base import PROTOCOLS, Protocol
from xstilts.protocols.xtreme import HYPERPARAMETERS

PROTOCOLS.register(
    "low-resource",
    Protocol(
        name="low-resource",
        title="Low-resource targets (xstilts' own rules, after XTREME's): trained on the nearest English task",
        trains={
            **dict.fromkeys(("americasnli", "myxnli", "xnli_eu"), (("mnli",),)),
            **dict.fromkeys(("masakhaner", "masakhaner2"), (("panx",),)),
            "masakhapos": (("udpos",),),
            "sib200": (("sib200",),),
        },
        hyperparameters={name: HYPERPARAMETERS[name] for name in ("classification", "tagging")},
        aggregate="task: unweighted mean over its languages; no overall score, for no benchmark defines one",
        source="xstilts; hyper-parameters of google-research/xtreme:scripts at 838c13b, XLM-R Large",
    ),
)
