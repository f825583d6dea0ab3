"""One language's update of an encoder for another's: W + U(language) + T, and back bit for bit."""

from __future__ import annotations

import pytest
import torch

from xstilts.errors import ModelError
from xstilts.models.exchange import Updates


def weights(encoder):
    return {name: tensor.detach().clone() for name, tensor in encoder.named_parameters()}


def shifted(encoder, by):
    """The encoder with ``by`` added to every weight of its first layer."""
    with torch.no_grad():
        for name, tensor in encoder.named_parameters():
            if ".layer.0." in name:
                tensor += by
    return encoder


@pytest.fixture
def folders(tmp_path, make_encoder):
    """The base with the update +2 for the pivot and +5 for sw, each in its folder."""
    for code, by in (("en", 2.0), ("sw", 5.0)):
        shifted(make_encoder(), by).save_pretrained(str(tmp_path / code))
    return {code: tmp_path / code for code in ("en", "sw")}


def test_a_language_gets_its_update_in_the_place_of_the_pivots(folders, make_encoder):
    base = weights(make_encoder())
    trained = shifted(shifted(make_encoder(), 2.0), 0.25)  # the pivot's update, and a task on top
    updates = Updates(trained, folders["en"], folders)
    updates.put("sw")
    for name, tensor in trained.named_parameters():
        expected = base[name] + (5.25 if ".layer.0." in name else 0.0)
        assert torch.allclose(tensor, expected, atol=1e-5), name


@pytest.mark.parametrize("back", ["en", "de"])  # de has no update of its own
def test_the_pivots_update_comes_back_bit_for_bit(folders, make_encoder, back):
    trained = shifted(shifted(make_encoder(), 2.0), 0.1)
    before = weights(trained)
    updates = Updates(trained, folders["en"], folders)
    for code in ("sw", back, "sw", "sw", back):
        updates.put(code)
        same = all(torch.equal(tensor, before[name]) for name, tensor in trained.named_parameters())
        assert same == (code == back)


def test_the_order_of_languages_leaves_no_trace(folders, make_encoder):
    found = []
    for order in (("sw",), ("en", "sw"), ("sw", "en", "sw")):
        trained = shifted(make_encoder(), 2.1)
        updates = Updates(trained, folders["en"], folders)
        for code in order:
            updates.put(code)
        found.append(weights(trained))
    for name, tensor in found[0].items():
        assert all(torch.equal(tensor, other[name]) for other in found[1:]), name


def test_the_updates_of_another_encoder_are_refused(folders, tmp_path, make_encoder, bert):
    make_encoder({**bert, "num_hidden_layers": 1}).save_pretrained(str(tmp_path / "small"))
    trained = make_encoder()
    before = weights(trained)
    updates = Updates(trained, folders["en"], {**folders, "sw": tmp_path / "small"})
    with pytest.raises(ModelError, match=r"small: The updates belong to another encoder: .*encoder\.layer\.1"):
        updates.put("sw")
    assert all(torch.equal(tensor, before[name]) for name, tensor in trained.named_parameters())
