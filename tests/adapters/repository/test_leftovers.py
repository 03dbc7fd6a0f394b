"""What a killed looptui leaves in the state directory goes when the next one starts."""

from __future__ import annotations

from looptui.adapters.repository import GitRepository
from looptui.proctable import owned
from tests.adapters.repository.conftest import Bench


def test_scraps_of_dead_processes_go_and_those_of_living_ones_stay(bench: Bench) -> None:
    desks = bench.state / "git" / "looptui"
    dead, ours, other = desks / "tmp-4194304-77-abc", desks / f"{owned('tmp')}x", desks / "tmp-x"
    for directory in (dead, ours, other):
        directory.mkdir()
        (directory / "pack").write_text("x")
    GitRepository.discover(bench.user, bench.state).close()
    assert not dead.exists()
    assert ours.exists()
    assert other.exists()
