"""What each kind of node is asked for, one class a form: planning writes it, runners and reports read it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from xstilts.errors import StoreError, UnknownNameError
from xstilts.store.payloads import measure, pictures, predict, prepare, review, train
from xstilts.store.payloads.form import Form, Json
from xstilts.store.payloads.measure import AnalysePayload, OverlapPayload, ScoredCell, ScorePayload
from xstilts.store.payloads.noise import Augmented, NoiseVariant
from xstilts.store.payloads.pictures import GivenPayload, ImagesOf, LookPayload, PicturesPayload
from xstilts.store.payloads.predict import AnswersPayload, NgramPayload, NoisyPredictPayload, PredictPayload
from xstilts.store.payloads.prepare import (
    ConvertedVocabularyPayload,
    CutSet,
    ExamplesPayload,
    LimitPayload,
    MeasuredSet,
    NoisyPayload,
    PortionEncoding,
    Viewed,
    VocabularyPayload,
)
from xstilts.store.payloads.review import (
    REVIEW_KINDS,
    CheckPayload,
    ExtractPayload,
    JudgePayload,
    ProposePayload,
    ReviewPayload,
    ScreenPayload,
    SearchPayload,
    SynthesisePayload,
)
from xstilts.store.payloads.runtime import Place, Runtime
from xstilts.store.payloads.train import ChoosePayload, ConvertPayload, CutPayload, PretrainPayload, TrainPayload

__all__ = [
    "FORMS",
    "REVIEW_KINDS",
    "AnalysePayload",
    "AnswersPayload",
    "Augmented",
    "CheckPayload",
    "ChoosePayload",
    "ConvertPayload",
    "ConvertedVocabularyPayload",
    "CutPayload",
    "CutSet",
    "ExamplesPayload",
    "ExtractPayload",
    "Form",
    "GivenPayload",
    "ImagesOf",
    "Json",
    "JudgePayload",
    "LimitPayload",
    "LookPayload",
    "MeasuredSet",
    "NgramPayload",
    "NoiseVariant",
    "NoisyPayload",
    "NoisyPredictPayload",
    "OverlapPayload",
    "PicturesPayload",
    "Place",
    "PortionEncoding",
    "PredictPayload",
    "PretrainPayload",
    "ProposePayload",
    "ReviewPayload",
    "Runtime",
    "ScorePayload",
    "ScoredCell",
    "ScreenPayload",
    "SearchPayload",
    "SynthesisePayload",
    "TrainPayload",
    "Viewed",
    "VocabularyPayload",
    "payload_of",
]

_PAYLOADS: tuple[type[Form], ...] = (
    *prepare.PAYLOADS, *pictures.PAYLOADS, *train.PAYLOADS, *predict.PAYLOADS, *measure.PAYLOADS, *review.PAYLOADS,
)  # fmt: skip

FORMS: Mapping[str, tuple[type[Form], ...]] = MappingProxyType(
    {
        kind: tuple(form for form in _PAYLOADS if form.node_kind == kind)
        for kind in dict.fromkeys(form.node_kind for form in _PAYLOADS)
    }
)
"""Kind of node to the forms of its payload; JSON is read as the first that has its mark."""

P = TypeVar("P", bound=Form)


def payload_of(kind: str, values: Json, wanted: type[P]) -> P:
    """The payload of a node from its JSON.

    Args:
        kind: The kind of node.
        values: The JSON.
        wanted: The class that is expected, or one that several forms have in common.

    Raises:
        UnknownNameError: If there is no such kind of node.
        StoreError: If the JSON is no such payload; names the kind and the field.
    """
    if kind not in FORMS:
        raise UnknownNameError(f"There is no node kind {kind!r}.", value=kind, allowed=FORMS)
    told = values if isinstance(values, Mapping) else {}
    forms = [form for form in FORMS[kind] if not form.mark or told.get(form.mark) == getattr(form, form.mark)]
    if not forms or not issubclass(forms[0], wanted):
        raise StoreError(f"is no {wanted.__name__}.", field=kind, value=values)
    return forms[0].from_json(values)
