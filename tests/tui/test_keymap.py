from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from looptui.tui.hints import hints
from looptui.tui.keymap import GROUPS, KEYS, PLACES, SCOPES, Keymap, label, markdown
from looptui.tui.user_keys import clashes, normalise, read, resolve

ROOT = Path(__file__).parents[2]


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
    assert [key.id for key in bar[:3]] == ["review.accept", "review.reject", "review.comment"]
    assert [key.hint for key in bar][-4:] == ["Next need", "Quit", "Command", "Palette"]


def test_a_sentence_names_the_keys_in_force() -> None:
    words = "{app.next-need} goes on, {fleet.stop} stops {this}, {pick.choose} opens"
    assert Keymap().told(words) == "! goes on, S stops {this}, enter opens"
    keymap, _ = resolve({"app.next-need": "C-e", "fleet.stop": False})
    assert keymap.told(words) == "^e goes on, 'stop the run' stops {this}, enter opens"
    ways = (("fleet.stop", " stops  "), ("app.next-need fleet.nudge fleet.stop", " go on"))
    assert hints(keymap, *ways) == (("^e i", "bold key"), (" go on", ""))


def test_sentences_name_keys_that_there_are() -> None:
    ids = {key.id for key in KEYS}
    named = {
        id_
        for path in (ROOT / "looptui" / "tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for id_ in re.findall(r"\{([a-z-]+\.[a-z-]+)\}", node.value)
    }
    assert len(named) > 10
    assert named - ids == set()


def test_help_lists_every_live_key_once() -> None:
    keymap = Keymap()
    for scope in SCOPES:
        listed = [key.id for keys in keymap.help(scope).values() for key in keys]
        assert sorted(listed) == sorted(key.id for key in keymap.live(scope))


def test_a_user_moves_keys_and_swaps_two() -> None:
    keymap, problems = resolve(
        {"review.accept": "x", "review.reject": ["a", "C-r"], "fleet.stop": False}
    )
    assert problems == []
    assert keymap["review.accept"].keys == ("x",)
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


def test_every_problem_is_named_at_once_and_only_what_is_wrong_is_skipped() -> None:
    keymap, problems = resolve(
        {
            "review.aprove": "y",
            "fleet.pause": "r",
            "loop.nudge": "?",
            "review.clear": 3,
            "review.submit": [],
            "list.down": "ctrl+m",
            "list.up": "ctr+k",
            "loop.stop": "f5",
        }
    )
    text = "\n".join(map(str, problems))
    assert "keys.review.aprove: no such key id; did you mean 'review.approve'?; skipped" in text
    assert "keys.fleet.pause: r is taken by fleet.review; skipped" in text
    assert "keys.loop.nudge: ? would shadow app.help; skipped" in text
    assert "keys.review.clear: must be a key, a list of keys, or false" in text
    assert "keys.review.submit: no key given; write false to unbind" in text
    assert "keys.list.down: terminals send ^m as enter" in text
    assert "keys.list.up: no such key 'ctr+k'" in text
    assert len(problems) == 7
    changed = {key.id for key in keymap.keys if key.keys != Keymap()[key.id].keys}
    assert changed == {"loop.stop"}
    assert clashes(keymap) == []


def test_of_two_changes_that_clash_the_later_one_is_skipped() -> None:
    keymap, problems = resolve({"loop.stop": "f5", "loop.pause": "f5"})
    assert [str(each) for each in problems] == [
        "keys.loop.pause: f5 is taken by loop.stop; skipped"
    ]
    assert (keymap["loop.stop"].keys, keymap["loop.pause"].keys) == (("f5",), ("p",))


def test_half_a_swap_is_no_swap() -> None:
    """With the other half wrong the first half clashes with the shipped key."""
    keymap, problems = resolve({"review.accept": "x", "review.reject": "nonsense+a"})
    assert {each.id for each in problems} == {"review.accept", "review.reject"}
    assert keymap["review.accept"].keys == ("a",)


def test_quit_cannot_be_lost() -> None:
    keymap, problems = resolve({"app.quit": False, "app.back": False})
    assert [each.id for each in problems] == ["app.quit", "app.back"]
    assert "nothing would quit" in problems[0].text
    assert keymap["app.quit"].keys == ("ctrl+q",)


def test_problems_of_a_file_have_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(
        '# mine\n[keys]\n"app.palette" = "f2"\n"loop.nudje" = "f3"\n\n'
        '[keys.fleet]\npause = "r"\nstop = false\n'
    )
    keymap, problems = read(file)
    assert problems == [
        "keys.toml:4: keys.loop.nudje: no such key id; did you mean 'loop.nudge'?; skipped",
        "keys.toml:7: keys.fleet.pause: r is taken by fleet.review; skipped",
    ]
    assert keymap["app.palette"].keys == ("f2",)
    assert keymap["fleet.stop"].keys == ()


def test_ids_may_stand_without_the_table(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('"app.palette" = "f2"\n[review]\napprove = ["f6", "f7"]\n')
    keymap, problems = read(file)
    assert problems == []
    assert (keymap["app.palette"].keys, keymap["review.approve"].keys) == (("f2",), ("f6", "f7"))


def test_a_file_that_is_no_toml_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text("[keys\n")
    keymap, problems = read(file)
    assert keymap.keys == KEYS
    assert "cannot be read" in problems[0]


def test_the_table_for_the_readme_has_every_bound_key() -> None:
    table = markdown(Keymap())
    assert all(f"`{key.id}`" in table for key in KEYS)
    assert "| `!` | next that needs you | `app.next-need` |" in table
    assert set(PLACES) == set(SCOPES)


def test_labels_are_what_people_read() -> None:
    labels = [label(key, "⏎") for key in ("ctrl+p", "pagedown", "escape", "enter", "A")]
    assert labels == ["^p", "pgdn", "esc", "⏎", "A"]


def test_the_readme_has_the_table_of_the_keymap() -> None:
    """Mend it with the output of `looptui keys --md`."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.partition("<!-- keys: looptui keys --md -->\n")[2]
    assert table.partition("<!-- end of keys -->")[0] == markdown(Keymap())
