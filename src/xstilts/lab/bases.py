"""Where the pretrained bases of the lab lie: directories inside the package, one per base."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import ModelError, nearest

BASES: tuple[str, ...] = ("lab-tiny", "lab-tiny.2", "lab-tiny.3", "lab-small", "lab-small.2", "lab-small.3")
"""Two sizes, three pretraining seeds of each; the first seed has no suffix."""

_FOLDER = Path(__file__).parent / "bases"


def base_folder(name: str) -> Path:
    """The directory of one base: ``config.json``, ``model.safetensors``, ``tokenizer.json``, ``tokenizer_config.json``.

    Raises:
        ModelError: If the lab has no base of that name.
    """
    if name not in BASES:
        raise ModelError(
            f"The lab has no base called {name!r}.", value=name, allowed=BASES, hint=nearest(name, list(BASES))
        )
    return _FOLDER / name


def tokenizer_folder() -> Path:
    """A directory with the tokenizer that all bases share: that of the first one (each carries its own copy)."""
    return base_folder(BASES[0])
