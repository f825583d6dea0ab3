"""From a study's stored predictions to the files of a leaderboard submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import InputError
from xstilts.official.submission import file_of, gold_text, predictions_text
from xstilts.protocols import PROTOCOLS
from xstilts.statistics.tables.aggregates import plain_language
from xstilts.using_models.predicted import cells_of, predictions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.store.store import Store
    from xstilts.using_models.predicted import ChainName, Predicted


class Written(NamedTuple):
    """What a submission became.

    Attributes:
        files: The files of predictions, in order.
        missing: What the protocol asks for and the study has not, as ``panx`` or ``xnli sw``.
    """

    files: list[Path]
    missing: list[str]


def write(plan: Plan, store: Store, chain: ChainName, out: Path, gold: Path | None = None) -> Written:
    """Write the predictions of one chain as ``TASK/test-LANGUAGE.EXTENSION``.

    Args:
        plan: The study's plan.
        store: Where its predictions lie.
        chain: Whose predictions.
        out: Folder of the submission; files of the same names are replaced.
        gold: Folder for what is right in the same layout; None: not written.

    Raises:
        InputError: If the study has no such chain, follows several protocols, or was not scored on test data.
        StoreError: If the store lacks predictions.
    """
    cells = cells_of(plan, chain)
    _check(cells)
    files, done = [], set()
    for found in predictions_of(plan, store, cells):
        language = plain_language(found.language)
        if "+" in language:  # context and question in two languages: no leaderboard has these
            continue
        files.append(_write(plan, found, out, gold))
        done.add((found.target, language))
    return Written(files, list(_missing(cells[0].protocol, done)))


def _check(cells: Sequence[Cell]) -> None:
    protocols = sorted({cell.protocol for cell in cells})
    if len(protocols) > 1:
        raise InputError("The targets follow several protocols; a submission has one.", field="STUDY", value=protocols)
    other = [cell for cell in cells if cell.split != "test"]
    if other:
        raise InputError(f"{other[0].target} was predicted on {other[0].split!r}, not on test.", field="STUDY")


def _write(plan: Plan, found: Predicted, out: Path, gold: Path | None) -> Path:
    task = plan.resolved.task(found.target, "targets")
    name = file_of(task, found.language)
    _put(out / name, predictions_text(task, found.rows, found.examples))
    if gold is not None:
        _put(gold / name, gold_text(task, found.rows, found.examples))
    return out / name


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _missing(name: str, done: set[tuple[str, str]]) -> Iterator[str]:
    protocol = PROTOCOLS.get(name)
    benchmark = protocol.benchmark()
    targets = {target for target, _ in done}
    for task in benchmark.tasks if benchmark else ():
        if task not in targets:
            yield task
            continue
        for code in protocol.languages[task]:
            if (task, plain_language(code)) not in done:
                yield f"{task} {code}"
