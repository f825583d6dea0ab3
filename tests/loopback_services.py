"""Services on loopback, a clock that never waits, and four databases of invented papers with the documented shapes.

with Loopback(lambda asked: Given(b"{}")) as server:
    client = client_at(server, tmp_path)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from xstilts.literature.cassette import Cassette
from xstilts.literature.client import Client
from xstilts.literature.rules import Rules

SERVICES = (
    "semantic_scholar", "arxiv", "arxiv_papers", "openalex", "crossref", "copies.aclanthology.org",
    "copies.parrots.example",
)  # fmt: skip
START = 1_800_000_000.0


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keys of whoever runs the tests, and no proxy between two ends of one machine; for modules that import it."""
    for name in ("SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY", "CROSSREF_MAILTO", "XSTILTS_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def service(self) -> str:
        return self.path.split("/")[1]

    @property
    def inner(self) -> str:
        """The path below the service's base."""
        return "/" + self.path.split("/", 2)[2]


@dataclass(frozen=True)
class Given:
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] = ()
    """In place of the body, each piece is sent on its own, without a length before."""
    announced: int | None = None
    """In place of the body's true length."""


class Clock:
    """Stands still but for its waits, and for ``tick`` seconds each time it is looked at."""

    def __init__(self, tick: float = 0.0, start: float = START) -> None:
        self.time, self.tick, self.waits = start, tick, list[float]()

    def now(self) -> float:
        self.time += self.tick
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.waits.append(seconds)
        self.time += seconds


class Loopback:
    """A server that answers as a function says; ``requests`` lists what was asked."""

    def __init__(self, answer: Callable[[Request], Given]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def bases(self) -> dict[str, str]:
        return {name: f"http://{self.host}/{name}" for name in SERVICES}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Request(self.command, unquote(parts.path), dict(parse_qsl(parts.query)), headers, body)
            server.requests.append(asked)
            given = server.answer(asked)
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            if not given.pieces:
                self.send_header("Content-Length", str(len(given.body) if given.announced is None else given.announced))
            self.end_headers()
            try:
                for piece in given.pieces or (given.body,):
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:  # the client has heard enough
                pass

        do_POST = do_GET  # noqa: N815

    return Handler


def client_at(server: Loopback, folder: Path, mode: str = "off", clock: Clock | None = None, **rules: object) -> Client:
    """A client that may ask the server, with its cassette and its meeting place in ``folder``."""
    cassette = Cassette(None if mode == "off" else folder / "cassette", mode)
    told = {"online": True, "bases": server.bases, "hosts": folder / "hosts", **rules}
    return Client(cassette, Rules(**told), clock or Clock())


def in_turn(*given: Given) -> Callable[[Request], Given]:
    """Answers one after the other; the last one for ever."""
    left = list(given)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def as_json(data: object, status: int = 200, **headers: str) -> Given:
    return Given(json.dumps(data).encode(), status, {"Content-Type": "application/json", **headers})


def shelf_of(copies: dict[str, Given]) -> Callable[[Request], Given]:
    """Open copies by ``service/path``; any other is none, as arXiv says it."""
    return lambda asked: copies.get(asked.path[1:], Given(b"<html><h1>No HTML for it</h1></html>", 404))


def arxiv_page(said: str, start: str = "<!DOCTYPE html>") -> Given:
    """A page as LaTeXML makes it from a paper's source."""
    body = (
        f'{start}<html><head><title>Parrots</title></head><body><article class="ltx_document">'
        '<h1 class="ltx_title ltx_title_document">Parrots</h1><div class="ltx_abstract"><h6 class="ltx_title">Abstract'
        '</h6><p class="ltx_p">We teach parrots to count.</p></div><section class="ltx_section"><h2 class="ltx_title">'
        f'<span class="ltx_tag">1 </span>Results</h2><p class="ltx_p">{said}</p></section></article></body></html>'
    )
    return Given(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def latex_paper(said: str) -> str:
    """The source of the same paper."""
    return (
        "\\documentclass{article}\n\\begin{document}\n\\begin{abstract}We teach parrots to count.\\end{abstract}\n"
        f"\\section{{Results}}\n{said}\n\\end{{document}}\n"
    )


# Four databases of the same invented papers, with the shapes that their documents give.


@dataclass(frozen=True)
class Paper:
    number: int

    @property
    def title(self) -> str:
        return f"Teaching parrot number {self.number} to count"

    @property
    def abstract(self) -> str:
        return f"We teach parrot {self.number} to count. It counts to {self.number}."

    @property
    def year(self) -> int:
        return 2015 + self.number % 10

    @property
    def doi(self) -> str:
        return f"10.5555/parrot.{self.number}"

    @property
    def arxiv(self) -> str:
        return f"2101.{self.number:05d}"


PAPERS = [Paper(number) for number in range(1, 251)]


def databases(asked: Request) -> Given:
    """All four at once, each under its name."""
    return {"semantic_scholar": semantic_scholar, "arxiv": arxiv, "openalex": openalex, "crossref": crossref}[
        asked.service
    ](asked)


def s2_paper(paper: Paper) -> dict[str, object]:
    return {
        "paperId": f"{paper.number:040x}",
        "externalIds": {"ArXiv": paper.arxiv, "DOI": paper.doi.upper(), "CorpusId": paper.number},
        "url": f"https://www.semanticscholar.org/paper/{paper.number:040x}",
        "title": paper.title,
        "abstract": paper.abstract if paper.number % 7 else None,  # held back "for legal reasons"
        "venue": "Journal of Parrots",
        "year": paper.year,
        "openAccessPdf": {"url": "https://parrots.example/paper.pdf", "status": "GREEN"},
        "authors": [{"authorId": "1", "name": "Ada Macaw"}, {"authorId": None, "name": "Bo Kea"}],
    }


def semantic_scholar(asked: Request) -> Given:
    path, params = asked.inner, asked.params
    if path == "/paper/search/bulk":
        start = int(params.get("token", "t0")[1:])
        token = f"t{start + 100}" if start + 100 < len(PAPERS) else None
        page = [s2_paper(paper) for paper in PAPERS[start : start + 100]]
        return as_json({"total": len(PAPERS), "token": token, "data": page})
    if path == "/paper/search":
        start, limit = int(params.get("offset", 0)), int(params["limit"])
        page = [s2_paper(paper) for paper in PAPERS[start : start + limit]]
        rest = {"next": start + limit} if start + limit < len(PAPERS) else {}
        return as_json({"total": len(PAPERS), "offset": start, **rest, "data": page})
    if path == "/paper/search/match":
        hits = [s2_paper(paper) for paper in PAPERS if paper.title == params["query"]]
        return as_json({"data": hits}) if hits else as_json({"error": "Title match not found"}, 404)
    if path == "/paper/batch":
        known = {f"ARXIV:{paper.arxiv}": paper for paper in PAPERS} | {f"DOI:{paper.doi}": paper for paper in PAPERS}
        found = [known.get(name) for name in json.loads(asked.body)["ids"]]
        if not any(found):
            return as_json({"error": "No valid paper ids given"}, 400)
        return as_json([paper and s2_paper(paper) for paper in found])
    return as_json({"message": "Forbidden"}, 403)


def openalex_work(paper: Paper) -> dict[str, object]:
    inverted: dict[str, list[int]] = {}
    for place, word in enumerate(paper.abstract.split()):
        inverted.setdefault(word, []).append(place)
    return {
        "id": f"https://openalex.org/W{paper.number}",
        "doi": f"https://doi.org/{paper.doi}",
        "title": paper.title.replace("parrot", "<i>parrot</i>"),
        "publication_year": paper.year,
        "ids": {"openalex": f"https://openalex.org/W{paper.number}"},
        "authorships": [{"author": {"display_name": name}} for name in ("Ada Macaw", "Bo Kea")],
        "primary_location": {"source": {"display_name": "Journal of Parrots"}, "landing_page_url": None},
        "locations": [{"landing_page_url": f"http://arxiv.org/abs/{paper.arxiv}"}, {"landing_page_url": None}],
        "best_oa_location": None,
        "is_retracted": paper.number == 3,
        "abstract_inverted_index": inverted if paper.number % 7 else None,
    }


def openalex(asked: Request) -> Given:
    path, params = asked.inner, asked.params
    if path.startswith("/works/"):
        name = path.removeprefix("/works/")
        known = {f"doi:{paper.doi}": paper for paper in PAPERS} | {f"W{paper.number}": paper for paper in PAPERS}
        if name == "W999":  # merged into another
            return Given(b"", 301, {"Location": f"http://{asked.headers['host']}/openalex/works/W2"})
        return as_json(openalex_work(known[name])) if name in known else Given(b"<html>Not Found</html>", 404)
    size = int(params["per_page"])
    if "cursor" in params:
        if "authorization" not in asked.headers:
            return as_json({"error": "Unauthorized", "message": "Cursor paging needs an API key."}, 401)
        start = 0 if params["cursor"] == "*" else int(params["cursor"])
        following = str(start + size) if start + size < len(PAPERS) else None
    else:
        start, following = (int(params["page"]) - 1) * size, None
    results = [openalex_work(paper) for paper in PAPERS[start : start + size]]
    meta = {"count": len(PAPERS), "page": None, "per_page": size, "next_cursor": following}
    return as_json({"meta": meta, "results": results, "group_by": []})


def crossref_work(paper: Paper) -> dict[str, object]:
    jats = f"<jats:title>Abstract</jats:title><jats:p>{paper.abstract.replace('. ', '.</jats:p> <jats:p>')}</jats:p>"
    notice = {"type": "retraction", "label": "Retraction", "DOI": "10.5555/notice", "source": "publisher"}
    return {
        "DOI": paper.doi.upper(),
        "title": [paper.title],
        "author": [{"given": "Ada", "family": "Macaw"}, {"name": "The Kea Group"}],
        "issued": {"date-parts": [[paper.year, 7]]},
        "container-title": ["Journal of Parrots"],
        **({"abstract": jats} if paper.number % 7 else {}),
        **({"updated-by": [notice]} if paper.number == 3 else {}),
    }


def crossref(asked: Request) -> Given:
    path, params = asked.inner, asked.params
    if path.startswith("/works/"):
        works = [crossref_work(paper) for paper in PAPERS if paper.doi == path.removeprefix("/works/")]
        message = {"status": "ok", "message-type": "work", "message": works[0]} if works else {}
        return as_json(message) if works else Given(b"Resource not found.", 404, {"Content-Type": "text/plain"})
    start, size = 0 if params["cursor"] == "*" else int(params["cursor"]), int(params["rows"])
    items = [crossref_work(paper) for paper in PAPERS[start : start + size]]
    message = {"total-results": len(PAPERS), "items": items, "next-cursor": str(start + size)}
    return as_json({"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})


FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><title>ArXiv Query</title>
<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"""
ERROR_ENTRY = (
    "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
    "<summary>incorrect id format for x</summary></entry>"
)


def feed(entries: Sequence[str], total: int, status: int = 200) -> Given:
    body = FEED.format(total=total, entries="".join(entries)).encode()
    return Given(body, status, {"Content-Type": "application/atom+xml; charset=UTF-8"})


def entry(paper: Paper, version: int, summary: str = "", comment: str = "") -> str:
    told = summary or f"{paper.abstract} (text {version})"
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.arxiv}v{version}</id><published>{paper.year}-01-05T00:00:00Z"
        f"</published><updated>{paper.year + version - 1}-02-05T00:00:00Z</updated><title>{escape(paper.title)}</title>"
        f"<summary>  {escape(told).replace(' ', chr(10), 1)}</summary><author><name>Ada Macaw</name></author>"
        f"<author><name>Bo Kea</name></author><arxiv:comment>{escape(comment)}</arxiv:comment></entry>"
    )


def arxiv(asked: Request) -> Given:
    """Every paper has two versions."""
    if "id_list" in asked.params:
        known = {paper.arxiv: paper for paper in PAPERS}
        names = [name.partition("v") for name in asked.params["id_list"].split(",")]
        found = [entry(known[name], int(version or 2)) for name, _, version in names if name in known]
        return feed(found, len(found))
    start, size = int(asked.params["start"]), int(asked.params["max_results"])
    return feed([entry(paper, 2) for paper in PAPERS[start : start + size]], len(PAPERS))
