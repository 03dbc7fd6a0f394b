"""Operators on calls, subscripts and tuples."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from looptui.repair.change import Change, one
from looptui.repair.code import Code
from looptui.repair.kinds import BUILTINS, compatible, has, head
from looptui.repair.source import Edit

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
WRAPPERS = {
    "sorted": ("list", "set", "dict", "tuple", "generator", "Iterable", "Sequence", "Mapping"),
    "reversed": ("list", "tuple", "Sequence", "str"),
    "list": ("list", "set", "dict", "tuple", "generator", "Iterable", "Sequence", "str"),
    "set": ("list", "generator", "Iterable", "Sequence", "str"),
    "abs": ("int", "float", "Decimal"),
    "len": ("list", "set", "dict", "tuple", "str", "Sequence"),
    "str": ("int", "float", "Decimal", "Path"),
    "int": ("float", "Decimal", "str"),
    "round": ("float", "Decimal"),
}
"""Calls put around a value, and the types for which they make sense."""
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


def twin(source: Code, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        if node.id not in source.names(node):
            for other in twins(node.id):
                yield from one(source.replace(node, other))
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        end = source.span(node)[1]
        kind = source.kind(node.value)
        for other in twins(node.attr):
            if has(kind, other) or not has(kind, node.attr):
                yield from one(Edit(end - len(node.attr.encode()), end, other))


def twins(word: str) -> list[str]:
    families = (family for family in TWINS if word in family)
    return list(dict.fromkeys(other for family in families for other in family if other != word))


def arguments(source: Code, node: ast.AST) -> Iterator[Change]:
    """Swap two neighbouring arguments."""
    if isinstance(node, ast.Call):
        for left, right in zip(node.args, node.args[1:], strict=False):
            if not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred):
                likely = compatible(source.kind(left), source.kind(right))
                yield swap(source, left, right, likely or 0.4)


def swap(source: Code, left: ast.expr, right: ast.expr, weight: float = 1.0) -> Change:
    first, second = source.segment(left), source.segment(right)
    return Change((source.replace(left, second), source.replace(right, first)), weight)


def pair(source: Code, node: ast.AST) -> Iterator[Change]:
    """Swap two neighbouring items of a tuple."""
    if isinstance(node, ast.Tuple):
        for left, right in zip(node.elts, node.elts[1:], strict=False):
            yield swap(source, left, right)


def unwrap(source: Code, node: ast.AST) -> Iterator[Change]:
    """Leave a call out: `sorted(x)` becomes `x`, `x.strip()` becomes `x`."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        yield from one(source.replace(node, source.operand(node.func.value)))
    plain = [arg for arg in node.args if not isinstance(arg, ast.Starred | ast.GeneratorExp)]
    for argument in plain[:2]:
        weight = 1.0 if isinstance(node.func, ast.Name) else 0.5
        yield from one(source.replace(node, source.operand(argument)), weight)


def wrap(source: Code, node: ast.AST) -> Iterator[Change]:
    """Put a call around what is iterated, returned or assigned."""
    for value, wrappers in wrappable(source, node):
        kind = head(source.kind(value))
        fitting = [wrapper for wrapper in wrappers if kind in ("", *WRAPPERS.get(wrapper, ()))]
        for wrapper in source.idle_imports:
            yield from one(source.replace(value, f"{wrapper}({source.segment(value)})"), 1.8)
        for rank, wrapper in enumerate(fitting):
            loop = isinstance(node, ast.For | ast.comprehension)
            weight = (1.6 if loop else 1.0) * 0.85**rank
            yield from one(source.replace(value, f"{wrapper}({source.segment(value)})"), weight)


def wrappable(source: Code, node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    if isinstance(node, ast.For | ast.comprehension):
        yield node.iter, ("sorted", "reversed", "list")
    elif isinstance(node, ast.Return | ast.Assign) and node.value is not None:
        if not isinstance(node.value, ast.Constant):
            expected = head(source.returns(node)) if isinstance(node, ast.Return) else ""
            fitting = (word for word in WRAPPERS if BUILTINS.get(word, expected) == expected)
            yield node.value, tuple(fitting) if expected else tuple(WRAPPERS)
    elif isinstance(node, ast.Call):
        for argument in node.args:
            if isinstance(argument, ast.Name | ast.BinOp | ast.Attribute):
                yield argument, ("abs", "str", "int", "len")


def method(source: Code, node: ast.AST) -> Iterator[Change]:
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
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        values = [*node.elts]
    for value in values:
        if isinstance(value, ast.Name | ast.Call | ast.Attribute | ast.Subscript):
            kind = source.kind(value)
            weight = 1.0 if kind else 0.6
            for rank, word in enumerate(("strip", "lower", "rstrip", "copy", "upper")):
                if has(kind, word) and head(kind) not in source.facts.returns:
                    way = f"{source.segment(value)}.{word}()"
                    yield from one(source.replace(value, way), weight * 0.8**rank)


def argument(source: Code, node: ast.AST) -> Iterator[Change]:
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


def keyword(source: Code, node: ast.AST) -> Iterator[Change]:
    """Add the keyword that turns a common call round."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
        word = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        extra = KEYWORDS.get(word)
        used = {keyword.arg for keyword in node.keywords}
        if extra and extra.split("=")[0] not in used and not bare_generator(source, node):
            last = node.keywords[-1].value if node.keywords else node.args[-1]
            end = source.span(last)[1]
            yield from one(Edit(end, end, f", {extra}"))


def bare_generator(source: Code, node: ast.Call) -> bool:
    """Whether the only argument is a generator without parentheses of its own."""
    return isinstance(node.args[0], ast.GeneratorExp) and len(node.args) == 1


def subscript(source: Code, node: ast.AST) -> Iterator[Change]:
    """The other end of a sequence, a slice bound left out, `[key]` against `.get(key)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from other_call(source, node, node.func)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from ends(source, node)
        if isinstance(node.slice, ast.Slice):
            yield from bounds(source, node.slice)
        elif not isinstance(node.slice, ast.Constant | ast.UnaryOp | ast.Tuple):
            base, key = source.operand(node.value), source.segment(node.slice)
            yield from one(source.replace(node, f"{base}.get({key}, 0)"), 0.4)


def other_call(source: Code, node: ast.Call, func: ast.Attribute) -> Iterator[Change]:
    """`get(key)`, `append(item)`, `insert(0, item)`, `pop()` and `pop(0)`."""
    base = source.operand(func.value)
    args = [source.segment(argument) for argument in node.args]
    if func.attr == "get" and args:
        yield from one(source.replace(node, f"{base}[{args[0]}]"), 0.4)
    elif func.attr == "append" and len(args) == 1:
        yield from one(source.replace(node, f"{base}.insert(0, {args[0]})"))
    elif func.attr == "insert" and len(args) == 2:
        yield from one(source.replace(node, f"{base}.append({args[1]})"))
    elif func.attr == "pop" and args in ([], ["0"]):
        yield from one(source.replace(node, f"{base}.pop({'' if args else '0'})"))


def ends(source: Code, node: ast.Subscript) -> Iterator[Change]:
    index = source.segment(node.slice) if not isinstance(node.slice, ast.Tuple) else ""
    other = {"0": "-1", "-1": "0", "1": "-1", "-2": "-1"}.get(index)
    if other is not None:
        yield from one(source.replace(node.slice, other))
    elif index == "::-1":
        yield from one(source.replace(node, source.operand(node.value)))


def bounds(source: Code, node: ast.Slice) -> Iterator[Change]:
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


def exception(source: Code, node: ast.AST) -> Iterator[Change]:
    """Another exception raised or caught: one of the file's own, or a common one."""
    places: list[ast.expr] = []
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        places = [node.exc.func]
    elif isinstance(node, ast.ExceptHandler) and node.type is not None:
        places = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
    words = [*(own.name for own in source.classes if own.bases), *EXCEPTIONS]
    for place in places:
        if isinstance(place, ast.Name):
            for rank, other in enumerate(word for word in words if word != place.id):
                yield from one(source.replace(place, other), 0.9**rank)
