"""Makes the pictures of the README from real runs: `python -m screenshots.make`.

Each picture is the real app on a real demo project, driven by keys, exported as SVG and rendered to
PNG. Nothing is drawn by hand; a fixed seed gives the same fault each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.wire.controller import DeskController
from looptui.wire.demo import Stage, stage

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from looptui.tui.app import LooptuiApp

HERE = Path(__file__).parent
SIZE = (120, 36)
SEED = 7
FONT = "DejaVu Sans Mono"
"""Has all our glyphs; the one that the SVG names lacks some."""
_PATIENCE = 120.0
_EMPTY = 20_000
"""Bytes below which a picture holds no text."""


def main() -> None:
    asyncio.run(_repair())
    asyncio.run(_breaker())
    asyncio.run(_memory())


async def _repair() -> None:
    """The built-in maker at work, then the review of what it found."""
    with stage(seed=SEED, scenario=None, keep=False) as where:
        async with _playing(where) as (app, pilot):
            await _until(pilot, lambda: _lines(app, "try 4/"))
            _picture(app, "loop")
            await _until(pilot, lambda: bool(app.feed.snapshot.needs))
            await pilot.press("r")
            await pilot.pause(1.0)
            _picture(app, "review")
            app.theme = "daylight"
            await pilot.pause(0.5)
            _picture(app, "review-light")
            app.theme = "midnight"
            await pilot.press("1")
            await pilot.pause(0.5)
            _picture(app, "fleet")


async def _breaker() -> None:
    """A scripted maker that never gets there: the iterations breaker trips."""
    with stage(seed=SEED, scenario="breaker", keep=False) as where:
        async with _playing(where) as (app, pilot):
            await _until(pilot, lambda: any(v.state == "tripped" for v in app.feed.snapshot.runs))
            await pilot.pause(0.5)
            _picture(app, "breaker")


async def _memory() -> None:
    """What a maker that never gets there left, with two records of a person."""
    from looptui.core.commands import Remember

    with stage(seed=SEED, scenario="breaker", keep=False) as where:
        async with _playing(where) as (app, pilot):
            await _until(pilot, lambda: any(v.state == "tripped" for v in app.feed.snapshot.runs))
            for record in (
                Remember("rule", "Never change a test to make it pass.", pinned=True),
                Remember("fact", "Amounts are whole cents everywhere.", subject="amounts"),
                Remember("fact", "Amounts are decimals with two places.", subject="amounts"),
            ):
                await app.controller.remember(record)
            await pilot.press("3")
            await _until(pilot, lambda: _lines(app, "to settle"))
            _picture(app, "memory")


@asynccontextmanager
async def _playing(where: Stage) -> AsyncIterator[tuple[LooptuiApp, Pilot[None]]]:
    from looptui.tui.app import LooptuiApp

    controller = DeskController(where.root)
    app = LooptuiApp(controller, start=[where.loop], trust=True)
    async with app.run_test(size=SIZE) as pilot:
        yield app, pilot
    await controller.close()


async def _until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    end = asyncio.get_running_loop().time() + _PATIENCE
    while not done():
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError("the demo did not get there")
        await pilot.pause(0.1)


def _lines(app: LooptuiApp, words: str) -> bool:
    return words in app.export_screenshot().replace("&#160;", " ")


def _picture(app: LooptuiApp, name: str) -> None:
    import resvg_py

    svg = app.export_screenshot(title="looptui")
    (HERE / f"{name}.svg").write_text(svg, "utf-8")
    png = resvg_py.svg_to_bytes(svg_string=svg.replace("Fira Code", FONT))
    if len(png) < _EMPTY:
        raise SystemExit(f"The font {FONT} is missing: install it (Debian: fonts-dejavu-core).")
    (HERE / f"{name}.png").write_bytes(bytes(png))
    print(f"{name}: {len(svg) // 1024} KiB")


if __name__ == "__main__":
    main()
