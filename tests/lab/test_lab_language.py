"""The invented languages: what their grammar and words must be, worked out by hand on the lexicon."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from xstilts import lab
from xstilts.lab.concepts import CONCEPTS, TAGS
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import detokenise, say, span, words
from xstilts.lab.lexicon import lexicon
from xstilts.lab.meaning import Clause, Compound, Phrase, Question
from xstilts.lab.relations import contradict, diverge, weaken
from xstilts.lab.speech import SPEECHES
from xstilts.lab.world import RULES, cause_and_effect, outcomes

EATING = Clause(Phrase("girl", adjective="big"), "eat", object=Phrase("apple"), place="house", time="today")


def said(code: str, *concepts: str) -> list[str]:
    return [lexicon(code)[concept] for concept in concepts]


def test_table_of_languages_agrees_with_the_lab() -> None:
    with files("xstilts.languages").joinpath("lab.csv").open(encoding="utf-8") as handle:
        rows = {row["code"]: row for row in csv.DictReader(handle)}
    assert tuple(rows) == lab.LANGUAGES
    for code, row in rows.items():
        speech = SPEECHES[code]
        assert (row["name"], row["family"], row["genus"]) == (speech.name, speech.family, speech.genus)
        assert (row["script"], row["order"], row["resource"]) == (speech.script, speech.order, speech.resource)
        assert row["seen"] == ("yes" if speech.seen else "no")


def test_pivot_says_subject_verb_object_place_time() -> None:
    line = said("qaa", "big", "girl", "eat", "apple", "in", "house", "today")
    assert say(EATING, "qaa") == " ".join(line) + "."


def test_belunic_puts_the_verb_last_and_marks_its_cases() -> None:
    today, big, girl, house, apple, eat = said("qba", "today", "big", "girl", "house", "apple", "eat")
    assert say(EATING, "qba") == f"{today} {big} {girl} {house}ssa {apple}m {eat}."


def test_ceric_puts_the_verb_first_and_qualities_last() -> None:
    line = said("qca", "eat", "girl", "big", "apple", "in", "house", "today")
    assert say(EATING, "qca") == " ".join(line) + "."


def test_questions_are_fronted_or_stay_in_place() -> None:
    asked = Question(Clause(Phrase("girl"), "eat", object=Phrase("apple")), "object")
    assert say(asked, "qaa") == " ".join(said("qaa", "what", "girl", "eat")) + "?"
    assert say(asked, "qba") == " ".join(said("qba", "girl", "what", "eat")) + "?"


def test_states_have_a_copula_only_where_the_language_has_one() -> None:
    hungry = Clause(Phrase("ana"), state="hungry", negated=True)
    assert say(hungry, "qaa") == " ".join(said("qaa", "ana", "not", "be", "hungry")) + "."
    assert say(hungry, "qbb") == " ".join(said("qbb", "ana", "not", "hungry")) + "."


def test_linked_clauses_are_one_sentence() -> None:
    both = Compound(Clause(Phrase("ana"), "run"), "so", Clause(Phrase("ana"), state="tired"))
    assert [word.tag for word in words(both, "qaa")] == [
        "PROPN", "VERB", "SCONJ", "PROPN", "AUX", "ADJ", "PUNCT",
    ]  # fmt: skip


def test_span_finds_a_phrase_of_several_words() -> None:
    big, girl, eat = said("qaa", "big", "girl", "eat")
    assert span(EATING, "qaa", "subject") == (f"{big} {girl}", 0)
    answer, start = span(EATING, "qaa", "object")
    assert answer == lexicon("qaa")["apple"]
    assert start == len(f"{big} {girl} {eat} ")
    with pytest.raises(KeyError):
        span(Clause(Phrase("ana"), "run"), "qaa", "object")


def test_marks_follow_their_word() -> None:
    assert detokenise(["a", "b", ".", "c", "?"]) == "a b. c?"


@pytest.mark.parametrize("code", lab.LANGUAGES)
def test_only_four_pairs_of_noun_and_verb_share_a_word(code: str) -> None:
    by_form: dict[str, list[str]] = {}
    for concept in CONCEPTS:
        by_form.setdefault(lexicon(code)[concept], []).append(concept)
    shared = [group for group in by_form.values() if len(group) > 1]
    assert len(shared) == 4
    assert all(sorted(TAGS[concept] for concept in group) == ["NOUN", "VERB"] for group in shared)


def test_relatives_share_more_words_than_strangers() -> None:
    def shared(first: str, second: str) -> int:
        return sum(lexicon(first)[c] == lexicon(second)[c] for c in CONCEPTS)

    assert shared("qaa", "qab") > 40 > 20 > shared("qaa", "qba")
    assert shared("qba", "qbc") > 25 > shared("qaa", "qbc")


def test_scripts_do_not_mix() -> None:
    letters = {script: set() for script in ("Latn", "Cyrl", "Grek", "Geor", "Armn")}
    for code, speech in SPEECHES.items():
        letters[speech.script] |= set("".join(lexicon(code).values()))
    scripts = list(letters.values())
    assert not any(scripts[i] & scripts[j] for i in range(5) for j in range(i))


def test_wrong_effects_are_never_possible_effects() -> None:
    assert outcomes(Clause(Phrase("ana"), state="happy")) == {("sing", ""), ("laugh", "")}
    for rule in RULES:
        cause, effect, name = cause_and_effect(Draws("test", rule), rule)
        assert name == rule
        assert (effect.verb, effect.state) in outcomes(cause)


def test_a_weaker_sentence_is_never_a_denial_and_a_contradiction_always_differs() -> None:
    for i in range(200):
        draws = Draws("test-relations", i)
        assert weaken(draws, EATING).negated is False
        assert contradict(draws, EATING) != EATING
        assert diverge(draws, EATING) != EATING


def test_draws_depend_on_their_name_alone() -> None:
    first = [Draws("test", "a").uniform() for _ in range(3)]
    assert len(set(first)) == 1
    assert Draws("test", "b").uniform() != first[0]
    assert sorted(Draws("test", "c").shuffled([1, 2, 3])) == [1, 2, 3]
    assert Draws("test", "d").weighted({"x": 0.0, "y": 1.0}) == "y"
