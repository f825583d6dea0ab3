"""Run a study of full size on toy data and say what came out: a process of its own, with the hub in its environment.

python full_run.py STUDY DATA FOLDER LANGUAGES
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import lab
from xstilts.execution.study_run import StudyOptions, analysis_node, run_study
from xstilts.planning.plan import plan_study
from xstilts.statistics import analysis_files
from xstilts.store.store import Store
from xstilts.studies.load import load_study

if TYPE_CHECKING:
    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node
    from xstilts.studies.spec import Study

LAYERS = [0, 2]
"""What the encoder below has, in place of the layers of a large one."""
OWN_STEPS = {"mix": ("native.phases.0",), "retrieval": ("span_mixed.0", "dual_mixed.0")}
"""Phases whose number of steps the study writes itself."""


def base(folder: Path) -> Path:
    """An encoder of two layers with random weights, long enough for the protocols' lengths."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    shutil.copytree(lab.tokenizer_folder(), folder)
    said = folder / "tokenizer_config.json"
    longer = json.loads(said.read_text(encoding="utf-8")) | {"model_max_length": 512}
    said.write_text(json.dumps(longer), encoding="utf-8")
    pieces = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    XLMRobertaModel(config).save_pretrained(folder)
    return folder


def cut(study: Study) -> Study:
    """One target for each arm but ``none``, in turn: every phase of every arm is trained, and every target scored.

    What contrasts average is cut with them, so these go; and layers are those of the encoder.
    """
    targets = [target.task for target in study.targets]
    layered = [
        target if target.layers is None else target.model_copy(update={"layers": LAYERS}) for target in study.targets
    ]
    arms = {}
    for place, (name, arm) in enumerate(study.arms.items()):
        allowed = arm.targets or targets
        arms[name] = arm if name == "none" else arm.model_copy(update={"targets": [allowed[place % len(allowed)]]})
    return study.model_copy(update={"arms": arms, "targets": layered, "contrasts": []})


def main(name: str, data: str, folder: Path, languages: str) -> None:
    """Print one JSON object: what was done, and which languages and settings each chain has scores in."""
    sets = [
        "size=full", f"data={data}", f"bases=[{base(folder / 'base')}]", "precision=fp32", "seeds=[1]",
        f"languages={languages}", "training.steps=1", "training.batch_size=4", "training.warmup=0",
    ]  # fmt: skip
    sets += [f"arms.{phase}.steps=1" for phase in OWN_STEPS.get(name, ())]
    plan = plan_study(cut(load_study(name, sets)), resolve=True)
    store = Store(folder / "store")
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    found = {
        "nodes": len(plan.nodes),
        "done": len(outcome.done),
        "failed": {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()},
        "warnings": sorted({caution.code for caution in plan.cautions}),
        "scored": {f"{cell.arm} {cell.target}": languages_of(store, cell.score) for cell in plan.cells},
        "settings": settings(plan, store),
        "phases": [phase(store, node) for node in plan.nodes.values() if node.kind == "train"],
    }
    sys.stdout.write(json.dumps(found) + "\n")


def languages_of(store: Store, key: str) -> list[str]:
    """The languages that a score node has scores in; none where it did not finish."""
    path = store.folder(key, "score") / "scores.json"
    return sorted({row["language"] for row in json.loads(path.read_text(encoding="utf-8"))}) if path.is_file() else []


def settings(plan: Plan, store: Store) -> dict[str, dict[str, list[str]]]:
    """Arm and target to the settings of their rows in the table of scores, each with its languages."""
    node = analysis_node(plan, store)
    found: dict[str, dict[str, set[str]]] = {}
    for row in analysis_files.load(store.folder(node.key, node.kind))["scores"] if node else ():
        cell = found.setdefault(f"{row['arm']} {row['target']}", {})
        cell.setdefault(row["setting"], set()).add(row["language"])
    return {cell: {name: sorted(spoken) for name, spoken in named.items()} for cell, named in found.items()}


def phase(store: Store, node: Node) -> dict[str, Any]:
    """What a phase was to train, the tasks it left heads for, and what it told of its steps; nothing if it failed."""
    left = store.folder(node.key, node.kind)
    told = {
        name: json.loads((left / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("heads", "history")
        if (left / f"{name}.json").is_file()
    }
    return {
        "tasks": node.payload["phase"]["tasks"], "heads": sorted(told.get("heads", ())),
        "steps": told.get("history", {}).get("history", []),
    }  # fmt: skip


if __name__ == "__main__":
    os.fsync = lambda handle: None  # hundreds of small nodes would wait for the disk, and nobody kills this process
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
