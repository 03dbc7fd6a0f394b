"""Operators on constants, names and attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.source import Edit, Function, Source

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
KINDS: dict[type[ast.AST], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
}


def number(source: Source, node: ast.AST) -> Iterator[Change]:
    """A number one off, of the other sign, ten times off, or another one of the file."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return
    if not isinstance(node.value, int | float):
        return
    value, text = node.value, source.segment(node)
    ways: dict[str, float] = {}
    if isinstance(value, int):
        near = {0: (1,), 1: (0, 2)}.get(value, (value - 1, value + 1))
        ways.update((str(way), 1.0) for way in near if way >= 0)
        ways.setdefault(str(value * 10), 0.2)
        ways.setdefault(str(value // 10 if value >= 10 else 1), 0.3)
    else:
        ways.update({repr(value + 1): 0.3, repr(value * 10): 0.4, repr(value / 10): 0.4})
    for rank, other in enumerate(source.constants.get(type(value), ())):
        ways.setdefault(other, 0.5 * 0.85**rank)
    ways.pop(text, None)
    for way, weight in ways.items():
        yield from one(Edit(*source.span(node), way), weight)


def flag(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield from one(source.replace(node, str(not node.value)))


def text(source: Source, node: ast.AST) -> Iterator[Change]:
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


def space(source: Source, node: ast.AST) -> Iterator[Change]:
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


def annotation(node: ast.arg | ast.AnnAssign) -> str:
    return ast.unparse(node.annotation) if node.annotation is not None else ""


def local_names(source: Source, function: Function) -> dict[str, str]:
    """The names that a function binds, with what is known of their type ("" for nothing)."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = {arg.arg: annotation(arg) for arg in every if arg.arg not in ("self", "cls")}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, "")
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = annotation(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target = node.targets[0].id
            names[target] = names.get(target) or kind_of(node.value)
    return names


def kind_of(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return type(value.value).__name__
    return KINDS.get(type(value), "")


def alike(one_type: str, other_type: str) -> float:
    """How well two types go together: 1 for the same, 0 for different known ones."""
    if not one_type or not other_type:
        return 0.6
    short = one_type.split("[")[0], other_type.split("[")[0]
    return 1.0 if short[0] == short[1] else 0.0


def mixed_up(one_name: str, other_name: str) -> bool:
    """Whether two names differ by a pair of words that are mixed up easily."""
    swaps = [(a, b) for pair in WORD_PAIRS for a, b in (pair, pair[::-1])]
    return any(a in one_name and one_name.replace(a, b) == other_name for a, b in swaps)


def name(source: Source, node: ast.AST) -> Iterator[Change]:
    """Another name of the same kind: a local one, or a constant of the module."""
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return
    function = source.function(node)
    parent = source.parents.get(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    if called:
        return
    names = local_names(source, function) if function is not None else {}
    if node.id in names:
        for other, kind in names.items():
            likely = alike(names[node.id], kind)
            if other != node.id and likely:
                yield from one(
                    source.replace(node, other), 1.0 if mixed_up(node.id, other) else likely
                )
    elif node.id.isupper():
        for other in sorted(capitals(source)):
            if other != node.id:
                weight = 1.5 if mixed_up(node.id, other) else 0.6
                yield from one(source.replace(node, other), weight)


def capitals(source: Source) -> set[str]:
    """Names in capitals that the module defines or imports."""
    found = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
    return {name for name in found if name.isupper()}


def attribute(source: Source, node: ast.AST) -> Iterator[Change]:
    """Another attribute of the same object: a field of its class, or one used elsewhere."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return
    parent = source.parents.get(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    start, end = source.span(node)
    start = end - len(node.attr.encode())
    for other in sorted(attributes_beside(source, node, called) - {node.attr}):
        yield from one(Edit(start, end, other), 1.2 if mixed_up(node.attr, other) else 0.8)


def attributes_beside(source: Source, node: ast.Attribute, called: bool) -> set[str]:
    base = ast.dump(node.value)
    owner = source.owner(node)
    of_self = isinstance(node.value, ast.Name) and node.value.id == "self" and owner is not None
    found: set[str] = set()
    for other in ast.walk(source.tree):
        if isinstance(other, ast.Attribute):
            parent = source.parents.get(other)
            used_as_call = isinstance(parent, ast.Call) and parent.func is other
            same = ast.dump(other.value) == base and (not of_self or source.owner(other) is owner)
            if used_as_call == called and (same or (not called and not of_self)):
                found.add(other.attr)
    if of_self and not called and owner is not None:
        found.update(fields(owner))
    elif not called:
        found.intersection_update(every_field(source) | {node.attr} | same_base(source, base))
    return found


def same_base(source: Source, base: str) -> set[str]:
    """Attributes that the file reads of an object written the same way."""
    nodes = (node for node in ast.walk(source.tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if ast.dump(node.value) == base}


def fields(owner: ast.ClassDef) -> set[str]:
    """The annotated fields of a class body."""
    found = (node.target for node in owner.body if isinstance(node, ast.AnnAssign))
    return {target.id for target in found if isinstance(target, ast.Name)}


def every_field(source: Source) -> set[str]:
    classes = (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))
    return {field for owner in classes for field in fields(owner)}
