"""The log of a repository as others read it: line by line, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from looptui.errors import EnvironmentUnfit
from looptui.store import audit
from looptui.store.events import StoredEvent
from looptui.store.reader import Reader

COLUMNS = ("seq", "run", "n", "at", "actor", "kind", "leaf", "data")
_PAGE = 2000


def events(reader: Reader, run: str | None, since: int) -> Iterator[StoredEvent]:
    """Events behind `since`, of one run or of all, oldest first."""
    if run is not None:
        yield from (event for event in reader.events(run, limit=-1) if event.seq > since)
        return
    while page := reader.events_since(since, _PAGE):
        yield from page
        since = page[-1].seq


def exported(database: Path, form: str) -> Iterator[str]:
    """The whole log as lines of text without their ends: `jsonl` or `csv` (with a header)."""
    if not database.exists():
        return
    lines = audit.export(database)
    yield from lines if form == "jsonl" else _as_csv(lines)


def _as_csv(lines: Iterable[str]) -> Iterator[str]:
    yield ",".join(COLUMNS)
    for line in lines:
        entry = json.loads(line)
        entry["data"] = json.dumps(entry["data"], ensure_ascii=True, sort_keys=True)
        yield _csv_line([entry[name] for name in COLUMNS])


def _csv_line(cells: list[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def write(file: Path, lines: Iterable[str]) -> int:
    """Write lines to a file that only you can read; its old content stays until all is there.

    The number of lines. EnvironmentUnfit where the file cannot be written.
    """
    count = 0
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                for line in lines:
                    out.write(f"{line}\n")
                    count += 1
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentUnfit(
            f"{file} cannot be written: {error.strerror}", "Name another file with -o."
        ) from error
    return count
