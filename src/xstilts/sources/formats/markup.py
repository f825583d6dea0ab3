"""XML that is read as data with the standard library's expat: nothing is fetched, and no entity is declared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING
from xml.parsers import expat

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Markup(ABC):
    """What reads a document: its methods are called, in the order of the text.

    Attributes:
        path: The file, for messages.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.characters
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._skipped

    @property
    def where(self) -> str:
        """File and line of what is read just now."""
        return f"{self.path}:{self._parser.CurrentLineNumber}"

    @abstractmethod
    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, name: str) -> None:
        """An element ends."""

    @abstractmethod
    def characters(self, text: str) -> None:
        """Text of an element."""

    def read(self, text: str, expected: str) -> None:
        """Read a whole document.

        Args:
            text: The document.
            expected: What it should be, for the message.

        Raises:
            DataError: If it is not well-formed or declares an entity; says the line.
        """
        try:
            self._parser.Parse(text, True)
        except expat.ExpatError as error:
            message = f"is not well-formed XML ({expat.ErrorString(error.code)}); expected {expected}."
            raise DataError(message, field=f"{self.path}:{error.lineno}") from error

    def _entity(self, name: str, *rest: object) -> None:
        del rest
        message = f"declares the entity {name!r}; expected a document without entity declarations."
        raise DataError(message, field=self.where)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        del is_parameter
        message = f"has the entity {name!r}, which another file declares; expected its text."
        raise DataError(message, field=self.where)
