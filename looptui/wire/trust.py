"""Which loop files a person trusts: by the digest of their content, asked again when it changes."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from looptui.errors import RefusedError


class Trust:
    """The digests that were trusted for one repository, kept in its state directory."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "trust.json"

    def known(self, digest: str) -> bool:
        return digest in self._read()

    def require(self, digest: str, name: str) -> None:
        """RefusedError unless a person trusted exactly this content."""
        if not self.known(digest):
            raise RefusedError(
                f"{name} is not trusted yet: its commands would run on this machine",
                "Read it, then say --trust (asked again when the file changes).",
            )

    def add(self, digest: str, path: Path, at: float) -> None:
        known = self._read()
        known[digest] = {"path": str(path), "at": at}
        descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix=".trust-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(known, out, indent=1)
        Path(name).replace(self._file)

    def _read(self) -> dict[str, dict[str, object]]:
        """Empty where there is none, or a damaged one: then a person is asked again."""
        try:
            known = json.loads(self._file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
