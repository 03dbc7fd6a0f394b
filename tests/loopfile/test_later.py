"""Nothing in a loop file is silently ignored."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from looptui import loopfile
from looptui.core.spec import Loop
from looptui.loopfile import build, later
from looptui.loopfile.model import LoopTable
from looptui.loopfile.problem import Path, written
from looptui.loopfile.reword import _fields, _models
from tests.loopfile.texts import CONTRACT, FULL, changed

Data = dict[str, Any]


def full() -> Data:
    return tomllib.loads(FULL.read_text(), parse_float=Decimal)


def read(data: Data) -> Loop:
    return build.loop(LoopTable.model_validate(data), later.asked_for(data))


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def without(data: Data, path: Path) -> Data:
    smaller = copy.deepcopy(data)
    inner: Any = smaller
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return smaller


def refused(path: Path, loop: Loop) -> bool:
    return any(written(path[:n]) in loop.later for n in range(1, len(path) + 1))


@pytest.mark.parametrize("path", list(leaves(full())), ids=written)
def test_every_line_of_the_full_example_matters(path: Path) -> None:
    data = full()
    loop = read(data)
    if refused(path, loop):
        return
    try:
        changed_loop = read(without(data, path))
    except ValidationError:
        return
    same_as_default = path in {("gates", 0, "kind"), ("gates", 3, "order")}
    assert changed_loop != loop or same_as_default


def keys(model: type[BaseModel], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, annotation in _fields(model):
        yield (*at, name)
        for inner in _models(annotation):
            yield from keys(inner, (*at, name))


def test_the_full_example_uses_every_key_there_is() -> None:
    used = {tuple(s for s in path[:n] if isinstance(s, str))
            for path in leaves(full()) for n in range(1, len(path) + 1)}  # fmt: skip
    assert set(keys(LoopTable)) - used == {("maker", "run")}


def test_every_rule_names_a_key_that_exists() -> None:
    known = {".".join(key) for key in keys(LoopTable)}
    assert [one.place for one in later.LATER if one.place.replace(".*", "") not in known] == []


def test_every_rule_speaks_about_the_full_example() -> None:
    asked = {written(tuple(s for s in path.replace("]", "").replace("[", ".").split(".")
                           if not s.isdigit())) for path in read(full()).later}  # fmt: skip
    silent = {one.place.replace(".*", "") for one in later.LATER} - asked
    assert silent == {"gates.argv"}


def test_what_a_run_says() -> None:
    reasons = loopfile.unsupported(read(full()))
    assert len(reasons) == len(read(full()).later)
    assert all(": not in this version of looptui: " in reason for reason in reasons)


def test_defaults_written_out_are_not_refused() -> None:
    text = (
        CONTRACT
        + """
on_trip = "pause"
human_wait = { give_up_after = "12h", then = "stop" }
[workspace]
repo = "."
isolation = "worktree"
[permissions]
read = ["**"]
commands = []
network = "none"
allow_hosts = []
env = ["PATH", "HOME", "LANG"]
on_denied = "deny-and-count"
[approval]
second_person = false
remember = "once"
[memory]
scope = ["loop"]
write = "auto"
[triggers]
manual = true
max_concurrent = 1
if_running = "skip"
after = []
[telemetry]
content = false
"""
    )
    loop = loopfile.loads(changed("[goal]", "[goal]\ndecompose = false", text)).loop
    assert loop.later == ()
    assert loopfile.unsupported(loop) == ()


def test_a_maker_that_is_not_installed_is_refused_by_name() -> None:
    trusted = loopfile.loads(CONTRACT).loop
    loop = replace(trusted, maker=replace(trusted.maker, agent="my-maker"))
    assert loop.later == ()
    assert loopfile.unsupported(loop) == ('maker.agent: no maker "my-maker" is installed',)
    assert loopfile.unsupported(loop, ("my-maker",)) == ()
