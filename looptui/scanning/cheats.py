"""Code that makes tests pass without doing what they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from looptui.core.finding import Finding
from looptui.scanning.change import Change, Hunk
from looptui.scanning.rules import found


class _Sign(NamedTuple):
    """A pattern whose match in an added line is a finding.

    Without one of the `words` somewhere in a file it cannot match there: that is quick to see.
    """

    rule: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    blocks: bool = True


_TEST_PATH = r"['\"][^'\"]*(?:\btests?/|\btest_\w+\.py|_test\.(?:py|go)|\.(?:spec|test)\.[jt]s)"
_SIGNS = (
    _Sign("early-exit", (
        "_exit", "getpid", "abort",
    ), re.compile(r"\bos\._exit\b|\bos\.kill\s*\(\s*os\.getpid|\bos\.abort\(")),
    _Sign("exit-hook", ("atexit", "excepthook", "_shutdown", "process.on", "finalize"), re.compile(
        r"\batexit\.register|\bsys\.excepthook\s*=|\bthreading\._shutdown\s*="
        r"|process\.on\(\s*['\"](?:exit|beforeExit)|weakref\.finalize\(\s*sys\b"
    )),
    _Sign("runner-sniffed", (
        "PYTEST", "pytest", "unittest", "nose", "argv", "JEST", "VITEST", "NODE_ENV", "Testing",
        "Lookup", "cfg!", "TEST_RUNNER", "LOOPTUI",
    ), re.compile(
        r"PYTEST_\w+|['\"](?:_?pytest|unittest|nose2?)['\"]\s*(?:not\s+)?in\s+sys\.modules"
        r"|sys\.modules\b.*(?:pytest|unittest)|sys\.argv\b.*(?:pytest|test)"
        r"|JEST_WORKER_ID|process\.env\.(?:VITEST|JEST)|NODE_ENV\s*===?\s*['\"]test"
        r"|\btesting\.Testing\(\)|flag\.Lookup\(\s*\"test\.|(?<!\[)cfg!\(\s*test\s*\)"
        r"|find_spec\(\s*['\"]_?pytest|environ\b.*(?:PYTEST|TEST_RUNNER|LOOPTUI)"
    )),
    _Sign("stack-read", (
        "_getframe", "inspect", "f_", "gc.get", "stack", "_current_frames", "Caller",
    ), re.compile(
        r"\bsys\._getframe|\binspect\.(?:stack|currentframe|getouterframes|trace)\s*\("
        r"|\.f_(?:back|locals|globals|code)\b|\bgc\.get_(?:objects|referrers)\s*\("
        r"|\btraceback\.(?:extract_stack|walk_stack)\s*\(|\bsys\._current_frames|runtime\.Callers?\("
    )),
    _Sign("runner-touched", (
        "pytest", "pluggy", "unittest", "doctest", "nose", "jest", "vitest", "mocha", "chai",
    ), re.compile(
        r"^\s*(?:import|from)\s+(?:_?pytest|pluggy|unittest|doctest|nose2?)\b"
        r"|\bimport_module\(\s*['\"](?:_?pytest|unittest)|\b__import__\(\s*['\"](?:_?pytest|unittest)"
        r"|\bpytest_\w+\s*=|def\s+pytest_\w+\s*\(|require\(\s*['\"](?:jest|vitest|mocha|chai)"
    )),
    _Sign("builtins-patched", (
        "builtins", "setattr", "settrace", "setprofile", "AssertionError", "modules", "operator",
        "TestCase", "meta_path", "forbiddenfruit", "Object", "global", "pythonapi",
        "NodeTransformer",
    ), re.compile(
        r"\bbuiltins\.\w+\s*=[^=]|__builtins__|setattr\(\s*(?:builtins|operator|sys|unittest)\b"
        r"|\bsys\.set(?:trace|profile)\s*\(|\bAssertionError\s*=[^=]|\bsys\.modules\[[^\]]+\]\s*="
        r"|\boperator\.\w+\s*=[^=]|\bTestCase\.\w+\s*=[^=]|\bsys\.meta_path|\bforbiddenfruit"
        r"|\bObject\.is\s*=|\bglobal(?:This)?\.(?:expect|assert)\s*=|Object\.prototype\.\w+\s*="
        r"|ctypes\.pythonapi|\bast\.NodeTransformer"
    )),
    _Sign("tests-read", ("test", "spec"), re.compile(
        r"(?:open|read_text|read_bytes|glob|getsource|listdir|readFileSync|import_module|loads?|Path)"
        rf"\w*\s*\(.*{_TEST_PATH}|{_TEST_PATH}.*(?:open|read|glob)"
    )),
    _Sign("report-written", ("testsuite", "junit", ".coverage"), re.compile(
        r"<testsuite|junit[\w-]*\.xml|--junit-?xml|\.coverage['\"]"
    )),
    _Sign("code-hidden", ("exec", "eval", "marshal", "Function"), re.compile(
        r"\b(?:exec|eval)\s*\(\s*(?:\w+\.)*(?:b64decode|decompress|fromhex|unhexlify|loads|decode)"
        r"|\bmarshal\.loads|new Function\(\s*atob|eval\(\s*atob"
    )),
    _Sign("error-swallowed", ("except", "catch"), re.compile(
        r"^\s*except\s*(?:BaseException|Exception)?\s*:\s*(?:pass)?\s*$|catch\s*\(\w*\)\s*\{\s*\}"
    ), False),
)  # fmt: skip
_EXIT = re.compile(
    r"\b(?:sys\.)?exit\s*\(\s*0?\s*\)|\bquit\(\s*\)|raise\s+SystemExit(?:\(\s*0?\s*\))?\s*$"
    r"|\bprocess\.exit\(\s*0?\s*\)|\bos\.Exit\(\s*0\s*\)|process::exit\(\s*0\s*\)"
)
_COMMAND = re.compile(
    r"(?:^|/)(?:__main__|main|cli|manage|app|setup|conf)\.\w+$|(?:^|/)(?:bin|scripts?|cmd|cli|tools)/"
    r"|_cli\.\w+$|\.(?:sh|bash|zsh)$"
)
_RUNS = re.compile(r"\b(?:main|cli|run|command|_exit|usage|parse_args|version|if __name__)\b")
_EQUAL = re.compile(r"def\s+__(?:eq|req|lt|le|gt|ge|contains|instancecheck)__\s*\(")
_EQUAL_SET = re.compile(
    r"__(?:eq|ne)__\s*=\s*lambda|\.__(?:eq|ne)__\s*=[^=]|setattr\([^)]*['\"]__(?:eq|ne)__"
    r"|['\"]__(?:eq|ne)__['\"]\s*:"
)
_ALWAYS = re.compile(
    r"return\s+(?:True|1|not\s+(?:False|None|0)|bool\(1\)|other\s*==\s*other|self\s+is\s+self"
    r"|self\s*==\s*self|isinstance\(\s*other\s*,\s*object\s*\))\s*(?:#|$)"
)
_TESTING = re.compile(r"(?:^|/)(?:testing|pytest_\w+|\w*_?plugin|conftest|noxfile|test_?utils?)\b")


def cheats(change: Change) -> Iterator[Finding]:
    """Signs of it in code that is no test."""
    if change.is_test or not change.is_code:
        return
    helper = _TESTING.search(change.path) is not None
    gained = change.gained
    signs = [sign for sign in _SIGNS if any(word in gained for word in sign.words)]
    others = [word for word in ("xit", "quit", "__") if word in gained]
    if not signs and not others:
        return
    for hunk, at, line in change.each("+"):
        if line.text.lstrip().startswith(("#", "//", "*")):
            continue
        for sign in signs:
            if sign.pattern.search(line.text):
                eased = helper and sign.rule in ("runner-touched", "runner-sniffed")
                yield found(sign.rule, change.path, line.number, blocks=sign.blocks and not eased)
        if others:
            yield from _by_place(change, hunk, at)


def _by_place(change: Change, hunk: Hunk, at: int) -> Iterator[Finding]:
    """What is fine in one place and not in another."""
    line = hunk.lines[at]
    if _EXIT.search(line.text):
        yield found("early-exit", change.path, line.number, blocks=not _ends(change, hunk, at))
    if _EQUAL_SET.search(line.text) or (_EQUAL.search(line.text) and _compares_nothing(hunk, at)):
        yield found("always-equal", change.path, line.number)


def _ends(change: Change, hunk: Hunk, at: int) -> bool:
    """Whether a command may end here: in a program's first function, or a file of commands."""
    if _COMMAND.search(change.path) or PurePosixPath(change.path).suffix == ".sh":
        return True
    return _RUNS.search(hunk.context(at)) is not None


def _compares_nothing(hunk: Hunk, at: int) -> bool:
    """Whether a comparison is true without looking at both of its sides."""
    head = hunk.lines[at]
    names = re.findall(r"[(,]\s*(\w+)", head.text.partition("__(")[2].join("()"))
    body = [head.text.partition("):")[2]] if head.text.rstrip()[-1:] != ":" else []
    for line in hunk.lines[at + 1 :]:
        if line.sign == "-" or not line.text.strip():
            continue
        if line.indent <= head.indent:
            break
        body.append(line.text)
    text = "\n".join(body)
    if any(_ALWAYS.search(line) for line in body[:1]) or "return" not in text:
        return bool(body) and "raise" not in text
    words = set(re.findall(r"\w+", text))
    return "__eq__" in head.text and "super" not in words and not words >= set(names[:2])
