"""The page explains itself: how to read each section, and what its words mean."""

from __future__ import annotations

import html
import re

import pytest
import reports_fake_mix
import reports_fake_search
import reports_fake_study as fake
from markupsafe import Markup

from xstilts.claims import chosen, judge
from xstilts.reports.collected import pictures_of, tables_of
from xstilts.reports.entries import Page
from xstilts.reports.files import text_files
from xstilts.reports.page import page as page_room
from xstilts.reports.page.linked_words import LinkedWords
from xstilts.reports.registry import SECTIONS
from xstilts.reports.words import WORDS

SHOWING = {
    section.name
    for section in SECTIONS
    if section.tables
    or section.pictures
    or "<table" in (page_room.TEMPLATES / f"sections/{section.template}.html.j2").read_text(encoding="utf-8")
}


def rendered(made=None):
    report = fake.report(made, claims=judge(chosen([]), fake.analysis()))
    return page_room.render(Page(report, tables_of(report), pictures_of(report)))


@pytest.fixture(scope="module")
def page():
    return rendered()


def plain(markup):
    return html.unescape(re.sub("<[^>]*>", "", markup))


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_whatever_has_a_table_or_picture_says_how_to_read_it(section) -> None:
    if section.name not in SHOWING:
        assert not section.how
        return
    assert section.how.endswith(".")
    assert len(section.how) < 300
    assert 1 <= len(re.findall(r"[.?!](?= [A-Z“]|$)", section.how)) <= 2
    assert re.search(r"“|\d", section.how), "an example is missing"


@pytest.mark.parametrize("study", [fake, reports_fake_mix, reports_fake_search])
def test_the_sentence_stands_below_the_heading(study) -> None:
    page, seen = rendered(study.analysis()), set()
    for name, body in re.findall(r'<section id="(\w+)">(.*?)</section>', page, re.S):
        (section,) = (one for one in SECTIONS if one.name == name)
        said = re.findall(r'<p class="how">(.*?)</p>', body.split("</h2>")[1].lstrip()[:5000], re.S)
        assert [plain(one) for one in said] == ([f"How to read this. {section.how}"] if section.how else [])
        seen.add(name)
    assert {"card", "gains", "checks", "scores", "languages", "runs"} <= seen


def test_a_table_that_the_sentence_speaks_of_has_it_in_markdown() -> None:
    files = text_files(tables_of(fake.report()))
    said = {section.name: section.how for section in SECTIONS}
    for name in ("gains", "scores", "checks", "data"):
        assert files[f"{name}.md"].startswith(said[name])
        assert said[name] not in files[f"{name}.tex"]
    assert said["languages"] not in files["clusters.md"]
    assert files["published.md"].count(said["published"]) == 1


def test_words_are_whole_and_in_order() -> None:
    assert [word.name for word in WORDS] == sorted(word.name for word in WORDS)
    anchors = [word.anchor for word in WORDS]
    assert len(anchors) == len(set(anchors))
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", anchor) for anchor in anchors)
    for word in WORDS:
        assert word.meaning.endswith(".")
        assert word.example.endswith(".")
        assert word.meaning[0].isupper()
    spellings = [spelling for word in WORDS for spelling in word.forms]
    assert len(spellings) == len(set(spellings))


def test_the_page_explains_the_words_that_it_links_and_no_others(page) -> None:
    linked = set(re.findall('href="#word-([a-z-]+)"', page))
    assert linked == set(re.findall('<dt id="word-([a-z-]+)">', page))
    assert {"arm", "gain", "degenerate", "hidden-stage", "zero-shot"} <= linked
    assert "dose" not in linked
    for word in WORDS:
        assert (word.anchor in linked) is (
            html.escape(word.meaning.replace("`", ""), quote=False) in plain_but_escaped(page)
        )
    assert re.search(r'<h2>[^<]*<a class="word" href="#word-arm" title="[^"]+">arm</a>', page)


def plain_but_escaped(page):
    words = re.sub("</?code>", "", page[page.index('<dl class="words">') :])
    return words.replace("&#39;", "'")


def test_a_word_is_linked_once_in_each_section() -> None:
    linked = LinkedWords()
    first = linked("The arm and the other arm; Gains.")
    assert first.count("<a ") == 2
    assert re.sub("<[^>]*>", "", first) == "The arm and the other arm; Gains."
    assert "<a " not in linked("arm")
    linked.start()
    assert linked("arms").count("<a ") == 1
    assert [word.name for word in linked.used] == ["arm", "gain"]


@pytest.mark.parametrize("text", ["arm-less", "tables/gain.csv", "lab-small", "a.seed", "base.yaml", "disarm", "x/arm"])
def test_parts_of_names_and_paths_are_no_words(text) -> None:
    assert "<a " not in LinkedWords()(text)


def test_text_is_escaped_and_markup_is_left_alone() -> None:
    linked = LinkedWords()
    assert linked("<b>arm</b>").startswith("&lt;b&gt;<a ")
    linked.start()
    kept = Markup('<a href="#arm">arm</a> <code>gain</code> <i title="seed">x</i>')
    assert linked(kept) == kept
    linked.start()
    assert linked(Markup("<i>arm</i>")).startswith('<i><a class="word"')
