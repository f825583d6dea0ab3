from __future__ import annotations

import pytest

from xstilts.errors import InputError
from xstilts.protocols import PROTOCOLS


def test_each_benchmark_scores_its_own_languages() -> None:
    def counts(name: str) -> dict[str, int]:
        return {task: len(set(codes)) for task, codes in PROTOCOLS.get(name).languages.items()}

    assert counts("xtreme") == {"xnli": 15, "xquad": 11, "udpos": 33, "tatoeba": 36}
    assert counts("xtreme-r") == {"xnli": 15, "xcopa": 11, "xquad": 12, "udpos": 38, "tatoeba": 41}


def test_english_is_no_tatoeba_language() -> None:
    assert "en" not in PROTOCOLS.get("xtreme").languages["tatoeba"]


def test_xtreme_evaluates_tatoeba_on_the_encoder_as_it_comes() -> None:
    assert PROTOCOLS.get("xtreme").trains["tatoeba"] == ()
    assert PROTOCOLS.get("xtreme-r").trains["tatoeba"] == (("squad",),)


@pytest.mark.parametrize(
    ("protocol", "target", "stages"),
    [
        ("xtreme", "tatoeba", []),
        ("xtreme-r", "tatoeba", ["squad"]),
        ("xtreme-r", "xcopa", ["siqa"]),
        ("lab", "xnli", []),
    ],
)
def test_hidden_stages(protocol: str, target: str, stages: list[str]) -> None:
    assert list(PROTOCOLS.get(protocol).hidden_stages(target)) == stages


@pytest.mark.parametrize(("depth", "layer"), [(24, 14), (12, 8), (6, 4), (3, 2), (1, 1)])
def test_the_retrieval_layer_is_the_one_of_the_scripts_or_of_the_same_height(depth: int, layer: int) -> None:
    assert PROTOCOLS.get("xtreme").retrieval_layer(depth) == layer


def test_an_unknown_depth_needs_the_study_to_name_layers() -> None:
    with pytest.raises(InputError, match="Name the layers in the study"):
        PROTOCOLS.get("xtreme").retrieval_layer(None)


def test_the_lab_takes_the_last_layer() -> None:
    assert PROTOCOLS.get("lab").retrieval_layer(3) == 3
    assert PROTOCOLS.get("lab").retrieval_layer(None) == -1


def test_every_hyperparameter_entry_says_where_it_is_from() -> None:
    for protocol in PROTOCOLS:
        assert all(values["source"] for values in protocol.hyperparameters.values())
