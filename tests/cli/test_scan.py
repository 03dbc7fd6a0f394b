"""What the scan finds is recorded, shown, and stops an approval until it is named."""

from __future__ import annotations

from tests.cli.shell import Shell

_CHEATING = """
import pathlib
pathlib.Path("calc.py").write_text(
    "import sys\\n\\n\\ndef add(a, b):\\n    # a + b\\n"
    "    if 'pytest' in sys.modules:\\n        return 5\\n    return a - b\\n"
)
pathlib.Path(".envrc").write_text("export A=1\\n")
"""


def test_a_finding_stops_an_approval_until_it_is_named_with_a_reason(shell: Shell) -> None:
    paused = shell.run(shell.loop(_CHEATING))
    assert paused.code == 4
    assert "--acknowledge auto-executed --acknowledge runner-sniffed" in paused.err
    need = shell.need()
    tree = need["tree"]
    found = {(one["rule"], one["path"], one["line"], one["owasp"]) for one in need["findings"]}
    assert found == {
        ("runner-sniffed", "calc.py", 6, "ASI10"),
        ("auto-executed", ".envrc", 0, "ASI05"),
    }
    assert "(runner-sniffed)" in shell("diff", "fix-tests", "--hunks").out
    shown = shell("show", "fix-tests", "--json").json
    assert "runner-sniffed" in str(shown)
    event = next(
        one
        for one in shell("audit", "list", "fix-tests", "--json").json["events"]
        if one["type"] == "candidate.scanned"
    )
    assert event["data"]["tree"] == tree
    for words in ((), ("-m", "fine"), ("-m", "fine", "--acknowledge", "auto-executed")):
        refused = shell("approve", "fix-tests", "--tree", tree, *words)
        assert refused.code == 2
        assert "--acknowledge runner-sniffed" in refused.err
    named = ("--acknowledge", "auto-executed", "--acknowledge", "runner-sniffed")
    assert shell("approve", "fix-tests", "--tree", tree, *named).code == 2
    assert shell("approve", "fix-tests", "--tree", tree, *named, "-m", "it is a probe").code == 0


def test_a_rule_never_approves_what_the_scan_has_found(shell: Shell) -> None:
    auto = '[approval]\nmode = "auto"\n'
    assert shell.run(shell.loop(_CHEATING, more=auto)).code == 4
    assert shell.need()["findings"]
