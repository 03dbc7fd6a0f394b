"""The log as the screen reads it, over a store that holds what anybody may have written."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from looptui import paths
from looptui.errors import UsageError
from looptui.store.events import NewEvent
from looptui.store.store import Store
from looptui.tui.logbook import Sought
from looptui.wire import logbook
from looptui.wire.reading import Reading

AT = 1_790_000_000.0
MADE = (
    '{"exit_code":0,"iteration":1,"outcome":"ended","seconds":2.0,"tokens_in":70,"tokens_out":30}'
)


@pytest.fixture
async def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """A log of four events in two runs."""
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    repo = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    state = paths.ensure_private(paths.repo_state(repo), repo)
    store = Store.open(paths.state_db(state))
    nudge = NewEvent("run.nudged", '{"text":"100% \\u001b[31mred"}', "ada", AT)
    made = NewEvent("maker.finished", MADE, "engine", AT + 60)
    paused = NewEvent("run.paused", '{"reason":"by a person"}', "ada", AT + 120)
    await store.append("one", 0, [nudge, made], durable=True)
    await store.append("two", 0, [paused, made], durable=True)
    await store.close()
    return Reading(repo)


@pytest.mark.parametrize(
    ("sought", "seqs"),
    [
        (Sought(actors=("AD",)), [3, 1]), (Sought(kinds=("maker",)), [4, 2]),
        (Sought(since=AT + 100), [3]), (Sought(words=("PERSON",)), [3]),
        (Sought(words=("100%",)), [1]), (Sought(words=("100_",)), []),
        (Sought(kinds=("nothing",)), []), (Sought(runs=("nobody",)), []),
    ],
)  # fmt: skip
def test_a_filter_finds_what_fits_newest_first(
    reading: Reading, sought: Sought, seqs: list[int]
) -> None:
    assert list(reading.log.matching(sought, 1, 5)) == seqs
    reading.close()


def test_an_event_comes_whole_and_harmless(reading: Reading) -> None:
    whole = reading.log.whole(1)
    assert whole is not None
    (name, value), *_ = whole.fields
    assert name == "text"
    assert "\x1b" not in value
    assert "red" in value
    assert len(whole.leaf) == 64
    assert reading.log.whole(99) is None
    assert [entry.seq for entry in reading.log.entries((4, 99))] == [4]
    reading.close()


def test_a_call_without_a_price_has_none(reading: Reading) -> None:
    calls = reading.log.calls(1, 5)
    assert [(call.run, call.tokens, call.micro_usd) for call in calls] == [
        ("one", 100, None), ("two", 100, None),
    ]  # fmt: skip
    reading.close()


def test_a_changed_event_is_named_and_still_shown(reading: Reading) -> None:
    database = paths.state_db(paths.repo_state(reading.repo))
    told: list[int] = []
    assert logbook.verify(database, told.append).ok
    assert told[-1] == 4
    connection = sqlite3.connect(database)
    connection.execute("DROP TRIGGER events_keep_update")
    connection.execute("UPDATE events SET data = 'no json' WHERE seq = 2")
    connection.commit()
    connection.close()
    verified = logbook.verify(database, told.append)
    assert (verified.ok, verified.first_bad) == (False, 2)
    whole = reading.log.whole(2)
    assert whole is not None
    assert whole.fields == (("data", "no json"),)
    assert "not as it was written" in whole.entry.text
    assert len(reading.log.calls(1, 5)) == 1
    reading.close()


def test_an_export_leaves_a_file_that_is_there(reading: Reading, tmp_path: Path) -> None:
    database = paths.state_db(paths.repo_state(reading.repo))
    for name in ("log.jsonl", "log.csv"):
        assert logbook.export(database, tmp_path / name) == 4
        with pytest.raises(UsageError, match="is there already"):
            logbook.export(database, tmp_path / name)
    reading.close()
