"""The JSON files of a model directory, whoever wrote them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError, shortened

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 20_000_000
"""A config, an index of weights or the settings of a tokenizer has far fewer."""
SAVE_AGAIN = "Save the model and its tokenizer again with save_pretrained(directory)."


def first_line(error: BaseException) -> str:
    """The first line of what a library said, at most 300 characters of it."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def json_object(path: Path, most: int = MOST_BYTES) -> dict[str, Any]:
    """The object that a JSON file of a model directory holds.

    Args:
        path: The file.
        most: Bytes that it may have.

    Raises:
        ModelError: If the file cannot be read, is too large, no JSON in UTF-8, nested too deeply, or no object.
    """
    try:
        if (size := path.stat().st_size) > most:
            raise ModelError(f"has {size} bytes; expected a file of at most {most}.", field=str(path))
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror or error}.", field=str(path)) from error
    except UnicodeDecodeError as error:
        raise ModelError(f"is not text in UTF-8 (byte {error.start}).", field=str(path), hint=SAVE_AGAIN) from error
    except RecursionError as error:
        raise ModelError("is nested too deeply to be read.", field=str(path), hint=SAVE_AGAIN) from error
    except ValueError as error:
        raise ModelError(f"is not JSON: {first_line(error)}.", field=str(path), hint=SAVE_AGAIN) from error
    if not isinstance(value, dict):
        raise ModelError(f"holds {_said(value)}; expected a JSON object.", field=str(path), hint=SAVE_AGAIN)
    return value


def wrong(path: Path, name: str, value: object, expected: str) -> ModelError:
    """The error for a field that does not hold what it must."""
    return ModelError(f"has {_said(value)} as {name}; expected {expected}.", field=str(path), hint=SAVE_AGAIN)


def _said(value: object) -> str:
    """A value in a few words: whole if it is short."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    return shortened(json.dumps(value), 60)
