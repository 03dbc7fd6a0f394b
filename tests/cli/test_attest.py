"""The proof of an approved tree as an in-toto statement and as SARIF."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.cli.shell import PYTEST, Shell

_AGENT = """
import pathlib
path = pathlib.Path("calc.py")
fixed = path.read_text().replace("a - b", "a + b")
path.write_text(fixed + "\\n\\nimport sys; sys.settrace(None)\\n")
"""


def _statement(shell: Shell, envelope: dict[str, Any]) -> dict[str, Any]:
    """The statement, as who knows the key of the log and DSSE reads it."""
    body = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"].encode()
    (signature,) = envelope["signatures"]
    key = shell("audit", "verify", "--json").json["key"]
    _, identity, public = key.split("+", 2)
    assert signature["keyid"] == identity
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
    raw = base64.b64decode(public)[1:]
    Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature["sig"]), signed)
    statement: dict[str, Any] = json.loads(body)
    return statement


def test_what_was_proven_of_a_landed_tree_is_written_for_other_tools(shell: Shell) -> None:
    assert shell.run(shell.loop(_AGENT, gate=PYTEST)).code == 4
    refused = shell("audit", "attest", "fix-tests")
    assert (refused.code, "is approved" in refused.err) == (2, True)
    tree = shell.need()["tree"]
    named = ("--acknowledge", "builtins-patched", "-m", "a probe of the scan")
    assert shell("approve", "fix-tests", "--tree", tree, *named).code == 0
    (shell.place / "out").mkdir()
    done = shell("audit", "attest", "fix-tests", "--out", str(shell.place / "out"))
    assert done.code == 0, done.err
    intoto, sarif = sorted((shell.place / "out").iterdir())
    assert done.out.splitlines() == [str(intoto), str(sarif)]
    statement = _statement(shell, json.loads(intoto.read_text()))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    digests = [one["digest"] for one in statement["subject"]]
    assert digests == [{"gitTree": tree}, {"gitCommit": shell.git("rev-parse", "main")}]
    facts = statement["predicate"]
    assert facts["result"] == "PASSED"
    assert facts["passedTests"] == ["tests: test_calc.py::test_add"]
    assert facts["failedTests"] == []
    assert facts["looptui"]["approvedBy"].startswith("human:")
    assert facts["looptui"]["acknowledged"] == ["builtins-patched"]
    (run,) = json.loads(sarif.read_text())["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["builtins-patched"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "calc.py"
    assert place["region"]["startLine"] == 5
    assert result["suppressions"][0]["justification"] == "a probe of the scan"
