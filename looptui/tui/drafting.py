"""A loop that is being written: what was said at each step, and the file that follows from it."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from looptui.core.spec import Limits
from looptui.detecting.proposing import (
    GateChoice,
    MakerChoice,
    first_template,
    gates,
    maker_choices,
    propose,
    with_gates,
)
from looptui.loopfile.answers import Answers, GateAnswer, MakerAnswer, compose
from looptui.loopfile.sheet import Sheet, quoted
from looptui.loopfile.templates import source

if TYPE_CHECKING:
    from looptui.detecting.values import Survey

LIMITS = ("iterations", "cost_usd", "tokens", "time")
"""The keys of `[breakers]` that are asked for."""
SIZE = "size"
"""The gate over the diff, which is no command."""
_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?")
_SHORT = re.compile(r"(\d+(?:\.\d+)?)([kM])")


class Draft:
    """Answers by step. What is said for one template stays when another is looked at."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.template = first_template(survey)
        self._name = ""
        self._goal = ""
        self._switched: dict[tuple[str, str], bool] = {}
        self._added: list[GateAnswer] = []
        self._maker: dict[str, str] = {}
        self._command: dict[tuple[str, str], str] = {}
        self._limits: dict[tuple[str, str], str] = {}

    # --- goal ---------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What was typed, else a name that is free."""
        return self._name or self.free_name

    @property
    def free_name(self) -> str:
        taken, base = self.survey.loops, self.template
        return (
            base
            if base not in taken
            else next(
                name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken
            )
        )

    def say_name(self, text: str) -> None:
        self._name = "" if text.strip() == self.free_name else text.strip()

    @property
    def goal(self) -> str:
        return self._goal or propose_goal(self.template)

    def say_goal(self, text: str) -> None:
        self._goal = "" if text.strip() == propose_goal(self.template) else text.strip()

    # --- gates --------------------------------------------------------------------------------

    @property
    def gates(self) -> tuple[GateChoice, ...]:
        """All that the loop could have, each switched as a person or a default says."""
        own = (GateChoice(gate, True, "", "added by you") for gate in self._added)
        return tuple(
            replace(one, on=self._switched.get((self.template, one.gate.id), one.on))
            for one in (*gates(self.survey, self.template), *own)
        )

    @property
    def has_size(self) -> bool | None:
        """Whether the size of the diff is a gate; None where the template has no such gate."""
        if Sheet(source(self.template)).named("gates", "id", quoted(SIZE)) is None:
            return None
        return self._switched.get((self.template, SIZE), True)

    def switch(self, gate: str) -> None:
        """Take a gate, or leave it out."""
        now = {one.gate.id: one.on for one in self.gates} | {SIZE: bool(self.has_size)}
        self._switched[self.template, gate] = not now[gate]

    def add_gate(self, line: str) -> str:
        """Add a command as a gate of its own; an empty string, or why it is none."""
        try:
            argv = tuple(shlex.split(line))
        except ValueError:
            return "a quote is not closed"
        if not argv:
            return "a gate is a command line; no shell reads it"
        ids = {one.gate.id for one in self.gates}
        id_ = next(name for n in range(1, 1000) if (name := "check" if n == 1 else f"check-{n}")
                   not in ids)  # fmt: skip
        self._added.append(GateAnswer(id_, argv, f"`{line.strip()}` passes"))
        return ""

    # --- maker --------------------------------------------------------------------------------

    @property
    def makers(self) -> tuple[MakerChoice, ...]:
        """Who could do it; a maker that the gates allow no more is not among them."""
        chosen = tuple(one.gate for one in self.gates if one.on)
        return maker_choices(self.survey, self.template, chosen)

    @property
    def chosen(self) -> MakerChoice:
        """The maker that was chosen and still fits, else the most fitting one."""
        makers, wanted = self.makers, self._maker.get(self.template)
        return next((one for one in makers if one.title == wanted), makers[0])

    def choose_maker(self, title: str) -> None:
        self._maker[self.template] = title

    @property
    def command(self) -> str:
        """The command line of the chosen maker; empty for one that needs none."""
        chosen = self.chosen
        said = self._command.get((self.template, chosen.title))
        return shlex.join(chosen.maker.argv) if said is None else said

    def say_command(self, line: str) -> None:
        chosen = self.chosen
        self._command.pop((self.template, chosen.title), None)
        if line.strip() != shlex.join(chosen.maker.argv):
            self._command[self.template, chosen.title] = line.strip()

    @property
    def maker(self) -> MakerAnswer:
        """The maker as it goes into the file; another command keeps how the prompt is given."""
        chosen = self.chosen
        said = self._command.get((self.template, chosen.title))
        if said is None:
            return chosen.maker
        return replace(chosen.maker, agent="command", argv=_words(said))

    # --- limits -------------------------------------------------------------------------------

    def limit(self, key: str) -> str:
        """A limit as a person writes it; empty where `usual_limit` holds."""
        said = self._limits.get((self.template, key))
        if said is not None:
            return said
        value = Sheet(source(self.template)).part("breakers").get(key) or ""
        return value.strip('"').replace("_", "")

    @staticmethod
    def usual_limit(key: str) -> str:
        """What looptui takes where a loop file says nothing."""
        usual = Limits()
        return {
            "iterations": str(usual.iterations), "cost_usd": f"{usual.cost_micro_usd / 1e6:g}",
            "tokens": str(usual.tokens), "time": f"{usual.time / 3600:g}h",
        }[key]  # fmt: skip

    def say_limit(self, key: str, text: str) -> None:
        self._limits[self.template, key] = text.strip()

    # --- the file -----------------------------------------------------------------------------

    @property
    def answers(self) -> Answers:
        chosen = tuple(one for one in self.gates if one.on)
        limits = tuple(
            (key, _written(key, text))
            for (template, key), text in self._limits.items()
            if template == self.template
        )
        return replace(
            with_gates(propose(self.survey, self.template), chosen),
            name=self.name, goal=self._goal, maker=self.maker, size=self.has_size is not False,
            limits=limits,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The loop file as it would be written now, right or wrong."""
        return compose(self.answers)


def propose_goal(template: str) -> str:
    """The goal that a template brings along."""
    import tomllib

    goal: str = tomllib.loads(source(template))["goal"]["text"]
    return goal


def _words(line: str) -> tuple[str, ...]:
    """A command line as words; one that is no such thing is kept whole, for the check to name."""
    try:
        return tuple(shlex.split(line))
    except ValueError:
        return (line,)


def _written(key: str, text: str) -> str:
    """A limit as TOML; what is no number is written as text, for the check to name."""
    plain = text.removeprefix("$").replace(",", "")
    short = _SHORT.fullmatch(plain)
    if key != "time" and short:
        return str(round(float(short[1]) * {"k": 1_000, "M": 1_000_000}[short[2]]))
    return plain if not text or (key != "time" and _NUMBER.fullmatch(plain)) else quoted(text)
