"""The plan says where two splits or languages of a task are read from the same file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from arm_plans import plan_of

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, files: dict[str, Any]) -> list[tuple[str, str, str]]:
    task: dict[str, Any] = {"kind": "classification", "labels": ["bad", "good"], "files": files}
    own = {"tasks": {"mine": task}, "targets": ["mine"], "languages": "all"}
    plan = plan_of({}, source="files", data=str(folder), bases=["lab-tiny"], **own)
    said = [caution for caution in plan.cautions if "same file" in caution.message]
    return [(caution.code, caution.cell["target"], caution.message.partition(" of ")[0]) for caution in said]


def entry(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "format": "delimited", **more}


def test_the_same_file_in_two_splits_or_languages_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("text\tlabel\tcode\nfein\tgood\tde\nmies\tbad\tfr\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("text\tlabel\tcode\ngut\tgood\tde\narg\tbad\tfr\n", encoding="utf-8")
    os.link(tmp_path / "b.tsv", tmp_path / "c.tsv")
    a, b, c = entry("a.tsv"), entry("b.tsv"), entry("c.tsv")
    assert found(tmp_path, {"en": {"train": a}, "de": {"test": b}}) == []
    assert found(tmp_path, {"en": {"train": b}, "de": {"test": c}}) == [("leak", "mine", "train (en), test (de)")]
    assert found(tmp_path, {"en": {"train": a}, "de": {"test": b}, "fr": {"test": c}}) == [
        ("overlap", "mine", "test (de), test (fr)")
    ]
    chosen = {code: {"test": entry("b.tsv", where={"code": "{language}"})} for code in ("de", "fr")}
    assert found(tmp_path, {"en": {"train": a}, **chosen}) == []
