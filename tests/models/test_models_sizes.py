"""How large bases are, counted on the model and set beside what the papers print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors import safe_open

from xstilts import lab
from xstilts.models import bases
from xstilts.models.sizes import counted, shape_of

# all parameters and the body, in millions; totals as their papers print them, to two digits and more
KNOWN = {
    "xlm-roberta-base": (278.0, 86.0),
    "xlm-roberta-large": (559.9, 303.9),
    "xlm-roberta-xl": (3482, 2840),
    "xlm-roberta-xxl": (10_713, 9685),
    "bert-base-multilingual-cased": (177.9, 86.0),
    "rembert": (575.9, 511.8),
    "eurobert-210m": (211.8, 113.3),
    "mt5-small": (146.9, 18.9),
    "mt5-base": (277.0, 85.0),
    "mt5-large": (564.4, 308.3),
    "mt5-xl": (1670, 1158),
    "mt5-xxl": (5655, 4631),
    "me5-small": (117.7, 21.6),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_registered_base_is_as_large_as_is_known(name):
    shape = shape_of(bases.resolve(name))
    assert shape is not None
    found = counted(shape)
    assert (found.parameters / 1e6, found.body / 1e6) == pytest.approx(KNOWN[name], rel=2e-3)


def test_no_other_registered_base_has_a_shape():
    shaped = {name for name, base in bases.all_bases().items() if base.where != "package" and shape_of(base)}
    assert shaped == set(KNOWN)


@pytest.mark.parametrize("name", lab.BASES)
def test_a_packaged_base_is_as_large_as_its_file(name):
    folder = Path(lab.base_folder(name))
    with safe_open(folder / "model.safetensors", "pt") as file:
        sizes = {key: file.get_tensor(key).numel() for key in file.keys() if "lm_head" not in key}  # noqa: SIM118
    shape = shape_of(bases.resolve(name))
    assert shape is not None
    found = counted(shape)
    pooler = shape["hidden_size"] * (shape["hidden_size"] + 1)  # which a masked-LM file may lack
    assert found.parameters - sum(sizes.values()) in (0, pooler)
    assert found.parameters - found.body == sizes["roberta.embeddings.word_embeddings.weight"]


def test_what_is_no_field_of_the_config_is_left_alone():
    shape = json.loads((Path(lab.base_folder("lab-tiny")) / "config.json").read_text(encoding="utf-8"))
    assert counted({**shape, "paper": "x", "licence": "y"}) == counted(shape)
