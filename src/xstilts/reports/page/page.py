"""index.html: one file without any network access."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.reports.entries import Detail
from xstilts.reports.figures.svg import DARK, LIGHT, css_variables
from xstilts.reports.numbers import interval, p_value, points
from xstilts.reports.page.linked_words import LinkedWords, coded
from xstilts.reports.registry import SECTIONS
from xstilts.reports.tables.contrasts import mix_sentences
from xstilts.reports.tables.findings import findings
from xstilts.reports.tables.items import item_notes
from xstilts.reports.tables.overlap import cell_words
from xstilts.reports.tables.under_noise.robustness import robust_sentences
from xstilts.reports.text.limits import interval_note
from xstilts.statistics.inference.crossed import COVERS_FROM

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from markupsafe import Markup

    from xstilts.reports.entries import Page

TEMPLATES = Path(__file__).parent / "templates"
LARGEST = 2_900_000
"""Bytes that the page may have; whoever has more in a study finds the rest in the files beside the page."""


def render(page: Page) -> str:
    """The page, of at most ``LARGEST`` bytes.

    In a large study first the pictures by cluster and the largest by language, then the list of nodes, learning curves,
    all pictures by language, and last the tables of clusters stay in the files beside it, and the page says so.
    """
    page = replace(page, pictures={name: ours(svg) for name, svg in page.pictures.items()}, room=LARGEST)
    head = _head(page)
    for detail in Detail:
        shown = replace(page, detail=detail)
        sections = [(one, one.content(shown)) for one in SECTIONS if one.needs(one, shown)]
        template = _linking().get_template("page.html.j2")  # anew, as it remembers the words that it linked
        html = f"{template.render(head, page=shown, sections=sections)}\n"
        if len(html.encode()) <= LARGEST:
            break
    return html


def _head(page: Page) -> dict[str, Any]:
    """What the page shows above its sections, and what several of them share."""
    report, facts = page.report, page.report.facts
    answers = {answer["base"]: answer for answer in report.rows("bases")}
    return {
        "Detail": Detail,
        "report": report,
        "facts": facts,
        "tables": page.tables,
        **looks(),
        "selection": report.selection,
        "n_languages": len(report.languages),
        "lab": report.lab,
        "interval_note": interval_note(report),
        "covers_from": COVERS_FROM,
        "answers": [answers[grid.base] for grid in report.grids],
        "several": len(report.grids) > 1,
        "robust_said": robust_sentences(report),
        "mix_said": mix_sentences(report),
        "findings": findings(report),
        "item_notes": item_notes(report),
        "controls_said": [one["sentence"] for one in report.rows("must_show")],
        "n_failed": len(report.outcome.failed),
        "n_not_run": list(report.states.values()).count("not run"),
    }


def looks() -> dict[str, Any]:
    """What every page of ours has: its colours, its script, and the hash that lets no other script run."""
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    return {
        "colours": {"light": css_variables(LIGHT), "dark": css_variables(DARK)},
        "script": ours(script),
        "script_hash": b64encode(sha256(script.encode()).digest()).decode(),
    }


def _linking() -> Environment:
    linked = LinkedWords()
    made = environment(linked)
    made.filters["linked"] = linked
    return made


def environment(linked: Callable[[object], Markup]) -> Environment:
    """The templates; whatever they print is escaped.

    Args:
        linked: What is done with captions; it must escape them.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(points=points, p=p_value, cell=cell_words, json=_pretty, coded=coded)
    made.globals.update(interval=interval, linked=linked)
    parts_of_page: Any = made.get_template("parts.html.j2").module
    made.globals.update({name: getattr(parts_of_page, name) for name in _MACROS})
    return made


_MACROS = ("caption", "folded", "gain_cell", "table", "wide")


def ours(text: str) -> Markup:
    """Markup of our own: a drawing with its text escaped, or our script."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 (our own drawing with its text escaped, or our own script)


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
