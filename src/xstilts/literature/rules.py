"""How a client behaves, and where a question then goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from xstilts.errors import InputError
from xstilts.literature.bodies import PACKINGS, Bounds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xstilts.literature.call import Call

_LEAST_SECRET = 6
"""Characters from which on a key is looked for in answers; shorter ones are words."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Rules:
    """How a client behaves.

    Attributes:
        online: Whether the machine may be left.
        bases: Addresses in place of the services' own, by name of the service.
        budget: Dollars that may be spent.
        tries: Failures in a row after which a question is given up, at least 1.
        patience: Failures in a row, of any questions, after which a host is left alone; 0 for as many as ``tries``.
        rest: Seconds for which it is then left alone.
        longest_wait: Seconds; a host that wants to be left alone for longer is not waited for.
        silence: Seconds for which a host may say nothing.
        bounds: What an answer may be at most.
        hosts: Where the processes of this machine meet; None for the user's cache.
        seed: Of the waits' jitter.
    """

    online: bool = False
    bases: Mapping[str, str] = field(default_factory=dict)
    budget: float = 0.10
    tries: int = 4
    patience: int = 0
    rest: float = 300.0
    longest_wait: float = 120.0
    silence: float = 30.0
    bounds: Bounds = Bounds()
    hosts: Path | None = None
    seed: int = 0


@dataclass(frozen=True)
class Place:
    """Where a question goes.

    Attributes:
        base: Address of the service.
        host: Its host, with the port where one is named.
        headers: What is sent with the question.
        secret: The key among them; "" where there is none.
        interval: Least seconds between two questions.
        near: Whether it is this machine; then no proxy is told of it.
    """

    base: str
    host: str
    headers: Mapping[str, str]
    secret: str
    interval: float
    near: bool = False

    @property
    def safe(self) -> bool:
        """Whether nobody can read along."""
        return self.base.startswith("https:")

    def without_secret(self, text: bytes) -> bytes:
        """A text that does not repeat the key."""
        if len(self.secret) < _LEAST_SECRET:
            return text
        return text.replace(self.secret.encode(), b"***").replace(quote(self.secret, safe="").encode(), b"***")


def place_of(call: Call, rules: Rules) -> Place:
    """Where a question goes; a key goes along only if nobody can read it on the way.

    Raises:
        InputError: If the service's address or key cannot be used.
    """
    service = call.service
    base = rules.bases.get(service.name, service.base).rstrip("/")
    try:
        parts = urlsplit(base)
        parts.port  # noqa: B018 (raises where it is no number)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in base:
        hint = "Say https://host or https://host/path."
        raise InputError("This is no address of a service.", field=service.name, value=base, hint=hint)
    headers = {"User-Agent": "xstilts", "Accept-Encoding": PACKINGS}
    if call.body:
        headers["Content-Type"] = "application/json"
    near = on_this_machine(base)
    safe = parts.scheme == "https" or near
    secret = service.key.value() if service.key is not None and safe else ""
    if service.key is None or not secret:
        return Place(base, parts.netloc, headers, "", service.interval, near)
    headers[service.key.header] = service.key.form.format(secret)
    interval = service.interval if service.interval_with_key is None else service.interval_with_key
    return Place(base, parts.netloc, headers, secret, interval, near)


def on_this_machine(address: str) -> bool:
    """Whether an address is one of this machine itself: its host is 127.0.0.1, ::1 or localhost."""
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:
        return False
