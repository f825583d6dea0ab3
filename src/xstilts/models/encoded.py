"""How the texts of a model were encoded, as an export says it, so that others encode theirs alike. No torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from xstilts.encoding.base import EncodingOptions
from xstilts.encoding.span_qa import RULES
from xstilts.models.json_files import wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NUMBERS = {item.name: item.default for item in fields(EncodingOptions) if type(item.default) is int}
_LEAST_OF_ZERO = ("stride", "max_question_tokens", "n_best")


@dataclass(frozen=True)
class Encoded:
    """How the texts of one task become a model's inputs and, of a search, vectors.

    Attributes:
        options: How texts become tokens; ``token_answers`` is left to :meth:`options_in`.
        token_answers: Languages of the context in which an answer is the text of its tokens.
        vectors: Settings of retrieval (``layer``, ``pooling`` …); none for what is no search.
    """

    options: EncodingOptions
    token_answers: tuple[str, ...] = ()
    vectors: tuple[Mapping[str, Any], ...] = ()

    def options_in(self, language: str) -> EncodingOptions:
        """How texts of a language become tokens, of a pair ``context+question`` those of the context."""
        return replace(self.options, token_answers=language.partition("+")[0] in self.token_answers)

    @classmethod
    def of(cls, by_language: Mapping[str, EncodingOptions], vectors: Iterable[Mapping[str, Any]] = ()) -> Encoded:
        """What is said of each language, together; but for ``token_answers`` all are encoded alike."""
        codes = tuple(sorted(code.partition("+")[0] for code, options in by_language.items() if options.token_answers))
        first = next(iter(by_language.values()))
        return cls(replace(first, token_answers=False), codes, tuple(dict(setting) for setting in vectors))

    def to_json(self) -> dict[str, Any]:
        """As it stands in an export: options, languages under ``token_answers``, ``vectors`` where there are any."""
        said = asdict(self.options) | {"token_answers": list(self.token_answers)}
        return said | ({"vectors": [dict(setting) for setting in self.vectors]} if self.vectors else {})

    @classmethod
    def from_json(cls, value: object, path: Path, name: str) -> Encoded:
        """What an export says of a task.

        Args:
            value: What :meth:`to_json` wrote; options that are missing have their defaults.
            path: The file, for errors.
            name: The task, for errors.

        Raises:
            ModelError: If it says something else.
        """
        if not isinstance(value, dict):
            raise wrong(path, f"encodings.{name}", value, "an object")
        said = dict(value)
        codes, vectors = said.pop("token_answers", []), said.pop("vectors", [])
        for key, found in said.items():
            least = 0 if key in _LEAST_OF_ZERO else 1
            if key == "windows":
                if found not in tuple(RULES):
                    raise wrong(path, f"encodings.{name}.windows", found, f"one of {', '.join(RULES)}")
            elif key not in _NUMBERS or type(found) is not int or found < least:
                raise wrong(path, f"encodings.{name}.{key}", found, f"a whole number from {least}, of a known option")
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise wrong(path, f"encodings.{name}.token_answers", codes, "a list of languages")
        if not isinstance(vectors, list) or not all(isinstance(setting, dict) for setting in vectors):
            raise wrong(path, f"encodings.{name}.vectors", vectors, "a list of settings")
        return cls(EncodingOptions(**said), tuple(codes), tuple(vectors))
