"""The data-poor targets of the lab's controls: new items to train on, the old ones to be scored on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xstilts import lab
from xstilts.protocols import PROTOCOLS
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from xstilts.lab.twins.twin import Row

# data-poor target: the twin of which it has few, the twin whose items it is scored on, its training items
FEW = {
    "udpos_few": ("udpos", "udpos", 60),
    "xnli_few": ("mnli", "xnli", 150),
    "xquad_few": ("squad", "xquad", 60),
}
every = pytest.mark.parametrize("name", FEW)


def ids(rows: list[Row]) -> set[str]:
    return {row["id"] for row in rows}


def texts(rows: list[Row]) -> set[str]:
    return {str({key: value for key, value in row.items() if key not in ("id", "label", "tags")}) for row in rows}


@every
@pytest.mark.parametrize("split", ["dev", "test"])
def test_it_is_scored_on_the_items_of_the_target_that_it_is_like(name: str, split: str) -> None:
    for language in lab.LANGUAGES:
        assert lab.examples(name, language, split) == lab.examples(FEW[name][1], language, split)


@every
def test_its_training_items_are_few_and_from_another_name_of_draws(name: str) -> None:
    rich, _, size = FEW[name]
    few, many = lab.examples(name, lab.PIVOT, "train"), lab.examples(rich, lab.PIVOT, "train")
    assert len(few) == size == TASKS.get(name).splits["train"]
    assert len(many) >= 10 * size
    assert not ids(few) & ids(many)
    # a short sentence may be drawn twice, as in every two sets of one generator
    assert len(texts(few) & texts(many)) < 0.15 * size


@every
def test_it_trains_on_its_own_items_alone_and_exists_in_the_lab_alone(name: str) -> None:
    assert PROTOCOLS.get("lab").trains[name] == ((name,),)
    assert set(TASKS.get(name).no_source) == {"hub", "files"}
    assert TASKS.get(name).languages == lab.LANGUAGES
    assert TASKS.get(name).metrics[0] == TASKS.get(FEW[name][1]).metrics[0]
