"""What images add: differences within each seed, against what they are in ``none``, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.visual_gains import PIVOT, VISUAL_COLUMNS, ZERO_SHOT, visual_rows

FACTS: dict[str, Any] = {
    "pivot": "en", "arms": ["none", "nli"], "bases": ["b"], "seeds": ["1", "2"],
    "targets": {
        "t": {"metric": "accuracy", "languages": ["en", "de", "fr"]},
        "t~blank-image": {"metric": "accuracy", "languages": ["en", "de", "fr"], "control_of": "t"},
    },
}  # fmt: skip
SCORES = {
    # (arm, seed): with images in en, de, fr; on blank ones
    ("none", "1"): ([70, 60, 50], [40, 38, 36]),
    ("none", "2"): ([72, 58, 52], [40, 40, 40]),
    ("nli", "1"): ([74, 66, 60], [42, 40, 38]),
    ("nli", "2"): ([75, 65, 59], [41, 41, 39]),
}


def rows(scores: dict[Any, Any] = SCORES) -> list[dict[str, Any]]:
    same = {"study": "s", "base": "b", "split": "test", "noise": "clean", "severity": 0, "source": "lab",
            "selection": "last", "setting": "", "protocol": "lab", "metric": "accuracy", "n": 9,
            "node": ""}  # fmt: skip
    return [
        {**same, "arm": arm, "seed": seed, "target": target, "language": language, "value": float(value)}
        for (arm, seed), both in scores.items()
        for target, values in zip(("t", "t~blank-image"), both, strict=True)
        for language, value in zip(("en", "de", "fr"), values, strict=True)
    ]


def found(scores: dict[Any, Any] = SCORES) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["arm"], row["language"]): row for row in visual_rows(rows(scores), Facts.parse(FACTS))}


def test_every_arm_has_all_languages_the_pivot_and_each_language() -> None:
    assert list(found()) == [(arm, part) for arm in ("none", "nli") for part in (ZERO_SHOT, PIVOT, "de", "fr")]
    assert all(set(row) == set(VISUAL_COLUMNS) for row in found().values())


def test_the_visual_gain_is_taken_within_each_seed() -> None:
    row = found()["none", ZERO_SHOT]
    assert (row["shown"], row["controlled"]) == (55.0, 38.5)
    assert row["difference"] == pytest.approx(16.5)  # (18 + 15) / 2
    half = 12.7062 * 1.5  # t with one degree of freedom, times the standard error of 18 and 15
    assert (row["low"], row["high"]) == pytest.approx((16.5 - half, 16.5 + half), abs=1e-3)
    assert found()["none", PIVOT]["difference"] == pytest.approx(31.0)
    assert row["change"] is None
    assert row["p_corrected"] is None


def test_what_an_arm_adds_is_told_apart_from_what_text_alone_gains() -> None:
    row = found()["nli", ZERO_SHOT]
    assert row["difference"] == pytest.approx(23.0)  # (24 + 22) / 2
    assert row["change"] == pytest.approx(6.5)  # (24 - 18 + 22 - 15) / 2
    assert row["p"] == row["p_corrected"]
    raised = {key: ([v + 5 * (key[0] == "nli") for v in own], [v + 5 * (key[0] == "nli") for v in blank])
              for key, (own, blank) in SCORES.items()}  # fmt: skip
    assert found(raised)["nli", ZERO_SHOT]["change"] == pytest.approx(6.5), (
        "a gain on blank images too is none of images"
    )


def test_a_seed_without_its_control_takes_no_part() -> None:
    half = [row for row in rows() if (row["arm"], row["seed"], row["target"]) == ("nli", "1", "t")]
    kept = [*rows(), *({**row, "seed": "3", "value": 99.0} for row in half)]
    by = {(row["arm"], row["language"]): row for row in visual_rows(kept, Facts.parse(FACTS))}
    assert by["nli", ZERO_SHOT]["n_seeds"] == 2
    assert by["nli", ZERO_SHOT]["difference"] == pytest.approx(23.0)


def test_without_controls_there_is_nothing_to_say() -> None:
    plain = {**FACTS, "targets": {"t": FACTS["targets"]["t"]}}
    assert visual_rows([row for row in rows() if row["target"] == "t"], Facts.parse(plain)) == []


def test_a_control_is_unfair_to_every_arm_and_no_question() -> None:
    facts = Facts.parse(FACTS)
    assert facts.asked == ["t"]
    assert "control of t" in facts.unfair("b", "nli", "t~blank-image")[0]
    assert facts.unfair("b", "nli", "t") == []
