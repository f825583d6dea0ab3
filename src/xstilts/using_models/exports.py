"""``export``: a trained node as a directory that plain transformers loads, complete or absent."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.disk import sync, sync_tree
from xstilts.errors import InputError, ModelError, StoreError
from xstilts.models import bases
from xstilts.models.folders import ENCODINGS, VISION
from xstilts.planning.phases import is_dual_encoder
from xstilts.runners.choose import CHOICE
from xstilts.runners.train import HISTORY
from xstilts.sources.views import parsed
from xstilts.store import recorded
from xstilts.store.node import TRAINED_KINDS
from xstilts.store.payloads import ConvertPayload, Form, LookPayload, TrainPayload, payload_of
from xstilts.store.roles import ENCODER, MODEL, PREDICTIONS, GridRole, PortionRole
from xstilts.store.store import Entry
from xstilts.tasks import TASKS, from_inline
from xstilts.tasks.base import Kind
from xstilts.using_models import measured
from xstilts.using_models.told_encodings import encodings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xstilts.models.export import CardFacts
    from xstilts.store.store import Store


def export_node(store: Store, prefix: str, folder: Path, task: str | None = None) -> Path:
    """Write a trained node as a directory that plain transformers loads, and that tells its task.

    Args:
        store: The store that holds the node.
        prefix: The node's key, or its first characters.
        folder: Where to; must not exist yet, or be empty. It appears whole, at the end.
        task: Which of several tasks of the phase; None: the only one that has a head. A dual encoder has none: it is
            the encoder itself.

    Raises:
        StoreError: If no such node is stored, or its weights were dropped; says how to get them back.
        InputError: If the node is no training node, it has no such task, or the folder cannot be written or is taken.
    """
    from xstilts.models.export import export, export_encoder

    entry = store.find(prefix)
    if entry.kind not in TRAINED_KINDS:
        model = _model_behind(store, entry)
        hint = f"The model behind it is {model[:16]}." if model else "`xstilts plan STUDY` prints their keys."
        said = f"is a {entry.kind} node; only {', '.join(TRAINED_KINDS)} nodes hold a model trained here."
        raise InputError(said, field=prefix, hint=hint)
    heads = json.loads((store.read(entry.key, entry.kind) / "heads.json").read_text(encoding="utf-8"))
    provenance = _of_training(store, entry)
    duals = [name for name in _trained(provenance).phase.tasks if is_dual_encoder(name)]
    chosen = _chosen(prefix, task, heads, duals)
    source = _with_weights(store, entry, {"encoder"} if chosen in duals else {"encoder", "heads"})
    encodings = encodings_of(store, entry, provenance["node"])
    told = {**described(store, entry, chosen, heads.get(chosen)), **({ENCODINGS: encodings} if encodings else {})}
    looked = _vision(store, provenance)
    told |= {VISION: looked} if looked else {}
    card = _card(entry, provenance, chosen, told)
    origin = origin_of(store, provenance)
    results = measured.results_of(store, entry.key)
    index = measured.model_index(card.title, results)
    card = replace(card, rows=dict(card.rows) | ({"encoder": origin} if origin else {}), index=index)
    with whole(folder) as work:
        if chosen in duals:
            export_encoder(source, source / "encoder", work, card)
        else:
            export(source, chosen, source / "encoder", work, card)
        measured.write(work, results, str(provenance["ended"])[:10])
    return folder


def _chosen(prefix: str, task: str | None, heads: Iterable[str], duals: Iterable[str]) -> str:
    """The task to export: the one that is said, the only head, or the dual encoder where there is no head."""
    names = [*heads, *duals]
    if task is None and len(list(heads)) > 1:
        raise InputError("was trained on several tasks; name one with --task.", field=prefix, allowed=names)
    if task is not None and task not in names:
        raise InputError(f"{prefix} was not trained on {task!r}.", field="--task", value=task, allowed=names)
    return task or names[0]


def _model_behind(store: Store, entry: Entry) -> str:
    """Key of the model whose predictions or scores a node holds; "" for other nodes, and for the bare base."""
    for role in (PREDICTIONS, MODEL):
        key = store.provenance(entry.key, entry.kind)["node"]["parents"].get(role, entry.key)
        entry = Entry(key, store.kind_of(key) or entry.kind)
    return entry.key if entry.kind in TRAINED_KINDS else ""


def _with_weights(store: Store, entry: Entry, parts: set[str]) -> Path:
    """The folder of a node that has the weights of these parts.

    Raises:
        StoreError: If they were dropped; names the command that makes them again.
    """
    if store.has(entry.key, entry.kind, parts):
        return store.read(entry.key, entry.kind, parts)
    commands = [said.command for said in recorded.behind(store, entry.key) if said.command]
    command = f"{commands[0]} --keep all" if commands else "xstilts run STUDY --keep all (with its --store and --set)"
    raise StoreError(
        f"The weights of the {entry.kind} node {entry.key[:12]} were dropped to save space.",
        hint=f"This makes them again, and nothing that needs no making: {command}",
    )


def _of_training(store: Store, entry: Entry) -> Mapping[str, Any]:
    """The provenance of the phase that trained a model, and the ``steps_made``; of a sweep, of the phase kept."""
    key, kind = entry.key, entry.kind
    if kind == "choose":
        key, kind = json.loads((store.read(key, kind) / CHOICE).read_text(encoding="utf-8"))["key"], "train"
    history = store.file(key, kind, HISTORY)
    made = None if history is None else json.loads(history.read_text(encoding="utf-8"))["steps"]
    return {**store.provenance(key, kind), "steps_made": made}


def described(store: Store, entry: Entry, name: str, head: Mapping[str, Any] | None) -> dict[str, Any]:
    """The task of an export, in the form in which a study describes its own: kind and labels at least."""
    facts = head or {"kind": str(Kind.RETRIEVAL), "labels": []}
    told = {"kind": facts["kind"]} | ({"labels": facts["labels"]} if facts["labels"] else {})
    for said in recorded.behind(store, entry.key):
        if name in said.tasks:
            own, _ = from_inline(name, said.tasks[name])
            if (str(own.kind), list(own.labels)) == (facts["kind"], facts["labels"]):
                return {"task": name, **said.tasks[name], **told}
    return {"task": name, **told}


def origin_of(store: Store, provenance: Mapping[str, Any]) -> str:
    """Where the encoder behind a node comes from, if it was made from another form; "" otherwise, or if unknown."""
    while key := provenance["node"]["parents"].get(ENCODER):
        kind = store.kind_of(key)
        if kind is None:
            return ""
        provenance = store.provenance(key, kind)
        if kind == ConvertPayload.node_kind:
            asked = payload_of(kind, provenance["node"]["payload"], ConvertPayload)
            return bases.resolve(asked.base).origin
    return ""


def _vision(store: Store, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """What looked at the images that a phase was trained on; empty without images, or where they came as features."""
    parents = provenance["node"]["parents"]
    for role in GridRole.among(parents):
        said = store.provenance(parents[str(role)], LookPayload.node_kind)["node"]["payload"]
        asked = payload_of(LookPayload.node_kind, said, Form)
        return dict(asked.look) if isinstance(asked, LookPayload) else {}
    return {}


def _trained(provenance: Mapping[str, Any]) -> TrainPayload:
    """What the node that trained a model was asked for."""
    return payload_of(provenance["node"]["kind"], provenance["node"]["payload"], TrainPayload)


def _card(entry: Entry, provenance: Mapping[str, Any], task: str, described: Mapping[str, Any]) -> CardFacts:
    """The model card: which phase of which chain this is, and with what it was trained."""
    from xstilts import __version__
    from xstilts.models.export import CardFacts

    node = provenance["node"]
    trained = _trained(provenance)
    phase = trained.phase
    languages = sorted({role.language for role in PortionRole.among(node["parents"], "train")})
    original = parsed(task)[0]
    known = TASKS.get(original).licence if original in TASKS else ""
    summary = f"Written by xstilts {__version__} from the node {entry.key}."
    said = {"phase": node["label"], "tasks": ", ".join(phase.tasks), "key": entry.key}
    vectors = {name: str(value) for name, value in (phase.contrast.to_json() if phase.contrast else {}).items()}
    numbers = {
        name: str(getattr(phase, name))
        for name in ("seed", "learning_rate", "batch_size", "epochs", "steps", "precision")
    } | {"steps": str(provenance["steps_made"])}
    if trained.as_long:  # other phases' tokens tell the length
        del numbers["epochs"]
    versions = {name: str(provenance["versions"].get(name, "")) for name in ("torch", "transformers")}
    codes = tuple(code for code in languages if "+" not in code)
    rows = {**said, **numbers, **(vectors if is_dual_encoder(task) else {}), **versions}
    title = f"{task}, seed {phase.seed}"
    return CardFacts(title, summary, languages=codes, licence=known, rows=rows, task=described)


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A folder to write to, which becomes ``out`` once all of it is on the disk; killed before, ``out`` is not there.

    It lies beside ``out``, so that one rename puts it in place, and is locked as long as its process lives: what a
    killed one left is removed by the next that writes to ``out``.

    Raises:
        ModelError: If ``out`` holds something already, or cannot be written.
    """
    goal = _goal(out)
    work = goal.with_name(f"{_part(goal)}{uuid.uuid4().hex[:8]}")
    try:
        _clean(goal)
        work.mkdir(parents=True)
        with _locked(work):
            yield work
            sync_tree(work)
            work.rename(goal)
        sync(goal.parent)
    except BaseException as error:
        shutil.rmtree(work, ignore_errors=True)
        if isinstance(error, OSError) or "No space left on device" in str(error):
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise ModelError(f"cannot be written: {reason}.", field=str(out)) from error
        raise


def _goal(out: Path) -> Path:
    """Where the folder is to be, links followed.

    Raises:
        ModelError: If something is there, or the place cannot be looked at.
    """
    hint = "Give a new directory."
    try:
        goal = out.expanduser().resolve()
        if not goal.is_dir():
            if goal.exists():
                raise ModelError("is a file.", field=str(out), hint=hint)
            return goal
        if (goal / "config.json").exists():
            raise ModelError("There is a model in this directory already.", field=str(out), hint=hint)
        if goal == Path.cwd() or any(goal.iterdir()):
            raise ModelError("The directory is not empty, or is the one you are in.", field=str(out), hint=hint)
    except (OSError, RuntimeError) as error:  # no such user, a circle of links, a name that is too long
        raise ModelError(f"cannot be written: {getattr(error, 'strerror', None) or error}.", field=str(out)) from error
    return goal


def _part(goal: Path) -> str:
    return f".{goal.name[:100]}.part-"


def _clean(goal: Path) -> None:
    for path in goal.parent.glob(f"{_escaped(_part(goal))}*"):
        try:
            with _locked(path):
                shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:  # another export is at work in it
            continue


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder as long as this process lives.

    Raises:
        BlockingIOError: If another process does.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
