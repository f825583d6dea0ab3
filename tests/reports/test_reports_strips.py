"""Pictures of seeds and clusters: every row has its own place, every seed its dot."""

from __future__ import annotations

import re

import reports_fake_study as fake

from xstilts.reports.figures.seeds import clusters_svg, seeds_svg
from xstilts.statistics import analyse

LABEL = re.compile(r"translate\((?P<x>[\d.]+) (?P<y>[\d.]+)\)[^>]*>(?P<text>[^<]*)</text>|"
                   r'y="(?P<y2>[\d.]+)"[^>]*>(?P<text2>[^<]*)</text>')  # fmt: skip


def heights(svg):
    return {(m["text"] or m["text2"]).strip(): float(m["y"] or m["y2"]) for m in LABEL.finditer(svg)}


def test_every_cluster_has_a_row_of_its_own():
    found = heights(clusters_svg(fake.report(), "lab-small", "xnli"))
    rows = [y for text, y in found.items() if text.startswith(("family: ", "resource: "))]
    assert len(rows) == 8  # Arvic, Kesic, Tolic, Umbic; medium, poor, rich, unseen (the pivot stands apart)
    gaps = [below - above for above, below in zip(sorted(rows), sorted(rows)[1:], strict=False)]
    assert min(gaps) > 8  # points, no two rows on one another


def test_every_seed_is_a_dot_and_every_arm_a_row():
    svg = seeds_svg(fake.report(), "lab-small")
    found = heights(svg)
    rows = [found[arm] for arm in fake.ARMS[1:]]
    assert rows == sorted(rows)
    assert len(set(rows)) == len(rows)
    made = fake.analysis()
    seeds = sum(row["n_seeds"] for row in made["clusters"] if row["clustering"] == "zero-shot")
    assert len(re.findall("<use ", svg)) >= seeds
    assert svg.count("did not run") == 1  # longer on xcopa


def test_nothing_measured_is_no_picture():
    empty = fake.report(analyse([], fake.facts()))
    assert seeds_svg(empty, "lab-small") is None
    assert clusters_svg(empty, "lab-small", "xnli") is None
    plain = fake.report(analyse(fake.score_rows(), fake.facts(clusters={})))
    assert clusters_svg(plain, "lab-small", "xnli") is None
