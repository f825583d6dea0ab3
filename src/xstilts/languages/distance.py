"""How different two languages are, by the typological vectors of URIEL.

URIEL (Littell et al. 2017, https://aclanthology.org/E17-2002) describes languages by vectors: word order and other
syntax, phonology, sound inventory, place on earth and membership of families. Its data come with the package
``lang2vec`` (antonisa/lang2vec, CC BY-SA 4.0); xstilts neither holds nor downloads them.

The distance is the cosine distance, 1 - u·v / (|u| |v|), over the features that are known of both languages: 0 where
they agree, 1 where they share nothing. It is not ``lang2vec.distance``: how URIEL's own precomputed distances treat
unknown features is not documented, and they could not be reproduced from its vectors (Toossi et al. 2024, arXiv
2405.11125; antonisa/lang2vec#17).
"""

from __future__ import annotations

import os
import zipfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from xstilts.errors import DataError, InputError, nearest
from xstilts.languages.table import Language, get

if TYPE_CHECKING:
    from numpy.typing import NDArray

DistanceKind = Literal["syntactic", "phonological", "inventory", "featural", "genetic", "geographic"]
"""``featural`` is syntax, phonology and inventory together."""

Filling = Literal["average", "knn"]
"""``average``: the mean of URIEL's sources, gaps stay; ``knn``: URIEL's prediction of the gaps from near languages."""

FOLDER_VARIABLE = "XSTILTS_URIEL"
"""Environment variable that may name the folder with URIEL's ``.npz`` files."""

_PREFIXES: dict[str, tuple[str, ...]] = {
    "syntactic": ("S_",),
    "phonological": ("P_",),
    "inventory": ("INV_",),
    "featural": ("S_", "P_", "INV_"),
}
_TYPOLOGY = {"average": ("feature_averages.npz", "avg"), "knn": ("feature_predictions.npz", "predicted")}
_OTHER = {"genetic": ("family_features.npz", "FAM"), "geographic": ("geocoord_features.npz", "GEOCOORDS")}
_UNKNOWN = -1.0


def distance(
    first: str,
    second: str,
    kind: DistanceKind = "syntactic",
    filling: Filling = "average",
    folder: Path | str | None = None,
    at_least: int = 1,
) -> float:
    """The cosine distance of two languages, from 0 (alike) to 1 (nothing in common).

    A macrolanguage has the vector of the individual language that data sets write for it (fa: pes), or its own.

    Args:
        first: BCP-47 code.
        second: BCP-47 code.
        kind: Which part of the vectors.
        filling: What is done about unknown typological features; of no effect on ``genetic`` and ``geographic``.
        folder: Where URIEL's files are; None looks at ``$XSTILTS_URIEL``, then at an installed ``lang2vec``.
        at_least: How many features must be known of both languages.

    Raises:
        DataError: If URIEL is not there, a file is not as expected, or fewer than ``at_least`` features are known of
            both; also where a vector is zero, of which no direction can be told.
        InputError: If ``kind`` or ``filling`` is none of these, or a language is not in URIEL.
        UnknownNameError: If a code is not in the table.
    """
    _choose("kind", kind, get_args(DistanceKind))
    _choose("filling", filling, get_args(Filling))
    name, source = _OTHER[kind] if kind in _OTHER else _TYPOLOGY[filling]
    path = _folder(folder) / name
    rows, values = _vectors(path, source, _PREFIXES.get(kind, ("",)))
    u, v = (values[_row(get(code), rows, values)] for code in (first, second))
    known = (u != _UNKNOWN) & (v != _UNKNOWN)
    if (n_known := int(known.sum())) < at_least:
        raise DataError(
            f"URIEL knows {n_known} {kind} features of both {first!r} and {second!r}, fewer than {at_least}.",
            field=str(path),
            hint='Take another kind, or filling="knn" with predicted features.',
        )
    return _cosine_distance(u[known], v[known], f"{kind} vectors of {first!r} and {second!r}")


def _cosine_distance(u: NDArray[np.float64], v: NDArray[np.float64], what: str) -> float:
    lengths = float(np.sqrt((u @ u) * (v @ v)))
    if lengths == 0.0:
        raise DataError(f"One of the {what} is zero: the angle between them is not defined.")
    # rounding can leave the cosine of equal vectors a little above 1
    return max(0.0, 1.0 - float(u @ v) / lengths)


def _row(language: Language, rows: dict[str, int], values: NDArray[np.float64]) -> int:
    """The line of a language: of its individual languages first, as the table's word order has it."""
    individual = [code for code in language.other_codes if len(code) == 3]
    candidates = [code for code in (*individual, language.iso639_3) if code is not None and code in rows]
    if not candidates:
        raise InputError(f"URIEL has no language {language.code!r} ({language.name}).", value=language.code)
    described = [code for code in candidates if (values[rows[code]] != _UNKNOWN).any()]
    return rows[(described or candidates)[0]]


def _folder(folder: Path | str | None) -> Path:
    named = folder or os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    package = find_spec("lang2vec")
    if package is None or not package.submodule_search_locations:
        raise DataError(
            "Distances need the data of URIEL, which xstilts does not hold.",
            hint=f"Install lang2vec (pip install lang2vec), or name a folder with its data by {FOLDER_VARIABLE}.",
        )
    return Path(package.submodule_search_locations[0]) / "data"


@cache
def _vectors(path: Path, source: str, prefixes: tuple[str, ...]) -> tuple[dict[str, int], NDArray[np.float64]]:
    """ISO 639-3 code to line, and the lines: languages × features, -1 where unknown."""
    arrays = _arrays(path)
    sources = [str(name) for name in arrays["sources"]]
    if source not in sources:
        raise DataError(
            "This is not the file of URIEL that was expected.", field=str(path), value=source, allowed=sources
        )
    wanted = [index for index, name in enumerate(arrays["feats"]) if str(name).startswith(prefixes)]
    values = arrays["data"][:, wanted, sources.index(source)].astype(np.float64)
    return {str(code): line for line, code in enumerate(arrays["langs"])}, values


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    names = ("feats", "langs", "sources", "data")
    try:
        # opened here because numpy leaves a broken archive open
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in names}
    except FileNotFoundError:
        raise DataError("URIEL's file is not there.", field=str(path), hint="It comes with lang2vec.") from None
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"URIEL's file cannot be read: {error}", field=str(path), allowed=names) from None
    shape = tuple(len(arrays[name]) for name in ("langs", "feats", "sources"))
    if arrays["data"].shape != shape:
        raise DataError("The data do not fit languages × features × sources.", field=str(path), value=shape)
    return arrays


def _choose(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        hint = nearest(str(value), allowed)
        raise InputError(
            f"There is no {field} {value!r} of distance.", field=field, value=value, allowed=allowed, hint=hint
        )
