"""Text that others wrote, made safe to show, to keep and to quote.

Nothing here is about looks: `safe` keeps terminals from obeying it, `clip` keeps it small,
`redact` keeps secrets out of it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import quote

REDACTED = "[redacted]"

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\uffff"  # fillers, selectors, BOM, non-characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # format, tags
    "\ud800-\udfff"
)
# The text and emoji selectors are ordinary after a symbol; alone or in rows they carry hidden data.
_PLAIN = '\x00-"$-)+-/:-\x7f'  # ASCII but for the keycaps: # * 0-9
_UNSAFE = re.compile(f"[{_INVISIBLE}]|(?<![^{_PLAIN}\ufe0e\ufe0f])[\ufe0e\ufe0f]")
_SMALLEST_SECRET = 6
_LONGEST_TOKEN = 4096
_LONGEST_BLOCK = 65536
_URL_SAFE = str.maketrans("+/", "-_")

# Prefixes that the issuers document; what follows is long enough not to be prose.
_TOKEN = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:"
    r"sk-(?:ant-|proj-|or-v1-|svcacct-)?[A-Za-z0-9_-]{20,}"  # Anthropic, OpenAI, OpenRouter
    r"|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}"
    r"|glpat-[A-Za-z0-9_-]{20,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}"
    r"|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{32,}|hf_[A-Za-z0-9]{30,}"
    r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,}|dop_v1_[a-f0-9]{64}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"  # JSON web token
    r")"
    r"|(?<=://)[^\s/:@]{1,100}:[^\s/@]{3,200}(?=@)"  # user and password in an address
)
_PIECE_OF_PATCH = r"(?m)^(?=@@ -|diff --git )"
_OPENING_IN_BYTES = rb"-----BEGIN [A-Z ]*-*\Z"


@cache
def _tokens() -> re.Pattern[str]:
    """Compiled when it is needed: that takes longer than all the rest of this module."""
    return re.compile(_TOKEN)


@cache
def _tokens_in_bytes() -> re.Pattern[bytes]:
    return re.compile(_TOKEN.encode())


def safe(text: str) -> str:
    """The text with every character that a terminal obeys or hides made visible.

    Control characters become their pictures (ESC is ␛), others `<U+202E>`. Newline and tab stay.
    """
    return _UNSAFE.sub(_visible, text)


def safe_bytes(data: bytes) -> str:
    r"""Bytes as safe text: UTF-8, with what does not decode as `\x9b`."""
    return safe(data.decode("utf-8", "backslashreplace"))


def clip(text: str, head: int, tail: int) -> str:
    """At most `head` characters from the start and `tail` from the end, cut at lines if near.

    A line between them says how much was left out. Text that fits is returned as it is.
    """
    if len(text) <= head + tail:
        return text
    start, end = text[:head], text[len(text) - tail :]
    newline = start.rfind("\n")
    if newline >= head // 2:
        start = start[: newline + 1]
    newline = end.find("\n")
    if 0 <= newline < tail // 2:
        end = end[newline + 1 :]
    gap = text[len(start) : len(text) - len(end)]
    return _joined(start, f"{gap.count(chr(10)):,} lines, {len(gap):,} characters", end)


def excerpt(head: bytes, tail: bytes, total: int) -> str:
    """Safe text of a stream of `total` bytes of which only head and tail were kept."""
    missing = total - len(head) - len(tail)
    if missing <= 0:
        return safe_bytes(head + tail)
    return _joined(safe_bytes(head), f"{missing:,} bytes", safe_bytes(tail))


def redact(text: str, values: Iterable[str] = ()) -> str:
    """The text without secrets: `values` in every usual encoding first, then known token shapes.

    Values shorter than 6 characters are left alone: they would eat ordinary words.
    """
    known = _known(frozenset(values))
    if known is not None:
        text = known.sub(REDACTED, text)
    return _tokens().sub(REDACTED, text)


def redact_patch(text: str, values: Iterable[str] = ()) -> str:
    """A unified diff without secrets that is still one: each line stays, with its first character.

    A secret ends with its hunk at the latest, whatever it seems to be the beginning of.
    """
    known = _known(frozenset(values))
    patterns = [pattern for pattern in (known, _tokens()) if pattern is not None]
    if not any(pattern.search(text) for pattern in patterns):
        return text
    pieces = re.split(_PIECE_OF_PATCH, text)
    for pattern in patterns:
        pieces = [pattern.sub(_line_by_line, piece) for piece in pieces]
    return "".join(pieces)


def _line_by_line(match: re.Match[str]) -> str:
    _, *rest = match[0].split("\n")
    return "\n".join([REDACTED, *(line and line[0] + REDACTED for line in rest)])


class Redactor:
    """`redact` for a stream of bytes: a secret that arrives in pieces is found all the same.

    What could be the beginning of one is held back until the next bytes or `flush`: nothing after
    white space, else at most a few KiB.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        values = frozenset(values)
        known = _known(values)
        self._patterns = [_tokens_in_bytes()]
        if known is not None:
            self._patterns.insert(0, re.compile(known.pattern.encode("utf-8", "surrogateescape")))
        spaced = [len(value) for value in values if any(map(str.isspace, value))]
        self._longest_spaced = 4 * max(spaced, default=0)  # in bytes, of which a character has 4
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What is certain by now, without secrets."""
        text = self._held + data
        cut = self._certain(text)
        self._held = text[cut:]
        return self._clean(text[:cut])

    def flush(self) -> bytes:
        """The rest, at the end of the stream."""
        text, self._held = self._held, b""
        return self._clean(text)

    def _clean(self, text: bytes) -> bytes:
        for pattern in self._patterns:
            text = pattern.sub(REDACTED.encode(), text)
        return text

    def _certain(self, text: bytes) -> int:
        """How much of the text no later byte can turn into a part of a secret."""
        last_space = max(text.rfind(space) + 1 for space in (b"\n", b" ", b"\t", b"\r"))
        cut = max(last_space, len(text) - _LONGEST_TOKEN)
        cut = min(cut, max(len(text) - self._longest_spaced, 0))
        if cut == last_space and b"-----BEGIN" not in text:
            return cut
        for pattern in (*self._patterns, re.compile(_OPENING_IN_BYTES)):
            for match in pattern.finditer(text):
                if match.start() < cut < match.end() or match.end() == len(text):
                    cut = min(cut, match.start())
        return max(cut, len(text) - _LONGEST_BLOCK)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def _joined(start: str, left_out: str, end: str) -> str:
    newline = "" if not start or start.endswith("\n") else "\n"
    return f"{start}{newline}[... {left_out} left out ...]\n{end}"


@lru_cache(maxsize=64)
def _known(values: frozenset[str]) -> re.Pattern[str] | None:
    forms = {form for value in values if len(value) >= _SMALLEST_SECRET for form in _forms(value)}
    if not forms:
        return None
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))


def _forms(value: str) -> set[str]:
    raw = value.encode("utf-8", "surrogateescape")
    cores = {_base64_core(raw, offset) for offset in range(3)}
    cores |= {core.translate(_URL_SAFE) for core in cores}
    forms = {value, value[::-1], quote(value, safe=""), raw.hex(), raw.hex().upper(), *cores}
    return {form for form in forms if len(form) >= _SMALLEST_SECRET}


def _base64_core(raw: bytes, offset: int) -> str:
    """The part of any base64 text around `raw` that does not depend on its neighbours."""
    text = base64.b64encode(b"\0" * offset + raw)
    first = -(-offset * 4 // 3)
    whole = (offset + len(raw)) * 8 // 6
    return text[first:whole].decode()
