from __future__ import annotations

import pytest

from looptui.tui.keymap import GROUPS, KEYS, SCOPES, Keymap, label, markdown
from looptui.tui.user_keys import clashes, normalise, resolve


def test_no_shipped_key_means_two_things_in_one_place() -> None:
    assert clashes(Keymap()) == []


def test_ids_are_unique_and_scopes_and_groups_are_known() -> None:
    ids = [key.id for key in KEYS]
    assert len(ids) == len(set(ids))
    assert {key.scope for key in KEYS} <= set(SCOPES)
    assert {key.group for key in KEYS} <= set(GROUPS)


def test_shipped_keys_reach_us_in_every_terminal() -> None:
    for key in KEYS:
        for name in key.keys:
            assert "alt+" not in name
            assert "ctrl+shift" not in name
            assert name not in {"ctrl+b", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+["}
            assert name not in {"f10", "f11", "f12"}
            assert normalise(name) == name


def test_the_key_bar_of_a_scope_starts_with_its_own_keys() -> None:
    bar = Keymap().bar("review")
    assert [key.id for key in bar[:3]] == ["review.approve", "review.reject", "review.comment"]
    assert [key.hint for key in bar][-2:] == ["Next need", "Quit"]


def test_help_lists_every_live_key_once() -> None:
    keymap = Keymap()
    for scope in SCOPES:
        listed = [key.id for keys in keymap.help(scope).values() for key in keys]
        assert sorted(listed) == sorted(key.id for key in keymap.live(scope))


def test_a_user_moves_keys_and_swaps_two() -> None:
    keymap, problems = resolve(
        {"review.approve": "x", "review.reject": ["a", "C-r"], "fleet.stop": False}
    )
    assert problems == []
    assert keymap["review.approve"].keys == ("x",)
    assert keymap["review.reject"].keys == ("a", "ctrl+r")
    assert "fleet.stop" not in {key.id for key in keymap.live("fleet")}
    assert {binding.key for binding in keymap.bindings("review")} >= {"x", "a", "ctrl+r"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("esc", "escape"), ("Return", "enter"), ("pgdn", "pagedown"), ("C-d", "ctrl+d"),
        ("^d", "ctrl+d"), ("ctrl-D", "ctrl+d"), ("shift+a", "A"), ("A", "A"), ("-", "-"),
        ("+", "+"), ("^", "^"), ("shift+tab", "shift+tab"), ("ctrl+pgup", "ctrl+pageup"),
        ("comma", ","), ("question_mark", "?"), ("F5", "f5"),
    ],
)  # fmt: skip
def test_keys_may_be_written_in_several_ways(written: str, meant: str) -> None:
    assert normalise(written) == meant


def test_every_problem_is_named_at_once_and_nothing_is_taken_over() -> None:
    keymap, problems = resolve(
        {
            "review.aprove": "y",
            "fleet.pause": "r",
            "loop.nudge": "?",
            "review.clear": 3,
            "review.submit": [],
            "list.down": "ctrl+m",
            "list.up": "ctr+k",
        }
    )
    text = "\n".join(problems)
    assert "keys.review.aprove: no such key id; did you mean 'review.approve'?" in text
    assert "keys.fleet.review: r is taken by fleet.pause" in text
    assert "keys.loop.nudge: ? would shadow app.help" in text
    assert "keys.review.clear: must be a key, a list of keys, or false" in text
    assert "keys.review.submit: no key given; write false to unbind" in text
    assert "keys.list.down: terminals send ^m as enter" in text
    assert "keys.list.up: no such key 'ctr+k'" in text
    assert keymap.keys == KEYS


def test_quit_cannot_be_lost() -> None:
    _, problems = resolve({"app.quit": False, "app.back": False})
    assert len(problems) == 1
    assert "nothing would quit" in problems[0]


def test_the_table_for_the_readme_has_every_bound_key() -> None:
    table = markdown(Keymap())
    assert all(f"`{key.id}`" in table for key in KEYS)
    assert "| `!` | next that needs you | `app.next-need` |" in table


def test_labels_are_what_people_read() -> None:
    labels = [label(key, "⏎") for key in ("ctrl+p", "pagedown", "escape", "enter", "A")]
    assert labels == ["^p", "pgdn", "esc", "⏎", "A"]
