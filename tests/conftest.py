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

settings.register_profile("untimed", deadline=None)  # a slow machine is no wrong result
settings.load_profile("untimed")


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
