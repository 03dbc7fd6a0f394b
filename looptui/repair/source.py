"""A Python file as text and syntax tree together, so that edits are made at a node's own span."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes `start` to `end` of a file become `new`."""

    start: int
    end: int
    new: str


class Source:
    """One parsed file. Offsets are bytes, as the syntax tree counts them.

    Raises SyntaxError (ValueError for null bytes) when the text does not parse.
    """

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.tree = ast.parse(text)
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
        self._starts = [0]
        for line in text.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def line_at(self, offset: int) -> int:
        """The number, from 1, of the line that holds a byte."""
        return self.text.count(b"\n", 0, offset) + 1

    def slice(self, start: int, end: int) -> str:
        return self.text[start:end].decode("utf-8", "replace")

    def segment(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> str:
        return self.slice(*self.span(node))

    def operand(self, node: ast.expr) -> str:
        """The node's text, in parentheses unless it binds tightly enough for any place."""
        text = self.segment(node)
        tight = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.List)
        literal = (ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.JoinedStr)
        return text if isinstance(node, tight + literal) else f"({text})"

    def replace(self, node: ast.expr | ast.stmt, new: str) -> Edit:
        return Edit(*self.span(node), new)

    def token(self, left: ast.expr, right: ast.expr, symbol: str, new: str) -> Edit | None:
        """Replace an operator between two operands; None if a comment makes that unsure."""
        start, end = self.span(left)[1], self.span(right)[0]
        gap = self.slice(start, end)
        pattern = r"\s+".join(re.escape(word) for word in symbol.split())
        found = list(re.finditer(pattern, gap))
        if "#" in gap or len(found) != 1:
            return None
        return Edit(start + found[0].start(), start + found[0].end(), new)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement that holds a node."""
        if isinstance(node, ast.stmt):
            return node
        return next((up for up in self.ancestors(node) if isinstance(up, ast.stmt)), None)

    def function(self, node: ast.AST) -> Function | None:
        return next((up for up in self.ancestors(node) if isinstance(up, Function)), None)

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class that holds a node."""
        return next((up for up in self.ancestors(node) if isinstance(up, ast.ClassDef)), None)

    def qualname(self, node: ast.AST) -> str:
        """Like "Invoice.due"; "<module>" outside of functions and classes."""
        names = [up.name for up in [node, *self.ancestors(node)] if isinstance(up, Scope)]
        return ".".join(reversed(names)) or "<module>"

    def scope_start(self, node: ast.AST) -> int:
        """The first byte of the function or class that `qualname` names."""
        scopes = (up for up in [node, *self.ancestors(node)] if isinstance(up, Scope))
        scope = next(scopes, None)
        return self.offset(scope.lineno, 0) if scope is not None else 0

    def block(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """The list of statements in which one stands."""
        parent = self.parents.get(statement)
        for _, value in ast.iter_fields(parent) if parent is not None else ():
            if isinstance(value, list) and statement in value:
                return value
        return None

    def indent(self, statement: ast.stmt) -> str:
        start = self.offset(statement.lineno, 0)
        return self.slice(start, start + statement.col_offset)

    def trustworthy(self, node: ast.expr) -> bool:
        """Whether the span really holds the node: inside f-strings Python 3.11 is not exact."""
        if not any(isinstance(up, ast.JoinedStr) for up in self.ancestors(node)):
            return True
        try:
            alone = ast.parse(f"({self.segment(node)})", mode="eval").body
        except (SyntaxError, ValueError):
            return False
        return ast.dump(alone) == ast.dump(node)

    @cached_property
    def constants(self) -> dict[type, list[str]]:
        """The text of the file's constants by type, most frequent first, docstrings left out."""
        counts: dict[type, dict[str, int]] = {}
        for node in ast.walk(self.tree):
            bare = isinstance(self.parents.get(node), ast.Expr | ast.JoinedStr | ast.FormattedValue)
            if isinstance(node, ast.Constant) and not bare:
                texts = counts.setdefault(type(node.value), {})
                texts[self.segment(node)] = texts.get(self.segment(node), 0) + 1
        return {kind: sorted(texts, key=lambda t: -texts[t]) for kind, texts in counts.items()}

    @cached_property
    def shape(self) -> str:
        """The syntax tree as text, the same for what only differs in layout."""
        return ast.dump(self.tree)

    def apply(self, edits: tuple[Edit, ...]) -> bytes:
        text = self.text
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.new.encode() + text[edit.end :]
        return text
