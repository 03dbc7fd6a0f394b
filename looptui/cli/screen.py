"""Opening the screen on a repository."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.tui.driver import DriverClass
    from looptui.tui.glyphs import Glyphs
    from looptui.tui.preferences import Preferences
    from looptui.wire.overriding import Overrides

SIXTEEN_COLOURS = "terminal"
"""The theme of a terminal that has no more of them."""


class View(NamedTuple):
    """How the screen is opened."""

    screen: str = ""
    """The one that is shown first; empty for the usual one."""
    read_only: bool = False
    """Whether what would change anything is refused."""


def open_screen(
    directory: Path,
    specs: Sequence[str] = (),
    *,
    trust: bool = False,
    unsandboxed: bool = False,
    lasting: bool = True,
    overrides: Overrides | None = None,
    view: View | None = None,
) -> int:
    """Run the app until it is quit; loop files that are named start at once.

    `lasting` says that one can go on later with what is left; it is then told how. `overrides` are
    limits of the runs that start here.
    """
    view = view or View()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screen needs a terminal", "Without one: `looptui run SPEC --headless`, `status`."
        )
    from looptui import paths
    from looptui.tui.collecting import without_collecting
    from looptui.tui.preferences import wanted
    from looptui.tui.skeleton import Skeleton
    from looptui.tui.terminal import settle_colours, settle_size

    settle_size()
    root = paths.repo_root(directory)
    files = [_loop_file(directory, spec) for spec in specs]
    wishes = wanted(paths.config_dir())
    wishes.sixteen = settle_colours()
    if wishes.sixteen:
        wishes.theme = SIXTEEN_COLOURS
    if view.read_only:
        wishes.warnings.append("opened with --read-only: it shows, and changes nothing")
    with Skeleton(_palette(wishes)) as skeleton, without_collecting():
        from looptui.tui.driver import driver_over

        return _run(
            root,
            files,
            driver_over(skeleton),
            wishes,
            trust=trust,
            unsandboxed=unsandboxed,
            lasting=lasting,
            overrides=overrides,
            view=view,
        )


def open_in_browser(directory: Path, size: tuple[int, int]) -> int:
    """Run the app for `looptui serve`, which is at both ends of the standard streams.

    `size` is columns and rows of the tab at first.
    """
    from looptui import paths
    from looptui.tui.browser import BrowserDriver
    from looptui.tui.collecting import without_collecting
    from looptui.tui.preferences import wanted

    with without_collecting():
        wishes = wanted(paths.config_dir())
        return _run(paths.repo_root(directory), [], BrowserDriver, wishes, size=size)


def _run(
    root: Path,
    files: Sequence[Path],
    driver: DriverClass | None,
    wishes: Preferences,
    *,
    trust: bool = False,
    unsandboxed: bool = False,
    lasting: bool = True,
    overrides: Overrides | None = None,
    view: View | None = None,
    size: tuple[int, int] | None = None,
) -> int:
    from looptui.tui.app import LooptuiApp
    from looptui.wire.controller import DeskController

    logging.getLogger().addHandler(logging.NullHandler())  # nothing is ever written to the screen
    app = LooptuiApp(
        DeskController(
            root,
            unsandboxed=unsandboxed,
            overrides=overrides,
            read_only=view is not None and view.read_only,
        ),
        start=files,
        trust=trust,
        theme=wishes.theme,
        themes_folder=wishes.themes,
        glyphs=_glyphs(wishes),
        keymap=wishes.keymap,
        calling=wishes.calling,
        sixteen=wishes.sixteen,
        warnings=wishes.warnings,
        driver_class=driver,
        lasting=lasting,
        first=view.screen if view is not None else "",
    )
    app.run(size=size)
    return app.return_code or 0


def _glyphs(wishes: Preferences) -> Glyphs:
    from looptui.tui.glyphs import glyphs_for

    return glyphs_for(sys.stdout.encoding, "ascii" if wishes.ascii else "auto")


def _loop_file(directory: Path, spec: str) -> Path:
    from looptui.cli.running import find_loop_file

    return find_loop_file(directory, spec)


def _palette(wishes: Preferences) -> Path:
    """The palette of the first paint; its ground is that of the app."""
    import looptui

    package = Path(looptui.__file__).parent
    installed = package / "themes"
    shipped = installed if installed.is_dir() else package.parent / "themes"
    own = wishes.themes / f"{wishes.theme}.toml" if wishes.themes else None
    return own if own is not None and own.is_file() else shipped / f"{wishes.theme}.toml"
