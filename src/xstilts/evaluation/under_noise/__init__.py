"""A model under noise: answers to every variant in one pass, and how many of them differ from those on clean input."""

from xstilts.evaluation.under_noise.answering import NoisyAnswers, answers_under_noise
from xstilts.evaluation.under_noise.flips import FLIP_RATE, Flips, flips
from xstilts.evaluation.under_noise.parts import NoisySplit, Variant

__all__ = ["FLIP_RATE", "Flips", "NoisyAnswers", "NoisySplit", "Variant", "answers_under_noise", "flips"]
