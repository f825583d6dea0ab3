from __future__ import annotations

from typing import Any

import pytest
import yaml

from xstilts.errors import InputError, StudyError, UnknownNameError
from xstilts.tasks import Kind, from_inline

FIVE_LINES = """
reviews:
  kind: classification
  labels: [bad, good]
  files:
    en: {train: {path: train.tsv, format: delimited, columns: {text: review, label: stars}}}
    de fr: {test: {path: "test.{language}.tsv", format: delimited, columns: {text: review, label: stars}}}
"""


def mapping(**changes: Any) -> dict[str, Any]:
    given = dict(yaml.safe_load(FIVE_LINES)["reviews"], **changes)
    return {key: value for key, value in given.items() if value is not None}


def test_five_lines_of_yaml_make_a_task_and_its_part_of_the_data_map() -> None:
    task, data_map = from_inline("reviews", mapping())
    assert (task.name, task.kind, task.labels) == ("reviews", Kind.CLASSIFICATION, ("bad", "good"))
    assert task.languages == ("en", "de", "fr")
    assert dict(task.splits) == {"train": None, "test": None}
    assert task.metrics == ("accuracy", "macro_f1")
    assert data_map == mapping()["files"]
    assert set(task.no_source) == {"hub", "lab"}


def test_label_names_may_be_numbers() -> None:
    task, _ = from_inline("reviews", mapping(labels=[0, 1]))
    assert task.labels == ("0", "1")


def test_metrics_may_be_named() -> None:
    task, _ = from_inline("reviews", mapping(metrics=["macro_f1"]))
    assert task.metrics == ("macro_f1",)


def test_parallel_text_and_several_files_of_one_split() -> None:
    files = {"de+en": {"train": [{"path": ["a", "b"], "format": "lines"}, {"path": ["c", "d"], "format": "lines"}]}}
    task, data_map = from_inline("text", {"kind": "masked_lm", "files": files})
    assert task.languages == ("de+en",)
    assert data_map == files


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"label": ["a", "b"]}, "tasks.reviews", "no key 'label'.*Did you mean 'labels'"),
        ({"kind": "clasification"}, "tasks.reviews.kind", "Did you mean 'classification'"),
        ({"kind": None}, "tasks.reviews.kind", "kind is missing.*span_qa"),
        ({"kind": "visual"}, "tasks.reviews.kind", "There is no kind"),
        ({"labels": None}, "tasks.reviews.labels", "at least two labels"),
        ({"labels": ["a"]}, "tasks.reviews.labels", "at least two labels"),
        ({"labels": [True, False]}, "tasks.reviews.labels", "Quote words that YAML reads as booleans"),
        ({"labels": ["a", "b", "a"]}, "tasks.reviews.labels", "'a' twice"),
        ({"kind": "span_qa"}, "tasks.reviews.labels", "has no labels.*Leave the key out"),
        ({"metrics": []}, "tasks.reviews.metrics", "headline first"),
        ({"files": None}, "tasks.reviews.files", "language → split"),
        ({"files": {"de": {"test": "x.tsv"}}}, "tasks.reviews.files.de.test", "path: FILE"),
        ({"files": {"de": {}}}, "tasks.reviews.files.de", "language → split"),
    ],
)
def test_a_mistake_names_its_place_and_what_is_allowed(changes: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        from_inline("reviews", mapping(**changes))
    assert caught.value.field == field


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'accuracy'") as caught:
        from_inline("reviews", mapping(metrics=["macro_f1", "acuracy"]))
    assert caught.value.field == "tasks.reviews.metrics.1"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no language called 'xx'"):
        from_inline("reviews", mapping(files={"de xx": {"test": {"path": "t", "format": "text"}}}))


def test_unquoted_norwegian_is_explained() -> None:
    files = yaml.safe_load("no: {test: {path: t, format: text}}")
    with pytest.raises(InputError, match='"no", in quotes') as caught:
        from_inline("reviews", mapping(files=files))
    assert caught.value.field == "tasks.reviews.files"


def test_something_else_than_a_mapping_is_refused() -> None:
    with pytest.raises(StudyError, match="expected a mapping"):
        from_inline("reviews", ["kind"])


@pytest.mark.parametrize(
    ("said", "entry", "rule"),
    [
        ({}, {}, ""),
        ({"rule": "squad2"}, {}, "squad2"),
        ({}, {"empty_answer": "none"}, "squad2"),
        ({}, {"impossible": "none"}, "squad2"),
    ],
)
def test_questions_without_an_answer_have_their_rule(said: dict[str, str], entry: dict[str, str], rule: str) -> None:
    files = {"en": {"test": [{"path": "a", "format": "squad_json"} | entry]}}
    task, _ = from_inline("faq", {"kind": "span_qa", "files": files} | said)
    assert task.rule == rule


def test_other_rules_are_refused() -> None:
    files = {"en": {"test": {"path": "a", "format": "squad_json"}}}
    with pytest.raises(StudyError, match=r"tasks\.faq\.rule: .*no rule 'squad'.*squad2"):
        from_inline("faq", {"kind": "span_qa", "files": files, "rule": "squad"})
    with pytest.raises(StudyError, match="no rule 'squad2'"):
        from_inline("reviews", mapping(rule="squad2"))
