"""The table of mutation operators: what they do, an example of each, how likely they are.

The set follows the classic mutation operators (K. N. King and A. J. Offutt, A Fortran language
system for mutation-based software testing, 1991) and their use for repair (V. Debroy and
W. E. Wong, Using mutation to automatically suggest fixes for faulty programs, ICST 2010), with
some of Python's own. The priors are our judgement, not measured on any corpus.
"""

from __future__ import annotations

from looptui.repair import calls, expressions, statements, values
from looptui.repair.change import Operator

TABLE: tuple[Operator, ...] = (
    Operator(
        "boundary",
        "a comparison takes its limit in or leaves it out",
        "ok = a < b",
        "ok = a <= b",
        1.0,
        expressions.boundary,
    ),
    Operator(
        "comparison",
        "another comparison",
        "ok = a == b",
        "ok = a != b",
        0.8,
        expressions.comparison,
    ),
    Operator(
        "membership",
        "`in` or `is` against its opposite",
        "ok = a in b",
        "ok = a not in b",
        0.9,
        expressions.membership,
    ),
    Operator(
        "connective",
        "`and` against `or`",
        "ok = a and b",
        "ok = a or b",
        0.9,
        expressions.connective,
    ),
    Operator(
        "condition",
        "a condition negated, a `not` left out",
        "if a: pass",
        "if not a: pass",
        0.8,
        expressions.condition,
    ),
    Operator(
        "check",
        "one more condition: that a local name is not empty, or that it is",
        "def f(a: int, b: int) -> bool:\n    if a > 1: return b",
        "def f(a: int, b: int) -> bool:\n    if b and a > 1: return b",
        0.5,
        expressions.check,
    ),
    Operator(
        "branch",
        "the branches of a conditional expression swapped, or one taken always",
        "x = a if c else b",
        "x = b if c else a",
        0.6,
        expressions.branch,
    ),
    Operator(
        "arithmetic",
        "another arithmetic operator",
        "x = a + b",
        "x = a - b",
        0.9,
        expressions.arithmetic,
    ),
    Operator(
        "operand",
        "one side of an operator left out",
        "x = a + b",
        "x = a",
        0.6,
        expressions.operand,
    ),
    Operator(
        "order",
        "the sides of an operator swapped",
        "x = a - b",
        "x = b - a",
        0.6,
        expressions.order,
    ),
    Operator(
        "group",
        "the other of two operators binds first",
        "x = (a + b) * c",
        "x = a + (b * c)",
        0.4,
        expressions.group,
    ),
    Operator("sign", "a minus sign added or left out", "x = -a", "x = a", 0.6, expressions.sign),
    Operator(
        "off-by-one",
        "one more or one less in a bound, an index or a count",
        "x = a[:n]",
        "x = a[:n + 1]",
        0.9,
        expressions.off_by_one,
    ),
    Operator(
        "number",
        "a number one or ten times off, or another one of the file",
        "x = 10",
        "x = 9",
        0.85,
        values.number,
    ),
    Operator("flag", "True against False", "x = True", "x = False", 0.9, values.flag),
    Operator(
        "text",
        "another string of the file, or the empty one",
        'x = {"a": "b"}',
        'x = {"b": "b"}',
        0.5,
        values.text,
    ),
    Operator(
        "space", "a blank at the end of a short string", 'x = ", "', 'x = ","', 0.5, values.space
    ),
    Operator(
        "parameter",
        "a constant gives way to a parameter or local name of its type",
        "def f(a: int) -> int: return 1",
        "def f(a: int) -> int: return a",
        0.6,
        values.parameter,
    ),
    Operator(
        "forgotten",
        "a local name that nothing reads comes into a value",
        "def f(a: int, b: int) -> int: return a",
        "def f(a: int, b: int) -> int: return b + a",
        0.7,
        values.forgotten,
    ),
    Operator(
        "name",
        "another name in scope of the same kind, as far as known",
        "def f(a: int, b: int) -> int: return a",
        "def f(a: int, b: int) -> int: return b",
        0.6,
        values.name,
    ),
    Operator(
        "attribute",
        "another attribute of the same object",
        "ok = (a.start, a.end)",
        "ok = (a.end, a.end)",
        0.7,
        values.attribute,
    ),
    Operator(
        "twin",
        "a function or method that is taken for another",
        "x = min(a)",
        "x = max(a)",
        0.95,
        calls.twin,
    ),
    Operator(
        "arguments", "two arguments swapped", "x = f(a, b)", "x = f(b, a)", 0.8, calls.arguments
    ),
    Operator("argument", "an argument left out", "x = f(a, b=c)", "x = f(a)", 0.4, calls.argument),
    Operator(
        "keyword",
        "a keyword added that turns a call round",
        "x = sorted(a)",
        "x = sorted(a, reverse=True)",
        0.6,
        calls.keyword,
    ),
    Operator("pair", "two items of a tuple swapped", "x = a, b", "x = b, a", 0.7, calls.pair),
    Operator("unwrap", "a call left out", "x = a.strip()", "x = a", 0.5, calls.unwrap),
    Operator("wrap", "a call put around a value", "x = a", "x = sorted(a)", 0.45, calls.wrap),
    Operator(
        "method",
        "a text method or a copy added",
        "ok = a == b",
        "ok = a.strip() == b",
        0.35,
        calls.method,
    ),
    Operator(
        "subscript",
        "the other end of a sequence, other slice bounds, `[key]` against `.get(key)`",
        "x = a[0]",
        "x = a[-1]",
        0.8,
        calls.subscript,
    ),
    Operator(
        "exception",
        "another exception raised or caught",
        "raise ValueError(a)",
        "raise KeyError(a)",
        0.5,
        calls.exception,
    ),
    Operator(
        "assignment", "`+=` against `-=` or `=`", "a += b", "a -= b", 0.9, statements.assignment
    ),
    Operator(
        "jump",
        "`break` against `continue`",
        "while a: break",
        "while a: continue",
        0.9,
        statements.jump,
    ),
    Operator(
        "removal",
        "a simple statement or a guard left out",
        "if a: b = c",
        "if a: pass",
        0.5,
        statements.removal,
    ),
    Operator(
        "returned",
        "another value returned",
        "def f(a: int) -> int: return a + 1",
        "def f(a: int) -> int: return a",
        0.45,
        statements.returned,
    ),
    Operator(
        "guard",
        "an empty argument or item leaves early",
        "for a in b:\n    c(a)",
        "for a in b:\n    if not a:\n        continue\n    c(a)",
        0.45,
        statements.guard,
    ),
    Operator(
        "nesting",
        "a statement moved out of a block, or into it",
        "for a in b:\n    c(a)\n    d()",
        "for a in b:\n    c(a)\nd()",
        0.75,
        statements.nesting,
    ),
    Operator(
        "sequence",
        "two neighbouring statements swapped",
        "a()\nb()",
        "b()\na()",
        0.4,
        statements.sequence,
    ),
    Operator(
        "shared-default",
        "a mutable default made anew in each call",
        "def f(a=[]):\n    b(a)",
        "def f(a=None):\n    if a is None:\n        a = []\n    b(a)",
        1.0,
        statements.shared_default,
    ),
    Operator(
        "repetition",
        "`if` against `while`, `elif` against `if`",
        "while a: b()",
        "if a: b()",
        0.5,
        statements.repetition,
    ),
)


def table_text() -> str:
    """The table for people, as Markdown."""
    rows = ["| operator | what it tries | from | to |", "|---|---|---|---|"]
    for operator in TABLE:
        before, after = (f"`{code}`" for code in (operator.before, operator.after))
        row = f"| {operator.name} | {operator.what} | {before} | {after} |"
        rows.append(row.replace("\n", "⏎"))
    return "\n".join(rows)
