"""Where the goal of a new loop comes from: standard input, a file, or an issue of a tracker."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from looptui.errors import EnvironmentUnfit, UsageError
from looptui.text import safe

LARGEST = 20_000
"""Bytes; more than that is no goal but a document, which `context` of [goal] quotes."""
_PATIENCE = 60
_ISSUE = re.compile(r"https?://[^/\s]+/\S+/issues/\d+")
_TOOLS = {
    "github": ("gh", ("gh", "issue", "view", "{url}", "--json", "title,body")),
    "gitlab": ("glab", ("glab", "issue", "view", "{url}", "--output", "json")),
}


def goal_from(source: str) -> str:
    """The text of `-`, a file or the address of an issue, which your own `gh` or `glab` reads.

    UsageError for a source that holds no goal, EnvironmentUnfit where it cannot be read.
    """
    if source == "-":
        text = sys.stdin.read(LARGEST + 1)
    elif "://" in source:
        text = _issue(source)
    else:
        text = _file(Path(source))
    if not text.strip():
        raise UsageError(f"--from {source}: there is no text", "Say what shall be true at the end.")
    if len(text.encode("utf-8", "replace")) > LARGEST:
        hint = (
            "Say the goal in fewer words; name the file in `context` of [goal] to have it quoted."
        )
        raise UsageError(f"--from {source}: more than {LARGEST:,} bytes", hint)
    return safe(text).strip()


def _file(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1).decode("utf-8")
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be read: {error.strerror}", "See `ls -l`."
        ) from error
    except ValueError as error:
        raise UsageError(f"{path} is no text in UTF-8", "Name a text file.") from error


def _issue(url: str) -> str:
    if not _ISSUE.fullmatch(url):
        raise UsageError(
            f"{url} is no address of an issue", "Such as https://github.com/you/shop/issues/12"
        )
    kind = "gitlab" if "gitlab" in url else "github"
    program, command = _TOOLS[kind]
    if shutil.which(program) is None:
        hint = f"Install {program} and log in, or pipe the text: … | looptui new NAME --from -"
        raise EnvironmentUnfit(f"{program} is not on PATH, and it reads issues of {kind}", hint)
    argv = [word.replace("{url}", url) for word in command]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise EnvironmentUnfit(f"{program} did not answer", "Try it by hand.") from error
    if done.returncode:
        said = safe(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
        raise EnvironmentUnfit(f"{program} could not read it: {said}", f"Try: {' '.join(argv)}")
    return _worded(done.stdout, program)


def _worded(answer: bytes, program: str) -> str:
    """Title and text of an issue as these programs tell them."""
    try:
        told = json.loads(answer)
        return f"{told['title']}\n\n{told.get('body') or told.get('description') or ''}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvironmentUnfit(
            f"{program} said something else than an issue", "Use --from -"
        ) from (error)
