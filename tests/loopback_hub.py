"""A Hugging Face Hub on loopback, from the standard library: data sets, models and tokenizers.

    with LoopbackHub() as hub:
        hub.add("datasets", "owner/name", {"README.md": "...", "data/test.jsonl": "..."})
        hub.add("datasets", "owner/name", {"default/test/0000.parquet": b"..."}, branch="refs/convert/parquet")
        subprocess.run([sys.executable, "-c", CODE], env=hub.environment(tmp_path))

The endpoint must be in the environment before the Hub's libraries are imported, so tests load in a subprocess.
"""

from __future__ import annotations

import hashlib
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAIN = "main"
KINDS = ("datasets", "models")


def commit_of(kind: str, repo: str, branch: str, files: Mapping[str, bytes]) -> str:
    """A stable commit hash that changes with the content."""
    digest = hashlib.sha1(f"{kind}/{repo}@{branch}".encode(), usedforsecurity=False)
    for path, content in sorted(files.items()):
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()


class LoopbackHub:
    """A server with repositories in memory; ``requests`` lists what was asked for."""

    def __init__(self) -> None:
        self.repos: dict[tuple[str, str], dict[str, dict[str, bytes]]] = {}
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, kind: str, repo: str, files: Mapping[str, str | bytes], branch: str = MAIN) -> str:
        """Publish files on a branch of a repository (``datasets`` or ``models``); gives the commit."""
        content = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self.repos.setdefault((kind, repo), {})[branch] = content
        return commit_of(kind, repo, branch, content)

    def add_folder(self, kind: str, repo: str, folder: Path) -> str:
        """Publish a folder on the main branch; gives the commit."""
        paths = (path for path in folder.rglob("*") if path.is_file())
        return self.add(kind, repo, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})

    def environment(self, home: Path) -> dict[str, str]:
        """Variables for a subprocess: this hub, an empty cache under ``home``, no telemetry."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
        return kept | {
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(home / "hf"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "NO_PROXY": "127.0.0.1",
            "OMP_NUM_THREADS": "1",
        }

    def find(self, kind: str, repo: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        """Commit and files of a revision (branch or commit), or None."""
        for branch, files in self.repos.get((kind, repo), {}).items():
            commit = commit_of(kind, repo, branch, files)
            if revision in (branch, commit):
                return commit, files
        return None


def _handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def log_message(self, *message: object) -> None:
            del message

        def _answer(self, *, body: bool) -> None:
            path = urlsplit(self.path).path
            hub.requests.append(f"{self.command} {unquote(path)}")
            parts = [unquote(part) for part in path.strip("/").split("/")]
            if parts[0] == "api" and len(parts) >= 4 and parts[1] in KINDS:
                self._api(parts[1], "/".join(parts[2:4]), parts[4:], body=body)
            else:
                kind = parts.pop(0) if parts[0] in KINDS else "models"
                self._resolve(kind, "/".join(parts[:2]), parts[2:], body=body)

        def _api(self, kind: str, repo: str, rest: list[str], *, body: bool) -> None:
            verb, revision, folder = ([*rest, "", ""][0], [*rest, "", MAIN][1] or MAIN, "/".join(rest[2:]))
            found = self._found(kind, repo, revision)
            if found is None:
                return
            commit, files = found
            if verb in ("", "revision"):
                self._json(_info(repo, commit, files), commit, body=body)
            elif verb == "tree":
                recursive = "recursive=true" in self.path.lower()
                self._json(_tree(files, folder, recursive=recursive), commit, body=body)
            else:
                self._missing("EntryNotFound", commit)

        def _resolve(self, kind: str, repo: str, rest: list[str], *, body: bool) -> None:
            if len(rest) < 3 or rest[0] != "resolve":
                self._missing("EntryNotFound")
                return
            found = self._found(kind, repo, rest[1])
            if found is None:
                return
            commit, files = found
            content = files.get("/".join(rest[2:]))
            if content is None:
                self._missing("EntryNotFound", commit)
            else:
                self._send(content, commit, "application/octet-stream", body=body)

        def _found(self, kind: str, repo: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
            found = hub.find(kind, repo, revision)
            if found is None:
                self._missing("RevisionNotFound" if (kind, repo) in hub.repos else "RepoNotFound")
            return found

        def _json(self, document: Any, commit: str, *, body: bool) -> None:
            self._send(json.dumps(document).encode(), commit, "application/json", body=body)

        def _send(self, content: bytes, commit: str, type_: str, *, body: bool) -> None:
            total, start = len(content), 0
            wanted = self.headers.get("Range", "").removeprefix("bytes=")
            if wanted:
                first, _, last = wanted.partition("-")
                start = int(first)
                content = content[start : int(last) + 1 if last else None]
            self.send_response(206 if wanted else 200)
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{start + len(content) - 1}/{total}")
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", commit)
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            if body:
                self.wfile.write(content)

        def _missing(self, code: str, commit: str | None = None) -> None:
            self.send_response(404)
            self.send_header("X-Error-Code", code)  # a bare 404 is taken for a connection failure
            if commit:
                self.send_header("X-Repo-Commit", commit)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


def _info(repo: str, commit: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "id": repo, "sha": commit, "private": False, "gated": False, "disabled": False, "tags": [], "downloads": 0,
        "likes": 0, "lastModified": "2026-01-01T00:00:00.000Z", "createdAt": "2026-01-01T00:00:00.000Z",
        "siblings": [{"rfilename": path} for path in sorted(files)],
    }  # fmt: skip


def _tree(files: Mapping[str, bytes], folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    prefix = f"{folder}/" if folder else ""
    entries: dict[str, dict[str, Any]] = {}
    for path, content in sorted(files.items()):
        if not path.startswith(prefix):
            continue
        oid = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        steps = path.removeprefix(prefix).split("/")
        for depth in range(1, len(steps)):
            name = prefix + "/".join(steps[:depth])
            if recursive or depth == 1:
                entries[name] = {"type": "directory", "path": name, "oid": oid, "size": 0}
        if recursive or len(steps) == 1:
            entries[path] = {"type": "file", "path": path, "oid": oid, "size": len(content)}
    return list(entries.values())
