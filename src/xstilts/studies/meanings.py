"""What the fields of a class mean, read where they are documented: under ``Attributes:`` of its docstring."""

from __future__ import annotations

import inspect
import re

_FIELD = re.compile(r"(\w+): (.+)")


def meanings(documented: type) -> dict[str, str]:
    """Field to its meaning, as one line of Markdown; what a class says goes over what its bases say.

    Args:
        documented: A class whose docstring has the section ``Attributes:`` in Google's style.
    """
    found: dict[str, str] = {}
    for one in reversed(documented.__mro__):
        found |= _said(inspect.cleandoc(one.__dict__.get("__doc__") or ""))
    return {name: _as_markdown(said) for name, said in found.items()}


def summary(documented: type) -> str:
    """The docstring above ``Attributes:``, each paragraph as one line of Markdown."""
    text = inspect.cleandoc(documented.__doc__ or "").partition("\nAttributes:\n")[0]
    return _as_markdown("\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")))


def _as_markdown(text: str) -> str:
    """Single backticks, and for None what it is in a file: a key that is left out."""
    return text.replace("``", "`").replace("None: ", "left out: ")


def _said(docstring: str) -> dict[str, str]:
    """Field to meaning; a line that is indented further goes on with the field above it."""
    found: dict[str, str] = {}
    name = ""
    for line in docstring.partition("Attributes:\n")[2].splitlines():
        if line and not line.startswith("    "):
            break  # the next section
        field = _FIELD.fullmatch(line[4:])
        if field:
            name = field[1]
            found[name] = field[2]
        elif line:
            found[name] += f" {line.strip()}"
    return found
