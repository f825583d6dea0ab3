"""A stored model as a plain transformers directory: one task's model or bare encoder, tokenizer, labels, model card."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.errors import ModelError
from xstilts.models.alignment import align_file
from xstilts.models.folders import TASK_FILE
from xstilts.models.head_classes import AUTO_CLASSES, HOW, built, encoder_class, head_class, is_ours
from xstilts.models.load import load_encoder, load_tokenizer, quiet
from xstilts.models.stored import ENCODER, load_stored
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from transformers import PreTrainedConfig, PreTrainedModel

_PIPELINE_TAGS: Mapping[Kind, str] = {
    Kind.CLASSIFICATION: "text-classification",
    Kind.VISUAL_CLASSIFICATION: "visual-question-answering",
    Kind.MULTIPLE_CHOICE: "multiple-choice",
    Kind.TAGGING: "token-classification",
    Kind.SPAN_QA: "question-answering",
    Kind.MASKED_LM: "fill-mask",
    Kind.RETRIEVAL: "feature-extraction",
}


@dataclass(frozen=True)
class CardFacts:
    """What the model card says; empty fields are left out.

    Attributes:
        title: Heading.
        summary: One paragraph for people.
        base: The encoder that training started from.
        languages: BCP-47 codes of the training data.
        licence: As stated by the training data's source.
        rows: Further facts as name and value, printed as a table (phases, seed, scores, node key, versions).
        index: What was measured of it, as the hub's ``model-index``.
        task: What the model does, in the form in which a study describes a task of its own; see ``exported``.
    """

    title: str
    summary: str = ""
    base: str = ""
    languages: tuple[str, ...] = ()
    licence: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    task: Mapping[str, Any] = field(default_factory=dict)
    index: Sequence[Mapping[str, Any]] = ()


def export(stored: Path, task: str, tokenizer: str | Path, out: Path, card: CardFacts) -> None:
    """Write the model of ``task`` so that the library's ``AutoModelFor…`` loads it and predicts the same.

    A small head of ours lies in the same file; the card says how it is read.

    Args:
        stored: Folder that :func:`xstilts.models.stored.save_model` wrote.
        task: Whose head.
        tokenizer: Directory or hub name of the tokenizer.
        out: Directory to make; must not hold a model yet.
        card: Facts for README.md.

    Raises:
        ModelError: If there is no such head, ``out`` is taken, or the result does not load cleanly.
    """
    _check_free(out)
    loaded = load_stored(stored)
    model, kind = loaded.model(task), loaded.heads[task].kind
    out.mkdir(parents=True, exist_ok=True)
    state = model.state_dict()
    with quiet():
        expected = _expected_names(model, kind)
        plain = {name: state[name] for name in state if name in expected}
        model.save_pretrained(str(out), state_dict=plain, max_shard_size="1000GB")
        align_file(out / "model.safetensors")
        load_tokenizer(tokenizer).save_pretrained(str(out))
        _check(out, kind)
    _write_facts(out, kind, card, model.config)


def export_encoder(stored: Path, tokenizer: str | Path, out: Path, card: CardFacts) -> None:
    """Write the bare encoder, which is all there is of a dual encoder, so that ``AutoModel`` loads it.

    Args:
        stored: Folder that :func:`xstilts.models.stored.save_model` wrote.
        tokenizer: Directory or hub name of the tokenizer.
        out: Directory to make; must not hold a model yet.
        card: Facts for README.md.

    Raises:
        ModelError: If the model cannot be read, ``out`` is taken, or the result does not load cleanly.
    """
    _check_free(out)
    encoder, _ = load_encoder(stored / ENCODER)
    out.mkdir(parents=True, exist_ok=True)
    with quiet():
        encoder.save_pretrained(str(out), max_shard_size="1000GB")
        align_file(out / "model.safetensors")
        load_tokenizer(tokenizer).save_pretrained(str(out))
        _check(out, Kind.RETRIEVAL)
    _write_facts(out, Kind.RETRIEVAL, card, encoder.config)


def _write_facts(out: Path, kind: Kind, card: CardFacts, config: PreTrainedConfig) -> None:
    (out / "README.md").write_text(model_card(kind, card, config), encoding="utf-8")
    if card.task:
        text = json.dumps(card.task, ensure_ascii=False, indent=1) + "\n"
        (out / TASK_FILE).write_text(text, encoding="utf-8")


def _check_free(out: Path) -> None:
    if (out / "config.json").exists():
        raise ModelError("There is a model in this directory already.", field=str(out), hint="Give a new directory.")


def model_card(kind: Kind, card: CardFacts, config: PreTrainedConfig | None = None) -> str:
    """README.md of an exported model: the hub's header, how to load it, and a table of facts.

    Args:
        kind: The task's kind.
        card: The facts.
        config: The model's config; None: one for which the library has all classes.
    """
    head = ["---", "library_name: transformers", f"pipeline_tag: {_PIPELINE_TAGS[kind]}"]
    if card.base:
        head.append(f"base_model: {card.base}")
    if card.languages:
        head.append("language:")
        head += [f"- {_quoted(code)}" for code in card.languages]
    head += ["tags:", "- xstilts"]
    if card.index:
        told = yaml.safe_dump({"model-index": list(card.index)}, allow_unicode=True, sort_keys=False)
        head += told.splitlines()
    lines = [*head, "---", "", f"# {card.title}", ""]
    if card.summary:
        lines += [card.summary, ""]
    lines += [_how_to_load(kind, config), ""]
    if card.task and kind is not Kind.MASKED_LM:
        lines += ["`xstilts predict DIRECTORY FILE` answers a file with it.", ""]
    facts = {"Base": card.base, "Licence of the training data": card.licence, **card.rows}
    rows = [f"| {name} | {_cell(value)} |" for name, value in facts.items() if value]
    return "\n".join([*lines, *(["| fact | value |", "|---|---|", *rows, ""] if rows else [])])


def _how_to_load(kind: Kind, config: PreTrainedConfig | None) -> str:
    encoder = "AutoModel" if config is None else encoder_class(config)
    if kind == Kind.RETRIEVAL:
        return f"Load it with `{encoder}.from_pretrained(directory)`."
    if config is None or not is_ours(config, kind):
        return f"Load it with `{AUTO_CLASSES[kind]}.from_pretrained(directory)`."
    return (
        f"`{encoder}.from_pretrained(directory)` loads the encoder. transformers has no class for this head, which is "
        f"one linear map, `classifier.weight` and `classifier.bias` in model.safetensors, on {HOW[kind]}; "
        "`xstilts.models.exported.load_exported` loads both."
    )


def _quoted(code: str) -> str:
    return f'"{code}"' if code == "no" else code  # YAML reads a bare no as false


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _expected_names(model: PreTrainedModel, kind: Kind) -> set[str]:
    """Tensor names of the plain class, which has no pooler where its head does not use one."""
    import torch

    with torch.device("meta"):
        return set(built(model.config, kind, torch.float32).state_dict())


def _check(folder: Path, kind: Kind) -> None:
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(str(folder))
    made = getattr(transformers, encoder_class(config)) if kind == Kind.RETRIEVAL else head_class(config, kind)
    _, info = made.from_pretrained(str(folder), dtype=torch.float32, output_loading_info=True)
    problems = {key: sorted(map(str, names)) for key, names in info.items() if names}
    if problems:
        raise ModelError(f"The exported model does not load cleanly: {problems}", field=str(folder), value=problems)
