"""A plain transformers directory with a head, whoever trained it, as a model to evaluate and predict with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from xstilts.errors import InputError, ModelError
from xstilts.models.encoded import Encoded
from xstilts.models.folders import ENCODINGS, TASK_FILE, VISION, check_folder, read_config
from xstilts.models.head_classes import AUTO_CLASSES, head_class
from xstilts.models.json_files import json_object, wrong
from xstilts.models.load import finite, readable
from xstilts.models.vision.encoders import IMAGE_ENCODERS
from xstilts.tasks import Kind, from_model
from xstilts.tasks.inline import LABELLED

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from xstilts.models.vision.encoders import ImageEncoder
    from xstilts.tasks.base import Task


def load_exported(folder: Path, kind: Kind) -> PreTrainedModel:
    """The model in ``folder`` with the head of ``kind``, float32, in evaluation mode.

    Raises:
        InputError: If the kind has no head.
        ModelError: If the directory cannot be read, or holds another head.
    """
    from transformers import AutoConfig

    if kind not in AUTO_CLASSES:
        raise InputError(f"A {kind} task has no head.", value=kind, allowed=AUTO_CLASSES)
    check_folder(folder, tokenizer=False)
    with readable(folder):
        config = AutoConfig.from_pretrained(str(folder), trust_remote_code=False)
        model, info = head_class(config, kind).from_pretrained(
            str(folder), dtype="float32", use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
    if info["missing_keys"]:
        missing = ", ".join(sorted(info["missing_keys"])[:3])
        hint = f"Its weights lack {missing}; export a model that was trained on such a task."
        raise ModelError(f"has no {kind} head.", field=str(folder), hint=hint)
    finite(folder, model)
    return cast("PreTrainedModel", model.eval())


def told_task(folder: Path) -> tuple[Task, dict[str, Any]] | None:
    """The task that an export says it was trained on, and its files by language and split; None where it says nothing.

    Raises:
        ModelError: If what it says cannot be read.
    """
    path = folder / TASK_FILE
    if (found := _said_of_task(path)) is None:
        return None
    name, said = found
    try:
        return from_model(name, {key: value for key, value in said.items() if key not in (ENCODINGS, VISION)})
    except InputError as error:
        hint = f"Delete {TASK_FILE} and say the task: --task NAME, with --study FILE where it is a study's own."
        raise ModelError(f"does not tell a task: {error}", field=str(path), hint=hint) from error


def told_encoding(folder: Path, task: Task) -> Encoded | None:
    """How the texts of a task were encoded where a study scored an exported model on it.

    For a task that no study scored it on: as the export's own task was, if that is of the same kind; the margin by
    which pairs are mined is then the usual one. None where nothing is told.

    Raises:
        ModelError: If what the export says cannot be read.
    """
    path = folder / TASK_FILE
    if (found := _said_of_task(path)) is None:
        return None
    own, said = found
    entries = said.get(ENCODINGS, {})
    if not isinstance(entries, dict):
        raise wrong(path, ENCODINGS, entries, "an object")
    if task.name in entries:
        return Encoded.from_json(entries[task.name], path, task.name)
    if own not in entries or said.get("kind") != task.kind:
        return None
    encoded = Encoded.from_json(entries[own], path, own)
    left_out = {"similarity"} if task.rule else set()
    kept = [{key: value for key, value in one.items() if key not in left_out} for one in encoded.vectors]
    return replace(encoded, vectors=tuple(kept))


def told_vision(folder: Path) -> ImageEncoder | None:
    """What looked at the images that a model was trained on; None where nothing is told.

    Raises:
        ModelError: If what the export says cannot be read, or is an image encoder of another version.
    """
    path = folder / TASK_FILE
    found = _said_of_task(path)
    said = found[1].get(VISION) if found else None
    if said is None:
        return None
    name = said.get("encoder") if isinstance(said, dict) else None
    if name not in IMAGE_ENCODERS.names():
        raise wrong(path, f"{VISION}.encoder", name, f"one of {', '.join(IMAGE_ENCODERS.names())}")
    encoder = IMAGE_ENCODERS.get(name)
    if dict(encoder.fingerprint()) != said:
        raise ModelError(f"was trained with another version of the image encoder {name}.", field=str(path), value=said)
    return encoder


def _said_of_task(path: Path) -> tuple[str, dict[str, Any]] | None:
    """The name of the task, and all else that the file says; None where there is no file.

    Raises:
        ModelError: If it cannot be read, or names no task.
    """
    if not path.is_file():
        return None
    said = json_object(path)
    name = said.pop("task", None)
    if not isinstance(name, str) or not name:
        raise ModelError(f"names the task {name!r}; expected its name.", field=str(path), value=name)
    return name, said


def task_by_head(folder: Path) -> Task | None:
    """What a model that tells no task can do, by the class and the labels in its config; None where it answers nothing.

    Raises:
        ModelError: If the config, or its labels, cannot be read.
    """
    if not (folder / "config.json").is_file():
        return None
    config = read_config(folder)
    endings = {name.removeprefix("AutoModel"): kind for kind, name in AUTO_CLASSES.items() if kind != Kind.MASKED_LM}
    heads = [kind for end, kind in endings.items() for name in config.get("architectures") or () if _ends(name, end)]
    if not heads:
        return None
    numbered = sorted((config.get("id2label") or {}).items(), key=lambda label: (len(label[0]), label[0]))
    labels = {"labels": [label for _, label in numbered]} if heads[0] in LABELLED else {}
    try:
        return from_model(folder.resolve().name, {"kind": str(heads[0]), **labels})[0]
    except InputError as error:
        hint = "Say which task it was trained on: --task NAME."
        raise ModelError(f"does not name its labels: {error}", field=str(folder / "config.json"), hint=hint) from error


def _ends(name: object, end: str) -> bool:
    return isinstance(name, str) and name.endswith(end)
