"""A whole study on the lab at toy size: run, found again, reported, exported, and stopped where it must be."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tiny_base import tiny_base
from xstilts.errors import InputError, ModelError
from xstilts.execution.events import NodeStarted
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import Plan, make_plan
from xstilts.reports.from_store import write_report
from xstilts.sources import Source
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model
from xstilts.using_models.predicting import predict_file

STUDY = {
    "name": "toy",
    "question": "Does it <run>?",
    "protocol": "lab",
    "bases": [tiny_base(languages=["qaa", "qab"], steps=2, limit=40)],
    "arms": {"none": [], "multi": [{"tasks": ["qqp", "squad"], "mix": {"cap": 30}}]},
    "targets": [
        {"task": "xnli", "limit": 12},
        {"task": "udpos", "limit": 6},
        {"task": "xquad", "limit": 6},
        {"task": "xcopa", "limit": 6},
        {"task": "tatoeba", "limit": 10, "layers": [1, -1], "pooling": ["mean", "first"], "choose_on": ["qba"]},
    ],
    "languages": ["qaa", "qab", "qba"],
    "seeds": [1, 2],
    "clusters": ["family"],
    "training": {"steps": 2, "batch_size": 8, "limit": 24, "learning_rate": 1e-3, "max_length": 128},
}


def run(plan: Plan, store: Store, out: Path):
    described = plan.to_json(store)
    outcome = run_study(plan, store, out, StudyOptions(executor="inline", keep="all"))
    write_report(plan, described, store, out, outcome, ["xstilts run toy"])
    return outcome


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Store, Path]:
    folder = tmp_path_factory.mktemp("toy")
    plan, store = make_plan(validate(STUDY, "toy")), Store(folder / "store")
    outcome = run(plan, store, folder / "out")
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    return plan, store, folder / "out"


def test_out_holds_every_file_of_the_design(finished: tuple[Plan, Store, Path]):
    _, _, out = finished
    for name in [
        "index.html",
        "claims.json",
        "manifest.json",
        *(f"tables/{t}.csv" for t in ("scores", "gains", "clusters")),
    ]:
        assert (out / name).stat().st_size > 0, name
    assert list((out / "figures").glob("*.svg"))
    assert "Does it &lt;run&gt;?" in (out / "index.html").read_text(encoding="utf-8")
    head = (out / "tables/scores.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "study,base,arm,target,seed,language,split,noise,severity,source,selection,setting,protocol,metric,value,n,node"
    )


def test_the_manifest_counts_what_every_data_set_gave(finished: tuple[Plan, Store, Path]):
    plan, _, out = finished
    data = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["data"]
    prepared = {key for key, node in plan.nodes.items() if node.payload.get("what") == "examples"}
    assert {row["node"] for row in data} == prepared
    for row in data:
        assert row["read"] == row["used"] + sum(row["rejected"].values())
        assert row["fingerprint"]["source"] == "lab"
    (target,) = (row for row in data if (row["task"], row["language"], row["split"]) == ("xnli", "qab", "test"))
    assert (target["limit"], target["used"]) == (12, 12)
    assert set(target["rejected"]) == {"over the limit"}


def test_every_chain_is_scored_in_every_language_and_setting(finished: tuple[Plan, Store, Path]):
    plan, store, _ = finished
    for cell in plan.cells:
        rows = json.loads((store.folder(cell.score, "score") / "scores.json").read_text(encoding="utf-8"))
        where = {(row["language"], row["setting"]) for row in rows}
        if cell.target == "tatoeba" and cell.arm == "baseline:char-ngrams":
            assert where == {("qab>qaa", ""), ("qba>qaa", "")}
        elif cell.target == "tatoeba":
            settings = {f"layer={layer};pooling={pooling}" for layer in (1, 2) for pooling in ("mean", "first")}
            assert where == {(f"{code}>qaa", setting) for code in ("qab", "qba") for setting in settings}
        else:
            assert {language for language, _ in where} >= {"qab", "qba"}
        assert all(0 <= row["value"] <= 100 for row in rows if row["metric"] in {"accuracy", "f1", "exact_match"})


def test_scores_and_gains_are_told_with_the_uncertainty_of_their_items(finished: tuple[Plan, Store, Path]):
    _, _, out = finished
    scores, items, gains, gain_items = (
        list(csv.DictReader((out / f"tables/{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("scores", "items", "gains", "gain_items")
    )
    named = ("base", "arm", "target", "seed", "language", "setting", "metric", "value")
    sure = {tuple(row[name] for name in named): row for row in items}
    wanted = [row for row in scores if row["target"] != "tatoeba" or "layer=" not in row["setting"]]
    swept = [row for row in scores if row not in wanted]  # of a sweep only the headline has items
    assert {tuple(row[name] for name in named) for row in wanted if row["target"] != "tatoeba"} <= set(sure)
    assert {row["metric"] for row in swept if tuple(row[name] for name in named) in sure} == {"accuracy"}
    for row in items:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    one_of_twelve = [row for row in items if (row["n"], row["how"]) == ("12", "wilson") and row["value"][:4] == "8.33"]
    assert one_of_twelve
    for row in one_of_twelve:
        assert [float(row["low"]), float(row["high"])] == pytest.approx([1.49, 35.39], abs=0.01)
    measured = {(row["arm"], row["target"], row["language"]) for row in gains if row["metric"] in ("accuracy", "f1")}
    assert measured <= {(row["arm"], row["target"], row["language"]) for row in gain_items}


def test_a_toy_that_learned_nothing_says_so_before_its_answer(finished: tuple[Plan, Store, Path]):
    _, _, out = finished
    page, paper = ((out / name).read_text(encoding="utf-8") for name in ("index.html", "paper.md"))
    said = "On xnli, nothing shows that a model from quick learned the task"
    assert page.index(said) < page.index('<div class="answer">')
    assert paper.index(said) < paper.index("We compare 1 intermediate arm")
    assert "the one answer that they give is “entailment”" in paper
    assert "No run collapsed" not in paper


def test_the_baseline_stands_beside_the_scores_and_in_no_gain(finished: tuple[Plan, Store, Path]):
    _, _, out = finished
    rows, gains, clusters = (
        list(csv.DictReader((out / f"tables/{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("scores", "gains", "clusters")
    )
    baseline = [row for row in rows if row["arm"] == "baseline:char-ngrams"]
    targets = {target["task"] for target in STUDY["targets"]}
    assert {row["target"] for row in baseline} == targets
    assert {(row["base"], row["seed"]) for row in baseline} == {("char-ngrams", "")}
    assert not any("char-ngrams" in (row["base"], row["arm"].removeprefix("baseline:")) for row in [*gains, *clusters])
    assert {row["target"] for row in gains} == targets
    page = (out / "index.html").read_text(encoding="utf-8")
    shown = page[page.index('<section id="scores">') : page.index('<section id="languages">')]
    (line,) = re.findall(r"<tr[^>]*><th[^>]*>char-ngrams.*?</tr>", shown, re.DOTALL)
    numbers = re.findall(r"<td[^>]*>([^<]*)", line)
    # pivot and zero-shot of five targets; tatoeba has no pivot
    assert [cell.strip() == "–" for cell in numbers] == [False] * 8 + [True, False]
    # new weights stand beside the search alone: the other targets have a head to train
    assert {row["target"] for row in rows if row["arm"] == "baseline:untrained"} == {"tatoeba"}
    assert not any(row["arm"] == "baseline:untrained" for row in [*gains, *clusters])


def test_vectors_are_chosen_on_the_held_out_language_and_reported_elsewhere(finished: tuple[Plan, Store, Path]):
    _, _, out = finished
    scores, chosen = (
        list(csv.DictReader((out / f"tables/{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("scores", "vectors")
    )
    own = [row for row in scores if row["target"] == "tatoeba" and row["metric"] == "accuracy"]
    assert {row["arm"] for row in chosen} == {"none", "multi", "baseline:untrained"}
    for choice in chosen:
        ours = [row for row in own if row["arm"] == choice["arm"]]
        means = {
            setting: [float(row["value"]) for row in ours if (row["setting"], row["language"]) == (setting, "qba>qaa")]
            for setting in {row["setting"] for row in ours if "frozen" not in row["setting"]}
        }
        best = max(sum(values) / len(values) for values in means.values())
        assert float(choice["score"]) == pytest.approx(best)
        assert sum(means[choice["setting"]]) / len(means[choice["setting"]]) == pytest.approx(best)
        frozen = {(row["seed"], row["language"]): row["value"] for row in ours if row["setting"] == "vectors=frozen"}
        assert {language for _, language in frozen} == {"qab>qaa"}
        assert frozen == {
            (row["seed"], row["language"]): row["value"]
            for row in ours
            if (row["setting"], row["language"]) == (choice["setting"], "qab>qaa")
        }


def test_a_second_run_finds_everything_and_writes_the_same_tables(finished: tuple[Plan, Store, Path], tmp_path: Path):
    plan, store, out = finished
    outcome = run(plan, store, tmp_path)
    assert not outcome.done
    assert len(outcome.cached) == len(plan.nodes)
    for name in ("scores", "gains", "clusters"):
        assert (tmp_path / f"tables/{name}.csv").read_bytes() == (out / f"tables/{name}.csv").read_bytes()


def test_weights_that_nothing_waits_for_go_before_the_run_ends(tmp_path: Path):
    small = {**STUDY, "targets": STUDY["targets"][:1], "seeds": [1]}
    left: list[int] = []

    def watch(event: object) -> None:
        if isinstance(event, NodeStarted) and event.node.kind == "analyse":
            left.append(len(list(store.root.glob("nodes/*/*/**/*.safetensors"))))

    plan, store = make_plan(validate(small, "toy")), Store(tmp_path / "store")
    options = StudyOptions(executor="inline", keep="scores")
    assert run_study(plan, store, tmp_path / "out", options, watch).complete
    assert left == [0]


def test_a_fresh_store_gives_the_same_digits(finished: tuple[Plan, Store, Path], tmp_path: Path):
    plan, _, out = finished
    run(plan, Store(tmp_path / "store"), tmp_path / "out")
    assert (tmp_path / "out/tables/scores.csv").read_bytes() == (out / "tables/scores.csv").read_bytes()


def trained(plan: Plan, target: str) -> str:
    return next(cell.trained[-1] for cell in plan.cells if cell.target == target and cell.arm == "none")


@pytest.mark.parametrize(
    ("target", "task"), [("xnli", "mnli"), ("udpos", "udpos"), ("xquad", "squad"), ("xcopa", "copa")]
)
def test_an_export_predicts_what_the_study_scored(
    finished: tuple[Plan, Store, Path], tmp_path: Path, target: str, task: str
):
    plan, store, _ = finished
    cell = next(cell for cell in plan.cells if cell.target == target and cell.arm == "none")
    folder = exports.export_node(store, cell.trained[-1][:12], tmp_path / "model")
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("---\n")
    rows = evaluate_model(str(folder), target, DataChoice(["qab"], Source.parse("lab")))
    assert {row["metric"] for row in rows} and all(row["language"] == "qab" for row in rows)
    with pytest.raises(InputError, match="Allowed: .*qab"):
        evaluate_model(str(folder), target, DataChoice(["de"], Source.parse("lab")))


def test_a_users_file_is_labelled(finished: tuple[Plan, Store, Path], tmp_path: Path):
    plan, store, _ = finished
    folder = exports.export_node(store, trained(plan, "xnli"), tmp_path / "model")
    file = tmp_path / "mine.tsv"
    file.write_text("tako feb sadur.\ttako vep feb sadur.\nnafi mivum.\tnafi.\n", encoding="utf-8")
    rows = list(predict_file(str(folder), "mnli", file))
    assert [row["prediction"] in {"entailment", "neutral", "contradiction"} for row in rows] == [True, True]
    with pytest.raises(ModelError, match="not trained on qqp"):
        list(predict_file(str(folder), "qqp", file))


def test_a_model_directory_without_tokenizer_is_refused(finished: tuple[Plan, Store, Path], tmp_path: Path):
    plan, store, _ = finished
    folder = exports.export_node(store, trained(plan, "xnli"), tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        evaluate_model(str(folder), "xnli", DataChoice([], Source.parse("lab")))


def test_only_models_can_be_exported(finished: tuple[Plan, Store, Path], tmp_path: Path):
    plan, store, _ = finished
    model = trained(plan, "xnli")
    cell = next(cell for cell in plan.cells if model in cell.trained)
    with pytest.raises(InputError, match=f"only pretrain, train, choose nodes hold a model.*is {model[:16]}"):
        exports.export_node(store, cell.score, tmp_path / "model")
    (tables,) = (key for key, node in plan.nodes.items() if node.kind == "analyse")
    with pytest.raises(InputError, match=r"hold a model.*`xstilts plan STUDY`"):
        exports.export_node(store, tables, tmp_path / "model")


def test_a_failing_phase_blocks_only_its_own_chains(finished: tuple[Plan, Store, Path], tmp_path: Path):
    """A learning rate beyond all reason makes one arm diverge; the other arm is scored and reported all the same."""
    arms = {"none": [], "broken": [{"tasks": ["qqp"], "learning_rate": 9e8, "steps": 6}]}
    plan = make_plan(validate({**STUDY, "arms": arms, "targets": STUDY["targets"][:1], "seeds": [1]}, "toy"))
    outcome = run(plan, Store(tmp_path / "store"), tmp_path / "out")
    failed = [plan.nodes[key].label for key in outcome.failed]
    assert failed == ["train qqp, seed 1"]
    (failure,) = outcome.failed.values()
    assert "step" in failure.message and "qqp" in failure.message
    assert {plan.nodes[key].kind for key in outcome.not_run} == {"train", "predict", "score", "analyse"}
    scores = (tmp_path / "out/tables/scores.csv").read_text(encoding="utf-8")
    assert ",none,xnli," in scores and ",broken," not in scores
    assert failure.message.split(":")[0] in (tmp_path / "out/index.html").read_text(encoding="utf-8")
