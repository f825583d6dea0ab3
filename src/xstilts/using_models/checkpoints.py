"""What the command line does with one trained model: evaluate it, predict with it, export it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.errors import InputError, ModelError
from xstilts.planning.retrieval_settings import TUNING_SPLIT, check_tuning, variants, written
from xstilts.sources import Source
from xstilts.studies.target_spec import Target
from xstilts.tasks.base import Kind
from xstilts.using_models.named_task import named_task, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding import EncodingOptions
    from xstilts.studies.spec import Study
    from xstilts.tasks.base import Task


def evaluate_checkpoint(
    model: str,
    task_name: str | None,
    languages: Sequence[str],
    source: Source | str | None = None,
    split: str | None = None,
    vectors: Mapping[str, Any] | None = None,
    study: Study | None = None,
) -> list[dict[str, Any]]:
    """Score a model directory on a task.

    Args:
        model: A directory that plain transformers loads, with its head; for retrieval only its encoder is used.
        task_name: The task; None: the one that the model tells, or the study's only own.
        languages: Languages to score; empty: all that the source gives. Pools of retrieval hold these languages.
        source: Where the examples come from, also as ``--source`` says it; None: the study's, else the lab.
        split: Which split; None: ``test`` or, where there is none, ``dev``.
        vectors: For retrieval, how texts are compared: any of ``layer, pooling, layers, space, similarity``; what is
            left out is the last layer, the mean, and the task's usual similarity.
        study: A study whose own tasks are known.

    Returns:
        Rows ``{task, language, setting, metric, value, n, low, high}``; the last two are the 95 % interval over the
        items, None where it is not known.

    Raises:
        InputError: If the task is not known, a language is not there, or vectors are described for a task that is not
            searched.
    """
    from xstilts import evaluation
    from xstilts.encoding import ENCODINGS, TokenizerFacts
    from xstilts.evaluation.items import uncertainties
    from xstilts.models.heads import labels_of

    asked = named_task(task_name, study, model)
    if not isinstance(source, Source):
        source = source_of(source, asked, study)
    task = sources.with_labels(asked.task, source)
    split = split or ("test" if "test" in task.splits else "dev")
    given = sources.languages(task, source, split)
    if not given:
        hint = "Say another --split, or name the files in a data map."
        raise InputError(f"{task.name} has no {split} data in this source.", field="--source", hint=hint)
    unknown = [code for code in languages if code not in given]
    if unknown:
        raise InputError(
            f"{task.name} has no {split} data in {', '.join(unknown)}.", field="--languages", allowed=given
        )
    if vectors and task.kind is not Kind.RETRIEVAL:
        raise InputError(f"{task.name} is a {task.kind} task; vectors are for retrieval.", field="--vectors")
    mines = task.rule == evaluation.MINING_RULE
    for code in languages or given if mines else ():
        check_tuning(task, code, split, source, "--task")
    loaded, tokenizer = load_model(model, task)
    facts, options = TokenizerFacts.of(tokenizer), _options(loaded, tokenizer)

    def read(code: str, portion: str) -> evaluation.Searched:
        examples = sources.load(task, code, portion, source).dataset
        features = ENCODINGS.get(task.kind).encode(examples, tokenizer, options, task.labels)
        return evaluation.Searched(examples, features)

    def answered() -> Iterator[evaluation.Ranked]:
        codes, setting = list(languages or given), dict(vectors or {})
        if task.kind is Kind.RETRIEVAL and not mines:
            parts = {code: read(code, split) for code in codes}
            ways = variants(Target(task=task.name), task, codes)
            yield from evaluation.retrieve_all(loaded, parts, facts, [setting], ways, shared=task.shared_pool)
            return
        for code in codes:
            part = read(code, split)
            if mines:
                (table,) = evaluation.mine_pairs(loaded, part, read(code, TUNING_SPLIT), facts, (setting,))
            else:
                names = labels_of(loaded)
                table = evaluation.predict(loaded, task.kind, *part, facts, options, names, rule=task.rule)
            yield evaluation.Ranked(code, setting, table, 0, None)

    rows: list[dict[str, Any]] = []
    for one in answered():
        named = {"task": task.name, "language": one.language, "setting": written(one.setting)}
        found = evaluation.score(
            task.kind, one.table, task.metrics, task.labels, one.candidates or None, task.rule, one.language
        )
        sure = uncertainties(task.kind, one.table, task.metrics, task.labels, task.rule, one.language)
        ends = {row["metric"]: {"low": row["low"], "high": row["high"]} for row in sure}
        rows += [{**named, **row, **ends.get(row["metric"], {"low": None, "high": None})} for row in found]
    return rows


def predict_file(model: str, task_name: str | None, file: Path, study: Study | None = None) -> Iterator[dict[str, Any]]:
    """Label a user's own file.

    Args:
        model: A directory that plain transformers loads, with its head.
        task_name: The task the model was trained on; its kind says how the file is read. None: as the model tells.
        file: Lines of text (``text`` or ``text<TAB>text_pair``), one sentence of space-separated words a line for
            tagging, JSON lines with the kind's columns for multiple choice, SQuAD JSON or JSON lines for QA; or a file
            like those of the task, without what is right (``evaluation.unlabelled``), which a search must be.
        study: A study whose own tasks are known.

    Yields:
        ``{"id", "prediction"}``, with ``tokens`` for tagging and ``score`` where the kind has one; a model of a task
        that knows questions without an answer may predict "". Of a search, the ids of candidates, nearest first.

    Raises:
        DataError: Naming file and line.
        InputError: If the task is not known, or its kind has no head to predict with.
    """
    from xstilts import evaluation
    from xstilts.encoding import ENCODINGS, TokenizerFacts
    from xstilts.evaluation.inputs import read_unlabelled
    from xstilts.evaluation.unlabelled import like_the_task
    from xstilts.models.heads import labels_of

    task, files = named_task(task_name, study, model)
    if task.kind is Kind.MASKED_LM or task.rule == evaluation.MINING_RULE:
        why = "has nothing to label" if task.kind is Kind.MASKED_LM else "mines pairs by a threshold from another split"
        raise InputError(f"{task.name} {why}.", field="--task", hint="`xstilts evaluate` scores such a model.")
    found = like_the_task(task, files, file)
    examples = read_unlabelled(task.kind, file) if found is None else found
    loaded, tokenizer = load_model(model, task)
    facts, options, labels = TokenizerFacts.of(tokenizer), _options(loaded, tokenizer), labels_of(loaded)
    features = ENCODINGS.get(task.kind).encode(examples, tokenizer, options, labels)
    table = evaluation.predict(loaded, task.kind, examples, features, facts, options, labels, rule=task.rule)
    for row in table.to_pylist():
        yield {name: _finite(value) for name, value in row.items() if name not in {"gold", "lost"}}


def _finite(value: object) -> object:
    """None for a score that JSON cannot say: where a context holds no word, no span has one."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def load_model(folder: str, task: Task) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """A model directory with the head of ``task``'s kind (for retrieval the bare encoder), and its tokenizer.

    Raises:
        ModelError: If the directory lacks a file, its head, or the task's labels.
    """
    from xstilts.models import bases
    from xstilts.models.exported import load_exported
    from xstilts.models.heads import labels_of
    from xstilts.models.load import load_encoder, load_tokenizer

    bases.check_folder(Path(folder))
    if task.kind is Kind.RETRIEVAL:
        return load_encoder(folder)[0], load_tokenizer(folder)
    model = load_exported(Path(folder), task.kind)
    names = labels_of(model)
    # a tagger may know fewer tags than the task has (PAN-X has no dates): what it cannot say counts as missed
    fits = set(names) <= set(task.labels) if task.kind is Kind.TAGGING else sorted(names) == sorted(task.labels)
    if task.kind in {Kind.CLASSIFICATION, Kind.TAGGING} and task.labels and not fits:
        hint = f"Its labels are {', '.join(names)}."
        raise ModelError(f"The model was not trained on {task.name}.", field=folder, allowed=task.labels, hint=hint)
    return model, load_tokenizer(folder)


def _options(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> EncodingOptions:
    """The longest input that model and tokenizer take, 512 at most; RoBERTa-likes lose two positions to padding."""
    from xstilts.encoding import EncodingOptions

    positions = getattr(model.config, "max_position_embeddings", 514) - 2
    return EncodingOptions(max_length=int(min(512, positions, tokenizer.model_max_length)))
