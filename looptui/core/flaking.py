"""Flakes: when a red gate is worth a second run, what two runs say together, what is set aside.

Pure functions of what the gate said; ids are those of its report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from looptui.core import events as ev
from looptui.core.spec import GateSpec
from looptui.core.state import Evidence

STREAM = "quarantine"
"""The stream of what people set aside: it outlives runs and holds for all of the repository."""
LONGEST = 300.0
"""Seconds of a first run above which there is no second one."""
_LEAST = 30.0
_TIMES = 3
LONGEST_ID = 1000
"""Characters of a test id that can be set aside."""


@dataclass(frozen=True, slots=True)
class Said:
    """One run of a gate, as far as two are compared."""

    state: str
    failed: frozenset[str]
    seconds: float
    signature: str = ""


def worth_again(
    said: Said, base: Evidence | None, on_base: Collection[str], spec: GateSpec
) -> bool:
    """Whether a second run may tell anything: a failure that is new against the base, and quick.

    What failed on the base as well is work to be done, and what is set aside fails by permission.
    A held-out gate seldom runs on the base: whatever it says first is new.
    """
    if spec.kind != "command" or said.state != "fail" or said.seconds > LONGEST:
        return False
    if base is None:
        return spec.held_out
    if said.failed:
        return bool(said.failed - frozenset(on_base) - frozenset(spec.known_failures))
    return base.state == "pass" or said.signature != base.signature


def patience(spec: GateSpec, first: float) -> float:
    """Seconds that the second run may take: a multiple of the first, within the gate's own."""
    return min(spec.timeout, max(_LEAST, _TIMES * first))


def wavering(first: Said, second: Said, spec: GateSpec) -> frozenset[str] | None:
    """The tests that failed in one run of two; None where both said the same.

    Empty where they differ and no test is named. A second run that could not be done says nothing.
    """
    if second.state not in ("pass", "fail"):
        return None
    differing = (first.failed ^ second.failed) - frozenset(spec.known_failures)
    if differing or second.state != first.state:
        return differing
    return None


def set_aside(events: Iterable[ev.Event]) -> dict[str, str]:
    """Test id -> why, for what is in quarantine; `events` are those of its stream, in order."""
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event, ev.TestQuarantined):
            found[event.test] = event.reason
        elif isinstance(event, ev.TestReleased):
            found.pop(event.test, None)
    return found


def tolerant(spec: GateSpec, aside: Collection[str]) -> GateSpec:
    """The gate as it judges now: a test that is set aside has to run, and may fail."""
    if spec.kind != "command" or not aside:
        return spec
    known = spec.known_failures if spec.baseline == "known" else ()
    tests = tuple(dict.fromkeys((*known, *sorted(aside))))
    return replace(spec, baseline="known", known_failures=tests)
