"""Numbers that others published, word for word, to stand beside a study's own and never among them.

They lie in ``*.yaml`` beside this module, one file per source (``reference.py`` names every field);
docs/how-to/references.md says what is in and what is not. Nothing is computed from them. Other distributions add
numbers through the entry-point group ``xstilts.references``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.claims.references.read import packaged
from xstilts.claims.references.reference import OWN_RULES, Publication, Reference
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["OWN_RULES", "REFERENCES", "Publication", "Reference", "for_study"]

REFERENCES: Registry[Reference] = Registry("reference", "`xstilts list references` shows them all.")
"""Every published number, by name."""

for _reference in packaged():
    REFERENCES.register(_reference.name, _reference)


def for_study(targets: Iterable[str], protocols: Iterable[str] = ()) -> list[Reference]:
    """The published numbers that a study's reader may want to see.

    Args:
        targets: The study's targets, in its order.
        protocols: The protocols that its scores were measured under.

    Returns:
        Numbers on a target, by target in the study's order, those under one of its protocols first; then averages
        over tasks that are all among the targets.
    """
    order = {target: place for place, target in enumerate(targets)}
    own = set(protocols)
    chosen = [one for one in REFERENCES if one.task in order or (one.over and set(one.over) <= set(order))]
    return sorted(chosen, key=lambda one: (order.get(one.task, len(order)), one.protocol not in own, one.name))
