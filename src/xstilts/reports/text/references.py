"""What a study's paper cites: the method, the statistics it used, protocols, bases and data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.models import BASES
from xstilts.protocols import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report

METHOD = (
    "Phang, Févry and Bowman 2018, Sentence Encoders on STILTs: Supplementary Training on Intermediate Labeled-data "
    "Tasks, arXiv 1811.01088",
    "Phang, Calixto, Htut, Pruksachatkun, Liu, Vania, Kann and Bowman 2020, English Intermediate-Task Training "
    "Improves Zero-Shot Cross-Lingual Transfer Too, arXiv 2005.13013",
)
_HOLM = (
    "Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65–70"
)
_FDR = (
    "Benjamini and Hochberg 1995, Controlling the false discovery rate: a practical and powerful approach to multiple "
    "testing, Journal of the Royal Statistical Society B 57(1), 289–300"
)
_EQUIVALENCE = (
    "Schuirmann 1987, A comparison of the two one-sided tests procedure and the power approach for assessing the "
    "equivalence of average bioavailability, Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657–680"
)
_SATTERTHWAITE = "Satterthwaite 1946, An approximate distribution of estimates of variance components"
_COLLAPSE = "Mosbach, Andriushchenko and Klakow 2021, arXiv 2006.04884"
ROBUSTNESS = (
    "Hendrycks and Dietterich 2019, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, "
    "arXiv 1903.12261",
    "Yi et al. 2021, arXiv 2110.06513",
    "Taori et al. 2020, Measuring Robustness to Natural Distribution Shifts in Image Classification, arXiv 2007.00644",
)


def references(report: Report) -> list[str]:
    """Every work that the paper leans on, once, in alphabetical order."""
    facts = report.facts
    found = [*METHOD, _HOLM, _FDR, _EQUIVALENCE, _COLLAPSE, _SATTERTHWAITE]
    found += ROBUSTNESS if report.rows("robustness") else ()
    for name in report.protocols:
        if name in PROTOCOLS and "arXiv" in PROTOCOLS.get(name).source:
            found.append(PROTOCOLS.get(name).source)
    papers = [str(BASES.get(base).facts.get("paper", "")) for base in facts.bases if base in BASES]
    found += [*papers, *(entry["citation"] for entry in facts.data_sets), *(entry["paper"] for entry in report.claims)]
    return sorted(_once([text for text in found if text]))


def _once(found: Sequence[str]) -> list[str]:
    """One entry per arXiv number, the longest; other entries once."""
    kept: dict[str, str] = {}
    for text in found:
        number = text.partition("arXiv ")[2][:10] if text.count("arXiv ") == 1 else ""
        key = number or text
        kept[key] = max(kept.get(key, ""), text, key=len)
    return list(kept.values())
