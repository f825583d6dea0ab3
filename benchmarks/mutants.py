"""Do the tests notice a broken line? A fixed, seeded set of one-line changes, each run against the tests of its room.

    python benchmarks/mutants.py [--rooms metrics keys] [--number 120] [--seed 1] [--workers 2] [--root DIR] [--list]

A mutant is one small change inside a function: a comparison flipped, a number one off, plus for minus, min for max, a
``not`` or a filter left out, a keyword argument dropped, two arguments swapped, a key misspelt. The set is drawn by
hashing what a mutant is (room, file name, function, text before and after), not where it stands, so it stays the same
when code moves. Each mutant is applied in a copy of the tree, and the tests of its room run there until one fails;
those come first that import the changed module most directly. Nothing is written into the tree itself.

Mutants that change nothing a user could see are listed with the reason in ``mutants_alike.yaml``. Exit 1 if a mutant
survives that is not listed, or a listed one is killed or no longer drawn.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import multiprocessing
import os
import queue
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from mutations import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ALIKE = Path(__file__).with_name("mutants_alike.yaml")

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["pytest", "hypothesis", "numpy", "scipy.stats", "pydantic", "pyarrow", "transformers"]
)
"""Each run is a fork of a process that has imported what takes long, and nothing of xstilts."""


class Room(NamedTuple):
    """Globs of the modules whose lines are broken, globs of the tests that should notice, and how many lines of 120."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    share: int


GUARDS = ("planning/cautions.py", "planning/overlaps.py", "planning/trained.py", "studies/load.py", "studies/*spec.py")
ROOMS = {
    "metrics": Room(("metrics/**/*.py",), ("metrics/**/test_*.py", "contracts/test_*_metrics.py"), 22),
    "statistics": Room(("statistics/**/*.py",), ("statistics/**/test_*.py",), 26),
    "sampling": Room(
        ("training/*mixture.py", "training/shares.py", "training/batching.py"),
        (
            "training/test_training_*mixture.py",
            "training/test_training_shares.py",
            "training/test_training_batching.py",
        ),
        14,
    ),
    "windows": Room(("encoding/span_qa*.py",), ("encoding/test_*.py", "contracts/test_*_encoding.py"), 14),
    "keys": Room(
        ("store/node.py", "store/canonical.py", "store/roles.py", "store/payloads/*.py"), ("store/test_*.py",), 8
    ),
    "guards": Room(GUARDS, ("studies/test_*.py", "planning/**/test_*.py"), 16),
    "planning": Room(("planning/**/*.py",), ("planning/**/test_*.py",), 20),
}
SLOW = {f"test_planning_{name}.py" for name in ("dual_encoder", "every_arm", "full", "protocol_views")}
"""Tests that run whole studies, which takes longer than all the others together."""


def drawn(root: Path, rooms: Sequence[str], number: int, seed: int) -> list[Mutant]:
    """The set: of each room its share, all rules in turn, in the order of hashes of what the mutants are."""
    total = sum(room.share for room in ROOMS.values())
    taken: set[Path] = set()
    found: list[Mutant] = []
    for name, room in ROOMS.items():
        paths = {path for glob in room.sources for path in (root / "src" / "xstilts").glob(glob)} - taken
        taken |= paths
        if not paths:
            raise SystemExit(f"No module of {name} is at {' '.join(room.sources)}: mend ROOMS in {__file__}.")
        there = [mutant for path in sorted(paths) for mutant in mutants(name, path, root)]
        there.sort(key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).hexdigest())
        turn: Counter[str] = Counter()
        turns = {mutant.name: turn.update([mutant.rule]) or turn[mutant.rule] for mutant in there}
        there.sort(key=lambda mutant: turns[mutant.name])
        found += there[: round(number * room.share / total)] if name in rooms else []
    return found


class Tree:
    """A copy of the repository in which lines may be broken."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "xstilts-out")
        shutil.copytree(root, folder, ignore=ignored)
        self._stamp = 0

    def passes(self, tests: Sequence[str], seconds: float) -> tuple[bool, str]:
        """Whether tests pass, and the first that did not; what takes longer than ``seconds`` has failed."""
        log = self.folder / "pytest.log"
        run = _PROCESSES.Process(target=_pytest, args=(self.folder, tests, log))
        run.start()
        run.join(seconds)
        if run.exitcode is None:
            os.killpg(run.pid or 0, signal.SIGKILL)
            run.join()
            return False, f"nothing came of it in {seconds:.0f} s"
        said = log.read_text(encoding="utf-8", errors="replace")
        if run.exitcode not in (0, 1, 2):
            raise SystemExit(f"pytest could not run in {self.folder}:\n{said[-2000:]}")
        failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return run.exitcode == 0, failed[0].split(" - ")[0] if failed else ""

    def survives(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> tuple[bool, str]:
        """Whether no test notices the mutant; the module is as before afterwards."""
        path = self.folder / mutant.path
        text = path.read_text(encoding="utf-8")
        try:
            self._write(path, mutant.text)
            return self.passes(tests, seconds)
        finally:
            self._write(path, text)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        self._stamp += 1
        os.utime(path, (self._stamp, self._stamp))  # or bytecode of the last mutant, as long and as old, would be read


def _pytest(folder: Path, tests: Sequence[str], log: Path) -> None:
    """In a process of its own: run tests in a copy of the tree, which imports everything of xstilts anew."""
    os.setsid()
    os.chdir(folder)
    sys.path[:0] = [str(folder / part) for part in ("src", "tests")]
    more = {"PYTHONPATH": os.pathsep.join(sys.path[:2]), "OMP_NUM_THREADS": "1", "HYPOTHESIS_STORAGE_DIRECTORY": "x"}
    os.environ.update(more)
    with log.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        import pytest

        quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # what is imported already is not rewritten
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *quiet, *tests])
        sys.stdout.flush()
        os._exit(code)  # without waiting for what the tests left behind


@cache
def imported(path: Path, root: Path) -> frozenset[Path]:
    """Files of the source and of the tests that a file imports, itself or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for place in (base / name.replace(".", "/") for name in names for base in (root / "src", root / "tests")):
            found |= {file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()}
    return frozenset(found)


def nearest_first(tests: Sequence[Path], module: Path, root: Path) -> list[str]:
    """The test files that reach a module: first those of its name, then by how directly they import it, short first."""
    steps: dict[Path, int] = {}
    for test in tests:
        reached, edge, count = {test}, {test}, 0
        while edge and module not in reached:
            edge = {file for path in edge for file in imported(path, root)} - reached
            reached |= edge
            count += 1
        if module in reached:
            steps[test] = count
    ranked = sorted(steps, key=lambda test: (module.stem not in test.stem, steps[test], test.stat().st_size))
    return [str(test.relative_to(root)) for test in ranked]


def main() -> None:
    """Print what became of each mutant, and the share that was noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rooms", nargs="*", choices=list(ROOMS), default=list(ROOMS))
    parser.add_argument("--number", type=int, default=120, help="mutants of all rooms together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="another copy of the repository")
    parser.add_argument("--list", action="store_true", help="print the set, run nothing")
    options = parser.parse_args()
    found = drawn(options.root, options.rooms, options.number, options.seed)
    if options.list:
        print(*(mutant.name for mutant in found), sep="\n")
        return
    with tempfile.TemporaryDirectory() as scratch:
        survived = run(found, options, Path(scratch))
    alike = {one["mutant"]: one["why"] for one in yaml.safe_load(ALIKE.read_text(encoding="utf-8")) or ()}
    names = {mutant.name for mutant in found}
    fixed = options.seed == parser.get_default("seed") and options.number == parser.get_default("number")
    stale = sorted(name for name in alike if name not in names and name.split("/")[0] in options.rooms and fixed)
    wrong = [f"survived, and is not listed: {name}" for name in sorted(survived - alike.keys())]
    wrong += [f"listed, and was killed: {name}" for name in sorted((alike.keys() & names) - survived)]
    wrong += [f"listed, and not in the set: {name}" for name in stale]
    rooms = {room: [mutant.name in survived for mutant in found if mutant.room == room] for room in options.rooms}
    for room, lived in rooms.items():
        print(f"{room:12} {len(lived) - sum(lived):3} of {len(lived):3} killed")
    print(f"{1 - len(survived) / len(found):.1%} killed; {len(survived & alike.keys())} survivors are listed")
    print(*wrong, sep="\n")
    raise SystemExit(bool(wrong))


def run(found: Sequence[Mutant], options: argparse.Namespace, scratch: Path) -> set[str]:
    """Names of the mutants that no test noticed; the tests of a room must pass without any change first."""
    trees: queue.Queue[Tree] = queue.Queue()
    for number in range(options.workers):
        trees.put(Tree(options.root, scratch / str(number)))
    survived: set[str] = set()
    with ThreadPoolExecutor(options.workers) as pool:
        for room in options.rooms:
            globs, started = ROOMS[room].tests, time.monotonic()
            tests = sorted(
                {test for glob in globs for test in (options.root / "tests").glob(glob) if test.name not in SLOW}
            )
            parts = [
                [str(test.relative_to(options.root)) for test in tests[n :: options.workers]]
                for n in range(options.workers)
            ]
            for passed, failed in pool.map(lambda part: _in_a_tree(trees, lambda tree: tree.passes(part, 1800)), parts):
                if not passed:
                    raise SystemExit(f"The tests of {room} fail without any change: {failed}")
            limit = 30 + 2 * options.workers * (time.monotonic() - started)  # some changes make endless loops
            print(f"unchanged {room}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)

            def broken(mutant: Mutant, tests: Sequence[Path] = tests, limit: float = limit) -> bool:
                near = nearest_first(tests, options.root / mutant.path, options.root)
                lived, by = _in_a_tree(trees, lambda tree: tree.survives(mutant, near, limit))
                print(f"{'SURVIVED' if lived else 'killed'}\t{mutant.name}\t{by}", flush=True)
                return lived

            own = [mutant for mutant in found if mutant.room == room]
            survived |= {mutant.name for mutant, lived in zip(own, pool.map(broken, own), strict=True) if lived}
    return survived


def _in_a_tree(trees: queue.Queue[Tree], do: Callable[[Tree], tuple[bool, str]]) -> tuple[bool, str]:
    tree = trees.get()
    try:
        return do(tree)
    finally:
        trees.put(tree)


if __name__ == "__main__":
    main()
