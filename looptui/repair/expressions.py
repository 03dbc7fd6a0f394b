"""Operators on comparisons, conditions and arithmetic."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.code import Code
from looptui.repair.source import Edit

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.And: "and",
    ast.Or: "or",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
COMPARISON = {
    "<": (">", ">=", "!="),
    "<=": (">=", ">", "=="),
    ">": ("<", "<=", "!="),
    ">=": ("<=", "<", "=="),
    "==": ("!=", "<=", ">="),
    "!=": ("==", "<", ">"),
}
MEMBERSHIP = {"in": "not in", "not in": "in", "is": "is not", "is not": "is"}
ARITHMETIC = {
    "+": ("-", "*", "|", "//"),
    "-": ("+", "*", "//", "%"),
    "*": ("/", "+", "//", "-", "**"),
    "/": ("//", "*", "%"),
    "//": ("/", "%", "*", "-"),
    "%": ("//", "/", "*"),
    "**": ("*",),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|", "^", "-"),
    "|": ("&", "^"),
    "^": ("|", "&"),
}


def comparisons(node: ast.AST) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for kind, left, right in zip(node.ops, sides, sides[1:], strict=False):
            yield SYMBOLS[type(kind)], left, right


def boundary(source: Code, node: ast.AST) -> Iterator[Change]:
    for symbol, left, right in comparisons(node):
        if symbol in BOUNDARY:
            yield from one(source.token(left, right, symbol, BOUNDARY[symbol]))


def comparison(source: Code, node: ast.AST) -> Iterator[Change]:
    for symbol, left, right in comparisons(node):
        for rank, new in enumerate(COMPARISON.get(symbol, ())):
            yield from one(source.token(left, right, symbol, new), 0.8**rank)


def membership(source: Code, node: ast.AST) -> Iterator[Change]:
    for symbol, left, right in comparisons(node):
        if symbol in MEMBERSHIP:
            yield from one(source.token(left, right, symbol, MEMBERSHIP[symbol]))


def connective(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        symbol = SYMBOLS[type(node.op)]
        new = "or" if symbol == "and" else "and"
        pairs = zip(node.values, node.values[1:], strict=False)
        edits = [source.token(left, right, symbol, new) for left, right in pairs]
        sure = tuple(edit for edit in edits if edit is not None)
        if len(sure) == len(edits):
            yield Change(sure)


def operand(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp) and len(node.values) == 2:
        for side in node.values:
            yield from one(source.replace(node, source.operand(side)))
    elif isinstance(node, ast.BinOp):
        yield from one(source.replace(node, source.operand(node.left)))
        yield from one(source.replace(node, source.operand(node.right)), 0.4)


def condition(source: Code, node: ast.AST) -> Iterator[Change]:
    """Negate: drop a `not`, else put one before the test of an `if`, `while` or the like."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from one(source.replace(node, source.operand(node.operand)))
        return
    for test in tests_of(source, node):
        if not isinstance(test, ast.UnaryOp):
            simple = isinstance(test, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
            yield from one(
                source.replace(test, f"not {source.operand(test)}"), 1 if simple else 0.7
            )


def check(source: Code, node: ast.AST) -> Iterator[Change]:
    """Ask first whether a local name is empty."""
    if not isinstance(node, ast.If | ast.While | ast.IfExp):
        return
    used = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
    test = source.segment(node.test)
    inner = f"({test})" if isinstance(node.test, ast.BoolOp | ast.IfExp) else test
    for name in source.names(node.test):
        weight = 1.0 if name in used else 0.6
        yield from one(source.replace(node.test, f"{name} and {inner}"), weight)
        yield from one(source.replace(node.test, f"not {name} or {inner}"), weight * 0.6)


def tests_of(source: Code, node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test
    elif isinstance(node, ast.comprehension):
        yield from node.ifs
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Call | ast.BoolOp):
        yield from [node.value] if source.returns(node) == "bool" else []


def branch(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.IfExp):
        body, orelse = source.operand(node.body), source.operand(node.orelse)
        swapped = f"{orelse} if {source.segment(node.test)} else {body}"
        yield from one(source.replace(node, swapped))
        yield from one(source.replace(node, body), 0.5)
        yield from one(source.replace(node, orelse), 0.5)


def arithmetic(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        symbol = SYMBOLS.get(type(node.op), "")
        ways = ARITHMETIC.get(symbol, ()) if source.is_number(node) else ()
        for rank, new in enumerate(way for way in ways if way != "|"):
            yield from one(source.token(node.left, node.right, symbol, new), 0.8**rank)


def order(source: Code, node: ast.AST) -> Iterator[Change]:
    """Swap the sides of an operator for which their order counts."""
    if isinstance(node, ast.BinOp) and not commutes(source, node):
        middle = source.slice(source.span(node.left)[1], source.span(node.right)[0])
        symbol = SYMBOLS.get(type(node.op), "")
        if middle.strip() == symbol and symbol:
            bare = f"{source.segment(node.right)}{middle}{source.segment(node.left)}"
            wrapped = f"{source.operand(node.right)}{middle}{source.operand(node.left)}"
            yield from one(source.replace(node, bare if same(bare, wrapped) else wrapped))


def commutes(source: Code, node: ast.BinOp) -> bool:
    if isinstance(node.op, ast.Add):
        return source.kind(node) in ("int", "float")
    return isinstance(node.op, ast.Mult | ast.BitAnd | ast.BitOr | ast.BitXor)


def same(one_text: str, other_text: str) -> bool:
    """Whether two expressions mean the same: then the one with fewer parentheses will do."""
    try:
        trees = [ast.dump(ast.parse(text, mode="eval")) for text in (one_text, other_text)]
    except SyntaxError:
        return False
    return trees[0] == trees[1]


def sign(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield from one(source.replace(node, source.operand(node.operand)))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value:
        yield from one(Edit(*source.span(node), f"-{source.segment(node)}"), 0.6)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Name | ast.Call | ast.BinOp):
        if source.is_number(node.value):
            yield from one(source.replace(node.value, f"-{source.operand(node.value)}"), 0.5)
    elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        parent = source.parents.get(node)
        if isinstance(parent, ast.BinOp | ast.Tuple | ast.keyword | ast.Call):
            called = isinstance(parent, ast.Call) and parent.func is node
            if not called and source.is_number(node):
                yield from one(source.replace(node, f"-{source.segment(node)}"), 0.5)


def group(source: Code, node: ast.AST) -> Iterator[Change]:
    """Let the other operator of `a + b * c` or `(a + b) * c` bind first."""
    if not isinstance(node, ast.BinOp):
        return
    outer = f" {SYMBOLS.get(type(node.op), '@')} "
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv):
        inner = f" {SYMBOLS.get(type(left.op), '@')} "
        first = source.operand(left.left)
        rest = f"{source.operand(left.right)}{outer}{source.operand(right)}"
        yield from one(source.replace(node, f"{first}{inner}({rest})"))
    elif isinstance(right, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        inner = f" {SYMBOLS.get(type(right.op), '@')} "
        first = f"({source.operand(left)}{outer}{source.operand(right.left)})"
        yield from one(source.replace(node, f"{first}{inner}{source.operand(right.right)}"))


def off_by_one(source: Code, node: ast.AST) -> Iterator[Change]:
    """One more or one less where a bound, a count or an index is computed."""
    for value in counted(node):
        if not source.is_number(value):
            continue
        text = source.segment(value)
        if isinstance(value, ast.BinOp) and is_one(value.right):
            yield from one(source.replace(value, source.segment(value.left)))
        elif not isinstance(value, ast.Constant | ast.UnaryOp | ast.Slice | ast.Tuple):
            form = "({} {} 1)" if isinstance(node, ast.BinOp) else "{} {} 1"
            for sign in "+-":
                yield from one(source.replace(value, form.format(source.operand(value), sign)))
        elif isinstance(value, ast.Constant) and type(value.value) is int:
            yield from one(Edit(*source.span(value), str(value.value + 1)), 0.6)
        elif isinstance(value, ast.UnaryOp) and text.startswith("-"):
            yield from one(source.replace(value, f"{text} - 1"), 0.5)


def is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def counted(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Slice):
        yield from (bound for bound in (node.lower, node.upper) if bound is not None)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name | ast.BinOp):
        yield node.slice
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        yield from node.args if name == "range" else (a for a in node.args if is_length(a))
    elif isinstance(node, ast.Compare):
        if isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq):
            yield from (v for v in node.comparators if isinstance(v, ast.Name | ast.Call))
    elif isinstance(node, ast.Return | ast.Assign) and node.value is not None:
        if isinstance(node.value, ast.Name | ast.BinOp | ast.Call | ast.Attribute):
            yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.FloorDiv):
        sides = (node.left, node.right)
        yield from (side for side in sides if isinstance(side, ast.Name) or is_length(side))


def is_length(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
