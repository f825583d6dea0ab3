"""What stands for a language in paths, configs and the values of ``where``.

``{language}`` is what the data set calls the language; where the text is in one language and the question in another
(``de+en``), ``{context}`` and ``{question}`` are the two apart. For a single language all three are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def code_of(language: str, codes: Mapping[str, str]) -> str:
    """What a data set calls a language; a pair part by part, unless ``codes`` has the pair itself."""
    if language in codes:
        return str(codes[language])
    return "+".join(str(codes.get(part, part)) for part in language.split("+"))


def filled(pattern: str, code: str) -> str:
    """``pattern`` with its placeholders replaced; ``code`` is the data set's own, from :func:`code_of`."""
    context, _, question = code.partition("+")
    for name, value in (("language", code), ("context", context), ("question", question or context)):
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern
