"""What two searches share is counted in questions with their answers, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from xstilts.runners import overlap
from xstilts.statistics.shared_text import Held

if TYPE_CHECKING:
    from pathlib import Path


def part(folder: Path, kind: str, rows: list[dict[str, Any]]) -> overlap._Part:
    folder.mkdir()
    parquet.write_table(pa.Table.from_pylist(rows), folder / "examples.parquet")
    return overlap._Part("qaa", folder, kind, sum(row.get("role", "query") == "query" for row in rows))


def row(identity: str, role: str, text: str, *gold: str) -> dict[str, Any]:
    return {"id": identity, "role": role, "text": text, "gold": list(gold)}


def share(evaluated: overlap._Part, learned: overlap._Part) -> float:
    pieces = list(overlap._texts(evaluated))
    held = Held(pieces[0], evaluated.size)
    for piece in overlap._texts(learned):
        held.meet(piece.values)
    return held.share()


SEARCH = [
    row("q1", "query", "who came", "c1"), row("q2", "query", "who came", "c2"), row("q3", "query", "why", "c2"),
    row("c1", "candidate", "Ada came."), row("c2", "candidate", "Kai came, it rained."), row("c3", "candidate", "No."),
]  # fmt: skip


def test_an_equal_question_with_another_answer_is_nothing_shared(tmp_path: Path) -> None:
    same = part(tmp_path / "same", "retrieval", SEARCH)
    other = part(
        tmp_path / "other", "retrieval",
        [row("x", "query", "who came", "y1"), row("y1", "candidate", "Ben left."), row("y2", "candidate", "Ada came.")],
    )  # fmt: skip
    one = part(
        tmp_path / "one", "retrieval", [row("x1", "query", "Who came", "y1"), row("y1", "candidate", "Ada  came.")]
    )
    evaluated = part(tmp_path / "evaluated", "retrieval", SEARCH)
    assert share(evaluated, same) == 100
    assert share(evaluated, other) == 0
    assert round(share(evaluated, one), 1) == 33.3


def test_a_passage_with_its_question_is_the_same_item_for_spans_and_for_search(tmp_path: Path) -> None:
    spans = part(tmp_path / "spans", "span_qa", [{"id": "a", "context": "Ada came.", "question": "who came"}])
    evaluated = part(tmp_path / "evaluated", "retrieval", SEARCH)
    assert round(share(evaluated, spans), 1) == 33.3


def test_rows_of_a_search_belong_to_the_query_that_they_answer(tmp_path: Path) -> None:
    evaluated = part(tmp_path / "evaluated", "retrieval", SEARCH)
    assert overlap._items(evaluated).tolist() == [0, 1, 2, 0, 1, -1]
