"""Everything that is known of a run, as one file for others to read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from looptui.core import events as ev
from looptui.errors import EnvironmentUnfit, LooptuiError, UsageError
from looptui.projections.values import RunView
from looptui.store import audit
from looptui.store.reader import Reader
from looptui.wire import views

ABOUT = """\
A run of looptui, exported.

run.json            the run and its iterations, as `looptui show RUN --json` prints them
events.jsonl        every event with the hash of its leaf in the log
loop.json           the loop as it was trusted
iterations/N/       prompt, candidate.diff, what each gate printed, what the maker printed
"""


def bundle(reader: Reader, state_dir: Path, database: Path, view: RunView, file: Path) -> int:
    """Write a run to a new zip file; how many files are in it. Secrets are scrubbed as stored.

    UsageError where the file is there already, EnvironmentUnfit where it cannot be written.
    """
    count = 0
    try:
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
            for name, content in _parts(reader, state_dir, database, view):
                archive.writestr(name, content)
                count += 1
    except FileExistsError as error:
        raise UsageError(f"{file} is there already", "Name another file with -o.") from error
    except OSError as error:
        file.unlink(missing_ok=True)
        raise EnvironmentUnfit(
            f"{file} cannot be written: {error.strerror}", "Name another file with -o."
        ) from error
    except LooptuiError:
        file.unlink(missing_ok=True)
        raise
    return count


def _parts(
    reader: Reader, state_dir: Path, database: Path, view: RunView
) -> Iterator[tuple[str, bytes | str]]:
    made = [asdict(one) for one in views.iterations(reader, view.id)]
    yield "README.txt", ABOUT
    yield "run.json", json.dumps({**asdict(view), "iterations": made}, indent=1)
    mark = f'"run": "{view.id}"'
    lines = (line for line in audit.export(database) if mark in line[:200])
    yield "events.jsonl", "".join(f"{line}\n" for line in lines)
    yield from _evidence(reader, view.id)
    for path in sorted((state_dir / "transcripts" / view.id).glob("*.log")):
        yield f"iterations/{path.stem}/maker.log", path.read_bytes()


def _evidence(reader: Reader, run: str) -> Iterator[tuple[str, bytes]]:
    """Prompts, diffs and outputs; of a gate that ran more than once the newest."""
    found: dict[str, str] = {}
    for stored in reader.events(run, 0, -1):
        event, _ = ev.decode(stored.kind, stored.data)
        match event:
            case ev.RunCreated(spec=spec) if spec:
                found["loop.json"] = spec
            case ev.PromptBuilt():
                found[f"iterations/{event.iteration}/prompt.txt"] = event.prompt
            case ev.CandidateCaptured() if event.diff:
                found[f"iterations/{event.iteration}/candidate.diff"] = event.diff
            case ev.GateFinished() if event.output:
                found[f"iterations/{event.iteration}/gate-{event.gate}.txt"] = event.output
            case ev.GateFinished() if event.sealed:
                found[f"iterations/{event.iteration}/gate-{event.gate}.txt"] = event.sealed
    for name, reference in found.items():
        yield name, reader.blob(reference)
