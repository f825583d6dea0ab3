"""From one chain of a study to its nodes: base → arm → target → evaluation, for one seed.

Every function returns nodes through ``Nodes``, which merges equal ones: a phase shared by many chains is made once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError
from xstilts.models import bases
from xstilts.protocols import PROTOCOLS
from xstilts.studies import cost, hyperparameters
from xstilts.studies.data_nodes import Portion, Tokenizer, expected_examples, prepare, vocabulary
from xstilts.studies.node import Node
from xstilts.training.phase import Mix, PhaseSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.setting import Setting
    from xstilts.studies.spec import BaseRecipe, PhaseItem
    from xstilts.tasks.base import Task

MAX_QA_ANSWER_TOKENS = 30
"""Longest answer looked for, in tokens, as in the XTREME scripts (google-research/xtreme: max_answer_length)."""


@dataclass
class Nodes:
    """The nodes of a plan by key, in the order of their making; equal nodes are one."""

    by_key: dict[str, Node] = field(default_factory=dict)
    prepared: dict[tuple[object, ...], str] = field(default_factory=dict)

    def add(self, node: Node) -> Node:
        """The node itself, or the equal one that is already there."""
        return self.by_key.setdefault(node.key, node)

    def prepare(self, setting: Setting, portion: Portion, tokenizer: Tokenizer, options: Mapping[str, Any]) -> str:
        """Key of the node that prepares a portion; files are hashed once however many chains read them."""
        name = (portion.role, portion.limit, str(tokenizer.fingerprint), tokenizer.node, *sorted(options.items()))
        if name not in self.prepared:
            self.prepared[name] = self.add(prepare(setting, portion, tokenizer, options)).key
        return self.prepared[name]


@dataclass(frozen=True)
class Model:
    """An encoder at some point of a chain.

    Attributes:
        node: Key of the node that made it; None for a base that exists already.
        base: Fingerprint of the existing base; None when a node made the encoder.
        place: Where the base is loaded from; None when a node made the encoder.
        tokenizer: Its tokenizer.
        size: Its number of parameters.
        layers: Number of hidden layers; None while it is unknown (an unpinned hub model's config).
        trained: Keys of the training nodes behind it, oldest first.
    """

    node: str | None
    base: Mapping[str, Any] | None
    place: Mapping[str, Any] | None
    tokenizer: Tokenizer
    size: cost.Size
    layers: int | None
    trained: tuple[str, ...] = ()

    def parents(self) -> dict[str, str]:
        """The parent role of this encoder, if a node made it."""
        return {} if self.node is None else {"encoder": self.node}


def start(setting: Setting, nodes: Nodes, recipe: BaseRecipe, where: str) -> Model:
    """The base of a chain: an existing one, or the node that pretrains it."""
    if recipe.pretrain is None:
        base = bases.resolve(recipe.name)
        config = bases.config(base)
        revision = base.revision or setting.source.revisions.get(base.repo or "")
        place = {"name": recipe.name, "revision": revision}
        fingerprint = bases.fingerprint(base) | ({"revision": revision} if base.repo else {})
        tokenizer = Tokenizer(tokenizer_fingerprint(fingerprint), place)
        return Model(None, fingerprint, place, tokenizer, cost.size_of(config), config.get("num_hidden_layers"))
    return _pretrained(setting, nodes, recipe, recipe.pretrain, where)


def tokenizer_fingerprint(base: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a base's fingerprint that decides how it tokenises; the hub's repository stands for all of it."""
    if "sha256" not in base:
        return dict(base)
    return {"sha256": {name: digest for name, digest in base["sha256"].items() if name in bases.TOKENIZER_FILES}}


def _pretrained(setting: Setting, nodes: Nodes, recipe: BaseRecipe, item: PhaseItem, where: str) -> Model:
    protocol = PROTOCOLS.get(setting.study.protocol, "protocol")
    tasks = [setting.task(name, f"{where}.pretrain.tasks.{index}") for index, name in enumerate(item.tasks)]
    values = hyperparameters.resolve(setting.study.training, protocol, tasks, item)
    portions = [Portion(task, code, "train", values["limit"]) for task in tasks for code in item.languages or []]
    if recipe.vocabulary is not None:
        single = [portion for portion in portions if "+" not in portion.language]
        node = nodes.add(vocabulary(setting, recipe.vocabulary, single))
        tokenizer = Tokenizer(None, None, node.key)
        vocab_size = recipe.vocabulary.size
    else:
        other = bases.resolve_tokenizer(str(recipe.tokenizer), f"{where}.tokenizer")
        fingerprint = tokenizer_fingerprint(bases.fingerprint(other))
        tokenizer = Tokenizer(fingerprint, {"name": recipe.tokenizer, "revision": other.revision})
        vocab_size = bases.vocabulary_size(other)
    architecture = dict(recipe.architecture or {})
    size = cost.size_of({k: v for k, v in architecture.items() if isinstance(v, int)} | {"vocab_size": vocab_size})
    fresh = Model(None, None, None, tokenizer, size, architecture.get("num_hidden_layers"))
    spec = phase_spec(values, tasks, _mix(item), recipe.seed, setting.study.precision, "last")
    extra = {"architecture": architecture}
    return train(setting, nodes, fresh, "pretrain", spec, portions, values, extra, recipe.name)


def arm_phases(setting: Setting, nodes: Nodes, model: Model, name: str, seed: int, protocol: Protocol) -> Model:
    """The encoder after an arm's intermediate phases."""
    for index, item in enumerate(setting.study.arms[name].phases):
        where = f"arms.{name}.{index}.tasks"
        tasks = [setting.task(task, f"{where}.{place}") for place, task in enumerate(item.tasks)]
        values = hyperparameters.resolve(setting.study.training, protocol, tasks, item)
        codes = item.languages or [setting.pivot]
        portions = [Portion(task, code, "train", values["limit"]) for task in tasks for code in codes]
        spec = phase_spec(values, tasks, _mix(item), seed, setting.study.precision, pivot_selection(setting))
        model = train(setting, nodes, model, "train", spec, portions, values, {}, " + ".join(item.tasks))
    return model


def target_phases(
    setting: Setting,
    nodes: Nodes,
    model: Model,
    phases: Sequence[tuple[str, ...]],
    protocol: Protocol,
    seed: int,
    epochs_factor: float,
    oracle: Sequence[Portion],
    where: str,
) -> Model:
    """The encoder and head after the phases that the protocol trains for a target; ``epochs_factor`` meets the last."""
    for index, names in enumerate(phases):
        last = index == len(phases) - 1
        tasks = [setting.task(name, where) for name in names]
        values = dict(hyperparameters.resolve(setting.study.training, protocol, tasks))
        if last and epochs_factor != 1:
            longer = {key: values[key] and values[key] * epochs_factor for key in ("epochs", "steps")}
            values |= {"epochs": longer["epochs"], "steps": longer["steps"] and math.ceil(longer["steps"])}
        portions = [Portion(task, setting.pivot, "train", values["limit"]) for task in tasks]
        selection = setting.study.selection if last and oracle else pivot_selection(setting)
        spec = phase_spec(values, tasks, Mix(), seed, setting.study.precision, selection)
        dev = oracle if last else ()
        model = train(setting, nodes, model, "train", spec, portions, values, {}, " + ".join(names), dev)
    return model


def pivot_selection(setting: Setting) -> str:
    """How checkpoints of a phase are chosen that has no target of its own: never by a target language."""
    return "last" if setting.study.selection == "last" else "pivot-dev"


def train(
    setting: Setting,
    nodes: Nodes,
    model: Model,
    kind: str,
    spec: PhaseSpec,
    portions: Sequence[Portion],
    values: Mapping[str, Any],
    extra: Mapping[str, Any],
    label: str,
    oracle: Sequence[Portion] = (),
) -> Model:
    """One training node on top of ``model``."""
    dev = _dev_portions(setting, spec, portions, oracle)
    parents = model.parents()
    for portion in [*portions, *dev]:
        options = encoding_options(values)
        parents[portion.role] = nodes.prepare(setting, portion, model.tokenizer, options)
    if model.tokenizer.node is not None:
        parents["vocabulary"] = model.tokenizer.node
    payload = {"phase": spec.to_json(), "base": model.base, "tokenizer": model.tokenizer.fingerprint, **extra}
    runtime = {"base": model.place, "tokenizer": model.tokenizer.place}
    sizes = dict.fromkeys(spec.tasks, 0)
    for portion in portions:
        sizes[portion.task.name] += expected_examples(setting.source, portion)
    steps = expected_steps(spec, sizes)
    price = cost.train(model.size, steps, spec.batch_size, values["max_length"], spec.token_budget)
    node = nodes.add(Node(kind, f"{kind} {label}, seed {spec.seed}", payload, parents, price, runtime))
    return replace(model, node=node.key, base=None, place=None, trained=(*model.trained, node.key))


def _dev_portions(
    setting: Setting, spec: PhaseSpec, portions: Sequence[Portion], oracle: Sequence[Portion]
) -> list[Portion]:
    """What checkpoint choice reads: nothing, the pivot's dev sets, or (oracle) the target's in all its languages."""
    if spec.selection == "last":
        return []
    if spec.selection == "oracle":
        return list(oracle)
    chosen = list({portion.task.name: portion.task for portion in portions}.values())
    missing = [task.name for task in chosen if "dev" not in task.splits]
    if missing:
        raise StudyError(
            f"needs a dev split of {', '.join(missing)}.", field="selection", hint="Use selection: last instead."
        )
    return [Portion(task, setting.pivot, "dev", None) for task in chosen]


def phase_spec(
    values: Mapping[str, Any], tasks: Sequence[Task], mix: Mix, seed: int, precision: str, selection: str
) -> PhaseSpec:
    """The phase as pure data, from resolved hyper-parameters."""
    names = ("steps", "epochs", "batch_size", "learning_rate", "warmup", "weight_decay", "max_grad_norm")
    more = ("token_budget", "gradient_checkpointing", "mlm_probability")
    every = values["evaluate_every"] if selection != "last" else None
    fields = {name: values[name] for name in (*names, *more)}
    head = {"tasks": [task.name for task in tasks], "mix": mix.to_json(), "seed": seed, "evaluate_every": every}
    return PhaseSpec.from_json({**fields, **head, "precision": precision, "selection": selection})


def _mix(item: PhaseItem) -> Mix:
    return Mix(item.mix.rule, item.mix.cap, item.mix.temperature, item.mix.weights)


def encoding_options(values: Mapping[str, Any]) -> dict[str, int]:
    """The part of the hyper-parameters that decides how text is tokenised."""
    stride = min(values["stride"], values["max_length"] // 3)
    return {"max_length": values["max_length"], "stride": stride, "max_answer_tokens": MAX_QA_ANSWER_TOKENS}


def expected_steps(spec: PhaseSpec, sizes: Mapping[str, int]) -> int:
    """Optimizer steps of a phase, as far as the plan knows the sizes of its data."""
    if spec.steps is not None:
        return spec.steps
    counted = sum(min(size, spec.mix.cap or size) for size in sizes.values())
    return max(1, math.ceil((spec.epochs or 0) * counted / spec.batch_size))
