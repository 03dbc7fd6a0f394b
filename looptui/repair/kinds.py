"""What is known of types: from annotations, literals and builtins. Little, and "" for the rest.

It is enough to leave out edits that cannot make sense, such as `+ 1` on a text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from looptui.repair.source import Function, Source

LITERALS: dict[type[ast.AST], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
    ast.Lambda: "function",
    ast.GeneratorExp: "generator",
}
BUILTINS = {
    **dict.fromkeys(("len", "int", "ord", "hash", "round"), "int"),
    **dict.fromkeys(("str", "repr", "chr", "format", "input"), "str"),
    **dict.fromkeys(("bool", "any", "all", "isinstance", "callable", "hasattr"), "bool"),
    **dict.fromkeys(("sorted", "list"), "list"),
    "float": "float",
    "dict": "dict",
    "set": "set",
    "tuple": "tuple",
    "divmod": "tuple",
}
METHODS = {
    **dict.fromkeys(("strip", "lstrip", "rstrip", "lower", "upper", "title", "join"), "str"),
    **dict.fromkeys(("ljust", "rjust", "center", "zfill", "format", "capitalize"), "str"),
    **dict.fromkeys(("removeprefix", "removesuffix", "isoformat", "decode"), "str"),
    **dict.fromkeys(("split", "rsplit", "splitlines"), "list[str]"),
    **dict.fromkeys(("partition", "rpartition"), "tuple"),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isalnum"), "bool"),
    **dict.fromkeys(("find", "rfind", "weekday", "isoweekday", "bit_length"), "int"),
}
NUMBERS = {"int", "float", "Decimal", "Fraction", "complex", "timedelta"}
TYPES: dict[str, type] = {
    **{kind.__name__: kind for kind in (str, int, float, bool, list, dict, set, tuple)}
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the annotations of some files say, by bare name; "" where two of a name differ."""

    returns: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)

    def learn(self, sources: Iterable[Source]) -> None:
        for source in sources:
            for node in ast.walk(source.tree):
                if isinstance(node, Function):
                    note(self.returns, node.name, annotation(node.returns))
                    if is_property(node):
                        note(self.fields, node.name, annotation(node.returns))
                elif isinstance(node, ast.ClassDef):
                    note(self.returns, node.name, node.name)
                elif isinstance(node, ast.AnnAssign):
                    note(self.fields, target_name(node.target), annotation(node.annotation))


def note(facts: dict[str, str], name: str, kind: str) -> None:
    facts[name] = kind if facts.get(name, kind) == kind else ""


def target_name(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def is_property(function: Function) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def annotation(node: ast.expr | None) -> str:
    """An annotation as text; "" for none and for a choice of types."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        text = ast.unparse(node) if node is not None else ""
    return "" if "|" in text or text in ("Any", "object", "Self") else text


def head(kind: str) -> str:
    """`list` of `list[int]`."""
    return kind.partition("[")[0].rpartition(".")[2]


def element(kind: str) -> str:
    """What an item of it is, or what iterating gives."""
    inner = kind.partition("[")[2].removesuffix("]")
    if head(kind) == "str":
        return "str"
    return inner.partition(",")[0].strip() if inner and inner.count("[") == 0 else ""


def numeric(kind: str) -> bool:
    """Whether it may be a number."""
    return not kind or head(kind) in NUMBERS


def textual(kind: str) -> bool:
    """Whether it may be a text."""
    return head(kind) in ("", "str")


def compatible(one: str, other: str) -> float:
    """How well two kinds go together: 1 for the same, 0 for different known ones."""
    if not one or not other:
        return 0.6
    return 1.0 if head(one) == head(other) else 0.0


def has(kind: str, method: str) -> bool:
    """Whether a builtin type has the method; yes for other types."""
    known = TYPES.get(head(kind))
    return known is None or hasattr(known, method)
