"""A fault of the program itself: two lines for the person, the trace for who mends it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from looptui.cli import app
from looptui.wire import logfile


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "state"))
    root, before = logging.getLogger(), _log_files()
    for handler in before:  # what another test of this process has named
        root.removeHandler(handler)
    yield tmp_path / "state"
    for handler in _log_files():
        root.removeHandler(handler)
        handler.close()
    for handler in before:
        root.addHandler(handler)


def _log_files() -> list[logging.Handler]:
    return [one for one in logging.getLogger().handlers if isinstance(one, RotatingFileHandler)]


def _crash(**_: object) -> None:
    raise RuntimeError("a fault \x1b[31m nobody expected")


def test_an_unexpected_error_is_told_in_two_lines(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.looptui, "main", _crash)
    with pytest.raises(SystemExit) as ended:
        app.run(["status"])
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "looptui: unexpected error: RuntimeError: a fault ␛[31m nobody expected",
        f"  The details are in {home}/looptui.log; nothing that was recorded is lost.",
    ]
    assert "Traceback" in (home / "looptui.log").read_text()


def test_without_a_place_for_a_log_the_message_still_comes(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("a file where the directory should be")
    monkeypatch.setattr(app.looptui, "main", _crash)
    with pytest.raises(SystemExit):
        app.run(["status"])
    assert "Nothing that was recorded is lost" in capsys.readouterr().err


def test_the_last_named_file_gets_what_is_logged(home: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    logfile.keep(first)
    logging.getLogger("anything").warning("one")
    logfile.keep(second)
    logging.getLogger("anything").warning("two")
    assert first.read_text().endswith("WARNING anything: one\n")
    assert second.read_text().endswith("WARNING anything: two\n")
    assert home.exists() is False
