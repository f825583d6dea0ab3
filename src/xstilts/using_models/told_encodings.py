"""How the texts of an exported model were encoded, as the nodes that trained it and predicted with it say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.store import recorded
from xstilts.store.payloads import AnswersPayload, ExamplesPayload, PredictPayload, TrainPayload, payload_of
from xstilts.store.roles import PortionRole
from xstilts.tasks.base import Kind
from xstilts.training.contrast import searched_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.models.encoded import Encoded
    from xstilts.store.store import Entry, Store


def encodings_of(store: Store, entry: Entry, training: Mapping[str, Any]) -> dict[str, Any]:
    """How texts were encoded, by task: those that were trained, and over them those that studies scored the model on.

    Args:
        store: The store that holds the node.
        entry: The node of the model.
        training: The node of the phase that trained it, with ``kind``, ``payload`` and ``parents``.

    Returns:
        Task to :meth:`Encoded.to_json <xstilts.models.encoded.Encoded.to_json>`. What is no longer in the store is
        left out.
    """
    contrast = payload_of(training["kind"], training["payload"], TrainPayload).phase.contrast
    trained = [] if contrast is None else [searched_as(contrast.pooling, contrast.similarity)]
    found: dict[str, Encoded] = {}
    for key in recorded.readers(store, entry.key, "predict"):
        if store.has(key, "predict"):
            node = store.provenance(key, "predict")["node"]
            asked = payload_of("predict", node["payload"], AnswersPayload)
            settings = asked.settings if isinstance(asked, PredictPayload) else ()
            found = dict(_encoded(store, node, None, settings)) | found
    found = dict(_encoded(store, training, "train", trained)) | found
    return {name: found[name].to_json() for name in sorted(found)}


def _encoded(
    store: Store, node: Mapping[str, Any], split: str | None, settings: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Encoded]]:
    """How the prepared portions of a node, of one split where one is said, were encoded, by task."""
    from xstilts.encoding.base import EncodingOptions
    from xstilts.models.encoded import Encoded

    by_task: dict[str, dict[str, EncodingOptions]] = {}
    searched: set[str] = set()
    for role in PortionRole.among(node["parents"], split):
        key = node["parents"][str(role)]
        if store.has(key, "prepare"):
            said = store.provenance(key, "prepare")["node"]["payload"]
            asked = payload_of("prepare", said, ExamplesPayload)
            by_task.setdefault(role.task, {})[role.language] = EncodingOptions(**asked.options.to_json())
            if asked.kind is Kind.RETRIEVAL:
                searched.add(role.task)
    for task, by_language in by_task.items():
        yield task, Encoded.of(by_language, settings if task in searched else ())
