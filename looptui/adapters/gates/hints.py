"""What a red gate may owe to where it ran, in words: an export has no git, a gate no network."""

from __future__ import annotations

import re

_HINTS = (
    (
        r"Network is unreachable|Name or service not known|name resolution|No route to host"
        r"|nodename nor servname|Could not resolve|getaddrinfo|ENOTFOUND|EAI_AGAIN|ENETUNREACH",
        "it asked for the network, and gates have none: leave such tests out in argv, or name them"
        " in known_failures",
    ),
    (
        r"not a git repository|unable to detect version|unable to determine version"
        r"|No git repo|InvalidGitRepositoryError",
        "it asked git, and an export has no .git: leave such tests out in argv, or give the"
        " version in a variable (SETUPTOOLS_SCM_PRETEND_VERSION) that env names",
    ),
    (
        r"Read-only file system",
        "it wrote outside of its directory, which is read-only there: let it write to TMPDIR",
    ),
)


def hint(output: str) -> str:
    """What the words of a gate point at, in the order of likelihood; empty for nothing."""
    return next((words for pattern, words in _HINTS if re.search(pattern, output)), "")
