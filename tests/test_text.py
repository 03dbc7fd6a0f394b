"""Untrusted text cannot steer a terminal, hide characters or carry a secret out."""

from __future__ import annotations

import base64
import time
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest

from looptui.text import REDACTED, Redactor, clip, excerpt, redact, redact_patch, safe, safe_bytes


def test_controls_become_pictures_and_newline_and_tab_stay() -> None:
    assert safe("\x1b]52;c;UFdO\x07\x00\r\x7f") == "␛]52;c;UFdO␇␀␍␡"
    assert safe("a\n\tb") == "a\n\tb"


@pytest.mark.parametrize(
    "code",
    [
        0x80,
        0x9B,
        0x9F,
        0xAD,
        0x061C,
        0x200B,
        0x200D,
        0x200E,
        0x2028,
        0x2029,
        0x202E,
        0x2066,
        0x2060,
        0xFEFF,
        0xFE00,
        0xD800,
        0xDFFF,
        0xE0001,
        0xE0041,
        0xE0100,
        0x3164,
        0xFFFE,
    ],
)
def test_what_hides_or_reorders_is_spelt_out(code: int) -> None:
    assert safe(f"x{chr(code)}y") == f"x<U+{code:04X}>y"


def test_no_control_or_format_character_survives() -> None:
    survivors = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(char := chr(code)) in {"Cc", "Cs", "Zl", "Zp"}
        and char not in "\n\t"
        and safe(char) == char
    ]
    assert survivors == []


def test_ordinary_writing_is_not_touched() -> None:
    text = "Grüße, 你好, שלום, naïve, ⚠\ufe0f, 1\ufe0f\u20e3, e\u0301, ✔\ufe0e, 👍🏽"
    assert safe(text) == text


def test_selectors_that_carry_data_are_shown() -> None:
    assert safe("a\ufe0f") == "a<U+FE0F>"
    assert safe("⚠\ufe0f\ufe0e\ufe0f") == "⚠\ufe0f<U+FE0E><U+FE0F>"


def test_bytes_that_are_no_text_are_spelt_out() -> None:
    assert safe_bytes(b"ok \x9b31m \xff\x00") == "ok \\x9b31m \\xff␀"


def test_safe_is_fast_enough_for_a_large_diff() -> None:
    text = ("\x1b[31mFAIL\x1b[0m a\u202eb\n" + "plain words here\n" * 5) * 50_000
    start = time.process_time()
    safe(text)
    assert time.process_time() - start < 3


def test_clip_keeps_what_fits() -> None:
    assert clip("0123456789", 5, 5) == "0123456789"


def test_clip_says_what_is_missing_and_cuts_at_lines() -> None:
    text = "".join(f"line {n}\n" for n in range(100))
    clipped = clip(text, 20, 20)
    start, note, end = clipped.partition("[... ")
    assert (start, end.partition("...]\n")[2]) == ("line 0\nline 1\n", "line 98\nline 99\n")
    assert note
    assert "96 lines, " in end


def test_clip_of_one_endless_line_is_bounded() -> None:
    clipped = clip("x" * 1_000_000, 100, 50)
    assert clipped.startswith("x" * 100 + "\n[... 0 lines, 999,850 characters left out ...]\n")
    assert clipped.endswith("\n" + "x" * 50)


def test_excerpt_joins_what_is_adjacent_and_marks_what_is_not() -> None:
    assert excerpt("né".encode()[:2], "né".encode()[2:], 3) == "né"
    assert excerpt(b"a", b"b", 1000) == "a\n[... 998 bytes left out ...]\nb"


# Put together here so that no scanner takes this file for a leak.
SHAPES = [
    "sk-ant-" + "api03-" + "a1B2" * 10,
    "sk-proj-" + "a1B2c3D4" * 5,
    "gh" + "p_" + "a1B2c3D4e5F6" * 3,
    "github" + "_pat_" + "11AA22BB" * 5,
    "glpat" + "-" + "x1" * 10,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "AIza" + "Sy" + "a" * 33,
    "xoxb" + "-123456789012-abcdef",
    "npm" + "_" + "a1B2c3" * 6,
    "pypi" + "-" + "AgEIcHlwaS5vcmc" * 3,
    "hf" + "_" + "aBcDeF" * 6,
    "sk" + "_live_" + "a1B2c3D4e5F6g7H8",
    "SG" + "." + "a1B2c3D4e5F6g7H8" + "." + "a1B2c3D4e5F6g7H8",
    "eyJ" + "hbGciOiJIUzI1" + ".eyJ" + "zdWIiOiIxMjM0" + ".abcDEF123456",
    "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SHAPES, ids=lambda secret: secret[:8])
def test_known_shapes_of_tokens_are_removed(secret: str) -> None:
    assert redact(f'key = "{secret}" # end') == f'key = "{REDACTED}" # end'


def test_a_password_in_an_address_is_removed_and_the_host_stays() -> None:
    cleaned = redact("postgres://ann:hunter22@db.example.org/x and https://example.org/a@b")
    assert cleaned == f"postgres://{REDACTED}@db.example.org/x and https://example.org/a@b"


@pytest.mark.parametrize(
    "form",
    [
        lambda v: v,
        lambda v: v[::-1],
        lambda v: quote(v, safe=""),
        lambda v: v.encode().hex(),
        lambda v: base64.b64encode(v.encode()).decode(),
        lambda v: base64.b64encode(b"user:" + v.encode()).decode(),
        lambda v: base64.urlsafe_b64encode(b"x" + v.encode() + b"yz").decode(),
    ],
)
def test_a_known_value_is_removed_in_every_encoding(form: Callable[[str], str]) -> None:
    value = "correct/horse?batt>ry~~"
    shown = form(value)
    cleaned = redact(f"[{shown}]", [value])
    assert REDACTED in cleaned
    assert shown[5:-5] not in cleaned


def test_short_values_and_ordinary_code_are_left_alone() -> None:
    code = "task-force sk-learn ghp import AKIA pypi-server http://host:80/path SG.x eyJ"
    assert redact(code, ["", "is", "1"]) == code


def test_the_longest_value_goes_first() -> None:
    assert redact("secret-longer", ["secret", "secret-longer"]) == REDACTED


# --- streams ---------------------------------------------------------------------------------


def in_pieces(text: bytes, size: int, *values: str) -> bytes:
    redactor = Redactor(values)
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    return b"".join(map(redactor.feed, pieces)) + redactor.flush()


@pytest.mark.parametrize("size", [1, 2, 7, 64, 65536])
@pytest.mark.parametrize("secret", SHAPES, ids=lambda secret: secret[:8])
def test_a_token_in_pieces_is_removed(secret: str, size: int) -> None:
    text = f"before\n{secret}\nafter {secret}".encode()
    assert in_pieces(text, size) == f"before\n{REDACTED}\nafter {REDACTED}".encode()


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_known_values_in_pieces_are_removed(size: int) -> None:
    text = "a correct horse battery b pässwörd c".encode() * 3
    cleaned = in_pieces(text, size, "correct horse battery", "pässwörd").decode()
    assert cleaned == f"a {REDACTED} b {REDACTED} c" * 3


@pytest.mark.parametrize("size", [4096, 5000, 65536])
def test_a_token_in_an_endless_line_is_removed(size: int) -> None:
    token = SHAPES[2]
    text = (("x," * 2999 + '"' + token + '",') * 9).encode()
    assert in_pieces(text, size) == text.replace(token.encode(), REDACTED.encode())


def test_a_line_is_passed_on_when_it_is_complete() -> None:
    redactor = Redactor()
    assert redactor.feed(b"one line\ntwo ") == b"one line\ntwo "
    assert redactor.feed(b"thr") == b""
    assert redactor.feed(b"ee\n") == b"three\n"


def test_a_stream_holds_back_little() -> None:
    redactor = Redactor(["some-secret"])
    for _ in range(100):
        redactor.feed(b"y" * 65536)
    assert len(redactor.flush()) <= 65536


def test_a_diff_without_its_secrets_is_still_a_diff() -> None:
    key = "+-----BEGIN RSA PRIVATE KEY-----\n+MIIEpAIBAAKCAQEA\n+AAAA\n"
    end = "+-----END RSA PRIVATE KEY-----\n"
    rest = " last\n"
    head = "diff --git a/k b/k\n--- a/k\n+++ b/k\n"
    whole = f"{head}@@ -1 +1,5 @@\n{key}{end}{rest}@@ -9 +13 @@\n-a = 'hunter22'\n+b\n"
    clean = redact_patch(whole, ["hunter22"])
    assert clean.count("\n") == whole.count("\n")
    assert [line[:1] for line in clean.split("\n")] == [line[:1] for line in whole.split("\n")]
    assert "MIIE" not in clean
    assert "hunter22" not in clean
    assert " last\n@@ -9 +13 @@\n-a = '[redacted]'\n+b\n" in clean
    open_end = f"{head}@@ -1 +1,4 @@\n{key}{rest}@@ -9 +13 @@\n-a\n+b\n"
    assert redact_patch(open_end).endswith("\n@@ -9 +13 @@\n-a\n+b\n")
    assert redact_patch(head) == head
