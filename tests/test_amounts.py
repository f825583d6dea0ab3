from __future__ import annotations

from xstilts.amounts import duration, size


def test_durations():
    assert [duration(s) for s in (3.21, 4, 48.4, 59.6, 200, 3599.6, 7500)] == [
        "3.2 s", "4 s", "48 s", "1 min 00 s", "3 min 20 s", "1 h 00 min", "2 h 05 min",
    ]  # fmt: skip


def test_sizes_in_decimal_units():
    assert [size(n) for n in (0, 999, 1000, 1.44e6, 9.99e11, 2e15)] == [
        "0 bytes", "999 bytes", "1.0 kB", "1.4 MB", "999.0 GB", "2000.0 TB",
    ]  # fmt: skip
