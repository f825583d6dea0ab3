"""Nodes that prepare data: one per task, language, split and tokenizer, and one per trained vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.planning import cost
from xstilts.protocols import Windows
from xstilts.store.node import Node
from xstilts.store.payloads import (
    CutSet,
    ExamplesPayload,
    Form,
    LimitPayload,
    MeasuredSet,
    PortionEncoding,
    Runtime,
    Viewed,
    VocabularyPayload,
)
from xstilts.store.roles import LIMIT, VOCABULARY, MeasureRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.planning.hyperparameters import PhaseValues
    from xstilts.planning.portions import Portion, TrainingSet
    from xstilts.planning.resolved import ResolvedNames
    from xstilts.store.payloads import Json, Place
    from xstilts.studies.base_spec import Vocabulary
    from xstilts.tasks.base import Task

MAX_QA_ANSWER_TOKENS = 30
"""Longest answer looked for, in tokens, as in the XTREME scripts (google-research/xtreme: max_answer_length)."""


@dataclass(frozen=True)
class Tokenizer:
    """What turns text into tokens, and how it is known.

    Attributes:
        fingerprint: Hashes of its files, or repository and revision; None when a node trains it.
        place: Folder or repository and revision to load it from; None when a node trains it.
        node: Key of the node that trains it; None for an existing one.
        longest: The most tokens that its model reads at once; None where that is not known before it is loaded.
    """

    fingerprint: Json | None
    place: Place | None
    node: str | None = None
    longest: int | None = None

    @cached_property
    def known_by(self) -> tuple[str, str | None]:
        """What tells it from others, to look things up by."""
        return str(self.fingerprint), self.node

    def parents(self) -> dict[str, str]:
        """The parent role of this tokenizer, if a node trains it."""
        return {} if self.node is None else {VOCABULARY: self.node}


@dataclass(frozen=True)
class PhaseEncoding:
    """How the hyper-parameters of a phase have text tokenised; see :func:`options_of` for one portion.

    Attributes:
        common: What holds for all portions.
        windows: Task to how its contexts are read through windows, where that is not xstilts' own way.
    """

    common: PortionEncoding
    windows: Mapping[str, Windows]


def encoding_of(values: PhaseValues) -> PhaseEncoding:
    """The part of the hyper-parameters that decides how text is tokenised."""
    stride = min(values.stride, values.max_length // 3)
    return PhaseEncoding(PortionEncoding(values.max_length, stride, MAX_QA_ANSWER_TOKENS), values.windows)


def options_of(portion: Portion, encoding: PhaseEncoding, source: str) -> PortionEncoding:
    """The encoding options of one portion, as they enter keys.

    Only question answering says how it reads through windows. The lab's texts have nothing that xstilts' own rule
    treats otherwise than its first form, which had no name: there the rule is left out, and stored nodes keep their
    keys.

    Args:
        portion: The portion.
        encoding: How the phase encodes.
        source: Kind of the study's source.
    """
    common = encoding.common
    if portion.seen.kind is not Kind.SPAN_QA:
        return common
    windows = encoding.windows.get(portion.task.name, Windows())
    if windows == Windows():
        return common if source == "lab" else replace(common, windows=windows.rule)
    return replace(
        common,
        windows=windows.rule,
        max_question_tokens=windows.max_question_tokens,
        max_answer_tokens=windows.max_answer_tokens,
        n_best=windows.n_best,
        token_answers=portion.language.partition("+")[0] in windows.token_answers,
    )


def prepare(resolved: ResolvedNames, portion: Portion, tokenizer: Tokenizer, options: PortionEncoding) -> Node:
    """The node that reads one portion and turns it into model inputs, once.

    Raises:
        StudyError: If the inputs are longer than the base reads.
    """
    if tokenizer.longest is not None and options.max_length > tokenizer.longest:
        name, length = portion.task.name, options.max_length
        said = f"{name} would be read {length} tokens at once; the base reads {tokenizer.longest}."
        hint = f"Write under training: max_length: {tokenizer.longest}"
        raise StudyError(said, field="training.max_length", value=options.max_length, hint=hint)
    task, seen = portion.task, portion.seen
    asked = ExamplesPayload(
        task=task.name,
        kind=seen.kind,
        labels=seen.labels,
        language=portion.language,
        split=portion.split,
        limit=None if portion.told else portion.limit,
        data=portion.fingerprint(resolved.source),
        options=options,
        tokenizer=tokenizer.fingerprint,
        rule=task.rule if task.name in resolved.inline else "",  # an own task may get it after its data were prepared
        view=Viewed(portion.view, portion.view_seed) if portion.view else None,
        augment=portion.augment and portion.augment[0],
    )
    runtime = runtime_of(resolved, [task], tokenizer.place)
    if portion.augment and portion.augment[1]:
        runtime = replace(runtime, dictionaries={portion.augment[0].variant.dictionary: portion.augment[1]})
    parents = tokenizer.parents()
    if portion.told:
        parents[LIMIT] = portion.told
    n = portion.expected_examples(resolved.source)
    label = f"prepare {seen.name} {portion.language} {portion.split}"
    return Node.of(asked, label, parents, cost.prepare(n, options.max_length), runtime)


def runtime_of(resolved: ResolvedNames, tasks: Sequence[Task], tokenizer: Place | None = None) -> Runtime:
    """Where these tasks are read from: of data map and own tasks the part that names them."""
    data_map, own = resolved.source.data_map, resolved.study.tasks
    named = {name: data_map[name] for task in tasks for name in (task.name, *task.union) if name in data_map}
    described = {task.name: own[task.name] for task in tasks if task.name in own}
    return Runtime(tokenizer=tokenizer, source=replace(resolved.source, data_map=named), inline=described)


def limit(
    resolved: ResolvedNames,
    cut: Sequence[TrainingSet],
    measure: Sequence[tuple[TrainingSet, Mapping[str, str]]],
    label: str,
) -> Node:
    """The node that tells how many items each training set of an arm may have, to take as many in all as another arm.

    Args:
        resolved: The study.
        cut: The training sets that get the limit; the node counts all that they have.
        measure: Those of the other arm, each with the keys of the nodes that prepare it by language.
        label: What the node is, for people.
    """
    source = resolved.source
    roles = [{code: str(MeasureRole(index, code)) for code in keys} for index, (_, keys) in enumerate(measure)]
    parents = {role[code]: keys[code] for role, (_, keys) in zip(roles, measure, strict=True) for code in keys}
    tasks = {own.portions[0].task.name: own.portions[0].task for own in cut}
    asked = LimitPayload(
        cut=tuple(
            CutSet(own.task, own.view, own.mixture, {part.language: part.fingerprint(source) for part in own.portions})
            for own in cut
        ),
        measure=tuple(
            MeasuredSet(own.task, own.view, own.mixture, role) for role, (own, _) in zip(roles, measure, strict=True)
        ),
    )
    n = sum(replace(part, limit=None).expected_examples(source) for own in cut for part in own.portions)
    return Node.of(asked, label, parents, cost.count(n), runtime_of(resolved, list(tasks.values())))


def vocabulary(resolved: ResolvedNames, recipe: Vocabulary, portions: Sequence[Portion]) -> Node:
    """The node that trains a vocabulary on masked-LM text."""
    source = resolved.source
    data = {portion.role: portion.fingerprint(source) for portion in portions}
    asked = VocabularyPayload(size=recipe.size, lines=recipe.lines, data=data)
    read = tuple((portion.task.name, portion.language, portion.split) for portion in portions)
    price = cost.vocabulary(len(portions), recipe.lines)
    return Node.of(asked, "train vocabulary", {}, price, Runtime(source=source, portions=read))


def asked_examples(nodes: Iterable[Node]) -> Iterator[ExamplesPayload]:
    """What those of the nodes that prepare examples are asked for."""
    asked = (node.asked(Form) for node in nodes if node.kind == "prepare")
    return (found for found in asked if isinstance(found, ExamplesPayload))
