"""Takes secrets out of what is stored: values of our own environment, and known token shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from looptui.text import Redactor, redact, redact_patch

_NAMES = re.compile(r"KEY|SECRET|TOKEN|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_SHORTEST = 8
"""Shorter values of such variables are words like `true`, not secrets."""


class Scrub:
    """Redacts with the secrets of one environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = frozenset(
            value
            for name, value in environ.items()
            if _NAMES.search(name) and len(value) >= _SHORTEST and "/" not in value[:1]
        )

    def text(self, text: str) -> str:
        return redact(text, self._values)

    def patch(self, data: bytes) -> bytes:
        """A diff; it keeps its lines, so that its hunks can still be read and counted.

        It may not be UTF-8: what does not decode comes out as it was.
        """
        text = data.decode("utf-8", "surrogateescape")
        return redact_patch(text, self._values).encode("utf-8", "surrogateescape")

    def stream(self) -> Redactor:
        """For output as it comes; a secret may be cut anywhere by its chunks."""
        return Redactor(self._values)
