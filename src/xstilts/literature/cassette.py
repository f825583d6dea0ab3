"""Answers of services kept on disk, so that a search can be run again without the net.

One JSON file lies there for each question, named by the question's hash. It holds the question, the answer's status,
type, body, time and cost. No header of a request is written, and keys travel in headers alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from xstilts.disk import file_sha256, in_plain_words, make_folder, read_json, replace_json
from xstilts.errors import CorruptNodeError, InputError
from xstilts.literature.call import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xstilts.literature.call import Call

Mode = Literal["record", "replay", "off"]
_REFUSED = "refused"


@dataclass(frozen=True)
class Cassette:
    """Where answers are kept, and how they are used.

    Attributes:
        folder: Holds them; made when first needed. None only with ``off``.
        mode: ``record`` uses what is stored, asks for the rest and stores it; ``replay`` never asks; ``off`` stores
            nothing and uses nothing. A fresh search is a new folder.

    Raises:
        InputError: If there is no folder to record to or to replay from.
    """

    folder: Path | None = None
    mode: Mode = "off"

    def __post_init__(self) -> None:
        if self.folder is None and self.mode != "off":
            raise InputError("Answers need a folder.", field="--cassette", hint=f"Name one to {self.mode}.")

    def find(self, call: Call) -> Reply | None:
        """The stored answer, or None where there is none.

        Raises:
            CorruptNodeError: If the file is not what was written.
        """
        if self.folder is None or self.mode == "off":
            return None
        path = self._path(self.folder, call)
        try:
            data: Any = read_json(path)
            return None if _REFUSED in data else _reply(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = f"The stored answer to {shown(call)} is damaged ({error})."
            raise CorruptNodeError(
                said, field=str(path), hint="Remove the file; it is then asked for again."
            ) from error

    def keep(self, call: Call, reply: Reply) -> None:
        """Store an answer, if answers are recorded.

        Raises:
            StoreError: If the disk refuses it.
        """
        self._write(call, _stored(call, reply))

    def refuse(self, call: Call, why: str) -> None:
        """Store why there is no answer, if answers are recorded. It is no answer: the question is put again.

        Raises:
            StoreError: If the disk refuses it.
        """
        self._write(call, {**_question(call), _REFUSED: why})

    def refusal(self, call: Call) -> str:
        """Why there was no answer when it was asked for; "" where there is one, or it was never asked for."""
        if self.folder is None or self.mode == "off":
            return ""
        try:
            data: Any = read_json(self._path(self.folder, call))
            return str(data.get(_REFUSED, ""))
        except (OSError, ValueError, AttributeError):
            return ""

    def _write(self, call: Call, data: dict[str, Any]) -> None:
        if self.folder is None or self.mode != "record":
            return
        make_folder(self.folder, "cassette")
        path = self._path(self.folder, call)
        with in_plain_words(self.folder, "cassette"):
            replace_json(path, data, path.with_suffix(f".{os.getpid()}.part"))

    def digest(self, counts: Callable[[str], bool] = bool) -> str:
        """Hash of all stored answers of services whose name ``counts``; "" where there is none."""
        found = self.folder.glob("*/*.json") if self.folder is not None and self.mode != "off" else ()
        paths = sorted(path for path in found if counts(path.parent.name))
        told = "".join(f"{path.parent.name}/{path.name} {file_sha256(path)}\n" for path in paths)
        return hashlib.sha256(told.encode()).hexdigest() if told else ""

    def services(self) -> tuple[str, ...]:
        """Names of the services of which answers are stored."""
        found = self.folder.iterdir() if self.folder is not None and self.folder.is_dir() else ()
        return tuple(sorted(path.name for path in found if path.is_dir()))

    @staticmethod
    def _path(folder: Path, call: Call) -> Path:
        return folder / call.service.name / f"{call.sha256}.json"


def shown(call: Call) -> str:
    """A question as people can read it: ``arxiv: GET /query?search_query=…``."""
    said = f"{call.service.name}: {call.method} {call.target}"
    return f"{said} {call.body.decode(errors='replace')}" if call.body else said


def _question(call: Call) -> dict[str, Any]:
    return {
        "service": call.service.name,
        "method": call.method,
        "path": call.path,
        "params": [list(pair) for pair in call.params],
        "asked_body": call.body.decode(errors="replace"),
    }


def _stored(call: Call, reply: Reply) -> dict[str, Any]:
    return {
        **_question(call),
        "status": reply.status,
        "content_type": reply.content_type,
        "fetched_at": reply.fetched_at,
        "cost": reply.cost,
        "sha256": reply.sha256,
        **_written(reply.body),
    }


def _written(body: bytes) -> dict[str, str]:
    """The body as text where it is UTF-8, so that a person can read the file."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _reply(data: dict[str, Any]) -> Reply:
    body = data["text"].encode() if "text" in data else base64.b64decode(data["base64"], validate=True)
    reply = Reply(int(data["status"]), str(data["content_type"]), body, str(data["fetched_at"]), float(data["cost"]))
    if reply.sha256 != data["sha256"]:
        raise ValueError("its hash is another one")
    return reply
