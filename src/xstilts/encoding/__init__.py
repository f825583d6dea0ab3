"""Examples to model inputs and model outputs to answers: one file per kind, every truncation counted."""

from xstilts.encoding import classification, masked_lm, multiple_choice, retrieval, span_qa, tagging
from xstilts.encoding.base import ENCODINGS, IGNORED, Encoding, EncodingOptions, TokenizerFacts
from xstilts.encoding.features import Features, Ragged
from xstilts.encoding.visual import classification as visual_classification

__all__ = [
    "ENCODINGS",
    "IGNORED",
    "Encoding",
    "EncodingOptions",
    "Features",
    "Ragged",
    "TokenizerFacts",
    "classification",
    "masked_lm",
    "multiple_choice",
    "retrieval",
    "span_qa",
    "tagging",
    "visual_classification",
]
