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
        ├── NonFiniteLossError  the loss became NaN or infinite
        ├── PausedError         a phase stopped with a snapshot, for its machine is taken away
        ├── SourceError         a service on the net does not answer as it should
        ├── MissingAnswerError  an answer is not stored, and the machine may not be left for it
        └── BudgetError         an answer would cost more dollars than are left

The library raises and never exits; only the command line maps errors to exit codes.
"""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


LONGEST = 980
"""Characters of a message, so that a thousand hold it with its prefix; what is longer is cut in the middle."""
_LONGEST_FIELD, _LONGEST_HINT, _LONGEST_NAME, _LEAST_LIST = 300, 300, 80, 160
_TURNING = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Line ends and marks that turn the direction of text: what follows them is not where it seems to be."""


def printable(text: str) -> str:
    """Text that a terminal shows and does not act on: control characters are written as escapes.

    New lines and tabs stay. Marks that turn the direction of text and halves of surrogate pairs are escaped too.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(_escape(letter) if _acts(letter) else letter for letter in text)


def _acts(letter: str) -> bool:
    return letter in _TURNING or (letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cs"))


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shortened(text: str, most: int) -> str:
    """Text of at most ``most`` characters: what is too long is cut in the middle."""
    if len(text) <= most:
        return text
    cut = " […] "
    first = (most - len(cut)) * 2 // 3
    return f"{text[:first]}{cut}{text[len(text) - (most - len(cut) - first) :]}"


def listed(names: Iterable[str], most: int) -> str:
    """Names with commas between, in at most ``most`` characters; how many were left out is said."""
    known = [shortened(_on_one_line(name), _LONGEST_NAME) for name in names]
    whole = ", ".join(known)
    if len(whole) <= most:
        return whole
    room, kept = most - len(f" and {len(known)} more"), 0
    for name in known:
        room -= len(name) + 2
        if room < 0:
            break
        kept += 1
    return f"{', '.join(known[:kept])} and {len(known) - kept} more" if kept else f"{len(known)} names"


def _on_one_line(name: str) -> str:
    return printable(name).replace("\n", "\\x0a").replace("\t", "\\x09")


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
        """The message: what a terminal can show, and no longer than ``LONGEST``."""
        where = f"{shortened(printable(self.field), _LONGEST_FIELD)}: " if self.field else ""
        hint = f" {shortened(printable(self.hint), _LONGEST_HINT)}" if self.hint else ""
        room = LONGEST - len(where) - len(hint)
        said = shortened(printable(self.message), room if self.allowed is None else room - _LEAST_LIST)
        if self.allowed is not None:
            said += f" Allowed: {listed(self.allowed, room - len(said) - len(' Allowed: .')) or 'nothing'}."
        return f"{where}{said}{hint}"

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
    """A model directory or hub model cannot serve as a base, or be used."""


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


class PausedError(RunError):
    """A phase stopped with a snapshot, for its machine is taken away; the same node goes on from there."""


class SourceError(RunError):
    """A service on the net does not answer as it should; ``field`` is its host, ``value`` the HTTP status or None."""


class MissingAnswerError(RunError):
    """An answer of a service is not stored, and the machine may not be left for it; the message names the query."""


class BudgetError(RunError):
    """An answer would cost more dollars than are left."""


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
