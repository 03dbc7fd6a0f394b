"""Operators on constants, names and attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.code import Code
from looptui.repair.kinds import compatible
from looptui.repair.source import Edit

WORD_PAIRS = (
    ("left", "right"),
    ("first", "last"),
    ("start", "end"),
    ("min", "max"),
    ("before", "after"),
    ("lower", "upper"),
    ("row", "column"),
    ("width", "height"),
    ("x", "y"),
    ("old", "new"),
    ("HALF_UP", "HALF_EVEN"),
    ("UP", "DOWN"),
    ("asc", "desc"),
    ("open", "close"),
    ("seconds", "minutes"),
)
"""Words that are mixed up easily: a name with one suggests the name with the other."""


def number(source: Code, node: ast.AST) -> Iterator[Change]:
    """A number one off, of the other sign, ten times off, or another one of the file."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return
    if not isinstance(node.value, int | float):
        return
    value, text = node.value, source.segment(node)
    ways: dict[str, float] = {}
    if isinstance(value, int):
        for step, weight in ((-1, 1.0), (1, 1.0), (-2, 0.4), (2, 0.4)):
            if value + step >= 0:
                ways[str(value + step)] = weight
        ways.setdefault(str(value * 10), 0.2)
        ways.setdefault(str(value // 10 if value >= 10 else 1), 0.3)
    else:
        ways.update({repr(value + 1): 0.3, repr(value * 10): 0.4, repr(value / 10): 0.4})
    for rank, other in enumerate(source.constants.get(type(value), ())):
        ways.setdefault(other, 0.5 * 0.85**rank)
    ways.pop(text, None)
    for way, weight in ways.items():
        yield from one(Edit(*source.span(node), way), weight)


def flag(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield from one(source.replace(node, str(not node.value)))


def text(source: Code, node: ast.AST) -> Iterator[Change]:
    """A string replaced by another one of the file, or by the empty one."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    parent = source.parents.get(node)
    if isinstance(parent, ast.Expr | ast.JoinedStr) or len(node.value) > 60:
        return
    own = source.segment(node)
    if "\n" in own:
        return
    for rank, other in enumerate(source.constants.get(str, ())):
        if other != own and len(other) < 40 and "\n" not in other:
            alike = abs(len(other) - len(own)) <= 2
            yield from one(source.replace(node, other), (1.0 if alike else 0.5) * 0.9**rank)
    if node.value:
        yield from one(source.replace(node, '""'), 0.4)


def space(source: Code, node: ast.AST) -> Iterator[Change]:
    """A blank too many or too few at the ends of a short string."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    own = source.segment(node)
    if len(own) > 12 or own[:1] not in "'\"" or own[:3] in ('"""', "'''") or not node.value:
        return
    quote, body = own[0], own[1:-1]
    forms = {body.strip(), f"{body} ", f" {body}", body * 2 if len(body) == 1 else body}
    for form in sorted(forms - {body, ""}):
        yield from one(source.replace(node, f"{quote}{form}{quote}"))


def mixed_up(one_name: str, other_name: str) -> bool:
    """Whether two names differ by a pair of words that are mixed up easily."""
    swaps = [(a, b) for pair in WORD_PAIRS for a, b in (pair, pair[::-1])]
    return any(a in one_name and one_name.replace(a, b) == other_name for a, b in swaps)


def name(source: Code, node: ast.AST) -> Iterator[Change]:
    """Another name of the same kind: a local one, or a constant of the module."""
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return
    parent = source.parents.get(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    names = source.names(node) | source.own_object(node)
    if node.id in names:
        idle = source.unused(node)
        for other, kind in names.items():
            likely = compatible(names[node.id], kind)
            if "self" in (node.id, other) and likely < 1:
                continue
            if other != node.id and likely:
                strong = mixed_up(node.id, other) or other in idle
                yield from one(source.replace(node, other), 2.0 if strong else likely)
    elif node.id.isupper():
        for other, uses in sorted(source.capitals.items()):
            if other != node.id:
                strong = mixed_up(node.id, other) or not uses
                yield from one(source.replace(node, other), 1.5 if strong else 0.6)


def parameter(source: Code, node: ast.AST) -> Iterator[Change]:
    """A constant replaced by a parameter or local name of its type."""
    if not isinstance(node, ast.Constant) or node.value is None:
        return
    if isinstance(source.parents.get(node), ast.Expr | ast.JoinedStr):
        return
    idle = source.unused(node)
    for other, kind in source.names(node).items():
        if kind == type(node.value).__name__ or other in idle:
            yield from one(source.replace(node, other), 2.0 if other in idle else 0.7)


def forgotten(source: Code, node: ast.AST) -> Iterator[Change]:
    """A local name that nothing reads comes into a value that is assigned or returned."""
    if not isinstance(node, ast.Return | ast.Assign) or node.value is None:
        return
    value, bare = source.operand(node.value), source.segment(node.value)
    for other in sorted(source.unused(node)):
        sums = (f"{other} + {value}", f"{value} - {other}", f"{value} * {other}")
        for way in (*sums, f"max({bare}, {other})", f"min({bare}, {other})", f"{other} or {value}"):
            yield from one(source.replace(node.value, way))


def attribute(source: Code, node: ast.AST) -> Iterator[Change]:
    """Another attribute of the same object: a field of its class, or one used elsewhere."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return
    parent = source.parents.get(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    start, end = source.span(node)
    start = end - len(node.attr.encode())
    own = "" if called else source.facts.fields.get(node.attr, "")
    for other in sorted(attributes_beside(source, node, called) - {node.attr}):
        likely = compatible(own, source.facts.fields.get(other, "")) or 0.3
        yield from one(Edit(start, end, other), 1.2 if mixed_up(node.attr, other) else likely)


def attributes_beside(source: Code, node: ast.Attribute, called: bool) -> set[str]:
    """Attributes that an object written like this one has, as far as the file shows."""
    base, owner = ast.dump(node.value), source.owner(node)
    of_self = isinstance(node.value, ast.Name) and node.value.id == "self" and owner is not None
    found: set[str] = set()
    for other in source.attributes.get(base, ()):
        parent = source.parents.get(other)
        used_as_call = isinstance(parent, ast.Call) and parent.func is other
        if used_as_call == called and (not of_self or source.owner(other) is owner):
            found.add(other.attr)
    if of_self and owner is not None and not called:
        found |= source.fields_of(owner)
    elif not called:
        found |= siblings(source, node.attr)
    return found


def siblings(source: Code, field: str) -> set[str]:
    """The fields of all classes of the file that have this one."""
    groups = (source.fields_of(owner) for owner in source.classes)
    return {name for group in groups if field in group for name in group}
