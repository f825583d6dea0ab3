"""What is written beside a finished node: where it came from, which files it has, what made it.

Names no machine and no path outside the node. Its presence means that the node is complete. It protects itself: the
last field is the hash of the rest.
"""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.disk import file_sha256, json_text, parsed
from xstilts.store.canonical import digest
from xstilts.store.node import KIND_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.store.node import Node

PROVENANCE = "provenance.json"
SEAL = "sha256"
"""The field that holds the hash of the rest."""
_UNSEALED = {"key", "node", "files", "versions", "platform", "cpu", "threads", "started", "ended", "seconds"}
"""All fields of a provenance as it was before it had a seal; such ones are read as they are."""
PACKAGES = ("xstilts", "torch", "transformers", "tokenizers", "datasets", "accelerate", "numpy", "pyarrow")


def describe(
    node: Node, folder: Path, started: datetime, ended: datetime, read: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The provenance of ``node``, whose files lie in ``folder``.

    Args:
        node: The node.
        folder: Where its files lie.
        started: When the work on it began.
        ended: When it was done.
        read: Key of each parent that was read -> :func:`files_digest` of it at that time.

    Returns:
        JSON: ``key``, ``node`` (``kind, version, label, payload, parents``), ``files`` (relative path -> ``sha256``,
        ``bytes``), ``versions``, ``platform``, ``cpu``, ``threads``, ``started``, ``ended`` (UTC, ISO 8601),
        ``seconds``, ``read`` and ``sha256`` (see :func:`sealed`).
    """
    facts = {
        "key": node.key,
        "node": {
            "kind": node.kind,
            "version": KIND_VERSIONS[node.kind],
            "label": node.label,
            "payload": node.payload,
            "parents": node.parents,
        },
        "files": list_files(folder),
        "versions": versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": cpu_model(),
        "threads": threads(),
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 3),
        "read": dict(sorted((read or {}).items())),
    }
    return sealed(facts)


def sealed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A provenance with the hash of itself: the sha256 of its file while this one value is left empty."""
    text = json_text({**facts, SEAL: ""})
    return {**facts, SEAL: hashlib.sha256(text.encode()).hexdigest()}


def opened(text: bytes) -> dict[str, Any]:
    """The provenance that ``text`` holds, if it is what was written.

    Raises:
        ValueError: If it is not; says how.
    """
    try:
        facts = parsed(text)
    except ValueError:
        raise ValueError("cannot be read: it is no JSON") from None
    if not isinstance(facts, dict) or not (is_sealed(facts) or set(facts) == _UNSEALED):
        raise ValueError("cannot be read: it has not the fields of a provenance")
    if is_sealed(facts) and not _is_whole(facts, text):
        raise ValueError("changed since it was written")
    return facts


def is_sealed(facts: Mapping[str, Any]) -> bool:
    """Whether a provenance holds the hash of itself; those written before there was this field do not."""
    return SEAL in facts


def _is_whole(facts: Mapping[str, Any], text: bytes) -> bool:
    seal = facts[SEAL]
    if not isinstance(seal, str) or not seal:
        return False
    before, _, after = text.rpartition(seal.encode(errors="replace"))
    return seal == hashlib.sha256(before + after).hexdigest()


def files_digest(facts: Mapping[str, Any]) -> str:
    """One hash for all files of a node, by name and content, those that retention dropped included."""
    return digest(facts["files"])


def list_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Relative path -> ``sha256`` and ``bytes`` of every file below ``folder``, the provenance itself left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: {"sha256": file_sha256(path), "bytes": path.stat().st_size}
        for name, path in names.items()
        if name != PROVENANCE
    }


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def threads() -> int | None:
    """Threads that numerical libraries may use here, None when nothing was said."""
    value = os.environ.get("OMP_NUM_THREADS", "")
    return int(value) if value.isdigit() else None


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on; read from metadata, nothing is imported."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def cpu_model() -> str:
    """The processor as it names itself, since floating-point results may differ from type to type."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
