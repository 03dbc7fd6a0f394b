"""What a database file may be found as, and what is then done, or left alone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from contextlib import closing, suppress
from pathlib import Path

import pytest

from looptui.errors import EnvironmentUnfit, SchemaTooNew, StoreError
from looptui.store import audit, driver, schema
from looptui.store.driver import connect, sqlite3, wal_is_safe
from looptui.store.opening import open_writer
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.store.making import event, filled, finish, grow, start

SIDE_FILES = ("state.db-wal", "state.db-shm")


def private(path: Path) -> Path:
    path.parent.mkdir(mode=0o700)
    return path


def files(directory: Path) -> dict[str, bytes]:
    """All but the shared memory, in which a reader leaves its mark."""
    found = [f for f in directory.iterdir() if f.is_file() and not f.name.endswith("-shm")]
    return {file.name: file.read_bytes() for file in found}


def refuse(path: Path, error: type[StoreError], match: str) -> None:
    """Opening fails with the exit code of a broken state, and nothing in the directory changes."""
    before = files(path.parent)
    with pytest.raises(error, match=match) as caught:
        Store.open(path)
    assert caught.value.exit_code == 8
    assert caught.value.hint
    with pytest.raises(error, match=match), closing(Reader(path)) as reader:
        reader.runs()
    assert files(path.parent) == before


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE theirs (a)")


async def test_a_new_database_is_private(path: Path) -> None:
    old = os.umask(0)
    try:
        store = Store.open(path)
        await grow(store, 1)
        await store.checkpoint()
        store.leases.acquire("r1")
    finally:
        os.umask(old)
    found = {file: stat.S_IMODE(file.stat().st_mode) for file in path.parent.rglob("*")}
    found[path.parent] = stat.S_IMODE(path.parent.stat().st_mode)
    assert {mode for file, mode in found.items() if file.is_file()} == {0o600}
    assert {mode for file, mode in found.items() if file.is_dir()} == {0o700}
    assert {file.name for file in found if file.is_file()} == {
        "state.db",
        "state.db-wal",
        "state.db-shm",
        "checkpoint",
        "key",
        "key.pub",
        "r1.lock",
    }
    await store.close()


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"", "is empty"), (b"garbage " * 999, "not a database"), (b"SQLite format 3\0", "not a")],
)
def test_a_file_that_is_no_database_is_refused(path: Path, content: bytes, match: str) -> None:
    private(path).write_bytes(content)
    refuse(path, StoreError, match)


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    foreign(private(path))
    refuse(path, StoreError, "another program")


async def test_half_a_database_is_refused(path: Path) -> None:
    await filled(path, 500)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refuse(path, StoreError, "cut off")


async def test_a_newer_database_is_refused(path: Path) -> None:
    await filled(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    refuse(path, SchemaTooNew, "newer looptui")


async def test_a_newer_version_that_is_only_in_the_log_is_seen(path: Path) -> None:
    await filled(path, 3)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
        refuse(path, SchemaTooNew, "newer looptui")


async def test_a_database_without_its_tables_is_refused(path: Path) -> None:
    await filled(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE tree")
    with pytest.raises(StoreError, match="no such table"):
        Store.open(path)


async def test_a_damaged_first_page_is_refused(path: Path) -> None:
    await filled(path, 100)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 400)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    foreign(target)
    private(path).symlink_to(target)
    with pytest.raises(EnvironmentUnfit, match="cannot be opened"):
        Store.open(path)


def test_without_create_there_must_be_one(path: Path) -> None:
    with pytest.raises(StoreError, match="There is no state"):
        Store.open(path, create=False)
    assert not path.parent.exists()


READ_ONLY = """
import asyncio, ctypes, sys
from pathlib import Path
from looptui.errors import EnvironmentUnfit
from looptui.store.store import Store
if sys.platform == "linux":  # root may write anywhere until it drops its capabilities
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(header, none) == 0
try:
    Store.open(Path(sys.argv[1]))
except EnvironmentUnfit as error:
    print(error.message, "|", error.hint)
"""


async def test_a_read_only_directory_is_unfit(path: Path) -> None:
    await filled(path, 1)
    path.parent.chmod(0o500)
    assert "read-only" in finish(start(READ_ONLY, path))
    path.parent.chmod(0o700)
    path.chmod(0o400)
    assert "state.db is read-only" in finish(start(READ_ONLY, path))


def test_a_directory_in_a_read_only_one_is_unfit(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "LOOPTUI_HOME" in finish(start(READ_ONLY, tmp_path / "state" / "state.db"))


async def test_a_full_disk_loses_nothing_that_was_acknowledged(path: Path) -> None:
    store = Store.open(path)
    await grow(store, 1)
    store._writer.submit(
        lambda tx: tx.connection.execute("PRAGMA max_page_count=60").fetchone(), durable=False
    ).result()
    kept = 1
    big = event(f'"{"x" * 4000}"')
    with suppress(EnvironmentUnfit):
        while await store.append("r1", kept, [big], durable=True):
            kept += 1
    with pytest.raises(EnvironmentUnfit, match="full"):
        await store.append("r1", kept, [big], durable=True)
    assert len(await store.read("r1")) == kept
    await store.close()
    assert audit.verify(path).size == kept
    store = Store.open(path)
    await grow(store, 1, start=kept)
    await store.close()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from looptui.errors import EnvironmentUnfit
from looptui.store.store import Store
import sqlite_utils.migrations
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    Store.open(Path(sys.argv[1]))
except EnvironmentUnfit as error:
    print(error.message, "|", error.hint)
"""


async def test_a_disk_too_full_to_begin_is_told_and_leaves_no_half_database(path: Path) -> None:
    assert "cannot be read or written" in finish(start(FULL_DISK, path))
    assert not path.exists()
    await filled(path, 1)
    assert {file.name for file in path.parent.iterdir()} == {"state.db"}


OPENING = """
import sys, asyncio
from pathlib import Path
from looptui.store.store import Store
import sqlite_utils.migrations
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
asyncio.run(store.close())
"""


def test_processes_that_create_it_at_once_share_one(path: Path) -> None:
    processes = [start(OPENING, path) for _ in range(4)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert finish(process) == "open\n"
    assert audit.verify(path).ok


DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from looptui.store.opening import open_writer
import sqlite_utils.migrations
deadly, calls = int(sys.argv[2]), 0
def count(frame, kind, argument):
    global calls
    calls += 1
    if calls == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(count)
connection = open_writer(Path(sys.argv[1]), create=True)
sys.setprofile(None)
connection.close()
print(calls)
"""


def test_killed_at_any_call_while_it_is_made_it_is_made_again(tmp_path: Path) -> None:
    calls = int(finish(start(DYING, tmp_path / "whole" / "state.db", "0")))
    found = []
    for deadly in (*(calls * part // 8 for part in range(1, 8)), calls - 60, calls - 25, calls - 5):
        path = tmp_path / f"s{deadly}" / "state.db"
        process = start(DYING, path, str(deadly))
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        found.append(path.exists())
        open_writer(path, create=True).close()
        assert audit.verify(path).ok
        assert {file.name for file in path.parent.iterdir()} <= {"state.db", *SIDE_FILES}
    assert set(found) == {False, True}


async def test_an_older_database_is_backed_up_and_upgraded(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(path, 5, checkpoint=True)
    now = schema.SCHEMA_VERSION

    def migrate(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE extra (a)")
        connection.execute(f"PRAGMA user_version={now + 1}")
        connection.execute("COMMIT")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", now + 1)
    monkeypatch.setattr(schema, "migrate", migrate)
    store = Store.open(path)
    await store.append("r1", 5, [event()], durable=True)
    await store.close()
    (backup,) = path.parent.glob(f"state.db.v{now}-*.bak")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    monkeypatch.undo()
    shutil.copy(backup, path)
    store = Store.open(path)
    assert await store.last_seq() == 5
    await store.close()


def test_migrating_an_up_to_date_database_changes_nothing(path: Path) -> None:
    private(path).touch()
    with closing(connect(path)) as connection:
        schema.migrate(connection)
        before = connection.execute("SELECT * FROM sqlite_master").fetchall()
        origin = connection.execute("SELECT * FROM tree").fetchall()
        schema.migrate(connection)
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == before
        assert connection.execute("SELECT * FROM tree").fetchall() == origin


IMPORTS = """
import asyncio, sys
from pathlib import Path
from looptui.store.store import Store
asyncio.run(Store.open(Path(sys.argv[1])).close())
print(sorted({name.partition(".")[0] for name in sys.modules} & {
    "sqlite_utils", "click", "textual", "rich", "litellm", "git", "pydantic"}))
"""


async def test_opening_imports_nothing_heavy(path: Path) -> None:
    await filled(path, 1)
    assert finish(start(IMPORTS, path)) == "[]\n"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(("version", "mode"), [((3, 51, 2), "delete"), ((3, 53, 0), "wal")])
async def test_the_journal_fits_the_version(
    path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], mode: str
) -> None:
    await filled(path, 3)
    monkeypatch.setattr(driver, "_version", lambda: version)
    await filled(path.parent / "two" / "state.db", 3)
    store = Store.open(path)
    await store.append("r1", 3, [event()], durable=False)
    for file in (path, path.parent / "two" / "state.db"):
        with closing(connect(file, read_only=True)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == (mode,)
    assert audit.verify(path).size == 4
    assert [e.n for e in await store.read("r1")] == [1, 2, 3, 4]
    await store.close()


async def test_wal_in_use_by_another_process_is_not_joined_by_a_version_that_corrupts_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(path, 1)
    with closing(connect(path)) as other:
        other.execute("SELECT * FROM tree").fetchall()
        monkeypatch.setattr(driver, "_version", lambda: (3, 40, 1))
        with pytest.raises(StoreError, match="locked"):
            Store.open(path)


def test_an_ancient_sqlite_is_unfit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_version", lambda: (3, 31, 0))
    with pytest.raises(EnvironmentUnfit, match="too old"):
        open_writer(path, create=True)


STANDARD = """
import asyncio, sys
sys.modules["pysqlite3"] = None
import sqlite3
from pathlib import Path
from looptui.store.driver import sqlite3 as used
from looptui.store.store import Store
from looptui.store.events import NewEvent
from looptui.store import audit
assert used is sqlite3
async def main(path):
    store = Store.open(path)
    await store.append("r1", 0, [NewEvent("k", "{}", "a", 1.0)], durable=True)
    await store.put(b"blob")
    await store.checkpoint()
    await store.close()
    print(audit.verify(path).ok)
asyncio.run(main(Path(sys.argv[1])))
"""


def test_it_works_with_the_sqlite_of_the_standard_library(path: Path) -> None:
    assert finish(start(STANDARD, path)) == "True\n"
