"""``evaluate``: a model directory on a task, by the same way as a study's nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.errors import InputError
from xstilts.planning.noise_variants import languages_of
from xstilts.planning.retrieval_settings import TUNING_SPLIT, check_tuning, variants, written
from xstilts.sources import Source, pictures
from xstilts.studies.noise_spec import CLEAN
from xstilts.studies.target_spec import Target
from xstilts.tasks.base import Kind
from xstilts.using_models import under_noise
from xstilts.using_models.loading import load_model
from xstilts.using_models.named_task import named_task, source_of
from xstilts.using_models.sight import looked_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.evaluation import Answers, EncodedSplit, Scoring
    from xstilts.sources.noisy import Noised
    from xstilts.studies.spec import Study
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class DataChoice:
    """Which of a task's data a model is scored on.

    Attributes:
        languages: Languages to score; empty: all that the source gives. Pools of retrieval hold these languages.
        source: Where the examples come from, also as ``--source`` says it; None: the study's, else the lab.
        split: Which split; None: ``test`` or, where there is none, ``dev``.
        noised: Noise that it is scored under too; None: clean input alone.
    """

    languages: Sequence[str] = ()
    source: Source | str | None = None
    split: str | None = None
    noised: Noised | None = None


def evaluate_model(
    model: str,
    task_name: str | None = None,
    data: DataChoice = DataChoice(),
    vectors: Mapping[str, Any] | None = None,
    study: Study | None = None,
) -> list[dict[str, Any]]:
    """Score a model directory on a task.

    Texts are encoded, and in retrieval compared, as the export says that its study did; so the same data give the
    study's scores. Where the directory says nothing, inputs have 512 tokens at most.

    Args:
        model: A directory that plain transformers loads, with its head; for retrieval only its encoder is used.
        task_name: The task; None: the one that the model tells, or the study's only own.
        data: What it is scored on.
        vectors: For retrieval, how texts are compared: any of ``layer, pooling, layers, space, similarity``; what is
            left out is the last layer, the mean, and the task's usual similarity. None: every way that the export
            tells.
        study: A study whose own tasks are known.

    Returns:
        Rows ``{task, language, setting, metric, value, n, chance, low, high}``; the last two are the 95 % interval over
        the items, None where it is not known. With noise rows also have ``noise`` and ``severity`` (``clean`` and 0),
        and the rows under noise follow, one ``flip_rate`` among them for each language and setting.

    Raises:
        InputError: If the task is not known, a language is not there, vectors are described for a task that is not
            searched, or the noise cannot be had.
    """
    from xstilts import evaluation
    from xstilts.evaluation.under_noise import FLIP_RATE
    from xstilts.runners.loading import head_labels

    asked = named_task(task_name, study, model)
    source = data.source if isinstance(data.source, Source) else source_of(data.source, asked, study)
    task = sources.with_labels(asked.task, source)
    split = data.split or ("test" if "test" in task.splits else "dev")
    codes = _languages(task, source, split, data.languages)
    if vectors and task.kind is not Kind.RETRIEVAL:
        raise InputError(f"{task.name} is a {task.kind} task; vectors are for retrieval.", field="--vectors")
    mines = task.rule == evaluation.MINING_RULE
    for code in codes if mines else ():
        check_tuning(task, code, split, source, "--task")
    if data.noised is not None:
        under_noise.check(task, data.noised, codes, sources.pivot(source))
    loaded = load_model(model, task)

    def read(code: str, portion: str = split) -> EncodedSplit:
        part = loaded.part(task.kind, sources.load(task, code, portion, source).dataset, task.labels, code)
        if task.kind is Kind.VISUAL_CLASSIFICATION:
            return looked_at(part, loaded.vision, pictures.place(task, [code], portion, source), model)
        return part._replace(tuned_on=read(code, TUNING_SPLIT)) if mines and portion == split else part

    settings = [dict(vectors)] if vectors else loaded.encoded.vectors or ({},)
    ways = variants(Target(task=task.name), task, codes)
    search = evaluation.SearchOptions(settings, ways, task.shared_pool)
    request = evaluation.Request(task.kind, head_labels(loaded.model, task.kind, task.labels), task.rule, search)
    scoring = evaluation.Scoring(task.kind, task.metrics, task.labels, task.rule)
    given = read if data.noised is None else cache(read)
    found = evaluation.answers(loaded.model, request, codes, given, loaded.facts)
    if data.noised is None:
        return [{"task": task.name, **row} for one in found for row in _rows(one, scoring)]
    clean, noised, pivot = list(found), data.noised, sources.pivot(source)
    parts = {
        code: under_noise.noisy_split(loaded, task, given(code), noised, languages_of(task, code, pivot))
        for code in codes
    }
    rows = [{"noise": CLEAN, "severity": 0, **row} for one in clean for row in _rows(one, scoring)]
    for answers, flips in under_noise.answered_under_noise(loaded, request, parts, clean):
        own = _rows(answers, scoring)
        if flips is not None:
            unknown = dict.fromkeys(("chance", "low", "high"))
            own.append({**own[0], **unknown, "metric": FLIP_RATE, "value": flips.rate, "n": flips.n})
        rows += [{"noise": noised.name, "severity": noised.severity, **row} for row in own]
    return [{"task": task.name, **row} for row in rows]


def _languages(task: Task, source: Source, split: str, wanted: Sequence[str]) -> list[str]:
    """The languages to score.

    Raises:
        InputError: If the source has no such data.
    """
    given = sources.languages(task, source, split)
    if not given:
        hint = "Say another --split, or name the files in a data map."
        raise InputError(f"{task.name} has no {split} data in this source.", field="--source", hint=hint)
    unknown = [code for code in wanted if code not in given]
    if unknown:
        raise InputError(
            f"{task.name} has no {split} data in {', '.join(unknown)}.", field="--languages", allowed=given
        )
    return list(wanted or given)


def _rows(answers: Answers, scoring: Scoring) -> list[dict[str, Any]]:
    from xstilts.evaluation import scored

    one = scored(answers, scoring)
    sure = {row["metric"]: row for row in one.sure}
    where = {"language": answers.language, "setting": written(answers.setting)}
    rows = []
    for row in one.rows:
        said, known = {name: row[name] for name in ("metric", "value", "n", "chance")}, sure.get(row["metric"])
        rows.append({**where, **said, "low": known and known["low"], "high": known and known["high"]})
    return rows
