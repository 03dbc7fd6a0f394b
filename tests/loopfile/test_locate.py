from __future__ import annotations

import tomllib
from typing import Any

import pytest

from looptui.loopfile.locate import Places
from looptui.loopfile.problem import Path
from tests.loopfile.test_later import leaves
from tests.loopfile.texts import CONTRACT, FULL

TRICKY = '''\
"quoted key" = 1
'literal.key' = 2
a.b . "c.d" = 3
text = """
[not.a.table]
not = "a key" ""\\"
""\"
after = """ends with a quote""""
raw = \'\'\'
x = [\'\'\'
list = [ # comment ]
  1, "two, ]",
  [ 3,
    4 ], { five = 5, six = [
6] },
  2020-01-01 10:00:00, 1e3,
]
date = 2020-01-01 07:32:00
[t . u]
k = true
[[many]]
n = 1
[[many]]
n = 2
[many.sub]
s = 1
[[many.deep]]
d = 1
[[many.deep]]
d = 2
[t]
late = 1
"esc\\u0061pe\\"d" = 1
'''

LINES: dict[Path, int] = {
    ("quoted key",): 1,
    ("literal.key",): 2,
    ("a", "b", "c.d"): 3,
    ("text",): 4,
    ("after",): 8,
    ("raw",): 9,
    ("list",): 11,
    ("list", 0): 12,
    ("list", 1): 12,
    ("list", 2): 13,
    ("list", 2, 1): 14,
    ("list", 3, "five"): 14,
    ("list", 3, "six", 0): 15,
    ("list", 4): 16,
    ("list", 5): 16,
    ("date",): 18,
    ("t", "u"): 19,
    ("t", "u", "k"): 20,
    ("many",): 21,
    ("many", 0, "n"): 22,
    ("many", 1): 23,
    ("many", 1, "n"): 24,
    ("many", 1, "sub", "s"): 26,
    ("many", 1, "deep", 0, "d"): 28,
    ("many", 1, "deep", 1, "d"): 30,
    ("t", "late"): 32,
    ('escape"d',): 1,
    ("t", 'escape"d'): 33,
}


@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_every_shape_of_toml(path: Path, line: int) -> None:
    places = Places(TRICKY)
    assert places.unclosed is None
    assert places.line(path) == line


@pytest.mark.parametrize("text", [TRICKY, CONTRACT, FULL.read_text()])
def test_every_value_that_tomllib_reads_has_a_place(text: str) -> None:
    places = Places(text)
    assert [path for path in leaves(tomllib.loads(text)) if not places.known(path)] == []


def value(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def test_lines_of_the_full_example_hold_their_keys() -> None:
    text = FULL.read_text()
    lines, places = text.split("\n"), Places(text)
    for path in leaves(tomllib.loads(text)):
        line = lines[places.line(path) - 1]
        assert str(path[-1]) in line
        if isinstance(value(tomllib.loads(text), path), int | float):
            assert "=" in line


def test_what_is_not_there_is_placed_at_what_is_around_it() -> None:
    places = Places(CONTRACT)
    assert places.line(("goal", "context")) == places.line(("goal",)) == 5
    assert places.line(("nothing",)) == 1


@pytest.mark.parametrize(
    ("text", "line"), [('a = 1\nb = "x\nc = 3', 2), ("a = [1,\n2", 1), ("a = 1\n?", 2), ("[x\n", 1)]
)
def test_broken_text_is_followed_as_far_as_it_goes(text: str, line: int) -> None:
    assert Places(text).unclosed == line


def test_long_texts_take_linear_time() -> None:
    text = 'a = "' + "x" * 500_000 + '"\nb = [' + "1," * 100_000 + "]\nc = 1"
    places = Places(text)
    assert places.line(("c",)) == 3
    assert places.line(("b", 99_999)) == 2
