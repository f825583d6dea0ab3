"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xstilts.runners.baseline import by_ngrams
from xstilts.runners.loading import Prepared, head_labels, prepared, report, tokenizer_of
from xstilts.runners.predictions import Writer
from xstilts.store.roles import MODEL, PortionRole, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from transformers import PreTrainedModel

    from xstilts.evaluation import Answers
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per setting, and the index of them."""
    parts = [prepared(context, role) for role in node.payload.get("answer") or PortionRole.among(node.parents)]
    with Writer(context.work) as writer:
        for answers in _PREDICTORS[node.payload.get("baseline")](node, context, parts):
            part = next(part for part in parts if part.language == answers.language)
            more = {"language": _table_language(node, part.language), "rejected": sum(part.meta["rejected"].values())}
            writer.add(part.language, answers, more)


def _table_language(node: Node, language: str) -> str:
    said = node.payload
    pair = said["kind"] == Kind.RETRIEVAL and not said.get("pooled")
    return f"{language}>{said['pivot']}" if pair else language


def _by_model(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """Predictions of the trained model, or, for retrieval, of its bare encoder."""
    return _predicted(node, context, parts, _model(node, context))


def _by_new_weights(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """Predictions of an encoder of the base's architecture that was never trained."""
    return _predicted(node, context, parts, _untrained(node, context))


def _predicted(node: Node, context: Context, parts: Sequence[Prepared], model: PreTrainedModel) -> Iterator[Answers]:
    """One language after the other, each with its own update in place where there are such."""
    from xstilts import evaluation
    from xstilts.encoding import TokenizerFacts

    said = node.payload
    facts = TokenizerFacts.of(tokenizer_of(context, node.runtime["tokenizer"]))
    put, places = _exchanging(node, context, model), {part.language: place for place, part in enumerate(parts)}
    ranks = said["kind"] == Kind.RETRIEVAL and "tuned_on" not in said  # all languages at once

    def read(language: str) -> evaluation.Part:
        if not ranks:
            report(context, places[language], len(parts), note=language)
        put(language)
        part, role = parts[places[language]].part, said.get("tuned_on", {}).get(language)
        return part._replace(tuned_on=prepared(context, role).part) if role else part

    search = evaluation.SearchOptions(
        said["settings"], said.get("variants", [{}]), said.get("shared_pool", False), said.get("held_out", ())
    )
    labels = head_labels(model, said["kind"], said["labels"])
    request = evaluation.Request(said["kind"], labels, said.get("rule", ""), search)
    told = evaluation.Resources(progress=partial(report, context) if ranks else None)
    return evaluation.answers(model, request, list(places), read, facts, told)


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
    from xstilts.models.load import load_encoder
    from xstilts.models.stored import load_stored

    said = node.payload
    if MODEL not in node.parents:
        base = bases.resolve(node.runtime["base"]["name"])
        return load_encoder(base.location, node.runtime["base"]["revision"] or base.revision)[0]
    folder = context.parent(MODEL)
    if said["kind"] == Kind.RETRIEVAL:
        return load_encoder(folder / "encoder")[0]
    return load_stored(folder).model(said["head"])


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

_PREDICTORS: Mapping[str | None, Callable[[Node, Context, Sequence[Prepared]], Iterator[Answers]]] = {
    None: _by_model,
    "char-ngrams.v1": by_ngrams,
    "untrained.v1": _by_new_weights,
}
"""The ``baseline`` of a node's payload, None for a model, to what answers."""
