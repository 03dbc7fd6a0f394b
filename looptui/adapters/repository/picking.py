"""A tree with only some parts of a change: git applies the hunks, files as a whole are copied."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence

from looptui.adapters.repository.diffing import patch
from looptui.adapters.repository.errors import GitFailed
from looptui.adapters.repository.runner import Place, run
from looptui.adapters.repository.shadow import Shadow
from looptui.errors import RepoError, UsageError
from looptui.projections.patch import Diff, DiffFile
from looptui.projections.patch_reading import parse_diff

LARGEST = 64 << 20
"""Bytes of a diff that can be taken apart."""


def picked(shadow: Shadow, base: str, tree: str, parts: Sequence[int]) -> str:
    """`base` with these parts of the change to `tree`; all of them give `tree` itself."""
    output = patch(shadow, base, tree, limit=LARGEST)
    if output.cut:
        raise UsageError(
            "The change is too large to be taken apart", "Approve it, or send it back."
        )
    diff = parse_diff(output.out.decode("utf-8", "surrogateescape"))
    wanted = set(parts)
    if unknown := wanted - set(range(1, len(diff.parts) + 1)):
        what = f"The change has {len(diff.parts)} hunks, and none with number {min(unknown)}"
        raise UsageError(what, "`looptui diff RUN --hunks` counts them.")
    with shadow.scratch_index() as place:
        run(place, "read-tree", base)
        try:
            _copy(place, tree, list(_whole(diff, wanted)))
            mixed = b"".join(_patches(diff, wanted))
            if mixed:
                run(place, "apply", "--cached", "--whitespace=nowarn", "-", stdin=mixed)
            made = run(place, "write-tree").text()
        except GitFailed as failed:
            raise _entangled() from failed
        changed = run(place, "diff-tree", "-r", "-z", "--name-only", "--no-renames", base, made)
    if set(changed.fields()) - _names(diff, wanted):
        raise _entangled()
    return made


def _entangled() -> RepoError:
    """A file, say, that would have to go because a directory takes its name."""
    return RepoError("These hunks cannot be taken without the others", "Take the files as a whole.")


def _names(diff: Diff, wanted: Collection[int]) -> set[str]:
    """The paths that these parts may change."""
    files = [
        file
        for group, numbers in _groups(diff)
        if any(number in wanted for number in numbers)
        for file in group
    ]
    return {name for file in files for name in (file.path, file.old_path)}


def _groups(diff: Diff) -> Iterator[tuple[list[DiffFile], list[int]]]:
    """Files with the numbers of their parts; one that replaces another comes with it."""
    groups: dict[int, tuple[list[DiffFile], list[int]]] = {}
    first = 0
    for place, file in enumerate(diff.files):
        first = first if file.joined else place
        groups.setdefault(first, ([], []))[0].append(file)
    for number, part in enumerate(diff.parts, 1):
        groups[part.file][1].append(number)
    yield from groups.values()


def _whole(diff: Diff, wanted: Collection[int]) -> Iterator[str]:
    """The paths of files that are taken as they are in the new tree, old names too."""
    for files, numbers in _groups(diff):
        if all(number in wanted for number in numbers):
            for file in files:
                yield file.path
                if file.status == "renamed":
                    yield file.old_path


def _copy(place: Place, tree: str, names: list[str]) -> None:
    """Make these paths of the index as they are in a tree, or remove them."""
    if not names:
        return
    listed = run(place, "ls-tree", "-r", "-z", tree).fields()
    there = {line.partition("\t")[2]: line for line in listed}
    gone = [f"0 {'0' * len(tree)}\t{name}" for name in names if name not in there]
    lines = (*gone, *(there[name] for name in names if name in there))
    entries = os.fsencode("".join(line + "\0" for line in lines))
    run(place, "update-index", "-z", "--index-info", stdin=entries)


def _patches(diff: Diff, wanted: Collection[int]) -> Iterator[bytes]:
    """What git is to apply: files of which some parts are taken and some are not."""
    for files, numbers in _groups(diff):
        taken = [number for number in numbers if number in wanted]
        if taken and len(taken) < len(numbers):
            text = "".join(f"{line}\n" for line in _patch(diff, files[0], taken))
            yield text.encode("utf-8", "surrogateescape")


def _patch(diff: Diff, file: DiffFile, taken: Sequence[int]) -> Iterator[str]:
    parts = [diff.parts[number - 1] for number in taken]
    hunks = [part.hunk for part in parts if part.hunk is not None]
    with_mode = len(hunks) < len(parts)
    for line in file.header:
        about_mode = line.startswith(("old mode ", "new mode "))
        about_lines = line.startswith(("--- ", "+++ "))
        dropped = (about_mode and not with_mode) or (about_lines and not hunks)
        if not dropped and not line.startswith("index "):
            yield line
    shift = 0
    for hunk in hunks:
        part = diff.hunks[hunk]
        # Where the hunk begins when those before it that are left out are not there.
        new_start = part.old_start + shift + (not part.old_size) - (not part.new_size)
        yield f"@@ -{part.old_start},{part.old_size} +{new_start},{part.new_size} @@"
        yield from diff.body(hunk).split("\n")
        shift += part.new_size - part.old_size
