"""Where examples come from, as a value that travels with a study."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

SourceKind = Literal["hub", "files", "lab"]
_EMPTY: Mapping[str, Any] = MappingProxyType({})
_PIVOTS: Mapping[str, str] = MappingProxyType({"hub": "en", "files": "en", "lab": "qaa"})


@dataclass(frozen=True)
class Source:
    """Where examples come from.

    Attributes:
        kind: ``hub``, ``files`` or ``lab``.
        data: The folder of a ``files`` source; beside the hub, the folder of what its copies lack.
        data_map: Task to language to split to ``{path, format, options…}``; a task that it lacks is looked up in
            ``xstilts-data.yaml`` in the folder, then in the official layout (``Task.files``).
        revisions: Hub repository to commit; what is missing is unpinned.
    """

    kind: SourceKind
    data: Path | None = None
    data_map: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    revisions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    def to_json(self) -> dict[str, Any]:
        """The source for a worker process."""
        data = None if self.data is None else str(self.data.absolute())
        return {**vars(self), "data": data, "data_map": dict(self.data_map), "revisions": dict(self.revisions)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Source:
        """The inverse of :meth:`to_json`, its folder as an absolute path."""
        return cls(**{**values, "data": None if values["data"] is None else Path(values["data"])})

    @classmethod
    def parse(cls, text: str, field: str = "--source") -> Source:
        """A source as written: ``lab``, ``hub`` or ``files:DIR``; ``field`` says where, for the error message.

        Raises:
            InputError: If it is none of these.
        """
        kind, colon, folder = text.partition(":")
        kinds = get_args(SourceKind)
        if kind not in kinds:
            raise InputError(
                f"There is no source {text!r}.",
                field=field,
                value=text,
                allowed=("lab", "hub", "files:DIR"),
                hint=nearest(kind, kinds),
            )
        if kind == "files" and not folder:
            raise InputError("The source files needs a folder.", field=field, value=text, allowed=("files:DIR",))
        if kind != "files" and colon:
            raise InputError(f"The source {kind} takes no folder.", field=field, value=text, allowed=(kind,))
        place = Path(folder)
        with suppress(RuntimeError):  # ~nobody has no home; the reader says that there is no such folder
            place = place.expanduser()
        return cls(cast("SourceKind", kind), place if folder else None)


def pivot(source: Source) -> str:
    """The language that training data comes in: English, or the lab's first language."""
    return _PIVOTS[source.kind]
