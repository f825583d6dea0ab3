"""The twins that came after the freeze: what each promises, and digests that hold them still."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from xstilts import lab
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say
from xstilts.lab.lexicon import ending, lexicon
from xstilts.lab.meaning import Clause, Phrase, Question
from xstilts.lab.twins import mentions, spans
from xstilts.lab.twins.entities import MASAKHANER_LABELS, Told, _tagged
from xstilts.lab.twins.inference import TRANSLATED, WRITTEN
from xstilts.lab.twins.reading import STYLES, answers, reading, unanswerable
from xstilts.sources import FORMATS
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from pathlib import Path

FIRST_TWENTY = {
    ("americasnli", "qda", "test"): "8515d8eda8031bce",
    ("anli", "qaa", "train"): "9ea741868966a169",
    ("anli", "qda", "test"): "6373e00a408888e5",
    ("arcd", "qca", "train"): "15c330166f2db862",
    ("arcd", "qca", "test"): "008fe75e80a4fb00",
    ("bucc2018", "qca", "test"): "f1eb94c2e1d5788d",
    ("c_xnli", "qab", "test"): "5ad77d46d66359e9",
    ("ccg", "qaa", "train"): "3df08b6385985960",
    ("ccg", "qaa", "test"): "d593ca66629eeee5",
    ("cmrc2018", "qba", "train"): "6340c499b75336a9",
    ("cmrc2018", "qba", "test"): "69a69249cbffe5eb",
    ("commonsenseqa", "qaa", "train"): "0c27bcf8a8141fc7",
    ("commonsenseqa", "qda", "test"): "0956a62451c02d2d",
    ("farstail", "qac", "train"): "b682989850539511",
    ("farstail", "qac", "test"): "6934c28745a49d46",
    ("hellaswag", "qaa", "train"): "4b5e77985cbcd070",
    ("hellaswag", "qda", "test"): "33694c9105bc91fc",
    ("indonli", "qcb", "train"): "f641acf2a94b0cac",
    ("indonli", "qcb", "test"): "53d062d2eb4c59e1",
    ("jaquad", "qbb", "train"): "081d43cf171381b4",
    ("jaquad", "qbb", "test"): "b710e360ea4af990",
    ("kornli", "qbb", "train"): "a3559503568b2865",
    ("kornli", "qbb", "test"): "efccbeb005e28ba1",
    ("lareqa", "qda", "test"): "9ac2ae304ea5a0df",
    ("masakhaner", "qad", "train"): "d7187a965eb28407",
    ("masakhaner", "qda", "test"): "74c4d89fd4118c21",
    ("masakhaner2", "qad", "train"): "23d8e95aaed146a4",
    ("masakhaner2", "qcb", "test"): "0b6e2390a27145b4",
    ("masakhapos", "qad", "train"): "969ed460f5558b30",
    ("masakhapos", "qda", "test"): "c533a398b027f97f",
    ("mewslix", "qaa", "dev"): "79327d6630f2558d",
    ("mewslix", "qda", "test"): "0127c89fe4c574af",
    ("mlqa", "qda+qca", "test"): "3ec3fe74e13c3e13",
    ("myxnli", "qcb", "test"): "bfdf55c8464e6dff",
    ("ocnli", "qba", "train"): "aec0ac32f0add408",
    ("ocnli", "qba", "test"): "439510a683cffaf3",
    ("panx", "qaa", "train"): "b5b788cebe2cd57c",
    ("panx", "qda", "test"): "fd7c0911003aafc7",
    ("paws", "qaa", "train"): "ae9c6049dd053d6b",
    ("paws", "qaa", "test"): "5536ad352e383ece",
    ("pawsx", "qda", "test"): "65dd4ff2920abf70",
    ("sib200", "qaa", "train"): "180662b0b4079a27",
    ("sib200", "qda", "test"): "79cc6e1d0b2f8395",
    ("squad_es", "qad", "train"): "cd69a138145bb106",
    ("squad_es", "qad", "test"): "b80db3bf3b5a1d57",
    ("squad_it", "qab", "train"): "4ca91ac824a4d484",
    ("squad_it", "qab", "test"): "7b68ff384e1787b2",
    ("squad_v2", "qaa", "train"): "1f9d9f3d4cd1b12a",
    ("squad_v2", "qda", "test"): "b17e45879f19cba8",
    ("tydiqa", "qaa", "train"): "65d137fadbc718e0",
    ("tydiqa", "qda", "test"): "f05917306f00deaa",
    ("udhr", "qda", "test"): "677551ec6a42c9bf",
    ("udpos_few", "qaa", "train"): "07d858c65f519008",
    ("udpos_few", "qda", "test"): "f31c2ff9b46b85d8",
    ("xnli_eu", "qda", "test"): "4b9bee5b260bc077",
    ("xnli_few", "qaa", "train"): "bbf0b4c360a6eb5f",
    ("xnli_few", "qda", "test"): "eb202271fee996e9",
    ("xquad_few", "qaa", "train"): "d6c926b825a80a26",
    ("xquad_few", "qda", "test"): "c10b823550ba71fc",
    ("xquad_r", "qda", "test"): "a8af09cf3973d9fe",
}
"""Cell to the digest of its first twenty rows; a change needs a new ``lab.VERSION``."""

NEW = sorted({name for name, _, _ in FIRST_TWENTY})

Row = dict[str, Any]


def content(row: Row) -> str:
    return json.dumps({key: value for key, value in row.items() if key != "id"}, sort_keys=True)


def test_every_new_twin_is_held() -> None:
    assert len(NEW) == 35


@pytest.mark.parametrize("cell", FIRST_TWENTY, ids="/".join)
def test_rows_stay_as_they_are(cell: tuple[str, str, str]) -> None:
    rows = lab.examples(*cell)[:20]
    found = hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    assert found == FIRST_TWENTY[cell]


def test_a_paragraph_of_the_declarations_twin_has_one_translation() -> None:
    rows = lab.examples("udhr", "qbc", "test")
    said = {row["id"]: row["text"] for row in rows}
    asked = [row for row in rows if row["role"] == "query"]
    assert len(asked) == 50
    assert len(set(said.values())) == 100
    assert {row["gold"][0] for row in asked} == {row["id"] for row in rows if row["role"] == "candidate"}
    assert all(row["gold"] == [row["id"].replace("-q", "-c")] for row in asked)
    ends = [sum(map(said[row["id"]].count, ".?")) for row in asked]
    assert set(ends) == {2, 3, 4}
    assert ends == [sum(map(said[row["gold"][0]].count, ".?")) for row in asked]


# --- words ------------------------------------------------------------------------------------------------------------


def forms(language: str) -> set[str]:
    """Every word of a language (or of the two of a pair), with and without its endings."""
    found: set[str] = set()
    for code in language.split("+"):
        endings = {"", *(ending(code, role) for role in ("subject", "object", "place"))}
        found |= {form + end for form in lexicon(code).values() for end in endings}
    return found


def said(row: Row) -> set[str]:
    texts = [str(row.get(key, "")) for key in ("text", "text_pair", "context", "question")]
    texts += [*row.get("choices", ()), *row.get("tokens", ())]
    marks = str.maketrans(".?:{}", " " * 5)
    return set(" ".join(texts).translate(marks).split())


IN_PIVOT = {"bucc2018": "candidate", "udhr": "query"}
"""The side of a search that is in the pivot."""


@pytest.mark.parametrize("name", NEW)
def test_twins_have_no_word_that_the_lexicon_lacks(name: str) -> None:
    for language in lab.TWINS.get(name).languages["test"][:10]:
        known = forms(language)
        for row in lab.examples(name, language, "test"):
            candidate = row.get("role") == "candidate"
            if name == "mewslix" and candidate:
                assert any(said(row) <= forms(code) for code in lab.LANGUAGES)
                continue
            assert said(row) <= (forms(lab.PIVOT) if row.get("role") == IN_PIVOT.get(name, "none") else known)


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NEW if lab.TWINS.get(name).kind is Kind.CLASSIFICATION])
def test_classes_are_about_equally_frequent(name: str) -> None:
    twin = lab.TWINS.get(name)
    for split in twin.splits:
        labels = Counter(row["label"] for row in lab.examples(name, twin.languages[split][0], split))
        assert set(labels) == set(twin.labels)
        expected = labels.total() / len(labels)
        # four standard deviations of a count
        assert all(abs(count - expected) < 4 * expected**0.5 for count in labels.values()), (split, labels)


@pytest.mark.parametrize(("name", "count"), [("hellaswag", 4), ("commonsenseqa", 5)])
def test_choices_differ_and_every_place_holds_the_right_one_as_often(name: str, count: int) -> None:
    rows = lab.examples(name, "qab", "test")
    assert all(len(set(row["choices"])) == count for row in rows)
    places = Counter(row["label"] for row in rows)
    assert set(places) == set(range(count))
    assert max(places.values()) < 1.5 * len(rows) / count


def test_stories_of_hellaswag_break_off_and_their_endings_finish_them() -> None:
    for language in ("qaa", "qba", "qca"):
        so = lexicon(language)["so"]
        for row in lab.examples("hellaswag", language, "test"):
            assert row["question"] == ""
            assert row["context"].endswith(f" {so}")
            assert all(choice.endswith(".") for choice in row["choices"])


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["panx", "masakhaner", "masakhaner2"])
def test_names_are_tagged_by_begin_and_inside(name: str) -> None:
    twin = lab.TWINS.get(name)
    for language in twin.languages["test"]:
        for row in lab.examples(name, language, "test"):
            for before, tag in zip(["O", *row["tags"]], row["tags"], strict=False):
                assert tag[:2] != "I-" or before[1:] == tag[1:], row
    seen = {tag for row in lab.examples(name, twin.languages["test"][0], "test") for tag in row["tags"]}
    assert seen == set(twin.labels)


def test_names_keep_their_number_and_class_in_all_languages() -> None:
    def classes(language: str) -> list[Counter[str]]:
        rows = lab.examples("panx", language, "test")
        return [Counter(tag for tag in row["tags"] if tag != "O") for row in rows]

    assert all(classes(language) == classes("qaa") for language in lab.LANGUAGES)


def test_a_name_is_tagged_by_what_stands_beside_it() -> None:
    clause = Clause(Phrase("house", "ana"), "see", object=Phrase("beno", "king"), place="river", time="today")
    told = Told(clause, {"subject": "ORG", "object": "PER", "place": "LOC", "time": "DATE"}, "karu", True)
    word = lexicon("qaa")
    assert _tagged(told, "qaa") == [
        ("ana", "B-ORG"), (word["house"], "I-ORG"), (word["see"], "O"), (word["king"], "B-PER"), ("beno", "I-PER"),
        (word["in"], "O"), ("karu", "B-LOC"), (word["river"], "I-LOC"), (word["this"], "B-DATE"),
        (word["today"], "I-DATE"),
    ]  # fmt: skip
    word = lexicon("qca")  # verb first, qualities and so names after their noun
    ana, beno, karu = (word[name] for name in ("ana", "beno", "karu"))
    assert _tagged(told, "qca")[1:5] == [
        (word["house"], "B-ORG"), (ana, "I-ORG"), (beno, "B-PER"), (word["king"], "I-PER"),
    ]  # fmt: skip
    assert (karu, "I-LOC") in _tagged(told, "qca")


def test_the_second_edition_holds_the_first_in_other_splits() -> None:
    languages = {name: set(lab.TWINS.get(name).languages["test"]) for name in ("masakhaner", "masakhaner2")}
    both = languages["masakhaner"] & languages["masakhaner2"]
    assert both == {"qad", "qcb"}
    for language in both:
        first, second = everything("masakhaner", language), everything("masakhaner2", language)
        assert first < second
        tested = {content(row) for row in lab.examples("masakhaner", language, "test")}
        assert tested & {content(row) for row in lab.examples("masakhaner2", language, "train")}


def everything(name: str, language: str) -> set[str]:
    return {content(row) for split in ("train", "dev", "test") for row in lab.examples(name, language, split)}


def test_dates_are_masakhaners_alone() -> None:
    assert "B-DATE" not in lab.TWINS.get("panx").labels
    assert lab.TWINS.get("masakhaner").labels == MASAKHANER_LABELS


def test_categories_say_what_a_word_asks_for() -> None:
    transitive = "(S[dcl]\\NP)/NP"
    words = {form for concept in ("buy", "break", "carry") for form in (lexicon("qaa")[concept],)}
    tags = {
        tag
        for row in lab.examples("ccg", "qaa", "train")
        for word, tag in zip(row["tokens"], row["tags"], strict=True)
        if word in words
    }
    assert transitive in tags
    assert tags <= {transitive, "N"}  # a noun may sound like a verb


# --- reading ----------------------------------------------------------------------------------------------------------

READ = [name for name in NEW if lab.TWINS.get(name).kind is Kind.SPAN_QA]


@pytest.mark.parametrize("name", READ)
def test_answers_stand_where_their_offset_says(name: str) -> None:
    # the first seven of mlqa are those without another question
    for language in lab.TWINS.get(name).languages["test"][:10]:
        for row in lab.examples(name, language, "test"):
            for answer, start in zip(row["answer_texts"], row["answer_starts"], strict=True):
                assert row["context"][start : start + len(answer)] == answer
                assert start == 0 or row["context"][start - 1] == " "
                assert row["context"][start + len(answer)] in " ."


def test_a_third_of_squad_v2_has_no_answer_and_the_rest_is_squad() -> None:
    for split in ("train", "dev", "test"):
        first, second = lab.examples("squad", "qaa", split), lab.examples("squad_v2", "qaa", split)
        asked = [row for row in second if row["answer_texts"]]
        assert 0.25 < 1 - len(asked) / len(second) < 0.42
        assert {content(row) for row in asked} <= {content(row) for row in first}
        assert {row["context"] for row in second} <= {row["context"] for row in first}
    # the same questions in every language
    without = {
        tuple(row["id"] for row in lab.examples("squad_v2", language, "test") if not row["answer_texts"])
        for language in lab.LANGUAGES
    }
    assert len(without) == 1


def test_no_sentence_answers_what_has_no_answer() -> None:
    found = 0
    for i in range(300):
        item = spans.reading(f"squad-train-{i}")
        question = unanswerable(Draws("test-unanswerable", i), item)
        if question is not None:
            found += 1
            assert not any(answers(clause, question) for clause in item.story)
            assert question != item.question
    assert found > 200


def test_what_could_answer_a_question() -> None:
    told = Clause(Phrase("girl", "big"), "see", object=Phrase("dog"), place="house", time="today")
    assert answers(told, Question(told, "object"))
    assert answers(told, Question(Clause(Phrase("person"), "watch", object=Phrase("animal")), "place"))
    assert answers(told, Question(Clause(Phrase("girl"), "see", object=Phrase("dog"), place="town"), "time"))
    assert not answers(told, Question(Clause(Phrase("girl"), "see", object=Phrase("cat")), "place"))
    assert not answers(told, Question(Clause(Phrase("girl", "small"), "see", object=Phrase("dog")), "place"))
    assert not answers(told, Question(Clause(Phrase("boy"), "see", object=Phrase("dog")), "place"))
    assert not answers(told, Question(Clause(Phrase("girl"), "hear", object=Phrase("dog")), "place"))
    assert not answers(told, Question(Clause(Phrase("girl"), "see", object=Phrase("dog"), time="tonight"), "place"))
    assert not answers(Clause(Phrase("girl"), "see", object=Phrase("dog")), Question(told, "place"))


@pytest.mark.parametrize("name", STYLES)
def test_exactly_one_sentence_answers(name: str) -> None:
    for i in range(200):
        item = reading(STYLES[name], f"{name}-test-{i}")
        fitting = [place for place, clause in enumerate(item.story) if answers(clause, item.question)]
        assert fitting == [item.target]


def test_people_who_want_to_know_share_fewer_words_with_the_text() -> None:
    def shared(name: str) -> float:
        rows = lab.examples(name, "qaa", "test")
        words = [(row["question"].rstrip("?").split()[1:], row["context"].replace(".", "").split()) for row in rows]
        return sum(word in told for asked, told in words for word in asked) / sum(len(asked) for asked, _ in words)

    assert shared("tydiqa") < shared("mlqa") - 0.1
    assert shared("tydiqa") < shared("squad") - 0.1


def test_mlqa_asks_in_one_language_about_a_text_in_another() -> None:
    languages = lab.TWINS.get("mlqa").languages["test"]
    assert len(languages) == len(set(languages)) == 49
    mixed, text, question = (lab.examples("mlqa", code, "test")[3] for code in ("qba+qda", "qba", "qda"))
    assert mixed["context"] == text["context"]
    assert mixed["answer_starts"] == text["answer_starts"]
    assert mixed["question"] == question["question"] != text["question"]


# --- overlaps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRANSLATED)
def test_translated_inference_is_the_pivots(name: str) -> None:
    twin = lab.TWINS.get(name)
    for language in twin.languages["test"]:
        for split in twin.splits:
            source = [
                content(row)
                for origin, part, n in TRANSLATED[name][split]
                for row in source_rows(origin, part, language)[:n]
            ]
            assert [content(row) for row in lab.examples(name, language, split)] == source


def source_rows(name: str, split: str, language: str) -> list[Row]:
    """Rows of a set in a language in which it is not given: training sets are the pivot's alone."""
    twin = lab.TWINS.get(name)
    return twin.rows(language, split, twin.splits[split])


def test_pawsx_is_pawss_dev_set() -> None:
    source = [content(row) for row in lab.examples("paws", "qaa", "dev")]
    found = [content(row) for split in ("dev", "test") for row in lab.examples("pawsx", "qaa", split)]
    assert found == source


def test_paraphrases_are_told_by_order_not_by_words() -> None:
    rows = lab.examples("paws", "qaa", "train")
    pairs = [(*(sorted(row[key].rstrip(".").split()) for key in ("text", "text_pair")), row["label"]) for row in rows]
    same = Counter(label for first, second, label in pairs if first == second)
    assert min(same.values()) > 0.15 * len(rows)
    assert all(row["text"] != row["text_pair"] for row in rows)


@pytest.mark.parametrize(("name", "language"), [("squad_it", "qab"), ("squad_es", "qad")])
def test_translations_of_squads_dev_set_hold_xquads_questions(name: str, language: str) -> None:
    for split in ("dev", "test"):
        asked = {content(row) for row in lab.examples("xquad", language, split)}
        assert len(asked & {content(row) for row in lab.examples(name, language, split)}) >= 100
    trained = {content(row) for row in lab.examples(name, language, "train")}
    assert trained == {content(row) for row in source_rows("squad", "train", language)[:1500]}


TRAINED = [(name, name) for name in NEW if "train" in lab.TWINS.get(name).splits] + [
    ("paws", "pawsx"), ("mnli", "anli"), ("snli", "anli"), ("squad", "mlqa"), ("squad_v2", "xquad"),
]  # fmt: skip


@pytest.mark.parametrize(("train", "test"), TRAINED)
def test_few_test_items_are_training_items(train: str, test: str) -> None:
    language = lab.TWINS.get(train).languages["train"][0]
    trained = {content(row) for row in lab.examples(train, language, "train")}
    asked = [content(row) for row in lab.examples(test, language, "test")]
    # ccg has no label that could differ, and short sentences come twice in a small world
    assert sum(row in trained for row in asked) < (0.1 if train == "ccg" else 0.04) * len(asked)


@pytest.mark.parametrize("name", [*WRITTEN, "arcd", "jaquad", "cmrc2018"])
def test_sets_of_one_language_are_not_the_pivots(name: str) -> None:
    languages = set(lab.TWINS.get(name).languages.values())
    assert len(languages) == 1
    ((language,),) = languages
    assert language != lab.PIVOT


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["qab", "qac", "qba", "qca"])
def test_mining_pairs_are_one_to_one_among_many_without_a_partner(language: str) -> None:
    rows = lab.examples("bucc2018", language, "test")
    queries = [row for row in rows if row["role"] == "query"]
    candidates = {row["id"]: row["text"] for row in rows if row["role"] == "candidate"}
    gold = [row["gold"] for row in queries if row["gold"]]
    assert (len(queries), len(candidates), len(gold)) == (500, 500, 200)
    assert all(len(ids) == 1 for ids in gold)
    assert len({ids[0] for ids in gold}) == 200
    assert {ids[0] for ids in gold} <= set(candidates)
    assert len(set(candidates.values())) == 500
    # where the gold pairs stand says nothing
    places = [number for number, row in enumerate(queries) if row["gold"]]
    assert 0.35 < sum(place < 250 for place in places) / 200 < 0.65


def test_lareqa_asks_xquads_questions() -> None:
    for language in ("qaa", "qda"):
        rows = lab.examples("lareqa", language, "test")
        asked = {row["id"]: row for row in lab.examples("xquad", language, "test")}
        sentences = {row["id"]: row["text"] for row in rows if row["role"] == "candidate"}
        queries = [row for row in rows if row["role"] == "query"]
        assert {row["id"]: row["text"] for row in queries} == {name: row["question"] for name, row in asked.items()}
        assert all(name.startswith(f"{language}_") for name in sentences)
        for query in queries:
            source = asked[query["id"]]
            for name in query["gold"]:
                sentence, _, context = sentences[name].partition(". ")
                assert context == source["context"]
                assert source["answer_texts"][0] in sentence


def test_xquad_r_asks_xquads_questions_about_its_texts() -> None:
    for language in ("qaa", "qda"):
        rows = lab.examples("xquad_r", language, "test")
        source = lab.examples("xquad", language, "test")
        texts = {row["id"]: row["text"] for row in rows if row["role"] == "candidate"}
        queries = [row for row in rows if row["role"] == "query"]
        assert [(row["id"], row["text"]) for row in queries] == [(row["id"], row["question"]) for row in source]
        assert [[texts[name] for name in row["gold"]] for row in queries] == [[row["context"]] for row in source]
        assert len(set(texts.values())) == 300
        assert all(name.startswith(f"{language}_") for name in texts)


# --- mentions ---------------------------------------------------------------------------------------------------------

MENTIONS = [mentions.mention(f"mewslix-test-{i}") for i in range(300)]


def test_every_language_searches_the_same_entities() -> None:
    pools = {
        json.dumps([row for row in lab.examples("mewslix", language, split) if row["role"] == "candidate"])
        for language in lab.LANGUAGES
        for split in ("dev", "test")
    }
    assert len(pools) == 1
    texts = [row["text"] for row in json.loads(pools.pop())]
    assert len(set(texts)) == len(texts) == 240


def test_entities_share_their_names_and_every_language_describes_as_many() -> None:
    known = mentions.entities()
    assert len({(entity.name, entity.sort, entity.home) for entity in known}) == 240
    assert set(Counter(entity.name for entity in known).values()) == {40}
    rows = [row for row in lab.examples("mewslix", "qaa", "test") if row["role"] == "candidate"]
    described = Counter(
        code
        for entity, row in zip(known, rows, strict=True)
        for code in lab.LANGUAGES
        if row["text"] == mentions.description(entity, code)
    )
    assert described == dict.fromkeys(lab.LANGUAGES, 24)


def test_a_mention_fits_its_entity_and_no_other() -> None:
    for found in MENTIONS:
        fitting = [place for place, entity in enumerate(mentions.entities()) if mentions.fits(found, entity)]
        assert fitting == [found.entity]


def test_what_speaks_against_an_entity() -> None:
    entity = mentions.Entity("ana", "dog", "river", "find", "egg")
    said = Clause(Phrase("ana", "dog"), "find", object=Phrase("egg"), place="river", time="today")
    told = {
        "all": said,
        "name alone": Clause(Phrase("ana"), "sleep"),
        "other name": replace(said, subject=Phrase("beno", "dog")),
        "other sort": replace(said, subject=Phrase("ana", "cat")),
        "building": replace(said, subject=Phrase("market", "ana")),
        "other home": replace(said, place="field"),
        "other habit": replace(said, verb="lose"),
        "other goods": replace(said, object=Phrase("cake")),
    }
    fitting = [name for name, clause in told.items() if mentions.fits(mentions.Mention(clause, "subject", 0), entity)]
    assert fitting == ["all", "name alone"]
    # what others do to it is no habit of its own
    seen = Clause(Phrase("girl"), "find", object=Phrase("ana"), place="river")
    assert mentions.fits(mentions.Mention(seen, "object", 0), entity)


@pytest.mark.parametrize("language", lab.LANGUAGES)
def test_mentions_are_marked_as_mewslix_is_read(language: str, tmp_path: Path) -> None:
    articles = []
    for number, found in enumerate(MENTIONS[:50]):
        text = say(found.clause, language)
        name = mentions.marked(found, language).partition(":")[0]
        start = f" {text}".replace(".", " ").index(f" {name} ")
        span = {"start": start, "end": start + len(name), "text": name}
        context = {"text": text, "language": language, "sentence_spans": [{"start": 0, "end": len(text)}]}
        mention = {"example_id": str(number), "entity_id": "e", "mention_span": span}
        articles.append({"context": context, "mentions": [mention]})
    path = tmp_path / "mentions.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    read = [record.fields["text"] for record in FORMATS.get("mentions").read([path], {})]
    assert read == [mentions.marked(found, language) for found in MENTIONS[:50]]


def test_mentions_are_told_in_both_roles_and_of_most_entities() -> None:
    roles = Counter(found.role for found in MENTIONS)
    assert min(roles.values()) > 45
    assert len({found.entity for found in MENTIONS}) > 140
    assert 0.5 < sum(bool(found.clause.place) for found in MENTIONS) / 300 < 0.8
