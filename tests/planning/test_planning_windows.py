"""Which rule of windows and answers each portion of a study has, what that does to keys, and what a run answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from arm_plans import plan_of, scored
from xstilts.execution import inline
from xstilts.execution.study_run import RUNNER
from xstilts.planning.plan import Plan
from xstilts.protocols import PROTOCOLS
from xstilts.store.payloads import PortionEncoding
from xstilts.store.store import Store

PLAIN = {"max_length": 384, "stride": 128, "max_answer_tokens": 30}
OFFICIAL = {"windows": "run_squad", "max_question_tokens": 64, "n_best": 20}
CONTEXT = "\u6e56\u7ed3\u51b0\u4e86\uff0cAda \u8d70\u8fc7\u53bb\u3002"


def _document(path: Path, context: str, answer: str) -> dict[str, str]:
    answers = [{"text": answer, "answer_start": context.index(answer)}]
    paragraph = {"context": context, "qas": [{"id": f"{path.stem}1", "question": "?", "answers": answers}]}
    document = {"version": "1.1", "data": [{"title": "t", "paragraphs": [paragraph]}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    return {"path": path.name, "format": "squad_json"}


def plan_over(folder: Path, protocol: str, **changes: object) -> Plan:
    """A study on files: SQuAD, MLQA in two languages, a task of the study's own, and NLI as an arm."""
    en = _document(folder / "en.json", "Ada crossed the lake.", "Ada")
    zh = _document(folder / "zh.json", CONTEXT, "Ada")
    (folder / "nli.tsv").write_text("text\ttext_pair\tlabel\na\tb\tneutral\n", encoding="utf-8")
    data_map = {
        "squad": {"en": {"train": en, "dev": en}},
        "mlqa": {"en": {"test": en}, "zh": {"test": zh}, "zh+en": {"test": zh}},
        "mnli": {"en": {"train": {"path": "nli.tsv", "format": "delimited"}}},
    }
    study: dict[str, Any] = {
        "source": "files", "data": str(folder), "data_map": data_map, "protocol": protocol,
        "targets": ["mlqa", "own"], "languages": ["en", "zh", "zh+en"], "bases": ["xlm-roberta-base"], "training": {},
        "tasks": {"own": {"kind": "span_qa", "files": {"en": {"train": en, "test": en}}}},
    }  # fmt: skip
    return plan_of({"nli": [{"tasks": ["mnli"]}]}, **{**study, **changes})


def options(plan: Plan) -> dict[str, dict[str, Any]]:
    """The options of each portion that is read, by task and language."""
    return {
        f"{node.payload['task']} {node.payload['language']}": node.payload["options"]
        for node in plan.nodes.values()
        if node.kind == "prepare" and node.payload["what"] == "examples"
    }


@pytest.mark.parametrize("protocol", ["xtreme", "phang2020"])
def test_a_benchmarks_own_tasks_are_read_as_it_reads_them(tmp_path: Path, protocol: str) -> None:
    plan = plan_over(tmp_path, protocol, languages=["en", "zh"])
    read = options(plan)
    for name in ("squad en", "mlqa en"):
        assert read[name] == {**PLAIN, **OFFICIAL, "token_answers": False}
    assert read["mlqa zh"] == {**PLAIN, **OFFICIAL, "token_answers": True}
    assert read["own en"] == {**PLAIN, "windows": "overlap"}
    nli = read["mnli en"]
    assert set(nli) == set(PLAIN)
    predict = [node for node in plan.nodes.values() if node.kind == "predict" and "baseline" not in node.payload]
    assert {tuple(sorted(node.payload["options"])) for node in predict} == {tuple(sorted(PLAIN))}


def test_the_language_of_a_pairs_context_decides(tmp_path: Path) -> None:
    by_pair = options(plan_over(tmp_path, "lab"))
    assert {name: read.get("windows") for name, read in by_pair.items() if name.startswith("mlqa")} == {
        "mlqa en": "overlap", "mlqa zh": "overlap", "mlqa zh+en": "overlap",
    }  # fmt: skip
    from xstilts.planning.data_nodes import PhaseEncoding, options_of
    from xstilts.planning.portions import Portion
    from xstilts.tasks import TASKS

    said = PhaseEncoding(PortionEncoding(**PLAIN), PROTOCOLS.get("xtreme").windows)
    for language, tokens in (("zh+en", True), ("en+zh", False)):
        portion = Portion(TASKS.get("mlqa"), language, "test", None)
        assert options_of(portion, said, "files").token_answers is tokens
    dual = Portion(TASKS.get("squad"), "en", "train", None, "dual-encoder")
    assert options_of(dual, said, "files").to_json() == PLAIN  # a view that is no question answering


def test_in_the_lab_question_answering_has_the_options_it_had() -> None:
    read = options(plan_of({}, targets=["xquad"], training={"max_length": 384}))
    assert read["squad qaa"] == read["xquad qab"] == PLAIN
    shorter = options(plan_of({}, targets=["xquad"], training={}))
    assert shorter["squad qaa"] == {**PLAIN, "max_length": 128, "stride": 128 // 3}  # what the lab's bases read


def test_which_benchmarks_read_as_run_squad_does_and_where_answers_are_tokens() -> None:
    rules = {
        name: {task: (rule.rule, rule.token_answers) for task, rule in PROTOCOLS.get(name).windows.items()}
        for name in PROTOCOLS.names()
    }
    plain, chinese = ("run_squad", ()), ("run_squad", ("zh",))
    xtreme = {"squad": plain, "xquad": plain, "tydiqa": plain, "mlqa": chinese}
    assert rules["xtreme"] == rules["xtreme-r"] == xtreme
    assert rules["phang2020"] == dict.fromkeys(("squad", "squad_v2", "xquad", "mlqa", "tydiqa"), chinese)
    assert all(not rules[name] for name in ("lab", "low-resource", "retrieval"))
    for name in ("xtreme", "xtreme-r", "phang2020"):
        assert all("run_squad.py, but" in PROTOCOLS.get(name).departures[task] for task in ("xquad", "mlqa", "tydiqa"))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny model on disk, with a piece for every character of the texts above."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import XLMRobertaConfig, XLMRobertaModel

    from xstilts.models.vocabulary import SPECIAL, wrap

    pieces = [*SPECIAL, "\u2581", *sorted(set("Ada crossed the lake.?" + CONTEXT) - {" "})]
    made = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=3))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    folder = tmp_path / "base"
    tokenizer = wrap(made)
    tokenizer.model_max_length = 128
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    XLMRobertaModel(XLMRobertaConfig(vocab_size=len(pieces), **size, pad_token_id=1)).save_pretrained(folder)
    return folder


def test_a_run_answers_each_language_by_its_own_options(tmp_path: Path, base: Path) -> None:
    training = {"steps": 1, "batch_size": 2, "max_length": 32}
    plan = plan_over(tmp_path, "xtreme", targets=["mlqa"], languages=["en", "zh"], training=training, bases=[str(base)])
    predict = plan.nodes[scored(plan, "none", "mlqa").parents["predictions"]]
    needed = [node for node in plan.nodes.values() if node.key in {predict.key, *predict.parents.values()}]
    needed += [plan.nodes[key] for node in needed if node.kind == "train" for key in node.parents.values()]
    store = Store(tmp_path / "store")
    outcome = inline.run(list({node.key: node for node in needed}.values()), store, RUNNER)
    assert not outcome.failed
    folder = store.folder(predict.key, "predict")
    said = {code: parquet.read_table(folder / f"{code}.parquet").to_pylist()[0]["prediction"] for code in ("en", "zh")}
    assert said["en"] in "Ada crossed the lake."
    assert said["zh"] in CONTEXT
    meta = json.loads((store.folder(predict.parents["test/mlqa/zh"], "prepare") / "meta.json").read_text("utf-8"))
    assert meta["unreachable_answers"] == 0
    assert meta["options"]["token_answers"] is True
