"""What a report says first: models that learned nothing or never give an answer, and what the items leave open."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from rich.console import Console

from xstilts.reports.collected import tables_of
from xstilts.reports.files import csv_files
from xstilts.reports.report import Report
from xstilts.reports.tables.findings import finding_tables, findings
from xstilts.reports.tables.items import gain_item_tables, item_limit, item_notes
from xstilts.reports.tables.results import score_tables
from xstilts.reports.terminal import print_summary
from xstilts.reports.text.paper import paper, paper_latex, paper_markdown
from xstilts.statistics import analyse
from xstilts.statistics.inference.jackknife import GROUPS

FACTS = {
    "study": "s", "question": "Which arm helps?", "pivot": "en", "arms": ["none", "nli", "qa"], "bases": ["small"],
    "seeds": ["1", "2", "3"], "source": "files",
    "targets": {"xnli": {"metric": "accuracy", "languages": ["en", "de"], "chance": 33.3,
                         "constant": {"en": 40.0, "de": 40.0}}},
}  # fmt: skip


def row(arm, seed, language, value, error=2.0):
    moves = np.zeros(GROUPS, dtype=np.float32)
    moves[FACTS["arms"].index(arm)] = error
    items = {"error": error, "low": value - 4, "high": value + 4, "how": "wilson", "moves": moves}
    return {"study": "s", "base": "small", "arm": arm, "target": "xnli", "seed": seed, "language": language,
            "split": "test", "selection": "last", "protocol": "xtreme", "metric": "accuracy", "value": value, "n": 100,
            "node": "k", "items": items}  # fmt: skip


def made(levels, answered=(), error=2.0):
    rows = [
        row(arm, seed, code, value + int(seed) / 10, error)
        for arm, values in levels.items()
        for seed in ("1", "2", "3")
        for code, value in zip(("en", "de"), values, strict=True)
    ]
    return Report(analyse(rows, FACTS, answered=answered))


GOOD = {"none": (80, 60), "nli": (82, 66), "qa": (81, 61)}
FLAT = {"none": (40, 40), "nli": (40, 39), "qa": (41, 40)}


def unsaid(arm, seed, code, said):
    named = {"base": "small", "arm": arm, "target": "xnli", "seed": seed, "language": code, "split": "test"}
    return named | {"metric": "", "gold": {"yes": 40, "no": 30, "perhaps": 30}, "said": said}


def texts(report):
    """Paper in both forms, and what the terminal shows."""
    written = paper(report, tables_of(report))
    screen = io.StringIO()
    print_summary(report, Console(file=screen, width=400))
    return paper_markdown(written), paper_latex(written), screen.getvalue()


def test_nothing_is_said_of_models_that_learned() -> None:
    assert findings(made(GOOD)) == []
    assert finding_tables(made(GOOD)) == []
    assert "No run collapsed." in texts(made(GOOD))[0]


def test_a_study_that_learned_nothing_says_so_before_anything_else() -> None:
    (said,) = findings(made(FLAT))
    assert said == (
        "On xnli, nothing shows that a model from small learned the task: in the pivot (en) no arm beats giving "
        "one answer to everything (40.0): none 40.2, nli 40.2, qa 41.2. Gains there say nothing."
    )
    markdown, latex, screen = texts(made(FLAT))
    assert screen.startswith(said)
    assert markdown.index(said) < markdown.index("Which arm helps? We compare")
    assert latex.index(r"\begin{abstract}") < latex.index("nothing shows that a model") < latex.index("We compare")
    assert "No run collapsed" not in markdown
    assert "where all of them fail alike, none does" in markdown


def test_one_arm_among_others_and_other_languages_are_named_as_such() -> None:
    assert findings(made(GOOD | {"qa": (35, 34)})) == [
        "On xnli, 1 of 3 arms from small is no better in the pivot (en) than giving one answer to everything (40.0): "
        "qa 35.2."
    ]
    (said,) = findings(made({"none": (80, 40), "nli": (82, 41), "qa": (81, 40)}))
    assert said.startswith("On xnli, nothing shows that a model from small transfers: in the languages without labels")


def test_an_answer_that_is_never_given_is_named_with_its_runs() -> None:
    answered = [unsaid(arm, seed, "en", {"yes": 60, "no": 40}) for arm in ("none", "nli") for seed in ("1", "2", "3")]
    answered += [unsaid("qa", "1", "en", {"yes": 50, "no": 30, "perhaps": 20})]
    answered += [unsaid("none", "1", "de", {"yes": 60, "no": 40})]  # said of the pivot already
    assert findings(made(GOOD, answered)) == [
        "On xnli, 6 runs from small never or hardly ever answer “perhaps” (right for 30 %) in the pivot (en): none, "
        "nli."
    ]
    (table,) = finding_tables(made(GOOD, answered))
    assert list(table.rows[0]) == [
        "small", "none", "xnli", "in the pivot (en)", "perhaps", "30 %", "3", "3",
    ]  # fmt: skip


def test_one_answer_to_everything_is_named() -> None:
    (said,) = findings(made(GOOD, [unsaid("none", "1", "en", {"yes": 100})]))
    assert "never or hardly ever answer “no” (right for 30 %), “perhaps” (right for 30 %)" in said
    assert "the one answer that they give is “yes”: none." in said


def test_a_baseline_is_said_first_only_where_no_arm_beats_it() -> None:
    def beside(value):
        rows = [row(arm, "1", code, score) for arm, scores in GOOD.items()
                for code, score in zip(("en", "de"), scores, strict=True)]  # fmt: skip
        rows += [row("none", "", code, value) | {"arm": "baseline:char-ngrams", "base": "char-ngrams", "selection": ""}
                 for code in ("en", "de")]  # fmt: skip
        return Report(analyse(rows, FACTS))

    assert findings(beside(61.5)) == []  # none and qa are below it in German, nli is not
    assert [one[1] for one in finding_tables(beside(61.5))[0].rows] == ["none", "qa"]
    assert findings(beside(70.0)) == [
        "On xnli, no model from small is better in the languages without labels than the baseline char-ngrams (70.0): "
        "none 60.0, nli 66.0, qa 61.0."
    ]


def test_items_stand_beside_seeds_in_the_score_table() -> None:
    (table,) = score_tables(made(GOOD))
    rows = [dict(zip(table.head, one, strict=True)) for one in table.rows]
    assert {one["± items (zero-shot)"] for one in rows} == {"±3.9"}
    assert [one["sd over seeds"] for one in rows] == ["0.1"] * 3


def test_a_gain_is_told_over_seeds_over_items_and_over_both() -> None:
    (table,) = gain_item_tables(made(GOOD))
    (nli, qa) = (dict(zip(table.head, one, strict=True)) for one in table.rows)
    assert (nli["arm"], nli["gain"], nli["± items"]) == ("nli", "+6.0", "5.5")  # 1.96 * hypot(2, 2)
    assert (qa["arm"], qa["over seeds"], qa["over both"]) == ("qa", "+1.0 to +1.0", "−4.5 to +6.5")


def test_the_answer_is_followed_by_what_the_items_leave_open() -> None:
    assert item_notes(made(GOOD)) == [
        "Test items alone leave the gain of nli from small uncertain by ±5.5 points, which the interval over seeds "
        "does not cover; with both it is +0.5 to +11.5."
    ]
    (said,) = item_notes(made(GOOD, error=4.0))
    assert said.endswith("with both it is −5.1 to +17.1. So with other items it cannot be told from zero.")
    markdown, _, screen = texts(made(GOOD))
    assert "Test items alone leave" in screen
    assert "Test items alone leave" in markdown


def test_limits_say_with_a_number_what_intervals_over_seeds_leave_out() -> None:
    (said,) = item_limit(made(GOOD))
    assert "±4.0 on xnli (100 items)" in said
    assert item_limit(Report(analyse([], FACTS))) == []


def test_the_numbers_are_in_tables_of_their_own() -> None:
    tables = csv_files(made(GOOD))
    items = list(csv.DictReader(io.StringIO(tables["items.csv"])))
    assert len(items) == 18
    assert (items[0]["error"], items[0]["how"], items[0]["n"]) == ("2.0", "wilson", "100")
    gains = list(csv.DictReader(io.StringIO(tables["gain_items.csv"])))
    assert float(gains[0]["items_error"]) == pytest.approx(2 * 2**0.5)
    assert tables["scores.csv"].splitlines()[0].endswith("metric,value,n,node")
