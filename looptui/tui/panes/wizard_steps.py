"""The steps of the wizard: what each asks, shown one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from looptui.loopfile import templates
from looptui.tui.dialogs.facts import Facts
from looptui.tui.drafting import LIMITS, SIZE, Draft
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes import wizard_lines
from looptui.tui.spans import Spans
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles

TITLES = ("Goal", "Maker", "Gates", "Limits", "File")


class Turned(Message):
    """Page keys go through the steps, wherever the focus is."""

    def __init__(self, *, forward: bool) -> None:
        super().__init__()
        self.forward = forward


class Choices(TableView):
    """A short list."""

    def action_page_down(self) -> None:
        self.post_message(Turned(forward=True))

    def action_page_up(self) -> None:
        self.post_message(Turned(forward=False))


class FileView(TextView):
    """The file; nothing comes behind it, so only one of the page keys leaves it."""

    def action_page_up(self) -> None:
        self.post_message(Turned(forward=False))


class Asked(Box):
    """A line that is asked for, its name before it."""

    def __init__(self, id_: str, title: str, placeholder: str = "") -> None:
        super().__init__()
        self._field = Input(placeholder=placeholder, id=id_)
        self._title = title

    def compose(self) -> Iterator[Widget]:
        yield Facts([((self._title, "muted"),)])
        yield self._field


class Step(Box):
    """One step: widgets that show a draft."""

    first: ClassVar[str] = ""
    """The widget that has the focus first."""

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        """Show what the draft holds."""
        raise NotImplementedError

    def put(self, id_: str, value: str, placeholder: str | None = None) -> None:
        """Put words into a line without telling anybody, unless they are there."""
        field = self.query_one(f"#{id_}", Input)
        if placeholder is not None:
            field.placeholder = placeholder
        if field.value != value and not field.has_focus:
            with field.prevent(Input.Changed):
                field.value = value

    def tell(self, id_: str, lines: Sequence[Spans]) -> None:
        self.query_one(f"#{id_}", Facts).set_lines(lines)


def _facts(id_: str) -> Facts:
    facts = Facts(())
    facts.id = id_
    return facts


class GoalStep(Step):
    first = "#templates"

    def compose(self) -> Iterator[Widget]:
        yield Choices(
            (Column("kind of loop", 15), Column("what for", 20, grow=True)), id="templates"
        )
        yield Asked("name", "Name")
        yield Asked("goal", "Goal")
        yield _facts("found")

    def on_mount(self) -> None:
        rows = [TableRow(name, (name, templates.about(name))) for name in _ordered()]
        self.query_one("#templates", Choices).set_rows(rows)
        set_titles(self.query_one("#templates"), "What is to be done?")

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        table = self.query_one("#templates", Choices)
        at = table.table.find(draft.template)
        if at is not None and at != table.cursor:
            table.move_to(at)
        self.put("name", draft.name)
        self.put("goal", draft.goal)
        self.tell("found", wizard_lines.found_lines(draft.survey))


class MakerStep(Step):
    first = "#makers"

    def compose(self) -> Iterator[Widget]:
        columns = (Column("", 1), Column("maker", 16), Column("command", 20, grow=True))
        yield Choices(columns, id="makers")
        yield Asked("command", "Command")
        yield _facts("about-maker")

    def on_mount(self) -> None:
        set_titles(self.query_one("#makers"), "Who makes the changes?")

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        table, chosen = self.query_one("#makers", Choices), draft.chosen
        table.set_rows([wizard_lines.maker_row(one, glyphs) for one in draft.makers])
        at = table.table.find(chosen.title)
        if at is not None and at != table.cursor:
            table.move_to(at)
        built_in = not chosen.maker.argv
        self.put("command", draft.command, "needs none" if built_in else "the command line")
        self.tell("about-maker", wizard_lines.maker_lines(chosen))


class GatesStep(Step):
    first = "#gates"

    def compose(self) -> Iterator[Widget]:
        columns = (
            Column("", 3), Column("gate", 9), Column("command", 24, grow=True),
            Column("from", 20, priority=1),
        )  # fmt: skip
        yield Choices(columns, id="gates")
        yield Asked("gate", "Another", "a command line; enter adds it as a gate")
        yield _facts("about-gate")

    def on_mount(self) -> None:
        set_titles(self.query_one("#gates"), "What has to pass?", "space takes or leaves one")

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        table, choices = self.query_one("#gates", Choices), draft.gates
        rows = [wizard_lines.gate_row(one) for one in choices]
        if draft.has_size is not None:
            rows.append(wizard_lines.size_row(draft.has_size, SIZE))
        table.set_rows(rows)
        here = next((one for one in choices if one.gate.id == self.at), None)
        self.tell("about-gate", wizard_lines.gate_lines(here))

    @property
    def at(self) -> str:
        """The gate under the cursor."""
        table = self.query_one("#gates", Choices)
        return "" if table.cursor is None else str(table.table.key(table.cursor))


class LimitsStep(Step):
    first = "#iterations"

    def compose(self) -> Iterator[Widget]:
        for key in LIMITS:
            title, about = wizard_lines.LIMITS[key]
            yield Asked(key, title)
            yield Facts([((f"{'':<10}{about}", "muted"),), ()])
        more = (
            "Every breaker is armed, these and the others: errors, permissions, questions that"
            " nobody answers, and standing still. For an empty line the default holds."
        )
        yield Facts([((more, "muted"),)])

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        for key in LIMITS:
            self.put(key, draft.limit(key), f"{draft.usual_limit(key)}, the default")


class FileStep(Step):
    """Only the file itself, which stands beside the other steps where there is room."""

    first = "#file"

    def compose(self) -> Iterator[Widget]:
        yield _facts("advice")

    def show(self, draft: Draft, glyphs: Glyphs) -> None:
        said = wizard_lines.advice(draft.survey, draft.chosen, draft.command, draft.gates)
        lines: list[Spans] = [((f"{glyphs.warn} {words}", "breaker-warn"),) for words in said]
        self.tell("advice", lines)


def _ordered() -> list[str]:
    """The gallery with what most people begin with first."""
    first = ["fix-tests", "agent", "lint-autofix", "ci-sweeper"]
    return [*first, *(name for name in templates.names() if name not in first)]


STEPS: tuple[type[Step], ...] = (GoalStep, MakerStep, GatesStep, LimitsStep, FileStep)
