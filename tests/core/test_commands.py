from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import commands as cmd

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
COMMANDS = st.one_of(*[st.from_type(kind) for kind in cmd.REGISTRY.values()])


@given(COMMANDS)
def test_every_command_comes_back_as_it_was(command: cmd.Command) -> None:
    assert cmd.decode(command.kind, cmd.encode(command)) == command


def test_kinds_are_names() -> None:
    assert all(kind and kind == command.kind for kind, command in cmd.REGISTRY.items())
    assert len(cmd.REGISTRY) == len({kind.__name__ for kind in cmd.Command.__subclasses__()})


def test_a_command_of_a_newer_program_is_no_command_of_ours() -> None:
    with pytest.raises(KeyError):
        cmd.decode("teleport", "{}")
