"""A named collection of things: tasks, metrics, formats, bases, executors.

Duplicates are refused, a misspelt name is answered with the nearest known one, and other distributions
add entries through the entry-point group ``xstilts.<plural>`` (each entry point is called with the registry).
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Generic, TypeVar

from xstilts.errors import UnknownNameError, XstiltsError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


MOST_NAMES = 60
"""Names that a message lists; of more than these it says what shows them."""


class Registry(Generic[T]):
    """Maps names to things of one sort.

    Args:
        what: The sort in the singular, for messages (``task``); plug-ins use the group ``xstilts.<what>s``.
        listing: What shows all names, for messages; "" where nothing does.
    """

    def __init__(self, what: str, listing: str = "") -> None:
        self.what = what
        self.listing = listing
        self._items: dict[str, T] = {}
        self._plugins_loaded = False

    def register(self, name: str, item: T) -> T:
        """Add ``item`` under ``name`` and return it.

        Raises:
            XstiltsError: If the name is taken by another item.
        """
        if name in self._items:
            raise XstiltsError(f"The {self.what} {name!r} is registered twice.", hint=f"First: {self._items[name]!r}")
        self._items[name] = item
        return item

    def get(self, name: str, field: str | None = None) -> T:
        """The item called ``name``; ``field`` says where the name was written.

        Raises:
            UnknownNameError: If there is none; the message names the nearest and all known names.
        """
        self._load_plugins()
        if name not in self._items:
            raise self.unknown(name, field)
        return self._items[name]

    def unknown(self, name: object, field: str | None = None, told: str | None = None) -> UnknownNameError:
        """The error for a name that is not there: the nearest ones, all if they are few, and what shows all.

        Args:
            name: The name.
            field: Where it was written.
            told: What is known of the name otherwise, in place of the nearest ones.
        """
        known = self.names()
        hint = " ".join(filter(None, (told or nearest(str(name), known), self.listing)))
        allowed = None if self.listing and len(known) > MOST_NAMES else known
        said = f"There is no {self.what} called {name!r}."
        return UnknownNameError(said, field=field, value=name, allowed=allowed, hint=hint or None)

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load_plugins()
        return sorted(self._items)

    def __contains__(self, name: object) -> bool:
        self._load_plugins()
        return name in self._items

    def __iter__(self) -> Iterator[T]:
        return iter([self._items[name] for name in self.names()])

    def __len__(self) -> int:
        self._load_plugins()
        return len(self._items)

    def _load_plugins(self) -> None:
        if self._plugins_loaded:
            return
        self._plugins_loaded = True
        for entry_point in entry_points(group=f"xstilts.{self.what}s"):
            entry_point.load()(self)
