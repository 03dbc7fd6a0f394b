"""How suspicious each line is, from which tests ran it.

A line's suspicion is the Ochiai coefficient, failed(line) / sqrt(failed * (failed(line) +
passed(line))): R. Abreu, P. Zoeteweij and A. J. C. van Gemund, On the Accuracy of Spectrum-based
Fault Localization, TAIC PART 2007. Lines that only run at import (constants, fields, defaults)
say nothing about tests, so they get the suspicion of the lines that use their names.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping

from looptui.repair.source import Function, Source

CRASH = 1.3
"""A line where a failing test raised is that much more suspicious."""
INHERITED = 0.9
"""What a constant gets of the suspicion of the lines that use it."""

Lines = dict[str, dict[int, float]]


def ochiai(failed: int, passed: int, all_failed: int) -> float:
    if failed == 0 or all_failed == 0:
        return 0.0
    return failed / math.sqrt(all_failed * (failed + passed))


def by_line(
    failing: Iterable[Iterable[tuple[str, int]]], passing: Mapping[str, Mapping[int, int]]
) -> Lines:
    """Suspicion from the lines of each failing test and the counts of passing ones."""
    tests = [set(places) for places in failing]
    counts: dict[tuple[str, int], int] = {}
    for places in tests:
        for place in places:
            counts[place] = counts.get(place, 0) + 1
    lines: Lines = {}
    for (path, line), failed in counts.items():
        passed = passing.get(path, {}).get(line, 0)
        lines.setdefault(path, {})[line] = ochiai(failed, passed, len(tests))
    return lines


def shared_by_all(failing: Iterable[Iterable[tuple[str, int]]], lines: Lines) -> float:
    """The suspicion of the most suspicious line that every failing test ran; 0 for none."""
    tests = [set(places) for places in failing]
    common = set.intersection(*tests) if tests else set()
    return max((lines.get(path, {}).get(line, 0.0) for path, line in common), default=0.0)


class Suspicion:
    """Suspicion of nodes of the sources.

    `shared` is that of the most suspicious line which all failing tests ran: a single fault that
    explains them all is not likely to have less.
    """

    def __init__(
        self, lines: Lines, crashes: Iterable[tuple[str, int]] = (), shared: float = 0.0
    ) -> None:
        self.lines = lines
        for path, line in crashes:
            if line in lines.get(path, {}):
                lines[path][line] = min(lines[path][line] * CRASH, CRASH)
        self.shared = shared
        self._names: dict[str, float] = {}

    def learn(self, sources: Iterable[Source]) -> None:
        """Find out which names are used on suspicious lines; twice, for constants of constants."""
        known = list(sources)
        for _ in range(2):
            for source in known:
                for node in ast.walk(source.tree):
                    if name := used_name(node):
                        level = self.of(source, node)
                        self._names[name] = max(level, self._names.get(name, 0.0))

    def of(self, source: Source, node: ast.AST) -> float:
        """0 for what no failing test ran; the most suspicious of the node's own lines."""
        statement = source.statement(node)
        if statement is None:
            return 0.0
        lines = self.lines.get(source.path, {})
        if isinstance(node, Function):
            return max((lines.get(line, 0.0) for line in body_lines(node)), default=0.0)
        own = [lines[line] for line in node_lines(node) if line in lines]
        level = max(own, default=lines.get(statement.lineno, 0.0))
        if static(source, node):
            names = bound_names(statement)
            used = max((self._names.get(name, 0.0) for name in names), default=0.0)
            return max(level, INHERITED * used)
        return level


def used_name(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def body_lines(function: Function) -> range:
    return range(function.body[0].lineno, (function.end_lineno or function.lineno) + 1)


def node_lines(node: ast.AST) -> range:
    """The lines of a node; of a compound statement those before its body."""
    first = getattr(node, "lineno", 0)
    last = getattr(node, "end_lineno", None) or first
    body = getattr(node, "body", None)
    if isinstance(node, ast.stmt) and isinstance(body, list) and body:
        last = max(first, body[0].lineno - 1)
    return range(first, last + 1)


def static(source: Source, node: ast.AST) -> bool:
    """Whether a node runs at import: outside of functions, or in a function's header."""
    child = node
    for up in source.ancestors(node):
        if isinstance(up, Function | ast.Lambda):
            return isinstance(up, Function) and child not in up.body
        child = up
    return True


def bound_names(statement: ast.stmt) -> set[str]:
    """The names through which a statement that runs at import has an effect."""
    if isinstance(statement, Function):
        args = (arg.arg for arg in ast.walk(statement.args) if isinstance(arg, ast.arg))
        return {statement.name, *args}
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    inner = (part for target in targets for part in ast.walk(target))
    return {part.id for part in inner if isinstance(part, ast.Name)}
