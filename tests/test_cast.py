"""The recorded demo is one that players take, of the whole way to a landed commit."""

from __future__ import annotations

import json
import re
from pathlib import Path

CAST = Path(__file__).parents[1] / "screenshots" / "demo.cast"
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def test_it_shows_the_way_from_the_fault_to_the_commit() -> None:
    head, *events = [json.loads(line) for line in CAST.read_text("utf-8").splitlines()]
    assert (head["version"], head["width"] >= 80, head["height"] >= 24) == (2, True, True)
    times = [time for time, kind, _ in events if kind == "o"]
    assert len(times) == len(events)
    assert times == sorted(times)
    assert times[-1] < 60
    shown = _SEQUENCE.sub("", "".join(text for _, _, text in events))
    places = [shown.index(words) for words in ("demo: project", "approves all of", "landed as")]
    assert places == sorted(places)
    assert not re.search(r"/(?:home|root|Users)/", shown)
