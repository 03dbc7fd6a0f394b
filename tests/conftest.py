"""How many tests run at the same time."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: half as many again as there are cores, since tests wait for processes."""
    cores = os.cpu_count() or 1
    return cores + cores // 2
