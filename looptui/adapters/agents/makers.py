"""The door for `plugins`: for each preset, `-` written as `_`, what makes its maker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from looptui.making import Maker


def __getattr__(name: str) -> Callable[[], Maker]:
    from looptui.adapters.agents.maker import maker_of
    from looptui.detecting.presets import presets

    preset = name.replace("_", "-")
    if preset not in presets():
        raise AttributeError(name)
    return partial(maker_of, preset)
