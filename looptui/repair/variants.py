"""All variants of the suspicious lines, most promising first."""

from __future__ import annotations

import ast
import hashlib
import json
import random
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from looptui.repair.change import Change
from looptui.repair.code import Code
from looptui.repair.operators import TABLE
from looptui.repair.suspicion import Suspicion

DIGEST = 16
"""Hex digits kept of a digest: 64 bits, for some thousand variants of a place."""
CROWDED = 0.75
"""Each further variant of the same operator at the same spot counts that much less."""
CROWDED_LINE = 0.95
"""Likewise for the same operator anywhere in the same statement."""
SHOWN = 60
"""Characters of code in a sentence for people."""
HELD = " (held)"
"""Ends the place of variants that mend a part: kept for when nothing is found that mends all."""
OFFERED = " (in this run)"
"""Ends the place of variants that were offered. Another run may offer them again: what became of
them there is not for this maker to know."""
ANNOTATIONS = ("annotation", "returns")

Tried = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Variant:
    source: Code
    change: Change
    operator: str
    scope: str
    """The qualified name of the function or class that is edited."""
    scope_start: int
    """Its first byte."""
    statement: int
    """First line of the edited statement."""
    suspicion: float
    score: float

    @property
    def place(self) -> str:
        """What the memory of tried variants is kept by."""
        return f"{self.source.path}::{self.scope}"

    @cached_property
    def lines(self) -> tuple[int, str, str]:
        """The touched lines as they are and as they become, with the offset of the first."""
        text, edits = self.source.text, self.change.edits
        start = text.rfind(b"\n", 0, min(edit.start for edit in edits)) + 1
        last = max(edit.end for edit in edits)
        end = text.find(b"\n", last if text[last - 1 : last] != b"\n" else last - 1) + 1
        end = end or len(text)
        after = self.source.apply(edits)
        new = after[start : len(after) - (len(text) - end)]
        return start, text[start:end].decode("utf-8", "replace"), new.decode("utf-8", "replace")

    @cached_property
    def digest(self) -> str:
        """The same wherever the lines stand in their function, and by whatever operator.

        Equal lines of one function are told apart by their number.
        """
        start, old, new = self.lines
        same_before = self.source.slice(self.scope_start, start).count(old)
        parts = [self.source.path, self.scope, same_before, old.rstrip(), new.rstrip()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:DIGEST]

    def known(self, tried: Tried) -> bool:
        places = (self.place, self.place + OFFERED)
        return any(self.digest in tried.get(place, ()) for place in places)

    def held(self, tried: Tried) -> bool:
        return self.digest in tried.get(self.place + HELD, ())

    def text(self) -> bytes:
        return self.source.apply(self.change.edits)

    def valid(self) -> bool:
        """Whether it compiles, and to something else than the original."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree = ast.parse(self.text())
                compile(tree, self.source.path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError):
                return False
        return ast.dump(tree) != self.source.shape

    def describe(self) -> str:
        """Like "app.py:12 changed `<` to `<=`"."""
        start, old, new = self.lines
        edit = self.change.edits[0]
        where = f"{self.source.path}:{self.source.line_at(max(start, edit.start))}"
        token = self.source.slice(edit.start, edit.end)
        if len(self.change.edits) == 1 and (token.strip() or edit.new.strip()):
            old, new = token, edit.new
        if not old.strip():
            return f"{where} put in `{shown(new)}`"
        if new.strip() in ("", "pass"):
            return f"{where} took out `{shown(old)}`"
        if old.split() == new.split():
            return f"{where} moved `{shown(old)}` to another indentation"
        return f"{where} changed `{shown(old)}` to `{shown(new)}`"


def shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def of_node(source: Code, node: ast.AST, suspicion: float) -> Iterator[Variant]:
    statement = source.statement(node)
    if statement is None or (isinstance(node, ast.expr) and not source.trustworthy(node)):
        return
    scope, start = source.qualname(node), source.scope_start(node)
    for operator in TABLE:
        for change in operator.generate(source, node):
            score = suspicion**2 * operator.prior * change.weight
            yield Variant(
                source, change, operator.name, scope, start, statement.lineno, suspicion, score
            )


def variants(sources: Iterable[Code], suspicion: Suspicion, seed: int) -> list[Variant]:
    """Every variant once, best first. Equal ranks are ordered by the seed."""
    best: dict[str, Variant] = {}
    for source in sources:
        for node in code(source.tree):
            level = suspicion.of(source, node)
            for variant in of_node(source, node, level) if level > 0 else ():
                known = best.get(variant.digest)
                if known is None or known.score < variant.score:
                    best[variant.digest] = variant
    return ranked(best.values(), seed)


def code(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of annotations."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ANNOTATIONS:
                children = value if isinstance(value, list) else [value]
                waiting.extend(child for child in children if isinstance(child, ast.AST))


def ranked(found: Iterable[Variant], seed: int) -> list[Variant]:
    """By score, after a discount where many variants of one operator crowd a place."""
    chance = random.Random(seed)
    order = sorted(found, key=lambda variant: (-variant.score, variant.digest))
    chance.shuffle(order)
    order.sort(key=lambda variant: -variant.score)
    spots: Counter[tuple[str, int, str]] = Counter()
    lines: Counter[tuple[str, int, str]] = Counter()
    spread: list[Variant] = []
    for variant in order:
        spot = (variant.source.path, variant.change.edits[0].start, variant.operator)
        line = (variant.source.path, variant.statement, variant.operator)
        discount = CROWDED ** spots[spot] * CROWDED_LINE ** lines[line]
        spots[spot] += 1
        lines[line] += 1
        spread.append(replace(variant, score=variant.score * discount))
    return sorted(spread, key=lambda variant: -variant.score)


def untried(found: Sequence[Variant], tried: Tried) -> Iterator[Variant]:
    """Those that compile and whose digest is not known for their place; held ones last."""
    fresh = [variant for variant in found if not variant.known(tried)]
    waiting = sorted(fresh, key=lambda variant: variant.held(tried))
    return (variant for variant in waiting if variant.valid())
