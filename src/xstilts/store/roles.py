"""What a node's parents are to it: the grammar of their roles.

encoder, model, vocabulary …   one parent of that name
train/mnli/en                  prepared examples: split, task, language
as_long/0                      the training nodes whose tokens give a phase its length
update/de                      what is exchanged for one language
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_LONG = "as_long/"
"""Roles of the parents whose tokens give a training phase its length."""
LIMIT = "limit"
"""Role of the parent that tells prepared examples their limit, and what such a node is."""
UPDATE = "update/"
"""Roles of the parents that hold the base with a language's update."""


def portions(parents: Mapping[str, str], split: str | None = None) -> list[str]:
    """The roles among ``parents`` that are prepared portions, of one split if given."""
    return sorted(role for role in parents if role.count("/") >= 2 and (split is None or role.split("/")[0] == split))
