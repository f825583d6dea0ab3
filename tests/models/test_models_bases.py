from __future__ import annotations

import subprocess
import sys

import pytest

from xstilts.errors import ModelError, UnknownNameError
from xstilts.models import BASES, all_bases, fingerprint, resolve
from xstilts.models.folders import TASK_FILE


def test_hub_bases_are_unpinned_until_a_run_resolves_them():
    base = resolve("xlm-roberta-large")
    assert base.where == "hub"
    assert base.location == "FacebookAI/xlm-roberta-large"
    assert fingerprint(base) == {"where": "hub", "repo": "FacebookAI/xlm-roberta-large", "revision": None}


def test_packaged_lab_bases_have_names_and_digests():
    base = resolve("lab-tiny")
    assert base.where == "package"
    assert set(fingerprint(base)["sha256"]) >= {"config.json", "model.safetensors", "tokenizer.json"}
    assert set(all_bases()) > {base.name for base in BASES}


def test_a_misspelt_base_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"Did you mean 'xlm-roberta-base'") as caught:
        resolve("xlm-roberta-bas", field="bases.0")
    assert caught.value.field == "bases.0"


def test_a_directory_is_a_base_under_its_own_name(base_folder):
    base = resolve(base_folder)
    assert (base.name, base.where, base.folder) == ("base", "local", base_folder)


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_directory_without_a_needed_file_is_refused_by_its_name(base_folder, missing):
    (base_folder / missing).unlink()
    with pytest.raises(ModelError, match=f"no {missing}.*save_pretrained"):
        resolve(base_folder)


def test_a_pickled_model_is_refused_with_what_to_do(base_folder):
    (base_folder / "model.safetensors").rename(base_folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="Only safetensors are read, never pickles"):
        resolve(base_folder)


def test_a_base_may_be_links_to_files_elsewhere(base_folder, tmp_path):
    (tmp_path / "linked").mkdir()
    for path in base_folder.iterdir():
        (tmp_path / "linked" / path.name).symlink_to(path)
    assert fingerprint(resolve(tmp_path / "linked")) == fingerprint(resolve(base_folder))


def test_the_fingerprint_follows_the_bytes_but_not_the_model_card(base_folder):
    before = fingerprint(resolve(base_folder))
    (base_folder / "README.md").write_text("A card.")
    (base_folder / TASK_FILE).write_text('{"task": "mine", "kind": "masked_lm"}')
    assert fingerprint(resolve(base_folder)) == before
    weights = (base_folder / "model.safetensors").read_bytes()
    (base_folder / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    assert fingerprint(resolve(base_folder)) != before


def test_listing_bases_needs_no_torch():
    code = "import sys, xstilts.models as m; m.all_bases(); assert 'torch' not in sys.modules, 'torch was imported'"
    subprocess.run([sys.executable, "-c", code], check=True)
