"""Sense of permissions: what the maker may change, what it shares, what no file may hold."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.core.protect import ALWAYS_DENIED, matches
from looptui.loopfile.problem import Path
from looptui.loopfile.rules import Facts, Finding, Rule, strings, table
from looptui.text import redact


def _globs(facts: Facts, key: str) -> list[tuple[int, str]]:
    return strings(table(facts.data.get("permissions")).get(key))


def _same(glob: str) -> str:
    return glob.removeprefix("./").removesuffix("/") + ("/**" if glob.endswith("/") else "")


def write_is_denied(facts: Facts) -> Iterator[Finding]:
    denied = {_same(glob) for _, glob in _globs(facts, "deny")}
    for index, glob in _globs(facts, "write"):
        if _same(glob) in denied:
            yield ("permissions", "write", index), f'deny holds "{glob}" too, and deny wins'


def write_below_denied(facts: Facts) -> Iterator[Finding]:
    denied = [glob for _, glob in _globs(facts, "deny")]
    for index, glob in _globs(facts, "write"):
        over = next((one for one in denied if _same(one) != _same(glob)
                     and matches(_same(glob), [one])), None)  # fmt: skip
        if over:
            yield ("permissions", "write", index), f'nothing is left of it: deny holds "{over}"'


def write_is_ours(facts: Facts) -> Iterator[Finding]:
    for index, glob in _globs(facts, "write"):
        path: Path = ("permissions", "write", index)
        if matches(_same(glob), ALWAYS_DENIED):
            yield path, "git's and looptui's own files are never writable"
        elif facts.own_path is not None and _same(glob) == facts.own_path:
            yield path, "a maker must not change the loop that it works for"


def bare_directory(facts: Facts) -> Iterator[Finding]:
    for key in ("write", "deny", "protected"):
        for index, glob in _globs(facts, key):
            plain = not any(char in glob for char in "*?[") and not glob.endswith("/")
            if plain and facts.root is not None and (facts.root / glob).is_dir():
                message = f'"{glob}" is a directory; what is in it is "{glob}/**"'
                yield ("permissions", key, index), message


def less_protection(facts: Facts) -> Iterator[Finding]:
    permissions = table(facts.data.get("permissions"))
    if "protected" in permissions:
        message = "these replace the default ones (tests, their configuration, CI, agent settings)"
        yield ("permissions", "protected"), message


def full_network(facts: Facts) -> Iterator[Finding]:
    if table(facts.data.get("permissions")).get("network") == "full":
        yield ("permissions", "network"), "everything on the network can be reached"


def shared_secrets(facts: Facts) -> Iterator[Finding]:
    for index, shared in strings(table(facts.data.get("workspace")).get("share")):
        if matches(shared, ["**/.env", "**/.env.*"]):
            path = ("workspace", "share", index)
            yield path, "the maker would see it; gates alone get it by share_with_gates"


def shared_git(facts: Facts) -> Iterator[Finding]:
    for key in ("share", "share_with_gates"):
        for index, shared in strings(table(facts.data.get("workspace")).get(key)):
            if ".git" in shared.split("/") or not shared.strip("./"):
                path = ("workspace", key, index)
                yield path, "git's own files are never shared; name what the run needs"


def literal_secret(facts: Facts) -> Iterator[Finding]:
    for path, text in _texts(facts.data):
        if redact(text) != text:
            yield path, "holds what looks like a key; name the environment variable instead"


def _texts(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


RULES = (
    Rule("S040", "error", "a path both writable and denied", write_is_denied),
    Rule("S041", "warning", "a writable path inside a denied one", write_below_denied),
    Rule("S042", "error", "git, looptui or the loop itself writable", write_is_ours),
    Rule("S043", "warning", "a directory without /**", bare_directory),
    Rule("S044", "warning", "other protected paths than the default ones", less_protection),
    Rule("S045", "warning", "the whole network", full_network),
    Rule("S046", "error", "secrets shared with the maker", shared_secrets),
    Rule("S047", "error", "a secret in the file", literal_secret),
    Rule("S048", "error", "git's own files shared", shared_git),
)
