"""Words that mean something of their own in xstilts: the one place of their meanings, for people.

The page links them in its headings and captions and explains those that it uses at its end.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """One word.

    Attributes:
        name: The word; in lower case and with hyphens it is its anchor.
        meaning: What it means: one or two plain sentences.
        example: One example, without "for example" before it.
        forms: How it stands in a text where that is not the name, alone or with an s.
    """

    name: str
    meaning: str
    example: str
    forms: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The name as an anchor: ``hidden-stage``."""
        return self.name.lower().replace(" ", "-")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that stands for the word in a text."""
        return self.forms or (self.name, f"{self.name}s")


WORDS = (
    Word(
        "arm",
        "One way to train between the pretrained encoder and the target task. Every arm is compared with the arm "
        "“none”, which trains nothing there.",
        "The arm “mnli” trains on English inference pairs first, and then on the target task.",
    ),
    Word(
        "base",
        "The pretrained encoder that everything starts from.",
        "xlm-roberta-large is a base.",
    ),
    Word(
        "baseline",
        "A simple method without a trained encoder. It shows how far one gets without one.",
        "Counting which letters follow each other is a baseline for naming a language.",
    ),
    Word(
        "cell",
        "One pair of arm and target from one base: one field of the gain matrix.",
        "The arm “mnli” on XQuAD is a cell.",
    ),
    Word(
        "chain",
        "One whole way from base to scores for one seed: base, arm, target task, evaluation.",
        "xlm-roberta-large, then MNLI, then XQuAD's training in English, then scores in eleven languages.",
    ),
    Word(
        "chance level",
        "The score that guessing gets.",
        "With three possible labels of equal number, guessing gets 33.3 percent right.",
        ("chance level", "chance", "guessing"),
    ),
    Word(
        "checkpoint",
        "A saved state of a training run. The study's “selection” says which one is used.",
        "“last” takes the state after the last step.",
    ),
    Word(
        "cluster",
        "A set of languages that have something in common, such as family, script or amount of text.",
        "German, Dutch and Swedish form the cluster Germanic.",
    ),
    Word(
        "collapsed",
        "A run that did not learn: it ended at the chance level, or far below the other seeds of its cell.",
        "Two seeds reach 62 percent and the third 33 percent: the third collapsed.",
    ),
    Word(
        "contrast",
        "A difference between two sets of arms that the study asks about by name.",
        "“mixed minus English only” is a contrast.",
    ),
    Word(
        "control",
        "An arm that trains as long as another, but on something that should not help; or one of which it is known "
        "beforehand whether it helps.",
        "MNLI with its labels shuffled is a control: it must not help.",
    ),
    Word(
        "corrected",
        "Who asks twenty questions gets one false yes at a level of 5 percent. So p-values are made larger, the more "
        "questions there are; here by the method of Holm.",
        "A p of .01 among five arms becomes at most .05.",
        ("corrected", "correction", "Holm"),
    ),
    Word(
        "cut",
        "Left out by the study on purpose, before anything ran.",
        "To save time, the arm “longer” is not run on XCOPA: this cell is cut.",
        ("cut on purpose",),
    ),
    Word(
        "degenerate",
        "A pair of arm and target that proves nothing, because the arm trains on the target's own training data.",
        "XNLI is trained on MNLI, so an MNLI arm only trains twice.",
    ),
    Word(
        "dose",
        "How much of something an arm gets; a dose of 0 is the arm without it.",
        "25 percent of the items in other languages is a dose of 0.25.",
    ),
    Word(
        "fair",
        "A pair of arm and target that can show something: it is not degenerate, it leaks no test data, and it needs "
        "no translation that other arms do without.",
        "A question-answering arm on a tagging target is fair.",
        ("fair",),
    ),
    Word(
        "gain",
        "The score of an arm minus the score of “none”, with the same base, target, language and seed.",
        "“none” scores 60.0 and the arm 61.2: the gain is +1.2 points.",
    ),
    Word(
        "held out",
        "Set aside for choosing settings, and reported nowhere else.",
        "German and Hindi choose the layer; the result is that of the other languages.",
        ("held out", "held-out"),
    ),
    Word(
        "hidden stage",
        "Training that the base or the protocol has had already, in “none” too, so that a gain comes on top of it.",
        "A base that was trained on MNLI before has MNLI as a hidden stage.",
        ("hidden stage", "hidden stages"),
    ),
    Word(
        "interval",
        "A range that holds the true value in 95 of 100 such studies. If it holds zero, there may be no effect.",
        "“+0.3 to +2.1” lies above zero, so the gain is probably real.",
    ),
    Word(
        "lab",
        "A small invented world with invented languages that comes with xstilts. Its numbers say nothing about real "
        "languages.",
        "The language “qab” exists in the lab alone.",
        ("lab", "the lab"),
    ),
    Word(
        "layer",
        "One step of an encoder. Each layer gives a list of numbers for a text, later ones after more computing.",
        "A base model has 12 layers.",
    ),
    Word(
        "leak",
        "A pair of arm and target where the arm sees texts of the target's test data in its training.",
        "SQuAD's paragraphs are those of XQuAD, so a SQuAD arm has read the test's texts.",
        ("leak", "leaks", "leaking"),
    ),
    Word(
        "mix",
        "Training data in several languages, in set shares.",
        "Three quarters English and one quarter in other languages is a mix.",
        ("mix", "mixes"),
    ),
    Word(
        "node",
        "One piece of work whose result is kept, such as one training run.",
        "A study of 300 nodes that was stopped runs only those that are missing.",
    ),
    Word(
        "none",
        "The arm that trains nothing between the pretrained encoder and the target task. All other arms are compared "
        "with it.",
        "If “none” scores 60.0, an arm at 61.2 gains 1.2 points.",
        ("over none", "than none", "of none", "arm none"),
    ),
    Word(
        "overlap",
        "What training data and test data have in common: items, texts, or long runs of words.",
        "3 of 100 test questions stand in the training data: an overlap of 3 percent.",
        ("overlap", "overlaps", "overlapping"),
    ),
    Word(
        "phase",
        "One training run of a chain.",
        "The intermediate phase trains on MNLI, the target phase on the target task.",
    ),
    Word(
        "pivot",
        "The language that training data comes in: English, or “qaa” in the lab.",
        "A model trained on English questions and tested on Thai ones has English as its pivot.",
    ),
    Word(
        "point",
        "One hundredth of a score that goes from 0 to 100.",
        "From 60 to 61 percent right is one point.",
    ),
    Word(
        "protocol",
        "The rules of one benchmark: its languages, its data and how it counts. Scores of two protocols are never put "
        "in one column.",
        "xtreme and xtreme-r are protocols.",
    ),
    Word(
        "rival",
        "An arm that needs translations of training or test data, so it is shown beside the others and is no part of "
        "the ranking.",
        "Training on machine-translated questions is a rival.",
    ),
    Word(
        "seed",
        "A number that starts everything random in a run. Other seeds show what chance alone changes.",
        "The seeds 1, 2 and 3 are three runs that differ by chance only.",
    ),
    Word(
        "target",
        "A task that is trained in the pivot and scored in every language.",
        "XNLI is trained in English and scored in 15 languages.",
    ),
    Word(
        "unpinned",
        "Data or a model from the hub whose exact version is not fixed yet, so it may change.",
        "“owner/name” without a commit is unpinned.",
        ("unpinned",),
    ),
    Word(
        "vector",
        "The list of numbers that a model makes of a text. Texts with similar vectors should mean similar things.",
        "The vectors of “good morning” and “guten Morgen” should lie close to each other.",
    ),
    Word(
        "zero-shot",
        "Scored in languages in which the model saw no training data of the target task.",
        "Trained on English questions, scored on Swahili ones.",
        ("zero-shot",),
    ),
)  # fmt: skip
"""Every word, in alphabetical order."""
