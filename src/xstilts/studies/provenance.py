"""What is written beside a finished node: where it came from, which files it has, what made it.

Names no machine and no path outside the node. Its presence means that the node is complete.
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

from xstilts.studies.node import KIND_VERSIONS

if TYPE_CHECKING:
    from xstilts.studies.node import Node

PROVENANCE = "provenance.json"
PACKAGES = ("xstilts", "torch", "transformers", "tokenizers", "datasets", "accelerate", "numpy", "pyarrow")


def describe(node: Node, folder: Path, started: datetime, ended: datetime) -> dict[str, Any]:
    """The provenance of ``node``, whose files lie in ``folder``.

    Returns:
        JSON: ``key``, ``node`` (``kind, version, label, payload, parents``), ``files`` (relative path -> ``sha256``,
        ``bytes``), ``versions``, ``platform``, ``cpu``, ``threads``, ``started``, ``ended`` (UTC, ISO 8601) and
        ``seconds``.
    """
    return {
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
    }


def list_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Relative path -> ``sha256`` and ``bytes`` of every file below ``folder``, the provenance itself left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: {"sha256": file_sha256(path), "bytes": path.stat().st_size}
        for name, path in names.items()
        if name != PROVENANCE
    }


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
