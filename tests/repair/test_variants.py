"""Variants: their names in memory, their order, their sentences."""

from looptui.core.memory import IN_THIS_RUN
from looptui.repair.suspicion import Suspicion, by_line, ochiai, shared_by_all
from looptui.repair.variants import HELD, OFFERED, Variant, untried, variants
from tests.repair.making import code

TEXT = """\
LIMIT = 10


def first(a: int, b: int) -> bool:
    return a < b


def second(a: int, b: int) -> int:
    total = a + b
    if total > LIMIT:
        return LIMIT
    return total
"""


def found(text: str, **lines: float) -> list[Variant]:
    """All variants; a line's suspicion is given as `l5=0.5`, all other lines have none."""
    source = code(text)
    levels = {int(name[1:]): level for name, level in lines.items()}
    suspicion = Suspicion({"app.py": levels})
    suspicion.learn([source])
    return variants([source], suspicion, 0)


def digests(text: str, line: int) -> set[str]:
    """Of all variants of the statement at a line."""
    return {one.digest for one in found(text, **{f"l{line}": 1.0}) if one.statement == line}


def test_ochiai() -> None:
    assert ochiai(2, 0, 2) == 1.0
    assert ochiai(1, 3, 1) == 0.5
    assert ochiai(0, 5, 2) == 0.0


def test_by_line_counts_tests_once_for_each_line() -> None:
    lines = by_line([[("a", 1), ("a", 1), ("a", 2)], [("a", 2)]], {"a": {1: 1}})
    assert lines == {"a": {1: ochiai(1, 1, 2), 2: 1.0}}


def test_shared_by_all() -> None:
    tests = [[("a", 1), ("a", 2)], [("a", 2), ("a", 3)]]
    assert shared_by_all(tests, {"a": {1: 0.9, 2: 0.5, 3: 0.9}}) == 0.5
    assert shared_by_all([[("a", 1)], [("a", 2)]], {"a": {1: 1.0, 2: 1.0}}) == 0.0


def test_only_suspicious_lines_are_changed() -> None:
    assert {one.scope for one in found(TEXT, l5=1.0)} == {"first"}
    assert found(TEXT) == []


def test_the_most_suspicious_line_comes_first() -> None:
    assert found(TEXT, l5=0.2, l9=1.0)[0].scope == "second"
    assert found(TEXT, l5=1.0, l9=0.2)[0].scope == "first"


def test_a_constant_is_as_suspicious_as_its_use() -> None:
    assert [one for one in found(TEXT, l10=1.0) if one.statement == 1]
    assert not [one for one in found(TEXT, l9=1.0) if one.statement == 1]


def test_digests_survive_moves_of_other_lines() -> None:
    moved = TEXT.replace("LIMIT = 10", '"""A docstring."""\n\nLIMIT = 10\n\n# a comment')
    assert digests(TEXT, 5)
    assert digests(TEXT, 5) == digests(moved, 9)


def test_digests_survive_other_edits_of_the_function() -> None:
    edited = TEXT.replace("a + b", "a - b")
    assert digests(TEXT, 12) == digests(edited, 12)


def test_digests_change_with_their_line() -> None:
    edited = TEXT.replace("a < b", "a <= b")
    assert not digests(TEXT, 5) & digests(edited, 5)


def test_equal_lines_of_a_function_are_told_apart() -> None:
    text = "def f(n):\n    n += 1\n    n += 1\n    return n\n"
    one, other = digests(text, 2), digests(text, 3)
    assert one
    assert other
    assert not one & other


def test_no_variant_is_there_twice() -> None:
    texts = [one.text() for one in found(TEXT, l5=1.0, l9=1.0, l10=0.5, l11=0.5)]
    assert len(set(texts)) == len(texts)


def test_the_seed_only_shuffles_equals() -> None:
    source, suspicion = code(TEXT), Suspicion({"app.py": {5: 1.0, 9: 1.0}})
    one, other = variants([source], suspicion, 1), variants([source], suspicion, 2)
    assert {variant.digest for variant in one} == {variant.digest for variant in other}
    assert one == variants([source], suspicion, 1)
    assert sorted(v.score for v in one) == sorted(v.score for v in other)


def test_tried_ones_are_left_out_and_held_ones_come_last() -> None:
    every = found(TEXT, l5=1.0)
    tried = {every[0].place: (every[0].digest,), every[1].place + HELD: (every[1].digest,)}
    left = list(untried(every, tried))
    offered = {every[2].place + OFFERED: (every[2].digest,)}
    assert every[2].digest not in {one.digest for one in untried(every, offered)}
    assert OFFERED == IN_THIS_RUN
    assert every[0].digest not in {one.digest for one in left}
    assert left[-1].digest == every[1].digest


def test_a_place_is_file_and_function() -> None:
    text = "class A:\n    def f(self, a):\n        return a < 1\n"
    assert {one.place for one in found(text, l3=1.0)} == {"app.py::A.f"}


def sentences(text: str, **lines: float) -> set[str]:
    return {one.describe() for one in found(text, **lines)}


def test_sentences() -> None:
    told = sentences("def f(a: list[int], b: int) -> int:\n    g(a)\n    return a[b]\n", l2=1, l3=1)
    assert "app.py:3 changed `b` to `b + 1`" in told
    assert "app.py:2 took out `g(a)`" in told
    assert "app.py:2 put in `if not b: return b`" in told


def test_sentence_of_a_move() -> None:
    told = sentences("def f(a):\n    for b in a:\n        c(b)\n        d()\n", l2=1.0)
    assert "app.py:4 moved `d()` to another indentation" in told


def test_no_variant_that_does_not_compile_is_tried() -> None:
    for one in untried(found("def f(a):\n    return a\n", l2=1.0), {}):
        compile(one.text(), "app.py", "exec")
