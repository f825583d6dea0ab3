"""Phang et al. 2020, the study of intermediate training across languages: XTREME's tasks with the authors' settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.protocols.base import PROTOCOLS, Protocol
from xstilts.protocols.xtreme import (
    AGGREGATE,
    DATA_VERSIONS,
    GROUPS,
    HEADLINE,
    LANGUAGES,
    RUN_SQUAD,
    TRAINS,
    WINDOWS_APART,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = "nyu-mll/jiant:jiant/scripts/benchmarks/xtreme at daa5a25, XLM-R Large"
# Three epochs are what the script takes where it sets none: for intermediate tasks that are no target's training set.
OPTIMIZER: Mapping[str, int | float | str] = {
    "learning_rate": 1e-5, "batch_size": 32, "epochs": 3, "warmup": 0.1, "weight_decay": 0.01, "max_grad_norm": 1.0,
    "max_length": 256, "source": CODE,
}  # fmt: skip

# jiant/tasks/evaluate/core.py: Chinese answers are the tokens' own text in all three targets
WINDOWS = dict.fromkeys(("squad", "squad_v2", *GROUPS["qa"]), replace(RUN_SQUAD, token_answers=("zh",)))

CUT = "the authors cut long sentences, and the words that were cut vanish from their score; here they count as wrong"

PROTOCOLS.register(
    "phang2020",
    Protocol(
        name="phang2020",
        title="Phang et al. 2020: XTREME's 9 tasks after intermediate training, with the authors' settings",
        trains={**TRAINS, "pawsx": (("paws",),), "bucc2018": (), "tatoeba": ()},
        languages=LANGUAGES,
        data_versions={**DATA_VERSIONS, "udpos": "Universal Dependencies 2.5"},
        hyperparameters={
            "classification": OPTIMIZER,
            "mnli": {"epochs": 2, "source": CODE},
            "paws": {"epochs": 5, "source": CODE},
            "multiple_choice": OPTIMIZER,
            "tagging": {**OPTIMIZER, "epochs": 10},
            "ccg": {"epochs": 3, "source": CODE},
            "ccg_substitute": {"epochs": 3, "source": CODE},
            "span_qa": {**OPTIMIZER, "batch_size": 16, "epochs": 2, "max_length": 384},
            "retrieval": {"max_length": 512, "source": CODE},
        },
        retrieval_pooling="mean",
        layer_by_depth={24: 14},
        layer_share=14 / 24,
        windows=WINDOWS,
        groups=GROUPS,
        headline={task: HEADLINE[task] for task in LANGUAGES},
        departures={**dict.fromkeys(("udpos", "panx"), CUT), **dict.fromkeys(GROUPS["qa"], WINDOWS_APART)},
        aggregate=AGGREGATE,
        source="Phang et al. 2020, arXiv 2005.13013; nyu-mll/jiant:guides/projects/xstilts.md at daa5a25",
    ),
)
