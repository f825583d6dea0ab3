"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.baseline import by_ngrams
from xstilts.runners.loading import Prepared, base_of, head_labels, prepared, report, tokenizer_of
from xstilts.runners.predictions import Answered, Writer
from xstilts.store.payloads import AnswersPayload, NgramPayload, PredictPayload
from xstilts.store.roles import MODEL, PortionRole, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per setting, and the index of them."""
    asked = node.asked(AnswersPayload)
    parts = [prepared(context, role) for role in asked.answer or PortionRole.among(node.parents)]
    with Writer(context.work) as writer:
        for answered in _answers(node, context, parts):
            part = next(part for part in parts if part.language == answered.language)
            more = {"language": _table_language(asked, part.language), "rejected": sum(part.meta["rejected"].values())}
            writer.add(part.language, answered, more)


def _table_language(asked: AnswersPayload, language: str) -> str:
    pair = asked.kind is Kind.RETRIEVAL and not asked.pooled
    return f"{language}>{asked.pivot}" if pair else language


def _answers(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    """What the spelling says, or the trained model, or for retrieval its bare encoder or one that was never trained."""
    spelled = node.asked(AnswersPayload)
    if isinstance(spelled, NgramPayload):
        return by_ngrams(spelled, context, parts)
    from xstilts.encoding import TokenizerFacts

    asked = node.asked(PredictPayload)
    model = _untrained(node, context) if asked.baseline else _model(node, context)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    if asked.tuned_on:
        return _mined(asked, context, parts, model, facts)
    if asked.kind is Kind.RETRIEVAL:
        return _retrieved(asked, context, parts, model, facts)
    return _answered(node, context, parts, model, facts)


def _retrieved(
    asked: PredictPayload, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    from xstilts import evaluation

    texts = {part.language: evaluation.Searched(part.examples, part.features) for part in parts}
    found = evaluation.retrieve_all(
        model, texts, facts, asked.settings, asked.variants, shared=asked.shared_pool, held_out=asked.held_out,
        progress=lambda done, total: report(context, done, total),
    )  # fmt: skip
    for one in found:
        yield Answered(one.language, one.setting, one.table, one.candidates, one.index_recall)


def _mined(
    asked: PredictPayload, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    from xstilts import evaluation

    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        other = prepared(context, asked.tuned_on[part.language])
        searched, tuned_on = (evaluation.Searched(own.examples, own.features) for own in (part, other))
        tables = evaluation.mine_pairs(model, searched, tuned_on, facts, asked.settings)
        for setting, table in zip(asked.settings, tables, strict=True):
            yield Answered(part.language, setting, table, _candidates(part))


def _answered(
    node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel, facts: TokenizerFacts
) -> Iterator[Answered]:
    """One language after the other, each with its own update in place where there are such."""
    from xstilts import evaluation
    from xstilts.encoding import EncodingOptions

    asked = node.asked(PredictPayload)
    labels = head_labels(model, asked.kind, asked.labels)
    put = _exchanging(node, context, model)
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        put(part.language)
        options = EncodingOptions(**part.meta["options"])
        table = evaluation.predict(
            model, asked.kind, part.examples, part.features, facts, options, labels, rule=asked.rule
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
    return Updates(model.base_model, folders[node.asked(AnswersPayload).pivot], folders).put


def _model(node: Node, context: Context) -> PreTrainedModel:
    """The trained model with its head, or the bare encoder for retrieval."""
    from xstilts.models.checkpoint import load_checkpoint
    from xstilts.models.load import load_encoder

    asked = node.asked(PredictPayload)
    if MODEL not in node.parents:
        return load_encoder(*base_of(node))[0]
    folder = context.parent(MODEL)
    if asked.kind is Kind.RETRIEVAL or asked.head is None:
        return load_encoder(folder / "encoder")[0]
    return load_checkpoint(folder).model(asked.head)


def _untrained(node: Node, context: Context) -> PreTrainedModel:
    from xstilts.models.load import new_encoder, untrained_encoder

    architecture = node.asked(PredictPayload).architecture
    if architecture is not None:
        from xstilts.encoding import TokenizerFacts

        facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
        return new_encoder(architecture, facts, UNTRAINED_SEED)
    return untrained_encoder(*base_of(node), UNTRAINED_SEED)


UNTRAINED_SEED = 0
"""The weights of the untrained baseline are drawn from it."""
