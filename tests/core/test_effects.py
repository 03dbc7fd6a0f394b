from __future__ import annotations

from typing import get_args

from looptui.core import effects as fx
from looptui.core.status import Phase

KINDS = {effect.name: effect for effect in vars(fx).values() if isinstance(effect, type)
         and issubclass(effect, fx.Effect) and effect.name}  # fmt: skip


def test_every_effect_has_a_name_of_its_own_and_a_phase() -> None:
    assert len(KINDS) == 12
    assert all(effect.phase in get_args(Phase) for effect in KINDS.values())


def test_effects_are_values() -> None:
    assert fx.RunGate("pytest", "t", 1) == fx.RunGate("pytest", "t", 1)
    assert fx.Make(1) != fx.Make(2)
