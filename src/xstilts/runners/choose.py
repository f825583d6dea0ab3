"""``choose``: of the models of a sweep, the one that is best on one half of the pivot's dev set."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from xstilts.runners.loading import head_labels, prepared, report, tokenizer_of, write_json
from xstilts.store.roles import SweptRole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xstilts.encoding import TokenizerFacts
    from xstilts.runners.context import Context
    from xstilts.runners.loading import Prepared
    from xstilts.store.node import Node

CHOICE = "choice.json"
"""Which model was kept, and the scores of all."""


def run(node: Node, context: Context) -> None:
    """Write the best model's files, and ``choice.json`` with every model's score; ties go to the earlier model."""
    from xstilts.encoding import TokenizerFacts

    facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
    part = prepared(context, node.payload["dev"])
    roles = [str(role) for role in SweptRole.among(node.parents)]
    scores = []
    for done, role in enumerate(roles):
        report(context, done, len(roles))
        scores.append(_dev_score(context.parent(role), node.payload, part, facts))
    best = scores.index(max(scores))
    for name in ("encoder", "heads", "heads.json"):
        _link(context.parent(roles[best]) / name, context.work / name)
    said = {"metric": part.meta["metric"], "dev": node.payload["dev"], "half": node.payload["half"]}
    kept = {"model": roles[best], "key": node.parents[roles[best]]}
    write_json(context.work / CHOICE, {**kept, **said, "scores": dict(zip(roles, scores, strict=True))})


def _dev_score(folder: Path, said: Mapping[str, Any], part: Prepared, facts: TokenizerFacts) -> float:
    """The headline score on the choosing half, of the head or, without one, of a search; higher is better."""
    import pyarrow as pa

    from xstilts import evaluation
    from xstilts.encoding import EncodingOptions
    from xstilts.evaluation.halves import in_half
    from xstilts.models.checkpoint import load_checkpoint

    checkpoint, meta, rule = load_checkpoint(folder), part.meta, part.meta.get("rule", "")
    if said["head"] is None:
        table = evaluation.retrieve(checkpoint.encoder, part.examples, part.features, facts, [said["searched"]])[0]
    else:
        model = checkpoint.model(said["head"])
        names, options = head_labels(model, meta["kind"], meta["labels"]), EncodingOptions(**meta["options"])
        table = evaluation.predict(model, meta["kind"], part.examples, part.features, facts, options, names, rule=rule)
    kept = table.filter(pa.array(in_half(table.column("id").to_pylist(), said["half"])))
    return evaluation.headline(meta["kind"], kept, meta["metric"], tuple(meta["labels"]), rule, part.language)


def _link(source: Path, to: Path) -> None:
    """The same files under a second name, without a second copy where the disk allows it."""
    if source.is_dir():
        to.mkdir()
        for path in sorted(source.iterdir()):
            _link(path, to / path.name)
        return
    try:
        os.link(source, to)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, to)
