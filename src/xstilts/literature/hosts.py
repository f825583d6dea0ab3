"""How politely a host is asked: not too often by all processes of this machine together, and not while it fails.

A small file for each host says from when on it may be asked. Whoever asks holds the file's lock until the answer is
there, so a host has one connection of ours at a time, as arXiv's terms want.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from filelock import FileLock

from xstilts.disk import in_plain_words, make_folder, read_json
from xstilts.randomness import generator

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_TURN = 3600.0
"""Seconds ahead after which a stored time is taken for a broken clock."""
_POLL_SECONDS = 0.05
_WHAT = "times of the hosts"


class Clock(Protocol):
    """Time, as far as a client needs it; tests have one that never waits."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds, at least 0."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def default_folder() -> Path:
    """Where processes of one user meet: ``$XDG_CACHE_HOME/xstilts/hosts``, or below ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xstilts" / "hosts"


class Turn:
    """The right to ask a host once; whoever has it may put off the next one.

    Args:
        start: When it begins, in seconds since 1970.
        interval: Least seconds from its start to the start of the next.
    """

    def __init__(self, start: float, interval: float) -> None:
        self.start = start
        self.following = start + interval

    def put_off(self, until: float) -> None:
        """Let nobody ask before ``until``."""
        self.following = max(self.following, until)


@dataclass
class Turns:
    """Turns at hosts, shared by all processes that use the same folder.

    Attributes:
        folder: Holds a lock and a time for each host.
        clock: Says the time and waits.
        taken: Host and start of every turn that this object gave, in order.
    """

    folder: Path
    clock: Clock
    taken: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def at(self, host: str, interval: float) -> Iterator[Turn]:
        """Wait for a turn at ``host`` and hold it; the next one begins at least ``interval`` seconds later.

        Raises:
            StoreError: If the folder cannot be used.
        """
        name = f"{re.sub(r'[^a-z0-9.-]', '_', host)[:60]}-{hashlib.sha256(host.encode()).hexdigest()[:8]}"
        path = self.folder / f"{name}.json"
        lock = FileLock(path.with_suffix(".lock"), poll_interval=_POLL_SECONDS)
        make_folder(self.folder, _WHAT)
        with in_plain_words(self.folder, _WHAT):
            lock.acquire()
        try:
            now = self.clock.now()
            turn = Turn(max(now, self._stored(path, now)), interval)
            self._store(path, turn)
            if turn.start > now:
                self.clock.sleep(turn.start - now)
            self.taken.append((host, turn.start))
            try:
                yield turn
            finally:
                self._store(path, turn)
        finally:
            lock.release()

    def _store(self, path: Path, turn: Turn) -> None:
        with in_plain_words(self.folder, _WHAT):
            work = path.with_suffix(".part")  # not flushed: a time that is lost in a crash has passed by then
            work.write_text(json.dumps({"next": turn.following}), encoding="utf-8")
            work.replace(path)

    @staticmethod
    def _stored(path: Path, now: float) -> float:
        try:
            data: Any = read_json(path)
            stored = float(data["next"])
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or cut off by a full disk
            return now
        return stored if math.isfinite(stored) and stored <= now + _LONGEST_TURN else now


@dataclass
class Breaker:
    """Leaves a host alone that failed several times in a row.

    Attributes:
        most: Failures in a row that open it, at least 1.
        rest: Seconds that the host is then left alone; after them one question goes through.
    """

    most: int
    rest: float
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def leave_alone(self, host: str, until: float) -> None:
        """Open it without counting, because the host asked for it."""
        self._until[host] = until

    def open_until(self, host: str, now: float) -> float | None:
        """When the host may be asked again, or None where it may be now."""
        until = self._until.get(host, 0.0)
        return until if until > now else None

    def failed(self, host: str, now: float) -> None:
        """Count a failure."""
        self._failures[host] = self._failures.get(host, 0) + 1
        if self._failures[host] >= self.most:
            self.leave_alone(host, now + self.rest)

    def worked(self, host: str) -> None:
        """Forget the failures."""
        self._failures.pop(host, None)
        self._until.pop(host, None)


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a host wants to be left alone, from its header ``Retry-After`` (RFC 9110, section 10.2.3).

    Args:
        header: Whole seconds (``120``) or a date (``Sun, 06 Nov 1994 08:49:37 GMT``); None where it is missing.
        now: Seconds since 1970.

    Returns:
        At least 0; None where the header is missing or neither form.
    """
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def backoff(attempt: int, most: float, seed: int, what: str) -> float:
    """Seconds to wait where a host says nothing: exponential with full jitter, uniform in [0, min(most, 2^attempt)].

    The draw depends on the question and the attempt alone, so a run can be repeated; processes that ask different
    questions do not meet again (Brooker 2015, "Exponential backoff and jitter", AWS architecture blog).

    Args:
        attempt: Failures so far, from 1.
        most: Longest wait.
        seed: Of the stream.
        what: The question's hash.
    """
    return float(generator(seed, "backoff", what, attempt).random() * min(most, 2.0 ** min(attempt, 30)))


def named_interval(limit: str | None, interval: str | None) -> float | None:
    """Seconds between two questions that Crossref's headers ask for: ``3`` in ``1s`` is 1/3; None where unreadable."""
    seconds = re.fullmatch(r"([0-9]{1,6})s?", (interval or "").strip())
    count = re.fullmatch(r"[0-9]{1,6}", (limit or "").strip())
    if seconds is None or count is None or int(count[0]) == 0:
        return None
    return int(seconds[1]) / int(count[0])
