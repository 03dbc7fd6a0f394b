"""A source file with what its names are: which can be used where, and of what kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from looptui.repair.kinds import (
    BUILTINS,
    LITERALS,
    METHODS,
    Facts,
    annotation,
    element,
    head,
    is_property,
    numeric,
)
from looptui.repair.source import Function, Source

COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Binding:
    """A place where a function gives a name its value."""

    name: str
    kind: str
    line: int
    """The name can be used after this line."""
    within: ast.AST | None = None
    """The comprehension outside of which the name is unknown."""


class Code(Source):
    """One parsed file, with what the annotations of all files say. Raises as Source does."""

    def __init__(self, path: str, text: bytes, facts: Facts) -> None:
        super().__init__(path, text)
        self.facts = facts
        self._bindings: dict[ast.AST, list[Binding]] = {}

    def names(self, node: ast.AST) -> dict[str, str]:
        """Local names that can be used at a node, with their kinds; empty outside of functions."""
        function = self.function(node)
        statement = self.statement(node)
        if function is None or statement is None or not self.in_body(function, node):
            return {}
        around = set(self.ancestors(node))
        found: dict[str, str] = {}
        for binding in self.bindings(function):
            visible = (
                binding.within in around if binding.within else binding.line < statement.lineno
            )
            if visible:
                found[binding.name] = found.get(binding.name) or binding.kind
        return found

    def own_object(self, node: ast.AST) -> dict[str, str]:
        """`self` with its class as kind, where a node is in a method."""
        function, owner = self.function(node), self.owner(node)
        first = function.args.args[:1] if function is not None else []
        if owner is None or [arg.arg for arg in first] != ["self"]:
            return {}
        return {"self": owner.name}

    def in_body(self, function: Function, node: ast.AST) -> bool:
        """Whether a node is in the body of a function and not in its header."""
        child = node
        for up in self.ancestors(node):
            if up is function:
                return child in function.body
            child = up
        return False

    def bindings(self, function: Function) -> list[Binding]:
        if function not in self._bindings:
            found: list[Binding] = []
            self._bindings[function] = found
            found.extend(self._parameters(function))
            for part in function.body:
                for node in ast.walk(part):
                    found.extend(self._bound(node))
        return self._bindings[function]

    def _parameters(self, function: Function) -> Iterator[Binding]:
        arguments = function.args
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if arg.arg not in ("self", "cls"):
                yield Binding(arg.arg, annotation(arg.annotation), 0)

    def _bound(self, node: ast.AST) -> Iterator[Binding]:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from self._targets(target, self.kind(node.value), node.lineno)
        elif isinstance(node, ast.AnnAssign):
            yield from self._targets(node.target, annotation(node.annotation), node.lineno)
        elif isinstance(node, ast.For):
            yield from self._targets(node.target, element(self.kind(node.iter)), node.lineno)
        elif isinstance(node, COMPREHENSION):
            for part in node.generators:
                kind = element(self.kind(part.iter))
                yield from self._targets(part.target, kind, node.lineno, node)

    def _targets(
        self, target: ast.expr, kind: str, line: int, within: ast.AST | None = None
    ) -> Iterator[Binding]:
        if isinstance(target, ast.Name):
            yield Binding(target.id, kind, line, within)
        elif isinstance(target, ast.Tuple):
            for part in target.elts:
                yield from self._targets(part, "", line, within)

    def unused(self, node: ast.AST) -> set[str]:
        """Local names that nothing in the function reads: often a sign of what is missing."""
        function = self.function(node)
        if function is None:
            return set()
        nodes = (part for statement in function.body for part in ast.walk(statement))
        read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        names = set(self.names(node)) - read
        return {name for name in names if not name.startswith("_")}

    def kind(self, node: ast.expr) -> str:
        """The kind of an expression, "" where nothing is known."""
        if isinstance(node, ast.Constant):
            return "" if node.value is None else type(node.value).__name__
        if isinstance(node, ast.Name):
            return self.names(node).get(node.id, "") or self.facts.fields.get(node.id, "")
        if isinstance(node, ast.Attribute):
            return self.facts.fields.get(node.attr, "")
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.Subscript):
            whole = self.kind(node.value)
            return whole if isinstance(node.slice, ast.Slice) else element(whole)
        return self._computed(node)

    def _called(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Name):
            known = BUILTINS.get(node.func.id, "")
            return known or self.facts.returns.get(node.func.id, "")
        if isinstance(node.func, ast.Attribute):
            return self.facts.returns.get(node.func.attr, "") or METHODS.get(node.func.attr, "")
        return ""

    def _computed(self, node: ast.expr) -> str:
        if isinstance(node, ast.UnaryOp):
            return "bool" if isinstance(node.op, ast.Not) else self.kind(node.operand)
        if isinstance(node, ast.BinOp):
            left, right = self.kind(node.left), self.kind(node.right)
            texts = [kind for kind in (left, right) if kind and not numeric(kind)]
            return texts[0] if texts else (left if left and right else "")
        if isinstance(node, ast.IfExp):
            return self.kind(node.body)
        return LITERALS.get(type(node), "")

    def fields_of(self, owner: ast.ClassDef) -> set[str]:
        """The annotated fields and the properties of a class body."""
        found = (node.target for node in owner.body if isinstance(node, ast.AnnAssign))
        named = {target.id for target in found if isinstance(target, ast.Name)}
        methods = (node for node in owner.body if isinstance(node, ast.FunctionDef))
        return named | {method.name for method in methods if is_property(method)}

    def returns(self, node: ast.AST) -> str:
        """The annotated return type of the function around a node."""
        function = self.function(node)
        return annotation(function.returns) if function is not None else ""

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    @cached_property
    def attributes(self) -> dict[str, list[ast.Attribute]]:
        """Every attribute by how the object before the dot is written (a dump of it)."""
        found: dict[str, list[ast.Attribute]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                found.setdefault(ast.dump(node.value), []).append(node)
        return found

    @cached_property
    def idle_imports(self) -> list[str]:
        """Imported names in small letters that the file never reads: maybe functions."""
        imports = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom))
        real = (node for node in imports if node.module != "__future__")
        names = {alias.asname or alias.name for node in real for alias in node.names}
        read = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return sorted(name for name in names - read if name.islower())

    @cached_property
    def capitals(self) -> dict[str, int]:
        """Names in capitals that the module defines or imports, and how often it reads them."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                found.update({alias.asname or alias.name: 0 for alias in node.names})
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                found[node.id] = found.get(node.id, 0) + isinstance(node.ctx, ast.Load)
        return {name: uses for name, uses in found.items() if name.isupper()}

    def is_number(self, node: ast.expr) -> bool:
        """Whether an expression may be a number."""
        return numeric(self.kind(node))

    def is_text(self, node: ast.expr) -> bool:
        """Whether an expression may be a text."""
        return head(self.kind(node)) in ("", "str")
