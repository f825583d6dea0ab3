"""Nearest vectors and mining, exactly: xstilts beside faiss and beside torch as it is usually written.

    python benchmarks/search.py [--tasks top,mining] [--sizes 10000,100000] [--threads 2] [--dims 768] [--repeat 1]

``top`` asks for the 20 nearest of 1,000 queries, ``mining`` for the pairs of as many sentences a side: 4 neighbours
both ways, ratio margin, one-to-one. faiss: ``IndexFlatIP`` on normalised vectors, for mining two searches, as LASER
does. torch: normalise, multiply in chunks, ``topk``. All three mine by the same code once neighbours are known. Vectors
are invented from a seed, written once to a file and mapped; each system runs in a process of its own, in turn. Seconds
are those from the mapped vectors to the result, with normalising and building an index; every system has searched 4,096
other vectors for 256 in its process before, so that imports and the first use of a library do not count. Memory is the
peak of the whole process, with the interpreter, the libraries (what was used before the search is printed too) and the
pages of the mapped file. Results agree where the same candidates are found, in whatever order; float32 may swap near
ones. Threads that wait for others sleep (``OMP_WAIT_POLICY=passive``): so a busy machine disturbs every system less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

QUERIES, TOP, NEIGHBOURS = 1000, 20, 4
WARMED = 256, 4096
_ROWS_AT_ONCE = 16384
_CELLS_AT_ONCE = 1 << 24


def main() -> None:
    """Print a table and one JSON object; or, called by itself, run one system and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", default="top,mining", help="by comma")
    parser.add_argument("--sizes", default="10000,100000", help="candidates, or sentences a side, by comma")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="by comma")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dims", type=int, default=768)
    parser.add_argument("--repeat", type=int, default=1, help="takes of each system, in turn; the best counts")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder is not None:
        print(json.dumps(_alone(options.tasks, options.systems, options.folder, options.threads)))
        return
    report: dict[str, Any] = {"load": os.getloadavg(), "threads": options.threads, "dims": options.dims}
    for task in options.tasks.split(","):
        for size in (int(size) for size in options.sizes.split(",")):
            report[f"{task} {size}"] = _contest(task, size, options)
    print(json.dumps(report))


def _contest(task: str, size: int, options: argparse.Namespace) -> dict[str, Any]:
    """All systems on the same vectors."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(task, size, options.dims, folder)
        for _ in range(options.repeat):
            for system in options.systems.split(","):
                row = _measured(task, system, folder, options.threads)
                if system not in found or row["seconds"] < found[system]["seconds"]:
                    found[system] = row
        results = {system: np.load(folder / f"{system}.npy") for system in found}
    base = found.get("faiss", next(iter(found.values())))
    asked = QUERIES if task == "top" else 2 * size
    for system, row in found.items():
        row["share_as_first"] = _agreement(task, results[system], next(iter(results.values())))
        row |= {"queries_a_second": asked / row["seconds"], "ratio": row["seconds"] / base["seconds"]}
        row["processor_ratio"] = row["processor_seconds"] / base["processor_seconds"]
        times = f"{row['seconds']:8.2f} s ({row['processor_seconds']:8.2f} of processor)"
        memory = f"{row['megabytes']:6.0f} MB ({row['megabytes_before']:4.0f} before)"
        speed = f"{row['queries_a_second']:9.0f} queries/s  x {row['ratio']:.2f}, {row['processor_ratio']:.2f}"
        same = f"same {100 * row['share_as_first']:.3f} %"
        print(f"{task:7} {size:8} {system:8} {times} {memory} {speed}  {same}", flush=True)
    return found


def _agreement(task: str, one: NDArray[Any], other: NDArray[Any]) -> float:
    """Share of what ``other`` found that ``one`` found too."""
    if task == "mining":
        pairs = [set(map(tuple, found[:, :2].astype(int).tolist())) for found in (one, other)]
        return len(pairs[0] & pairs[1]) / max(map(len, pairs))
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(one.tolist(), other.tolist(), strict=True)]))


def _write(task: str, size: int, dims: int, folder: Path) -> None:
    """Candidates, and queries that are some of them with as much noise; piece by piece."""
    draw = np.random.default_rng(1)
    candidates = np.lib.format.open_memmap(folder / "candidates.npy", "w+", np.float32, (size, dims))
    for start in range(0, size, _ROWS_AT_ONCE):
        part = candidates[start : start + _ROWS_AT_ONCE]
        part[:] = draw.standard_normal(part.shape, dtype=np.float32)
    asked = QUERIES if task == "top" else size
    queries = np.lib.format.open_memmap(folder / "queries.npy", "w+", np.float32, (asked, dims))
    for start in range(0, asked, _ROWS_AT_ONCE):
        part = queries[start : start + _ROWS_AT_ONCE]
        rows = (np.arange(start, start + len(part)) * 7919) % size  # a prime, so that pairs lie in no order
        part[:] = candidates[rows] + draw.standard_normal(part.shape, dtype=np.float32)


def _measured(task: str, system: str, folder: Path, threads: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--tasks", task, "--systems", system, "--folder", str(folder)]
    names = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    names |= {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
    done = subprocess.run(
        [*command, "--threads", str(threads)], capture_output=True, text=True, env=os.environ | names, check=False
    )
    if done.returncode:
        raise SystemExit(f"The system {system!r} failed: {done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _alone(task: str, system: str, folder: Path, threads: int) -> dict[str, Any]:
    """One system in this process."""
    import torch

    torch.set_num_threads(threads)
    run = SYSTEMS[system]
    queries, candidates = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("queries", "candidates"))
    draw = np.random.default_rng(2)
    few = [draw.standard_normal((n, queries.shape[1]), dtype=np.float32) for n in WARMED]
    run(few[0], few[1], 1, True)  # imports, threads and whatever the libraries make at their first product
    before, processor, start = _megabytes(), time.process_time(), time.perf_counter()
    if task == "mining":
        from xstilts.evaluation.mining import pair_rows
        from xstilts.search.scores import Hits

        hits = [Hits(*part) for part in run(queries, candidates, NEIGHBOURS, True)]
        found = np.array(list(pair_rows(hits[0], hits[1])))
    else:
        found = run(queries, candidates, TOP, False)[0][0]
    row = {"seconds": time.perf_counter() - start, "processor_seconds": time.process_time() - processor}
    np.save(folder / f"{system}.npy", found)
    return row | {"megabytes": _megabytes(), "megabytes_before": before}


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- systems: queries, candidates, k, whether both ways -> numbers and scores of each way -----------------------------


def _xstilts(queries: Vectors, candidates: Vectors, k: int, both: bool) -> list[Any]:
    from xstilts.search.exact import both_ways, top

    return list(both_ways(queries, candidates, k)) if both else [top(queries, candidates, k)]


def _faiss(queries: Vectors, candidates: Vectors, k: int, both: bool) -> list[Any]:
    """An index of all candidates; both ways: one after the other."""
    import faiss

    ways = [(queries, candidates), (candidates, queries)] if both else [(queries, candidates)]
    found = []
    for asking, asked in ways:
        index = faiss.IndexFlatIP(asked.shape[1])
        for start in range(0, len(asked), _ROWS_AT_ONCE):
            part = np.array(asked[start : start + _ROWS_AT_ONCE])
            faiss.normalize_L2(part)
            index.add(part)
        unit = np.array(asking)
        faiss.normalize_L2(unit)
        scores, numbers = index.search(unit, k)
        found.append((numbers.astype(np.int64), scores.astype(np.float64)))
        del index
    return found


def _torch(queries: Vectors, candidates: Vectors, k: int, both: bool) -> list[Any]:
    """All vectors normalised, products of some queries with all candidates, the best of each row."""
    import torch

    x, y = (torch.nn.functional.normalize(torch.from_numpy(np.array(side))) for side in (queries, candidates))
    found = []
    for asking, asked in [(x, y), (y, x)] if both else [(x, y)]:
        step = max(1, _CELLS_AT_ONCE // len(asked))
        best = [(asking[start : start + step] @ asked.T).topk(k) for start in range(0, len(asking), step)]
        scores, numbers = (torch.cat([part[place] for part in best]).numpy() for place in (0, 1))
        found.append((numbers, scores.astype(np.float64)))
    return found


SYSTEMS = {"xstilts": _xstilts, "faiss": _faiss, "torch": _torch}

if __name__ == "__main__":
    main()
