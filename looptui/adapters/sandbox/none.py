"""No confinement at all, for a person who asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from looptui.adapters.sandbox.scratch import environment, scratch
from looptui.ports import Confinement, Launch


class Unconfined:
    """Runs children with all that we may do; only the environment and temporary files are apart."""

    name = "none"
    confines = False

    @contextmanager
    def launch(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], confinement: Confinement
    ) -> Iterator[Launch]:
        with scratch() as place:
            yield Launch(tuple(argv), environment(env, place), cwd, owns_tree=False)

    def lays(self, directory: Path) -> bool:
        return False
