"""`serve`: the screen in a browser of this machine."""

from __future__ import annotations

import click

from looptui.cli.output import say, show


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port; by default a free one.")
@click.option("--host", default="127.0.0.1", help="Only this machine: 127.0.0.1 or ::1.")
@click.pass_context
def serve(ctx: click.Context, /, port: int | None, host: str) -> int:
    """Open the screen in a browser of this machine.

    The address is printed once and holds a token: whoever has it can do there what you can do
    here. A tab that is closed leaves its screen, and what runs there, as it is; the next tab shows
    it again. ctrl+c pauses the runs that are driven in a browser and ends. From another machine:
    ssh -L PORT:127.0.0.1:PORT, and the same address there.

    \b
    Example:
      looptui serve
      looptui serve --port 8000

    Exit codes: 2 not this machine, or the port is taken, 6 the extra `serve` is not installed,
    130 ctrl+c, 143 and 129 other signals.
    """
    from looptui import paths
    from looptui.wire import serving

    root = paths.repo_root(ctx.obj)

    def ready(address: str) -> None:
        say(f"The screen of {root}, for browsers of this machine; ctrl+c ends it:")
        show(address)
        say("Whoever has this address can do there what you can do here.")

    return serving.serve(root, host, port or 0, ready=ready, ending=_ending, tell=say)


def _ending(screens: int) -> None:
    if screens:
        say("pausing what is driven in the browser; ctrl+c again ends it at once")
