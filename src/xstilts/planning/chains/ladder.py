"""The bases of a study as a ladder: how large each is, counted on the model, and which languages it never saw."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xstilts import lab
from xstilts.errors import StudyError
from xstilts.languages import clusters, spoken
from xstilts.models import bases, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.studies.base_spec import BaseRecipe

UNSEEN = "unseen"
"""The cluster of the languages that a base has not seen."""


def ladder(resolved: ResolvedStudy, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Base to ``parameters``, ``body`` (without word embeddings) and ``unseen`` languages; empty without a ladder.

    Bases whose shape is not known before they are loaded have no entry. A ladder has at least two sizes of body.

    Args:
        resolved: The study.
        codes: The languages that it is evaluated in.

    Raises:
        StudyError: If the study asks for a ladder and has none.
    """
    study = resolved.study
    shapes = {recipe.name: _shape(recipe) for recipe in study.bases}
    known = {name: shape for name, shape in shapes.items() if shape}
    differ = len({str(sorted(shape.items(), key=str)) for shape in known.values()}) > 1
    counted = {name: sizes.counted(shape) for name, shape in known.items()} if differ else {}
    if len({one.body for one in counted.values()}) > 1:
        asked = list(codes)
        return {
            recipe.name: {
                "parameters": counted[recipe.name].parameters,
                "body": counted[recipe.name].body,
                "unseen": _unseen(recipe, asked),
            }
            for recipe in study.bases
            if recipe.name in counted
        }
    if study.ladder:
        raise _no_ladder(study.bases, [name for name, shape in shapes.items() if not shape])
    return {}


def pretraining_text(resolved: ResolvedStudy, codes: Iterable[str]) -> dict[str, float]:
    """Language to the text that bases are pretrained on in it: words of the lab's corpora, else Wikipedia's articles.

    A language of the lab that no base has seen has 0; one whose Wikipedia is not in the table has no entry.
    """
    if resolved.study.source == "lab":
        return {code: _words(code) if code in lab.SEEN else 0.0 for code in codes if code in lab.LANGUAGES}
    articles = {code: spoken(code)[0].wikipedia_articles for code in codes}
    return {code: float(count) for code, count in articles.items() if count is not None}


@lru_cache(maxsize=32)
def _words(code: str) -> float:
    return float(sum(len(text.split()) for text in lab.documents(code)))


def _no_ladder(recipes: Iterable[BaseRecipe], unknown: list[str]) -> StudyError:
    named = ", ".join(recipe.name for recipe in recipes)
    said = f"asks how gains change with the size of the base, and there are no two sizes among {named}."
    if unknown:
        said += f" The size of {', '.join(unknown)} is not known before it is loaded."
    hint = "Give bases of at least two sizes, for example --set bases=[lab-tiny,lab-small], or leave out ladder."
    return StudyError(said, field="ladder", value=True, hint=hint)


def _shape(recipe: BaseRecipe) -> Mapping[str, Any] | None:
    """The config of a base as far as it decides how large it is; None where it is not known yet."""
    if not recipe.exists:
        pieces = recipe.vocabulary.size if recipe.vocabulary else _pieces(str(recipe.tokenizer))
        return {**(recipe.architecture or {}), "vocab_size": pieces}
    shape = sizes.shape_of(bases.resolve(recipe.source))
    if shape is None:
        return None
    plain = {name: value for name, value in shape.items() if isinstance(value, int | float | str)}
    return plain if recipe.layers is None else {**plain, "num_hidden_layers": recipe.layers}


def _pieces(tokenizer: str) -> int:
    return bases.vocabulary_size(bases.resolve_tokenizer(tokenizer))


def _unseen(recipe: BaseRecipe, codes: list[str]) -> list[str]:
    """The languages that were not in the pretraining of a base, as far as the table knows."""
    if recipe.pretrain is not None and not recipe.exists:
        seen = {part for code in recipe.pretrain.languages or () for part in code.split("+")}
        return [code for code in codes if not set(code.split("+")) & seen]
    column = bases.resolve(recipe.source).seen
    if column is None:
        return []
    return list(clusters(codes, column).get(UNSEEN, ()))
