"""``features``: the grids of pictures, by an image encoder that looks at each once, or as somebody made them before."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import StoreError
from xstilts.runners.images import NAMES, TOLD, read_pictures
from xstilts.runners.loading import report, source_of, task_of
from xstilts.sources import pictures
from xstilts.store.payloads import GivenPayload, LookPayload
from xstilts.store.payloads.form import Form
from xstilts.store.roles import PICTURES

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node

_AT_ONCE = 64
_BLANK = 127
"""The even grey of a blank picture."""


def run(node: Node, context: Context) -> None:
    """Write the grids (see ``encoding.grids``), that of a blank picture last."""
    asked = node.asked(Form)
    if isinstance(asked, GivenPayload):
        _given(asked, node, context)
    else:
        _looked(node.asked(LookPayload), context)


def _looked(asked: LookPayload, context: Context) -> None:
    from xstilts.encoding.visual.grids import GridWriter
    from xstilts.models.vision.encoders import IMAGE_ENCODERS, placed

    encoder = IMAGE_ENCODERS.get(str(asked.look["encoder"]))
    if dict(encoder.fingerprint()) != dict(asked.look):
        raise StoreError("The plan was made for another version of the image encoder.", field=encoder.name)
    folder = context.parent(PICTURES)
    total = json.loads((folder / TOLD).read_text(encoding="utf-8"))["pictures"]
    look, done = encoder.load(), 0
    with GridWriter(context.work, encoder.cells, encoder.width) as writer:
        for part in read_pictures(folder, encoder.side, _AT_ONCE):
            report(context, done, total)
            writer.add(placed(look(part), encoder))
            done += len(part)
        blank = np.full((1, encoder.side, encoder.side, 3), _BLANK, dtype=np.uint8)
        writer.add(placed(look(blank), encoder))
    shutil.copyfile(folder / NAMES, context.work / NAMES)


def _given(asked: GivenPayload, node: Node, context: Context) -> None:
    from xstilts.encoding.visual.grids import Grids

    task, source = task_of(asked.task, node.places.inline), source_of(node)
    languages = tuple(asked.data)
    found = pictures.place(task, languages, asked.split, source)
    names = pictures.named(task, languages, asked.split, source, asked.limit)
    if found is None:
        raise StoreError("names no file of features.", field=node.label)
    values = pictures.features(names, found)
    blank = np.zeros((1, *values.shape[1:]), dtype=values.dtype)
    Grids(np.concatenate([values, blank]).astype(np.float16), dict(zip(names, range(len(names)), strict=True))).save(
        context.work
    )
