"""What was proven of an approved tree, as files that other tools read.

An in-toto statement (predicate test-result v0.1) in a DSSE envelope, signed with the key of the
log; and what the scan found as SARIF 2.1.0, with what a person acknowledged as suppressed.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import looptui
from looptui.core import events as ev
from looptui.core.finding import Finding
from looptui.errors import UsageError
from looptui.scanning.rules import RULES
from looptui.store import signing
from looptui.store.reader import Reader
from looptui.wire import auditing

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD = "application/vnd.in-toto+json"
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class _Proven:
    """The facts of the log about the tree that was approved last."""

    created: ev.RunCreated
    approval: ev.CandidateApproved
    actor: str
    seq: int
    gates: tuple[ev.GateFinished, ...]
    findings: tuple[Finding, ...]
    commit: str = ""


def attest(reader: Reader, database: Path, run: str, into: Path) -> tuple[Path, Path]:
    """Write both files for a run into a directory; their paths.

    UsageError where nothing of the run is approved; EnvironmentUnfit where they cannot be written.
    """
    proven = _proven(reader, run)
    passed, failed = _tests(reader, proven.gates)
    envelope = _envelope(database, _statement(run, proven, passed, failed))
    name = f"{proven.created.loop}-{run}-{proven.approval.tree[:12]}"
    statement, sarif = into / f"{name}.intoto.jsonl", into / f"{name}.sarif"
    auditing.write(statement, [json.dumps(envelope)])
    auditing.write(sarif, json.dumps(_sarif(proven), indent=2).splitlines())
    return statement, sarif


def _proven(reader: Reader, run: str) -> _Proven:
    created: ev.RunCreated | None = None
    approval: tuple[ev.CandidateApproved, str, int] | None = None
    gates: dict[str, dict[str, ev.GateFinished]] = {}
    findings: dict[str, tuple[Finding, ...]] = {}
    commit = ""
    for stored in reader.events(run, limit=-1):
        match ev.decode(stored.kind, stored.data)[0]:
            case ev.RunCreated() as created:
                pass
            case ev.CandidateApproved() as found:
                approval, commit = (found, stored.actor, stored.seq), ""
            case ev.ApprovalWithdrawn():
                approval = None
            case ev.GateFinished() as gate:
                gates.setdefault(gate.tree, {})[gate.gate] = gate
            case ev.CandidateScanned() as scan:
                findings[scan.tree] = scan.findings
            case ev.LandingPlanned() as plan if plan.way != "patch":
                commit = plan.commit
            case ev.Landed() as landed if landed.way != "patch":
                commit = landed.commit
    if created is None or approval is None:
        hint = "`looptui needs` lists what waits for an approval."
        raise UsageError(f"Nothing of run {run} is approved", hint)
    tree = approval[0].tree
    seen = tuple(gates.get(tree, {}).values())
    return _Proven(created, *approval, seen, findings.get(tree, ()), commit)


def _tests(reader: Reader, gates: tuple[ev.GateFinished, ...]) -> tuple[list[str], list[str]]:
    """Ids of tests that passed and failed, `GATE: ID`; a gate without ids is a test itself."""
    passed: list[str] = []
    failed: list[str] = []
    for gate in gates:
        report = json.loads(reader.blob(gate.report)) if gate.report else {}
        passed += [f"{gate.gate}: {test}" for test in report.get("passed", ())]
        failed += [f"{gate.gate}: {test}" for test in report.get("failed", ())]
        if not report:
            (passed if gate.state == "pass" else failed).append(gate.gate)
    return passed, failed


def _statement(run: str, proven: _Proven, passed: list[str], failed: list[str]) -> dict[str, Any]:
    approval, created = proven.approval, proven.created
    subject: list[dict[str, Any]] = [{"name": "tree", "digest": {"gitTree": approval.tree}}]
    if proven.commit:
        subject.append({"name": "commit", "digest": {"gitCommit": proven.commit}})
    good = all(gate.state == "pass" for gate in proven.gates) and proven.gates
    configuration = [{"name": f"loop {created.loop}", "digest": {"sha256": created.digest}}] + [
        {"name": f"gate {gate.gate}", "digest": {"sha256": gate.key}} for gate in proven.gates
    ]
    return {
        "_type": STATEMENT,
        "subject": subject,
        "predicateType": PREDICATE,
        "predicate": {
            "result": "PASSED" if good else "FAILED",
            "configuration": configuration,
            "passedTests": passed,
            "failedTests": failed,
            "looptui": {
                "run": run,
                "base": created.base,
                "approvedBy": proven.actor,
                "reason": approval.reason,
                "acknowledged": list(approval.acknowledged),
                "card": approval.card,
                "event": proven.seq,
            },
        },
    }


def _envelope(database: Path, statement: dict[str, Any]) -> dict[str, Any]:
    """The statement in a DSSE envelope."""
    body = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    key, signature = signing.signed_bytes(database, encoded(PAYLOAD, body))
    signatures = [{"keyid": key.id.hex(), "sig": base64.b64encode(signature).decode()}]
    payload = base64.b64encode(body).decode()
    return {"payloadType": PAYLOAD, "payload": payload, "signatures": signatures}


def encoded(kind: str, body: bytes) -> bytes:
    """What a DSSE signature covers (its pre-authentication encoding)."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)


def _sarif(proven: _Proven) -> dict[str, Any]:
    named = dict.fromkeys(one.rule for one in proven.findings)
    rules = [RULES[rule] for rule in named if rule in RULES]
    driver = {
        "name": "looptui scan",
        "semanticVersion": looptui.__version__,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.reason},
                "properties": {"tags": [rule.owasp, "security"]},
            }
            for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(one, proven.approval) for one in proven.findings],
        "properties": {"tree": proven.approval.tree, "commit": proven.commit},
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _result(one: Finding, approval: ev.CandidateApproved) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": one.path}}
    if one.line:
        place["region"] = {"startLine": one.line}
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "level": "error" if one.blocks else "note",
        "message": {"text": one.reason},
        "locations": [{"physicalLocation": place}] if one.path else [],
    }
    if one.rule in approval.acknowledged:
        accepted = {"kind": "external", "status": "accepted", "justification": approval.reason}
        result["suppressions"] = [accepted]
    return result
