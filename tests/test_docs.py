"""The pages of docs/ hold together: every link leads somewhere, every word is explained, every page has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs_site import folder_pages, outside, place_in_repository, place_on_site, resolved, titled, without_stars
from markdown_links import anchors, is_relative, links, relinked, title

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WORDS = """arm base beside cell chain claim cluster contrast control cut degenerate dose fair-target frozen gain
    headline held-out hidden-stage kind lab language-mix leak node none overlap phase pivot plan pool portion protocol
    rival seed selection setting size source store study target twin unpinned variant view zero-shot"""
"""What the pages and tables of xstilts call things, beside the words of the field."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_something(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in links(text):
        path, _, anchor = link.partition("#")
        place = (page.parent / path).resolve() if path else page
        if path and not is_relative(link):
            continue
        there = ROOT in place.parents and place.exists()
        if not there or (anchor and anchor not in anchors(place.read_text(encoding="utf-8"))):
            broken.append(link)
    assert not broken, "no such file of the repository, or no such heading in it"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_lists_are_lists_on_the_site_too(page: Path) -> None:
    """A host of repositories sees a list below any line; the site's Markdown wants a blank line above it."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    item = r"(?:[-*+]|\d+\.) "
    glued = re.findall(rf"^(?!{item}|[ #|])[^\n]+\n{item}[^\n]*", text, re.MULTILINE)
    assert not glued


def test_the_glossary_has_the_words_of_the_project_in_order() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## (.+)\n\n((?:.+\n)+)", text, re.MULTILINE)
    words = [word for word, _ in entries]
    assert set(WORDS.split()) <= anchors(text)
    assert words == sorted(words)
    assert [word for word, said in entries if "\nExample: " not in f"\n{said}"] == []


def test_links_are_found_outside_code() -> None:
    text = 'A [b](c.md#d) and ![e](f.svg "g"), `[h](i.md)`\n\n```\n[j](k.md)\n```\n\n[`l`](m.md) [n](https://o.p)\n'
    assert links(text) == ["c.md#d", "f.svg", "m.md", "https://o.p"]
    assert [link for link in links(text) if is_relative(link)] == ["c.md#d", "f.svg", "m.md"]
    assert not is_relative("#d")
    assert relinked(text, lambda target: f"x/{target}").count("x/") == 4
    assert "`[h](i.md)`" in relinked(text, str.upper)


def test_anchors_are_those_of_headings() -> None:
    text = '# A `b`: c & d\n\n```\n# no heading\n```\n\n## [E](f.md), die Größe\n\n<a id="g"></a>\n'
    assert anchors(text) == {"a-b-c--d", "e-die-größe", "g"}
    assert title(text) == "A `b`: c & d"


def test_places_in_the_repository_and_on_the_site_are_told_apart() -> None:
    for uri, path in (("how-to/a.md", "docs/how-to/a.md"), ("repository/src/a.py", "src/a.py")):
        assert (place_in_repository(uri), place_on_site(path)) == (path, uri)
    assert resolved("docs/how-to/a.md", "../../src/a.py") == "src/a.py"


def test_what_pages_link_to_outside_docs_comes_along(tmp_path: Path) -> None:
    beside = {"CONTRIBUTING.md": "[c](CHANGES.md)", "CHANGES.md": "", "a.py": "[d](LICENSE)", "LICENSE": ""}
    for name, text in beside.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pages = {"docs/x.md": "[a](../a.py) [x](x.md) [gone](../gone.py)"}
    assert outside(tmp_path, pages) == ["CHANGES.md", "CONTRIBUTING.md", "a.py"]


def test_a_folder_without_a_page_is_listed() -> None:
    pages = {"index.md": "# X", "how-to/b.md": "# The b\n", "how-to/a.md": "", "results/index.md": "# R"}
    assert folder_pages(pages) == {"how-to/index.md": "# How to\n\n- [how-to/a.md](a.md)\n- [The b](b.md)\n"}


def test_a_star_stands_for_the_pages_without_an_entry() -> None:
    uris = ["index.md", "a/index.md", "a/1.md", "a/2.md", "new.md"]
    nav = ["index.md", {"A": ["a/2.md", "a/*.md"]}, {"Empty": ["none/*.md"]}, {"Rest": ["n*.md", "new*.md"]}]
    assert without_stars(nav, uris) == ["index.md", {"A": ["a/2.md", "a/index.md", "a/1.md"]}, {"Rest": ["new.md"]}]


def test_what_follows_the_language_of_a_block_is_a_title_on_the_site_or_nothing() -> None:
    printed = "```text file=train.tsv\na\n```\n\n```yaml study\nb: 1\n```\n\n```\nc\n```\n"
    assert titled(printed) == '```text title="train.tsv"\na\n```\n\n```yaml\nb: 1\n```\n\n```\nc\n```\n'


def test_the_messages_that_troubleshooting_speaks_of_are_ours() -> None:
    """Each message in bold, in its parts around what a run fills in, stands in the source."""
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    source = re.sub(r'"\s*f?"', "", source)  # texts that go on in the next line
    told = [
        said for bold in re.findall(r"^\*\*(.+?)\*\*", page, re.MULTILINE) for said in re.findall(r"`([^`]+)`", bold)
    ]
    parts = [part.strip(" .;,") for said in told for part in said.split("…")]
    assert len(told) > 9
    assert not [part for part in parts if part not in source]
