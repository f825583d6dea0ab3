"""CCGbank's machine-readable derivations: the words of a sentence and their lexical categories (supertags).

The format is described in LDC2005T13's ``AUTO.readme``: a line ``ID=… PARSER=… NUMPARSE=…``, then the derivation on one
line. Its leaves are ``(<L CATEGORY POS POS WORD PREDARG>)``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

_HEAD = re.compile(r"ID=(\S+)(\s|$)")
_LEAF = re.compile(r"\([ \t]*<L" + 5 * r"[ \t]+([^ \t]+)" + r"[ \t]*>[ \t]*\)")
_NODE = re.compile(r"\([ \t]*<T [^<>]*>")  # its category, head and number of children are not looked at


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    for path in paths:
        head: tuple[int, str] | None = None
        for number, line in text_lines(path):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            if head is None:
                match = _HEAD.match(line)
                if match is None:
                    raise DataError("does not begin a sentence; expected ID=NAME.", field=where, value=line[:40])
                head = number, match[1]
                continue
            yield _sentence(where, head[1], line)
            head = None
        if head is not None:
            raise DataError(f"names {head[1]}, but no derivation follows.", field=f"{path}:{head[0]}", value=head[1])


def _sentence(where: str, name: str, line: str) -> Record:
    leaves = _LEAF.findall(line)
    rest = _NODE.sub("(", _LEAF.sub("", line))
    if not leaves or rest.count("(") != rest.count(")") or rest.strip("() \t"):
        message = (
            f"is not the derivation of {name}; expected nodes (<T …>) and leaves (<L CATEGORY POS POS WORD PREDARG>)."
        )
        raise DataError(message, field=where, value=(rest.strip("() \t") or line)[:40])
    tags, tokens = [leaf[0] for leaf in leaves], [leaf[3] for leaf in leaves]
    return Record(where, {"id": name, "tokens": tokens, "tags": tags})


FORMATS.register(
    "ccgbank",
    Format(
        "ccgbank",
        "CCGbank's .auto derivations. Fields: id, tokens, tags (the words' categories)",
        _read,
        marker=b"ID=",
    ),
)
