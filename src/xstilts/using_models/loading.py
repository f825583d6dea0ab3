"""A model directory, ready to answer for a task: with its head, its tokenizer, and how its texts are encoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.errors import ModelError
from xstilts.tasks.base import Kind
from xstilts.tasks.inline import LABELLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation import EncodedSplit
    from xstilts.models.encoded import Encoded
    from xstilts.models.vision.encoders import ImageEncoder
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class LoadedModel:
    """A model with its tokenizer.

    Attributes:
        model: With the head of the task's kind; for retrieval the bare encoder.
        tokenizer: Its tokenizer.
        encoded: How texts of the task are encoded: as the export tells or, where it tells nothing, with the longest
            input that model and tokenizer take, 512 tokens at most.
        vision: What looks at images, as the export tells; None where it tells nothing.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    encoded: Encoded
    vision: ImageEncoder | None = None

    @property
    def facts(self) -> TokenizerFacts:
        """The tokenizer's facts."""
        from xstilts.encoding import TokenizerFacts

        return TokenizerFacts.of(self.tokenizer)

    def part(self, kind: Kind, examples: Dataset, labels: Sequence[str], language: str = "") -> EncodedSplit:
        """Examples as the model takes them; the language is "" where nobody knows it."""
        from xstilts.encoding import ENCODINGS
        from xstilts.evaluation import EncodedSplit

        options = self.encoded.options_in(language)
        features = ENCODINGS.get(kind).encode(examples, self.tokenizer, options, tuple(labels))
        return EncodedSplit(examples, features, options)


def load_model(folder: str, task: Task) -> LoadedModel:
    """The model in a directory, for a task.

    Raises:
        ModelError: If the directory lacks a file, its head, or the task's labels, or says that it
            was encoded as it cannot be.
    """
    from xstilts.models import bases
    from xstilts.models.exported import load_exported
    from xstilts.models.heads import labels_of
    from xstilts.models.load import load_encoder

    bases.check_folder(Path(folder))
    if task.kind is Kind.RETRIEVAL:
        return _loaded(folder, load_encoder(folder)[0], task)
    model = load_exported(Path(folder), task.kind)
    names = labels_of(model)
    # a tagger may know fewer tags than the task has (PAN-X has no dates): what it cannot say counts as missed
    fits = set(names) <= set(task.labels) if task.kind is Kind.TAGGING else sorted(names) == sorted(task.labels)
    if task.kind in LABELLED and task.labels and not fits:
        hint = f"Its labels are {', '.join(names)}."
        raise ModelError(f"The model was not trained on {task.name}.", field=folder, allowed=task.labels, hint=hint)
    return _loaded(folder, model, task)


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> int:
    """How many tokens an input may have, specials included, for model and tokenizer to take it."""
    from xstilts.models.vision.fused import sees

    spare = 0 if sees(model) else 2  # RoBERTa-likes lose two to padding, which those that see have left behind
    positions = getattr(model.config, "max_position_embeddings", 514) - spare
    return int(min(positions, tokenizer.model_max_length))


def _loaded(folder: str, model: PreTrainedModel, task: Task) -> LoadedModel:
    from xstilts.encoding import EncodingOptions
    from xstilts.models.encoded import Encoded
    from xstilts.models.exported import told_encoding, told_vision
    from xstilts.models.load import load_tokenizer

    tokenizer = load_tokenizer(folder)
    longest = longest_input(model, tokenizer)
    told = told_encoding(Path(folder), task)
    if told is not None and told.options.max_length > longest:
        said = f"says that inputs had {told.options.max_length} tokens; it takes {longest} at most."
        raise ModelError(said, field=folder, value=told.options.max_length)
    encoded = told or Encoded(EncodingOptions(max_length=min(512, longest)))
    return LoadedModel(model, tokenizer, encoded, told_vision(Path(folder)))
