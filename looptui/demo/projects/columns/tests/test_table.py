"""Tables line up."""

import pytest
from columns.table import Table, show, sort_key, stack


def stock() -> Table:
    return Table(
        ["item", "count", "note"],
        [["pears", "12", "ripe"], ["figs", "7"], ["apples", "1,100", ""]],
    )


def test_render() -> None:
    assert stock().render().split("\n") == [
        "item    count  note",
        "------  -----  ----",
        "pears      12  ripe",
        "figs        7",
        "apples  1,100",
    ]


def test_render_within_a_limit() -> None:
    lines = stock().render(limit=16).split("\n")
    assert lines[0] == "item  cou…  note"
    assert lines[4] == "app…  1,1…"


def test_render_fills_the_line() -> None:
    lines = stock().render(limit=22, fill=True).split("\n")
    assert lines[1] == "-------  ------  -----"


def test_from_records() -> None:
    table = Table.from_records([{"a": 1, "b": None}, {"c": True, "a": 2}])
    assert table.header == ["a", "b", "c"]
    assert table.rows == [["1", "", ""], ["2", "", "yes"]]


def test_sort_by_value() -> None:
    assert [row[0] for row in stock().sort("count").rows] == ["figs", "pears", "apples"]
    backwards = stock().sort("count", reverse=True)
    assert [row[0] for row in backwards.rows] == ["apples", "pears", "figs"]


def test_sort_leaves_the_original() -> None:
    table = stock()
    table.sort("item")
    assert table.rows[0][0] == "pears"


def test_where() -> None:
    kept = stock().where("item", lambda cell: cell.endswith("s") and len(cell) > 4)
    assert [row[0] for row in kept.rows] == ["pears", "apples"]


def test_page() -> None:
    table = Table(["n"], [[str(number)] for number in range(5)])
    assert table.page(1, 2).rows == [["0"], ["1"]]
    assert table.page(3, 2).rows == [["4"]]
    with pytest.raises(ValueError, match="count from 1"):
        table.page(0, 2)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "yes"), (False, "no"), (0, "0"), ("x", "x")]
)
def test_show(value: object, text: str) -> None:
    assert show(value) == text


def test_sort_key_orders_numbers_words_and_nothing() -> None:
    cells = ["", "Banana", "10", "apple", "9", "-1,000"]
    assert sorted(cells, key=sort_key) == ["-1,000", "9", "10", "apple", "Banana", ""]


def test_stack() -> None:
    assert stack("Note", "two words", 5) == "Note\n====\ntwo\nwords"
