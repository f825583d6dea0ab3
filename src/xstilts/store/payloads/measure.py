"""What nodes that measure are asked for: scores, shared text, and the tables of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from xstilts.store.payloads.form import Form, Json
from xstilts.tasks.base import Kind


@dataclass(frozen=True)
class ScorePayload(Form):
    """The scores of predictions.

    Attributes:
        task, kind, labels: The target, as it was answered.
        metrics: Names of metrics, the headline first.
        rule: The target's metric rule; "" for none.
        half: Only this half of the items; "" all.
        own_dev: Items are named by numbers, and the set by which arms were chosen is the scored one.
    """

    node_kind: ClassVar[str] = "score"
    node_version: ClassVar[int] = 2

    task: str
    kind: Kind
    labels: tuple[str, ...]
    metrics: tuple[str, ...]
    rule: str = ""
    half: str = ""
    own_dev: bool = False


@dataclass(frozen=True)
class OverlapPayload(Form):
    """What training data shares with evaluated data.

    Attributes:
        train_task, target: Names of both tasks.
        train, evaluated: Roles of the parents that prepared them.
        ngram: Tokens of an n-gram.
        shortest: Texts of fewer tokens have none.
    """

    node_kind: ClassVar[str] = "overlap"
    node_version: ClassVar[int] = 2

    train_task: str
    target: str
    train: tuple[str, ...]
    evaluated: tuple[str, ...]
    ngram: int
    shortest: int


@dataclass(frozen=True)
class ScoredCell(Form):
    """One chain of the grid, or one baseline, and where its scores lie.

    Attributes:
        base, arm, target, protocol, seed: Which chain; the seed of a baseline is "".
        split: The scored split.
        selection: How checkpoints were chosen; "" where there are none.
        score: Key of the score node.
        chosen: Key of the node with the score on the half of the pivot's dev set by which arms are chosen; "" without.
        noised: Key of the node with the scores under noise; "" without.
    """

    base: str
    arm: str
    target: str
    protocol: str
    seed: str
    split: str
    selection: str
    score: str
    chosen: str
    noised: str = ""


@dataclass(frozen=True)
class AnalysePayload(Form):
    """The tables of a study and its verdicts on claims.

    Attributes:
        source: ``lab``, ``files`` or ``hub``.
        cells: What was scored.
        facts: What the statistics know of the study (``statistics.Facts`` as JSON).
        claims: Claim to the hash of what it says.
        overlap_arms: ``TASK/LANGUAGE/TARGET`` to the arms that train for the target on this data while ``none`` does
            not.
    """

    node_kind: ClassVar[str] = "analyse"
    node_version: ClassVar[int] = 7

    source: str
    cells: tuple[ScoredCell, ...]
    facts: Json
    claims: Mapping[str, str]
    overlap_arms: Mapping[str, tuple[str, ...]]


PAYLOADS: tuple[type[Form], ...] = (ScorePayload, OverlapPayload, AnalysePayload)
