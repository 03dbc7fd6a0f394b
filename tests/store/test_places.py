"""Places for runs at work are counted across processes and die with the process that holds them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from looptui.store.places import Places

HOLDS = """
import sys
from pathlib import Path
from looptui.store.places import Places

print(Places(Path(sys.argv[1]), int(sys.argv[2]))().take(), flush=True)
sys.stdin.read()
"""


def held_by_another(directory: Path, most: int) -> subprocess.Popen[str]:
    """A process that has taken a place, or was told that there is none."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(directory), str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def gone(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_there_are_as_many_as_that_and_a_place_that_is_left_is_free(tmp_path: Path) -> None:
    places = Places(tmp_path / "places", 2)
    first, second, third = places(), places(), places()
    assert [one.take() for one in (first, second, third)] == [True, True, False]
    assert first.take()
    assert not places.free()
    first.leave()
    first.leave()
    assert third.take()
    assert second.take()


def test_who_asked_first_comes_first(tmp_path: Path) -> None:
    places = Places(tmp_path, 1)
    one, two, three = places(), places(), places()
    assert [place.take() for place in (one, two, three)] == [True, False, False]
    one.leave()
    assert not places.free()
    assert [three.take(), two.take()] == [False, True]
    two.leave()
    assert three.take()


def test_who_gives_up_waiting_keeps_nobody_waiting(tmp_path: Path) -> None:
    places = Places(tmp_path, 1)
    one, two, three = places(), places(), places()
    assert [place.take() for place in (one, two, three)] == [True, False, False]
    two.leave()
    one.leave()
    assert three.take()


def test_they_are_counted_across_processes_and_end_with_them(tmp_path: Path) -> None:
    places = Places(tmp_path, 2)
    mine, more = places(), places()
    other = held_by_another(tmp_path, 2)
    assert answer(other) == "True"
    assert [mine.take(), more.take()] == [True, False]
    late = held_by_another(tmp_path, 2)
    assert answer(late) == "False"
    gone(other)
    assert more.take()
    gone(late)
    mine.leave()
    assert places.free()


def test_the_stricter_of_two_settings_holds_for_who_has_it(tmp_path: Path) -> None:
    wide = Places(tmp_path, 5)
    held = [wide() for _ in range(3)]
    assert all(place.take() for place in held)
    held[0].leave()
    strict = Places(tmp_path, 2)
    assert not strict.free()
    late = strict()
    assert not late.take()
    late.leave()
    held[1].leave()
    assert strict.free()


def test_nothing_is_left_over(tmp_path: Path) -> None:
    places = Places(tmp_path, 3)
    held = [places() for _ in range(3)]
    assert all(place.take() for place in held)
    for place in reversed(held):
        place.leave()
    assert [path.name for path in tmp_path.iterdir()] == ["mutex"]
