"""``predict`` without a model: the character-n-gram baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.studies.runners.loading import Prepared, prepared

if TYPE_CHECKING:
    import pyarrow as pa

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node
    from xstilts.studies.runners.predict import Answer


def by_ngrams(node: Node, context: Context) -> Answer:
    """Learn from the node's training portions; answers one portion at a time, under no setting."""
    from xstilts.evaluation.baselines import learn

    said = node.payload
    training = [prepared(context, role).examples for role in said["learn"]]
    answer = learn(said["kind"], training, said["labels"])

    def tables(part: Prepared) -> list[tuple[dict[str, Any], pa.Table]]:
        return [({}, answer(part.examples))]

    return tables
