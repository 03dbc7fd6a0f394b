"""What memory could do without is proposed, and put away when a person says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.cli.shell import Shell

SAID = "The public api pages its lists with opaque cursors and never with plain offsets"


def test_nothing_is_changed_without_a_yes(shell: Shell) -> None:
    assert "Nothing to put away" in shell("memory", "prune").err
    shell("memory", "add", SAID, "--tag", "api")
    shell("memory", "add", SAID.replace("plain ", ""), "--tag", "lists", "--pin")
    shell("memory", "add", SAID.replace("never ", ""))
    shell("memory", "add", "An old thought that no prompt ever had")
    (database,) = (shell.place / "state").glob("*/state.db")
    with closing(sqlite3.connect(database)) as rows, rows:
        rows.execute("UPDATE memory SET at = at - 100 * 86400 WHERE id = 'm-004'")
    told = shell("memory", "prune")
    assert "--yes does that" in told.err
    assert "says nearly the same as m-002" in told.out
    assert "in no prompt for 100 days" in told.out
    assert len(shell("memory", "list", "--json").json["records"]) == 4
    done = shell("memory", "prune", "--yes", "--json").json
    assert [(one["fault"], one["put_away"], one["keep"]) for one in done["proposals"]] == [
        ("duplicate", ["m-001"], ["m-002"]),
        ("unused", ["m-004"], []),
    ]
    left = shell("memory", "list", "--json").json["records"]
    states = {one["id"]: one["state"] for one in left}
    assert states == {"m-001": "superseded", "m-002": "active", "m-003": "active"}
    assert next(one for one in left if one["id"] == "m-002")["tags"] == ["lists", "api"]
    assert "Nothing to put away" in shell("memory", "prune", "--yes").err
    assert "m-004 fact (active)" in shell("memory", "undo").err
    assert shell("memory", "undo").code == 0
    assert {one["state"] for one in shell("memory", "list", "--json").json["records"]} == {"active"}
    assert shell("audit", "verify").code == 0
