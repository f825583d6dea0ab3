"""Published numbers: what was printed, where and in which version; only what the reader may compare is chosen."""

from __future__ import annotations

import copy

import pytest
import yaml

from xstilts.claims.quoted_numbers import TOLERANCE
from xstilts.claims.references import REFERENCES, for_study
from xstilts.claims.references.read import packaged, parse
from xstilts.claims.references.reference import ELSEWHERE
from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import LANGUAGES
from xstilts.metrics import METRICS
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS

TYPED = {
    "rembert/x-stilts/tydiqa/exact_match": 59.5,
    "rembert/x-stilts/panx/f1": 64.0,
    "rembert/xlm-r-large/tydiqa/f1": 65.1,
    "rembert/xlm-r-large/xquad/exact_match": 60.8,
    "rembert/x-stilts-means/group-structured-prediction/average": 69.4,
    "rembert/xlm-r-large-means/mean-of-seven-tasks/average": 70.1,
    "mt5/x-stilts/xnli/accuracy": 80.4,
    "mt5/mt5-xxl/tydiqa/f1": 82.0,
    "mt5/mt5-small/xnli/accuracy": 67.5,
    "jiant-dev/bucc/bucc2018/ru/f1": 79.2,
    "jiant-dev/tatoeba/tatoeba/sw/accuracy": 7.9,
    "jiant-dev/tatoeba/tatoeba/de/accuracy": 63.9,
    "mewslix/xlm-r-large-test/mewslix/uk/map@20": 57.05,
    "mewslix/xlm-r-large-dev/mewslix/map@20": 51.72,
    "mewslix/mbert-test/mewslix/ta/map@20": 5.06,
    "lareqa/x-y/lareqa/map": 66.0,
    "mgte/xlm-r-base/xcopa/accuracy": 50.45,
    "mgte/mbert/lareqa/map@20": 75.26,
    "americasnli/v1-zero-shot/americasnli/accuracy": 38.62,
    "americasnli/v2-translated/americasnli/accuracy": 49.12,
    "laser/bucc/bucc2018/de/f1": 95.42,
    "jiant-mlm/after-ccg-without-mlm/copa/accuracy": 55.0,
    "xtreme-56/pos-accuracy/udpos/accuracy": 78.23,
    "xtreme-r/veco/group-retrieval/average": 92.7,
    "iglue/xvnli-UC2/xvnli/fr/accuracy": 69.674,
    "iglue/marvl-M3P/marvl/ta/accuracy": 56.04,
    "iglue/xgqa-xUNITER/xgqa/accuracy": 21.72,
    "iglue/xvnli-translate-VL-BERT/xvnli/accuracy": 73.86,
}
TOY = """
source: {key: toy, authors: Nobody 2000, title: Nothing, version: v1, read: the paper}
printings:
  - id: one
    system: A
    base: B
    place: Table 1
    split: test
    protocol: xtreme
    digits: 1
    average: mean over languages
    scores: [{task: xnli, metric: accuracy, value: 50.5}]
"""


def toy(printing=None, score=None, source=None):
    root = copy.deepcopy(yaml.safe_load(TOY))
    root["printings"][0] |= printing or {}
    root["printings"][0]["scores"][0] |= score or {}
    root["source"] |= source or {}
    return yaml.safe_dump(root)


@pytest.mark.parametrize(("name", "value"), TYPED.items())
def test_values_are_the_printed_ones(name, value):
    assert REFERENCES.get(name).value == value


def test_every_printed_row_is_whole():
    sizes = {}
    for one in packaged():
        source, printing = one.name.split("/")[:2]
        sizes[source, printing] = sizes.get((source, printing), 0) + 1
    assert (sizes["jiant-dev", "tatoeba"], sizes["jiant-dev", "bucc"]) == (36, 4)
    assert {
        sizes["mewslix", f"{system}-{split}"] for system in ("mbert", "xlm-r-large") for split in ("dev", "test")
    } == {12}
    assert sizes["rembert", "x-stilts"] == sizes["rembert", "xlm-r-large"] == 10
    assert sizes["mgte", "xlm-r-base"] == 11


def test_every_number_can_be_placed():
    found = packaged()
    assert len({one.name for one in found}) == len(found) == len(REFERENCES)
    metrics = {metric.name for metric in METRICS} | {"map", "average"}
    for one in found:
        assert 0 <= one.value <= 100 and one.unit == "percent", one.name
        assert one.source.version and one.source.authors and one.source.read and one.place, one.name
        assert one.metric in metrics, one.name
        assert one.protocol == "none" or one.protocol in PROTOCOLS, one.name
        assert bool(one.language) != bool(one.average), one.name
        assert all(task in TASKS or task in ELSEWHERE for task in one.over or (one.task,)), one.name
        known = one.task in ELSEWHERE or not one.language or one.language in TASKS.get(one.task).languages
        assert known, one.name
        assert not one.language or one.language in LANGUAGES, one.name


def test_no_cell_was_entered_twice():
    cells = [
        (one.source, one.place, one.system, one.task, one.over, one.average, one.language, one.metric, one.split)
        for one in packaged()
    ]
    assert len(set(cells)) == len(cells)


def test_the_systems_with_two_published_rows_say_how_far_they_lie_apart():
    spread = {one.system for one in packaged() if one.tolerance is not None}
    assert spread == {"X-STILTs"}
    assert {one.tolerance for one in packaged() if one.system == "X-STILTs"} == {TOLERANCE}
    rows = {(one.source.key, one.task, one.metric): one.value for one in packaged() if one.system == "X-STILTs"}
    both = [(rows["rembert", *cell], rows["mt5", *cell]) for key, *cell in rows if key == "mt5"]
    assert len(both) == 6
    assert max(abs(first - second) for first, second in both) <= TOLERANCE + 1e-9


def test_the_warnings_stand_with_the_numbers():
    retrieval = [one for one in packaged() if one.source.key == "jiant-dev"]
    assert all(one.split == "validation" and "layer 14" in one.note for one in retrieval)
    assert "cannot be compared" in REFERENCES.get("mewslix/mbert-dev/mewslix/map@20").source.note
    versions = {one.source.version for one in packaged() if one.task == "americasnli"}
    assert versions == {"v1", "v2"}


def test_shares_are_kept_as_percent():
    shares = {one.source.key for one in packaged() if one.printed == "share"}
    assert shares == {"jiant-dev", "lareqa", "jiant-mlm"}


def test_a_study_gets_what_is_on_its_targets():
    found = for_study(["tydiqa", "xnli"], ["phang2020"])
    assert {one.task for one in found} == {"tydiqa", "xnli"}
    assert [one.task for one in found] == sorted((one.task for one in found), key=["tydiqa", "xnli"].index)
    assert found[0].protocol == "phang2020"
    assert for_study([]) == for_study(["mlm"]) == []


def test_averages_come_only_with_all_of_their_tasks():
    seven = ["xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa"]
    averages = [one for one in for_study(seven) if one.over]
    assert {len(one.over) for one in averages} == {2, 3, 7}
    assert not any("leaderboard" in one.name for one in averages)
    nine = for_study([*seven, "bucc2018", "tatoeba"])
    assert any("leaderboard" in one.name for one in nine)
    assert [one for one in for_study(seven[1:]) if len(one.over) == 7] == []


def test_a_file_is_read_as_it_says():
    (one,) = parse(toy(), "toy.yaml")
    assert (one.name, one.value, one.average) == ("toy/one/xnli/accuracy", 50.5, "mean over languages")
    (one,) = parse(toy(score={"language": "de"}, printing={"version": "v2"}), "toy.yaml")
    assert (one.name, one.language, one.average, one.source.version) == ("toy/one/xnli/de/accuracy", "de", "", "v2")
    (one,) = parse(toy(score={"over": ["xnli", "xquad"], "average": "of two: a and b"}), "toy.yaml")
    assert (one.name, one.task, one.metric) == ("toy/one/of-two/average", "", "average")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"score": {"value": 101.0}}, "0 to 100"),
        ({"score": {"value": -0.5}}, "0 to 100"),
        ({"score": {"value": 50.55}}, "more than 1 decimals"),
        ({"score": {"value": "50"}}, "must be float"),
        ({"score": {"metric": "exact_match"}}, "no metric of xnli"),
        ({"score": {"metric": ""}}, "no metric of xnli"),
        ({"score": {"mean": 3}}, "unknown key"),
        ({"printing": {"average": ""}}, "one language or an average"),
        ({"printing": {"scores": [{"value": 1.0, "metric": "accuracy"}]}}, "one task or over tasks"),
        ({"printing": {"place": " "}}, "needs place"),
        ({"printing": {"printed": "points"}}, "percent, share"),
        ({"printing": {"tolerance": 0.0}}, "above 0"),
        ({"source": {"version": ""}}, "needs version"),
        ({"source": {"url": "x"}}, "unknown key"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(changes, said):
    with pytest.raises(InputError, match="toy.yaml") as refused:
        parse(toy(**changes), "toy.yaml")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [{"score": {"task": "xnly"}}, {"score": {"language": "qzz"}}, {"printing": {"protocol": "xtrem"}}],
)
def test_unknown_names_are_refused(changes):
    with pytest.raises(UnknownNameError, match=r"toy\.yaml"):
        parse(toy(**changes), "toy.yaml")


def test_a_file_needs_its_root_keys():
    with pytest.raises(InputError, match="other keys"):
        parse("printings: []", "toy.yaml")
