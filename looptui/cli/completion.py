"""`completion`: what a shell needs to complete commands, flags and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from looptui.cli.output import say

_WHERE = {
    "bash": 'eval "$(looptui completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(looptui completion zsh)"   in ~/.zshrc',
    "fish": "looptui completion fish > ~/.config/fish/completions/looptui.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_WHERE)))
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print what your shell reads to complete the words of looptui.

    \b
    Example:
      looptui completion fish > ~/.config/fish/completions/looptui.fish
      eval "$(looptui completion bash)"
    """
    kind = get_completion_class(shell)
    assert kind is not None
    root = ctx.find_root().command
    click.echo(kind(root, {}, "looptui", "_LOOPTUI_COMPLETE").source())
    say(_WHERE[shell])
