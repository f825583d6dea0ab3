"""Run a study of full size on toy data and say what came out: a process of its own, with the hub in its environment.

python full_run.py STUDY DATA FOLDER LANGUAGES
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts import lab
from xstilts.studies import api
from xstilts.studies.store import Store

if TYPE_CHECKING:
    from xstilts.studies.spec import Study


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

    What contrasts average is cut with them, so these go.
    """
    targets = [target.task for target in study.targets]
    arms = {}
    for place, (name, arm) in enumerate(study.arms.items()):
        allowed = arm.targets or targets
        arms[name] = arm if name == "none" else arm.model_copy(update={"targets": [allowed[place % len(allowed)]]})
    return study.model_copy(update={"arms": arms, "contrasts": []})


def main(name: str, data: str, folder: Path, languages: str) -> None:
    """Print one JSON object: what was done, and which languages each chain has scores in."""
    sets = [
        "size=full", f"data={data}", f"bases=[{base(folder / 'base')}]", "precision=fp32", "seeds=[1]",
        f"languages={languages}", "training.steps=1", "training.batch_size=4",
    ]  # fmt: skip
    sets += ["arms.native.phases.0.steps=1"] if name == "mix" else []
    plan = api.plan_study(cut(api.load_study(name, sets)), resolve=True)
    store = Store(folder / "store")
    outcome = api.run_study(plan, store, folder / "out", executor="inline", keep="all", on_event=lambda event: None)
    found = {
        "nodes": len(plan.nodes),
        "done": len(outcome.done),
        "failed": {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()},
        "warnings": sorted({caution.code for caution in plan.cautions}),
        "scored": {f"{cell.arm} {cell.target}": languages_of(store, cell.score) for cell in plan.cells},
    }
    sys.stdout.write(json.dumps(found) + "\n")


def languages_of(store: Store, key: str) -> list[str]:
    """The languages that a score node has scores in; none where it did not finish."""
    path = store.folder(key, "score") / "scores.json"
    return sorted({row["language"] for row in json.loads(path.read_text(encoding="utf-8"))}) if path.is_file() else []


if __name__ == "__main__":
    os.fsync = lambda handle: None  # hundreds of small nodes would wait for the disk, and nobody kills this process
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
