"""Model and examples to per-example predictions, and those to scores; one table per language."""

from xstilts.evaluation.answering import answers, forward, predict
from xstilts.evaluation.bitext import MINING_RULE, mine_by_ngrams, mine_pairs
from xstilts.evaluation.embed import POOLINGS, EmbedSetting, embed_settings, encode_texts
from xstilts.evaluation.request import Answers, EncodedSplit, Request, Resources, SearchOptions
from xstilts.evaluation.retrieval import retrieve, retrieve_all, retrieve_by_ngrams
from xstilts.evaluation.score import Scoring, headline, score
from xstilts.evaluation.scored import Scored, scored

__all__ = [
    "MINING_RULE",
    "POOLINGS",
    "Answers",
    "EmbedSetting",
    "EncodedSplit",
    "Request",
    "Resources",
    "Scored",
    "Scoring",
    "SearchOptions",
    "answers",
    "embed_settings",
    "encode_texts",
    "forward",
    "headline",
    "mine_by_ngrams",
    "mine_pairs",
    "predict",
    "retrieve",
    "retrieve_all",
    "retrieve_by_ngrams",
    "score",
    "scored",
]
