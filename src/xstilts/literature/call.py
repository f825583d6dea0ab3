"""Plain values of one exchange: whom it goes to, what is asked, what came back."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from xstilts.errors import InputError

FOUND = frozenset({200})


@dataclass(frozen=True)
class Key:
    """What a service may be told of who asks, from the environment; it travels in a header and is never written.

    It is no parameter, because addresses are written to logs.

    Attributes:
        variable: Name of the environment variable.
        header: Name of the header.
        form: The header's value, with ``{}`` for the variable's.
    """

    variable: str
    header: str
    form: str = "{}"

    def value(self) -> str:
        """What the variable holds; "" where it is not set or blank.

        Raises:
            InputError: If it holds what no header can. The message does not show it.
        """
        found = os.environ.get(self.variable, "").strip()
        if not (found.isascii() and found.isprintable()):
            said = f"The environment variable {self.variable} holds characters that no header can."
            raise InputError(said, field=self.variable, hint="Set it anew, or unset it.")
        return found


@dataclass(frozen=True)
class Service:
    """A place on the net that answers.

    Attributes:
        name: In settings and stored answers.
        base: Address that paths are appended to, without a slash at its end.
        interval: Least seconds between the starts of two requests, of all processes of this machine.
        key: What it may be told of who asks; None where it wants nothing.
        interval_with_key: The same seconds where the key is set; None for no difference.
    """

    name: str
    base: str
    interval: float
    key: Key | None = None
    interval_with_key: float | None = None


@dataclass(frozen=True)
class Call:
    """One question to a service: a GET, or a POST where there is a body. It holds no secret.

    Attributes:
        service: Who is asked.
        path: Begins with a slash; what is not ASCII or has a meaning in addresses is escaped.
        params: Names and values, in order, not escaped.
        body: JSON bytes of a POST; empty for a GET.
        price: Dollars that the answer is known to cost at most.
        accepts: HTTP statuses that are answers; all others are failures.
    """

    service: Service
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    price: float = 0.0
    accepts: frozenset[int] = FOUND

    @property
    def method(self) -> str:
        """``GET`` or ``POST``."""
        return "POST" if self.body else "GET"

    @property
    def target(self) -> str:
        """Path and parameters, as they stand in an address."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    @property
    def sha256(self) -> str:
        """What stored answers are found by: of service, method, path, sorted parameters and body; not of the host."""
        parts = (self.service.name, self.method, self.path, urlencode(sorted(self.params)))
        return hashlib.sha256("\n".join(parts).encode() + b"\n" + self.body).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes:
        status: Of HTTP.
        content_type: As the service says; "" where it says nothing.
        body: Unpacked bytes, without the key of who asked.
        fetched_at: ISO time in UTC, to the second.
        cost: Dollars.
    """

    status: int
    content_type: str
    body: bytes
    fetched_at: str
    cost: float = 0.0

    @property
    def sha256(self) -> str:
        """Of the body."""
        return hashlib.sha256(self.body).hexdigest()


def iso(seconds: float) -> str:
    """Seconds since 1970 as ``2026-11-29T12:00:00Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
