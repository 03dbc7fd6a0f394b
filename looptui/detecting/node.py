"""JavaScript and TypeScript projects: the scripts of package.json, run by whom the lock names."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.detecting.reading import Tree, below, json_line, line_with, strings, table
from looptui.detecting.values import Confidence, Finding, Language, Purpose

_FILE = "package.json"
_LOCKS = (
    ("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun"),
    ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"),
)  # fmt: skip
_NO_TESTS = "no test specified"
"""What `npm init` writes where a test command should be."""
_PURPOSES: tuple[tuple[Purpose, tuple[str, ...], tuple[str, ...]], ...] = (
    ("test", ("test", "test:unit", "test:ci"), ()),
    ("lint", ("lint", "lint:check"), ("lint:fix", "fix")),
    ("format", ("format:check", "fmt:check", "check:format"), ("format", "fmt", "format:fix")),
    ("types", ("typecheck", "type-check", "check:types", "tsc"), ()),
    ("coverage", ("coverage", "test:coverage"), ()),
    ("docs", ("docs:build", "docs", "build:docs"), ()),
)
"""Names of scripts, the usual one first: those that check, and those that mend."""


def languages(tree: Tree) -> Iterator[Language]:
    if tree.has("tsconfig.json"):
        yield Language("TypeScript", "tsconfig.json")
    elif tree.has(_FILE):
        yield Language("JavaScript", _FILE)


def look(tree: Tree, at: str = "") -> Iterator[Finding]:
    """The scripts of the package in a directory."""
    file = below(at, _FILE)
    if not tree.has(file):
        return
    scripts = table(tree.json(file), "scripts")
    manager, lock = _manager(tree, at)
    share, setup = _modules(tree, at, manager, lock)
    for purpose, names, mends in _PURPOSES:
        for name in names:
            said = scripts.get(name)
            if not isinstance(said, str) or _NO_TESTS in said:
                continue
            mend = next((one for one in mends if isinstance(scripts.get(one), str)), "")
            line = json_line(tree, file, "scripts", name)
            confidence, why = _judged(name, said)
            fix = _call(manager, mend, at) if mend else ()
            argv = _call(manager, name, at)
            yield Finding(purpose, argv, file, line, confidence, why, fix, share, setup)
            break
    if lock and not at and manager == "npm":
        yield Finding(
            "lock", ("npm", "ls", "--package-lock-only", "--all", "--silent"), lock,
            fix=("npm", "update", "--package-lock-only", "--no-save"),
        )  # fmt: skip


def _judged(name: str, said: str) -> tuple[Confidence, str]:
    if "--watch" in said and "--watch=false" not in said and "--watchAll=false" not in said:
        return "guess", f"the script {name} watches for changes: it may never end"
    return "sure", f"the script {name}"


def _manager(tree: Tree, at: str) -> tuple[str, str]:
    """Who installs and runs here, and the lock file that says so (empty for none)."""
    for where in dict.fromkeys((at, "")):
        for name, manager in _LOCKS:
            if tree.has(below(where, name)):
                return manager, below(where, name)
    for where in dict.fromkeys((at, "")):
        said = tree.json(below(where, _FILE)).get("packageManager")
        if isinstance(said, str) and said.partition("@")[0] in ("npm", "pnpm", "yarn", "bun"):
            return said.partition("@")[0], ""
    return "npm", ""


def _call(manager: str, script: str, at: str) -> tuple[str, ...]:
    where = {"npm": ("--prefix", at), "pnpm": ("--dir", at), "yarn": ("--cwd", at)}
    inside = where.get(manager, ("--cwd", at)) if at else ()
    if manager == "npm" and script == "test":
        return ("npm", *inside, "test")
    if manager == "yarn":
        return ("yarn", *inside, "run", script)
    return (manager, *inside, "run", script)


def _modules(
    tree: Tree, at: str, manager: str, lock: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """How the packages get there: those of the checkout, else by an install from the lock."""
    places = dict.fromkeys((below(at, "node_modules"), "node_modules"))
    if there := tuple(place for place in places if tree.is_dir(place)):
        return there, ()
    wanted = [tree.json(below(where, _FILE)) for where in dict.fromkeys((at, ""))]
    keys = ("dependencies", "devDependencies")
    if not any(table(package, key) for package in wanted for key in keys):
        return (), ()
    return (), (_install(tree, manager, lock),)


def _install(tree: Tree, manager: str, lock: str) -> tuple[str, ...]:
    if manager == "npm":
        inside = ("--prefix", lock.rpartition("/")[0]) if "/" in lock else ()
        return ("npm", *inside, "ci") if lock else ("npm", "install", "--no-package-lock")
    modern = manager == "yarn" and tree.has(".yarnrc.yml")
    return (manager, "install", "--immutable" if modern else "--frozen-lockfile")


def members(tree: Tree) -> tuple[str, ...]:
    """The globs of an npm, yarn or pnpm workspace."""
    said = tree.json(_FILE).get("workspaces") if tree.has(_FILE) else None
    if isinstance(said, dict):
        said = said.get("packages")
    return (*strings(said), *_pnpm(tree))


def _pnpm(tree: Tree) -> Iterator[str]:
    """The list `packages` of pnpm-workspace.yaml, which is written one item a line."""
    file = "pnpm-workspace.yaml"
    start = line_with(tree, file, r"^packages:")
    for line in tree.lines(file)[start:] if start else ():
        words = line.strip()
        if words.startswith("- "):
            yield words[2:].strip().strip("'\"")
        elif words and not words.startswith("#"):
            return
