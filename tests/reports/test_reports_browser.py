"""The page in a real browser: nothing complains, nothing overflows, tables sort and filter, text stays text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import reports_fake_study as fake
from reports_browser import NAMES, Browser, find

from xstilts.claims import chosen, judge
from xstilts.execution.outcome import Failure, Outcome
from xstilts.reports import write
from xstilts.statistics import analyse

WIDTHS = (360, 768, 1280)
IMAGE = "<img src=x onerror=\"window.harm='image'\">"
SCRIPT = "</script><script>window.harm='script'</script>"
EVIL = f"{IMAGE}{SCRIPT}</title></style>\"'&"


@pytest.fixture(scope="module")
def browser():
    program = find()
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on PATH (apt-get install chromium)")
    with Browser(program) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write(tmp_path_factory.mktemp("browser"), fake.report(claims=judge(chosen([]), fake.analysis())))


def asked_in_evil_words(arm):
    """A series, a contrast, cells that were cut and data of arms, all named in HTML."""
    sides = {
        side: [{"arm": name, "targets": [], "languages": []}] for side, name in (("plus", arm), ("minus", "multi"))
    }
    part = fake.text(EVIL, EVIL, EVIL, view=EVIL, items=1, share=1.0)
    return {
        "series": [{"name": EVIL, "doses": [[0.0, "qqp"], [1.0, arm]], "what": EVIL}],
        "contrasts": [{"name": EVIL, "by": "", **sides}],
        "cut": [{"arm": "longer", "target": "xcopa", "why": EVIL}],
        "trained": {arm: {"stages": [fake.stage(EVIL, part)]}},
    }


@pytest.fixture(scope="module")
def evil_page(tmp_path_factory):
    """A study in which every name that people give holds HTML."""
    swap = {"nli": f"arm{EVIL}", "xnli": f"target{EVIL}", "qab": f"language{EVIL}"}
    names = ("arm", "target", "language")
    rows = [row | {name: swap.get(row[name], row[name]) for name in names} for row in fake.score_rows()]
    facts = fake.two_targets(
        arms=[swap.get(arm, arm) for arm in fake.ARMS], names={"qac": EVIL}, question=EVIL,
        warnings=[{"code": "leak", "cell": {"arm": swap["nli"]}, "message": EVIL}],
        data_sets=[{"task": EVIL, "title": EVIL, "uses": [EVIL], "licence": EVIL, "non_commercial": True,
                    "origin": EVIL, "citation": EVIL}],
    )  # fmt: skip
    facts |= asked_in_evil_words(swap["nli"])
    facts["targets"] = {swap.get(name, name): entry for name, entry in facts["targets"].items()}
    facts["clusters"] = {EVIL: {swap["qab"]: EVIL, "qba": "other"}}
    plan = fake.plan() | {"warnings": facts["warnings"]}
    plan["nodes"][0]["label"] = EVIL
    failed = {plan["nodes"][0]["key"]: Failure(EVIL, Path(EVIL), "DataError")}
    outcome = Outcome([], [], failed, {plan["nodes"][1]["key"]: plan["nodes"][0]["key"]})
    made = analyse(rows, facts, [{"target": EVIL, "language": EVIL, "n": 1, "lost": 1}])
    study = {"name": EVIL, "question": EVIL}
    out = tmp_path_factory.mktemp("evil")
    return write(out, fake.report(made, study=study, plan=plan, outcome=outcome, commands=[EVIL]))


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory):
    folder = os.environ.get("XSTILTS_SCREENSHOTS")
    made = Path(folder) if folder else tmp_path_factory.mktemp("screenshots")
    made.mkdir(parents=True, exist_ok=True)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_every_width_without_complaint(browser, page, screenshots, width, scheme):
    browser.open(page, width, scheme)
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.run("document.querySelectorAll('details').forEach((part) => { part.open = false; })")
    browser.screenshot(screenshots / f"report-{width}-{scheme}.png")
    assert (screenshots / f"report-{width}-{scheme}.png").stat().st_size > 10_000


def test_light_and_dark_differ(browser, page):
    colours = []
    for scheme in ("light", "dark"):
        browser.open(page, 1280, scheme)
        colours.append(browser.run("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(251, 250, 248)", "rgb(21, 23, 27)"]


COLUMN = "[...document.querySelectorAll('#checks table:first-of-type tbody tr')].slice(0, 25).map((row) => row.cells[2]"
GAINS = f"{COLUMN}.firstChild.textContent.trim())"


def values(texts):
    return [float(text.replace("−", "-")) for text in texts if not text.startswith("did")]


def test_a_heading_sorts_by_click_and_by_key(browser, page):
    browser.open(page, 1280)
    before = browser.run(GAINS)
    heading = "document.querySelector('#checks thead th:nth-child(3)')"
    browser.run(f"{heading}.querySelector('button').click()")
    assert browser.run(f"{heading}.getAttribute('aria-sort')") == "ascending"
    found = browser.run(GAINS)
    assert values(found) == sorted(values(before))
    assert found[-1] == "did not run"  # what has no number stays last
    browser.run(f"{heading}.querySelector('button').focus()")
    browser.key("Enter", 13)
    assert browser.run(f"{heading}.getAttribute('aria-sort')") == "descending"
    found = browser.run(GAINS)
    assert values(found) == sorted(values(before), reverse=True)
    assert found[-1] == "did not run"
    browser.key("Enter", 13)
    assert browser.run(f"{heading}.getAttribute('aria-sort')") is None
    assert browser.run(GAINS) == before
    assert browser.complaints() == []


def test_the_text_box_filters_rows(browser, page):
    browser.open(page, 1280)
    shown = "[...document.querySelectorAll('#checks table')][0].querySelectorAll('tbody tr:not([hidden])').length"
    everything = browser.run(shown)
    browser.run("document.querySelector('#checks .filter input').focus()")
    browser.call("Input.insertText", text="XCOPA")
    assert browser.run(shown) == len(fake.ARMS) - 1 < everything
    assert browser.run("document.querySelector('#checks .filter output').textContent") == f"5 of {everything}"
    browser.run("document.querySelector('#checks .filter input').select()")
    browser.call("Input.insertText", text="no such row <b>")
    assert browser.run(shown) == 0
    assert browser.complaints() == []


def test_every_table_can_be_sorted_and_filtered_and_is_labelled(browser, page):
    browser.open(page, 1280)
    tables = browser.run("document.querySelectorAll('table').length")
    assert tables >= 8
    assert browser.run("document.querySelectorAll('.filter input').length") == tables
    assert browser.run("[...document.querySelectorAll('table')].filter((t) => !t.caption).length") == 0
    assert browser.run("document.querySelectorAll('th:not([scope])').length") == 0
    sortable = "[...document.querySelectorAll('thead th')].filter((h) => h.colSpan === 1 && !h.querySelector('button'))"
    assert browser.run(f"{sortable}.length") == 0
    assert browser.run("document.querySelectorAll('svg:not([role=img]), svg:not([aria-label])').length") == 0
    assert browser.run("document.activeElement === document.body") is True
    browser.key("Tab", 9)
    assert browser.run("document.activeElement.textContent") == "Skip to the results"


def test_two_rows_of_headings_sort_the_column_below_them(browser, page):
    browser.open(page, 1280)
    browser.run("document.querySelectorAll('#scores thead tr')[1].cells[1].querySelector('button').click()")
    column = (
        "[...document.querySelectorAll('#scores tbody tr')].map((row) => row.cells[2].firstChild.textContent.trim())"
    )
    found = [float(text) for text in browser.run(column) if text != "–"]
    assert found == sorted(found)


def test_text_from_a_study_is_shown_and_never_executed(browser, evil_page):
    browser.open(evil_page, 1280)
    assert browser.complaints() == []
    assert browser.run("window.harm ?? null") is None
    assert browser.run("document.querySelectorAll('img').length") == 0
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.querySelector('h1').textContent") == EVIL
    assert EVIL in browser.run("document.title")
    for name in ("arm", "target", "language"):
        assert f"{name}{EVIL}" in browser.run("document.body.textContent")
    assert browser.run("document.querySelector('svg title').textContent").count(IMAGE) > 0
    browser.run("document.querySelectorAll('thead button').forEach((button) => button.click())")
    browser.run("document.querySelectorAll('.filter input').forEach((i) => i.dispatchEvent(new Event('input')))")
    assert browser.complaints() == []
    assert browser.run("window.harm ?? null") is None


def test_the_policy_forbids_scripts_that_are_not_ours(browser, page):
    browser.open(page, 1280)
    add = "const s = document.createElement('script'); s.textContent = 'window.harm = 1'; document.body.append(s);"
    browser.run(f"(() => {{ {add} }})()")
    assert browser.run("window.harm ?? null") is None
    assert browser.complaints()
