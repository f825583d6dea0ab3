"""The nodes that predict and score one target under noise, beside those of clean input."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.planning import cost
from xstilts.planning.noise_variants import languages_of, on_target, variants
from xstilts.store.node import Node
from xstilts.store.payloads import ExamplesPayload, NoisyPayload, NoisyPredictPayload, PredictPayload, Runtime
from xstilts.store.roles import CLEAN, PREDICTIONS, VOCABULARY, NoisyRole, PortionRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.chains.chain import Chain
    from xstilts.planning.noise_variants import Asked
    from xstilts.planning.planner import Planner
    from xstilts.planning.portions import Portion


def under_noise(chain: Chain, portions: Sequence[Portion], score: Node) -> Node | None:
    """The score node of a chain under the noises of its study, beside that of clean input; None without any.

    Args:
        chain: The chain.
        portions: What it is scored on, one portion a language.
        score: The score node of clean input, whose predictions are taken over where a noise changes nothing.

    Raises:
        StudyError: If the target can have none of the noises, or is read in translation.
    """
    asked = on_target(chain.target)
    if not asked:
        return None
    if chain.said.test == "translated":
        said = "reads translations, in which noise would come after the translator instead of before."
        hint = "Leave out noise, or this arm."
        raise StudyError(said, field=f"arms.{chain.arm}.test", value=chain.said.test, hint=hint)
    planner, clean = chain.planner, chain.planner.nodes[score.parents[PREDICTIONS]]
    corrupted = {}
    for portion in portions:
        node = _corrupted(planner, asked, portion, clean.parents[portion.role])
        if node is not None:
            corrupted[portion.language] = node
    if not corrupted:
        return None
    parents = {role: key for role, key in score.parents.items() if role != PREDICTIONS}
    parents |= {PREDICTIONS: _predicted(planner, clean, corrupted).key, CLEAN: clean.key}
    label = f"{score.label} under noise"
    return planner.add(replace(score, label=label, parents=parents, cost=cost.small()))


def _corrupted(planner: Planner, asked: Sequence[Asked], portion: Portion, clean: str) -> Node | None:
    """The node that makes all variants of one prepared portion, once for all chains; None for no variant."""
    task = portion.seen
    languages = languages_of(task, portion.language, planner.resolved.pivot)
    wanted = variants(asked, task.kind, languages)
    if not wanted:
        return None
    node, payload = (
        planner.nodes[clean],
        NoisyPayload(task=task.name, kind=task.kind, languages=languages, variants=wanted),
    )
    paths = {one.digest: one.path for one in asked if one.path}
    runtime = Runtime(tokenizer=node.places.tokenizer, dictionaries=paths)
    n = len(wanted) * portion.expected_examples(planner.resolved.source)
    price = cost.prepare(n, node.asked(ExamplesPayload).options.max_length)
    parents = {portion.role: clean} | {role: key for role, key in node.parents.items() if role == VOCABULARY}
    label = f"corrupt {task.name} {portion.language} {portion.split}"
    return planner.add(Node.of(payload, label, parents, price, runtime))


def _predicted(planner: Planner, clean: Node, corrupted: Mapping[str, Node]) -> Node:
    """The node that answers all variants of all languages: as the clean one, with the noisy examples beside."""
    said = clean.asked(PredictPayload)
    asked = NoisyPredictPayload(**{one.name: getattr(said, one.name) for one in fields(PredictPayload)})
    parents = {**clean.parents, CLEAN: clean.key}
    parents |= {str(NoisyRole(code)): node.key for code, node in corrupted.items()}
    own, variants_of = clean.cost, [len(node.asked(NoisyPayload).variants) for node in corrupted.values()]
    times = sum(variants_of) / max(1, len(PortionRole.among(clean.parents)))  # as if all languages had as many items
    disk = round(own.disk_bytes * times)
    price = replace(own, seconds=own.seconds * times, flops=own.flops * times, disk_bytes=disk)
    return planner.add(Node.of(asked, f"{clean.label} under noise", parents, price, clean.places))
