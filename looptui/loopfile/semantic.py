"""The checks of sense, S001 and up, over a file that is at least TOML."""

from __future__ import annotations

from looptui.loopfile import checker_rules, command_rules, goal_rules, scope_rules
from looptui.loopfile.document import Document
from looptui.loopfile.problem import Problem
from looptui.loopfile.rules import Facts, Rule

RULES: tuple[Rule, ...] = (
    *goal_rules.RULES,
    *command_rules.RULES,
    *scope_rules.RULES,
    *checker_rules.RULES,
)


def problems(document: Document, facts: Facts) -> list[Problem]:
    """What the rules find, errors and warnings."""
    return [
        document.problem(path, message, code=rule.code, severity=rule.severity)
        for rule in RULES
        for path, message in rule.find(facts)
    ]
