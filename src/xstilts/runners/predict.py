"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.baseline import by_ngrams
from xstilts.runners.loading import Prepared, head_labels, prepared, report, tokenizer_of
from xstilts.runners.predictions import Answered, Writer
from xstilts.store.roles import MODEL, PortionRole, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per setting, and the index of them."""
    parts = [prepared(context, role) for role in node.payload.get("answer") or PortionRole.among(node.parents)]
    with Writer(context.work) as writer:
        for answered in _PREDICTORS[node.payload.get("baseline")](node, context, parts):
            part = next(part for part in parts if part.language == answered.language)
            more = {"language": _table_language(node, part.language), "rejected": sum(part.meta["rejected"].values())}
            writer.add(part.language, answered, more)


def _table_language(node: Node, language: str) -> str:
    said = node.payload
    pair = said["kind"] == Kind.RETRIEVAL and not said.get("pooled")
    return f"{language}>{said['pivot']}" if pair else language


def _by_model(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    """Predictions of the trained model, or, for retrieval, of its bare encoder."""
    return _predicted(node, context, parts, _model(node, context))


def _by_new_weights(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    """Predictions of an encoder of the base's architecture that was never trained."""
    return _predicted(node, context, parts, _untrained(node, context))


def _predicted(node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel) -> Iterator[Answered]:
    from xstilts.encoding import TokenizerFacts

    facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
    if "tuned_on" in node.payload:
        return _mined(node, context, parts, model, facts)
    if node.payload["kind"] == Kind.RETRIEVAL:
        return _retrieved(node, context, parts, model, facts)
    return _answered(node, context, parts, model, facts)


def _retrieved(
    node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    from xstilts import evaluation

    said = node.payload
    texts = {part.language: evaluation.Searched(part.examples, part.features) for part in parts}
    found = evaluation.retrieve_all(
        model, texts, facts, said["settings"], said.get("variants", [{}]), shared=said.get("shared_pool", False),
        held_out=said.get("held_out", ()), progress=lambda done, total: report(context, done, total),
    )  # fmt: skip
    for one in found:
        yield Answered(one.language, one.setting, one.table, one.candidates, one.index_recall)


def _mined(
    node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    from xstilts import evaluation

    settings = node.payload["settings"]
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        other = prepared(context, node.payload["tuned_on"][part.language])
        searched, tuned_on = (evaluation.Searched(own.examples, own.features) for own in (part, other))
        tables = evaluation.mine_pairs(model, searched, tuned_on, facts, settings)
        for setting, table in zip(settings, tables, strict=True):
            yield Answered(part.language, setting, table, _candidates(part))


def _answered(
    node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    """One language after the other, each with its own update in place where there are such."""
    from xstilts import evaluation
    from xstilts.encoding import EncodingOptions

    said = node.payload
    labels = head_labels(model, said["kind"], said["labels"])
    put = _exchanging(node, context, model)
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        put(part.language)
        options = EncodingOptions(**part.meta["options"])
        table = evaluation.predict(
            model, said["kind"], part.examples, part.features, facts, options, labels, rule=said.get("rule", "")
        )
        yield Answered(part.language, {}, table)


def _candidates(part: Prepared) -> int:
    return sum(role == "candidate" for role in part.examples["role"])


def _exchanging(node: Node, context: Context, model: PreTrainedModel) -> Callable[[str], None]:
    """What puts a language's own update in place; nothing, for a model without updates."""
    roles = UpdateRole.among(node.parents)
    if not roles:
        return lambda language: None
    from xstilts.models.exchange import Updates

    folders = {role.language: context.parent(str(role)) / "encoder" for role in roles}
    return Updates(model.base_model, folders[node.payload["pivot"]], folders).put


def _model(node: Node, context: Context) -> PreTrainedModel:
    """The trained model with its head, or the bare encoder for retrieval."""
    from xstilts.models import bases
    from xstilts.models.checkpoint import load_checkpoint
    from xstilts.models.load import load_encoder

    said = node.payload
    if MODEL not in node.parents:
        base = bases.resolve(node.runtime["base"]["name"])
        return load_encoder(base.location, node.runtime["base"]["revision"] or base.revision)[0]
    folder = context.parent(MODEL)
    if said["kind"] == Kind.RETRIEVAL:
        return load_encoder(folder / "encoder")[0]
    return load_checkpoint(folder).model(said["head"])


def _untrained(node: Node, context: Context) -> PreTrainedModel:
    from xstilts.models import bases
    from xstilts.models.load import new_encoder, untrained_encoder

    if "architecture" in node.payload:
        from xstilts.encoding import TokenizerFacts

        facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
        return new_encoder(node.payload["architecture"], facts, UNTRAINED_SEED)
    base = bases.resolve(node.runtime["base"]["name"])
    return untrained_encoder(base.location, node.runtime["base"]["revision"] or base.revision, UNTRAINED_SEED)


UNTRAINED_SEED = 0
"""The weights of the untrained baseline are drawn from it."""

_PREDICTORS: Mapping[str | None, Callable[[Node, Context, Sequence[Prepared]], Iterator[Answered]]] = {
    None: _by_model,
    "char-ngrams.v1": by_ngrams,
    "untrained.v1": _by_new_weights,
}
"""The ``baseline`` of a node's payload, None for a model, to what answers."""
