"""What the command line does with one trained model: evaluate it, predict with it, export it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.errors import InputError, ModelError
from xstilts.sources.views import parsed
from xstilts.studies import mining, searching
from xstilts.studies.node import MODEL_KINDS
from xstilts.studies.phases import is_dual_encoder
from xstilts.studies.runners.choose import CHOICE
from xstilts.studies.runners.train import HISTORY
from xstilts.studies.target_spec import Target
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding import EncodingOptions
    from xstilts.models.export import CardFacts
    from xstilts.sources import Source
    from xstilts.studies.store import Entry, Store
    from xstilts.tasks.base import Task


def export_node(store: Store, prefix: str, folder: Path, task: str | None = None) -> Path:
    """Write a trained node as a directory that plain transformers loads.

    Args:
        store: The store that holds the node.
        prefix: The node's key, or its first characters.
        folder: Where to; must not exist yet, or be empty.
        task: Which of several tasks of the phase; None: the only one that has a head. A dual encoder has none: it is
            the encoder itself.

    Raises:
        StoreError: If no such node is stored, or its weights were dropped.
        InputError: If the node is no training node, or the folder is not empty.
    """
    from xstilts.models.export import export, export_encoder

    entry = store.find(prefix)
    if entry.kind not in MODEL_KINDS:
        raise InputError(f"is a {entry.kind} node; only {', '.join(MODEL_KINDS)} nodes hold a model.", field=prefix)
    source = store.read(entry.key, entry.kind, {"encoder", "heads"})
    heads = json.loads((source / "heads.json").read_text(encoding="utf-8"))
    if task is None and len(heads) > 1:
        raise InputError("was trained on several tasks; name one with --task.", field=prefix, allowed=heads)
    provenance = _of_training(store, entry)
    duals = [name for name in provenance["node"]["payload"]["phase"]["tasks"] if is_dual_encoder(name)]
    chosen = task or next(iter([*heads, *duals]))
    card = _card(entry, provenance, chosen)
    if chosen in duals:
        export_encoder(source, source / "encoder", folder, card)
    else:
        export(source, chosen, source / "encoder", folder, card)
    return folder


def _of_training(store: Store, entry: Entry) -> Mapping[str, Any]:
    """The provenance of the phase that trained a model, and the ``steps_made``; of a sweep, of the phase kept."""
    key, kind = entry.key, entry.kind
    if kind == "choose":
        key, kind = json.loads((store.read(key, kind) / CHOICE).read_text(encoding="utf-8"))["key"], "train"
    made = json.loads((store.folder(key, kind) / HISTORY).read_text(encoding="utf-8"))["steps"]
    return {**store.provenance(key, kind), "steps_made": made}


def _card(entry: Entry, provenance: Mapping[str, Any], task: str) -> CardFacts:
    """The model card: which phase of which chain this is, and with what it was trained."""
    from xstilts import __version__
    from xstilts.models.export import CardFacts

    node = provenance["node"]
    phase = node["payload"]["phase"]
    languages = sorted({role.split("/")[2] for role in node["parents"] if role.startswith("train/")})
    original = parsed(task)[0]
    known = TASKS.get(original).licence if original in TASKS else ""
    summary = f"Written by xstilts {__version__} from the node {entry.key}."
    said = {"phase": node["label"], "tasks": ", ".join(phase["tasks"]), "key": entry.key}
    vectors = {name: str(value) for name, value in (phase.get("contrast") or {}).items()}
    numbers = {
        name: str(phase[name]) for name in ("seed", "learning_rate", "batch_size", "epochs", "steps", "precision")
    } | {"steps": str(provenance["steps_made"])}
    if "as_long" in node["payload"]:  # other phases' tokens tell the length
        del numbers["epochs"]
    versions = {name: str(provenance["versions"].get(name, "")) for name in ("torch", "transformers")}
    codes = tuple(code for code in languages if "+" not in code)
    rows = {**said, **numbers, **(vectors if is_dual_encoder(task) else {}), **versions}
    return CardFacts(f"{task}, seed {phase['seed']}", summary, languages=codes, licence=known, rows=rows)


def evaluate_checkpoint(
    model: str,
    task_name: str,
    languages: Sequence[str],
    source: Source,
    split: str | None = None,
    vectors: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Score a model directory on a task.

    Args:
        model: A directory that plain transformers loads, with its head; for retrieval only its encoder is used.
        task_name: The task.
        languages: Languages to score; empty: all that the source gives. Pools of retrieval hold these languages.
        source: Where the examples come from.
        split: Which split; None: ``test`` or, where there is none, ``dev``.
        vectors: For retrieval, how texts are compared: any of ``layer, pooling, layers, space, similarity``; what is
            left out is the last layer, the mean, and the task's usual similarity.

    Returns:
        Rows ``{task, language, setting, metric, value, n}``.

    Raises:
        InputError: If a language is not there, or vectors are described for a task that is not searched.
    """
    from xstilts import evaluation
    from xstilts.encoding import ENCODINGS, TokenizerFacts
    from xstilts.models.heads import labels_of

    task = sources.with_labels(TASKS.get(task_name, "--task"), source)
    split = split or ("test" if "test" in task.splits else "dev")
    given = sources.languages(task, source, split)
    unknown = [code for code in languages if code not in given]
    if unknown:
        raise InputError(
            f"{task.name} has no {split} data in {', '.join(unknown)}.", field="--languages", allowed=given
        )
    if vectors and task.kind is not Kind.RETRIEVAL:
        raise InputError(f"{task.name} is a {task.kind} task; vectors are for retrieval.", field="--vectors")
    mines = task.rule == evaluation.MINING_RULE
    for code in languages or given if mines else ():
        mining.check_tuning(task, code, split, source, "--task")
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
            ways = searching.variants(Target(task=task.name), task, codes)
            yield from evaluation.retrieve_all(loaded, parts, facts, [setting], ways, shared=task.shared_pool)
            return
        for code in codes:
            part = read(code, split)
            if mines:
                (table,) = evaluation.mine_pairs(loaded, part, read(code, mining.TUNING_SPLIT), facts, (setting,))
            else:
                names = labels_of(loaded)
                table = evaluation.predict(loaded, task.kind, *part, facts, options, names, rule=task.rule)
            yield evaluation.Ranked(code, setting, table, 0, None)

    rows: list[dict[str, Any]] = []
    for one in answered():
        named = {"task": task.name, "language": one.language, "setting": searching.written(one.setting)}
        found = evaluation.score(
            task.kind, one.table, task.metrics, task.labels, one.candidates or None, task.rule, one.language
        )
        rows += [{**named, **row} for row in found]
    return rows


def predict_file(model: str, task_name: str, file: Path) -> Iterator[dict[str, Any]]:
    """Label a user's own file.

    Args:
        model: A directory that plain transformers loads, with its head.
        task_name: The task the model was trained on; its kind says how the file is read.
        file: Lines of text (``text`` or ``text<TAB>text_pair``), one sentence of space-separated words a line for
            tagging, JSON lines with the kind's columns for multiple choice, SQuAD JSON or JSON lines for QA.

    Yields:
        ``{"id", "prediction"}``, with ``tokens`` for tagging and ``score`` where the kind has one; a model of a task
        that knows questions without an answer may predict "".

    Raises:
        DataError: Naming file and line.
        InputError: If the kind has no head to predict with.
    """
    from xstilts import evaluation
    from xstilts.encoding import ENCODINGS, TokenizerFacts
    from xstilts.evaluation.inputs import read_unlabelled
    from xstilts.models.heads import labels_of

    task = TASKS.get(task_name, "--task")
    if task.kind in {Kind.RETRIEVAL, Kind.MASKED_LM}:
        raise InputError(f"{task.name} is a {task.kind} task: there is nothing to label.", field="--task")
    examples = read_unlabelled(task.kind, file)
    loaded, tokenizer = load_model(model, task)
    facts, options, labels = TokenizerFacts.of(tokenizer), _options(loaded, tokenizer), labels_of(loaded)
    features = ENCODINGS.get(task.kind).encode(examples, tokenizer, options, labels)
    table = evaluation.predict(loaded, task.kind, examples, features, facts, options, labels, rule=task.rule)
    for row in table.to_pylist():
        yield {name: value for name, value in row.items() if name not in {"gold", "lost"}}


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
