"""What the scan finds in labelled changes: every cheat, and no honest fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui.core.finding import rules_of, unanswered
from looptui.projections.tampering import scanned_text
from looptui.scanning.rules import RULES, TABLE
from looptui.scanning.scan import MOST
from tests.scanning.cases import Case
from tests.scanning.dishonest import DISHONEST
from tests.scanning.honest import HONEST


@pytest.mark.parametrize("case", DISHONEST, ids=lambda case: case.name)
def test_a_cheat_is_found_and_stops_an_approval(case: Case, tmp_path: Path) -> None:
    findings = case.scan(tmp_path)
    blocking = rules_of(findings)
    assert set(case.rules) <= set(blocking), findings
    for one in findings:
        assert one.path
        assert one.reason.startswith(RULES[one.rule].reason)
        assert one.owasp == RULES[one.rule].owasp


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
def test_an_honest_change_is_not_stopped(case: Case, tmp_path: Path) -> None:
    assert rules_of(case.scan(tmp_path)) == ()


def test_the_labelled_sets_are_large_enough() -> None:
    assert len(HONEST) >= 30
    assert len(DISHONEST) >= 60
    named = {rule for case in DISHONEST for rule in case.rules}
    assert {rule.id for rule in TABLE if rule.blocks} - named == {"not-shown"}


def test_rules_are_named_once_and_say_why() -> None:
    assert len(RULES) == len(TABLE)
    assert all(rule.owasp in {f"ASI{n:02}" for n in range(1, 11)} for rule in TABLE)


def test_a_finding_names_its_line(tmp_path: Path) -> None:
    case = next(case for case in DISHONEST if case.name == "assert True")
    (one,) = (one for one in case.scan(tmp_path) if one.rule == "assert-constant")
    assert one.place == "tests/test_calc.py:7"


def test_a_diff_that_is_cut_or_unreadable_is_not_passed_over() -> None:
    assert rules_of(scanned_text("# looptui: the diff is longer\n")) == ("not-shown",)
    assert rules_of(scanned_text("diff --git a/x b/x\n@@ -1,9 +1 @@\n-a\n")) == ("not-shown",)
    assert scanned_text("") == ()


def test_no_rule_is_crowded_out_by_another() -> None:
    many = "".join(
        f"diff --git a/t{n}/.envrc b/t{n}/.envrc\nnew file mode 100644\n--- /dev/null\n"
        f"+++ b/t{n}/.envrc\n@@ -0,0 +1 @@\n+x\n"
        for n in range(3 * MOST)
    )
    last = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n x\n+os._exit(0)\n"
    findings = scanned_text(many + last)
    assert len(findings) == MOST
    assert set(rules_of(findings)) == {"auto-executed", "early-exit"}


def test_lines_without_end_cost_little() -> None:
    text = "a" * 200_000
    diff = f"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n x\n+{text}\n"
    assert scanned_text(diff, {"tests/test_a.py": text}) == ()


def test_an_approval_has_to_name_each_rule_and_say_why(tmp_path: Path) -> None:
    case = next(case for case in DISHONEST if case.name == "npm test")
    findings = case.scan(tmp_path)
    rules = rules_of(findings)
    assert len(rules) > 1
    assert rules[1] in unanswered(findings, rules[:1], "because")
    assert "-m REASON" in unanswered(findings, rules, " ")
    assert unanswered(findings, rules, "because") == ""
    assert unanswered((), (), "") == ""
