"""Sense of the checker: who it is, and how far it is from the maker."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.core.checks import family
from looptui.loopfile.rules import Facts, Finding, Rule, table, word

CHECKERS = ("litellm",)
"""The makers of ours that can judge as well."""
_SHOWN = ("diff", "criteria")


def no_model(facts: Facts) -> Iterator[Finding]:
    checker = facts.data.get("checker")
    if not isinstance(checker, dict) or word(checker.get("agent")) not in CHECKERS:
        return
    if "model" not in checker and "tier" not in checker:
        yield ("checker",), 'needs its model: model = "provider/name", another than the maker\'s'


def same_family(facts: Facts) -> Iterator[Finding]:
    checker, maker = table(facts.data.get("checker")), table(facts.data.get("maker"))
    judge, author = word(checker.get("model")), word(maker.get("model"))
    if not judge or not author or checker.get("allow_equal") is True:
        return
    if judge == author:
        message = "is the maker's own model: it will find its own mistakes good"
        yield ("checker", "model"), message
    elif family(judge) == family(author):
        message = f"is of the maker's family ({family(author)}): it errs where the maker errs"
        yield ("checker", "model"), message


def blind(facts: Facts) -> Iterator[Finding]:
    sees = table(facts.data.get("checker")).get("sees")
    if isinstance(sees, list) and not set(_SHOWN) <= {one for one in sees if isinstance(one, str)}:
        yield ("checker", "sees"), "nobody can judge without diff and criteria"


RULES = (
    Rule("S060", "error", "a checker without a model", no_model),
    Rule("S061", "warning", "the checker's model is the maker's, or of its family", same_family),
    Rule("S062", "error", "a checker that does not see the change", blind),
)
