"""The summary card: what stands on it, its size, and that it is drawn alike every time."""

from __future__ import annotations

import io
import struct
from xml.etree import ElementTree

import pytest
import reports_fake_study as fake
from PIL import Image

from xstilts.execution.outcome import Outcome
from xstilts.reports.figures.card import card_in_words, card_pictures, card_pixels
from xstilts.reports.figures.svg import LIGHT, SURFACE, standalone
from xstilts.reports.numbers import points
from xstilts.reports.report import Report
from xstilts.statistics import analyse


def finished(made=None, **changes):
    plan = fake.plan()
    return fake.report(made, plan=plan, outcome=Outcome([node["key"] for node in plan["nodes"]]), **changes)


def texts(report):
    """The lines of the drawing, apart from its title."""
    ((_, svg),) = card_pictures(report)
    root = ElementTree.fromstring(standalone(svg))  # noqa: S314 (our own file)
    return [part.text for part in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def report():
    return finished()


def test_the_card_says_the_answer_of_the_page(report) -> None:
    (answer,) = report.rows("bases")
    lines = texts(report)
    assert " ".join(lines).count(fake.STUDY["question"]) == 1
    assert points(answer["gain"]) in lines
    assert f"95% interval {points(answer['low'])} to {points(answer['high'])}" in lines
    assert f"{answer['arm']} gains most" in lines
    assert "best of 4 arms; mean of 4 targets" in lines
    assert "lab numbers: an invented world" in lines
    assert "xstilts · study fake · base lab-small" in lines


def test_the_card_says_what_it_cost(report) -> None:
    trained = [node for node in fake.plan()["nodes"] if node["kind"] == "train"]
    spent = report.manifest["wall_seconds"]
    line = f"3 seeds · 8 languages · {len(trained)} models trained · {spent // 60:.0f} min {spent % 60:02.0f} s"
    assert any(one.startswith(line) for one in texts(report))


def test_an_arm_that_is_not_told_from_none_is_not_called_best() -> None:
    rows = [row for row in fake.score_rows() if row["arm"] in ("none", "qqp", "squad")]
    report = finished(analyse(rows, fake.two_targets(arms=["none", "qqp", "squad"], source="files")))
    (answer,) = report.rows("bases")
    assert answer["verdict"] == "inconclusive"
    lines = texts(report)
    assert "No arm is told from none" in lines
    assert f"{answer['arm']}, best of 2 arms; mean of 2 targets" in lines
    assert "real data" in lines
    assert not any("lab numbers" in line for line in lines)


def test_several_bases_have_a_line_each() -> None:
    rows = fake.score_rows()
    rows += [row | {"base": f"base-{number}"} for number in range(4) for row in fake.score_rows(number)]
    bases = ["lab-small", *(f"base-{number}" for number in range(4))]
    lines = texts(finished(analyse(rows, fake.facts(bases=bases))))
    assert [line for line in lines if line.endswith("gains most")] == [
        f"{base}: multi gains most" for base in bases[:3]
    ]
    assert "2 more in tables/card.csv" in lines
    assert any(line.startswith("Next, from ") for line in lines)


def test_a_study_of_which_nothing_ran_says_so() -> None:
    assert "No answer yet" in texts(fake.report(analyse([], fake.facts())))
    nothing = Report(analyse([], fake.facts(bases=[])))
    assert (list(card_pictures(nothing)), list(card_pixels(nothing))) == ([], [])


def test_long_questions_and_names_stay_on_the_card() -> None:
    question = "Does this help? " * 40
    lines = texts(finished(study={"question": question}, made=analyse(fake.score_rows(), fake.facts(study="s" * 99))))
    assert max(map(len, lines)) <= 82
    assert [line for line in lines if line.endswith("…")]
    wide = texts(finished(study={"question": "語" * 90}))
    assert max(len(line) for line in wide if "語" in line) <= 32


def test_the_picture_is_described_in_words(report) -> None:
    said = card_in_words(report)
    (answer,) = report.rows("bases")
    assert f"{points(answer['gain'])} points over none" in said
    assert "Next: " in said
    ((_, svg),) = card_pictures(report)
    assert f"<title>{said.replace('&', '&amp;')}</title>" in svg


def test_the_png_has_the_size_of_a_preview_and_no_transparent_background(report) -> None:
    ((name, png),) = card_pixels(report)
    assert name == "card"
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1200, 630)
    assert png == next(card_pixels(report))[1]
    assert b"Software" not in png
    *colour, opacity = Image.open(io.BytesIO(png)).getpixel((0, 0))
    assert ("#" + "".join(f"{part:02x}" for part in colour), opacity) == (LIGHT[SURFACE], 255)


def test_the_svg_is_as_wide_as_the_png(report) -> None:
    ((_, svg),) = card_pictures(report)
    assert 'width="1200"' in standalone(svg) or 'width="1200px"' in standalone(svg)
