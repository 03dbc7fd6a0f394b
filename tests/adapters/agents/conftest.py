"""Tests against real agents run only where they are asked for: `-m agents`."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "agents: starts real agent CLIs, installed on demand")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "agents" in str(config.option.markexpr):
        return
    left_out = [item for item in items if item.get_closest_marker("agents")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
