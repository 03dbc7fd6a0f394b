"""`audit`: whole or not, and by which entry; what happened; a copy that can be checked."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from looptui.store.driver import sqlite3
from tests.cli.shell import Shell


@pytest.fixture
def recorded(shell: Shell) -> Shell:
    """A repository with one run that waits for its review."""
    assert shell.run(shell.loop()).code == 4
    return shell


def _database(shell: Shell) -> Path:
    (found,) = (shell.place / "state").glob("*/state.db")
    return found


def _edit(shell: Shell, *statements: str) -> None:
    with sqlite3.connect(_database(shell)) as connection:
        for table in ("events",):
            triggers = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table]
            )
            for (name,) in triggers.fetchall():
                connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_whole_log_is_verified(recorded: Shell) -> None:
    done = recorded("audit", "verify")
    assert done.code == 0
    assert done.out.startswith("ok: ")
    facts = recorded("audit", "verify", "--json").json
    assert (facts["ok"], facts["first_bad"], facts["reason"]) == (True, None, "")
    assert f"{facts['size']} events" in done.out
    assert facts["root"] in done.out


def test_an_edited_entry_is_named(recorded: Shell) -> None:
    _edit(recorded, "UPDATE events SET data = replace(data, 'main', 'evil') WHERE seq = 1")
    done = recorded("audit", "verify")
    assert done.code == 8
    assert "event 1 was changed" in done.out
    assert recorded("audit", "verify", "--json").json["first_bad"] == 1


def test_a_log_that_was_cut_off_is_noticed(recorded: Shell) -> None:
    last = recorded("audit", "verify", "--json").json["size"]
    _edit(recorded, f"DELETE FROM events WHERE seq = {last}")
    done = recorded("audit", "verify", "--json")
    assert (done.code, done.json["first_bad"]) == (8, last)


def test_a_database_that_was_deleted_leaves_its_checkpoint(recorded: Shell) -> None:
    tree = recorded.need()["tree"]
    assert recorded("approve", "fix-tests", "--tree", tree).code == 0
    for file in _database(recorded).parent.glob("state.db*"):
        file.unlink()
    done = recorded("audit", "verify")
    assert done.code == 8
    assert "gone" in done.out


def test_nothing_recorded_is_no_fault(shell: Shell) -> None:
    assert shell("audit", "verify").code == 0
    for words in (("list",), ("export",), ("export", "--format", "csv")):
        assert shell("audit", *words).code == 0
    assert not list(shell.place.glob("state/*/state.db"))


def test_list_says_who_did_what(recorded: Shell) -> None:
    run = recorded.state()["id"]
    everything = recorded("audit", "list", "--json").json["events"]
    assert [event["seq"] for event in everything] == list(range(1, len(everything) + 1))
    assert everything[0]["actor"].startswith("human:")
    assert everything[1]["actor"] == "engine"
    later = recorded("audit", "list", run, "--since", "5", "--json").json["events"]
    assert later == everything[5:]
    lines = recorded("audit", "list", "fix-tests").out.splitlines()
    assert len(lines) == len(everything)
    assert "run.created" in lines[0]
    assert recorded("audit", "list", "nobody").code == 2
    assert recorded("audit", "list", "--since", "-1").code == 2


def test_both_exports_hold_every_event_with_its_leaf(recorded: Shell) -> None:
    size = recorded("audit", "verify", "--json").json["size"]
    entries = recorded("audit", "export").events
    file = recorded.place / "log.csv"
    done = recorded("audit", "export", "--format", "csv", "-o", str(file))
    assert (done.code, done.out) == (0, "")
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(entries) == len(rows) == size
    for entry, row in zip(entries, rows, strict=True):
        assert (str(entry["seq"]), entry["leaf"]) == (row["seq"], row["leaf"])
        assert json.loads(row["data"]) == entry["data"]
        assert len(bytes.fromhex(row["leaf"])) == 32
    assert file.stat().st_mode & 0o077 == 0


def test_an_export_that_fails_leaves_the_old_file(recorded: Shell) -> None:
    file = recorded.place / "log.jsonl"
    file.write_text("yesterday's")
    _edit(recorded, "UPDATE events SET data = CAST(x'ff' AS TEXT) WHERE seq = 3")
    assert recorded("audit", "export", "-o", str(file)).code == 8
    assert file.read_text() == "yesterday's"
    assert [path.name for path in recorded.place.glob(".log*")] == []
    assert recorded("audit", "export", "-o", "/nowhere/at/all").code == 6


def test_an_event_is_proved_to_who_has_only_the_file(recorded: Shell) -> None:
    assert recorded("approve", "fix-tests", "--tree", recorded.need()["tree"]).code == 0
    trailer = next(
        line for line in recorded.git("log", "-1", "--format=%B").split("\n") if "Audit:" in line
    )
    head = trailer.partition(": ")[2]
    size = head.partition("/")[0]
    assert recorded("audit", "prove", "3", "--size", size, "-o", "proof.json").code == 0
    for file in _database(recorded).parent.glob("state.db*"):
        file.rename(file.with_name(f"gone-{file.name}"))
    key = json.loads((recorded.repo / "proof.json").read_text())["key"]
    done = recorded("audit", "check", "proof.json", "--head", head, "--key", key)
    assert done.code == 0
    assert done.out.startswith("proved: event 3, ")
    assert recorded("audit", "check", "proof.json", "--json").json["head"] == head
    other = recorded("audit", "check", "proof.json", "--head", f"9{head}")
    assert (other.code, other.out.startswith("not proved: ")) == (8, True)
    (recorded.repo / "proof.json").write_bytes(b"\xff{}")
    assert recorded("audit", "check", "proof.json").code == 2


def test_what_is_not_in_the_log_is_not_proved(shell: Shell) -> None:
    assert shell("audit", "prove", "1").code == 8
    assert shell.run(shell.loop()).code == 4
    done = shell("audit", "prove", "9999")
    assert (done.code, "no event 9999" in done.err) == (8, True)
