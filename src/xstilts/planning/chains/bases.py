"""The base that chains start from: an existing one, or one that the study pretrains itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.models import bases, sizes
from xstilts.models.converted.folder import VERSION
from xstilts.models.converted.installed import weights_file
from xstilts.planning import cost, hyperparameters, phases
from xstilts.planning.chains.model import Model
from xstilts.planning.chains.training import train
from xstilts.planning.data_nodes import Tokenizer, vocabulary
from xstilts.planning.phases import Phase
from xstilts.planning.portions import Portion
from xstilts.store.node import Node
from xstilts.store.payloads import ConvertedVocabularyPayload, ConvertPayload, CutPayload, Place, Runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.planning.planner import Planner
    from xstilts.store.payloads import Json
    from xstilts.studies.arm_spec import PhaseItem
    from xstilts.studies.base_spec import BaseRecipe


@dataclass(frozen=True)
class ChainBase:
    """What chains start from: what the study says about it, and the encoder.

    Attributes:
        recipe: What the study says.
        model: The encoder.
        architecture: The fields of its config, where a node makes it; None: as the base has.
        goes_on_from: The encoder that its pretraining phase went on from; None: from no other.
    """

    recipe: BaseRecipe
    model: Model
    architecture: Json | None = None
    goes_on_from: Model | None = None

    @property
    def untrained(self) -> Model:
        """The base as an architecture."""
        return (self.goes_on_from or self.model).without_weights()


def bases_of(planner: Planner) -> list[ChainBase]:
    """The bases of a study, in its order."""
    recipes = planner.resolved.study.bases
    return [_start(planner, recipe, f"bases.{place}") for place, recipe in enumerate(recipes)]


def _start(planner: Planner, recipe: BaseRecipe, where: str) -> ChainBase:
    phase = None if recipe.pretrain is None else _phase(planner, recipe, recipe.pretrain, f"{where}.pretrain")
    if phase is not None and not recipe.exists:
        return ChainBase(recipe, _pretrained(planner, recipe, phase, where), recipe.architecture or {})
    found = _cut(planner, _existing(planner, recipe, where), where)
    if phase is None:
        return found
    return replace(found, model=train(planner, found.model, phase), goes_on_from=found.model)


def _existing(planner: Planner, recipe: BaseRecipe, where: str) -> ChainBase:
    base = bases.resolve(recipe.source, where)
    config = bases.config(base)
    if base.installed is not None:
        architecture = {"model_type": base.facts["model_type"], **config}
        return ChainBase(recipe, _converted(planner, base, base.installed), architecture)
    fingerprint, place = _known_by(planner, base, recipe.source)
    tokenizer = Tokenizer(_tokenizer_fingerprint(fingerprint), place, longest=bases.longest_input(base))
    model = Model(None, fingerprint, place, tokenizer, cost.size_of(config), config.get("num_hidden_layers"))
    return ChainBase(recipe, model)


def _cut(planner: Planner, found: ChainBase, where: str) -> ChainBase:
    """The base with its lowest layers alone, where the study says how many."""
    model, layers = found.model, found.recipe.layers
    if layers is None:
        return found
    if model.layers is not None and layers > model.layers:
        said = f"{layers} layers cannot be kept: {found.recipe.source} has {model.layers}."
        raise StudyError(said, field=f"{where}.layers", value=layers)
    size = cost.cut(model.size, layers / (model.layers or layers))
    asked = CutPayload(layers=layers, base=model.base, tokenizer=model.tokenizer.fingerprint)
    runtime = Runtime(base=model.place, tokenizer=model.tokenizer.place)
    parents = {**model.parents(), **model.tokenizer.parents()}
    node = planner.add(Node.of(asked, f"cut {found.recipe.name}", parents, cost.convert(size), runtime))
    whole = found.architecture or sizes.shape_of(bases.resolve(found.recipe.source)) or {}
    plain = {name: one for name, one in whole.items() if isinstance(one, int | float) or name == "model_type"}
    kept = replace(model, node=node.key, base=None, place=None, size=size, layers=layers)
    return replace(found, model=kept, architecture={**plain, "num_hidden_layers": layers})


def _converted(planner: Planner, base: bases.Base, installed: bases.Installed) -> Model:
    """The encoder of an installed package, by a node that makes its tokenizer and one that makes the rest."""
    config = bases.config(base)
    size = cost.size_of(config)
    tokenizer = _converted_vocabulary(planner, base, installed)
    made = ConvertPayload(base=base.name, weights=installed.sha256, version=VERSION)
    encoder = planner.add(Node.of(made, f"convert {base.name}", tokenizer.parents(), cost.convert(size)))
    return Model(encoder.key, None, None, tokenizer, size, config["num_hidden_layers"])


def _converted_vocabulary(planner: Planner, base: bases.Base, installed: bases.Installed) -> Tokenizer:
    weights_file(base)
    asked = ConvertedVocabularyPayload(base=base.name, weights=installed.sha256, version=VERSION)
    config = bases.config(base)
    price = cost.converted_vocabulary(cost.size_of(config), config["vocab_size"])
    return Tokenizer(None, None, planner.add(Node.of(asked, f"vocabulary of {base.name}", {}, price)).key)


def _known_by(planner: Planner, base: bases.Base, name: str) -> tuple[Json, Place]:
    """The fingerprint of an existing base or tokenizer, and where it is loaded from; of the hub's, with the commit."""
    revision = base.revision or planner.resolved.source.revisions.get(base.repo or "")
    pinned = {"revision": revision} if base.repo else {}
    return {**bases.fingerprint(base), **pinned}, Place(name, revision)


def _tokenizer_fingerprint(base: Json) -> Json:
    """The part of a base's fingerprint that decides how it tokenises; the hub's repository stands for all of it."""
    if "sha256" not in base:
        return base
    return {"sha256": {name: digest for name, digest in base["sha256"].items() if name in bases.TOKENIZER_FILES}}


def _phase(planner: Planner, recipe: BaseRecipe, item: PhaseItem, where: str) -> Phase:
    """The pretraining phase of a base."""
    resolved = planner.resolved
    tasks = [resolved.task(name, f"{where}.tasks.{index}") for index, name in enumerate(item.tasks)]
    values = hyperparameters.resolve(resolved.study.training, resolved.protocol, tasks, item)
    portions = [Portion(task, code, "train", values.limit) for task in tasks for code in item.languages or []]
    names = [task.name for task in tasks]
    spec = phases.phase_spec(resolved, values, names, phases.mix_of(item.mix), recipe.seed, "last")
    return Phase(spec, tuple(portions), values, {}, recipe.name, tuple(names))


def _pretrained(planner: Planner, recipe: BaseRecipe, phase: Phase, where: str) -> Model:
    """A new encoder, by its pretraining phase."""
    tokenizer, vocab_size = _tokenizer(planner, recipe, phase.portions, where)
    architecture = dict(recipe.architecture or {})
    numbers = {name: value for name, value in architecture.items() if isinstance(value, int)}
    size = cost.size_of({**numbers, "vocab_size": vocab_size})
    fresh = Model(None, None, None, tokenizer, size, architecture.get("num_hidden_layers"))
    return train(planner, fresh, phase, architecture=architecture)


def _tokenizer(planner: Planner, recipe: BaseRecipe, portions: Sequence[Portion], where: str) -> tuple[Tokenizer, int]:
    """The tokenizer of a base in the making, trained here or taken from another, and the size of its vocabulary."""
    if recipe.vocabulary is not None:
        single = [portion for portion in portions if "+" not in portion.language]
        node = planner.add(vocabulary(planner.resolved, recipe.vocabulary, single))
        return Tokenizer(None, None, node.key), recipe.vocabulary.size
    other = bases.resolve_tokenizer(str(recipe.tokenizer), f"{where}.tokenizer")
    if other.installed is not None:
        return _converted_vocabulary(planner, other, other.installed), bases.vocabulary_size(other)
    fingerprint, place = _known_by(planner, other, str(recipe.tokenizer))
    return Tokenizer(_tokenizer_fingerprint(fingerprint), place), bases.vocabulary_size(other)
