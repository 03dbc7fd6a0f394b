"""What an operator yields, and what it says about itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from looptui.repair.code import Code
from looptui.repair.source import Edit


@dataclass(frozen=True, slots=True)
class Change:
    """One way to edit one node."""

    edits: tuple[Edit, ...]
    weight: float = 1.0
    """How likely, compared with the operator's other ways (1.0)."""


Generate = Callable[[Code, ast.AST], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of the operator table. `before` becomes `after` in one of its variants."""

    name: str
    what: str
    before: str
    after: str
    prior: float
    """How often such an edit is the right one, in our judgement, from 0 to 1."""
    generate: Generate


def one(edit: Edit | None, weight: float = 1.0) -> Iterator[Change]:
    if edit is not None:
        yield Change((edit,), weight)
