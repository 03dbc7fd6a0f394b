"""A TOML text as data that knows its lines; syntax errors in words that say what to do."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from functools import cached_property

from looptui.loopfile.locate import Places
from looptui.loopfile.problem import LoopFileErrors, Path, Problem, Severity, plain, written

LARGEST = 1_000_000
"""Bytes. A loop file is a page or two."""

_PLACE = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.S
)
_UNFINISHED = "a bracket, a quote or a value is missing"
_WORDS = (
    (r"Illegal character '\\n'", "unclosed quote: text ends on the line where it begins"),
    (r"Illegal character '\\r'", "a lone carriage return; save the file with plain line ends"),
    (r"Illegal character", "a control character; write it as \\u0000 inside quotes"),
    (r"Unterminated string|Expected \"'''\"|Expected '\"\"\"'", "unclosed quote"),
    (r"Expected \"'\"", "unclosed quote: text ends on the line where it begins"),
    (r"Unclosed array", "unclosed list, or a comma is missing between two items"),
    (r"Unclosed inline table", "unclosed table, or a comma is missing between two keys"),
    (r"Cannot overwrite a value", "this key stands here a second time"),
    (r"Duplicate inline table key", "this key stands here a second time"),
    (r"Cannot (?:declare|mutate|redefine)", "this table is already defined further up"),
    (r"Expected '=' after a key", 'a key needs a value: key = "text"'),
    (r"Expected newline or end of document", "one key a line: there is more behind the value"),
    (r"Expected '\]'|Expected '\]\]'", "unclosed table name: a bracket is missing"),
    (r"Invalid initial character for a key part", "a key or a [table] has to begin here"),
    (r"Invalid statement", "a key or a [table] has to begin here"),
    (r"Invalid value", 'not a value: text needs quotes ("..."), true and false are small'),
    (r"Unescaped '\\'|Invalid hex value", "a lone backslash: write \\\\, or use 'single quotes'"),
    (r"Exceeds the limit", "a number with too many digits"),
)


class Document:
    """TOML text, its values (fractions as `Decimal`), and the line of each."""

    def __init__(self, name: str, raw: bytes) -> None:
        """Read `raw`; raises LoopFileErrors for anything that is not TOML."""
        self.name = plain(name)
        self.text = _decode(self.name, raw)
        self.lines = self.text.split("\n")
        self.data: dict[str, object] = self._parse()

    @cached_property
    def places(self) -> Places:
        return Places(self.text)

    def problem(
        self, path: Path, message: str, *, code: str = "", severity: Severity = "error"
    ) -> Problem:
        """A problem at `path`, or at what stands nearest around it."""
        line = self.places.line(path)
        found = any(self.places.known(path[:n]) for n in range(1, len(path) + 1))
        source = self._source(line) if found else ""
        key = plain(written(path))
        return Problem(self.name, line, key, plain(message), source, code, severity)

    def _source(self, line: int) -> str:
        return plain(self.lines[line - 1].strip()) if line <= len(self.lines) else ""

    def _parse(self) -> dict[str, object]:
        try:
            return tomllib.loads(self.text, parse_float=_exactly)
        except RecursionError:
            raise LoopFileErrors([self._at(1, "lists or tables nested too deeply")]) from None
        except ValueError as error:
            raise LoopFileErrors([self._syntax(error)]) from None

    def _syntax(self, error: ValueError) -> Problem:
        said = str(error)
        place = _PLACE.match(said)
        what = place["what"] if place else said
        words = next((ours for theirs, ours in _WORDS if re.match(theirs, what)), what)
        unclosed = self.places.unclosed
        if place and place["line"]:
            line = int(place["line"])
            inside = unclosed is not None and unclosed < line
            begun = f" (the value begins at line {unclosed})" if inside else ""
            return self._at(line, words + begun)
        if place:
            words = words if "unclosed quote" in words else _UNFINISHED
            return self._at(unclosed or len(self.lines), words)
        long = next((n for n, one in enumerate(self.lines, 1) if re.search(r"\d{4000}", one)), 1)
        return self._at(long, words)

    def _at(self, line: int, message: str) -> Problem:
        return Problem(self.name, line, "", message, self._source(line))


def _exactly(number: str) -> Decimal:
    try:
        return Decimal(number.replace("_", ""))
    except InvalidOperation:
        return Decimal("Infinity")


def _decode(name: str, raw: bytes) -> str:
    if len(raw) > LARGEST:
        raise LoopFileErrors(
            [Problem(name, 1, "", f"larger than {LARGEST:,} bytes: this is not a loop file")]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LoopFileErrors(
            [Problem(name, line, "", "not UTF-8: save the file with that encoding")]
        ) from None
    return text.replace("\r\n", "\n")
