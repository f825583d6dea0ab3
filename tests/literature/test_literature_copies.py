"""Open copies: which are tried, what falls through to the next one and why, what is stored, and who is never asked."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_files import locked, pdf, shown, tar

from loopback_services import (  # noqa: F401
    Given,
    Loopback,
    arxiv_page,
    bare_environment,
    client_at,
    latex_paper,
    shelf_of,
)
from xstilts.literature.client import Client
from xstilts.literature.copies import shelf
from xstilts.literature.copies.places import chosen, copies_of
from xstilts.literature.record import Ids, Record, Revision
from xstilts.literature.work import Work
from xstilts.literature.works import merge

SAID = "Parrots count to seven in every language."
ABSTRACT = "We teach parrots to count."
HTML, SOURCE, PDF = (f"arxiv_papers/{form}/2101.00001v2" for form in ("html", "e-print", "pdf"))
PRINTED = pdf(shown("Abstract", ABSTRACT, "1 Results", SAID))
TAR = tar({"main.tex": latex_paper(SAID)})
PREPRINT = Record(
    source="arxiv",
    source_id="2101.00001v2",
    title="Teaching parrots to count in rhyme",
    abstract=ABSTRACT,
    authors=("Ada Macaw",),
    year=2021,
    ids=Ids(arxiv="2101.00001", version="v2"),
)
PUBLISHED = replace(
    PREPRINT, source="crossref", source_id="10.5555/p", abstract=f"{ABSTRACT} Twice.", year=2022,
    ids=Ids(doi="10.5555/p"), open_copy="http://parrots.example/a%20b.pdf?x=1#page=2",
)  # fmt: skip
ELSEWHERE = "copies.parrots.example/a b.pdf"
IN_ANTHOLOGY = replace(
    PREPRINT, source="acl_anthology", source_id="2021.mrl-1.1", year=2021, abstract=f"{ABSTRACT} Thrice.",
    ids=Ids(acl="2021.mrl-1.1"),
)  # fmt: skip
ANTHOLOGY = "copies.aclanthology.org/2021.mrl-1.1.pdf"


def work_of(*records: Record) -> Work:
    (work,) = merge(records)
    return work


def asking(server: Loopback, folder: Path, mode: str = "off") -> Client:
    return client_at(server, folder, mode, bounds=shelf.BOUNDS, tries=shelf.TRIES, patience=shelf.PATIENCE)


def found_in(copies: dict[str, Given], folder: Path, work: Work, version: str = "") -> tuple[shelf.Found, list[str]]:
    """What the copies give, and what was asked for."""
    with Loopback(shelf_of(copies)) as server:
        found = shelf.read(work, asking(server, folder), version)
    return found, [asked.path[1:] for asked in server.requests]


def test_a_page_of_arxiv_is_read_first_and_then_nothing_else_is_asked(tmp_path: Path) -> None:
    found, asked = found_in({HTML: arxiv_page(SAID), SOURCE: Given(TAR)}, tmp_path, work_of(PREPRINT))
    assert asked == [HTML] and found.text is not None and not found.failed
    assert (found.text.version, found.text.read) == ("arXiv v2", "full text (arXiv HTML v2)")
    assert SAID in found.text.body and found.text.sections[-1].title == "1 Results"


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (Given(TAR), "full text (LaTeX)"),
        (Given(gzip.compress(latex_paper(SAID).encode())), "full text (LaTeX)"),
        (Given(TAR, headers={"Content-Encoding": "x-gzip"}), "full text (LaTeX)"),
        (Given(PRINTED), "full text (PDF)"),
    ],
    ids=["archive", "one file", "packed on the way", "the source is a PDF"],
)
def test_the_source_is_told_from_its_first_bytes(tmp_path: Path, source: Given, read: str) -> None:
    found, asked = found_in({SOURCE: source}, tmp_path, work_of(PREPRINT))
    assert asked == [HTML, SOURCE] and found.text is not None
    assert found.text.read == read and SAID in found.text.body
    assert found.failed == ("arXiv HTML v2: There is none (HTTP 404).",)


MOVED_AWAY = Given(b"", 302, {"Location": "http://127.0.0.1:9/elsewhere"})
HUGE = Given(b"x", announced=2 << 30)


@pytest.mark.parametrize(
    ("html", "source", "why"),
    [
        (Given(b"<html><body>Are you a robot?</body></html>"), None, "HTML v2: What came is no page of a paper"),
        (Given(PRINTED), None, "HTML v2: What came is no page of a paper"),
        (arxiv_page("Conversion to HTML had a Fatal error and exited abruptly."), None, "HTML v2: The page breaks off"),
        (Given(b'<html><div class="ltx_abstract">We teach.</div>'), None, "HTML v2: It holds no more than an abstract"),
        (HUGE, None, "HTML v2: The answer of 127.0.0.1"),
        (MOVED_AWAY, None, "HTML v2: 127.0.0.1 redirects to"),
        (Given(b"", 403), None, "HTML v2: The host refuses it (HTTP 403)"),
        (Given(b"", 503), None, "HTTP 503"),
        (Given(gzip.compress(b"x" * 30)[:-9], headers={"Content-Encoding": "gzip"}), None, "it is cut off"),
        (None, Given(b"<html>The source is not available</html>"), "source v2: What came is a web page, not a source"),
        (None, Given(b'{"error": "no"}'), "source v2: What came is JSON, not a source"),
        (None, Given(gzip.compress(b"0" * 2_000_000)), "source v2: The file unpacks to more than"),
        (None, Given(TAR[:-20]), "source v2: The packed file"),
        (None, Given(tar({"a.txt": "x"})), "source v2: The archive holds no .tex file"),
        (None, Given(tar({"../main.tex": latex_paper("x")})), "source v2: The archive holds no .tex file"),
        (None, Given(b"%!PS-Adobe-2.0 of 1996"), "source v2: The source holds no LaTeX document"),
        (None, HUGE, "source v2: The answer of 127.0.0.1"),
    ],
)
def test_what_cannot_be_read_falls_through_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, html: Given | None, source: Given | None, why: str
) -> None:
    monkeypatch.setattr("xstilts.literature.full_text.limits.MOST_UNPACKED", 1_000_000)
    copies = {HTML: html, SOURCE: source, PDF: Given(PRINTED)}
    found, asked = found_in({name: one for name, one in copies.items() if one}, tmp_path, work_of(PREPRINT))
    assert found.text is not None and found.text.read == "full text (PDF)" and asked[-1] == PDF
    assert len(found.failed) == 2 and any(why in told for told in found.failed)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (locked(PRINTED, "secret"), "arXiv PDF v2: The PDF is locked with a password"),
        (PRINTED[:300], "arXiv PDF v2: The PDF"),
        (b"<html>Sign in</html>", "arXiv PDF v2: What came is a web page, not a PDF"),
    ],
)
def test_without_a_copy_that_can_be_read_there_is_none(tmp_path: Path, body: bytes, why: str) -> None:
    found, asked = found_in({PDF: Given(body)}, tmp_path, work_of(PREPRINT))
    assert found.text is None and asked == [HTML, SOURCE, PDF]
    assert found.failed[-1].startswith(why)


def test_a_source_includes_no_file_from_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("A secret of this machine.")
    bad = latex_paper(f"{SAID} \\input{{{tmp_path}/secret}} \\input{{../secret}}")
    archive = tar({"main.tex": bad}, {"link.tex": "/etc/passwd"})
    found, _ = found_in({SOURCE: Given(archive)}, tmp_path, work_of(PREPRINT))
    assert found.text is not None and SAID in found.text.body and "secret" not in found.text.body
    assert any("is no text of this source" in told for told in found.text.dropped)


def test_a_pdf_may_move_inside_its_host(tmp_path: Path) -> None:
    moved = Given(b"", 301, {"Location": f"/{PDF}.pdf"})
    found, asked = found_in({PDF: moved, f"{PDF}.pdf": Given(PRINTED)}, tmp_path, work_of(PREPRINT))
    assert found.text is not None and found.text.read == "full text (PDF)" and asked[-2:] == [PDF, f"{PDF}.pdf"]


def test_a_host_that_fails_for_three_copies_in_a_row_is_left_alone(tmp_path: Path) -> None:
    broken = Given(b"", 503)
    with Loopback(shelf_of({HTML: broken, SOURCE: broken, PDF: broken})) as server:
        client = asking(server, tmp_path)
        assert len(shelf.read(work_of(PREPRINT), client).failed) == 3 and len(server.requests) == 6
        found = shelf.read(work_of(replace(PREPRINT, ids=Ids(arxiv="2101.00002"))), client)
        assert len(server.requests) == 6 and all("is left alone until" in told for told in found.failed)


# Versions


def test_the_preferred_version_is_read_and_no_other(tmp_path: Path) -> None:
    both = work_of(PREPRINT, PUBLISHED)
    assert both.preferred == "doi 10.5555/p"
    found, asked = found_in({ELSEWHERE: Given(PRINTED), HTML: arxiv_page("Old.")}, tmp_path, both)
    assert asked == [ELSEWHERE] and found.text is not None
    assert (found.text.version, found.text.read) == ("doi 10.5555/p", "full text (PDF)")


def test_where_it_has_no_copy_another_version_is_read_and_named(tmp_path: Path) -> None:
    both = work_of(PREPRINT, IN_ANTHOLOGY)
    assert both.preferred == "acl 2021.mrl-1.1"
    found, asked = found_in({SOURCE: Given(TAR)}, tmp_path, both)
    assert asked == [ANTHOLOGY, HTML, SOURCE] and found.text is not None and found.text.version == "arXiv v2"
    assert found.failed[0] == "PDF of the ACL Anthology: There is none (HTTP 404)."


def test_a_version_that_is_named_is_read_and_no_other(tmp_path: Path) -> None:
    first = {name.replace("v2", "v1"): one for name, one in {HTML: arxiv_page("Eight."), SOURCE: Given(TAR)}.items()}
    found, asked = found_in({**first, HTML: arxiv_page(SAID)}, tmp_path, work_of(PREPRINT, PUBLISHED), "arXiv v1")
    assert asked == [HTML.replace("v2", "v1")] and found.text is not None
    assert (found.text.version, "Eight." in found.text.body) == ("arXiv v1", True)
    none, asked = found_in({HTML: arxiv_page(SAID)}, tmp_path, work_of(PREPRINT, PUBLISHED), "arXiv v1")
    assert none.text is None and all("v1" in path for path in asked)


@pytest.mark.parametrize(
    ("later", "preferred", "read"),
    [("erratum 1", "acl erratum 1", "acl 2021.mrl-1.1"), ("revision 2", "acl revision 2", "acl revision 2")],
)
def test_an_erratum_is_not_the_paper_and_a_revision_is(tmp_path: Path, later: str, preferred: str, read: str) -> None:
    address = "https://aclanthology.org/2021.mrl-1.1.pdf"
    work = work_of(replace(IN_ANTHOLOGY, revisions=(Revision(later, "2022-03-04", "A sign."),), open_copy=address))
    assert work.preferred == preferred
    found, asked = found_in({ANTHOLOGY: Given(PRINTED)}, tmp_path, work)
    assert asked == [ANTHOLOGY] and found.text is not None and found.text.version == read


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("http://arxiv.org/pdf/2101.00001v1.pdf", ["arXiv HTML v1", "arXiv source v1", "arXiv PDF v1"]),
        ("https://www.aclweb.org/anthology/P19-1439.pdf", ["PDF of the ACL Anthology"]),
        ("https://aclanthology.org/2020.aacl-main.56.pdf", ["PDF of the ACL Anthology"]),
        ("https://parrots.example/p.pdf", ["PDF at parrots.example"]),
        ("https://doi.org/10.5555/p", []),
        ("", []),
    ],
)
def test_an_address_is_of_the_version_that_it_names(address: str, names: list[str]) -> None:
    assert [copy.name for copy in copies_of(work_of(replace(PUBLISHED, open_copy=address)))] == names


# Strangers write addresses


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/p.pdf", "http://169.254.169.254/latest/meta-data", "http://[::1]/p.pdf", "http://2130706433/",
        "http://localhost/p.pdf", "http://printer.local/p.pdf", "http://intranet/p.pdf", "http://db.internal/p.pdf",
        "https://me:secret@parrots.example/p.pdf", "https://parrots.example:8080/p.pdf", "ftp://parrots.example/p.pdf",
        "file:///etc/passwd", "https://parrots.example:port/p.pdf", "https://parr\u00f6ts.example/p.pdf", "https://a/../b",
    ],
)  # fmt: skip
def test_nobody_is_sent_into_a_local_net(address: str) -> None:
    assert not copies_of(work_of(replace(PUBLISHED, open_copy=address)))


@pytest.mark.parametrize("arxiv", ["../api/query", "2101.00001/../../x", "2101.00001?x=1", "x"])
def test_an_id_that_is_none_asks_for_nothing(arxiv: str) -> None:
    assert not copies_of(work_of(replace(PREPRINT, ids=Ids(arxiv=arxiv, version="v2"))))


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_whatever_an_address_or_id_is_it_is_a_plain_call_or_none(address: str, arxiv: str, acl: str) -> None:
    record = replace(PUBLISHED, open_copy=f"https://parrots.example/{address}", ids=Ids(arxiv=arxiv, acl=acl))
    for copy in copies_of(work_of(record)):
        assert copy.call.path.startswith("/") and copy.call.path.isascii() and copy.call.path.isprintable()
        assert "/" not in copy.call.service.name and " " not in copy.call.path


def test_only_so_many_papers_are_reached_and_none_with_a_file_of_ones_own() -> None:
    ids = Ids(arxiv="2101.00009")
    own = replace(PREPRINT, source="folder", source_id="own", title="Owls", ids=ids, path="0/own.pdf")
    bare = Record("folder", "bare", "Rooks", ABSTRACT, ("Cy Rook",), 2020)
    ranked = [work_of(own), work_of(bare), work_of(PREPRINT), work_of(PUBLISHED)]
    assert chosen(ranked, 1) == {"arxiv:2101.00001": True, "doi:10.5555/p": False}


# The cassette


def test_what_was_fetched_is_replayed_byte_for_byte_and_not_asked_again(tmp_path: Path) -> None:
    work = work_of(PREPRINT)
    with Loopback(shelf_of({PDF: Given(PRINTED)})) as server:
        recorded = shelf.read(work, asking(server, tmp_path, "record"))
        assert shelf.read(work, asking(server, tmp_path, "record")) == recorded and len(server.requests) == 3
        client = asking(server, tmp_path, "replay")
        assert shelf.read(work, client) == recorded and len(server.requests) == 3
        assert client.read(copies_of(work)[-1].call, lambda reply: reply.body) == PRINTED


def test_why_a_host_gave_nothing_is_replayed_and_it_is_asked_again(tmp_path: Path) -> None:
    work = work_of(PUBLISHED)
    with Loopback(shelf_of({ELSEWHERE: Given(b"", 503)})) as server:
        told = shelf.read(work, asking(server, tmp_path, "record"))
        assert told.text is None and "HTTP 503" in told.failed[0]
        replayed = shelf.read(work, asking(server, tmp_path, "replay"))
        assert replayed == told and len(server.requests) == 2
    with Loopback(shelf_of({ELSEWHERE: Given(PRINTED)})) as server:
        again = shelf.read(work, asking(server, tmp_path, "record"))
        assert again.text is not None and len(server.requests) == 1
        assert shelf.read(work, asking(server, tmp_path, "replay")) == again


def test_what_was_never_fetched_says_so(tmp_path: Path) -> None:
    (tmp_path / "cassette").mkdir()
    with Loopback(shelf_of({})) as server:
        found = shelf.read(work_of(PUBLISHED), asking(server, tmp_path, "replay"))
    assert found == shelf.Found(None, ("PDF at parrots.example: It was not fetched; --online does that.",))
