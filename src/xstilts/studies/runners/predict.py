"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xstilts.studies.runners.baseline import by_ngrams
from xstilts.studies.runners.loading import (
    Prepared,
    head_labels,
    portions,
    prepared,
    report,
    tokenizer_of,
    write_json,
)
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from transformers import PreTrainedModel

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node

INDEX = "index.json"
"""Which file holds which language and setting."""

UPDATE = "update/"
"""Roles of the parents that hold the base with a language's update."""

Answer = Callable[[Prepared], "list[tuple[dict[str, Any], pa.Table]]"]
"""From one portion to its predictions, one table per setting."""


def run(node: Node, context: Context) -> None:
    """Write one Parquet file per language and setting, and the index of them."""
    from pyarrow import parquet

    tables = _PREDICTORS[node.payload.get("baseline")](node, context)
    index = []
    roles = node.payload.get("answer") or portions(node.parents)
    for done, role in enumerate(roles):
        part = prepared(context, role)
        report(context, done, len(roles), note=part.language)
        for setting, table in tables(part):
            name = "_".join([part.language, *(f"{key}-{value}" for key, value in sorted(setting.items()))])
            parquet.write_table(table, context.work / f"{name}.parquet")
            index.append(_entry(node, part, setting, f"{name}.parquet"))
    write_json(context.work / INDEX, index)


def _by_model(node: Node, context: Context) -> Answer:
    """Load the model; under several settings only for retrieval."""
    from xstilts import evaluation
    from xstilts.encoding import EncodingOptions, TokenizerFacts

    said = node.payload
    facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
    options = EncodingOptions(**said["options"])
    model = _model(node, context)
    labels = head_labels(model, said["kind"], said["labels"])

    def retrieved(part: Prepared) -> list[tuple[dict[str, Any], pa.Table]]:
        found = evaluation.retrieve(model, part.examples, part.features, facts, said["settings"])
        return list(zip(said["settings"], found, strict=True))

    def mined(part: Prepared) -> list[tuple[dict[str, Any], pa.Table]]:
        tuned_on = prepared(context, said["tuned_on"][part.language])
        searched = evaluation.Searched(part.examples, part.features)
        tuning = evaluation.Searched(tuned_on.examples, tuned_on.features)
        found = evaluation.mine_pairs(model, searched, tuning, facts, said["settings"])
        return list(zip(said["settings"], found, strict=True))

    def answered(part: Prepared) -> list[tuple[dict[str, Any], pa.Table]]:
        table = evaluation.predict(
            model, said["kind"], part.examples, part.features, facts, options, labels, rule=said.get("rule", "")
        )
        return [({}, table)]

    if "tuned_on" in said:
        return mined
    return retrieved if said["kind"] == Kind.RETRIEVAL else _exchanging(node, context, model, answered)


def _exchanging(node: Node, context: Context, model: PreTrainedModel, answer: Answer) -> Answer:
    """The same answers, each language's with its own update in place; for a model without updates the answer itself."""
    codes = [role.removeprefix(UPDATE) for role in node.parents if role.startswith(UPDATE)]
    if not codes:
        return answer
    from xstilts.models.exchange import Updates

    folders = {code: context.parent(UPDATE + code) / "encoder" for code in codes}
    updates = Updates(model.base_model, folders[node.payload["pivot"]], folders)

    def exchanged(part: Prepared) -> list[tuple[dict[str, Any], pa.Table]]:
        updates.put(part.language)
        return answer(part)

    return exchanged


def _model(node: Node, context: Context) -> PreTrainedModel:
    """The trained model with its head, or the bare encoder for retrieval."""
    from xstilts.models import bases
    from xstilts.models.checkpoint import load_checkpoint
    from xstilts.models.load import load_encoder

    said = node.payload
    if "model" not in node.parents:
        base = bases.resolve(node.runtime["base"]["name"])
        return load_encoder(base.location, node.runtime["base"]["revision"] or base.revision)[0]
    folder = context.parent("model")
    if said["kind"] == Kind.RETRIEVAL:
        return load_encoder(folder / "encoder")[0]
    return load_checkpoint(folder).model(said["head"])


def _entry(node: Node, part: Prepared, setting: dict[str, Any], file: str) -> dict[str, Any]:
    said = node.payload
    candidates = None
    language = part.language
    if said["kind"] == Kind.RETRIEVAL:
        candidates = sum(role == "candidate" for role in part.examples["role"])
        language = part.language if said.get("pooled") else f"{part.language}>{said['pivot']}"
    return {
        "file": file,
        "language": language,
        "setting": ";".join(f"{key}={value}" for key, value in sorted(setting.items())),
        "candidates": candidates,
        "rejected": sum(part.meta["rejected"].values()),
    }


_PREDICTORS: Mapping[str | None, Callable[[Node, Context], Answer]] = {None: _by_model, "char-ngrams.v1": by_ngrams}
"""The ``baseline`` of a node's payload, None for a model, to what answers."""
