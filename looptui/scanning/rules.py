"""The rules of the scan, as a table. Ids are never used again for another rule."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.finding import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """`blocks`: it takes a typed reason that names it; else it is only to be looked at."""

    id: str
    blocks: bool
    owasp: str
    reason: str


_ROGUE, _CODE, _SUPPLY, _GOAL, _TRUST = "ASI10", "ASI05", "ASI04", "ASI01", "ASI09"

TABLE = (
    # tests
    Rule("test-deleted", True, _ROGUE, "a file of tests is gone, or no runner finds it any more"),
    Rule("test-moved", False, _ROGUE, "a file of tests is elsewhere now"),
    Rule("test-removed", True, _ROGUE, "tests are removed"),
    Rule("test-renamed", False, _ROGUE, "tests have other names"),
    Rule("test-skipped", True, _ROGUE, "a test is skipped, or expected to fail"),
    Rule("test-cut-short", True, _ROGUE, "a test ends before it has checked anything more"),
    Rule("test-cases-removed", True, _ROGUE, "a test has fewer cases than before"),
    Rule("test-data-changed", True, _ROGUE, "what tests compare with is changed"),
    Rule("test-edited", False, _ROGUE, "a test that was there is changed"),
    Rule("assert-removed", True, _ROGUE, "a test checks less than before"),
    Rule("assert-weakened", True, _ROGUE, "an assertion is weaker than before"),
    Rule("assert-changed", True, _ROGUE, "an assertion expects something else than before"),
    Rule("assert-constant", True, _ROGUE, "an assertion that cannot fail"),
    Rule("assert-caught", True, _ROGUE, "a test catches its own failure"),
    # what says which tests run, and what passes
    Rule("test-hook", True, _ROGUE, "a hook of the test runner, which can change what tests say"),
    Rule("test-plugin", True, _ROGUE, "a plugin is loaded into the test runner"),
    Rule("collection-narrowed", True, _ROGUE, "it says which tests run"),
    Rule("threshold-lowered", True, _ROGUE, "less is asked for than before"),
    Rule("failure-ignored", True, _ROGUE, "a failing command counts as a success"),
    Rule("check-off", False, _ROGUE, "a check is switched off for a line"),
    # code that defeats tests
    Rule("early-exit", True, _ROGUE, "the process ends as if all were well"),
    Rule("exit-hook", True, _ROGUE, "it runs when the process ends, and can change how"),
    Rule("always-equal", True, _ROGUE, "it is equal to whatever it is compared with"),
    Rule("runner-sniffed", True, _ROGUE, "it asks whether a test runner is at work"),
    Rule("stack-read", True, _ROGUE, "it looks at its caller"),
    Rule("runner-touched", True, _ROGUE, "code that is no test uses the test runner"),
    Rule("builtins-patched", True, _ROGUE, "it changes what the language itself does"),
    Rule("tests-read", True, _ROGUE, "code that is no test reads the tests"),
    Rule("report-written", True, _ROGUE, "it writes what looks like a report of tests"),
    Rule("special-case", True, _ROGUE, "answers that are in tests are written into the code"),
    Rule("special-case-one", False, _ROGUE, "an answer that is in a test is written into the code"),
    Rule("error-swallowed", False, _ROGUE, "every error is caught, and nothing is done about it"),
    Rule("code-hidden", True, _CODE, "code that is only seen when it runs"),
    # what runs by itself
    Rule("auto-executed", True, _CODE, "it runs by itself, outside of any sandbox of ours"),
    Rule("ci-changed", True, _CODE, "it runs elsewhere, with other rights"),
    Rule("agent-instructions", True, _GOAL, "agents obey it in the next iteration"),
    Rule("package-script", True, _SUPPLY, "a command that package managers and gates run"),
    Rule("build-script", False, _SUPPLY, "a command that gates or people run"),
    Rule("source-redirected", True, _SUPPLY, "packages come from another place"),
    Rule("download-run", True, _CODE, "it runs what it fetches"),
    # the diff itself
    Rule("not-shown", True, _TRUST, "a part of the change is not shown"),
)  # fmt: skip

RULES = {rule.id: rule for rule in TABLE}


def found(rule: str, path: str, line: int = 0, what: str = "", *, blocks: bool = True) -> Finding:
    """A finding of a rule; `what` says more than its reason, `blocks=False` only asks to look."""
    known = RULES[rule]
    reason = f"{known.reason}: {what}" if what else known.reason
    return Finding(known.id, path, line, reason, known.blocks and blocks, known.owasp)
