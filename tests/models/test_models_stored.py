from __future__ import annotations

import json

import pytest
import torch

from xstilts.errors import ModelError
from xstilts.models.heads import Head, attach_head
from xstilts.models.load import load_encoder
from xstilts.models.stored import load_stored, save_model
from xstilts.models.transfer import TransferReport
from xstilts.tasks.base import Kind


def saved(folder, encoder):
    heads = {
        "mnli": Head(Kind.CLASSIFICATION, ("no", "yes"), attach_head(encoder, Kind.CLASSIFICATION, ("no", "yes"), 1)),
        "mlm": Head(Kind.MASKED_LM, (), attach_head(encoder, Kind.MASKED_LM, (), 1)),
    }
    save_model(folder, encoder, heads)
    return heads


def test_encoder_and_heads_come_back_bit_for_bit(tmp_path, make_encoder):
    encoder = make_encoder()
    heads = saved(tmp_path, encoder)
    stored = load_stored(tmp_path)
    assert stored.heads["mnli"].labels == ("no", "yes") and stored.heads["mlm"].kind == Kind.MASKED_LM
    for task, head in heads.items():
        model = stored.model(task)
        assert model.base_model is stored.encoder and not model.training
        for name, tensor in head.model.state_dict().items():
            assert torch.equal(tensor, model.state_dict()[name]), name


def test_an_encoder_without_heads_comes_back_too(tmp_path, make_encoder):
    encoder = make_encoder()
    save_model(tmp_path, encoder, {})
    stored = load_stored(tmp_path)
    assert stored.heads == {} and json.loads((tmp_path / "heads.json").read_text()) == {}
    assert all(torch.equal(tensor, stored.encoder.state_dict()[name]) for name, tensor in encoder.state_dict().items())
    with pytest.raises(ModelError, match="no head for 'squad~dual-encoder'"):
        stored.model("squad~dual-encoder")


def test_the_same_model_gives_the_same_bytes(tmp_path, make_encoder):
    for name in ("a", "b"):
        saved(tmp_path / name, make_encoder())
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(files) == 5
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes(), path


def test_a_stored_model_can_be_a_base(tmp_path, make_encoder):
    saved(tmp_path, make_encoder())
    _, report = load_encoder(tmp_path / "encoder")
    assert (report.missing, report.unexpected) == ((), ())


def test_a_missing_head_and_a_broken_file_are_named(tmp_path, make_encoder):
    saved(tmp_path, make_encoder())
    with pytest.raises(ModelError, match=r"no head for 'squad'.*mnli, mlm"):
        load_stored(tmp_path).model("squad")
    (tmp_path / "heads" / "mnli.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match="heads cannot be read"):
        load_stored(tmp_path)


def test_a_transfer_report_is_json_by_name(tmp_path):
    TransferReport(("a",), new=("mnli: b",)).write(tmp_path / "transfer.json")
    written = json.loads((tmp_path / "transfer.json").read_text())
    assert written == {"kept": ["a"], "new": ["mnli: b"], "missing": [], "unexpected": []}
