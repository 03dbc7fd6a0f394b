"""Kinds of values on the command line that click does not have."""

from __future__ import annotations

from typing import Any

import click


class Span(click.ParamType):  # type: ignore[type-arg]
    """A length of time: `45s`, `30m`, `2h`, `1d`, or a number of seconds. Comes as seconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        from looptui.loopfile.values import seconds

        if isinstance(value, float):
            return value
        try:
            return seconds(_plain(str(value)))
        except ValueError as wrong:
            self.fail(f"{value}: {wrong}", param, ctx)


def _plain(text: str) -> str:
    return f"{text}s" if text.replace(".", "", 1).isdigit() else text


SPAN = Span()
