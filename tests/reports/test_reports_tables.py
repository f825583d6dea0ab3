"""The tables of checks, groupings, collapsed runs and data: what they say, from analyses made by hand."""

from __future__ import annotations

import reports_fake_study as fake

from xstilts.reports.collected import tables_of
from xstilts.reports.files import text_files
from xstilts.reports.tables.checks import check_tables, collapsed_tables, multiverse_tables, without_collapsed_tables
from xstilts.reports.tables.data import data_tables, non_commercial
from xstilts.reports.text.limits import interval_note, limits
from xstilts.statistics import analyse


def report(**answer):
    made = fake.analysis()
    return fake.report(made | {"answer": made["answer"] | answer})


CHECK = {
    "base": "lab-small", "arm": "nli", "target": "udpos", "n_seeds": 3, "sign_flip_p": 0.25, "p_fdr": 0.04,
    "margin": 1.0, "equivalent": True, "p_equivalent": 0.012, "points": -0.9, "error_reduction": -0.021,
    "log_odds": 0.05, "signs_differ": True, "note": "The sign depends on the scale.", "language_sd": 0.4,
    "seed_sd": None,
}  # fmt: skip


def test_a_check_reads_as_people_read_it():
    (table,) = check_tables(report(checks=[CHECK]))
    row = dict(zip(table.head, table.rows[0], strict=True))
    assert (row["arm"], row["target"]) == ("nli", "udpos")
    assert (row["p (sign flip)"], row["p (t, FDR)"]) == (".250", ".040")
    assert row["no effect"] == ("shown", "p .012")
    assert (row["error reduction"], row["log-odds"]) == ("−2.1 %", "+0.05")
    assert row["scales"] == "signs differ"
    assert (row["sd languages"], row["sd seeds"], row["effects"]) == ("0.4", "–", "fixed")
    assert "cannot fall below 0.25" in table.caption
    assert table.caption.startswith("Lab numbers")


def test_what_could_not_be_tested_is_no_finding():
    row = CHECK | {"equivalent": None, "p_equivalent": None, "error_reduction": None, "log_odds": None}
    (table,) = check_tables(report(checks=[row | {"sign_flip_p": None}, CHECK | {"equivalent": False}]))
    first, second = (dict(zip(table.head, cells, strict=True)) for cells in table.rows)
    assert (first["no effect"], first["error reduction"], first["p (sign flip)"]) == ("cannot be tested", "–", "–")
    assert second["no effect"] == ("not shown", "p .012")


def test_groupings_stand_beside_one_another():
    entries = [
        {"clustering": name, "n_clusters": n, "gain": gain, "low": gain - 1, "high": gain + 1, "p_corrected": 0.2,
         "n_seeds": 3, "verdict": "cannot tell"}
        for name, n, gain in (("zero-shot", 1, 2.0), ("family", 4, -0.5))
    ]  # fmt: skip
    row = {"base": "lab-small", "arm": "nli", "depends": False, "conclusion": "the same under every definition"}
    (table,) = multiverse_tables(report(multiverse=[row | {"definitions": entries}]))
    assert list(table.head) == ["arm", "each language alike", "by family (4)", "conclusion"]
    assert table.rows == [
        ["nli", ("+2.0", "+1.0 to +3.0; cannot tell"), ("−0.5", "−1.5 to +0.5; cannot tell"),
         "the same under every definition"]
    ]  # fmt: skip


def test_collapsed_runs_are_shown_with_and_without():
    rows = [
        row | {"value": 33.0} if (row["arm"], row["target"], row["seed"]) == ("nli", "xnli", "2") else row
        for row in fake.score_rows()
    ]
    made = fake.report(analyse(rows, fake.facts(warnings=[])))
    (listed,), (compared,) = collapsed_tables(made), without_collapsed_tables(made)
    assert [row[1:4] for row in listed.rows] == [["nli", "xnli", "2"]]
    assert listed.rows[0][-1] == "at chance"
    arms = {row[1]: (row[2], row[3]) for row in compared.rows}
    assert arms["nli"][0][0] != arms["nli"][1][0]
    assert arms["nli"][1][1].endswith("2 seeds")
    assert arms["squad"][0][0] == arms["squad"][1][0]
    plain = fake.report()
    assert collapsed_tables(plain) == without_collapsed_tables(plain) == []


def test_counts_of_data_are_summed_over_languages_and_not_over_tokenizers():
    read = {"task": "xnli", "split": "test", "limit": None, "read": 10, "used": 8, "rejected": {"no label": 2}}
    data = [read | {"language": "qab"}, read | {"language": "qab"}, read | {"language": "qac"}]
    (table,) = data_tables(fake.report(fake.analysis(source="files")), data)
    assert [list(row) for row in table.rows] == [
        ["mnli", "intermediate, target training", "OANC and others", "not stated", "written in its language",
         "Williams et al. 2018, arXiv 1704.05426", "–", "–", "–"],
        ["xnli", "evaluation", "CC BY-NC 4.0", "yes", "translated by people", "Conneau et al. 2018, arXiv 1809.05053",
         "20", "16", "4"],
    ]  # fmt: skip


def test_non_commercial_data_is_said_for_what_was_read():
    assert non_commercial(fake.report(fake.analysis(source="hub"))) == (
        "Non-commercial data was used: xnli. Not stated for mnli."
    )
    lab = "No non-commercial data was used: the lab makes its own (with real data: xnli)."
    assert non_commercial(fake.report(fake.analysis())) == lab
    free = [fake.DATA_SETS[0] | {"non_commercial": False}]
    assert non_commercial(fake.report(fake.analysis(source="hub", data_sets=free))) == (
        "No data set used is known to forbid commercial use."
    )


def test_limits_name_what_is_missing_first_and_the_baseline_that_wins():
    said = limits(fake.report())
    assert said[0] == "1 of 90 nodes failed and 5 did not run."
    assert said[1] == "No gain is known for longer on xcopa."
    assert any(text.startswith("What this design can find: 3 seeds for 25 questions") for text in said)
    rows = [row | {"value": 99.0} if row["arm"].startswith("baseline:") else row for row in fake.score_rows()]
    better = fake.report(analyse(rows, fake.facts()))
    (text,) = [text for text in limits(better) if "baseline" in text]
    assert text.startswith("On xnli the baseline char-ngrams (99.0) is at least as good as none from lab-small")


def test_what_intervals_speak_of_follows_the_number_of_languages():
    few = fake.facts()
    assert interval_note(fake.report()).startswith(
        "Intervals say what new seeds would give in these languages"
    )  # seven without labels
    named = {**few, "pivot": "none-of-these"}
    assert "more languages like these" in interval_note(fake.report(analyse(fake.score_rows(), named)))


def test_every_table_is_there_in_both_forms():
    files = text_files(tables_of(fake.report()))
    names = {"gains", "scores", "clusters", "data", "checks", "multiverse", "published", "overlap_warnings"}
    names |= {"learned", "arms"}
    assert set(files) == {f"{name}.{form}" for name in names for form in ("md", "tex")}
    assert files["gains.tex"].count(r"\toprule") == 1
    assert "did not run" in files["gains.tex"]
    assert all("Lab" in text or "lab" in text for text in files.values())
