"""What a study may say about a base: which one, or how it is made."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator, model_validator

from xstilts.studies import architecture
from xstilts.studies.arm_spec import PhaseItem
from xstilts.studies.training_spec import Positive, Strict


class Vocabulary(Strict):
    """A SentencePiece-style vocabulary trained on the pretraining text.

    Attributes:
        size: Pieces, special tokens included.
        lines: At most this many lines of each language are read.
    """

    size: Annotated[int, Field(ge=100)]
    lines: Positive = 20_000


class BaseRecipe(Strict):
    """A base: one that exists already, one that the study pretrains itself, or an existing one pretrained further.

    A plain name stands for ``{name: NAME}``, a plain directory for ``{name: its last part, from: DIRECTORY}``.

    Attributes:
        name: Name in the tables; no path.
        location: Written ``from``. The directory (or known base) that goes by this name, or that ``pretrain`` goes on
            from; "": the name says it itself.
        layers: Keep so many of its lowest layers and take the others off, before any ``pretrain`` phase.
        architecture: Fields of a new model's config; ``model_type`` says which.
        vocabulary: A vocabulary that is trained here; or say ``tokenizer``.
        tokenizer: A base or directory whose tokenizer is used, ``lab`` for that of the lab's bases; or say
            ``vocabulary``.
        pretrain: Its pretraining phase.
        seed: Seed of the pretraining phase and of the initial weights.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    short = (str, "name")
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
    location: Annotated[str, Field(alias="from")] = ""
    layers: Positive | None = None
    architecture: dict[str, Any] | None = None
    vocabulary: Vocabulary | None = None
    tokenizer: str | None = None
    pretrain: PhaseItem | None = None
    seed: int = 1

    @model_validator(mode="before")
    @classmethod
    def _name_is_base(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """A plain name, or the name of a plain directory; tables show no path, and results do not depend on it."""
        said = {"name": value} if isinstance(value, str) else value
        if not isinstance(said, dict) or "pretrain" in said or {"name", "from"} <= said.keys():
            return said
        place = said.get("name", said.get("from"))
        if not isinstance(place, str) or said.get("name") == Path(place).name:
            return said
        folder = Path(place)
        with suppress(RuntimeError):  # ~nobody has no home; the planner says that there is no such directory
            folder = folder.expanduser()
        return {**said, "name": folder.resolve().name, "from": place}

    @property
    def source(self) -> str:
        """The known name or the directory of a base that exists already."""
        return self.location or self.name

    @property
    def exists(self) -> bool:
        """Whether weights of it, or of what it goes on from, are there before the study."""
        return self.pretrain is None or bool(self.location)

    @field_validator("architecture")
    @classmethod
    def _architecture_can_be_built(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if value is None else architecture.checked(value)

    @model_validator(mode="after")
    def _recipe_is_whole(self) -> BaseRecipe:
        made = self.architecture or self.vocabulary or self.tokenizer
        if self.pretrain is None and made:
            raise ValueError("architecture, vocabulary and tokenizer belong to a base with a pretrain phase")
        if self.location and "/" in self.name:
            raise ValueError("name is what tables show, so with from it is a name and no path")
        if self.layers is not None and not self.exists:
            raise ValueError("layers belongs to a base that exists already; say num_hidden_layers in architecture")
        if self.location and made:
            said = "from names a base that exists already, with an architecture and a vocabulary of its own"
            raise ValueError(f"{said}: leave out architecture, vocabulary and tokenizer")
        if self.pretrain is not None:
            self._check_pretraining(self.pretrain)
        return self

    def _check_pretraining(self, item: PhaseItem) -> None:
        if not self.location:
            if self.architecture is None or "model_type" not in self.architecture:
                said = "a base with a pretrain phase needs architecture: {model_type: ...}"
                raise ValueError(f"{said}, or from: the base that it goes on from")
            if (self.vocabulary is None) == (self.tokenizer is None):
                raise ValueError("a base with a pretrain phase needs either vocabulary or tokenizer")
        if not isinstance(item.languages, list):
            raise ValueError("a pretrain phase needs its languages, as a list")
        if item.beside or item.view or item.language_mix or item.same_compute_as:
            said = "beside, view, language_mix and same_compute_as belong to the phases of arms"
            raise ValueError(f"{said}, not to a pretrain phase")
