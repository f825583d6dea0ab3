"""The only way out of the machine: one polite client for every service.

It is offline unless told otherwise. It asks a host no more often than the host allows, all processes of this machine
together; it waits as long as the host says, leaves a failing host alone, keeps to a budget in dollars, reads no answer
that is too large or too slow, and follows no redirection to another host.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import httpx2

from xstilts.errors import BudgetError, MissingAnswerError, SourceError
from xstilts.literature.bodies import GarbledError, TooMuchError, unpacked, words_of
from xstilts.literature.call import Reply, iso
from xstilts.literature.cassette import Cassette, shown
from xstilts.literature.hosts import (
    Breaker,
    Clock,
    SystemClock,
    Turn,
    Turns,
    backoff,
    default_folder,
    named_interval,
    retry_after,
)
from xstilts.literature.rules import Rules, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.literature.call import Call
    from xstilts.literature.rules import Place

T = TypeVar("T")

_MAY_PASS = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_MOVES = 3
_KEPT = (
    "What was answered before is kept if there is a cassette. Give the same command again later, or take fewer records."
)


class _FailureError(Exception):
    """A try failed, and the next may not.

    Args:
        said: What happened.
        status: Of HTTP; None where there was no answer.
        wait: Seconds that the host asks for; None where it says nothing.
    """

    def __init__(self, said: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(said)
        self.said, self.status, self.wait = said, status, wait


@cache
def _tls(needed: bool) -> ssl.SSLContext:
    """Whom to trust. Reading that takes half a second, so plain connections get a context that trusts nobody."""
    return httpx2.create_ssl_context() if needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _failure(error: _FailureError | GarbledError) -> _FailureError:
    return error if isinstance(error, _FailureError) else _FailureError(f"the answer is garbled: {error}")


class Client:
    """Asks services, or a cassette in their place.

    Args:
        cassette: Where answers are kept.
        rules: How it behaves.
        clock: Says the time and waits.

    Attributes:
        spent: Dollars that this client spent so far.
        turns: Times at which hosts were asked.
    """

    def __init__(self, cassette: Cassette = Cassette(), rules: Rules = Rules(), clock: Clock | None = None) -> None:
        self.cassette = cassette
        self.rules = rules
        self.spent = 0.0
        self._clock: Clock = clock or SystemClock()
        self.turns = Turns(rules.hosts or default_folder(), self._clock)
        self._breaker = Breaker(rules.patience or rules.tries, rules.rest)

    def read(self, call: Call, parse: Callable[[Reply], T]) -> T:
        """The answer to a question, as ``parse`` understands it.

        Args:
            call: The question.
            parse: Makes a value of an answer with an accepted status. Where it raises :class:`GarbledError`, the
                question is put again; only an answer that it understands is stored.

        Raises:
            MissingAnswerError: If nothing is stored and the machine may not be left; the message names the question.
            BudgetError: If the answer would cost more than is left.
            SourceError: If the service does not answer as it should.
            InputError: If the service's address or key cannot be used.
            StoreError: If the cassette cannot be used.
        """
        stored = self.cassette.find(call)
        if stored is not None:
            try:
                return parse(stored)
            except GarbledError as error:
                said = f"The stored answer to {shown(call)} cannot be understood: {error}."
                raise SourceError(said, field=call.service.name, value=stored.status) from None
        self._refuse_offline(call)
        return self._answered(call, parse)

    def read_anew(self, call: Call, parse: Callable[[Reply], T]) -> T:
        """The answer to a question whose answer changes: asked again where that may be.

        What is stored answers where the machine may not be left, or the service does not answer.

        Raises:
            XstiltsError: As :meth:`read`.
        """
        if self.cassette.mode == "replay" or not self.rules.online:
            return self.read(call, parse)
        try:
            return self._answered(call, parse)
        except SourceError:
            if self.cassette.find(call) is None:
                raise
        return self.read(call, parse)

    def _answered(self, call: Call, parse: Callable[[Reply], T]) -> T:
        """The answer of the service itself, after as many tries as it takes."""
        place = place_of(call, self.rules)
        for attempt in range(1, self.rules.tries + 1):
            self._refuse_resting(call, place.host)
            self._refuse_dear(call)
            with self.turns.at(place.host, place.interval) as turn:
                try:
                    reply = self._asked(call, place, turn)
                    value = parse(reply)
                except (_FailureError, GarbledError) as error:
                    failure = _failure(error)
                    self._note(call, place, turn, failure, attempt)
                    continue
            self._breaker.worked(place.host)
            self.cassette.keep(call, reply)
            return value
        raise self._error(call, place, failure, f"{self.rules.tries} times in a row")

    def _refuse_offline(self, call: Call) -> None:
        if self.cassette.mode == "replay":
            said = f"There is no stored answer to {shown(call)}."
            raise MissingAnswerError(said, field=str(self.cassette.folder), hint="Record it first, with --online.")
        if not self.rules.online:
            said = f"This needs the net, and the machine is not left without --online: {shown(call)}"
            raise MissingAnswerError(said, field=call.service.name, hint="Say --online to ask it.")

    def _refuse_resting(self, call: Call, host: str) -> None:
        until = self._breaker.open_until(host, self._clock.now())
        if until is not None:
            said = f"{host} is left alone until {iso(until)}, because it failed or asked for it. Not asked: "
            raise SourceError(said + shown(call), field=host, hint=_KEPT)

    def _refuse_dear(self, call: Call) -> None:
        if call.price > 0 and self.spent + call.price > self.rules.budget + 1e-9:
            said = f"This costs up to ${call.price:.4f}, and ${self.rules.budget - self.spent:.4f} of the budget of "
            said += f"${self.rules.budget:.2f} are left: {shown(call)}"
            raise BudgetError(said, field=call.service.name, value=call.price, hint="Raise it by --budget-usd.")

    def _note(self, call: Call, place: Place, turn: Turn, failure: _FailureError, attempt: int) -> None:
        """Put off the next try of everybody, and give up where the host wants more time than there is."""
        now = self._clock.now()
        self._breaker.failed(place.host, now)
        if failure.wait is None:
            turn.put_off(now + backoff(attempt, self.rules.longest_wait, self.rules.seed, call.sha256))
            return
        turn.put_off(now + min(failure.wait, self.rules.longest_wait))
        if failure.wait > self.rules.longest_wait:
            self._breaker.leave_alone(place.host, now + failure.wait)
            raise self._error(call, place, failure, f"and wants to be left alone until {iso(now + failure.wait)}")

    def _error(self, call: Call, place: Place, failure: _FailureError, when: str) -> SourceError:
        said = f"{place.host} did not answer, {when}: {failure.said}. Asked was {shown(call)}"
        return SourceError(said, field=place.host, value=failure.status, hint=_KEPT)

    def _asked(self, call: Call, place: Place, turn: Turn) -> Reply:
        """One try.

        Raises:
            _FailureError: If it failed in a way that may pass.
            SourceError: If it failed for good.
        """
        start = self._clock.now()
        try:
            with httpx2.Client(
                verify=_tls(place.safe), trust_env=not place.near, timeout=self.rules.silence, follow_redirects=False
            ) as http:
                reply, headers = self._followed(http, call, place, start)
        except httpx2.TransportError as error:
            raise _FailureError(place.without_secret(f"{type(error).__name__}: {error}".encode()).decode()) from None
        except TooMuchError as error:
            said = f"The answer of {place.host} is not read: {error}. Asked was {shown(call)}"
            raise SourceError(said, field=place.host) from None
        asked_for = named_interval(headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-interval"))
        turn.put_off(turn.start + min(asked_for or 0.0, self.rules.longest_wait))
        if reply.status in _MAY_PASS:
            wait = retry_after(headers.get("retry-after"), self._clock.now())
            raise _FailureError(f"HTTP {reply.status}, {words_of(reply) or 'without a word'}", reply.status, wait)
        if reply.status not in call.accepts:
            self._breaker.worked(place.host)
            said = f"{place.host} refuses with HTTP {reply.status}: {words_of(reply) or 'without a word'}. Asked was "
            raise SourceError(said + shown(call), field=place.host, value=reply.status, hint=_hint(call, reply.status))
        self.spent += reply.cost
        return reply

    def _followed(self, http: httpx2.Client, call: Call, place: Place, start: float) -> tuple[Reply, httpx2.Headers]:
        """The answer after at most a few redirections inside the host."""
        address = httpx2.URL(place.base + call.target)
        for _ in range(_MOST_MOVES + 1):
            with http.stream(call.method, address, content=call.body or None, headers=dict(place.headers)) as response:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    body = unpacked(
                        response.iter_raw(), response.headers, self.rules.bounds, lambda: self._clock.now() - start
                    )
                    return self._reply(call, response, place.without_secret(body)), response.headers
                address = _next(address, response.headers["location"], call)
            self._clock.sleep(place.interval)
        raise SourceError(f"{place.host} sends in a circle. Asked was {shown(call)}", field=place.host)

    def _reply(self, call: Call, response: httpx2.Response, body: bytes) -> Reply:
        told = response.headers.get("x-ratelimit-cost-usd")
        cost = _dollars(told, call.price) if response.status_code == 200 else 0.0
        kind = response.headers.get("content-type", "")
        return Reply(response.status_code, kind, body, iso(self._clock.now()), cost)


def _next(address: httpx2.URL, location: str, call: Call) -> httpx2.URL:
    """Where a redirection leads.

    Raises:
        SourceError: If to another host, port or scheme, or a POST is redirected.
    """
    try:
        target = address.join(location)
    except (httpx2.InvalidURL, ValueError):
        target = httpx2.URL("")
    if (target.scheme, target.netloc) != (address.scheme, address.netloc) or call.method != "GET":
        said = f"{address.host} redirects to {str(target)[:200]!r}, which is another place and not followed. Asked was "
        raise SourceError(said + shown(call), field=address.host)
    return target


def _hint(call: Call, status: int) -> str | None:
    key = call.service.key
    if status not in (401, 403) or key is None:
        return None
    return f"Look at the environment variable {key.variable}: a wrong key is refused, and some questions need one."


def _dollars(header: str | None, price: float) -> float:
    try:
        said = float(header or "")
    except ValueError:
        return price
    return said if 0.0 <= said < 1e6 else price
