"""Search with the encoder as it comes, so that what an arm trains is all that is trained (xstilts' own rules).

XTREME-R trains its encoder on SQuAD before Tatoeba and LAReQA (google-research/xtreme:scripts at 838c13b), and then arm
``none`` holds an English QA stage: whether such a stage helps could not be asked. XTREME trains nothing before Tatoeba
and BUCC, as here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.protocols.base import PROTOCOLS, Protocol
from xstilts.protocols.xtreme import DATA_VERSIONS, LANGUAGES, LANGUAGES_R, LAYER_BY_DEPTH, SCRIPTS, SPAN_QA

if TYPE_CHECKING:
    from collections.abc import Mapping

    Values = Mapping[str, int | float | str]

_LENGTHS: Mapping[str, Values] = {
    "retrieval": {"max_length": 512, "source": SCRIPTS},
    "lareqa": {"max_length": 352, "source": SCRIPTS},
    "mewslix": {"max_length": 64, "source": SCRIPTS},
    "xquad_r": {"max_length": 384, "source": f"{SCRIPTS}: the length of XQuAD's paragraphs in question answering"},
}
_NO_DUAL_ENCODER = "the benchmark trains a dual encoder on {}; here the encoder is evaluated as it comes"

PROTOCOLS.register(
    "retrieval",
    Protocol(
        name="retrieval",
        title="Search (xstilts' own rules, after XTREME's): no stage but an arm's own before any target",
        trains=dict.fromkeys(("tatoeba", "bucc2018", "lareqa", "xquad_r", "mewslix"), ()),
        languages={
            "bucc2018": LANGUAGES["bucc2018"],
            **{task: LANGUAGES_R[task] for task in ("tatoeba", "lareqa", "mewslix")},
            "xquad_r": LANGUAGES_R["lareqa"],  # those of XQuAD-R, so that both pools hold the same languages
        },
        data_versions={task: DATA_VERSIONS[task] for task in ("squad", "tatoeba")},
        hyperparameters={"span_qa": SPAN_QA, **_LENGTHS},
        retrieval_pooling="mean",
        layer_by_depth=LAYER_BY_DEPTH,
        layer_share=14 / 24,
        departures={
            "tatoeba": "XTREME-R fine-tunes the encoder on SQuAD v1.1 first; here it is evaluated as it comes, as in "
            "XTREME",
            "bucc2018": "the benchmark's script takes the first token of another layer; here the mean, as for all",
            "lareqa": _NO_DUAL_ENCODER.format("SQuAD v1.1"),
            "mewslix": _NO_DUAL_ENCODER.format("English Wikipedia's links"),
        },
        aggregate="task: unweighted mean over its languages; no overall score, for no benchmark defines one",
        source="xstilts; Hu et al. 2020, arXiv 2003.11080; Ruder et al. 2021, arXiv 2104.07412; lengths, layers and "
        "SQuAD's hyper-parameters of google-research/xtreme:scripts at 838c13b, XLM-R Large",
    ),
)
