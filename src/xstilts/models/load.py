"""Encoders and tokenizers from a directory or the hub, and new encoders for pretraining.

Weights are always float32 in memory, only safetensors are read, and remote code is never run.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from xstilts.errors import InputError, ModelError, XstiltsError, nearest, shortened
from xstilts.models.alignment import align_in_memory
from xstilts.models.folders import check_folder, check_tokenizer
from xstilts.models.head_classes import encoder_class
from xstilts.models.json_files import first_line
from xstilts.models.seeding import seeded
from xstilts.models.transfer import TransferReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding.base import TokenizerFacts


def load_encoder(
    location: str | Path, revision: str | None = None, seed: int = 0
) -> tuple[PreTrainedModel, TransferReport]:
    """The encoder that lies at ``location``, in float32, and what became of each tensor.

    Args:
        location: A directory (base, stored model or export) or a hub model ``owner/name``.
        revision: Commit on the hub.
        seed: A pooler that the weights lack is drawn from this seed.

    Returns:
        The architecture's ``AutoModel`` (of an encoder-decoder the encoder) in evaluation mode, and the report.

    Raises:
        ModelError: If it cannot be read, or a tensor is missing, of another shape, or fits nowhere.
    """
    if Path(location).is_dir():
        check_folder(Path(location), tokenizer=False)
    with readable(location), seeded(seed, "pooler"):
        encoder, info = _auto(_config(location, revision)).from_pretrained(
            str(location), revision=revision, trust_remote_code=False, **_WEIGHTS, output_loading_info=True
        )
    report = _report(location, encoder, info)
    finite(location, encoder)
    align_in_memory(encoder)
    return encoder.eval(), report


def new_encoder(architecture: Mapping[str, Any], vocabulary: TokenizerFacts, seed: int) -> PreTrainedModel:
    """An untrained encoder in float32.

    Args:
        architecture: ``model_type`` and fields of its config (``hidden_size``, ``num_hidden_layers`` …).
        vocabulary: Gives the size of the embedding and the padding id.
        seed: The library's own initialisation is drawn from it.

    Raises:
        InputError: If the model type or a field is unknown, or the library cannot build such a model.
    """
    import torch
    from transformers import CONFIG_MAPPING, AutoConfig

    fields = dict(architecture)
    model_type = str(fields.pop("model_type", ""))
    if model_type not in CONFIG_MAPPING:
        hint = nearest(model_type, list(CONFIG_MAPPING)) or "For example xlm-roberta or bert."
        raise InputError("There is no such model type.", field="architecture.model_type", value=model_type, hint=hint)
    known = AutoConfig.for_model(model_type).to_dict()
    for name in fields:
        if name not in known:
            raise InputError("The config has no such field.", field=f"architecture.{name}", value=name,
                             hint=nearest(name, list(known)))  # fmt: skip
    fields |= {"vocab_size": vocabulary.vocab_size, "pad_token_id": vocabulary.pad_id}
    with _buildable(), seeded(seed, "encoder"):
        config = AutoConfig.for_model(model_type, **fields)
        encoder = _auto(config).from_config(config, dtype=torch.float32)
    return encoder.eval()  # type: ignore[no-any-return]


@contextmanager
def _buildable() -> Iterator[None]:
    """Turn what the library says of fields that do not fit into one error that names their place."""
    try:
        yield
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        said = shortened(" ".join(str(error).split()), 300)
        raise InputError(f"No model can be built with these fields: {type(error).__name__}: {said}.",
                         field="architecture") from error  # fmt: skip


def untrained_encoder(location: str | Path, revision: str | None = None, seed: int = 0) -> PreTrainedModel:
    """An encoder of the architecture that lies at ``location``, in float32, with new weights.

    Args:
        location: A directory or a hub model.
        revision: Commit on the hub.
        seed: The library's own initialisation is drawn from it.

    Raises:
        ModelError: If its config cannot be read.
    """
    import torch

    with readable(location), seeded(seed, "encoder"):
        config = _config(location, revision)
        encoder = _auto(config).from_config(config, dtype=torch.float32)
    return encoder.eval()  # type: ignore[no-any-return]


def _config(location: str | Path, revision: str | None) -> PreTrainedConfig:
    from transformers import AutoConfig

    found: PreTrainedConfig = AutoConfig.from_pretrained(str(location), revision=revision, trust_remote_code=False)
    return found


def _auto(config: PreTrainedConfig) -> Any:  # noqa: ANN401 - the library's own have no type in common
    import transformers

    return getattr(transformers, encoder_class(config))


def load_tokenizer(location: str | Path, revision: str | None = None) -> PreTrainedTokenizerFast:
    """The tokenizer at ``location`` (a directory or hub model).

    Raises:
        ModelError: If there is none, or it is no fast tokenizer.
    """
    from transformers import AutoTokenizer

    if Path(location).is_dir():
        _need_tokenizer(Path(location))
        check_tokenizer(Path(location))
    with readable(location):
        tokenizer = AutoTokenizer.from_pretrained(str(location), revision=revision, trust_remote_code=False)
    if not tokenizer.is_fast:
        raise ModelError("The tokenizer has no fast version, and answers are cut by character offsets.",
                         field=str(location), hint="Convert it to a tokenizer.json first.")  # fmt: skip
    for name in ("is_local", "local_files_only"):  # how it was loaded is no part of what it is
        tokenizer.init_kwargs.pop(name, None)
    return cast("PreTrainedTokenizerFast", tokenizer)


# without a dtype the file's own is taken; wrong shapes are reported by name below, and refused
_WEIGHTS: Mapping[str, Any] = {"dtype": "float32", "use_safetensors": True, "ignore_mismatched_sizes": True}


def _need_tokenizer(folder: Path) -> None:
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt")):
        raise ModelError("The directory has no tokenizer.json.", field=str(folder), value="tokenizer.json",
                         hint="Save the tokenizer there too: tokenizer.save_pretrained(directory).")  # fmt: skip


@contextmanager
def readable(location: str | Path) -> Iterator[None]:
    """Turn the library's many ways to fail into one error that names the place."""
    try:
        with quiet():
            yield
    except BaseException as error:  # of any sort: a file of the wrong shape fails wherever it is first looked into
        if isinstance(error, XstiltsError | MemoryError | KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise ModelError(f"It cannot be loaded: {first_line(error)}", field=str(location)) from error


def finite(location: str | Path, model: torch.nn.Module) -> None:
    """Refuse weights that are not numbers.

    Raises:
        ModelError: Naming the first such tensor.
    """
    import torch

    for name, tensor in model.named_parameters():
        if not torch.isfinite(tensor).all():
            hint = "Its training may have diverged; take other weights."
            raise ModelError(f"The weights of {name} are not all numbers.", field=str(location), value=name, hint=hint)


@contextmanager
def quiet() -> Iterator[None]:
    """No load reports and progress bars of transformers: what they say is ours to check and to say."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _report(location: str | Path, encoder: PreTrainedModel, info: Mapping[str, Any]) -> TransferReport:
    missing = sorted(info["missing_keys"])
    unexpected = sorted(info["unexpected_keys"])
    wrong = [name for name, *_ in info.get("mismatched_keys", ())]
    lost = [name for name in missing if not name.startswith("pooler.")]
    trained_with_head = type(encoder).__name__ not in (encoder.config.architectures or ())
    own = {name.split(".", 1)[0] for name, _ in encoder.named_children()} | {encoder.base_model_prefix}
    stray = [name for name in unexpected if not trained_with_head or name.split(".", 1)[0] in own]
    for problem, names in (("lacks", lost), ("has another shape for", wrong), ("holds, and nothing takes,", stray)):
        if names:
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            raise ModelError(f"The weights file {problem} {shown}.", field=str(location), value=names,
                             hint="Does config.json belong to these weights?")  # fmt: skip
    kept = tuple(name for name in encoder.state_dict() if name not in set(missing))
    return TransferReport(kept, missing=tuple(missing), unexpected=tuple(unexpected))
