"""Cosines of a question and texts, by an encoder from a directory.

likeness = load(Path("encoder"))
likeness("Do nuts help?", ["Nuts help parrots.", "Rain in spring."])  →  (0.81, 0.12)

Any checkpoint of an encoder will do, whoever trained it; a head that lies beside it is not read. Where an export says
how its study made vectors (layer, pooling), they are made so; else the last layer's vectors are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.evidence.gate import text_of
from xstilts.models import bases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.evaluation import EmbedSetting
    from xstilts.evidence.question import Question
    from xstilts.literature.work import Work

_LONGEST = 256
"""Tokens of a title with its abstract; longer ones are cut."""
_DIGITS = 4
"""Digits of a cosine. What a text is batched with moves the seventh, and must not move a rank."""


@dataclass(frozen=True)
class Likeness:
    """A loaded encoder.

    Attributes:
        encoder: The bare encoder, in evaluation mode.
        tokenizer: Its tokenizer.
        setting: How a text becomes one vector.
        longest: Tokens that it is shown of a text, specials included.
    """

    encoder: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    setting: EmbedSetting
    longest: int

    def __call__(
        self, question: str, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> tuple[float, ...]:
        """Cosine of the question with each text, -1 to 1, in order, to four digits.

        Args:
            question: As asked.
            texts: In any order.
            progress: Called with the texts done and their number.

        Raises:
            RunError: If a vector is not finite.
        """
        from xstilts.evaluation import Resources, encode_texts

        whole = [one.encode("utf-8", "replace").decode() for one in (question, *texts)]  # half characters become "?"
        resources = Resources(progress=progress)
        vectors = encode_texts(self.encoder, self.tokenizer, whole, self.setting, self.longest, resources)
        return cosines(vectors[0], vectors[1:])


def cosines(one: NDArray[np.float32], others: NDArray[np.float32]) -> tuple[float, ...]:
    """Cosine of a vector of shape ``(d,)`` with each row of shape ``(n, d)``, to four digits; 0 where one is zero."""
    wide, rows = one.astype(np.float64), others.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(wide)
    found = np.divide(rows @ wide, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    return tuple(round(float(value), _DIGITS) for value in np.clip(found, -1.0, 1.0))


def of_works(
    folder: Path | None, question: Question, works: Sequence[Work], progress: Callable[[int, int], None] | None = None
) -> dict[str, float] | None:
    """Id of a work to the cosine of its title and abstract with a question; None without an encoder's directory.

    Raises:
        ModelError: As :func:`load`.
        RunError: If a vector is not finite.
    """
    if folder is None:
        return None
    found = load(folder)(question.text, [text_of(work) for work in works], progress)
    return {work.id: own for work, own in zip(works, found, strict=True)}


def load(folder: Path) -> Likeness:
    """The encoder in a directory, as ``xstilts export`` or transformers writes it.

    Raises:
        ModelError: If the directory lacks a file, cannot be read, or says that its vectors were made as they cannot be.
    """
    from xstilts.evaluation.embed_setting import embed_setting
    from xstilts.models.exported import told_encoding, told_task
    from xstilts.models.load import load_encoder, load_tokenizer

    bases.check_folder(folder)
    told = told_task(folder)
    encoded = told_encoding(folder, told[0]) if told is not None else None
    vectors = encoded.vectors[0] if encoded is not None and encoded.vectors else {}
    encoder, tokenizer = load_encoder(folder)[0], load_tokenizer(folder)
    positions = int(getattr(encoder.config, "max_position_embeddings", 514)) - 2  # RoBERTa-likes lose two to padding
    return Likeness(encoder, tokenizer, embed_setting(vectors), min(_LONGEST, positions, tokenizer.model_max_length))
