"""Questions with the noise of people's keyboards and of a speech recogniser: trained as XTREME trains XQuAD."""

from __future__ import annotations

from xstilts.protocols.base import PROTOCOLS, Protocol
from xstilts.protocols.xtreme import DATA_VERSIONS, HYPERPARAMETERS, RUN_SQUAD

_SETS = ("noiseqa_clean", "noiseqa_keyboard", "noiseqa_speech", "noiseqa_synthetic")

PROTOCOLS.register(
    "noiseqa",
    Protocol(
        name="noiseqa",
        title="NoiseQA (xstilts' own rules, after XTREME's for XQuAD): trained on SQuAD",
        trains=dict.fromkeys(_SETS, (("squad",),)),
        data_versions={"squad": DATA_VERSIONS["squad"]},
        hyperparameters={"span_qa": HYPERPARAMETERS["span_qa"]},
        windows=dict.fromkeys(("squad", *_SETS), RUN_SQUAD),
        aggregate="task: its one language; no overall score, for no benchmark defines one",
        source="Ravichander et al. 2021, arXiv 2102.08345; google-research/xtreme:scripts at 838c13b, XLM-R Large",
    ),
)
