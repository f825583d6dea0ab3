from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import reports_fake_study as fake

from xstilts.execution.outcome import Failure, Outcome
from xstilts.reports import write
from xstilts.reports.data_read import data_read
from xstilts.reports.entries import Detail, Page
from xstilts.reports.page.measured import fitting_pictures, languages
from xstilts.reports.tables.data import data_tables
from xstilts.statistics import CLUSTER_COLUMNS, GAIN_COLUMNS, SCORE_COLUMNS, analyse, load, save
from xstilts.store.payloads import VocabularyPayload

EVIL = "<script>alert('x')</script> & \"$x$\""


def written(out, made=None, **changes):
    return write(out, fake.report(made, **changes))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    written(folder)
    return folder


@pytest.fixture(scope="module")
def page(out):
    return (out / "index.html").read_text(encoding="utf-8")


def table(out, name):
    with (out / "tables" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    VOID = ("meta", "br", "use", "link", "img", "input", "hr")

    def __init__(self):
        super().__init__()
        self.tags, self.loads, self.text, self.ids, self.open = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "poster", "data", "xlink:href") or (name == "href" and tag != "a"):
                self.loads.append(value)
            if name == "id":
                self.ids.append(value)
            assert not name.startswith("on"), (tag, name)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def test_every_file_of_the_design_is_there(out):
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"index.html", "claims.json", "manifest.json", "tables/scores.csv", "tables/gains.csv"} <= files
    assert {"tables/clusters.csv", "tables/gains.md", "figures/gains-lab-small.svg", "figures/curves.svg"} <= files
    assert json.loads((out / "claims.json").read_text()) == []


def test_the_columns_are_those_of_the_design(out):
    names = ("scores", "gains", "clusters")
    heads = {name: (out / "tables" / f"{name}.csv").read_text().splitlines()[0] for name in names}
    assert heads["scores"] == (
        "study,base,arm,target,seed,language,split,noise,severity,source,selection,setting,protocol,metric,value,n,node"
    )
    assert heads["gains"] == "base,arm,target,language,metric,gain,low,high,p,p_corrected,n_seeds,n_examples"
    assert heads["clusters"] == ",".join(CLUSTER_COLUMNS)
    assert (heads["scores"], heads["gains"]) == (",".join(SCORE_COLUMNS), ",".join(GAIN_COLUMNS))


def test_tables_keep_full_precision_and_what_is_missing_stays_empty(out):
    made = fake.analysis()
    assert [float(row["value"]) for row in table(out, "scores.csv")] == [row["value"] for row in made["scores"]]
    absent = [row for row in table(out, "gains.csv") if (row["arm"], row["target"]) == ("longer", "xcopa")]
    assert len(absent) == len(fake.LANGUAGES)
    assert {(row["gain"], row["low"], row["n_seeds"]) for row in absent} == {("", "", "0")}


def test_conditions_that_vary_become_columns_of_their_own(tmp_path):
    rows = fake.score_rows()
    both = rows + [row | {"setting": "layer=2"} for row in rows]
    written(tmp_path, analyse(both, fake.two_targets()), history={})
    head = (tmp_path / "tables/gains.csv").read_text().splitlines()[0]
    assert head == ",".join((*GAIN_COLUMNS, "setting"))


def test_a_second_report_is_the_same_to_the_byte(out, tmp_path):
    (tmp_path / "node").mkdir()
    save(tmp_path / "node", fake.analysis())
    written(tmp_path / "again", load(tmp_path / "node"))
    assert contents(out) == contents(tmp_path / "again")


def test_the_page_is_self_contained_and_well_formed(page):
    reader = read(page)
    assert [load for load in reader.loads if not load.startswith("#")] == []
    assert reader.tags.count("script") == 1
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)
    assert len(reader.ids) == len(set(reader.ids))
    assert len(page.encode()) < 3_000_000


def test_ids_that_a_picture_uses_are_there(page):
    reader = read(page)
    used = set(re.findall(r"url\(#([^)]+)\)", page)) | set(re.findall(r'href="#([^"]+)"', page))
    assert used <= set(reader.ids)


def test_the_first_screen_says_question_answer_interval_and_lab(page):
    head = page[: page.index("<main")]
    (answer,) = fake.analysis()["answer"]["bases"]
    assert fake.STUDY["question"] in head
    assert "lab numbers" in head
    for sentence in answer["sentences"]:
        assert sentence in head
    assert re.search(r"interval \+\d+\.\d to \+\d+\.\d", head)


def test_the_label_is_for_the_lab_only(tmp_path):
    page = written(tmp_path, analyse(fake.score_rows(), fake.two_targets(source="files")), history={})
    assert "lab numbers" not in page.read_text().lower()


def test_missing_cells_failures_and_warnings_are_told(page):
    text = " ".join(read(page).text)
    assert "did not run" in text
    assert "incomplete" in text
    assert "The loss became NaN at step 17." in text
    assert "store/logs/abc.log" in text
    assert text.count(f": waits for {fake.plan()['nodes'][-6]['label']}") == 5
    for warning in fake.WARNINGS:
        assert warning["message"] in text
    assert "31 of 4200" in text
    assert "3 seeds can give no p-value below 0.25" in text
    assert "char-ngrams" in text
    for node in fake.plan()["nodes"]:
        assert node["key"] in text


def test_degenerate_cells_are_hatched_and_out_of_the_mean(out):
    picture = (out / "figures/gains-lab-small.svg").read_text()
    assert picture.count("<pattern") == 1
    assert "†" in picture
    (answer,) = fake.analysis()["answer"]["bases"]
    assert next(arm for arm in answer["ranking"] if arm["arm"] == "nli")["excluded"] == ["xnli"]


def test_text_from_a_study_is_shown_and_never_acted_on(tmp_path):
    swap = {"nli": EVIL, "xnli": f"t{EVIL}", "qab": f"l{EVIL}"}
    names = ("arm", "target", "language")
    rows = [row | {name: swap.get(row[name], row[name]) for name in names} for row in fake.score_rows()]
    facts = fake.two_targets(
        arms=[swap.get(arm, arm) for arm in fake.ARMS], names={"qac": EVIL}, bases=["lab-small"], question=EVIL,
        warnings=[{"code": "leak", "cell": {"arm": EVIL}, "message": EVIL}],
    )  # fmt: skip
    facts["targets"] = {swap.get(name, name): entry for name, entry in facts["targets"].items()}
    facts["clusters"] = {"family": {f"l{EVIL}": EVIL}}
    plan = fake.plan() | {"warnings": facts["warnings"]}
    plan["nodes"][0]["label"] = EVIL
    failed = {plan["nodes"][0]["key"]: Failure(EVIL, Path(EVIL), "DataError")}
    blocked = {plan["nodes"][1]["key"]: plan["nodes"][0]["key"]}
    outcome = Outcome([], [], failed, blocked)
    made = analyse(rows, facts, [{"target": EVIL, "language": EVIL, "n": 1, "lost": 1}])
    study = {"name": EVIL, "question": EVIL}
    path = written(tmp_path, made, plan=plan, outcome=outcome, study=study, commands=[EVIL])
    page = path.read_text(encoding="utf-8")
    reader = read(page)
    assert reader.tags.count("script") == 1  # our own, without a source
    assert "<script>alert" not in page
    assert "<script>alert('x')</script>" in " ".join(reader.text)
    for name in ("gains.md", "clusters.md", "scores.md"):
        assert "<script" not in (tmp_path / "tables" / name).read_text()
    inside = {path.resolve() for path in tmp_path.rglob("*")}
    assert all(tmp_path.resolve() in path.parents for path in inside)


def test_pictures_stand_alone_in_light_and_dark(out):
    from xml.etree import ElementTree

    for path in (out / "figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)  # noqa: S314 (our own file)
        assert root.tag.endswith("svg")
        assert root.get("aria-label")
        assert "prefers-color-scheme:dark" in text
        assert "#0101" not in text
        assert set(re.findall(r"var\((--\w+)\)", text)) <= set(re.findall(r"(--\w+):#", text))


def test_colours_keep_their_contrast():
    from xstilts.reports.figures.svg import ACCENT, DARK, DOWN, INK, LIGHT, MUTED, SURFACE, UP

    def light(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(first, second):
        low, high = sorted((light(first), light(second)))
        return (high + 0.05) / (low + 0.05)

    def over(top, below, share):
        mixed = [round(share * int(top[p : p + 2], 16) + (1 - share) * int(below[p : p + 2], 16)) for p in (1, 3, 5)]
        return "#" + "".join(f"{part:02x}" for part in mixed)

    for side in (LIGHT, DARK):
        for text in (INK, MUTED, ACCENT, DOWN):
            assert contrast(side[text], side[SURFACE]) >= 4.5
        for fill in (UP, DOWN):
            assert contrast(side[INK], over(side[fill], side[SURFACE], 0.55)) >= 4.5


def test_a_study_of_which_nothing_ran_still_gets_its_page(tmp_path):
    plan = fake.plan()
    outcome = Outcome(not_run=dict.fromkeys(node["key"] for node in plan["nodes"]))
    path = written(tmp_path, analyse([], fake.facts()), plan=plan, outcome=outcome, known={}, history={})
    text = " ".join(read(path.read_text()).text)
    assert "There is no answer yet." in text
    assert f"{len(plan['nodes'])} nodes did not run" in text


def test_one_seed_has_gains_but_no_interval(tmp_path):
    rows = [row for row in fake.score_rows() if row["seed"] in ("1", "")]
    page = written(tmp_path, analyse(rows, fake.two_targets(seeds=["1"])), history={}).read_text()
    assert "one seed, no interval" in page
    assert "inconclusive" in page


def test_the_manifest_names_what_made_the_numbers(out):
    made = json.loads((out / "manifest.json").read_text())
    assert made["commands"] == fake.COMMANDS
    assert made["revisions"] == {"owner/name": "c" * 40}
    assert made["versions"] == [{"python": "3.11.2", "torch": "2.13.0"}]
    assert made["hardware"] == [{"platform": "Linux x86_64", "cpu": "a processor"}]
    states = {node["state"] for node in made["nodes"]}
    assert states == {"done", "cached", "failed", "not run"}


def test_the_manifest_says_what_was_read_used_and_left_out(out):
    made = json.loads((out / "manifest.json").read_text())
    known = [node["key"] for node in made["nodes"] if node["seconds"] is not None]
    assert made["data"][0] == {
        "task": "xnli",
        "language": "qab",
        "split": "test",
        "limit": None,
        "read": 12,
        "used": 9,
        "rejected": {"no label": 2, "over the limit": 1},
        "truncated": 4,
        "unreachable_answers": None,
        "fingerprint": {"repo": "owner/name", "revision": "c" * 40},
        "node": min(known),
    }
    assert sorted(row["node"] for row in made["data"]) == sorted(known)


def test_answers_that_no_window_holds_are_told_beside_the_data():
    row = {"task": "xquad", "language": "th", "split": "test", "limit": None, "read": 9, "used": 9, "rejected": {}}
    rows = [row | {"unreachable_answers": 2}, row | {"language": "el", "unreachable_answers": None}]
    (table,) = data_tables(fake.report(), rows)
    assert table.caption.endswith("In xquad th test no window holds the whole answer of 2 questions.")
    assert "xquad el" not in table.caption


def test_data_without_counts_are_named_all_the_same():
    examples = {"kind": "prepare", "payload": replace(fake.EXAMPLES, limit=3).to_json()}
    vocabulary = {"kind": "prepare", "payload": VocabularyPayload(size=9, lines=9, data={}).to_json()}
    score = {"kind": "score", "payload": {"task": "xnli"}}
    (row,) = data_read([{"key": key, "node": node} for key, node in (("k", examples), ("m", vocabulary), ("s", score))])
    assert (row["node"], row["limit"], row["read"], row["rejected"]) == ("k", 3, None, None)


def test_a_report_needs_no_torch(tmp_path):
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'datasets', 'accelerate', 'statsmodels'): sys.modules[name] = None\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import reports_fake_study as fake\n"
        "from pathlib import Path\n"
        "from xstilts.reports import write\n"
        f"write(Path({str(tmp_path)!r}), fake.report())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / "index.html").is_file()


def test_importing_reports_imports_nothing_heavy():
    heavy = ("torch", "scipy", "pandas", "pyarrow", "matplotlib", "jinja2", "rich")
    code = f"import sys, xstilts.reports; sys.exit(str([m for m in {heavy} if m in sys.modules] or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_a_large_study_leaves_pictures_and_nodes_beside_the_page(tmp_path, monkeypatch):
    from xstilts.reports.page import page as room

    whole = written(tmp_path, analyse(fake.score_rows(), fake.two_targets()), history={})
    monkeypatch.setattr(room, "LARGEST", len(whole.read_bytes()) - 1)
    smaller = written(tmp_path, analyse(fake.score_rows(), fake.two_targets()), history={}).read_text()
    assert "Too large for this page" in smaller
    assert "by cluster of languages</summary>" not in smaller
    assert fake.plan()["nodes"][0]["key"] in smaller
    monkeypatch.setattr(room, "LARGEST", 1)
    least = written(tmp_path, analyse(fake.score_rows(), fake.two_targets()), history={}).read_text()
    assert "too many for this page; manifest.json lists them" in least
    assert "languages of xnli" in least
    assert (tmp_path / "figures/languages-lab-small-xnli.svg").is_file()


def test_of_a_large_page_the_small_pictures_stay():
    sizes = {("b", "big"): 11, ("b", "small"): 4, ("b", "middle"): 6}
    assert fitting_pictures(sizes, 10) == {("b", "small"), ("b", "middle")}
    targets = ("xnli", "xcopa", "xquad")
    pictures = {f"languages-lab-small-{target}": size * "x" for target, size in zip(targets, (11, 4, 6), strict=True)}
    pictures |= {f"clusters-lab-small-{target}": "c" for target in targets}
    page = Page(fake.report(), {}, pictures, room=30)
    (whole,) = languages(page)
    assert ([target for target, *_ in whole.languages], whole.apart) == (["xnli", "xquad", "xcopa"], [])
    (small,) = languages(replace(page, detail=Detail.SMALL_PICTURES))
    assert [target for target, *_ in small.languages] == ["xquad", "xcopa"]  # 4 + 6 of 10
    assert (small.apart, {clusters for *_, clusters in small.languages}) == (["xnli"], {""})
    (least,) = languages(replace(page, detail=Detail.NO_LANGUAGES))
    assert (least.languages, least.apart) == ([], ["xnli", "xquad", "xcopa"])
    assert least.clusters
    assert not languages(replace(page, detail=Detail.NO_CLUSTERS))[0].clusters


def test_the_script_is_the_one_that_the_policy_allows(page):
    import base64
    import hashlib

    (script,) = re.findall("<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert not re.search("innerHTML|insertAdjacentHTML|document.write|eval\\(", script)


def test_the_page_explains_the_mark_of_a_hidden_stage_where_there_is_one(page, tmp_path):
    said = "¶, a hidden stage: the base or the protocol was trained on such data before"
    assert said in "".join(read(page).text)
    written(tmp_path, analyse(fake.score_rows(), fake.facts() | {"warnings": []}))
    assert said not in "".join(read((tmp_path / "index.html").read_text(encoding="utf-8")).text)
