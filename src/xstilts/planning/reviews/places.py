"""Which databases a review asks, and where they find what they answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature.cassette import Cassette
from xstilts.literature.databases.asking import digest
from xstilts.studies.review_spec import LOCAL, ONLINE

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.evidence.language_model import LanguageModel
    from xstilts.studies.review_spec import Review


@dataclass(frozen=True)
class Held:
    """What a review finds on this machine.

    Attributes:
        databases: Names of those that are asked, in order.
        corpus: Files and folders of one's own.
        cassette: Stored answers.
        entailment: Folder of a model of entailment; None for none.
        encoder: Folder of an encoder that compares papers with the question; None for none.
        language_model: Who proposes findings; None for nobody.
        answers: Its stored answers; where they are recorded, it may be asked.
    """

    databases: tuple[str, ...]
    corpus: tuple[Path, ...]
    cassette: Cassette
    entailment: Path | None = None
    encoder: Path | None = None
    language_model: LanguageModel | None = None
    answers: Cassette = Cassette()

    def hashes(self) -> tuple[str, ...]:
        """Of the corpus, in order.

        Raises:
            InputError: If a file or folder is not there.
        """
        return tuple(map(digest, self.corpus))


def places_of(review: Review, corpus: tuple[Path, ...], cassette: Cassette) -> Held:
    """The databases that a review asks.

    Args:
        review: Names them, or leaves it to what there is: one's own folder with a corpus, those on the net with a
            cassette.
        corpus: Beside the review's own.
        cassette: ``off`` for none.

    Raises:
        InputError: If there is nothing to ask, or no cassette for a database that lies on the net.
    """
    paths = tuple(dict.fromkeys((*review.corpus, *corpus)))
    stored = cassette.mode != "off"
    own = LOCAL[-1:] if paths else ()
    names = review.databases or (*own, *(ONLINE if stored else ()))
    far = [name for name in names if name in ONLINE]
    if not names or (far and not stored):
        said = f"{', '.join(far)} lie on the net." if far else "There is nothing to search in."
        hint = "Give files of your own (--corpus), stored answers (--cassette), or leave the machine (--online)."
        raise InputError(said, field="databases", value=far or None, hint=hint)
    if not paths and set(names) & set(LOCAL):
        raise InputError("Name the files or the folder that they lie in.", field="--corpus", value=list(names))
    return Held(names, paths, cassette)
