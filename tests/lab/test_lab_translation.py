"""Machine translation in the lab: mistakes at the stated rate, in words of the same class, in rows that stay whole."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts import lab
from xstilts.lab import concepts, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say, words
from xstilts.lab.lexicon import lexicon
from xstilts.lab.meaning import Clause, Compound, Phrase, Question
from xstilts.lab.speech import SPEECHES
from xstilts.lab.translation import OTHERS, RATES, Translator, faithful, mistaken
from xstilts.lab.twins import pairs, spans
from xstilts.lab.twins.sentences import sentence
from xstilts.sources import TRANSLATED_TEST, Source, expected_size, fingerprint, languages, load
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from xstilts.lab.meaning import Meaning

Row = dict[str, Any]

FOREIGN = tuple(code for code in lab.LANGUAGES if code != lab.PIVOT)
TRAINED = [twin.name for twin in lab.TWINS if twin.translated]
TESTED = [twin.name for twin in lab.TWINS if TRANSLATED_TEST in twin.languages]

FIRST_TWENTY = {
    ("anli", "qac", "train"): "1fa67120d11890de",
    ("ccg", "qba", "train"): "8e3d4d15d15afc57",
    ("commonsenseqa", "qbc", "train"): "4c9b0d4d3d957a1c",
    ("copa", "qcb", "train"): "6f1fe426aa1d9d1d",
    ("cosmosqa", "qda", "train"): "7dcd3c3a787bd820",
    ("hellaswag", "qbb", "train"): "ec65bd93dac5735c",
    ("mnli", "qab", "train"): "eea3d0eaed23982f",
    ("mnli", "qbc", "train"): "078eddb50bc4dae9",
    ("panx", "qca", "train"): "122418df93447d27",
    ("paws", "qad", "train"): "81f3a1975cb04abf",
    ("qqp", "qba", "train"): "a1318e163b4ed311",
    ("sib200", "qac", "train"): "db824ebe098eef4f",
    ("siqa", "qda", "train"): "425573f3d2f741b8",
    ("snli", "qcb", "train"): "d4dffcc533aa1720",
    ("squad", "qba", "train"): "0c9b12bbf159e999",
    ("squad_v2", "qbc", "train"): "851b03304ea2c4f2",
    ("udpos", "qda", "train"): "227bb69d8d3ead66",
    ("xnli", "qbc", "translated-test"): "8304e7579b0860ba",
    ("xcopa", "qda", "translated-test"): "c94e30c644e80757",
    ("xquad", "qba", "translated-test"): "23c083cb40bca470",
    ("udpos", "qcb", "translated-test"): "738b1db1762a9095",
    ("panx", "qac", "translated-test"): "2f6e8447a7871cb9",
    ("mlqa", "qda+qca", "translated-test"): "be535fddc8f8266a",
    ("pawsx", "qad", "translated-test"): "71a61ac71576fe95",
    ("tydiqa", "qbb", "translated-test"): "76221f7c3e2fc4a7",
    ("sib200", "qbc", "translated-test"): "99764c45d67a4739",
    ("kornli", "qbb", "translated-test"): "dcd6572ef961abcf",
    ("masakhaner2", "qbc", "translated-test"): "6a7a9bb8ceb498bb",
    ("squad_v2", "qad", "translated-test"): "b9ba1ba651d944cb",
}
"""Cell to the digest of its first twenty rows; a change needs a new ``lab.VERSION``."""


@pytest.mark.parametrize("cell", FIRST_TWENTY, ids="/".join)
def test_rows_stay_as_they_are(cell: tuple[str, str, str]) -> None:
    rows = lab.examples(*cell)[:20]
    found = hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    assert found == FIRST_TWENTY[cell]


# --- what is translated -----------------------------------------------------------------------------------------------


def test_training_sets_of_the_pivot_alone_are_translated_and_no_others() -> None:
    assert set(TRAINED) == {
        "anli", "ccg", "commonsenseqa", "copa", "cosmosqa", "hellaswag", "mnli", "nlvr2", "panx", "paws",
        "qqp", "scene_captions", "sib200", "siqa", "snli", "snli_ve", "squad", "squad_v2", "udpos", "udpos_few",
        "xnli_few", "xquad_few",
    }  # fmt: skip
    for name in TRAINED:
        assert lab.TWINS.get(name).languages["train"] == lab.LANGUAGES
        assert lab.TWINS.get(name).translated == FOREIGN
    # written in their own languages, asked in all of them, or corpora
    for name in ("ocnli", "kornli", "squad_it", "tydiqa", "masakhaner", "mlm"):
        assert lab.TWINS.get(name).translated == ()


def test_test_sets_in_other_languages_are_translated_into_the_pivot() -> None:
    # ccg and paws have no other language; search and corpora are not translated
    without = {"ccg", "paws", "tatoeba", "bucc2018", "lareqa", "xquad_r", "mewslix", "udhr", "mlm"}
    assert set(lab.TWINS.names()) - set(TESTED) == without
    for name in TESTED:
        twin = lab.TWINS.get(name)
        assert twin.languages[TRANSLATED_TEST] == tuple(code for code in twin.languages["test"] if code != lab.PIVOT)
        assert TRANSLATED_TEST not in twin.splits


# --- mistakes ---------------------------------------------------------------------------------------------------------


def mentions(meaning: Meaning) -> list[str]:
    """Every concept of a meaning by its place, also the empty ones."""
    if isinstance(meaning, Compound):
        return [*mentions(meaning.first), *mentions(meaning.second)]
    clause = meaning.clause if isinstance(meaning, Question) else meaning
    things = [clause.subject, clause.object or Phrase("")]
    named = [concept for thing in things for concept in (thing.noun, thing.adjective, thing.number)]
    return [*named, clause.verb, clause.state, clause.place, clause.time, clause.manner]


@pytest.mark.parametrize("language", FOREIGN)
def test_mistakes_come_at_the_rate_of_the_resource_class(language: str) -> None:
    translate, changed, total = Translator(language), 0, 0
    for i in range(3000):
        meaning = pairs.inference(pairs.MNLI, f"mnli-train-{i}")[0]
        before, after = mentions(meaning), mentions(translate(meaning, f"mnli-train-{i}", "text"))
        assert len(before) == len(after)
        total += sum(concept in OTHERS for concept in before)
        changed += sum(old != new for old, new in zip(before, after, strict=True))
    rate = {"rich": 0.04, "medium": 0.08, "poor": 0.16, "none": 0.32}[SPEECHES[language].resource]
    assert total > 10_000
    # four standard deviations of a binomial share
    assert abs(changed / total - rate) < 4 * (rate * (1 - rate) / total) ** 0.5


def test_every_resource_class_has_a_rate() -> None:
    assert set(RATES) == {speech.resource for speech in SPEECHES.values()}


def test_content_words_have_others_of_their_class_that_mean_something_else() -> None:
    names_and_function = {*concepts.NAMES, *(word for group in concepts.FUNCTION.values() for word in group)}
    assert set(OTHERS) == set(concepts.CONCEPTS) - names_and_function
    for concept, others in OTHERS.items():
        assert others
        assert {concepts.TAGS[other] for other in others} == {concepts.TAGS[concept]}
        assert not {concept, concepts.SAME.get(concept)} & set(others)
        assert all(concept in OTHERS[other] for other in others)
    assert OTHERS["house"] == OTHERS["home"] == ("school", "market")
    assert OTHERS["quickly"] == ("slowly",)
    assert OTHERS["slowly"] == ("quickly", "fast")
    assert "eat" not in OTHERS["move"]  # verbs keep their objects
    assert "cry" not in OTHERS["get"]


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_mistakes_keep_the_shape_of_a_sentence(number: int, rate: float) -> None:
    meaning = sentence(Draws("test-translation", number), 0.6)
    changed = mistaken(meaning, Draws("test-mistakes", number), rate)
    assert type(changed) is type(meaning)
    for code in ("qaa", "qba", "qcb"):
        before, after = words(meaning, code), words(changed, code)
        assert [(word.tag, word.role) for word in before] == [(word.tag, word.role) for word in after]


def test_no_mistakes_and_nothing_but_mistakes() -> None:
    clause = Clause(Phrase("ana"), "eat", object=Phrase("egg", "big", "two"), place="house", time="today", negated=True)
    linked = Compound(clause, "because", Clause(Phrase("it"), state="hungry"))
    assert mistaken(linked, Draws("test", 1), 0.0) == linked
    spoilt = mistaken(linked, Draws("test", 1), 1.0)
    assert (spoilt.link, spoilt.first.subject, spoilt.second.subject) == ("because", Phrase("ana"), Phrase("it"))
    assert spoilt.first.negated
    assert all(
        new in OTHERS[old] if old in OTHERS else new == old
        for old, new in zip(mentions(linked), mentions(spoilt), strict=True)
    )
    assert mistaken("apple", Draws("test", 2), 1.0) in OTHERS["apple"]


def test_a_translation_depends_on_item_field_and_language_alone() -> None:
    clause = world.event(Draws("test-once", 1), 1.0)

    def said(language: str, item: str, field: str) -> Meaning:
        return Translator(language)(clause, item, field)

    assert said("qbc", "a", "text") == said("qbc", "a", "text")
    others = [("qbc", f"{i}", field) for i in range(20) for field in ("text", "text_pair")]
    assert len({said(*other) for other in others}) > 20
    assert said("qaa", "a", "text") == faithful(clause, "a", "text") == clause
    # of a pair, the question is in the second language
    assert said("qbc+qda", "a", "question") == said("qda", "a", "question")
    assert said("qbc+qda", "a", "context.0") == said("qbc", "a", "context.0")
    assert said("qaa+qda", "a", "context.0") == clause


# --- rows -------------------------------------------------------------------------------------------------------------


def twin_task(name: str) -> Task:
    twin = lab.TWINS.get(name)
    return Task(name, twin.kind, "", (), {}, (), labels=twin.labels, lab=name)


CELLS = [(name, language, "train") for name in TRAINED for language in ("qba", "qcb")]
CELLS += [
    (name, language, TRANSLATED_TEST)
    for name in TESTED
    for language in dict.fromkeys(lab.TWINS.get(name).languages[TRANSLATED_TEST][i] for i in (0, -1))
]


@pytest.mark.parametrize("cell", CELLS, ids="/".join)
def test_translations_load_with_ids_and_labels_of_the_original(cell: tuple[str, str, str]) -> None:
    name, language, split = cell
    task, lab_source = twin_task(name), Source("lab")
    loaded = load(task, language, split, lab_source)
    assert loaded.used == expected_size(task, language, split, lab_source)
    assert language in languages(task, lab_source, split)
    print_ = fingerprint(task, language, split, lab_source)
    assert (print_["language"], print_["split"]) == (language, split)
    original = lab.examples(name, lab.PIVOT, split) if split == "train" else lab.examples(name, language, "test")
    rows = loaded.dataset.to_list()
    assert [row["id"] for row in rows] == [row["id"] for row in original]
    assert rows != original
    for row, source in zip(rows, original, strict=True):
        if task.kind in (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE):
            assert row["label"] == source["label"]
            assert len(row.get("choices", ())) == len(source.get("choices", ()))
        elif task.kind is Kind.SPAN_QA:
            assert len(row["answer_texts"]) == len(source["answer_texts"])
    said_in = lab.PIVOT if split == TRANSLATED_TEST else language
    known = set("".join(lexicon(said_in).values())) | set(" .?") | set("".join(SPEECHES[said_in].cases.values()))
    assert {letter for row in rows for key in ("text", "context") for letter in row.get(key, "")} <= known


@pytest.mark.parametrize("name", [name for name in TRAINED if lab.TWINS.get(name).kind is Kind.SPAN_QA])
@pytest.mark.parametrize("language", ["qaa", "qba", "qbc", "qcb"])
def test_answers_are_parts_of_the_translated_text(name: str, language: str) -> None:
    rows = lab.examples(name, language, "train")
    if language != lab.PIVOT:
        rows += lab.examples(name, language, TRANSLATED_TEST)
    for row in rows:
        for answer, start in zip(row["answer_texts"], row["answer_starts"], strict=True):
            assert row["context"][start : start + len(answer)] == answer
            assert start == 0 or row["context"][start - 1] == " "
            assert row["context"][start + len(answer)] in " ."


def test_the_text_is_translated_once_and_the_question_for_itself() -> None:
    item = spans.reading("squad-train-7")
    translate = Translator("qbc")
    row = spans.row(item, "squad-train-7", "qbc", "qbc", translate)
    told = [translate(clause, "squad-train-7", f"context.{n}") for n, clause in enumerate(item.story)]
    assert row["context"] == " ".join(say(clause, "qbc") for clause in told)
    assert row["question"] == say(translate(item.question, "squad-train-7", "question"), "qbc")
    assert row == lab.examples("squad", "qbc", "train")[7]


@pytest.mark.parametrize("name", [name for name in TRAINED if lab.TWINS.get(name).kind is Kind.TAGGING])
@pytest.mark.parametrize("language", ["qab", "qbb", "qda"])
def test_every_translated_word_has_its_tag(name: str, language: str) -> None:
    twin = lab.TWINS.get(name)
    for row in lab.examples(name, language, "train"):
        assert len(row["tokens"]) == len(row["tags"])
        assert set(row["tags"]) <= set(twin.labels)


def test_names_keep_tags_and_forms_in_translation() -> None:
    for language in ("qab", "qac"):  # without case endings
        table = lexicon(language)
        names = {table[name]: name for name in concepts.NAMES}
        pivot, translated = lab.examples("panx", "qaa", "train"), lab.examples("panx", language, "train")
        for one, other in zip(pivot, translated, strict=True):
            assert Counter(tag for tag in one["tags"] if tag != "O") == Counter(t for t in other["tags"] if t != "O")
            assert sorted(names[form] for form in other["tokens"] if form in names) == sorted(
                form for form in one["tokens"] if form in concepts.NAMES
            )


def test_translated_test_sets_are_the_pivots_test_set_with_mistakes() -> None:
    # everything here is said in the pivot, and test items are parallel, so what differs is a mistake
    original = lab.examples("xnli", "qaa", "test")
    shares = {}
    for language in ("qab", "qac", "qad", "qbc"):
        found = lab.examples("xnli", language, TRANSLATED_TEST)
        shares[language] = sum(one["text"] != other["text"] for one, other in zip(original, found, strict=True))
        for one, other in zip(original, found, strict=True):
            assert one["label"] == other["label"]
            assert len(one["text"].split()) == len(other["text"].split())
    # rich, medium, poor, none
    assert shares["qab"] < shares["qac"] < shares["qad"] < shares["qbc"]
    tagged = [lab.examples("udpos", "qaa", "test"), lab.examples("udpos", "qbc", TRANSLATED_TEST)]
    assert [row["tags"] for row in tagged[0]] == [row["tags"] for row in tagged[1]]


def test_a_translated_pair_has_each_side_from_its_own_language() -> None:
    both = lab.examples("mlqa", "qda+qca", TRANSLATED_TEST)
    text, question = (lab.examples("mlqa", code, TRANSLATED_TEST) for code in ("qda", "qca"))
    assert [row["context"] for row in both] == [row["context"] for row in text]
    assert [row["question"] for row in both] == [row["question"] for row in question]
