"""Operators on calls, subscripts and tuples."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.source import Edit, Source

TWINS = (
    ("startswith", "endswith"),
    ("lstrip", "rstrip", "strip"),
    ("ljust", "rjust", "center"),
    ("upper", "lower", "title", "capitalize"),
    ("find", "rfind"),
    ("index", "rindex"),
    ("split", "rsplit"),
    ("partition", "rpartition"),
    ("removeprefix", "removesuffix"),
    ("append", "extend"),
    ("append", "add"),
    ("add", "update"),
    ("add", "discard"),
    ("union", "intersection", "difference"),
    ("issubset", "issuperset"),
    ("keys", "values", "items"),
    ("isdigit", "isalpha", "isalnum", "isdecimal"),
    ("append", "appendleft"),
    ("pop", "popleft"),
    ("days", "seconds"),
    ("weekday", "isoweekday"),
    ("replace", "strip"),
    ("min", "max"),
    ("any", "all"),
    ("sorted", "reversed", "list"),
    ("sum", "len", "max"),
    ("int", "round", "float"),
    ("floor", "ceil"),
    ("bisect_left", "bisect_right"),
    ("heappush", "heappop"),
    ("str", "repr"),
    ("list", "set", "tuple"),
    ("isinstance", "issubclass"),
    ("first", "last"),
    ("and_", "or_"),
    ("match", "search", "fullmatch"),
    ("zip", "product"),
)
"""Functions and methods that are taken for each other."""
KEYWORDS = {
    "sorted": "reverse=True",
    "sort": "reverse=True",
    "enumerate": "start=1",
    "min": "default=0",
    "max": "default=0",
    "zip": "strict=True",
    "split": "maxsplit=1",
}
WRAPPERS = ("sorted", "list", "abs", "len", "str", "int", "set", "round")
EXCEPTIONS = (
    "ValueError",
    "KeyError",
    "IndexError",
    "LookupError",
    "TypeError",
    "AttributeError",
    "ZeroDivisionError",
    "ArithmeticError",
    "OSError",
)


def twin(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        start, end = source.span(node)
        word = node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        end = source.span(node)[1]
        start, word = end - len(node.attr.encode()), node.attr
    else:
        return
    others = {other for family in TWINS if word in family for other in family} - {word}
    for other in sorted(others):
        yield from one(Edit(start, end, other))


def arguments(source: Source, node: ast.AST) -> Iterator[Change]:
    """Swap two neighbouring arguments."""
    if isinstance(node, ast.Call):
        for left, right in zip(node.args, node.args[1:], strict=False):
            if not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred):
                yield swap(source, left, right)


def swap(source: Source, left: ast.expr, right: ast.expr, weight: float = 1.0) -> Change:
    first, second = source.segment(left), source.segment(right)
    return Change((source.replace(left, second), source.replace(right, first)), weight)


def pair(source: Source, node: ast.AST) -> Iterator[Change]:
    """Swap two neighbouring items of a tuple."""
    if isinstance(node, ast.Tuple):
        for left, right in zip(node.elts, node.elts[1:], strict=False):
            yield swap(source, left, right)


def unwrap(source: Source, node: ast.AST) -> Iterator[Change]:
    """Leave a call out: `sorted(x)` becomes `x`, `x.strip()` becomes `x`."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        yield from one(source.replace(node, source.operand(node.func.value)))
    plain = [arg for arg in node.args if not isinstance(arg, ast.Starred | ast.GeneratorExp)]
    for argument in plain[:2]:
        weight = 1.0 if isinstance(node.func, ast.Name) else 0.5
        yield from one(source.replace(node, source.operand(argument)), weight)


def wrap(source: Source, node: ast.AST) -> Iterator[Change]:
    """Put a call around what is iterated, returned or assigned."""
    for value, wrappers in wrappable(node):
        for rank, wrapper in enumerate(wrappers):
            yield from one(source.replace(value, f"{wrapper}({source.segment(value)})"), 0.85**rank)


def wrappable(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    if isinstance(node, ast.For | ast.comprehension):
        yield node.iter, ("sorted", "reversed", "list")
    elif isinstance(node, ast.Return | ast.Assign) and node.value is not None:
        if not isinstance(node.value, ast.Constant):
            yield node.value, WRAPPERS
    elif isinstance(node, ast.Call):
        for argument in node.args:
            if isinstance(argument, ast.Name | ast.BinOp | ast.Attribute):
                yield argument, ("abs", "str", "int", "len")


def method(source: Source, node: ast.AST) -> Iterator[Change]:
    """Clean a text where it is used: `x` becomes `x.strip()`, `.lower()` or a copy."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Return | ast.Assign | ast.AnnAssign) and node.value is not None:
        values = [node.value]
    elif isinstance(node, ast.Compare):
        values = [node.left, *node.comparators]
    elif isinstance(node, ast.Call):
        values = [*node.args]
        if isinstance(node.func, ast.Attribute):
            values.append(node.func.value)
    elif isinstance(node, ast.BinOp):
        values = [node.left, node.right]
    for value in values:
        if isinstance(value, ast.Name | ast.Call | ast.Attribute | ast.Subscript):
            for rank, call in enumerate(("strip()", "lower()", "rstrip()", "copy()", "upper()")):
                yield from one(source.replace(value, f"{source.segment(value)}.{call}"), 0.8**rank)


def argument(source: Source, node: ast.AST) -> Iterator[Change]:
    """Leave out an argument or a keyword of a call."""
    if not isinstance(node, ast.Call):
        return
    items: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for position, item in enumerate(items):
        start, end = source.span(item)
        if position > 0:
            start = source.span(items[position - 1])[1]
        elif len(items) > 1:
            end = source.span(items[1])[0]
        yield from one(Edit(start, end, ""), 1.0 if isinstance(item, ast.keyword) else 0.6)


def keyword(source: Source, node: ast.AST) -> Iterator[Change]:
    """Add the keyword that turns a common call round."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
        word = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        extra = KEYWORDS.get(word)
        used = {keyword.arg for keyword in node.keywords}
        if extra and extra.split("=")[0] not in used and not bare_generator(source, node):
            last = node.keywords[-1].value if node.keywords else node.args[-1]
            end = source.span(last)[1]
            yield from one(Edit(end, end, f", {extra}"))


def bare_generator(source: Source, node: ast.Call) -> bool:
    """Whether the only argument is a generator without parentheses of its own."""
    return isinstance(node.args[0], ast.GeneratorExp) and len(node.args) == 1


def subscript(source: Source, node: ast.AST) -> Iterator[Change]:
    """The other end of a sequence, a slice bound left out, `[key]` against `.get(key)`."""
    if isinstance(node, ast.Call):
        yield from without_get(source, node)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from ends(source, node)
        if isinstance(node.slice, ast.Slice):
            yield from bounds(source, node.slice)
        elif not isinstance(node.slice, ast.Constant | ast.UnaryOp | ast.Tuple):
            base, key = source.operand(node.value), source.segment(node.slice)
            yield from one(source.replace(node, f"{base}.get({key}, 0)"), 0.4)


def without_get(source: Source, node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        base, key = source.operand(node.func.value), source.segment(node.args[0])
        yield from one(source.replace(node, f"{base}[{key}]"), 0.4)


def ends(source: Source, node: ast.Subscript) -> Iterator[Change]:
    index = source.segment(node.slice) if not isinstance(node.slice, ast.Tuple) else ""
    other = {"0": "-1", "-1": "0", "1": "-1", "-2": "-1"}.get(index)
    if other is not None:
        yield from one(source.replace(node.slice, other))
    elif index == "::-1":
        yield from one(source.replace(node, source.operand(node.value)))


def bounds(source: Source, node: ast.Slice) -> Iterator[Change]:
    """Slices with a bound left out, added or counted from the other end."""
    lower = source.segment(node.lower) if node.lower is not None else ""
    upper = source.segment(node.upper) if node.upper is not None else ""
    if node.step is not None or not (lower or upper):
        return
    ways = [f"{upper}:{lower}", f"{lower}:", f":{upper}", f"1:{upper}", f"{lower}:-1"]
    ways += [f"-{upper}:" if upper.isidentifier() or upper.isdigit() else "", f"{lower}:-{upper}"]
    own = f"{lower}:{upper}"
    for way in dict.fromkeys(ways):
        if way not in (own, ":", "") and "--" not in way and not way.endswith(":-"):
            yield from one(Edit(*source.span(node), way))


def exception(source: Source, node: ast.AST) -> Iterator[Change]:
    """Another exception raised or caught: one of the file's own, or a common one."""
    places: list[ast.expr] = []
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        places = [node.exc.func]
    elif isinstance(node, ast.ExceptHandler) and node.type is not None:
        places = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    words = [*(own.name for own in classes if own.bases), *EXCEPTIONS]
    for place in places:
        if isinstance(place, ast.Name):
            for rank, other in enumerate(word for word in words if word != place.id):
                yield from one(source.replace(place, other), 0.9**rank)
