"""``choose``: of the models of a sweep, the one that is best on one half of the pivot's dev set."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from xstilts.disk import write_sorted_json
from xstilts.runners.loading import head_labels, prepared, report, tokenizer_of
from xstilts.store.payloads import ChoosePayload
from xstilts.store.roles import SweptRole

if TYPE_CHECKING:
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

    asked = node.asked(ChoosePayload)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    part = prepared(context, asked.dev)
    roles = [str(role) for role in SweptRole.among(node.parents)]
    scores = []
    for done, role in enumerate(roles):
        report(context, done, len(roles))
        scores.append(_dev_score(context.parent(role), asked, part, facts))
    best = scores.index(max(scores))
    for name in ("encoder", "heads", "heads.json"):
        _link(context.parent(roles[best]) / name, context.work / name)
    said = {"metric": part.meta["metric"], "dev": asked.dev, "half": asked.half}
    kept = {"model": roles[best], "key": node.parents[roles[best]]}
    write_sorted_json(context.work / CHOICE, {**kept, **said, "scores": dict(zip(roles, scores, strict=True))})


def _dev_score(folder: Path, asked: ChoosePayload, part: Prepared, facts: TokenizerFacts) -> float:
    """The headline score on the choosing half, of the head or, without one, of a search; higher is better."""
    import pyarrow as pa

    from xstilts import evaluation
    from xstilts.evaluation import Request, SearchOptions
    from xstilts.evaluation.dev_halves import in_half
    from xstilts.models.stored import load_stored

    stored, scoring = load_stored(folder), part.scoring
    model = stored.encoder if asked.head is None else stored.model(asked.head)
    names, search = head_labels(model, scoring.kind, scoring.labels), SearchOptions([asked.searched or {}])
    table = evaluation.predict(model, Request(scoring.kind, names, scoring.rule, search), part.part, facts)
    kept = table.filter(pa.array(in_half(table.column("id").to_pylist(), asked.half)))
    return evaluation.headline(kept, scoring, part.language)


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
