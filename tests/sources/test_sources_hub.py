"""The hub source against a server on loopback.

The endpoint must be set before the Hub's libraries are imported, so one fresh process with an empty cache does all the
loads of this module; each test looks at one answer.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loopback_hub import LoopbackHub
from xstilts.errors import DataError, InputError
from xstilts.sources import Source, expected_size, fingerprint, languages, load, needs, origin
from xstilts.tasks import TASKS
from xstilts.tasks.base import FileSpec, HubSpec, Kind, Task, TextOrigin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LABELS = ("entailment", "neutral", "contradiction")
COLUMNS = {"text": "premise", "text_pair": "hypothesis"}
README = """---
configs:
- config_name: de
  data_files:
  - split: validation
    path: de/validation.jsonl
---
"""

LOAD = """
import json, sys
from xstilts.errors import DataError, InputError
from xstilts.sources import Source, load, resolve_revisions
from xstilts.tasks.base import HubSpec, Kind, Task

def answer(given):
    task = given["task"]
    hub = HubSpec(**given["hub"])
    task = Task(**(task | {"kind": Kind(task["kind"]), "labels": tuple(task["labels"]), "hub": hub}))
    source = Source("hub")
    try:
        if given["pin"]:
            source = resolve_revisions([task], source)
        loaded = load(task, given["language"], "dev", source, given["limit"])
    except DataError as error:
        return {"error": str(error)}
    return {"rows": loaded.dataset.to_list(), "read": loaded.read, "used": loaded.used,
            "rejected": dict(loaded.rejected), "revisions": dict(source.revisions)}

print(json.dumps({name: answer(given) for name, given in json.load(sys.stdin).items()}))
"""


def spec(**changes: Any) -> dict[str, Any]:
    hub = {"repo": "someone/nli", "config": "{language}", "splits": {"dev": "validation"}, "options": {}}
    return hub | changes


def request(place: Mapping[str, Any], language: str = "de", pin: bool = False, limit: int | None = None, **task: Any) -> Any:  # fmt: skip # noqa: E501
    given = {
        "name": "nli", "kind": "classification", "title": "", "languages": ["de", "sw"], "splits": {"dev": None},
        "metrics": ["accuracy"], "labels": LABELS,
    }  # fmt: skip
    return {"hub": place, "language": language, "pin": pin, "limit": limit, "task": given | task}


def parquet(rows: list[dict[str, Any]], classes: tuple[str, ...] = ()) -> bytes:
    import datasets

    made = datasets.Dataset.from_list(rows)
    if classes:
        made = made.cast_column("label", datasets.ClassLabel(names=list(classes)))
    buffer = io.BytesIO()
    made.to_parquet(buffer)
    return buffer.getvalue()


def nli(label: int, number: int) -> dict[str, Any]:
    return {"premise": f"premise {number}", "hypothesis": f"hypothesis {number}", "label": label}


@pytest.fixture(scope="module")
def hub() -> Any:
    lines = [nli(0, 0), nli(2, 1), nli(-1, 2)]
    choice = {"context": "c", "question": "q", "answer0": "a", "answer1": "b", "label": 1, "id": "x1"}
    with LoopbackHub() as server:
        jsonl = "".join(json.dumps(row) + "\n" for row in lines)
        server.add("datasets", "someone/nli", {"README.md": README, "de/validation.jsonl": jsonl})
        files = {"data/validation-00000-of-00001.parquet": parquet([nli(1, 0), nli(2, 1)], LABELS)}
        server.add("datasets", "someone/nli_parquet", files)
        server.add("datasets", "someone/choice", {"README.md": "# choice\n", "choice.py": "raise SystemExit"})
        branch = {"default/validation/0000.parquet": parquet([choice])}
        server.add("datasets", "someone/choice", branch, branch="refs/convert/parquet")
        server.add("datasets", "someone/broken", {"data/validation.jsonl": '{"premise": "a"\n'})
        yield server


@pytest.fixture(scope="module")
def answers(hub: LoopbackHub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    some = {"0": "entailment", "2": "contradiction"}
    with_columns = spec(options={"columns": COLUMNS})
    branch = spec(
        repo="someone/choice", config="default", parquet="{config}/{split}/*.parquet",
        options={"columns": {"choices": ["answer0", "answer1"]}},
    )  # fmt: skip
    choice = {"kind": "multiple_choice", "labels": (), "language": "en", "languages": ["en"]}
    requests = {
        "jsonl": request(spec(options={"columns": COLUMNS, "labels": some, "drop": {"label": [-1]}})),
        "parquet": request(with_columns | {"repo": "someone/nli_parquet", "config": None}, pin=True, limit=1),
        "label": request(spec(options={"columns": COLUMNS, "labels": {"0": "entailment"}})),
        "branch pinned": request(branch, pin=True, **choice),
        "branch": request(branch, **choice),
        "script": request(branch | {"parquet": None}, **choice),
        "no repository": request(spec(repo="someone/nothing")),
        "no repository to pin": request(spec(repo="someone/nothing"), pin=True),
        "no split": request(with_columns | {"splits": {"dev": "test"}}),
        "no config": request(with_columns, language="sw"),
        "no revision": request(with_columns | {"revision": "f" * 40}),
        "broken": request(with_columns | {"repo": "someone/broken", "config": None}),
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        env=hub.environment(tmp_path_factory.mktemp("hub")),
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_config_of_json_lines_with_label_map_and_dropped_label(answers: dict[str, Any]) -> None:
    answer = answers["jsonl"]
    assert answer["rows"] == [
        {"id": "nli-dev-0", "text": "premise 0", "text_pair": "hypothesis 0", "label": "entailment"},
        {"id": "nli-dev-1", "text": "premise 1", "text_pair": "hypothesis 1", "label": "contradiction"},
    ]
    assert (answer["read"], answer["used"], answer["rejected"]) == (3, 2, {"label = '-1'": 1})
    assert answer["revisions"] == {}


def test_class_numbers_become_names_and_the_commit_is_pinned(hub: LoopbackHub, answers: dict[str, Any]) -> None:
    answer = answers["parquet"]
    found = hub.find("datasets", "someone/nli_parquet", "main")
    assert found is not None
    assert answer["revisions"] == {"someone/nli_parquet": found[0]}
    assert (answer["read"], answer["used"], answer["rejected"]) == (2, 1, {"over the limit": 1})
    names = {"nli-dev-0": "neutral", "nli-dev-1": "contradiction"}
    assert answer["rows"][0]["label"] == names[answer["rows"][0]["id"]]
    asked = [line for line in hub.requests if "validation-00000" in line]
    assert asked
    assert all(found[0] in line for line in asked)


def test_label_outside_the_map_names_repository_and_row(answers: dict[str, Any]) -> None:
    assert "someone/nli:de:validation:1" in answers["label"]["error"]
    assert "Allowed: 0." in answers["label"]["error"]


def test_parquet_branch_stands_in_for_a_loading_script(hub: LoopbackHub, answers: dict[str, Any]) -> None:
    wanted = {"id": "x1", "context": "c", "question": "q", "choices": ["a", "b"], "label": 1}
    assert answers["branch pinned"]["rows"] == [wanted]
    found = hub.find("datasets", "someone/choice", "refs/convert/parquet")
    assert found is not None
    assert answers["branch pinned"]["revisions"] == {"someone/choice": found[0]}
    assert answers["branch"]["rows"] == [wanted]


def test_script_is_never_run(answers: dict[str, Any]) -> None:
    assert "needs a loading script, which is never run" in answers["script"]["error"]


@pytest.mark.parametrize("name", ["no repository", "no repository to pin"])
def test_missing_repository_is_said_in_plain_words(answers: dict[str, Any], name: str) -> None:
    assert answers[name]["error"].startswith("someone/nothing")
    assert "There is no such data set on the hub" in answers[name]["error"]


@pytest.mark.parametrize("name", ["no split", "no config"])
def test_missing_split_or_config_is_an_error(answers: dict[str, Any], name: str) -> None:
    assert "no such config, split or file" in answers[name]["error"]


def test_missing_revision_and_broken_file_are_errors(answers: dict[str, Any]) -> None:
    assert "f" * 40 in answers["no revision"]["error"]
    assert "cannot be read" in answers["broken"]["error"]


def task_on_hub(**changes: Any) -> Task:
    hub = HubSpec(**spec(**changes))
    return Task("nli", Kind.CLASSIFICATION, "", ("de", "zh"), {"dev": 7}, (), codes={"zh": "cmn"}, hub=hub)


def test_fingerprint_needs_no_network_and_marks_what_is_unpinned() -> None:
    unpinned = fingerprint(task_on_hub(), "zh", "dev", Source("hub"))
    assert unpinned["config"] == "cmn"
    assert unpinned["revision"] is None
    pinned = fingerprint(task_on_hub(), "zh", "dev", Source("hub", revisions={"someone/nli": "a" * 40}))
    assert pinned["revision"] == "a" * 40
    assert json.loads(json.dumps(pinned)) == pinned


def test_languages_are_those_of_the_copy() -> None:
    assert languages(task_on_hub(), Source("hub"), "dev") == ("de", "zh")
    assert languages(task_on_hub(languages=("de",)), Source("hub"), "dev") == ("de",)
    assert languages(task_on_hub(), Source("hub"), "test") == ()


# --- files beside the hub ---------------------------------------------------------------------------------------------

ROWS = "text\ttext_pair\tlabel\nAda rows.\tShe rows.\tentailment\nKai sings.\tHe sleeps.\tneutral\n"
TSV = {"path": "{language}.tsv", "format": "delimited", "origin": "machine_translated"}
MAP = {"nli": {"sw de": {"dev": TSV}}}


def german_on_the_hub() -> Task:
    """Dev in German is on the hub; Swahili, and train in both, are not."""
    spec = FileSpec("official/{language}.train.tsv", "delimited", {"header": True})
    on_hub = task_on_hub(languages=("de",))
    return replace(on_hub, labels=LABELS, languages=("de", "sw"), files={"train": spec})


def needed(task: Task, language: str, split: str, source: Source) -> list[Mapping[str, Any]]:
    return list(needs(fingerprint(task, language, split, source)))


def test_what_the_hub_has_is_never_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "de.tsv").write_text(ROWS, encoding="utf-8")
    task, source = german_on_the_hub(), Source("hub", tmp_path, MAP)
    assert fingerprint(task, "de", "dev", source) == fingerprint(task, "de", "dev", Source("hub"))
    assert fingerprint(task, "de", "dev", source)["source"] == "hub"
    assert expected_size(task, "de", "dev", source) == 7


def test_what_it_lacks_is_read_from_the_map(tmp_path: Path) -> None:
    (tmp_path / "sw.tsv").write_text(ROWS, encoding="utf-8")
    task, source = german_on_the_hub(), Source("hub", tmp_path, MAP)
    assert languages(task, source, "dev") == ("de", "sw")
    assert [row["label"] for row in load(task, "sw", "dev", source).dataset.to_list()] == ["entailment", "neutral"]
    assert fingerprint(task, "sw", "dev", source) == fingerprint(task, "sw", "dev", Source("files", tmp_path, MAP))
    assert expected_size(task, "sw", "dev", source) == expected_size(task, "sw", "dev", Source("files", tmp_path, MAP))
    assert origin(task, "sw", "dev", source) is TextOrigin.MACHINE_TRANSLATED
    assert origin(task, "de", "dev", source) is TextOrigin.NATIVE
    assert not needed(task, "sw", "dev", source)


def test_without_the_file_it_can_be_planned_but_not_read(tmp_path: Path) -> None:
    task = german_on_the_hub()
    for folder in (None, tmp_path):
        source = Source("hub", folder, MAP)
        wanted = {"task": "nli", "language": "sw", "split": "dev", "paths": ["sw.tsv"]}
        assert needed(task, "sw", "dev", source) == [wanted]
        assert expected_size(task, "sw", "dev", source) == 7  # as published for every language
        assert languages(task, source, "dev") == ("de", "sw")
        with pytest.raises(DataError, match=r"sw\.tsv"):
            load(task, "sw", "dev", source)


def test_a_split_that_the_copy_lacks_lies_where_it_does_officially(tmp_path: Path) -> None:
    task = german_on_the_hub()
    assert languages(task, Source("hub"), "train") == ("de",)
    assert needed(task, "de", "train", Source("hub"))[0]["paths"] == ["official/de.train.tsv"]
    assert expected_size(task, "de", "train", Source("hub")) == 10_000  # no size is published
    (tmp_path / "official").mkdir()
    (tmp_path / "official/sw.train.tsv").write_text(ROWS, encoding="utf-8")
    source = Source("hub", tmp_path)
    assert languages(task, source, "train") == ("sw", "de")
    assert load(task, "sw", "train", source).used == 2
    assert needed(task, "de", "train", source)


def test_what_nobody_names_is_refused() -> None:
    task = german_on_the_hub()
    for ask in (fingerprint, expected_size, load, origin):
        with pytest.raises(DataError, match=r"nli has no dev data in 'sw' on the hub\. Allowed: de\."):
            ask(task, "sw", "dev", Source("hub"))
        with pytest.raises(DataError, match="no split 'test' on the hub"):
            ask(task, "de", "test", Source("hub"))
    # English files are not German ones, though their path does not name the language
    with pytest.raises(DataError, match="mnli has no train data in 'de' on the hub"):
        fingerprint(TASKS.get("mnli"), "de", "train", Source("hub"))


def test_a_map_that_is_wrong_is_said_while_planning() -> None:
    source = Source("hub", None, {"nli": {"sw": {"dev": TSV | {"format": "delimitd"}}}})
    with pytest.raises(InputError, match=r"sw\.dev\.format.*Did you mean 'delimited'"):
        fingerprint(german_on_the_hub(), "sw", "dev", source)


def test_parts_of_unions_and_code_switched_items_are_needed_too() -> None:
    maps = {name: {"de": {"train": TSV | {"path": f"{name}.tsv"}}} for name in ("anli", "mnli", "snli")}
    found = needed(TASKS.get("anli_plus"), "de", "train", Source("hub", None, maps))
    assert [need["paths"] for need in found] == [["anli.tsv"], ["mnli.tsv"], ["snli.tsv"]]
    found = needed(TASKS.get("mnli"), "en+de", "train", Source("hub", None, maps))
    assert [(need["task"], need["language"]) for need in found] == [("mnli", "de")]
