"""The results of a study, read from the folder of its report. Nothing here imports torch, and nothing is run."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.api.frames import claims_frame, table_frame
from xstilts.disk import at_home
from xstilts.errors import DataError, InputError
from xstilts.reports.write import ANSWER
from xstilts.statistics import CLUSTER_COLUMNS, GAIN_COLUMNS, SCORE_COLUMNS
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True)
class Results:
    """What a study found. Every table is read from the report's folder when it is first asked for.

    Columns of numbers are ``float64``, or ``int64`` where they count. All others are text, seeds among them (nested
    seeds are ``1.2``). A number that is not there is NaN; a text that is not there is "".

    Attributes:
        folder: The folder of the report.

    Example:
        >>> import xstilts as xs
        >>> results = xs.Results.open("xstilts-out/demo")  # doctest: +SKIP
        >>> results.gains.groupby(["arm", "target"]).gain.mean()  # doctest: +SKIP
    """

    folder: Path

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """The results in a report's folder: the one of ``--out``, or of :func:`xstilts.run`.

        Raises:
            InputError: If no report lies there.
        """
        place = at_home(Path(folder), "folder")
        for name in (ANSWER, "index.html"):
            if not (place / name).is_file():
                hint = "`xstilts report STUDY --out DIR` writes it from the store."
                raise InputError(f"No report lies there: it has no {name}.", field=str(place), hint=hint)
        return cls(place)

    @property
    def page(self) -> Path:
        """The page of the report, one HTML file."""
        return self.folder / "index.html"

    @cached_property
    def answer(self) -> str:
        """What the report says first: that models learned nothing, if so; then one sentence per base.

        Lab numbers are said to be lab numbers.
        """
        said = self._json(ANSWER)
        return " ".join([*said["notes"], *said["findings"], *(base["sentences"][0] for base in said["bases"])])

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per measurement, and no aggregates.

        ``study, base, arm, target, seed, language, split, noise, severity, source, selection, setting, protocol,
        metric, value, n, node``. ``value`` is on the metric's own scale, most often percent; ``n`` counts examples.
        """
        return self._table("scores", SCORE_COLUMNS)

    @cached_property
    def gains(self) -> pd.DataFrame:
        """One row per arm and language: score(arm) − score(none), paired over seeds.

        ``base, arm, target, language, metric, gain, low, high, p, p_corrected, n_seeds, n_examples``. ``gain`` is in
        points of the metric, with its 95 % interval ``low`` to ``high``; ``p_corrected`` is corrected by Holm's method
        over the languages of one arm and target.
        """
        return self._table("gains", GAIN_COLUMNS)

    @cached_property
    def clusters(self) -> pd.DataFrame:
        """One row per arm and cluster of languages; ``clustering == "zero-shot"`` is all languages but the pivot.

        ``base, arm, target, metric, clustering, cluster, languages, n_languages, none, arm_score, gain, low, high, p,
        p_corrected, n_seeds, effects``. ``none`` and ``arm_score`` are the mean scores behind ``gain``.
        """
        return self._table("clusters", CLUSTER_COLUMNS)

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """One row per contrast that the study asks for: ``difference`` in points, more being better for ``plus``.

        ``base, name, clustering, cluster, plus, minus, difference, low, high, p, p_corrected, n_seeds, n_languages,
        effects, targets, left_out``.
        """
        return self._table("contrasts", CONTRAST_COLUMNS)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row per published claim, with the verdict that this study's numbers give on it.

        ``id, verdict, evidence, confidence, bears, reason, text, paper``. ``verdict`` is ``supported``,
        ``contradicted``, ``inconclusive`` or ``not run``; ``confidence`` is in [0, 1]; ``bears`` says whether the study
        asks what the claim answers. What each was compared with is in ``claims.json``.
        """
        return claims_frame(self._json("claims.json"))

    @cached_property
    def figures(self) -> Mapping[str, str]:
        """Name of every picture (``gains-lab-tiny``) to its SVG text."""
        return {path.stem: _text(path) for path in sorted((self.folder / "figures").glob("*.svg"))}

    def _table(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        return table_frame(self.folder / "tables" / f"{name}.csv", columns)

    def _json(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON can hold
        try:
            return json.loads(_text(self.folder / name))
        except ValueError as error:
            raise DataError(f"is not JSON: {error}.", field=str(self.folder / name)) from error

    def _repr_html_(self) -> str:
        """For notebooks: the answer, the gain matrix of each base, and where the page is."""
        shown = [_image(name, svg) for name, svg in self.figures.items() if name.startswith("gains-")]
        return "\n".join(
            [f"<p>{escape(self.answer)}</p>", *shown, f"<p>Page: <code>{escape(str(self.page))}</code></p>"]
        )


def _image(name: str, svg: str) -> str:
    """A picture as an image, in which no script runs and whose styles reach nothing else."""
    data = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(name)}" src="data:image/svg+xml;base64,{data}">'


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}.", field=str(path)) from error
