"""Records shared through the repository: taken over from its files, written to them when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.memory import Memory
from looptui.core.sharing import digest, is_gone, key_for, standing
from looptui.core.shelf import content_of
from looptui.engine.memory_rows import memory_of
from looptui.errors import ConfigError, UsageError
from looptui.text import safe
from looptui.wire import remembering, shared_file

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_FOLDER = f"{paths.REPO_DIR}/memory"
Files = Mapping[str, Mapping[str, ev.Content]]
"""What files say, by their paths below the top and the names of their records."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record."""

    done: str
    """added, changed, linked, forgotten, written, removed; or `clash`, and nothing was done."""
    id: str
    shared: str
    text: str


async def take_over(
    desk: Desk, names: Sequence[str] = (), *, theirs: bool = False
) -> list[Outcome]:
    """Bring the records to what the files of the repository say; all of them without names.

    A record that was edited here as well is left alone, unless `theirs` says otherwise.
    """
    files = _files(desk.repository.root, names)
    known = _shared(desk)
    done: list[Outcome] = []
    for file, blocks in files.items():
        for key, content in blocks.items():
            record = known.get(f"{file}#{key}")
            done += await _taken(desk, f"{file}#{key}", content, record, theirs=theirs)
    for shared, record in known.items():
        file, _, key = shared.partition("#")
        asked = file in files or not names
        if asked and key not in files.get(file, {}) and not is_gone(record):
            done.append(await _let_go(desk, record, theirs=theirs))
    return done


async def write_out(
    desk: Desk, records: Sequence[Memory] = (), name: str = "shared", *, ours: bool = False
) -> list[Outcome]:
    """Write to the files what was edited here, and `records` anew to the file of a name.

    What was changed in a file as well is left alone, unless `ours` says otherwise.
    """
    root, known = desk.repository.root, _shared(desk)
    fresh = {_address(one, name): one for one in records if not one.shared}
    wanted = known | fresh
    done: list[Outcome] = []
    for file in sorted({shared.partition("#")[0] for shared in wanted}):
        filed = dict(_files(root, [file]).get(file, {})) if (root / file).exists() else {}
        here = {
            shared.partition("#")[2]: one
            for shared, one in wanted.items()
            if shared.partition("#")[0] == file
        }
        done += await _written(desk, file, here, filed, ours=ours)
    return done


async def _taken(
    desk: Desk, shared: str, content: ev.Content, record: Memory | None, *, theirs: bool
) -> list[Outcome]:
    agreed = digest(content)
    if record is None:
        return [await _added(desk, shared, content)]
    state = standing(record, content)
    if state == "ours" and not theirs:
        return []
    if state == "both" and not theirs:
        return [Outcome("clash", record.id, shared, content.text)]
    if state == "same" and record.agreed == agreed:
        return []
    await _revise(desk, record, replace(content, shared=shared, agreed=agreed))
    return [] if state == "same" else [Outcome("changed", record.id, shared, content.text)]


async def _added(desk: Desk, shared: str, content: ev.Content) -> Outcome:
    """A new record, or the one that says the same here already."""
    agreed = digest(content)
    words = " ".join(content.text.split())
    rows = [memory_of(row) for row in desk.reader.memory("repository") if row.text]
    same = [one for one in rows if " ".join(one.text.split()) == words and one.state == "active"]
    if same and not same[0].shared:
        await _revise(desk, same[0], replace(content, shared=shared, agreed=agreed))
        return Outcome("linked", same[0].id, shared, content.text)
    asked = cmd.Remember(
        content.type, content.text, "repository", content.subject, content.why, content.tags,
        content.files, content.pinned, content.blobs, shared, agreed,
    )  # fmt: skip
    return Outcome("added", await remembering.carry_out(desk, asked), shared, content.text)


async def _let_go(desk: Desk, record: Memory, *, theirs: bool) -> Outcome:
    """The file has it no more: forgotten, unless it was edited here meanwhile."""
    if digest(content_of(record)) != record.agreed and not theirs:
        return Outcome("clash", record.id, record.shared, record.text)
    asked = cmd.Revise(record.id, state="forgotten", shared="", agreed="")
    await remembering.carry_out(desk, asked)
    return Outcome("forgotten", record.id, record.shared, record.text)


async def _revise(desk: Desk, record: Memory, content: ev.Content) -> None:
    await remembering.carry_out(
        desk,
        cmd.Revise(
            record.id, content.type, "repository", content.subject, content.text, content.why,
            content.tags, content.files, content.pinned, "active",
            blobs=content.blobs, shared=content.shared, agreed=content.agreed,
        ),
    )  # fmt: skip


async def _written(
    desk: Desk,
    file: str,
    here: Mapping[str, Memory],
    filed: Mapping[str, ev.Content],
    *,
    ours: bool,
) -> list[Outcome]:
    changes: dict[str, ev.Content | None] = {}
    done: list[Outcome] = []
    for key, record in here.items():
        shared, there = f"{file}#{key}", filed.get(key)
        state = standing(record, there) if there else "ours"
        gone = there is None and bool(record.shared)
        if (is_gone(record) and there is None) or state in ("same", "theirs"):
            continue
        if (state == "both" or gone) and not ours:
            done.append(Outcome("clash", record.id, shared, record.text))
            continue
        removed = is_gone(record)
        changes[key] = None if removed else content_of(record)
        done.append(Outcome("removed" if removed else "written", record.id, shared, record.text))
    if changes:
        _write(desk.repository.root, file, changes)
        await _agree(desk, file, here, changes)
    return done


async def _agree(
    desk: Desk, file: str, here: Mapping[str, Memory], changes: Mapping[str, ev.Content | None]
) -> None:
    """Say in the records what the file says by now."""
    for key, content in changes.items():
        shared = f"{file}#{key}" if content else ""
        agreed = digest(content) if content else ""
        await remembering.carry_out(desk, cmd.Revise(here[key].id, shared=shared, agreed=agreed))


def _shared(desk: Desk) -> dict[str, Memory]:
    """The records that stand in a file, by file and name there."""
    records = [memory_of(row) for row in desk.reader.memory() if row.text]
    return {one.shared: one for one in records if one.shared}


def _address(record: Memory, name: str) -> str:
    if record.scope != "repository":
        raise UsageError(
            f"{record.id} is of {record.scope}; files hold what holds for the repository",
            f"`looptui memory edit {record.id} --scope repository` widens it.",
        )
    if record.state != "active":
        raise UsageError(f"{record.id} is {record.state}", "Only active records are shared.")
    return f"{_FOLDER}/{name.removesuffix('.toml')}.toml#{key_for(record)}"


def _files(root: Path, names: Sequence[str]) -> dict[str, dict[str, ev.Content]]:
    folder = root / _FOLDER
    found = [_place(root, name) for name in names] or sorted(folder.glob("*.toml"))
    return {
        place.relative_to(root).as_posix(): shared_file.read(_text(root, place), place.name)
        for place in found
    }


def _place(root: Path, name: str) -> Path:
    """Where the file of a name or path lies. UsageError for what is no file of shared records."""
    place = root / _FOLDER / f"{Path(name).name.removesuffix('.toml')}.toml"
    plain = all(char.isalnum() or char in "-_." for char in place.name)
    if not plain or place.name.startswith("."):
        raise UsageError(f"{safe(name)!r} is no name for a file", "Take letters, digits, dashes.")
    return place


def _text(root: Path, place: Path) -> str:
    """What a file holds; links that lead out of the repository are not followed."""
    if not place.resolve().is_relative_to(root.resolve()):
        raise ConfigError(f"{place.name} leads out of the repository", "Put a file in its place.")
    try:
        data = place.read_bytes()
        if len(data) > shared_file.LARGEST:
            raise ConfigError(f"{place.name} is too large", f"At most {shared_file.LARGEST:,}.")
        return data.decode()
    except FileNotFoundError:
        hint = f"Files of shared records lie in {_FOLDER}; `looptui memory export ID` makes one."
        raise UsageError(f"There is no {place.name}", hint) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{place.name} is no UTF-8", "Save it as UTF-8.") from None


def _write(root: Path, file: str, changes: Mapping[str, ev.Content | None]) -> None:
    place = _place(root, file)
    before = _text(root, place) if place.exists() else ""
    text = shared_file.changed(before, place.name, changes)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.parent.resolve().is_relative_to(root.resolve()):
        raise ConfigError(f"{_FOLDER} leads out of the repository", "Put a directory there.")
    beside = place.with_suffix(".new")
    beside.write_text(text, "utf-8", "backslashreplace")
    beside.replace(place)
