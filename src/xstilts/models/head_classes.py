"""The class of a task's model: the library's own, or a small head of ours where it has none for that encoder.

Of an encoder-decoder (mT5) only the encoder is read. The library's classes for whole inputs and spans run its decoder
too, so only its token classifier is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from transformers import PreTrainedConfig

AUTO_CLASSES: Mapping[Kind, str] = {
    Kind.CLASSIFICATION: "AutoModelForSequenceClassification",
    Kind.MULTIPLE_CHOICE: "AutoModelForMultipleChoice",
    Kind.TAGGING: "AutoModelForTokenClassification",
    Kind.SPAN_QA: "AutoModelForQuestionAnswering",
    Kind.MASKED_LM: "AutoModelForMaskedLM",
    Kind.VISUAL_CLASSIFICATION: "VisualBertForVisualReasoning",
}
"""The library's class for each kind that has a head; no automatic class chooses among heads that see."""
_OURS = (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.SPAN_QA)


def encoder_class(config: PreTrainedConfig) -> str:
    """Name of the library's class that loads the encoder of such a config: of an encoder-decoder its first half."""
    return "AutoModelForTextEncoding" if _has_decoder(config) else "AutoModel"


def _has_decoder(config: PreTrainedConfig) -> bool:
    """Told by the classes: a saved mT5 encoder says of itself that it is no encoder-decoder, and AutoModel adds one."""
    from transformers import AutoModel, AutoModelForTextEncoding

    encoders, models = AutoModelForTextEncoding._model_mapping, AutoModel._model_mapping
    return type(config) in encoders and encoders[type(config)] is not models[type(config)]


def is_ours(config: PreTrainedConfig, kind: Kind) -> bool:
    """Whether the head of a kind is a small one of ours, since the library has none for this encoder."""
    import transformers

    if kind not in _OURS:
        return False
    known = type(config) in getattr(transformers, AUTO_CLASSES[kind])._model_mapping
    return not known or _has_decoder(config)


def head_class(config: PreTrainedConfig, kind: Kind) -> Any:  # noqa: ANN401 - two sorts with from_pretrained alone in common
    """The class whose ``from_pretrained`` loads a model of ``kind`` around such an encoder."""
    import transformers

    return _own_class(config, kind) if is_ours(config, kind) else getattr(transformers, AUTO_CLASSES[kind])


def built(config: PreTrainedConfig, kind: Kind, dtype: torch.dtype) -> Any:  # noqa: ANN401 - whatever the library builds
    """A new model of ``kind``, encoder included, on torch's current device.

    Raises:
        ModelError: If there is no such head for this encoder.
    """
    made = head_class(config, kind)
    make = made.from_config if hasattr(made, "from_config") else made._from_config
    try:
        return make(config, dtype=dtype)
    except ValueError as error:
        raise ModelError(f"{config.model_type} has no head for {kind} in transformers.", value=kind) from error


def _own_class(config: PreTrainedConfig, kind: Kind) -> Any:  # noqa: ANN401 - made here, so no checker knows it
    """One linear map on the encoder: on every token for spans, else on the mean over the tokens of an input.

    Its tensors are ``classifier.weight`` and ``classifier.bias``; rows are the labels, one for multiple choice, start
    and end for spans.
    """
    import torch
    import transformers
    from transformers import PreTrainedModel
    from transformers.modeling_outputs import QuestionAnsweringModelOutput, SequenceClassifierOutput

    auto = getattr(transformers, encoder_class(config))
    encoder = auto._model_mapping[type(config)]
    family = next(one for one in encoder.__mro__ if PreTrainedModel in one.__bases__)
    rows = int({Kind.CLASSIFICATION: config.num_labels, Kind.MULTIPLE_CHOICE: 1, Kind.SPAN_QA: 2}[kind] or 0)

    class Own(family):  # type: ignore[misc, valid-type]
        def __init__(self, config: PreTrainedConfig) -> None:
            super().__init__(config)
            setattr(self, self.base_model_prefix, auto.from_config(config))
            self.classifier = torch.nn.Linear(config.hidden_size, rows)
            self.post_init()

        def _init_weights(self, module: torch.nn.Module) -> None:
            if module is not self.classifier:
                super()._init_weights(module)
                return
            torch.nn.init.normal_(self.classifier.weight, std=0.02)
            torch.nn.init.zeros_(self.classifier.bias)

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, **more: object
        ) -> QuestionAnsweringModelOutput | SequenceClassifierOutput:
            said = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            flat, seen = (one.reshape(-1, one.shape[-1]) for one in (input_ids, said))
            flat_more = {name: one.reshape(-1, one.shape[-1]) for name, one in more.items() if torch.is_tensor(one)}
            states = self.base_model(input_ids=flat, attention_mask=seen, **flat_more).last_hidden_state
            if kind == Kind.SPAN_QA:
                start, end = self.classifier(states).unbind(-1)
                return QuestionAnsweringModelOutput(start_logits=start, end_logits=end)
            weights = seen.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
            logits = self.classifier(mean)
            return SequenceClassifierOutput(logits=logits.view(input_ids.shape[:2]) if rows == 1 else logits)

    Own.__name__ = encoder.__name__.removesuffix("Model") + AUTO_CLASSES[kind].removeprefix("AutoModel")
    return Own


HOW: Mapping[Kind, str] = {
    Kind.CLASSIFICATION: "the mean of the last layer over the tokens of an input, one row a label",
    Kind.MULTIPLE_CHOICE: "the mean of the last layer over the tokens of each choice, one row: the choice's score",
    Kind.SPAN_QA: "the last layer at every token, two rows: start and end",
}
"""What a small head of ours reads, for people."""
