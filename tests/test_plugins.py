"""Adapters are found by name without being imported, and what goes wrong is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from looptui import plugins
from looptui.errors import PluginError
from looptui.plugins import load, names

POINTS = """[looptui.maker]
helpful = stranger_agent:Helpful
gone = stranger_no_module:Maker
attributeless = stranger_agent:Nothing
number = stranger_agent:NUMBER
bad = stranger_bad:Maker
twice = stranger_agent:Helpful
[looptui.gate]
other = stranger_agent:Helpful
"""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of a stranger beside what is installed, and one that calls itself ours."""
    _distribution(tmp_path, "stranger", POINTS)
    (tmp_path / "stranger_agent.py").write_text("class Helpful:\n    name = 'x'\n\nNUMBER = 3\n")
    (tmp_path / "stranger_bad.py").write_text("raise OSError('no disk')\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def _distribution(place: Path, name: str, points: str) -> None:
    info = place / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)


def test_names_are_listed_by_group_and_nothing_is_imported() -> None:
    listed = names("looptui.maker")
    assert {"helpful", "gone", "bad"} <= set(listed)
    assert "other" not in listed
    assert list(listed) == sorted(listed)
    assert not {"stranger_agent", "stranger_bad"} & set(sys.modules)


def test_our_own_adapters_use_the_same_door() -> None:
    assert {"command", "repair", "scripted"} <= set(names("looptui.maker"))
    assert {"command", "diff"} <= set(names("looptui.gate"))
    for maker in ("command", "repair", "scripted"):
        assert load("looptui.maker", maker)().name == maker
    for gate in ("command", "diff"):
        assert load("looptui.gate", gate)().kind == gate


def test_a_name_or_a_dotted_path_is_loaded() -> None:
    by_name = load("looptui.maker", "helpful")
    assert by_name is load("looptui.maker", "stranger_agent:Helpful")
    assert by_name().name == "x"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("helpfull", ["no maker 'helpfull'"]),
        ("no/such", ["no maker"]),
        ("gone", ["stranger_no_module"]),
        ("attributeless", ["Nothing"]),
        ("number", ["is int"]),
        ("bad", ["OSError: no disk"]),
        ("stranger_no_module:X", ["stranger_no_module"]),
        ("a b:C", ["no maker"]),
        (":", ["no maker"]),
        ("", ["no maker"]),
    ],
)
def test_what_cannot_be_loaded_is_an_error_that_says_why(name: str, words: list[str]) -> None:
    with pytest.raises(PluginError) as caught:
        load("looptui.maker", name)
    assert all(word in caught.value.message for word in words)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(PluginError) as caught:
        load("looptui.maker", "helpfull")
    assert "did you mean 'helpful'?" in caught.value.hint
    assert "gone" in caught.value.hint


def test_ours_wins_over_a_stranger_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = tmp_path / "later"
    later.mkdir()
    _distribution(later, plugins.OURS, "[looptui.maker]\ntwice = ours_agent:Ours\n")
    (later / "ours_agent.py").write_text("class Ours: ...\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(later)])
    monkeypatch.setattr(sys, "path", [p for p in sys.path if "site-packages" not in p])
    assert getattr(load("looptui.maker", "twice"), "__name__") == "Ours"  # noqa: B009


def test_a_group_without_adapters_says_so() -> None:
    with pytest.raises(PluginError) as caught:
        load("looptui.memory", "vectors")
    assert "none is installed" in caught.value.hint
