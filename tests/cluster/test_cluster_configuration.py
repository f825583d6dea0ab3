"""What the test Slurm is told, by its version; nothing is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_slurm import configuration


@pytest.mark.parametrize(
    "of, there, gone", [((22, 5), "CryptoType=", "CredType="), ((24, 5), "CredType=", "task/none")]
)
def test_the_configuration_fits_the_version(of, there, gone):
    files = configuration(Path("/d"), of)
    assert there in files["slurm.conf"] and gone not in files["slurm.conf"]
    assert ("cgroup.conf" in files) is (of >= (23, 11))
