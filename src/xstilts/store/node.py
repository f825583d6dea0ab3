"""One cached unit of work, and the key it is kept under.

The key is the hash of everything that can change the result: kind, version of the kind, payload (every result-changing
field, defaults written out, data fingerprints included) and the keys of the parents. What cannot change the result
(label, cost, paths, device, workers) lies in other fields and cannot reach the hash.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from xstilts.errors import StoreError, UnknownNameError, XstiltsError
from xstilts.store.canonical import digest, digest_of_plain, plain
from xstilts.store.payloads import FORMS, Form, Json, Runtime, payload_of

if TYPE_CHECKING:
    from collections.abc import Mapping

P = TypeVar("P", bound=Form)

KIND_VERSIONS: Mapping[str, int] = MappingProxyType({kind: forms[0].node_version for kind, forms in FORMS.items()})
"""Kinds of node and the version of each, which is part of every key."""

TRAINED_KINDS = ("pretrain", "train", "choose")
"""Kinds of node that hold a model trained here."""
MODEL_KINDS = ("convert", "cut", *TRAINED_KINDS)
"""Kinds of node that hold a model."""


@dataclass(frozen=True)
class Cost:
    """What a node is expected to take; used for the plan and for the order of work, never hashed.

    Args:
        seconds: Wall time with one worker.
        flops: Floating-point operations.
        memory_bytes: Peak memory.
        disk_bytes: Size of what it leaves in the store.
        steps: Optimizer steps, 0 where nothing is trained.
        memory: What most of the memory is for, in bytes; empty where nothing is trained or predicted.
        guessed: Whether the steps are a guess, from sizes of files or from what another arm may train on.
    """

    seconds: float = 0.0
    flops: float = 0.0
    memory_bytes: int = 0
    disk_bytes: int = 0
    steps: int = 0
    guessed: bool = False
    memory: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a running node has come.

    Args:
        key: Key of the node.
        label: What is running, for people (``target xnli, seed 1``).
        step: Steps done.
        total: Steps in all, 0 when unknown.
        loss: Latest training loss (nats per target), None where there is none.
        note: Anything else worth a glance.
    """

    key: str
    label: str
    step: int
    total: int
    loss: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Node:
    """One unit of work.

    Args:
        kind: A key of :data:`KIND_VERSIONS`.
        label: What it is, for people; not hashed, since merged nodes serve several chains.
        payload: JSON; everything that can change the result, beside the parents. See ``store.payloads`` for its forms.
        parents: Role (``store.roles``) -> key of the node that fills it.
        cost: What it is expected to take; not hashed.
        runtime: JSON that the runner needs but that cannot change the result (paths of data, device); not hashed.

    Raises:
        UnknownNameError: If the kind is not known.
        XstiltsError: If payload, parents or runtime are not JSON.
    """

    kind: str
    label: str
    payload: Json
    parents: Mapping[str, str] = field(default_factory=dict)
    cost: Cost = Cost()
    runtime: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copy what came in, so that no later change of the caller's objects reaches the key."""
        if self.kind not in KIND_VERSIONS:
            raise UnknownNameError(f"There is no node kind {self.kind!r}.", value=self.kind, allowed=KIND_VERSIONS)
        for name in ("payload", "parents", "runtime"):
            object.__setattr__(self, name, plain(getattr(self, name), name))
        for role, key in self.parents.items():
            check_key(key, f"parents.{role}")

    @cached_property
    def key(self) -> str:
        """64 hexadecimal digits: sha256 of the canonical JSON of kind, version, payload and parents."""
        hashed = {"kind": self.kind, "version": KIND_VERSIONS[self.kind]}
        return digest_of_plain(hashed | {"payload": self.payload, "parents": self.parents})

    @classmethod
    def of(
        cls, payload: Form, label: str, parents: Mapping[str, str], cost: Cost, runtime: Runtime | None = None
    ) -> Node:
        """The node that does what ``payload`` asks for."""
        return cls(payload.node_kind, label, payload.to_json(), parents, cost, (runtime or Runtime()).to_json())

    def asked(self, wanted: type[P]) -> P:
        """The payload as a value.

        Args:
            wanted: Its class, or one that several forms have in common.

        Raises:
            StoreError: If it is no such payload; names the kind and the field.
        """
        if not isinstance(self._asked, wanted):
            raise StoreError(f"asks for no {wanted.__name__}.", field=self.kind, value=self.payload)
        return self._asked

    @cached_property
    def _asked(self) -> Form:
        return payload_of(self.kind, self.payload, Form)

    @cached_property
    def places(self) -> Runtime:
        """The runtime as a value."""
        return Runtime.from_json(self.runtime)

    def __hash__(self) -> int:
        return hash(self.key)

    def to_json(self) -> dict[str, Any]:
        """The node as JSON, for a worker process."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> Node:
        """The node that :meth:`to_json` wrote; same key."""
        return cls(**{**data, "cost": Cost(**data["cost"])})


def node_key(kind: str, version: int, payload: Json, parents: Mapping[str, str]) -> str:
    """The key of a node: sha256 over the canonical JSON of exactly these four."""
    return digest({"kind": kind, "version": version, "payload": payload, "parents": parents})


_HEXADECIMAL = frozenset("0123456789abcdef")


def check_key(key: str, field: str | None = None) -> str:
    """Return ``key`` if it has the form of one.

    Raises:
        XstiltsError: If it is not 64 lower-case hexadecimal digits.
    """
    if len(key) != 64 or not _HEXADECIMAL.issuperset(key):
        raise XstiltsError(f"{key!r} is not a node key (64 hexadecimal digits).", field=field, value=key)
    return key
