"""Sense of criteria, gates, breakers, approval and triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from looptui.core.spec import ErrorRate
from looptui.loopfile.problem import did_you_mean, written
from looptui.loopfile.rules import (
    Facts,
    Finding,
    Rule,
    gate_kind,
    strings,
    table,
    tables,
    whole,
    word,
)

_MODEL_GATES = ("checker",)


def _gates(facts: Facts) -> dict[str, Mapping[str, object]]:
    return {word(gate.get("id")): gate for _, gate in tables(facts.data.get("gates"))}


def _bound(facts: Facts) -> dict[str, int]:
    """Gate ids that criteria name, with the index of the first of these."""
    criteria = tables(facts.data.get("criteria"))
    return {word(one.get("gate")): index for index, one in reversed(criteria)}


def missing_gate(facts: Facts) -> Iterator[Finding]:
    gates = _gates(facts)
    for index, criterion in tables(facts.data.get("criteria")):
        named = word(criterion.get("gate"))
        if named and named not in gates:
            guess = did_you_mean(named, gates)
            yield ("criteria", index, "gate"), f'there is no gate "{named}"{guess}'


def repeated_id(facts: Facts) -> Iterator[Finding]:
    for name in ("criteria", "gates", "stages"):
        seen: dict[str, int] = {}
        for index, one in tables(facts.data.get(name)):
            given = word(one.get("id"))
            if given and given in seen:
                first = written((name, seen[given]))
                yield (name, index, "id"), f'"{given}" is the id of {first} too'
            seen.setdefault(given, index)


def unbound_gate(facts: Facts) -> Iterator[Finding]:
    bound = _bound(facts)
    for index, gate in tables(facts.data.get("gates")):
        named = word(gate.get("id"))
        if named and named not in bound and gate_kind(gate) == "command":
            yield ("gates", index, "id"), f'no criterion names the gate "{named}"'


def optional_bound_gate(facts: Facts) -> Iterator[Finding]:
    bound = _bound(facts)
    for index, gate in tables(facts.data.get("gates")):
        if gate.get("required") is False and word(gate.get("id")) in bound:
            by = written(("criteria", bound[word(gate.get("id"))]))
            yield ("gates", index, "required"), f"{by} is met only through it: it is required"


def known_on_bound_gate(facts: Facts) -> Iterator[Finding]:
    bound = _bound(facts)
    for index, gate in tables(facts.data.get("gates")):
        if gate.get("baseline") == "known" and word(gate.get("id")) in bound:
            message = "a gate bound to a criterion must pass in full; known failures still fail it"
            yield ("gates", index, "baseline"), message


def known_without_list(facts: Facts) -> Iterator[Finding]:
    for index, gate in tables(facts.data.get("gates")):
        listed = bool(gate.get("known_failures"))
        known = gate.get("baseline") == "known"
        if listed and not known:
            yield ("gates", index, "known_failures"), 'has no effect without baseline = "known"'
        if known and not listed:
            yield ("gates", index, "baseline"), "name the tests in known_failures"


def empty_diff_gate(facts: Facts) -> Iterator[Finding]:
    limits = ("max_files", "max_lines", "deny_paths")
    for index, gate in tables(facts.data.get("gates")):
        if gate_kind(gate) == "diff" and not any(gate.get(key) for key in limits):
            yield ("gates", index), "checks nothing: set max_files, max_lines or deny_paths"


def model_only(facts: Facts) -> Iterator[Finding]:
    gates = _gates(facts)
    for index, criterion in tables(facts.data.get("criteria")):
        gate = gates.get(word(criterion.get("gate")))
        if gate is not None and gate_kind(gate) in _MODEL_GATES:
            yield ("criteria", index, "gate"), "only a model judges this criterion"


def early_checker(facts: Facts) -> Iterator[Finding]:
    gates = tables(facts.data.get("gates"))
    machines = [whole(gate.get("order"), 1) for _, gate in gates if gate_kind(gate) != "checker"]
    for index, gate in gates:
        early = machines and whole(gate.get("order"), 1) <= max(machines)
        if gate_kind(gate) == "checker" and early:
            yield ("gates", index), "runs before all machines agree; give it a higher order"


def weak_checker(facts: Facts) -> Iterator[Finding]:
    checker, maker = table(facts.data.get("checker")), table(facts.data.get("maker"))
    judge, author = whole(checker.get("tier"), 0), whole(maker.get("tier"), 0)
    equal = checker.get("allow_equal") is True
    if judge and author and (judge > author or (judge == author and not equal)):
        yield (
            ("checker", "tier"),
            f"must be stronger than the maker, which has tier {author}",
        )


def auto_at_high_risk(facts: Facts) -> Iterator[Finding]:
    approval = table(facts.data.get("approval"))
    if approval.get("mode") == "auto" and facts.data.get("risk") == "high":
        yield ("approval", "mode"), "a loop of high risk needs a person: each-change or each-hunk"


def wide_samples(facts: Facts) -> Iterator[Finding]:
    rate = table(table(facts.data.get("breakers")).get("error_rate"))
    window = whole(rate.get("window"), ErrorRate().window)
    if whole(rate.get("min_samples"), ErrorRate().min_samples) > window:
        key = "min_samples" if "min_samples" in rate else "window"
        message = "min_samples is larger than the window: the breaker could never trip"
        yield ("breakers", "error_rate", key), message


def trigger_cycle(facts: Facts) -> Iterator[Finding]:
    own = word(facts.data.get("name"))
    for index, first in strings(table(facts.data.get("triggers")).get("after")):
        way = _way_back(first, own, facts.after)
        if way:
            path = ("triggers", "after", index)
            yield path, f"a circle: {' after '.join((own, *way))}"


def _way_back(
    start: str, goal: str, after: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The chain of loops from `start` to `goal`, each waiting for the next; None without one."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for following in after.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None


def unknown_predecessor(facts: Facts) -> Iterator[Finding]:
    own = word(facts.data.get("name"))
    if facts.root is None:
        return
    for index, named in strings(table(facts.data.get("triggers")).get("after")):
        if named not in facts.after and named != own:
            guess = did_you_mean(named, facts.after)
            yield ("triggers", "after", index), f'no loop "{named}" beside this one{guess}'


RULES = (
    Rule("S001", "error", "a criterion names a gate that is not there", missing_gate),
    Rule("S002", "error", "an id stands twice", repeated_id),
    Rule("S003", "warning", "a gate that proves no criterion", unbound_gate),
    Rule("S004", "error", "a criterion's gate is not required", optional_bound_gate),
    Rule("S005", "warning", "known failures on a criterion's gate", known_on_bound_gate),
    Rule("S006", "error", "known failures and baseline do not agree", known_without_list),
    Rule("S007", "error", "a diff gate without a limit", empty_diff_gate),
    Rule("S008", "warning", "a criterion that only a model judges", model_only),
    Rule("S009", "warning", "the checker runs before the machines", early_checker),
    Rule("S010", "error", "the checker is not stronger than the maker", weak_checker),
    Rule("S011", "error", "automatic approval at high risk", auto_at_high_risk),
    Rule("S012", "error", "an error rate that could never trip", wide_samples),
    Rule("S013", "error", "loops that wait for each other", trigger_cycle),
    Rule("S014", "warning", "waits for a loop that is not there", unknown_predecessor),
)
