"""Each operator does what the table says, and touches nothing else."""

import ast
from pathlib import Path

import pytest

from looptui.repair.change import Operator
from looptui.repair.operators import TABLE, table_text
from looptui.repair.variants import code as nodes
from tests.repair.making import code

PROJECTS = Path(__file__).parents[2] / "looptui" / "demo" / "projects"


def results(operator: Operator, text: str) -> list[str]:
    source = code(text)
    changes = [change for node in nodes(source.tree) for change in operator.generate(source, node)]
    return [source.apply(change.edits).decode() for change in changes]


@pytest.mark.parametrize("operator", TABLE, ids=lambda operator: operator.name)
def test_example(operator: Operator) -> None:
    assert operator.after + "\n" in results(operator, operator.before + "\n")


@pytest.mark.parametrize("operator", TABLE, ids=lambda operator: operator.name)
def test_comments_and_layout_stay(operator: Operator) -> None:
    text = f"# before\n\n{operator.before}   # beside\n\n\n# after\n"
    for result in results(operator, text):
        assert result.startswith("# before\n")
        assert result.endswith("# after\n")


def test_names_are_unique() -> None:
    names = [operator.name for operator in TABLE]
    assert len(set(names)) == len(names)


def test_priors_are_shares() -> None:
    assert all(0 < operator.prior <= 1 for operator in TABLE)


def test_table_text_has_a_row_for_each() -> None:
    rows = table_text().splitlines()
    assert len(rows) == len(TABLE) + 2
    assert all(row.count(" | ") == 3 for row in rows if not row.startswith("|-"))


def test_most_results_on_real_code_compile() -> None:
    text = (PROJECTS / "roster" / "roster" / "interval.py").read_text("utf-8")
    made = [result for operator in TABLE for result in results(operator, text)]
    broken = sum(not compiles(result) for result in made)
    assert len(made) > 500
    assert broken / len(made) < 0.02


def compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def by_name(name: str) -> Operator:
    return next(operator for operator in TABLE if operator.name == name)


def test_negation_keeps_its_operand_together() -> None:
    made = results(by_name("condition"), "if a and not (b or c): pass\n")
    assert "if a and (b or c): pass\n" in made


def test_one_less_keeps_its_operand_together() -> None:
    made = results(by_name("off-by-one"), "def f(n: int) -> int:\n    x = n * 2\n")
    assert "def f(n: int) -> int:\n    x = (n - 1) * 2\n" in made


def test_no_one_is_added_to_a_text() -> None:
    assert results(by_name("off-by-one"), "def f(a: str) -> str:\n    return a\n") == []


def test_a_removed_line_leaves_no_gap() -> None:
    made = results(by_name("removal"), "def f():\n    a()\n    b()\n")
    assert sorted(made) == ["def f():\n    a()\n", "def f():\n    b()\n"]


def test_two_statements_on_a_line_are_told_apart() -> None:
    made = results(by_name("removal"), "def f():\n    a(); b()\n    c()\n")
    assert "def f():\n    pass; b()\n    c()\n" in made


def test_spans_count_bytes_not_characters() -> None:
    made = results(by_name("boundary"), 'x = "äöü…" + f(a < b)\n')
    assert made == ['x = "äöü…" + f(a <= b)\n']


def test_an_unused_import_is_wrapped_around_a_value() -> None:
    text = "from a import merge\n\ndef f(x):\n    return x\n"
    assert text.replace("return x", "return merge(x)") in results(by_name("wrap"), text)
