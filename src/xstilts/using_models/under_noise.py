"""A model directory under noise: the same examples with noise in them, answered and scored beside the clean ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import InputError
from xstilts.noise import undefined
from xstilts.planning.noise_variants import languages_of
from xstilts.sources import arrow, noisy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.evaluation import Answers, EncodedSplit, Request
    from xstilts.evaluation.under_noise import Flips, NoisySplit
    from xstilts.sources.noisy import Noised
    from xstilts.tasks.base import Task
    from xstilts.using_models.loading import LoadedModel


class UnderNoise(NamedTuple):
    """What was answered in a language under noise.

    Attributes:
        answers: The answers.
        flips: How many of them are others than on clean input; None where nothing is predicted.
    """

    answers: Answers
    flips: Flips | None


def check(task: Task, noised: Noised, languages: Iterable[str], pivot: str) -> None:
    """Refuse what cannot be had.

    Raises:
        InputError: If labels would not stay true, or the noise does not exist in one of the languages.
    """
    if why := noisy.refusal(task.kind, noised.noise, noised.where):
        raise InputError(f"{task.name} cannot have this noise: {why}.", field="--noise", value=noised.name)
    missing: dict[str, str] = {}
    there: list[str] = []
    for code in languages:
        spoken = languages_of(task, code, pivot)
        reasons = {spoken[name]: undefined(noised.noise, spoken[name], noised.dictionary)
                   for name in noisy.FIELDS[task.kind][noised.where]}  # fmt: skip
        found = {language: why for language, why in reasons.items() if why}
        missing |= found
        there += [] if found else [code]
    if missing:
        told = "; ".join(f"{code}: {why}" for code, why in missing.items())
        said = f"The noise {noised.name} does not exist in every language ({told})."
        hint = f"Say --languages {','.join(there)}." if there else "Say another noise."
        raise InputError(said, field="--noise", value=noised.name, hint=hint)


def noisy_split(
    loaded: LoadedModel, task: Task, clean: EncodedSplit, noised: Noised, languages: Mapping[str, str]
) -> NoisySplit:
    """Examples with their noisy copies, as the model takes both.

    Args:
        loaded: The model.
        task: The task.
        clean: The examples.
        noised: The noise, which :func:`check` does not refuse.
        languages: Field of the examples to its language.
    """
    from datasets import Dataset

    from xstilts.encoding import ENCODINGS
    from xstilts.encoding.visual.grids import like
    from xstilts.evaluation.under_noise import NoisySplit, Variant

    (changed,) = noisy.corrupted(task.kind, clean.examples, [noised], languages)
    variant = Variant(noised.name, noised.severity, changed.rows, range(len(changed.rows)))
    examples = Dataset(arrow.table(task.kind, changed.examples))
    encoded = ENCODINGS.get(task.kind).encode(examples, loaded.tokenizer, clean.options, tuple(task.labels))
    features = like(encoded, clean.features)  # noise leaves images alone
    return NoisySplit(clean, clean._replace(examples=examples, features=features, tuned_on=None), [variant])


def answered_under_noise(
    loaded: LoadedModel, request: Request, parts: Mapping[str, NoisySplit], clean: Sequence[Answers]
) -> Iterator[UnderNoise]:
    """The answers of a model under noise, in every language that was answered on clean input.

    Args:
        loaded: The model.
        request: What is asked of it.
        parts: Language to its clean and noisy examples.
        clean: The answers to the clean ones.
    """
    from xstilts.evaluation.under_noise import answers_under_noise, flips

    before = {(one.language, str(one.setting)): one.table for one in clean}
    split = {code: part._replace(answered=before.get((code, str({})))) for code, part in parts.items()}
    for _, answers in answers_under_noise(loaded.model, request, split, loaded.facts):
        table = before[answers.language, str(answers.setting)]
        yield UnderNoise(answers, flips(request.kind, table, answers.table))
