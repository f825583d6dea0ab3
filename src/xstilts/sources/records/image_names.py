"""The option ``images``: where the images of records lie, and what each is called there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from xstilts.errors import DataError

_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Images:
    """The images that records speak of.

    Attributes:
        place: A folder or archive of images, or a file of features, below the data folder.
        names: What each image of a record is called there; ``{FIELD}`` stands for what the record has in that field.
    """

    place: str
    names: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the names are made of."""
        return tuple(field for name in self.names for field in _FIELD.findall(name))

    def named(self, values: dict[str, str]) -> list[str]:
        """The names of a record's images; ``values`` has the text of each field."""
        return [_FIELD.sub(lambda match: values[match[1]], name) for name in self.names]


def parsed(given: object, where: str) -> Images | None:
    """The option as it is written: ``{in: flickr30k.zip, names: ["{image_id}.jpg"]}``; None for none.

    Raises:
        DataError: If it is something else.
    """
    if given is None:
        return None
    said = dict(given) if isinstance(given, dict | MappingProxyType) else {}
    names = said.get("names")
    names = list(names) if isinstance(names, list | tuple) else [names]
    whole = isinstance(said.get("in"), str) and all(isinstance(name, str) and name for name in names)
    if set(said) != {"in", "names"} or not whole or not names:
        expected = "{in: FOLDER, names: [NAME, …]}, as {in: images.zip, names: ['{image_id}.jpg']}"
        raise DataError(f"is {given!r}; expected {expected}.", field=where, value=given)
    return Images(said["in"], tuple(names))
