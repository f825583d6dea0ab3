"""How long `import xstilts` and the verbs take that only look: wall time beside its limit, and whether torch came in.

    python benchmarks/start_up.py [--store DIR] [--repeat 3]

The report is made from what lies in the store; run ``xstilts demo`` with the same store before.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMITS = {
    "--help": 1.0,
    "list tasks": 1.0,
    "list bases": 1.0,
    "show task xquad": 1.0,
    "show study demo": 1.0,
    "plan demo": 2.0,
    "report demo": 10.0,
}
"""Command and its limit in seconds."""

IMPORT_LIMIT = 0.1
"""Seconds that ``import xstilts`` may add to the start of Python."""


def main() -> int:
    """Measure every command, print one JSON object; 1 if a limit was exceeded or torch was met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path(os.environ.get("XSTILTS_STORE", ".xstilts")))
    parser.add_argument("--repeat", type=int, default=3, help="Runs of each command; the best one counts.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = [_measure(command, limit, options.repeat, options.store, scratch) for command, limit in LIMITS.items()]
    bare, loaded = (min(_python(code) for _ in range(options.repeat)) for code in ("pass", "import xstilts"))
    rows.append({"command": "import", "seconds": round(loaded - bare, 3), "limit": IMPORT_LIMIT, "torch": False})
    machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    print(json.dumps({"machine": machine, "python": platform.python_version(), "commands": rows}, indent=2))
    return 0 if all(row["seconds"] <= row["limit"] and not row["torch"] for row in rows) else 1


def _measure(command: str, limit: float, repeat: int, store: Path, scratch: str) -> dict[str, object]:
    arguments = command.split()
    if arguments[0] in ("plan", "report"):
        arguments += ["--store", str(store.resolve())]
    if arguments[0] == "report":
        arguments += ["--out", scratch]
    seconds = min(_seconds([sys.executable, "-m", "xstilts", *arguments]) for _ in range(repeat))
    traced = [sys.executable, "-X", "importtime", "-m", "xstilts", *arguments]
    imports = subprocess.run(traced, capture_output=True, text=True, check=True).stderr
    torch = any(line.rpartition("|")[2].strip() == "torch" for line in imports.splitlines())
    return {"command": command, "seconds": round(seconds, 2), "limit": limit, "torch": torch}


def _python(code: str) -> float:
    return _seconds([sys.executable, "-c", code])


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
