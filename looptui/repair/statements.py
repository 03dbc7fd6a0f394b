"""Operators on whole statements: assignment, loops, guards, returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.code import Code
from looptui.repair.expressions import SYMBOLS
from looptui.repair.kinds import compatible
from looptui.repair.source import Edit

AUGMENTED = {"+": ("-",), "-": ("+",), "*": ("/", "//"), "/": ("*", "//"), "//": ("/", "*")}
EMPTY = {"int": "0", "float": "0.0", "str": '""', "bool": "False", "list": "[]", "dict": "{}"}
EMPTY |= {"tuple": "()", "set": "set()", "None": "None", "Decimal": "Decimal(0)"}


def assignment(source: Code, node: ast.AST) -> Iterator[Change]:
    """`+=` against `-=` and against `=`."""
    if isinstance(node, ast.AugAssign):
        symbol = SYMBOLS.get(type(node.op), "@")
        for new in (*(f"{other}=" for other in AUGMENTED.get(symbol, ())), "="):
            yield from one(source.token(node.target, node.value, f"{symbol}=", new))
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        known = isinstance(target, ast.Name) and target.id in source.names(node)
        if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) and (
            known or in_loop(source, node)
        ):
            yield from one(source.token(target, node.value, "=", "+="))
            yield from one(source.token(target, node.value, "=", "-="), 0.5)


def in_loop(source: Code, node: ast.AST) -> bool:
    for up in source.ancestors(node):
        if isinstance(up, ast.For | ast.While | ast.AsyncFor):
            return True
        if isinstance(up, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
    return False


def jump(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Break):
        yield from one(source.replace(node, "continue"))
    elif isinstance(node, ast.Continue):
        yield from one(source.replace(node, "break"))


def removal(source: Code, node: ast.AST) -> Iterator[Change]:
    """Leave a simple statement out, or a guard that only leaves the block."""
    simple = ast.Expr | ast.Assign | ast.AugAssign | ast.Return | ast.Raise | ast.Break
    if isinstance(node, ast.If) and not node.orelse and len(node.body) == 1:
        if isinstance(node.body[0], ast.Return | ast.Raise | ast.Continue | ast.Break):
            yield from one(without(source, node))
    elif isinstance(node, simple | ast.Continue | ast.Delete) and not is_docstring(node):
        yield from one(without(source, node))


def without(source: Code, statement: ast.stmt) -> Edit:
    """Take out the lines of a statement; where it is alone in its block, leave a `pass`."""
    assert statement.end_lineno is not None
    alone = len(source.block(statement) or [statement]) == 1
    start, end = source.span(statement)
    after = source.offset(statement.end_lineno + 1, 0)
    shared = source.indent(statement).strip() or not blank(source.slice(end, after))
    if alone or shared or source.slice(start, end).startswith("elif"):
        return source.replace(statement, "pass")
    return Edit(source.offset(statement.lineno, 0), after, "")


def blank(rest: str) -> bool:
    return not rest.strip() or rest.strip().startswith("#")


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def returned(source: Code, node: ast.AST) -> Iterator[Change]:
    """Return another local value, or an empty one."""
    if not isinstance(node, ast.Return) or node.value is None:
        return
    kind = source.returns(node)
    if isinstance(node.value, ast.Constant | ast.Call | ast.BinOp | ast.Subscript):
        for other, known in source.names(node).items():
            if compatible(kind, known):
                yield from one(source.replace(node.value, other), compatible(kind, known))
    for empty in empties(kind):
        yield from one(source.replace(node.value, empty), 0.6)


def empties(annotation: str) -> list[str]:
    """Empty values of a return annotation; of "int | None" both `0` and `None`."""
    kinds = [part.strip().split("[")[0] for part in annotation.split("|")]
    return [EMPTY[kind] for kind in kinds if kind in EMPTY]


def guard(source: Code, node: ast.AST) -> Iterator[Change]:
    """Leave early for an empty argument, or skip an empty item of a loop."""
    if isinstance(node, ast.FunctionDef):
        yield from early_returns(source, node)
    elif isinstance(node, ast.For) and node.body[0].lineno > node.lineno:
        test = f"if not {source.segment(node.target)}:"
        yield insert(source, node.body[0], test, "continue")


def early_returns(source: Code, function: ast.FunctionDef) -> Iterator[Change]:
    body = [part for part in function.body if not is_docstring(part)]
    kind = ast.unparse(function.returns) if function.returns is not None else ""
    if not body or body[0].lineno == function.lineno or function.name == "__init__":
        return
    for arg in function.args.args:
        if arg.arg not in ("self", "cls"):
            for value in [*empties(kind), arg.arg]:
                yield insert(source, body[0], f"if not {arg.arg}:", f"return {value}")


def insert(source: Code, before: ast.stmt, head: str, inner: str) -> Change:
    start = source.span(before)[0]
    indent = source.indent(before)
    step = "\t" if indent.startswith("\t") else "    "
    return Change((Edit(start, start, f"{head}\n{indent}{step}{inner}\n{indent}"),))


def nesting(source: Code, node: ast.AST) -> Iterator[Change]:
    """Move the last statement of a block out of it, or the statement after a block into it."""
    if not isinstance(node, ast.For | ast.While | ast.If | ast.With):
        return
    if isinstance(node, ast.If | ast.For | ast.While) and node.orelse:
        return
    last, block = node.body[-1], source.block(node)
    if len(node.body) > 1 and own_lines(source, last):
        yield indented(source, last, source.indent(node))
    position = block.index(node) if block is not None else -1
    if block is not None and position + 1 < len(block) and own_lines(source, block[position + 1]):
        yield indented(source, block[position + 1], source.indent(last))


def own_lines(source: Code, statement: ast.stmt) -> bool:
    """Whether a simple statement has its one line to itself."""
    compound = ast.For | ast.While | ast.If | ast.With | ast.Try | ast.FunctionDef | ast.ClassDef
    if isinstance(statement, compound) or statement.lineno != statement.end_lineno:
        return False
    rest = source.slice(source.span(statement)[1], source.offset(statement.lineno + 1, 0))
    return blank(rest) and not source.indent(statement).strip()


def indented(source: Code, statement: ast.stmt, indent: str) -> Change:
    start = source.offset(statement.lineno, 0)
    return Change((Edit(start, start + statement.col_offset, indent),))


def sequence(source: Code, node: ast.AST) -> Iterator[Change]:
    """Swap two neighbouring simple statements."""
    if not isinstance(node, ast.stmt) or is_docstring(node) or not own_lines(source, node):
        return
    block = source.block(node) or [node]
    position = block.index(node)
    if position + 1 < len(block) and own_lines(source, block[position + 1]):
        after = block[position + 1]
        first, second = source.segment(node), source.segment(after)
        yield Change((source.replace(node, second), source.replace(after, first)))


def shared_default(source: Code, node: ast.AST) -> Iterator[Change]:
    """A list or dict as default is shared by all calls: make it anew in each."""
    if not isinstance(node, ast.FunctionDef):
        return
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = zip(positional[::-1], node.args.defaults[::-1], strict=False)
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    body = [part for part in node.body if not is_docstring(part)]
    for arg, default in [*defaults, *named]:
        if isinstance(default, ast.List | ast.Dict | ast.Set) and body:
            fresh = f"{arg.arg} = {source.segment(default)}"
            lines = insert(source, body[0], f"if {arg.arg} is None:", fresh)
            yield Change((source.replace(default, "None"), *lines.edits))


def repetition(source: Code, node: ast.AST) -> Iterator[Change]:
    """A loop's `if` becomes `while`, a `while` becomes `if`, an `elif` becomes `if`."""
    if isinstance(node, ast.If | ast.While):
        start = source.span(node)[0]
        word = source.slice(start, start + 5)
        if word.startswith("if") and not node.orelse:
            yield from one(Edit(start, start + 2, "while"), 0.5)
        elif word.startswith("elif"):
            yield from one(Edit(start, start + 4, "if"))
        elif word.startswith("while") and not node.orelse:
            yield from one(Edit(start, start + 5, "if"))
