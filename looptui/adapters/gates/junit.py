"""Reads JUnit XML, as most test runners write it, without trusting it.

Elements: `testcase` with `classname` and `name`; a child `failure`, `error` or `skipped` says that
it did not pass. A document type is refused, so no entity is ever expanded.
"""

from __future__ import annotations

from xml.parsers import expat

from looptui.adapters.gates.report import Report
from looptui.text import safe

_RANK = {"passed": 0, "skipped": 1, "failed": 2}
_LONGEST = 2000


class NotJUnit(ValueError):
    """The bytes are no JUnit report; the message says why."""


def parse(content: bytes) -> Report:
    """Ids are `classname::name`; of several cases with one id the worst result counts."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotJUnit(str(error)) from None
    if not reader.is_junit:
        raise NotJUnit("there is no testsuite element")
    return Report(
        passed=reader.ids("passed"),
        failed=reader.ids("failed"),
        skipped=reader.ids("skipped"),
        words=reader.words,
    )


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.is_junit = False
        self.words: dict[str, str] = {}
        self._results: dict[str, str] = {}
        self._case: str | None = None
        self._result = "passed"
        self._said = ""
        self._within = ""

    def ids(self, result: str) -> tuple[str, ...]:
        return tuple(test for test, seen in self._results.items() if seen == result)

    def _doctype(self, *_: object) -> None:
        raise NotJUnit("it has a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in ("testsuite", "testsuites"):
            self.is_junit = True
        elif name == "testcase":
            place = attributes.get("classname") or attributes.get("file") or ""
            self._case = safe(f"{place}::{attributes.get('name', '')}")
            self._result, self._said = "passed", ""
        elif self._case is not None and name in ("failure", "error", "skipped"):
            self._worsen("skipped" if name == "skipped" else "failed")
            if name != "skipped":
                self._within = name
                said = (attributes.get("type", ""), attributes.get("message", ""))
                self._said += " ".join(said)[:_LONGEST]

    def _text(self, data: str) -> None:
        if self._within and not self._said.strip():
            self._said += data[:_LONGEST]

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == self._within:
            self._within = ""
        if name != "testcase" or self._case is None:
            return
        before = self._results.get(self._case, "passed")
        self._worsen(before)
        self._results[self._case] = self._result
        if self._result == "failed":
            self.words.setdefault(self._case, self._said.strip())
        self._case = None

    def _worsen(self, result: str) -> None:
        self._result = max(self._result, result, key=_RANK.__getitem__)
