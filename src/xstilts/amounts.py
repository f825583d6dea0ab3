"""Amounts as people read them: spans of time, and bytes."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """A span of time: ``3.2 s``, ``48 s``, ``3 min 20 s``, ``2 h 05 min``; who only guesses gives whole seconds."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 and seconds != whole else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """A number of bytes: ``1.4 GB`` (decimal units)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
