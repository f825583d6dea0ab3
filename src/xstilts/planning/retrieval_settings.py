"""How a study compares texts in retrieval: which vectors, which directions and pools, and by which it is judged.

A target of mined pairs also needs another split, on which the threshold of its pairs is found.
"""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.pools import HELD_OUT
from xstilts.languages import spoken
from xstilts.planning.portions import Portion
from xstilts.statistics.setting_text import written as written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.resolved import ResolvedTarget
    from xstilts.sources import Source
    from xstilts.studies.target_spec import Target
    from xstilts.tasks.base import Task

Settings = dict[str, int | str]
"""One way to make and compare vectors; tables and ``evaluation.retrieve`` know its keys."""

TUNING_SPLIT = "dev"
"""The split on which the threshold of mined pairs is found."""
POOLS = ("multilingual", "cross", "mono")
"""What a target with candidates in many languages is searched in unless the study says otherwise; the first counts."""


def vector_settings(target: ResolvedTarget, depth: int | None) -> list[Settings]:
    """Every layer, pooling, space and similarity of a target, in a fixed order.

    Args:
        target: The target; what its study does not say, its protocol does.
        depth: Number of the encoder's layers; None where it is not known yet.

    Returns:
        Mappings with ``layer`` and ``pooling``; ``layers``, ``space`` and ``similarity`` only where they are not 1, raw
        and the usual one (cosine; ratio where pairs are mined).

    Raises:
        StudyError: If a mean takes more layers than lie below any layer named, or there are several settings and no
            languages to choose by.
    """
    said, usual = target.said, usual_similarity(target.task)
    layers = _from_below(_layers(target, depth), depth, target.where)
    pooling, compared = poolings_of(target), similarities_of(target)
    found = []
    for space, similarity, width, pool, layer in product(said.spaces, compared, said.average_layers, pooling, layers):
        setting: Settings = {"layer": layer, "pooling": pool}
        setting |= {"layers": width} if width != 1 else {}
        setting |= {"space": space} if space != "raw" else {}
        setting |= {"similarity": similarity} if similarity != usual else {}
        if _reaches(layer, width, depth):
            found.append(setting)
    if len(found) > 1 and not said.choose_on:
        message = f"names {len(found)} sorts of vectors, and not which of them counts."
        hint = "Say choose_on: [CODE, …], held-out languages by which they are chosen, or name one of each."
        raise StudyError(message, field=target.where, value=target.name, hint=hint)
    if not found:
        raise StudyError(
            "takes the mean of more layers than lie below any of the layers named.",
            field=f"{target.where}.average_layers",
            value=list(said.average_layers),
            hint="Name higher layers, or a smaller number.",
        )
    return found


def poolings_of(target: ResolvedTarget) -> Sequence[str]:
    """The poolings under which a target is searched."""
    return target.said.pooling or [target.protocol.vectors_of(target.task.name).pooling]


def similarities_of(target: ResolvedTarget) -> Sequence[str]:
    """The similarities under which a target is searched."""
    rule = target.protocol.vectors_of(target.task.name)
    return target.said.similarities or [rule.similarity or usual_similarity(target.task)]


def _from_below(layers: Sequence[int], depth: int | None, where: str) -> Sequence[int]:
    """Layers counted from the embeddings, each once, as far as the depth is known.

    Raises:
        StudyError: If the encoder does not have one.
    """
    if depth is None:
        return layers
    for layer in layers:
        if not -depth - 1 <= layer <= depth:
            hint = f"Negative numbers count from the last: -1 is layer {depth}."
            said = f"The encoder has {depth} layers."
            raise StudyError(said, field=f"{where}.layers", value=layer, allowed=[f"0 to {depth}"], hint=hint)
    # There are depth + 1 layers, the embeddings among them: -1 and depth are one layer, and have one key.
    return list(dict.fromkeys(layer % (depth + 1) for layer in layers))


def _reaches(layer: int, width: int, depth: int | None) -> bool:
    """Whether there are ``width`` layers from ``layer`` down to the embeddings, as far as is known."""
    if layer < 0:
        return depth is None or depth + layer + 2 >= width
    return layer + 1 >= width


def usual_similarity(task: Task) -> str:
    """How vectors of a task are compared where nobody says otherwise; tables do not write it."""
    return "ratio" if task.rule == MINING_RULE else "cosine"


def _layers(target: ResolvedTarget, depth: int | None) -> Sequence[int]:
    layers = target.said.layers
    if layers is None:
        return [target.protocol.retrieval_layer(depth, target.task.name)]
    if layers != "all":
        return layers
    if depth is None:
        said, hint = "The number of the encoder's layers is not known yet.", "Name them: layers: [0, 4, 8, 12]."
        raise StudyError(said, field=f"{target.where}.layers", hint=hint)
    return range(depth + 1)


def variants_of(target: ResolvedTarget) -> list[dict[str, str]]:
    """Every direction, or every pool, in which a target of a study is searched; see :func:`variants`."""
    return variants(target.said, target.task, target.languages)


def variants(target: Target, task: Task, languages: Sequence[str]) -> list[dict[str, str]]:
    """Every direction, or every pool, in which a target is searched; the first is the one that counts.

    Args:
        target: What the study says.
        task: The target's task.
        languages: The languages that it is scored in. With one language there is only its own pool.

    Returns:
        Mappings of keys that are no choice. Where vectors are chosen and the headline's pool has other languages than
        the query's, the pool of the held-out languages comes last: the choice must not look at any other.
    """
    index: dict[str, str] = {} if target.index == "exact" else {"index": target.index}
    if task.rule == MINING_RULE or task.shared_pool:
        return [index]
    if task.pooled:
        pools = (target.pools or POOLS) if len(languages) > 1 else ("mono",)
        chosen = (HELD_OUT,) if target.choose_on and pools[0] != "mono" else ()
        return [{"pool": pool, **index} for pool in (*pools, *chosen)]
    return [{**({"queries": side} if side != "pivot" else {}), **index} for side in target.queries]


def choosing_variant(target: ResolvedTarget) -> dict[str, str]:
    """The variant by which vectors are chosen: the headline's, or the pool of the held-out languages."""
    ways = variants_of(target)
    return ways[-1] if ways[-1].get("pool") == HELD_OUT else ways[0]


def check(target: ResolvedTarget) -> None:
    """Refuse what is said about retrieval where it can mean nothing.

    Raises:
        StudyError: If it is said of a task that is not searched, or of one that is searched otherwise.
    """
    task, asked, where = target.task, target.said, target.where
    named = sorted(asked.model_fields_set & _ABOUT)
    if task.kind != "retrieval" and named:
        said = f"{task.name} is a {task.kind} task; {named[0]} is for retrieval."
        raise StudyError(said, field=f"{where}.{named[0]}", value=task.name, hint="Leave it out.")
    pairs = not task.pooled and task.rule != MINING_RULE
    for name, fits, why in (
        ("pools", task.pooled and not task.shared_pool, "its candidates are not in the languages of its queries"),
        ("queries", pairs, "it is not searched in two directions"),
        ("index", task.rule != MINING_RULE, "its pairs are mined by exact search"),
    ):
        if name in named and not fits:
            said = f"{task.name} has no {name} to choose from: {why}."
            raise StudyError(said, field=f"{where}.{name}", value=task.name, hint="Leave it out.")
    odd = [name for name in asked.similarities or () if task.rule == MINING_RULE and name in {"dot", "csls"}]
    if odd:
        allowed = ["ratio", "distance", "cosine"]
        raise StudyError(
            f"{task.name} mines pairs by margin, not by {odd[0]}.", field=f"{where}.similarities", value=odd[0],
            allowed=allowed,
        )  # fmt: skip
    if asked.index != "exact" and find_spec("faiss") is None:
        hint = "Install it with pip install 'xstilts[ann]', or say index: exact."
        raise StudyError("An approximate index needs faiss, which is not installed.", field=f"{where}.index", hint=hint)
    if asked.index != "exact" and set(asked.similarities or ()) & {"csls", "ratio", "distance"}:
        said = "An approximate index finds neighbours by cosine or dot product only."
        raise StudyError(said, field=f"{where}.index", value=asked.index, allowed=["cosine", "dot"])


_ABOUT = {
    "layers", "pooling", "average_layers", "spaces", "similarities", "queries", "pools", "index", "choose_on",
}  # fmt: skip


def held_out(target: ResolvedTarget) -> tuple[str, ...]:
    """The languages by which vectors are chosen, in the order of the target's.

    Raises:
        UnknownNameError: If a language is not known.
        StudyError: If a target is not scored in one, one is the pivot, or none is left to report.
    """
    languages, pivot, chosen = target.languages, target.resolved.pivot, target.said.choose_on
    for place, code in enumerate(chosen):
        where = f"{target.where}.choose_on.{place}"
        spoken(code, where)
        if code not in languages or code == pivot:
            said = f"{target.name} is not scored in {code}." if code != pivot else "The pivot is no held-out language."
            others = [own for own in languages if own != pivot]
            raise StudyError(said, field=where, value=code, allowed=others)
    left = [code for code in languages if code not in chosen and code != pivot]
    if chosen and not left:
        hint = "Name fewer languages."
        raise StudyError("leaves no language to report.", field=f"{target.where}.choose_on", hint=hint)
    return tuple(code for code in languages if code in chosen)


def tuned_on(target: ResolvedTarget) -> Mapping[str, Portion]:
    """Language to the portion on which the threshold of its pairs is found; empty for a target that mines no pairs.

    Raises:
        StudyError: If the tuning split itself is to be scored, or the source does not have it in a language.
    """
    task = target.task
    if task.rule != MINING_RULE:
        return {}
    for code in target.languages:
        check_tuning(task, code, target.split, target.resolved.source, target.where)
    return {code: Portion(task, code, TUNING_SPLIT, target.said.limit) for code in target.languages}


def check_tuning(task: Task, language: str, split: str, source: Source, where: str) -> None:
    """Refuse what would be scored with a threshold that was found on the same pairs, or with none.

    Raises:
        StudyError: If it would.
    """
    if split == TUNING_SPLIT:
        message = f"{task.name} cannot be scored on {split}: the threshold of its pairs is found there."
        raise StudyError(message, field=where, hint="Score test.")
    if language not in sources.languages(task, source, TUNING_SPLIT):
        message = f"{task.name} has no {TUNING_SPLIT} data in {language}, on which the threshold of its pairs is found."
        raise StudyError(
            message, field=where, hint=f"Give it in the data map, or use a source that has {TUNING_SPLIT}."
        )
