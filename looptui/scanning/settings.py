"""Files that say which tests run and what passes, and files that run by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from looptui.core.finding import Finding
from looptui.core.protect import group_of, matches
from looptui.scanning.change import Change, Hunk, Line
from looptui.scanning.rules import found

_GROUPS = {
    "runs by itself": "auto-executed",
    "continuous integration": "ci-changed",
    "agents": "agent-instructions",
}
_MORE_AUTO = (
    "**/.bashrc", "**/.bash_profile", "**/.profile", "**/.zshrc", "**/.zshenv", "**/.inputrc",
    "**/.gitconfig", "**/.pre-commit-config.yaml", "**/.husky/**", "**/.githooks/**",
    "**/lefthook.y*ml", "**/*.code-workspace", "**/.vimrc", "**/.exrc", "**/.nvim.lua",
    "**/.pdbrc", "**/.gdbinit", "**/.lldbinit", "**/.ipython/**", "**/.jupyter/**", "**/.Rprofile",
    "**/.zed/**", "**/.nvim/**", "**/.fleet/**", "**/.autoenv", "**/.env.sh",
)  # fmt: skip
_MORE_AGENTS = (
    "**/.agents/**", "**/.github/copilot-instructions.md", "**/.clinerules*", "**/.roo/**",
    "**/.kiro/**", "**/.continue/**", "**/.junie/**", "**/SKILL.md", "**/mcp.json",
)  # fmt: skip
_PLUGINS = ("**/conftest.py", "**/pytest_*.py", "**/*_plugin.py", "**/noxfile.py")
_HOOK = re.compile(
    r"def\s+pytest_\w+\s*\(|hookimpl|\bpytest_plugins\s*=|autouse\s*=\s*True|\bcollect_ignore"
    r"|\b(?:beforeAll|beforeEach|afterEach|afterAll)\s*\(.*(?:expect|jest)|setupFiles"
)
_PLUGIN = re.compile(
    r"\bpytest11\b|(?:^|[\s'\"])-p\s*[\w.]+|\brequired_plugins\s*=|^\s*plugins\s*="
)
_NARROW = re.compile(
    r"--(?:ignore(?:-glob)?|deselect|last-failed|lf|testPathIgnorePatterns|testNamePattern|collect-only|co)\b"
    r"|(?:^|[\s'\"=])-k[\s='\"]|(?:^|[\s'\"=])-m\s*['\"]?not\b|\bcollect_ignore"
    r"|^\s*(?:testpaths|norecursedirs|python_files|python_classes|python_functions)\s*="
    r"|\b(?:testPathIgnorePatterns|testMatch|testRegex|modulePathIgnorePatterns)\b"
    r"|--(?:exit-zero|passWithNoTests|pass-with-no-tests|no-fail-on-\w+|allow-empty|exclude)\b"
    r"|^\s*(?:test|harness|doctest)\s*=\s*false|--skip\s|-run\s+['\"]?\^?\$"
)
_IGNORED = re.compile(
    r"\|\|\s*(?:true|:|exit\s+0|echo\b)|;\s*(?:true|exit\s+0)\s*['\"]?\s*,?$|continue-on-error:\s*true"
    r"|allow_failure:\s*true|^\t-\w|\bset\s+\+e\b|^\s*exit\s+0\s*$|&&\s*exit\s+0|\|\s*cat\s*['\"]?\s*$"
    r"|if:\s*(?:\$\{\{\s*)?(?:false|always\(\))|--no-verify|ignore_errors\s*[:=]\s*true"
    r"|ignore_outcome\s*=\s*true"
)
_OFF = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover|nosec|pylint:\s*disable|mypy:\s*ignore|pyright:"
    r"\s*ignore|fmt:\s*off)|eslint-disable|@ts-(?:ignore|nocheck|expect-error)|//\s*nolint"
    r"|@SuppressWarnings|#!?\[allow\(|istanbul ignore|c8 ignore|NOSONAR"
)
_LIMIT = re.compile(
    r"(?P<key>fail[_-]under|cov-fail-under|min[_-]?coverage|branches|lines|statements|functions"
    r"|threshold|target|minimum|max[_-]?warnings|max[_-]?complexity|max[_-]?line[_-]?length|retries"
    r"|reruns|timeout)['\"]?\s*[:=\s]\s*['\"]?(?P<value>-?\d+(?:\.\d+)?)"
)
_STRICT = re.compile(
    r"^\s*(?P<key>strict\w*|disallow_\w+|warn_\w+|no_implicit\w*|noImplicit\w*|xfail_strict|-W\s*error"
    r"|--strict[\w-]*)['\"]?\s*[:=]\s*(?P<value>true|True|error|\"error\")"
)
_AT_MOST = ("max", "retries", "reruns", "timeout")
_SCRIPT = re.compile(
    r"^\s*\"(?P<key>(?:pre|post)?(?:test|build|lint|check|install|prepare|publish|pack|version|start"
    r"|ci|verify|typecheck|format)[\w:-]*)\"\s*:\s*\"(?P<value>[^\"]*)\""
)
_VERSION = re.compile(r"^(?:[\^~><=v* ]*\d|workspace:|file:|link:|git|https?:|latest$|npm:)")
_SOURCE = re.compile(
    r"\b(?:extra-)?index-url\b|\bregistry\s*=|\bfind-links\b|\btrusted-host\b|\"resolved\"\s*:\s*\"http:"
    r"|^\s*replace\s+\S+\s*=>|\[source\.|\[\[tool\.\w+\.source\]\]|\[patch\."
)
_FETCH = re.compile(
    r"\b(?:curl|wget|iwr|Invoke-WebRequest)\b[^|;&]{0,400}(?:\||;|&&)\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b"
    r"|\b(?:ba|z)?sh\s+(?:-c\s+)?['\"]?(?:<\(|\$\(|`)\s*(?:curl|wget)"
    r"|\b(?:exec|eval)\s*\(\s*(?:urllib|requests|httpx|urlopen)"
    r"|\|\s*(?:python3?|node|perl|ruby)\b\s*(?:-|$)"
)
_FETCHERS = ("curl", "wget", "iwr", "Invoke", "urllib", "requests", "httpx", "urlopen", "|")
_QUIET = ("noqa", "ignore", "no cover", "nosec", "disable", "off", "nolint", "Suppress", "allow",
          "@ts-", "NOSONAR")  # fmt: skip
"""Words without which a line neither fetches nor switches a check off."""
_CONFIG = frozenset(("test runner", "checks", "build", "continuous integration"))
_PROSE = (".md", ".rst", ".txt", ".adoc")


def settings(change: Change) -> Iterator[Finding]:
    """What a change says about running, and what of it runs by itself."""
    yield from _by_name(change)
    group = group_of(change.path)
    config = group is not None and group.name in _CONFIG
    if config or matches(change.path, _PLUGINS):
        yield from _limits(change)
        yield from _runner(change)
    yield from _lines(change, config=config)
    if PurePosixPath(change.path).name == "package.json":
        yield from _scripts(change)
    elif group is not None and group.name == "build" and change.hunks:
        yield found("build-script", change.path)


def _by_name(change: Change) -> Iterator[Finding]:
    """Files whose place says that they run, obeyed or not, whatever stands in them."""
    for path in dict.fromkeys((change.path, change.old_path)):
        group = group_of(path)
        rule = _GROUPS.get(group.name if group else "", "")
        if matches(path, _MORE_AUTO):
            rule = "auto-executed"
        elif matches(path, _MORE_AGENTS):
            rule = "agent-instructions"
        if rule:
            yield found(rule, path, blocks=change.status != "deleted" or rule == "ci-changed")
            return
    if change.status == "deleted" and group_of(change.path) is not None and not change.is_test:
        group = group_of(change.path)
        if group is not None and group.name in _CONFIG - {"build"}:
            yield found("collection-narrowed", change.path, 0, "the file is removed")


def _runner(change: Change) -> Iterator[Finding]:
    narrowed = {line.text.strip() for _, _, line in change.each("-")}
    for _, _, line in change.each("+"):
        if line.text.strip() in narrowed:
            continue
        if _HOOK.search(line.text) and change.is_code:
            yield found("test-hook", change.path, line.number, line.text.strip()[:60])
        elif _PLUGIN.search(line.text):
            yield found("test-plugin", change.path, line.number, line.text.strip()[:60])
        elif _NARROW.search(line.text):
            yield found("collection-narrowed", change.path, line.number, line.text.strip()[:60])


def _limits(change: Change) -> Iterator[Finding]:
    """Numbers that are asked for less strictly, and switches that are off now."""
    now = {key: value for key, value, _ in _numbers(change, "+")}
    for key, value, line in _numbers(change, "-"):
        new = now.get(key)
        loose = any(word in key for word in _AT_MOST)
        if new is None or (new > value if loose else new < value):
            said = f"{key} {value:g}" + ("" if new is None else f" to {new:g}")
            yield found("threshold-lowered", change.path, line, said)
    kept = {match["key"] for _, _, one in change.each("+") if (match := _STRICT.match(one.text))}
    for _, _, gone in change.each("-"):
        match = _STRICT.match(gone.text)
        if match and match["key"] not in kept:
            yield found("threshold-lowered", change.path, gone.number, gone.text.strip()[:60])


def _numbers(change: Change, sign: str) -> Iterator[tuple[str, float, int]]:
    for _, _, line in change.each(sign):
        if match := _LIMIT.search(line.text):
            yield match["key"].replace("_", "-"), float(match["value"]), line.number


def _lines(change: Change, *, config: bool) -> Iterator[Finding]:
    prose = change.path.endswith(_PROSE)
    script = PurePosixPath(change.path).name == "package.json" or change.path.endswith(".sh")
    gained = change.gained
    fetches, quiet = (any(word in gained for word in words) for words in (_FETCHERS, _QUIET))
    if not (config or script or fetches or quiet):
        return
    moved = {line.text.strip() for _, _, line in change.each("-")}
    for hunk, at, line in change.each("+"):
        if line.text.strip() in moved:
            continue
        if (config or script) and _IGNORED.search(line.text) and not _comment(line):
            judged = config and not _cleans(hunk, at)
            yield found("failure-ignored", change.path, line.number, blocks=judged)
        if quiet and change.is_code and _OFF.search(line.text):
            yield found("check-off", change.path, line.number)
        if config and _SOURCE.search(line.text):
            yield found("source-redirected", change.path, line.number)
        if fetches and _FETCH.search(line.text):
            yield found("download-run", change.path, line.number, blocks=not prose)


def _comment(line: Line) -> bool:
    return line.text.lstrip().startswith(("#", "//"))


def _cleans(hunk: Hunk, at: int) -> bool:
    """Whether what may fail only clears away."""
    text = hunk.lines[at].text
    return re.match(r"\s*-?@?(?:rm|rmdir|mkdir|docker\s+rm|pkill|kill)\b", text) is not None


def _scripts(change: Change) -> Iterator[Finding]:
    before = {line.text.strip().rstrip(",") for _, _, line in change.each("-")}
    for sign in "+-":
        for _, _, line in change.each(sign):
            match = _SCRIPT.match(line.text)
            same = sign == "+" and line.text.strip().rstrip(",") in before
            if match and not same and not _VERSION.match(match["value"]):
                yield found("package-script", change.path, line.number, match["key"])
                return
