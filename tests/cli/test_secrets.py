"""No secret that a maker or a gate prints is in any file that looptui writes."""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
import zlib
from pathlib import Path

from tests.cli.shell import Shell

_LETTERS = "Zq7Xw2Lm9Tk4Rb8Vn3Hc6Yp1Df5Gs0JaQe"
_OWN = "kN0wn-t0-Looptui_8d1f6a2c"
"""The value of a variable of ours that the loop file gives to maker and gate."""


def _of(prefix: str, length: int, end: str = "") -> str:
    """A token; it stands nowhere in this file as it is."""
    return prefix + (_LETTERS * 4)[:length] + end


SHAPES = {
    "anthropic": _of("sk-" + "ant-api03-", 80, "AA"),
    "openai": _of("sk-" + "proj-", 48),
    "openrouter": _of("sk-" + "or-v1-", 64),
    "github": _of("gh" + "p_", 36),
    "github_pat": _of("github" + "_pat_", 82),
    "gitlab": _of("gl" + "pat-", 20),
    "aws": "AK" + "IA" + "Q7XW2LM9TK4RB8VN",
    "google": _of("AI" + "za", 35),
    "slack": "xo" + "xb-7361849205-" + _LETTERS[:24],
    "npm": _of("np" + "m_", 36),
    "pypi": _of("py" + "pi-AgEIcHlwaS5vcmc", 90),
    "huggingface": _of("h" + "f_", 34),
    "stripe": _of("sk" + "_live_", 24),
    "sendgrid": _of("S" + "G.", 22, "." + (_LETTERS * 2)[:43]),
    "jwt": "ey" + "J" + _LETTERS[:20] + ".ey" + "J" + _LETTERS[:30] + "." + _LETTERS[:27],
    "private key": "-----BEGIN "
    + "PRIVATE KEY-----\n"
    + _LETTERS * 2
    + "\n-----END PRIVATE KEY-----",
    "password in an address": "postgres://app:" + _LETTERS[:18] + "@db.example.org/x",
}
_ENCODED = {
    "plain": _OWN,
    "base64": base64.b64encode(_OWN.encode()).decode(),
    "hex": _OWN.encode().hex(),
    "reversed": _OWN[::-1],
}

_PRINTING = """
import base64, json, pathlib, sys, zlib
shapes = json.loads(zlib.decompress(base64.b64decode({packed!r})))
for name, secret in shapes.items():
    print(name, secret)
    print("at the end of a line:" + secret, file=sys.stderr)
for name, secret in shapes.items():
    half = len(secret) // 2
    sys.stdout.write(name + " in two: " + secret[:half])
    sys.stdout.flush()
    sys.stdout.write(secret[half:] + " done\\n")
    sys.stdout.flush()
print("x" * (65536 - 20) + " " + list(shapes.values())[0])
"""
_MAKER = """
path = pathlib.Path("calc.py")
path.write_text(path.read_text().replace("a - b", "a + b"))
"""
_GATE = """
sys.exit("a + b" not in pathlib.Path("calc.py").read_text())
"""


def _needles() -> dict[str, bytes]:
    """What must be nowhere: of a key of many lines its body, of an address its password."""
    found = {name: secret.encode() for name, secret in SHAPES.items()}
    found["private key"] = (_LETTERS * 2).encode()
    found["password in an address"] = f":{_LETTERS[:18]}@".encode()
    return found | {f"ours, {name}": value.encode() for name, value in _ENCODED.items()}


def _contents(home: Path) -> dict[str, bytes]:
    """All that looptui wrote, blobs and git objects unpacked."""
    found = {}
    for file in home.rglob("*"):
        if file.is_file() and not file.is_symlink():
            raw = file.read_bytes()
            found[str(file)] = raw
            if "/objects/" in str(file) and len(file.parent.name) == 2:
                found[f"{file} unpacked"] = zlib.decompress(raw)
    for database in home.rglob("state.db"):
        with sqlite3.connect(database) as connection:
            for (content,) in connection.execute("SELECT packed FROM blobs"):
                found[f"{database} blob {len(found)}"] = _unpacked(bytes(content))
        connection.close()
    return found


def _unpacked(content: bytes) -> bytes:
    try:
        return content + zlib.decompress(content)
    except zlib.error:
        return content


def test_no_shape_of_a_secret_is_in_any_file(shell: Shell) -> None:
    told = json.dumps(SHAPES | {f"ours {name}": value for name, value in _ENCODED.items()})
    packed = base64.b64encode(zlib.compress(told.encode())).decode()
    shell.env["OUR_API_TOKEN"] = _OWN
    printing = _PRINTING.format(packed=packed)
    gate = shell.place / "gate.py"
    gate.write_text(printing + _GATE)
    loop = shell.loop(printing + _MAKER, gate=(sys.executable, str(gate)))
    ran = shell.run(loop)
    assert ran.code == 4, ran.err
    printed = ran.out + ran.err
    for words in (
        ("logs", "fix-tests"),
        ("logs", "fix-tests", "--prompt", "1"),
        ("logs", "fix-tests", "--gate", "1:tests"),
        ("audit", "export"),
        ("show", "fix-tests", "--json"),
        ("reject", "fix-tests", "--tree", shell.need()["tree"], "-m", f"not {SHAPES['github']}"),
        ("logs", "fix-tests", "--prompt", "2"),
        ("audit", "export"),
    ):
        done = shell(*words)
        printed += done.out + done.err
    files = _contents(shell.place / "state")
    redacted = [name for name, content in files.items() if b"gitlab [redacted]" in content]
    assert any("/transcripts/" in name for name in redacted)
    assert any(" blob " in name for name in redacted)
    leaks = [
        (name, file)
        for name, needle in _needles().items()
        for file, content in {**files, "what was printed": printed.encode()}.items()
        if needle in content
    ]
    assert leaks == []
