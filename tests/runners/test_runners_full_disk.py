"""The disk fills up while a base is made from a package's file: one paragraph, and nothing half-made is left."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from safetensors import SafetensorError

from xstilts.errors import StoreError
from xstilts.models import bases
from xstilts.models.converted import folder
from xstilts.models.converted.four_bit import FIELDS, FourBitModel
from xstilts.models.load import load_tokenizer
from xstilts.runners import convert
from xstilts.store.node import Cost, Node
from xstilts.store.payloads import ConvertPayload
from xstilts.store.store import Store

CONFIG = dict(zip(FIELDS, (8, 1, 2, 16, 12, 20, 2), strict=True))
NODE = Node.of(ConvertPayload(base="me5-small", weights="6" * 64, version=1), "convert me5-small", {},
               Cost(disk_bytes=469_000_000))  # fmt: skip
FULL = "/dev/full"
WEIGHTS = "encoder/model.safetensors"
FILES = ("encoder/config.json", "encoder/tokenizer.json", "encoder/tokenizer_config.json", "heads.json")


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package whose file holds a small encoder, and the tokenizer that another node made of it."""
    tensors = {name: np.zeros(int(np.prod(shape)), np.float32) for name, shape in folder._shapes(CONFIG).items()}
    found = SimpleNamespace(read=lambda: FourBitModel(CONFIG, (), {}, tensors), records=[])
    monkeypatch.setattr(convert, "known", lambda *_: found)
    monkeypatch.setattr(convert.recorded, "check_vectors", lambda *_: None)
    made = load_tokenizer(str(bases.resolve("lab-tiny").location))
    monkeypatch.setattr(convert, "tokenizer_of", lambda *_: made)


def work_on(full: str | None) -> Any:
    """The runner, in a folder where one file is on a disk without room."""

    def fn(work: Path, scratch: Path) -> dict[str, str]:
        if full is not None:
            (work / full).parent.mkdir(exist_ok=True)
            (work / full).symlink_to(FULL)
        convert.run(NODE, SimpleNamespace(work=work))
        return {}

    return fn


def refused(store: Store, full: str | None) -> None:
    with pytest.raises(StoreError, match=r"is full: .* are free; the node needs about 469\.0 MB\. Free some") as caught:
        store.make(NODE, work_on(full))
    assert "\n" not in str(caught.value)
    assert not store.has(NODE.key, NODE.kind)
    assert not list((store.root / "tmp").iterdir()) and not list((store.root / "nodes" / NODE.kind).iterdir())


@pytest.mark.usefixtures("converted")
def test_with_room_it_is_made(tmp_path: Path):
    made = Store(tmp_path).make(NODE, work_on(None))
    assert {path.relative_to(made).as_posix() for path in made.rglob("*.*")} == {*FILES, WEIGHTS, "provenance.json"}


@pytest.mark.usefixtures("converted")
@pytest.mark.parametrize("full", FILES)
def test_a_full_disk_while_converting(tmp_path: Path, full: str):
    store = Store(tmp_path)
    refused(store, full)
    store.make(NODE, work_on(None))


@pytest.mark.usefixtures("converted")
def test_a_disk_that_fills_up_within_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """safetensors puts its file in the place of whatever lies there, and tells of a full disk in words of its own."""

    def save_file(tensors: Any, path: str, facts: Any) -> None:
        Path(path).write_bytes(b"half")
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    store = Store(tmp_path)
    with monkeypatch.context() as full:
        full.setattr("safetensors.numpy.save_file", save_file)
        refused(store, None)
    store.make(NODE, work_on(None))
