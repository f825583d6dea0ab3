"""Processes that end with the process that started them.

Parsl's interchange outlives a killed run, and its workers a killed manager, for as long as their node takes. Linux ends
a process with its parent on request (``prctl(2)``, ``PR_SET_PDEATHSIG``); elsewhere they are found out by silence.

As a program: ``python -m xstilts.execution.cluster.bound COMMAND …`` becomes COMMAND, which ends with the parent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have this process killed when the thread that started it ends; does nothing where the system cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    parent = os.getppid()
    end_with_parent()
    if os.getppid() == parent:  # it did not die in between
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is this program's own
