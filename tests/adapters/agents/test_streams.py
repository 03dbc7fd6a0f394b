"""What agents print, as it was recorded from them: the story that is told, and what was used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from looptui.adapters.agents.maker import feed_all
from looptui.adapters.agents.story import Fatal, Lines, Story
from looptui.adapters.agents.streams import PARSERS
from looptui.detecting.presets import presets
from looptui.making import Usage

RECORDED = Path(__file__).with_name("recorded")
FILES = sorted(RECORDED.iterdir())


def told(name: str, content: bytes) -> tuple[Story, str]:
    """The story of a recorded call, and its transcript."""
    written = bytearray()
    story = Story(written.extend, worktree="/worktree")
    feed_all(content, lambda event: PARSERS[presets()[name].parser](event, story))
    return story, written.decode()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recorded_call_in_words_and_figures(file: Path) -> None:
    story, text = told(file.stem, file.read_bytes())
    usage = story.meter.usage()
    assert story.ended
    assert usage.whole
    calls = {"aider": 1, "mini-swe-agent": 4}.get(file.stem, 2)
    assert (usage.tokens_in, usage.tokens_out) == (120 * calls, 7 * calls)
    cached = 0 if file.stem == "aider" else 20 * calls
    assert usage.cached_in == cached
    assert "{" not in text
    if file.stem not in ("aider", "mini-swe-agent"):
        assert "hello.txt" in text
        assert "\ndone\n" in f"\n{text}\n"
        assert "/worktree" not in text, "paths are relative to it"


def test_the_cost_is_what_the_agent_says_of_the_whole_call() -> None:
    story, _ = told("claude-print", (RECORDED / "claude-print.jsonl").read_bytes())
    usage = story.meter.usage()
    assert (usage.said_micro_usd, usage.micro_usd, usage.model) == (822, 822, "claude-sonnet-5")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_that_was_cut_off_is_not_whole(file: Path) -> None:
    lines = file.read_bytes().splitlines()
    story, _ = told(file.stem, b"\n".join(lines[:-1]) + b"\n")
    assert not story.ended or file.stem == "opencode-run"
    assert file.stem == "opencode-run" or not story.meter.usage().whole


def test_what_an_agent_calls_free_has_no_price() -> None:
    story, _ = told("opencode-run", (RECORDED / "opencode-run.jsonl").read_bytes())
    assert story.meter.usage().micro_usd is None


@pytest.mark.parametrize("name", sorted({presets()[f.stem].parser for f in FILES} | {"plain"}))
def test_no_event_of_any_shape_breaks_a_parser(name: str) -> None:
    odd: list[object] = [None, 1, "x", [], {}, [None], {"type": 3}, float("nan"), -5, 10**30]
    kinds = {
        str(value)
        for file in FILES
        for line in file.read_text().splitlines()
        for event in [json.loads(line)]
        for value in (event.get("type"), event.get("event"))
        if value
    }
    story = Story(lambda data: None)
    for kind in kinds:
        for value in odd:
            keys = ("message", "item", "part", "usage", "stats", "error", "info", "messages",
                    "subtype", "properties", "total_cost_usd", "role", "content")  # fmt: skip
            PARSERS[name]({"type": kind, "event": kind, **dict.fromkeys(keys, value)}, story)
    usage = story.meter.usage()
    assert (usage.tokens_in, usage.tokens_out) == (0, 0)


def test_a_key_that_is_refused_ends_the_retries() -> None:
    event = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10,
             "error_status": 401, "error": "authentication_failed"}  # fmt: skip
    with pytest.raises(Fatal, match="refuses"):
        PARSERS["claude"](event, Story(lambda data: None))
    overloaded = {**event, "error_status": 529, "error": "server_error"}
    PARSERS["claude"](overloaded, Story(lambda data: None))


def test_success_with_an_error_in_it_is_a_failure() -> None:
    story = Story(lambda data: None)
    event = {"type": "result", "subtype": "success", "is_error": True, "result": "API Error: 529"}
    PARSERS["claude"](event, story)
    assert story.problem == "API Error: 529"


def test_a_message_told_twice_counts_once() -> None:
    story = Story(lambda data: None)
    event = {"type": "assistant", "uuid": "u1",
             "message": {"usage": {"input_tokens": 10, "output_tokens": 1}}}  # fmt: skip
    PARSERS["claude"](event, story)
    PARSERS["claude"](event, story)
    PARSERS["claude"]({**event, "uuid": "u2"}, story)
    assert story.meter.usage() == Usage(20, 2, whole=False)


def test_lines_come_in_any_pieces_and_other_words_are_kept() -> None:
    events: list[object] = []
    words: list[str] = []
    lines = Lines(events.append, words.append)
    for byte in b'warning\n{"a": 1}\n\n{"b": [}\n{"c": 2}':
        lines.feed(bytes([byte]))
    lines.flush()
    assert events == [{"a": 1}, {"c": 2}]
    assert words == ["warning", '{"b": [}']


def test_a_line_without_end_is_left_out_and_the_next_one_read() -> None:
    events: list[object] = []
    words: list[str] = []
    lines = Lines(events.append, words.append)
    for _ in range(17):
        lines.feed(b"x" * (1 << 20))
    lines.feed(b"y\n" + b'{"a": 1}\n')
    assert events == [{"a": 1}]
    assert len(words) == 1
    assert "left out" in words[0]
