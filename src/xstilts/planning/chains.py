"""From one chain of a study to its nodes: base → arm → target → evaluation, for one seed.

Every function returns nodes through ``Nodes``, which merges equal ones: a phase shared by many chains is made once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError
from xstilts.models import bases
from xstilts.planning import cost, hyperparameters, phases
from xstilts.planning.data_nodes import Portion, Tokenizer, limit, prepare, vocabulary
from xstilts.planning.phases import Phase, trained_task
from xstilts.protocols import PROTOCOLS, Windows
from xstilts.store.node import Node
from xstilts.store.roles import AS_LONG
from xstilts.tasks.base import Kind
from xstilts.training.phase import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import PhaseItem
    from xstilts.studies.spec import BaseRecipe
    from xstilts.training.phase import PhaseSpec

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

    def prepare(
        self, resolved: ResolvedStudy, portion: Portion, tokenizer: Tokenizer, options: Mapping[str, Any]
    ) -> str:
        """Key of the node that prepares a portion; files are hashed once however many chains read them."""
        what = (portion.role, portion.view_seed, portion.limit, portion.told)
        options = options_of(portion, options, resolved.source.kind)
        name = (*what, str(tokenizer.fingerprint), tokenizer.node, *sorted(options.items()))
        if name not in self.prepared:
            self.prepared[name] = self.add(prepare(resolved, portion, tokenizer, options)).key
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

    def without_weights(self) -> Model:
        """The base as an architecture: how it was trained makes no difference, and no node of its own is needed."""
        return replace(self, node=None, trained=())

    def parents(self) -> dict[str, str]:
        """The parent role of this encoder, if a node made it."""
        return {} if self.node is None else {"encoder": self.node}


def start(resolved: ResolvedStudy, nodes: Nodes, recipe: BaseRecipe, where: str) -> Model:
    """The base of a chain: an existing one, or the node that pretrains it."""
    if recipe.pretrain is None:
        base = bases.resolve(recipe.source, where)
        config = bases.config(base)
        revision = base.revision or resolved.source.revisions.get(base.repo or "")
        place = {"name": recipe.source, "revision": revision}
        fingerprint = bases.fingerprint(base) | ({"revision": revision} if base.repo else {})
        tokenizer = Tokenizer(tokenizer_fingerprint(fingerprint), place)
        return Model(None, fingerprint, place, tokenizer, cost.size_of(config), config.get("num_hidden_layers"))
    return _pretrained(resolved, nodes, recipe, recipe.pretrain, where)


def tokenizer_fingerprint(base: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a base's fingerprint that decides how it tokenises; the hub's repository stands for all of it."""
    if "sha256" not in base:
        return dict(base)
    return {"sha256": {name: digest for name, digest in base["sha256"].items() if name in bases.TOKENIZER_FILES}}


def _pretrained(resolved: ResolvedStudy, nodes: Nodes, recipe: BaseRecipe, item: PhaseItem, where: str) -> Model:
    protocol = PROTOCOLS.get(resolved.study.protocol, "protocol")
    tasks = [resolved.task(name, f"{where}.pretrain.tasks.{index}") for index, name in enumerate(item.tasks)]
    values = hyperparameters.resolve(resolved.study.training, protocol, tasks, item)
    portions = [Portion(task, code, "train", values["limit"]) for task in tasks for code in item.languages or []]
    if recipe.vocabulary is not None:
        single = [portion for portion in portions if "+" not in portion.language]
        node = nodes.add(vocabulary(resolved, recipe.vocabulary, single))
        tokenizer = Tokenizer(None, None, node.key)
        vocab_size = recipe.vocabulary.size
    else:
        other = bases.resolve_tokenizer(str(recipe.tokenizer), f"{where}.tokenizer")
        revision = other.revision or resolved.source.revisions.get(other.repo or "")
        fingerprint = tokenizer_fingerprint(bases.fingerprint(other) | ({"revision": revision} if other.repo else {}))
        tokenizer = Tokenizer(fingerprint, {"name": recipe.tokenizer, "revision": revision})
        vocab_size = bases.vocabulary_size(other)
    architecture = dict(recipe.architecture or {})
    size = cost.size_of({k: v for k, v in architecture.items() if isinstance(v, int)} | {"vocab_size": vocab_size})
    fresh = Model(None, None, None, tokenizer, size, architecture.get("num_hidden_layers"))
    names = [task.name for task in tasks]
    mix = Mix(item.mix.rule, item.mix.cap, item.mix.temperature, item.mix.weights, item.mix.end_weights)
    spec = phases.phase_spec(resolved, values, names, mix, recipe.seed, "last")
    phase = Phase(spec, tuple(portions), values, {}, recipe.name, tuple(names))
    return train(resolved, nodes, fresh, phase, kind="pretrain", extra={"architecture": architecture})


def arm_phases(resolved: ResolvedStudy, nodes: Nodes, start: Model, name: str, seed: int, protocol: Protocol) -> Model:
    """The encoder after an arm's intermediate phases."""
    arm, model = resolved.arms[name], start
    told = None if arm.to is None else _told_limit(resolved, nodes, start, name, seed, protocol)
    own = _own_phases(resolved, name, seed, protocol)
    for index, (item, said) in enumerate(zip(arm.phases, own, strict=True)):
        phase = said if told is None else phases.told_limit(said, told)
        as_long: tuple[str, ...] = ()
        if item.same_compute_as is not None:
            as_long = trained_by(resolved, nodes, start, item.same_compute_as, seed, protocol)
            as_long = as_long[index : index + 1] if len(as_long) == len(arm.phases) else as_long
        model = train(resolved, nodes, model, phase, as_long=as_long)
    return model


def _told_limit(resolved: ResolvedStudy, nodes: Nodes, start: Model, name: str, seed: int, protocol: Protocol) -> str:
    """Key of the node that tells a control its limit, from what the arm whose size it has really prepares."""
    to = str(resolved.arms[name].to)
    measure = [
        (own, {part.language: nodes.prepare(resolved, part, start.tokenizer, encoding_options(phase.values))
               for part in own.portions})
        for phase in _own_phases(resolved, to, seed, protocol) for own in phases.training_sets(phase)
    ]  # fmt: skip
    cut = [own for phase in _own_phases(resolved, name, seed, protocol) for own in phases.training_sets(phase)]
    return nodes.add(limit(resolved, cut, measure, f"{name} gets as many items as {to}")).key


def _own_phases(resolved: ResolvedStudy, name: str, seed: int, protocol: Protocol) -> list[Phase]:
    arm = resolved.arms[name]
    return [
        phases.intermediate(resolved, item, seed, protocol, f"arms.{name}.{index}", arm.training)
        for index, item in enumerate(arm.phases)
    ]


def trained_by(
    resolved: ResolvedStudy, nodes: Nodes, start: Model, arm: str, seed: int, protocol: Protocol
) -> tuple[str, ...]:
    """Keys of the nodes of an arm's phases, in order."""
    return arm_phases(resolved, nodes, start, arm, seed, protocol).trained[len(start.trained) :]


def train(
    resolved: ResolvedStudy,
    nodes: Nodes,
    model: Model,
    phase: Phase,
    *,
    kind: str = "train",
    extra: Mapping[str, Any] | None = None,
    oracle: Sequence[Portion] = (),
    as_long: Sequence[str] = (),
    more_steps: int | None = None,
) -> Model:
    """One training node on top of ``model``.

    Args:
        resolved: The study.
        nodes: Takes the node.
        model: The encoder before the phase.
        phase: The phase.
        kind: Kind of node.
        extra: More of what reaches the key.
        oracle: Target-language dev sets, where checkpoints are chosen by them.
        as_long: Keys of the nodes whose tokens give the phase its length.
        more_steps: Where these tokens come on top of the phase's own length: how many steps the plan takes them for.
    """
    spec = phase.spec
    if model.layers is not None and spec.freeze_layers > model.layers:
        said = f"{spec.freeze_layers} layers cannot be frozen: the encoder has {model.layers}."
        raise StudyError(said, field=f"training of {phase.label}", value=spec.freeze_layers)
    dev = _dev_portions(resolved, phase, oracle)
    parents = model.parents()
    options = encoding_options(phase.values)
    for portion in [*phase.portions, *dev]:
        parents[portion.role] = nodes.prepare(resolved, portion, model.tokenizer, options)
    if model.tokenizer.node is not None:
        parents["vocabulary"] = model.tokenizer.node
    payload = {"phase": spec.to_json(), "base": model.base, "tokenizer": model.tokenizer.fingerprint, **(extra or {})}
    if as_long:
        parents |= {f"{AS_LONG}{place}": key for place, key in enumerate(as_long)}
        payload["as_long"] = "instead" if more_steps is None else "longer"
        if more_steps is None:  # the length is the parents' to say; the plan's guess must not reach the key
            payload["phase"] = replace(spec, steps=1, epochs=None).to_json()
    if phase.mixtures:
        payload["language_mix"] = {task: mixture.to_json() for task, mixture in phase.mixtures.items()}
    runtime = {"base": model.place, "tokenizer": model.tokenizer.place}
    steps = phases.expected_steps(resolved, phase) + (more_steps or 0)
    batch = spec.batch_size * phases.inputs_of(phase)
    price = cost.train(model.size, steps, batch, phase.values["max_length"], spec.token_budget, _part(spec, model))
    price = replace(price, guessed=spec.steps is None or bool(as_long))
    node = nodes.add(Node(kind, f"{kind} {phase.label}, seed {spec.seed}", payload, parents, price, runtime))
    return replace(model, node=node.key, base=None, place=None, trained=(*model.trained, node.key))


def _part(spec: PhaseSpec, model: Model) -> cost.Trained:
    frozen = spec.freeze_layers / model.layers if model.layers else 0.0
    return cost.Trained(1 - frozen, not spec.freeze_embeddings, spec.lora_rank is not None)


def _dev_portions(resolved: ResolvedStudy, phase: Phase, oracle: Sequence[Portion]) -> list[Portion]:
    """What checkpoint choice reads: nothing, the pivot's dev sets, or (oracle) the target's in all its languages."""
    if phase.spec.selection in {"last", "average"}:
        return []
    if phase.spec.selection == "oracle":
        return list(oracle)
    own = {portion.name: portion for portion in phase.portions if portion.name in phase.main}
    missing = [portion.task.name for portion in own.values() if "dev" not in portion.task.splits]
    if missing:
        raise StudyError(
            f"needs a dev split of {', '.join(missing)}.", field="selection", hint="Use selection: last instead."
        )
    return [replace(portion, language=resolved.pivot, split="dev", limit=None, told="") for portion in own.values()]


def encoding_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the hyper-parameters that decides how text is tokenised; see :func:`options_of` for one portion's."""
    stride = min(values["stride"], values["max_length"] // 3)
    options = {"max_length": values["max_length"], "stride": stride, "max_answer_tokens": MAX_QA_ANSWER_TOKENS}
    return options | ({"windows": values["windows"]} if "windows" in values else {})


def options_of(portion: Portion, options: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The encoding options of one portion, as they enter keys.

    Only question answering says how it reads through windows. The lab's texts have nothing that xstilts' own rule
    treats otherwise than its first form, which had no name: there the rule is left out, and stored nodes keep their
    keys.

    Args:
        portion: The portion.
        options: From :func:`encoding_options`.
        source: Kind of the study's source.
    """
    common = {name: value for name, value in options.items() if name != "windows"}
    if trained_task(portion).kind is not Kind.SPAN_QA:
        return common
    windows = options.get("windows", {}).get(portion.task.name, Windows())
    if windows == Windows():
        return common if source == "lab" else {**common, "windows": windows.rule}
    said = {**asdict(windows), "token_answers": portion.language.partition("+")[0] in windows.token_answers}
    return {**common, "windows": said.pop("rule"), **said}
