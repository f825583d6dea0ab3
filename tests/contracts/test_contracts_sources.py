"""Every registered task read from its own hub entry and from its own official files, in tiny invented copies.

The hub's endpoint must be set before its libraries are imported, so one fresh process loads all tasks from the server
on loopback; each test looks at one answer.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from tiny_copies import FILES, HUB
from tiny_rows import Classes, TinyFiles, TinyHub

from loopback_hub import LoopbackHub
from xstilts.sources import Source, languages, load, pictures
from xstilts.tasks import TASKS, Kind, Task
from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PARQUET_BRANCH = "refs/convert/parquet"

LOAD = """
import json, sys
from xstilts.sources import Source, load, resolve_revisions
from xstilts.tasks import TASKS

def answer(name, language, split):
    try:
        task = TASKS.get(name)
        loaded = load(task, language, split, resolve_revisions([task], Source("hub")))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"rows": loaded.dataset.to_list(), "read": loaded.read, "used": loaded.used,
            "rejected": dict(loaded.rejected)}

print(json.dumps([[name, split, answer(name, language, split)] for name, language, split in json.load(sys.stdin)]))
"""

SEEING = [task for task in TASKS if task.kind is Kind.VISUAL_CLASSIFICATION and task.name in FILES]
UNIONS = [task for task in TASKS if task.union]

every_task = pytest.mark.parametrize("task", list(TASKS), ids=TASKS.names())
every_union = pytest.mark.parametrize("task", UNIONS, ids=[task.name for task in UNIONS])


# --- tiny copies ------------------------------------------------------------------------------------------------------


def parquet(rows: list[dict[str, Any]], types: Mapping[str, str | Classes]) -> bytes:
    import datasets

    made = datasets.Dataset.from_list(rows)
    for column, given in types.items():
        feature = datasets.ClassLabel(names=list(given.names)) if isinstance(given, Classes) else datasets.Value(given)
        listed = isinstance(given, Classes) and given.listed
        made = made.cast_column(column, datasets.Sequence(feature) if listed else feature)
    buffer = io.BytesIO()
    made.to_parquet(buffer)
    return buffer.getvalue()


def published(hub: LoopbackHub, repo: str, copies: list[TinyHub]) -> None:
    """One repository with a config for each copy; those with a loading script have their rows on the Parquet branch."""
    scripted = copies[0].parquet_branch
    name = "{config}/{split}/0000.parquet" if scripted else "{config}/{split}-00000-of-00001.parquet"
    held: dict[str, dict[str, str]] = {}
    tables = {}
    for tiny in copies:
        for called, rows in tiny.splits.items():
            config, _, split = called.rpartition(":")
            path = name.format(config=config or tiny.config, split=split)
            held.setdefault(config or tiny.config, {})[split] = path
            tables[path] = parquet(rows, tiny.types)
    if scripted:
        hub.add("datasets", repo, {"README.md": "# a card\n", f"{repo.split('/')[1]}.py": "raise SystemExit\n"})
        hub.add("datasets", repo, tables, branch=PARQUET_BRANCH)
        return
    configs = [
        {"config_name": config, "data_files": [{"split": split, "path": path} for split, path in splits.items()]}
        for config, splits in held.items()
    ]
    card = {"README.md": f"---\n{json.dumps({'configs': configs})}\n---\n# a card\n"}
    hub.add("datasets", repo, card | tables, branch=copies[0].revision)


@pytest.fixture(scope="module")
def hub_answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    requests = [(name, tiny.language, split) for name, tiny in HUB.items() for split in tiny.wanted]
    requests += [(task.name, "en", split) for task in UNIONS for split in task.splits]
    with LoopbackHub() as hub:
        for repo in {tiny.repo for tiny in HUB.values()}:
            published(hub, repo, [tiny for tiny in HUB.values() if tiny.repo == repo])
        done = subprocess.run(
            [sys.executable, "-c", LOAD],
            env=hub.environment(tmp_path_factory.mktemp("tiny_hub")),
            input=json.dumps(requests),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return {(name, split): answer for name, split, answer in json.loads(done.stdout.splitlines()[-1])}


@pytest.fixture
def written(task: Task, tmp_path: Path) -> Iterator[Source]:
    for member in members(task):
        for path, text in FILES[member.name].files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        for number, path in enumerate(FILES[member.name].images):
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (6, 3), (20 + 20 * number,) * 3).save(target)
    yield Source("files", tmp_path)


# --- every task -------------------------------------------------------------------------------------------------------


@every_task
def test_a_task_has_a_tiny_copy_of_every_split_or_says_why_not(task: Task) -> None:
    assert set(HUB) | set(FILES) <= set(TASKS.names())
    assert set(HUB[task.name].wanted if task.name in HUB else ()) == set(task.hub.splits if task.hub else ())
    assert set(FILES[task.name].wanted if task.name in FILES else ()) == set(task.files)
    for member in members(task):
        assert member.name in HUB or task.no_source["hub"]
        assert member.name in FILES or task.no_source["files"]


def counts(task: Task, tiny: TinyHub | TinyFiles, split: str) -> tuple[int, int, dict[str, int]]:
    """What must have been read, used and left out."""
    wanted, rejected = tiny.wanted[split], dict(tiny.rejected.get(split, {}))
    used = sum(row["role"] == "query" for row in wanted) if task.kind is Kind.RETRIEVAL else len(wanted)
    return used + sum(rejected.values()), used, rejected


@pytest.mark.parametrize("name", HUB)
def test_the_hubs_copy_gives_the_columns_of_the_kind(
    hub_answers: Mapping[tuple[str, str], dict[str, Any]], name: str
) -> None:
    task, tiny = TASKS.get(name), HUB[name]
    for split, wanted in tiny.wanted.items():
        answer = hub_answers[name, split]
        assert "error" not in answer, answer["error"]
        assert answer["rows"] == wanted
        assert (answer["read"], answer["used"], answer["rejected"]) == counts(task, tiny, split)
        assert tiny.language in languages(task, Source("hub"), split)


@pytest.mark.parametrize("task", [TASKS.get(name) for name in FILES], ids=list(FILES))
def test_the_official_files_give_the_columns_of_the_kind(task: Task, written: Source) -> None:
    tiny = FILES[task.name]
    for split, wanted in tiny.wanted.items():
        loaded = load(task, tiny.language, split, written)
        assert loaded.dataset.to_list() == wanted
        assert (loaded.read, loaded.used, dict(loaded.rejected)) == counts(task, tiny, split)
        assert tiny.language in languages(task, written, split)
        if "{language}" in str(task.files[split].path):  # else one file holds them all
            assert languages(task, written, split) == (tiny.language,)


@pytest.mark.parametrize("task", SEEING, ids=[task.name for task in SEEING])
def test_every_image_that_the_official_files_name_lies_where_the_task_says(task: Task, written: Source) -> None:
    tiny = FILES[task.name]
    for split, wanted in tiny.wanted.items():
        names = pictures.named(task, (tiny.language,), split, written)
        assert set(names) == {name for row in wanted for name in row["images"]}
        place = pictures.place(task, (tiny.language,), split, written)
        greys = {one.name: round(int(one.pixels[0, 0, 0]) / 20) - 1 for one in pictures.shown(names, place, 4)}
        assert all(tiny.images[number].endswith(f"/{name}") for name, number in greys.items())
        assert list(greys) == names


def prefixed(task: Task, copies: Mapping[str, TinyHub] | Mapping[str, TinyFiles], split: str) -> list[dict[str, Any]]:
    """What a union must hold: its parts one after the other, ids with the part's name in front."""
    wanted = [(member.name, row) for member in members(task) for row in copies[member.name].wanted[split]]
    return [row | {"id": f"{name}/{row['id']}"} for name, row in wanted]


def left_out(task: Task, copies: Mapping[str, TinyHub] | Mapping[str, TinyFiles], split: str) -> dict[str, int]:
    counts = [(member.name, copies[member.name].rejected.get(split, {})) for member in members(task)]
    return {f"{name}: {reason}": count for name, reasons in counts for reason, count in reasons.items()}


@every_union
def test_a_union_on_the_hub_holds_all_its_parts(
    hub_answers: Mapping[tuple[str, str], dict[str, Any]], task: Task
) -> None:
    for split in task.splits:
        answer, rejected = hub_answers[task.name, split], left_out(task, HUB, split)
        assert "error" not in answer, answer["error"]
        assert answer["rows"] == prefixed(task, HUB, split)
        assert answer["rejected"] == rejected
        assert answer["used"] == len(answer["rows"]) == answer["read"] - sum(rejected.values())


@every_union
def test_a_union_of_files_holds_all_its_parts(task: Task, written: Source) -> None:
    for split in task.splits:
        loaded, rejected = load(task, "en", split, written), left_out(task, FILES, split)
        assert loaded.dataset.to_list() == prefixed(task, FILES, split)
        assert dict(loaded.rejected) == rejected
        assert loaded.used == len(loaded.dataset) == loaded.read - sum(rejected.values())
