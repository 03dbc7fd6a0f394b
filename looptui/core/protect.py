"""Which paths decide what "passing" means, or run by themselves, and how globs match paths.

A change to a protected path stays in the candidate, is left out of what the gates see, and is
flagged at review. It is not a denial.

Globs: `*` and `?` stay within one directory, `**` spans any number of them, `[a-z]` and `[!a-z]`
are sets. A glob is anchored at the repository's root; `**/name` is `name` at any depth. `dir/**`
and `dir/` are everything below `dir` and `dir` itself (which a candidate may have turned into a
link). Letter case counts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Group:
    """Globs that are protected for one reason."""

    name: str
    reason: str
    globs: tuple[str, ...]


_TEST_FILES = (
    "**/test_*.py",
    "**/*_test.py",
    "**/*_test.go",
    "**/*.test.[cm][jt]s",
    "**/*.test.[jt]s",
    "**/*.test.[jt]sx",
    "**/*.spec.[cm][jt]s",
    "**/*.spec.[jt]s",
    "**/*.spec.[jt]sx",
    "**/*_spec.rb",
    "**/*Test.java",
    "**/*Test.kt",
    "**/*Tests.cs",
    "**/*Test.php",
)

GROUPS: tuple[Group, ...] = (
    Group(
        "tests",
        "tests say what correct is",
        (
            "**/tests/**",
            "**/test/**",
            "**/__tests__/**",
            "**/testdata/**",
            "**/__snapshots__/**",
            *_TEST_FILES,
        ),
    ),
    Group(
        "test runner",
        "these files decide which tests run, and how",
        (
            "**/conftest.py",
            "**/pytest.ini",
            "**/.pytest.ini",
            "**/pytest.toml",
            "**/.pytest.toml",
            "**/tox.ini",
            "**/setup.cfg",
            "**/pyproject.toml",
            "**/noxfile.py",
            "**/.coveragerc",
            "**/package.json",
            "**/jest.config.*",
            "**/jest.setup.*",
            "**/vitest.config.*",
            "**/vitest.workspace.*",
            "**/vite.config.*",
            "**/.mocharc*",
            "**/karma.conf.*",
            "**/playwright.config.*",
            "**/cypress.config.*",
            "**/phpunit.xml*",
            "**/.rspec",
            "**/Cargo.toml",
            "**/.cargo/**",
            "**/.config/nextest.toml",
        ),
    ),
    Group(
        "checks",
        "linters and type checkers read their rules here",
        (
            "**/ruff.toml",
            "**/.ruff.toml",
            "**/mypy.ini",
            "**/.mypy.ini",
            "**/.flake8",
            "**/.pylintrc",
            "**/pyrightconfig.json",
            "**/.eslintrc*",
            "**/eslint.config.*",
            "**/biome.json*",
            "**/tsconfig*.json",
            "**/.golangci.y*ml",
            "**/clippy.toml",
            "**/.clippy.toml",
            "**/rustfmt.toml",
            "**/.rubocop.yml",
        ),
    ),
    Group(
        "build",
        "these files name the commands that gates call",
        (
            "**/Makefile",
            "**/makefile",
            "**/GNUmakefile",
            "**/justfile",
            "**/Justfile",
            "**/Taskfile.y*ml",
            "**/Rakefile",
            "**/setup.py",
            "**/build.rs",
            "**/pom.xml",
            "**/build.gradle*",
        ),
    ),
    Group(
        "continuous integration",
        "these files run elsewhere with other rights",
        (
            ".github/**",
            ".gitlab/**",
            ".gitlab-ci.yml",
            ".circleci/**",
            ".buildkite/**",
            ".ci/**",
            ".drone.yml",
            ".travis.yml",
            "azure-pipelines*.yml",
            "bitbucket-pipelines.yml",
            "Jenkinsfile",
            "**/.pre-commit-config.yaml",
            "**/.pre-commit-hooks.yaml",
            "**/.husky/**",
            "**/.githooks/**",
            "**/lefthook.y*ml",
        ),
    ),
    Group(
        "runs by itself",
        "opening the directory or starting the interpreter runs these",
        (
            "**/*.pth",
            "**/sitecustomize.py",
            "**/usercustomize.py",
            "**/pytest.py",
            "**/pytest/**",
            "**/_pytest/**",
            "**/.envrc",
            "**/.vscode/**",
            "**/.idea/**",
            "**/.devcontainer/**",
            "**/.npmrc",
            "**/.yarnrc*",
            "**/.pnp.*",
            "**/.mise.toml",
            "**/mise.toml",
            "**/.tool-versions",
            "**/.gitattributes",
            "**/.gitmodules",
            "**/.lfsconfig",
        ),
    ),
    Group(
        "agents",
        "agents obey these in the next iteration",
        (
            "**/.claude/**",
            "**/.codex/**",
            "**/.gemini/**",
            "**/.qwen/**",
            "**/.opencode/**",
            "**/.pi/**",
            "**/.cursor/**",
            "**/.windsurf/**",
            "**/.aider*",
            "**/.cursorrules",
            "**/.windsurfrules",
            "**/.mcp.json",
            "**/opencode.json*",
            "**/CLAUDE.md",
            "**/CLAUDE.local.md",
            "**/AGENTS.md",
            "**/GEMINI.md",
            ".looptui/**",
        ),
    ),
)

DEFAULT_GLOBS: tuple[str, ...] = tuple(glob for group in GROUPS for glob in group.globs)
"""What is protected where a loop file does not say otherwise."""

ALWAYS_DENIED: tuple[str, ...] = ("**/.git/**", ".looptui/**")
"""Never writable by a maker, whatever a loop file says."""

NEW_TESTS: tuple[str, ...] = (*_TEST_FILES, "**/tests/*.rs")
"""Names that a test runner collects by itself: a new file of such a name only adds tests."""


def matches(path: str, globs: Sequence[str]) -> str | None:
    """The first of `globs` that matches `path` (relative, `/` between directories), or None."""
    every = tuple(globs)
    if not every or not _any_of(every).match(path):
        return None
    return next(glob for glob in every if _one(glob).match(path))


def group_of(path: str) -> Group | None:
    """The first default group that protects `path`."""
    return next((group for group in GROUPS if matches(path, group.globs)), None)


def is_test_addition(path: str, base_paths: Container[str]) -> bool:
    """Whether `path` is a new test file, which a protected tree may gain.

    `base_paths` are the paths of the base. Files that configure the runner, plugins and helpers
    are never additions: a new `conftest.py` or `tests/json.py` changes what old tests do.
    """
    if path in base_paths or matches(path, NEW_TESTS) is None:
        return False
    return not any(matches(path, group.globs) for group in GROUPS if group.name != "tests")


@lru_cache(maxsize=4096)
def _one(glob: str) -> re.Pattern[str]:
    return re.compile(translated(glob) + r"\Z", re.DOTALL)


@lru_cache(maxsize=64)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(translated(glob) for glob in globs) + r")\Z", re.DOTALL)


def translated(glob: str) -> str:
    """`glob` as a regular expression that never backtracks into an earlier wildcard.

    Each stretch between two wildcards is taken at its first place and kept (an atomic group): an
    earlier place leaves more room for the rest, so no other needs to be tried.
    """
    segments = _segments(glob)
    stretches: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            stretches.append([])
        else:
            stretches[-1].append(segment)
    if len(stretches) == 1:
        return "/".join(_segment(one) for one in segments)
    first, *middle, last = ("/".join(_segment(one) for one in part) for part in stretches)
    heads = [first] if first else []
    heads += [f"(?>(?:[^/]+/)*?{part}" for part in middle if part]
    ends = ["/" if head is first else "/)" for head in heads]
    if heads and not last:
        ends[-1] = ends[-1].replace("/", "(?:/|\\Z)")
    tail = f"(?:[^/]+/)*{last}" if last else ".*"
    return "".join(head + end for head, end in zip(heads, ends, strict=True)) + tail


def _segments(glob: str) -> list[str]:
    clean = glob.removeprefix("./")
    if clean.endswith("/"):
        clean += "**"
    segments: list[str] = []
    for segment in clean.split("/"):
        if segment and not (segment == "**" and segments[-1:] == ["**"]):
            segments.append(segment)
    return segments


def _segment(segment: str) -> str:
    """One directory or file name; its first stretch is anchored, its last one too."""
    first, *rest = _stretches(segment)
    if not rest:
        return first
    middle = "".join(f"(?>[^/]*?{part})" for part in rest[:-1] if part)
    return f"{first}{middle}[^/]*{rest[-1]}"


def _stretches(segment: str) -> list[str]:
    stretches = [""]
    at = 0
    while at < len(segment):
        piece, at = _piece(segment, at)
        if piece is None:
            stretches.append("")
        else:
            stretches[-1] += piece
    return stretches


def _piece(segment: str, at: int) -> tuple[str | None, int]:
    """What stands at `at` as a regular expression (None for a star), and where the next begins."""
    char = segment[at]
    if char == "*":
        return None, at + 1
    if char == "?":
        return "[^/]", at + 1
    end = segment.find("]", at + (3 if segment[at + 1 : at + 2] in ("!", "^") else 2))
    if char != "[" or end < 0:
        return re.escape(char), at + 1
    return _set(segment[at + 1 : end]), end + 1


def _set(inside: str) -> str:
    negated = inside[0] in "!^"
    members = inside[1:] if negated else inside
    chars: list[str] = []
    at = 0
    while at < len(members):
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            low, high = members[at], members[at + 2]
            if low <= high:
                chars.append(f"{re.escape(low)}-{re.escape(high)}")
            at += 3
        else:
            chars.append(re.escape(members[at]))
            at += 1
    if not chars:
        return "[^/]" if negated else "(?!)"
    return f"[^/{''.join(chars)}]" if negated else f"(?!/)[{''.join(chars)}]"
