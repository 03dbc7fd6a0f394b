from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from looptui.core.rest import RESTS, exit_code
from looptui.core.status import Status
from tests.core.runs import Run


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("queued", 4),
        ("active", 4),
        ("waiting", 4),
        ("parked", 4),
        ("paused", 4),
        ("landed", 0),
        ("completed", 0),
        ("stopped", 3),
        ("rejected", 5),
        ("failed", 3),
    ],
)
def test_exit_codes(status: Status, code: int) -> None:
    assert exit_code(replace(Run().ready().state, status=status)) == code


def test_an_unfit_environment_is_6() -> None:
    state = Run().ready().state
    assert exit_code(replace(state, status="failed", unfit=True)) == 6
    assert exit_code(replace(state, status="waiting", blocked="identity: git knows no author")) == 6


def test_a_run_at_work_does_not_rest() -> None:
    assert set(get_args(Status)) - RESTS == {"queued", "active", "parked"}
