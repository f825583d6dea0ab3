"""Ctrl-C and SIGTERM as a wish that a run looks at between two of its steps."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Stop:
    """Whether somebody asked the run to stop; ``wake`` becomes readable then."""

    wake: int
    asked: bool = False


@contextmanager
def stop_signals() -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a wish that the loop looks at between two messages."""
    wake, ring = os.pipe()
    stop = Stop(wake)

    def ask(number: int, frame: object) -> None:
        stop.asked = True
        os.write(ring, b"!")

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wake)
        os.close(ring)
