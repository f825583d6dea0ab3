"""Every exception of xstilts, as one tree.

    XstiltsError
    ├── InputError            what the user gave is wrong: exit code 2
    │   ├── UnknownNameError  a name that no registry knows
    │   ├── StudyError        a study file or a --set argument
    │   ├── DataError         a data file or hub data set: names file and line
    │   └── ModelError        a model directory or hub model
    ├── StoreError            the store cannot be used as it is
    │   ├── CorruptNodeError  the bytes of a stored node changed
    │   └── StoreBusyError    another run holds the lock
    └── RunError              a node failed while running: exit code 1
        └── NonFiniteLossError  the loss became NaN or infinite

The library raises and never exits; only the command line maps errors to exit codes.
"""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class XstiltsError(Exception):
    """Base of all errors: what was wrong, where, what is allowed, what to do.

    Args:
        message: One sentence that says what is wrong.
        field: Path of the offending field (``arms.mnli.0.tasks``) or ``file:line``.
        value: The offending value.
        allowed: The values that would have been accepted.
        hint: What to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        allowed: Iterable[object] | None = None,
        hint: str | None = None,
    ) -> None:
        self.message = message
        self.field = field
        self.value = value
        self.allowed = None if allowed is None else [str(item) for item in allowed]
        self.hint = hint
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.field}: {self.message}" if self.field else self.message
        if self.allowed is not None:
            text += f" Allowed: {', '.join(self.allowed) or 'nothing'}."
        return f"{text} {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip between worker processes, keyword arguments included."""
        return (_rebuild, (type(self), self.__dict__))


def _rebuild(kind: type[XstiltsError], state: dict[str, object]) -> XstiltsError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    Exception.__init__(error, error._text())
    return error


class InputError(XstiltsError):
    """What the user gave is wrong (exit code 2)."""


class UnknownNameError(InputError):
    """A name that is not registered; the message offers the nearest ones."""


class StudyError(InputError):
    """A study file, or a ``--set`` argument, does not say what a study must say."""


class DataError(InputError):
    """A data file or hub data set cannot be read as declared; ``field`` is ``file:line`` where known."""


class ModelError(InputError):
    """A model directory or hub model cannot serve as a base or checkpoint."""


class StoreError(XstiltsError):
    """The store cannot be used as it is."""


class CorruptNodeError(StoreError):
    """The bytes of a stored node are not those that were written."""


class StoreBusyError(StoreError):
    """Another run holds the lock that this one needs."""


class RunError(XstiltsError):
    """A node failed while running (exit code 1)."""


class NonFiniteLossError(RunError):
    """The loss became NaN or infinite; the message names the step and the example ids."""


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The hint ``Did you mean 'x' or 'y'?`` for a misspelt name, or None when nothing is near.

    A name that looks like a known one and is written with other characters is said in code points.
    """
    alike = next((item for item in known if item != name and _looks(item) == _looks(name)), None)
    if alike is not None:
        return f"{name!r} only looks like {alike!r}: {_difference(name, alike)}."
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(repr(item) for item in close)}?" if close else None


_TWINS = {
    **dict(zip("авеіјкмнорѕтсухԁһԛԝАВЕІЈКМНОРЅТСУХ", "abeijkmhopstcyxdhqwABEIJKMHOPSTCYX", strict=True)),
    **dict(zip("αγικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ayikvoptuxABEZHIKMNOPTYX", strict=True)),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00ad", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
    "ı": "i",
}
"""Cyrillic and Greek letters, dashes and quotation marks that look like ASCII (Unicode TR 39 has them all)."""


def _looks(name: str) -> str:
    """What a name looks like: the same for names that are told apart only by their code points."""
    plain = "".join(_TWINS.get(letter, letter) for letter in name)
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", plain) if unicodedata.category(letter) != "Cf")
    return " ".join(seen.split())


def _difference(name: str, alike: str) -> str:
    """The characters other than ASCII letters and signs that only one of two names has."""
    own, other = (
        [letter for letter in dict.fromkeys(one) if letter not in two and (not letter.isascii() or letter.isspace())]
        for one, two in ((name, alike), (alike, name))
    )
    said = [f"the first is written with {_points(own)}"] if own else []
    said += [f"the second is written with {_points(other)}"] if other else []
    return ", ".join(said) or "they have the same characters in another number or order"


def _points(letters: Iterable[str]) -> str:
    return ", ".join(f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in letters)
