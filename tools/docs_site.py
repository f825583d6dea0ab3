"""What ``mkdocs.yml`` cannot say: files outside docs/ that pages link to, pages that list a folder, stars in ``nav``.

In the repository a page links to any file by its path. The site has only docs/, so the files that its pages link to
come along under ``repository/``, and links lead there.
"""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_links import is_relative, links, relinked, title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

ROOT = Path(__file__).parents[1]
OUTSIDE = "repository/"
"""Where files of the repository that are not in docs/ lie on the site."""
_NOTE = re.compile(r"^(```\w+) (?:file=(\S+)|.*)$", re.MULTILINE)
ALWAYS = ("CONTRIBUTING.md", "CHANGELOG.md")
"""Files outside docs/ that have a place in ``nav`` of their own."""


def on_files(files: Any, config: Any) -> Any:  # noqa: ANN401 - mkdocs has its own types, and is not here in tests
    """Add the files outside docs/ and the pages that list a folder, and write out the stars of ``nav``."""
    from mkdocs.structure.files import File

    pages = {file.src_uri: file.content_string for file in files.documentation_pages()}
    for path in outside(ROOT, {place_in_repository(uri): text for uri, text in pages.items()}):
        files.append(File.generated(config, place_on_site(path), abs_src_path=str(ROOT / path)))
    for uri, text in folder_pages(pages).items():
        files.append(File.generated(config, uri, content=text))
    config.nav = without_stars(config.nav, [file.src_uri for file in files.documentation_pages()])
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:  # noqa: ANN401
    """Lead links to where files lie on the site."""
    del config
    here = page.file.src_uri

    def place(target: str) -> str:
        if not is_relative(target):
            return target
        path, hash_, anchor = target.partition("#")
        uri = place_on_site(resolved(place_in_repository(here), path))
        if files.get_file_from_path(f"{uri}/index.md") is not None:
            uri = f"{uri}/index.md"
        return posixpath.relpath(uri, posixpath.dirname(here) or ".") + hash_ + anchor

    return titled(relinked(markdown, place))


def titled(markdown: str) -> str:
    """What follows a fence's language is for the tests of the pages: a ``file=NAME`` becomes a title, the rest goes."""
    return _NOTE.sub(lambda found: found[1] + (f' title="{found[2]}"' if found[2] else ""), markdown)


def place_in_repository(uri: str) -> str:
    """Where a page of the site lies in the repository."""
    return uri.removeprefix(OUTSIDE) if uri.startswith(OUTSIDE) else f"docs/{uri}"


def place_on_site(path: str) -> str:
    """Where a file of the repository lies on the site."""
    return path.removeprefix("docs/") if path.startswith("docs/") else f"{OUTSIDE}{path}"


def resolved(page: str, target: str) -> str:
    """The path in the repository that a page means by a relative target."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))


def outside(root: Path, pages: Mapping[str, str]) -> list[str]:
    """The files outside docs/ that pages link to, and that the Markdown among these links to.

    Args:
        root: The repository.
        pages: Path in the repository to text.
    """
    found: dict[str, None] = {}
    waiting = [*_linked(root, pages), *(path for path in ALWAYS if (root / path).is_file())]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            if path.endswith(".md"):
                waiting += _linked(root, {path: (root / path).read_text(encoding="utf-8")})
    return sorted(found)


def _linked(root: Path, pages: Mapping[str, str]) -> Iterator[str]:
    for page, text in pages.items():
        for target in filter(is_relative, links(text)):
            path = resolved(page, target.partition("#")[0])
            if not path.startswith(("docs", "..")) and (root / path).is_file():
                yield path


def folder_pages(pages: Mapping[str, str]) -> dict[str, str]:
    """A page for each folder that has none of its own: its name, and links to its pages."""
    inside: dict[str, list[str]] = {}
    for uri in sorted(pages):
        inside.setdefault(posixpath.dirname(uri), []).append(uri)
    return {
        f"{folder}/index.md": _listed(folder, uris, pages)
        for folder, uris in inside.items()
        if folder and f"{folder}/index.md" not in pages
    }


def _listed(folder: str, uris: Sequence[str], pages: Mapping[str, str]) -> str:
    name = posixpath.basename(folder).replace("-", " ").capitalize()
    lines = [f"- [{title(pages[uri]) or uri}]({posixpath.basename(uri)})" for uri in uris]
    return "\n".join([f"# {name}", "", *lines, ""])


def without_stars(nav: Sequence[Any], uris: Collection[str]) -> list[Any]:
    """The entries of ``nav`` with every star written out; a section without pages is left out.

    Args:
        nav: Pages, patterns, and mappings from a section's name to its own entries.
        uris: All pages of the site. Those without an entry of their own are what a star stands for, each in the first
            pattern that fits, the page of a folder before the others.
    """
    named = set(_named(nav))
    left = sorted(set(uris) - named, key=lambda uri: (posixpath.basename(uri) != "index.md", uri))

    def written(entries: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for entry in entries:
            if isinstance(entry, dict):
                sections = {name: written(inner) for name, inner in entry.items()}
                found += [{name: inner} for name, inner in sections.items() if inner]
            elif "*" in entry:
                taken = [uri for uri in left if fnmatch(uri, entry)]
                found += taken
                left[:] = [uri for uri in left if uri not in taken]
            else:
                found.append(entry)
        return found

    return written(nav)


def _named(nav: Sequence[Any]) -> Iterator[str]:
    for entry in nav:
        if isinstance(entry, dict):
            for inner in entry.values():
                yield from _named(inner)
        else:
            yield entry
