"""`looptui spend`: every call once, sums by what they have in common, nothing free by mistake."""

from __future__ import annotations

import csv
import io

from looptui.cli.spend import BY
from looptui.core import events as ev
from looptui.projections.spending import FACETS, Reading, Whose, totals
from tests.cli.shell import FIXING, GREP, Shell

RUNS = {"r1": Whose("fix", "litellm", ("backend", "urgent")), "r2": Whose("tidy", "command")}


def settled(micro: int | None, model: str = "openai/m", iteration: int = 1) -> ev.SpendSettled:
    return ev.SpendSettled("c", iteration, "make", "litellm", model, "ok", 100, 20, 0, micro)


def test_a_metered_call_is_told_once_and_others_by_their_maker() -> None:
    reading = Reading(RUNS)
    told = [
        reading.entry(1, 0.0, "r1", settled(300)),
        reading.entry(2, 1.0, "r1", ev.MakerFinished(1, "ended", None, 1.0, micro_usd=0)),
        reading.entry(3, 2.0, "r2", ev.MakerFinished(1, "ended", 0, 1.0, "", 50, 5, None)),
        reading.entry(4, 3.0, "r1", ev.TimePassed()),
        reading.entry(5, 86_400.0, "r1", settled(None, "own/m", 2)),
    ]
    entries = [one for one in told if one is not None]
    assert [one.seq for one in entries] == [1, 3, 5]
    assert [one.usd for one in entries] == [0.0003, None, None]
    by = {facet: {one.name: one for one in totals(entries, facet)} for facet in FACETS}
    assert by["loop"]["fix"].usd == 0.0003
    assert (by["loop"]["fix"].unpriced, by["loop"]["tidy"].known) == (1, False)
    assert set(by["label"]) == {"backend", "urgent", "no label"}
    assert set(by["model"]) == {"openai/m", "own/m", "command, its own choice"}
    assert list(by["day"]) == ["1970-01-02", "1970-01-01"]
    assert set(by["iteration"]) == {"r1 1", "r1 2", "r2 1"}
    assert set(by["payer"]) == {"key", "not known"}


def test_the_command_line_knows_every_facet() -> None:
    assert BY == FACETS


def test_calls_are_listed_summed_and_exported(shell: Shell) -> None:
    assert "No maker was called yet" in shell("spend").out
    shell.run(shell.loop(agent=FIXING, gate=GREP))
    table = shell("spend", "--by", "agent").out
    assert "command" in table
    assert "1 unpriced" in table
    assert "$" not in table
    told = shell("spend", "--json").json
    assert told["schema"] == "looptui.spend/1"
    assert [one["usd"] for one in told["calls"]] == [None]
    assert told["total"]["unpriced"] == 1
    (row,) = csv.DictReader(io.StringIO(shell("spend", "--csv").out))
    assert (row["loop"], row["usd"], row["role"]) == (told["calls"][0]["loop"], "", "make")
    assert shell("spend", "--csv", "--json").code == 2
    assert shell("spend", "--since", "soon").code == 2
