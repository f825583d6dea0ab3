"""A model directory and a study's nodes give the same scores for the same data, to the last digit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import ModelError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.models.folders import ENCODINGS, TASK_FILE
from xstilts.planning.plan import Plan, make_plan
from xstilts.sources import Source
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model
from xstilts.using_models.loading import load_model
from xstilts.using_models.named_task import named_task
from xstilts.using_models.predicting import predict_file

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ["qaa", "qab"]
STUDY: dict[str, Any] = {
    "name": "short",
    "question": "Is a model directory scored as the study scored it?",
    "protocol": "lab",
    "bases": [
        {
            "name": "quick",
            "architecture": {
                "model_type": "xlm-roberta", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
                "intermediate_size": 16, "max_position_embeddings": 514, "type_vocab_size": 1, "initializer_range": 0.5,
            },
            "tokenizer": "lab",
            "pretrain": {"tasks": ["mlm"], "languages": LANGUAGES, "steps": 1, "limit": 20},
        }
    ],
    "arms": {
        "none": [],
        "dual": {
            "phases": [{"tasks": ["squad"], "view": "dual-encoder", "pooling": "first"}],
            "targets": ["tatoeba", "bucc2018"],
        },
    },
    "targets": [
        "xnli",
        "udpos",
        "xcopa",
        "xquad",
        {"task": "tatoeba", "layers": [1, 2], "pooling": ["first"], "choose_on": ["qab"], "similarities": ["csls"]},
        {"task": "bucc2018", "layers": [1], "pooling": ["first"], "similarities": ["distance"]},
    ],
    "languages": [*LANGUAGES, "qac"],
    "seeds": [1],
    "training": {"steps": 2, "batch_size": 8, "limit": 24, "learning_rate": 1e-4, "max_length": 9,
                 "tasks": {"squad": {"max_length": 24, "stride": 5}}},
}  # fmt: skip


Scores = dict[tuple[str, str, str], tuple[float, int, float | None]]
Finished = tuple[Plan, Store]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("short")
    plan, store = make_plan(validate(STUDY, "short")), Store(folder / "store")
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    return plan, store


def exported(done: Finished, target: str, arm: str, folder: Path) -> str:
    plan, store = done
    cell = next(cell for cell in plan.cells if (cell.target, cell.arm) == (target, arm))
    task = "squad~dual-encoder" if arm == "dual" else None
    return str(exports.export_node(store, cell.trained[-1], folder, task))


def by_the_study(done: Finished, target: str, arm: str) -> Scores:
    plan, store = done
    cell = next(cell for cell in plan.cells if (cell.target, cell.arm) == (target, arm))
    rows = json.loads((store.read(cell.score, "score") / "scores.json").read_text(encoding="utf-8"))
    return scores({**row, "language": row["language"].split(">")[0]} for row in rows)


def scores(rows: Any) -> Scores:
    return {(row["language"], row["setting"], row["metric"]): (row["value"], row["n"], row["chance"]) for row in rows}


def evaluated(model: str, target: str, known: Scores, **more: Any) -> Scores:
    languages = list(dict.fromkeys(language for language, _, _ in known))
    return scores(evaluate_model(model, target, DataChoice(languages, Source.parse("lab")), **more))


@pytest.mark.parametrize(
    ("target", "arm"),
    [("xnli", "none"), ("udpos", "none"), ("xcopa", "none"), ("xquad", "none"), ("tatoeba", "none"),
     ("bucc2018", "none"), ("tatoeba", "dual"), ("bucc2018", "dual")],
)  # fmt: skip
def test_an_export_has_the_scores_of_its_study(finished: Finished, tmp_path: Path, target: str, arm: str):
    model, known = exported(finished, target, arm, tmp_path / "model"), by_the_study(finished, target, arm)
    assert len(known) >= 2
    assert evaluated(model, target, known) == known
    file = tmp_path / "model" / TASK_FILE
    silent = {key: value for key, value in json.loads(file.read_text(encoding="utf-8")).items() if key != ENCODINGS}
    file.write_text(json.dumps(silent), encoding="utf-8")
    assert evaluated(model, target, known) != known  # so many tokens were not the study's


def rewritten(folder: Path, **entry: Any) -> None:
    """Let an export say something else of Tatoeba."""
    said = json.loads((folder / TASK_FILE).read_text(encoding="utf-8"))
    said[ENCODINGS]["tatoeba"] |= entry
    (folder / TASK_FILE).write_text(json.dumps(said), encoding="utf-8")


def test_of_a_search_one_setting_can_be_asked_for_and_predict_takes_the_only_one(finished: Finished, tmp_path: Path):
    model, known = exported(finished, "tatoeba", "dual", tmp_path / "model"), by_the_study(finished, "tatoeba", "dual")
    one = evaluated(model, "tatoeba", known, vectors={"layer": 2, "pooling": "first", "similarity": "csls"})
    assert one == {key: value for key, value in known.items() if key[1] == "layer=2;pooling=first;similarity=csls"}
    file = tmp_path / "mine.tsv"
    lines = [f"{role}{n}\t{role}\ttako vep {n * 'feb '}" for role in ("query", "candidate") for n in range(4)]
    file.write_text("\n".join(["id\trole\ttext", *lines, ""]), encoding="utf-8")

    def distances() -> list[Any]:
        return [row["scores"] for row in predict_file(model, "tatoeba", file)]

    several = distances()
    rewritten(tmp_path / "model", vectors=[])
    assert distances() == several  # several settings do not say which is best
    rewritten(tmp_path / "model", vectors=[{"layer": 1, "pooling": "first", "similarity": "dot"}])
    assert distances() != several


def test_more_tokens_than_the_model_takes_are_refused(finished: Finished, tmp_path: Path):
    model = exported(finished, "tatoeba", "dual", tmp_path / "model")
    task = named_task("tatoeba").task
    assert load_model(model, task).encoded.options.max_length == 9
    rewritten(tmp_path / "model", max_length=513)
    with pytest.raises(ModelError, match="513 tokens"):
        load_model(model, task)
