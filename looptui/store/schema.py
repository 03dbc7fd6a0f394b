"""Tables, triggers and migrations. A migration that was released is never edited; add another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from looptui.store.driver import sqlite3

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x4C4F4F50
"""`LOOP` in the file's header: by this a database of ours is known."""
SCHEMA_VERSION = 3
"""The `user_version` of a database on which every migration ran."""


def _append_only(table: str) -> str:
    return f"""
    CREATE TRIGGER {table}_keep_update BEFORE UPDATE ON {table}
      BEGIN SELECT raise(ABORT, '{table} is append-only'); END;
    CREATE TRIGGER {table}_keep_delete BEFORE DELETE ON {table}
      BEGIN SELECT raise(ABORT, '{table} is append-only'); END;
    """


# Runs, actors and kinds are stored once in `names`: with its leaf hash and its index an event
# takes 81 bytes beyond its data, and 50 more with these as text in each row.
_LOG = f"""
CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
{_append_only("names")}
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES names(id),
  n INTEGER NOT NULL,
  at REAL NOT NULL,
  actor INTEGER NOT NULL REFERENCES names(id),
  kind INTEGER NOT NULL REFERENCES names(id),
  data TEXT NOT NULL,
  leaf BLOB NOT NULL,
  UNIQUE (run, n)
) STRICT;
{_append_only("events")}
CREATE TRIGGER events_keep_replace BEFORE INSERT ON events
  WHEN EXISTS (SELECT 1 FROM events WHERE seq >= NEW.seq)
    OR EXISTS (SELECT 1 FROM events WHERE run = NEW.run AND n >= NEW.n)
  BEGIN SELECT raise(ABORT, 'events is append-only'); END;
CREATE VIEW log AS
  SELECT e.seq, r.name AS run, e.n, e.at, a.name AS actor, k.name AS kind, e.data, e.leaf
  FROM events e
  JOIN names r ON r.id = e.run JOIN names a ON a.id = e.actor JOIN names k ON k.id = e.kind;
CREATE TABLE tree (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  nodes BLOB NOT NULL
) STRICT;
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL
) STRICT;
{_append_only("checkpoints")}
"""

_ROWS = """
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  loop TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT '',
  phase TEXT NOT NULL DEFAULT '',
  created REAL NOT NULL DEFAULT 0,
  updated REAL NOT NULL DEFAULT 0,
  summary TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE TABLE iterations (
  run TEXT NOT NULL,
  n INTEGER NOT NULL,
  data TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE needs (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  tree TEXT,
  since REAL NOT NULL DEFAULT 0,
  closed REAL,
  data TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_open ON needs (since) WHERE closed IS NULL;
CREATE TABLE memory (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL DEFAULT '{}',
  state TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_about ON memory (scope, subject);
"""

_REST = """
CREATE TABLE commands (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  actor TEXT NOT NULL,
  at REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'refused')),
  reason TEXT NOT NULL DEFAULT '',
  seq INTEGER
) STRICT;
CREATE INDEX commands_open ON commands (run) WHERE state = 'open';
CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL,
  day TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  settled INTEGER CHECK (settled >= 0)
) STRICT;
CREATE INDEX reservations_run ON reservations (run, settled, amount);
CREATE INDEX reservations_day ON reservations (day, settled, amount);
CREATE TABLE blobs (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  packed BLOB NOT NULL
) STRICT;
"""

# The words are kept in the index itself, since records change: what was indexed must be known.
_WORDS = """
ALTER TABLE memory ADD COLUMN at REAL NOT NULL DEFAULT 0;
ALTER TABLE memory ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory ADD COLUMN helped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX memory_newest ON memory (scope, state, at);
CREATE INDEX memory_pinned ON memory (scope) WHERE pinned = 1;
CREATE TABLE memory_numbers (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE memory_words USING fts5 (words, tokenize = 'porter unicode61');
INSERT INTO memory_numbers (id) SELECT id FROM memory WHERE text != '';
INSERT INTO memory_words (rowid, words)
  SELECT number, subject || ' ' || text FROM memory JOIN memory_numbers USING (id);
CREATE TRIGGER memory_index_new AFTER INSERT ON memory WHEN NEW.text != ''
  BEGIN
    INSERT INTO memory_numbers (id) VALUES (NEW.id);
    INSERT INTO memory_words (rowid, words) VALUES (last_insert_rowid(), NEW.subject || ' ' ||
      NEW.text || ' ' || coalesce(NEW.data ->> 'why', '') || ' ' ||
      coalesce(NEW.data ->> 'tags', '') || ' ' || coalesce(NEW.data ->> 'files', ''));
  END;
CREATE TRIGGER memory_index_changed AFTER UPDATE OF subject, text, data ON memory
  WHEN NEW.text != ''
  BEGIN
    UPDATE memory_words SET words = NEW.subject || ' ' || NEW.text || ' ' ||
      coalesce(NEW.data ->> 'why', '') || ' ' || coalesce(NEW.data ->> 'tags', '') || ' ' ||
      coalesce(NEW.data ->> 'files', '')
    WHERE rowid = (SELECT number FROM memory_numbers WHERE id = NEW.id);
  END;
"""


# Money of a call is counted for its run, its iteration, its loop and its day, and so are tokens.
_METERED = """
ALTER TABLE reservations ADD COLUMN loop TEXT NOT NULL DEFAULT '';
ALTER TABLE reservations ADD COLUMN iteration INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reservations ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reservations ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
DROP INDEX reservations_run;
DROP INDEX reservations_day;
CREATE INDEX reservations_run ON reservations (run, iteration, settled, amount, tokens, used);
CREATE INDEX reservations_day ON reservations (day, loop, settled, amount);
CREATE INDEX reservations_open ON reservations (run) WHERE settled IS NULL;
"""


def migrate(connection: sqlite3.Connection) -> None:
    """Run the migrations that this database lacks, each in a transaction with its record."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("looptui")

    @migrations()
    def m001_first(db: Database) -> None:
        db.executescript(_LOG + _ROWS + _REST)
        origin = f"looptui.log/{os.urandom(16).hex()}"
        db.execute("INSERT INTO tree VALUES (1, ?, 0, x'')", [origin])
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute("PRAGMA user_version=1")

    @migrations()
    def m002_words_of_memory(db: Database) -> None:
        db.executescript(_WORDS)
        db.execute("PRAGMA user_version=2")

    @migrations()
    def m003_metered_calls(db: Database) -> None:
        db.executescript(_METERED)
        db.execute("PRAGMA user_version=3")

    migrations.apply(Database(connection, execute_plugins=False))
