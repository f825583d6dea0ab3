from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from xstilts.errors import DataError, InputError, UnknownNameError
from xstilts.languages.distance import distance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FEATURES = ["S_A", "S_B", "S_C", "P_A", "INV_A", "INV_B"]
# -1 is unknown; fas has a vector of its own beside that of pes, ara only its own
VECTORS: dict[str, list[float]] = {
    "deu": [1, 1, 0, 1, 0, 1],
    "eng": [1, 0, 0, -1, 1, 0],
    "fra": [0, 1, -1, 0, 0, 0],
    "fas": [1, 1, 1, 1, 1, 1],
    "pes": [0, 0, 1, 1, 1, 0],
    "arb": [-1, -1, -1, -1, -1, -1],
    "ara": [1, 0, 1, 1, 0.5, 0],
    "yor": [-1, -1, 1, -1, -1, -1],
}


def write(path: Path, vectors: Mapping[str, Sequence[float]], features: list[str], source: str) -> None:
    data = np.array(list(vectors.values()), dtype=np.float64)[:, :, None]
    np.savez(path, feats=np.array(features), langs=np.array(list(vectors)), sources=np.array([source]), data=data)


@pytest.fixture
def uriel(tmp_path: Path) -> Path:
    write(tmp_path / "feature_averages.npz", VECTORS, FEATURES, "avg")
    write(
        tmp_path / "feature_predictions.npz",
        {"deu": [1, 0, 0, 1, 0, 1], "yor": [0, 1, 1, 0, 1, 0]},
        FEATURES,
        "predicted",
    )
    families = {"deu": [1, 1, 1, 0], "eng": [1, 1, 0, 1], "yor": [0, 0, 0, 1]}
    write(tmp_path / "family_features.npz", families, ["F_IE", "F_Germanic", "F_High", "F_Other"], "FAM")
    write(tmp_path / "geocoord_features.npz", {"deu": [0.6, 0.8], "eng": [1, 0]}, ["GC_1", "GC_2"], "GEOCOORDS")
    return tmp_path


def test_the_distance_is_one_minus_the_cosine(uriel: Path) -> None:
    # syntax: (1,1,0)·(1,0,0) = 1, lengths √2 and 1
    assert distance("de", "en", folder=uriel) == pytest.approx(1 - 1 / math.sqrt(2))
    # families: two of three in common, lengths √3 each
    assert distance("de", "en", "genetic", folder=uriel) == pytest.approx(1 - 2 / 3)
    assert distance("de", "yo", "genetic", folder=uriel) == 1.0
    # place: (0.6,0.8)·(1,0) = 0.6
    assert distance("de", "en", "geographic", folder=uriel) == pytest.approx(0.4)


def test_features_that_one_of_them_lacks_are_left_out(uriel: Path) -> None:
    # syntax of French knows A and B: (1,1)·(0,1) = 1, lengths √2 and 1
    assert distance("de", "fr", folder=uriel) == pytest.approx(1 - 1 / math.sqrt(2))
    # all features but P_A: (1,1,0,0,1)·(1,0,0,1,0) = 1, lengths √3 and √2
    assert distance("de", "en", "featural", folder=uriel) == pytest.approx(1 - 1 / math.sqrt(6))


def test_gaps_may_be_filled_by_prediction(uriel: Path) -> None:
    # (1,0,0)·(0,1,1) = 0
    assert distance("de", "yo", "syntactic", "knn", uriel) == 1.0


def test_a_macrolanguage_is_its_individual_language_or_itself(uriel: Path) -> None:
    # pes, not fas: (1,1,0)·(0,0,1) = 0
    assert distance("de", "fa", folder=uriel) == 1.0
    # arb knows nothing, so ara: (1,1,0)·(1,0,1) = 1, lengths √2 and √2
    assert distance("de", "ar", folder=uriel) == pytest.approx(0.5)


def test_it_is_symmetric_and_zero_for_the_same(uriel: Path) -> None:
    for code in ("de", "en", "fa"):
        assert distance(code, code, "featural", folder=uriel) == pytest.approx(0)
        assert distance(code, "de", "featural", folder=uriel) == distance("de", code, "featural", folder=uriel)


def test_too_few_known_features_are_refused(uriel: Path) -> None:
    # of Yoruba's syntax only C is known
    with pytest.raises(DataError, match="knows 1 syntactic features of both 'fa' and 'yo', fewer than 2"):
        distance("fa", "yo", folder=uriel, at_least=2)
    with pytest.raises(DataError, match="knows 0 phonological features"):
        distance("de", "yo", "phonological", folder=uriel)


def test_a_zero_vector_has_no_direction(uriel: Path) -> None:
    with pytest.raises(DataError, match="not defined"):
        distance("de", "fr", "inventory", folder=uriel)


def test_what_is_not_there_is_said(uriel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="URIEL has no language 'it'"):
        distance("de", "it", folder=uriel)
    with pytest.raises(InputError, match="URIEL has no language 'nah'"):
        distance("de", "nah", folder=uriel)
    with pytest.raises(UnknownNameError):
        distance("de", "xx", folder=uriel)
    with pytest.raises(InputError, match="Did you mean 'syntactic'"):
        distance("de", "en", "syntax", folder=uriel)  # type: ignore[arg-type]
    monkeypatch.delenv("XSTILTS_URIEL", raising=False)
    monkeypatch.setattr("xstilts.languages.distance.find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install lang2vec"):
        distance("de", "en")
    with pytest.raises(DataError, match="not there"):
        distance("de", "en", folder=tmp_path / "nowhere")


def test_the_environment_may_name_the_folder(uriel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XSTILTS_URIEL", str(uriel))
    assert distance("de", "en", "geographic") == pytest.approx(0.4)


def test_an_installed_package_is_found_without_running_it(
    uriel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "site" / "lang2vec"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "data").symlink_to(uriel)
    monkeypatch.delenv("XSTILTS_URIEL", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert distance("de", "en", "geographic") == pytest.approx(0.4)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_uriel_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "family_features.npz").write_bytes(content)
    with pytest.raises(DataError, match="cannot be read"):
        distance("de", "en", "genetic", folder=tmp_path)


def test_a_bare_array_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "family_features.npz").open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(DataError, match="cannot be read"):
        distance("de", "en", "genetic", folder=tmp_path)


def test_pickles_and_other_shapes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "family_features.npz"
    np.savez(path, feats=["F"], langs=["deu"], sources=["FAM"], data=np.array([[[{}]]], dtype=object))
    with pytest.raises(DataError, match="cannot be read"):
        distance("de", "en", "genetic", folder=tmp_path)
    np.savez(path, feats=["F"], langs=["deu"], sources=["FAM"], data=np.zeros((2, 1, 1)))
    with pytest.raises(DataError, match="do not fit"):
        distance("de", "en", "genetic", folder=tmp_path)
    write(path, {"deu": [1]}, ["F"], "ID")
    with pytest.raises(DataError, match="Allowed: ID"):
        distance("de", "en", "genetic", folder=tmp_path)


def test_importing_the_languages_does_not_load_numpy_archives() -> None:
    code = "import sys, xstilts.languages; sys.exit('xstilts.languages.distance' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_real_vectors(real_data: Path) -> None:
    folder = real_data / "metadata" / "lang2vec"
    # German has 6 family features, English 9, and 4 of them are the same
    assert distance("de", "en", "genetic", folder=folder) == pytest.approx(1 - 4 / math.sqrt(6 * 9))
    assert distance("de", "nl", folder=folder) < distance("de", "ja", folder=folder)
    # Ayacucho Quechua is in no way related to English
    assert distance("qu", "en", "genetic", folder=folder) == 1.0
    with pytest.raises(DataError, match=r"geocoord_features.npz"):
        distance("de", "en", "geographic", folder=folder)
