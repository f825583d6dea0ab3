"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from collections.abc import Iterator

# No deadline: a slow machine is no wrong result. The same examples every time, so that a commit passes or fails for
# what it changed; `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture
def loopback_hub() -> Iterator[LoopbackHub]:
    """A Hub on loopback without repositories; see ``loopback_hub.py``."""
    with LoopbackHub() as hub:
        yield hub


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real samples; the test is skipped where there is none."""
    folder = os.environ.get("XSTILTS_DATA")
    if not folder:
        pytest.skip("XSTILTS_DATA does not name the folder of real samples")
    return Path(folder)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """No bytes in names of tests: those of an archive hold the time, and workers must agree on every name."""
    return argname if isinstance(val, bytes) else None
