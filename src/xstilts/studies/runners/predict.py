"""``predict``: one model on one target, in every language, to per-example predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.studies.runners.loading import Prepared, portions, prepared, report, tokenizer_of, write_json
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from transformers import PreTrainedModel

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node

INDEX = "index.json"
"""Which file holds which language and setting."""


def run(node: Node, context: Context) -> None:
    """Write one Parquet file per language and setting, and the index of them."""
    from pyarrow import parquet

    from xstilts.encoding import EncodingOptions, TokenizerFacts

    said = node.payload
    facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
    options = EncodingOptions(**said["options"])
    model = _model(node, context)
    index = []
    roles = portions(node.parents)
    for done, role in enumerate(roles):
        part = prepared(context, role)
        report(context, done, len(roles), note=part.language)
        for setting, table in _tables(node, model, part, facts, options):
            name = "_".join([part.language, *(f"{key}-{value}" for key, value in sorted(setting.items()))])
            parquet.write_table(table, context.work / f"{name}.parquet")
            index.append(_entry(node, part, setting, f"{name}.parquet"))
    write_json(context.work / INDEX, index)


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


def _tables(
    node: Node,
    model: PreTrainedModel,
    part: Prepared,
    facts: Any,  # noqa: ANN401 - TokenizerFacts, imported lazily
    options: Any,  # noqa: ANN401 - EncodingOptions, imported lazily
) -> list[tuple[dict[str, Any], pa.Table]]:
    """Predictions on one language, one table per retrieval setting."""
    from xstilts import evaluation

    said = node.payload
    labels = tuple(said["labels"])
    if said["kind"] == Kind.RETRIEVAL:
        found = evaluation.retrieve(model, part.examples, part.features, facts, said["settings"])
        return list(zip(said["settings"], found, strict=True))
    table = evaluation.predict(model, said["kind"], part.examples, part.features, facts, options, labels)
    return [({}, table)]


def _entry(node: Node, part: Prepared, setting: dict[str, Any], file: str) -> dict[str, Any]:
    said = node.payload
    candidates = None
    language = part.language
    if said["kind"] == Kind.RETRIEVAL:
        candidates = sum(role == "candidate" for role in part.examples["role"])
        language = f"{part.language}>{said['pivot']}"
    return {
        "file": file,
        "language": language,
        "setting": ";".join(f"{key}={value}" for key, value in sorted(setting.items())),
        "candidates": candidates,
        "rejected": sum(part.meta["rejected"].values()),
    }
