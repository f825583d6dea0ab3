"""Checkpoint and examples to per-example predictions, and those to scores; one table per language."""

from xstilts.evaluation.bitext import MINING_RULE, mine_by_ngrams, mine_pairs
from xstilts.evaluation.embed import POOLINGS, EmbedSetting, embed_settings, encode_texts
from xstilts.evaluation.inputs import read_unlabelled
from xstilts.evaluation.predict import forward, predict
from xstilts.evaluation.retrieval import Ranked, Searched, retrieve, retrieve_all, retrieve_by_ngrams
from xstilts.evaluation.score import headline, score

__all__ = [
    "MINING_RULE",
    "POOLINGS",
    "EmbedSetting",
    "Ranked",
    "Searched",
    "embed_settings",
    "encode_texts",
    "forward",
    "headline",
    "mine_by_ngrams",
    "mine_pairs",
    "predict",
    "read_unlabelled",
    "retrieve",
    "retrieve_all",
    "retrieve_by_ngrams",
    "score",
]
