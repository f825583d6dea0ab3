"""What an export says of how its texts were encoded: read back as written, and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xstilts.encoding import EncodingOptions
from xstilts.errors import ModelError
from xstilts.models.encoded import Encoded
from xstilts.models.exported import told_encoding, told_task
from xstilts.models.folders import TASK_FILE
from xstilts.tasks import TASKS

SQUAD = EncodingOptions(384, 64, 20, "run_squad", 64, 10)
LAST = {"layer": -1, "pooling": "first", "similarity": "dot"}


def test_it_is_read_back_as_written():
    said = Encoded(SQUAD, ("th", "zh"), (LAST, {"layer": 2}))
    assert Encoded.from_json(json.loads(json.dumps(said.to_json())), Path("f"), "squad") == said
    assert "vectors" not in Encoded(SQUAD).to_json()


def test_languages_differ_in_whether_answers_are_tokens():
    zh = EncodingOptions(384, token_answers=True)
    encoded = Encoded.of({"de": EncodingOptions(384), "zh+de": zh})
    assert (encoded.options_in("zh"), encoded.options_in("zh+en")) == (zh, zh)
    assert encoded.options_in("de+zh") == encoded.options_in("") == EncodingOptions(384)


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"max_length": 0}, "max_length"), ({"max_length": "64"}, "max_length"), ({"max_length": True}, "max_length"),
     ({"stride": -1}, "stride"), ({"windows": [3]}, "windows"), ({"windows": "wide"}, "windows"),
     ({"lower": 1}, "lower"), ({"token_answers": True}, "token_answers"), ({"vectors": {}}, "vectors"),
     ({"vectors": ["mean"]}, "vectors")],
)  # fmt: skip
def test_what_cannot_be_is_named(changed: dict[str, Any], named: str):
    with pytest.raises(ModelError, match=rf"f: .*encodings\.squad\.{named}"):
        Encoded.from_json({**Encoded(SQUAD).to_json(), **changed}, Path("f"), "squad")
    with pytest.raises(ModelError, match=r"encodings\.squad"):
        Encoded.from_json([], Path("f"), "squad")


def told(folder: Path, **encodings: Encoded) -> Path:
    said = {"task": "own", "kind": "retrieval", "encodings": {name: one.to_json() for name, one in encodings.items()}}
    (folder / TASK_FILE).write_text(json.dumps(said), encoding="utf-8")
    return folder


def test_a_task_that_no_study_scored_is_encoded_as_the_exports_own_of_the_same_kind(tmp_path: Path):
    own, scored = Encoded(EncodingOptions(24), vectors=(LAST,)), Encoded(EncodingOptions(9))
    folder = told(tmp_path, own=own, tatoeba=scored)
    assert told_encoding(folder, TASKS.get("tatoeba")) == scored
    assert told_encoding(folder, TASKS.get("lareqa")) == own
    mined = told_encoding(folder, TASKS.get("bucc2018"))
    assert mined == Encoded(EncodingOptions(24), vectors=({"layer": -1, "pooling": "first"},))
    assert told_encoding(folder, TASKS.get("xnli")) is None
    task, files = told_task(folder) or (None, None)
    assert (task and task.name, files) == ("own", {})


def test_a_directory_that_says_nothing_tells_nothing(tmp_path: Path):
    assert told_encoding(tmp_path, TASKS.get("xnli")) is None
    (tmp_path / TASK_FILE).write_text('{"task": "xnli", "kind": "classification", "labels": ["a", "b"]}')
    assert told_encoding(tmp_path, TASKS.get("xnli")) is None
    (tmp_path / TASK_FILE).write_text('{"task": "xnli", "kind": "classification", "encodings": []}')
    with pytest.raises(ModelError, match="encodings"):
        told_encoding(tmp_path, TASKS.get("xnli"))
