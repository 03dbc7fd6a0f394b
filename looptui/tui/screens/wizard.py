"""The new-loop wizard: five steps with a default each, and the file as it grows."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.errors import LooptuiError
from looptui.projections.figures import plural
from looptui.tui import themes
from looptui.tui.drafting import LIMITS, Draft
from looptui.tui.panes import wizard_lines
from looptui.tui.panes.wizard_steps import STEPS, TITLES, FileView, GatesStep, Step, Turned
from looptui.tui.screens.base import MainScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from textual.worker import Worker

    from looptui.loopfile.problem import Problem
    from looptui.tui.controller import Written

_STEP_OF = {"maker": 1, "gates": 2, "criteria": 2, "workspace": 2, "breakers": 3}
"""The step at which a key of the file is asked for; all others at the first."""
_LAST = len(STEPS) - 1
_NEXT_LINE = {"name": "goal", "iterations": "cost_usd", "cost_usd": "tokens", "tokens": "time"}


class WizardScreen(MainScreen):
    """Writes a loop file; the draft stays when the screen is left."""

    scope: ClassVar[str] = "wizard"
    tab: ClassVar[str] = "fleet"
    CSS_PATH = [  # noqa: RUF012 - Textual's attribute
        themes.shipped_themes() / themes.DIALOGS,
        themes.shipped_themes() / "wizard.tcss",
    ]

    def __init__(self) -> None:
        super().__init__()
        self._draft: Draft | None = None
        self._at = 0
        self._problems: Sequence[Problem] = ()
        self._checked = ""
        """The text that is shown, and checked."""
        self._judged = False
        """Whether the problems are those of that text."""

    def panes(self) -> Iterator[Widget]:
        with Box(id="wizard"):
            with Box(id="steps"):
                for step in STEPS:
                    yield step()
            yield FileView(id="file")

    def on_mount(self) -> None:
        self._turn_to(0)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._draft is None:
            self._work("survey", self._look)

    async def _look(self) -> None:
        """Look at the repository, once for each draft."""
        self.now_bar.say((("looking at what is in here", ""),), turning=True)
        try:
            survey = await self.cockpit.controller.survey()
        except LooptuiError as error:
            self.now_bar.call(error.message, "breaker-trip")
            return
        self._draft = Draft(survey)
        self._turn_to(0)

    def _work(self, group: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do something beside the screen, in place of what its group was doing."""
        _: Worker[None] = self.run_worker(work, group=group, exclusive=True, exit_on_error=False)

    # --- steps --------------------------------------------------------------------------------

    @property
    def _steps(self) -> list[Step]:
        return list(self.query(Step))

    def _turn_to(self, at: int) -> None:
        """Show a step, with the focus on the first thing it asks."""
        self._at = max(0, min(at, _LAST))
        for place, step in enumerate(self._steps):
            step.display = place == self._at
        self.set_class(self._at == _LAST, "-last")
        self.draw()
        self.query_one(self._steps[self._at].first).focus()

    @on(Turned)
    def _turned(self, event: Turned) -> None:
        self._turn_to(self._at + (1 if event.forward else -1))

    def action_next(self) -> None:
        self._turn_to(self._at + 1)

    def action_back(self) -> None:
        self._turn_to(self._at - 1)

    def action_leave(self) -> None:
        """Back to the fleet; the draft is there when the wizard is opened again."""
        key = self.cockpit.keymap["app.new"].keys
        if self._draft is not None and key:
            self.cockpit.tell("the draft is kept until looptui is quit")
        self.cockpit.action_go_back()

    # --- what is said -------------------------------------------------------------------------

    @on(VirtualView.Moved)
    def _moved(self, event: VirtualView.Moved) -> None:
        if self._draft is None:
            return
        if event.view.id == "templates":
            self._draft.template = str(event.key)
        elif event.view.id == "makers":
            self._draft.choose_maker(str(event.key))
        self.draw()

    @on(VirtualView.Chosen)
    def _chosen(self, event: VirtualView.Chosen) -> None:
        if event.view.id == "templates":
            self.query_one("#name", Input).focus()
        else:
            self.action_next()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        draft, id_, value = self._draft, event.input.id or "", event.value
        if draft is None or not event.input.has_focus:
            return
        if id_ in LIMITS:
            draft.say_limit(id_, value)
        elif id_ == "name":
            draft.say_name(value)
        elif id_ == "goal":
            draft.say_goal(value)
        elif id_ == "command":
            draft.say_command(value)
        self.draw()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        id_ = event.input.id or ""
        if id_ == "gate" and event.value.strip() and self._draft is not None:
            problem = self._draft.add_gate(event.value)
            if problem:
                self.cockpit.tell(problem, "warning")
            else:
                event.input.value = ""
                self.draw()
        elif id_ in _NEXT_LINE:
            self.query_one(f"#{_NEXT_LINE[id_]}", Input).focus()
        else:
            self.action_next()

    def action_switch(self) -> None:
        """Take the gate under the cursor, or leave it out."""
        step = self._steps[self._at]
        if self._draft is not None and isinstance(step, GatesStep) and step.at:
            self._draft.switch(step.at)
            self.draw()

    # --- what is shown ------------------------------------------------------------------------

    def draw(self) -> None:
        draft = self._draft
        self.summarise(self._fields())
        if draft is None:
            return
        self._steps[self._at].show(draft, self.cockpit.glyphs)
        text = draft.text
        if text != self._checked:
            self._checked, self._judged = text, False
            self._work("check", partial(self._check, draft.name, text))
        self._draw_file()

    def _draw_file(self) -> None:
        draft = self._draft
        if draft is None:
            return
        view = self.query_one("#file", FileView)
        set_titles(view, f".looptui/loops/{draft.name}.toml")
        view.set_lines(wizard_lines.file_lines(self._checked, self._problems))
        self._say()

    async def _check(self, name: str, text: str) -> None:
        self._problems = await self.cockpit.controller.check_text(name, text)
        self._judged = True
        self.summarise(self._fields())
        self._draw_file()

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self._problems if one.severity == "error"]

    def _say(self) -> None:
        """One line: what is wrong first, else what comes next."""
        glyphs, errors = self.cockpit.glyphs, self.errors
        if not self._judged:
            self.now_bar.say((("checking the file", "muted"),))
        elif errors:
            first = errors[0]
            more = f" ({len(errors)} errors)" if len(errors) > 1 else ""
            words = f"{glyphs.tripped} {first.key or 'the file'}: {first.message}{more}"
            self.now_bar.say(((words, "breaker-trip"),))
        else:
            self._say_right()

    def _say_right(self) -> None:
        glyphs, keymap = self.cockpit.glyphs, self.cockpit.keymap
        warnings = plural(len(self._problems), "warning")
        ready = "the file is right" + (f", {warnings}" if self._problems else "")
        save, run = (keymap[f"wizard.{verb}"].keys[:1] for verb in ("save", "run"))
        keys = ", ".join(
            f"{key[0]} {word}" for key, word in ((save, "saves it"), (run, "starts it")) if key
        )
        self.now_bar.say(((f"{glyphs.done} {ready}", "state-done"), (f"  {keys}", "muted")))

    def _fields(self) -> Sequence[Field]:
        wrong = {
            _STEP_OF.get(one.key.partition(".")[0].partition("[")[0], 0) for one in self.errors
        }
        fields = [Field((("New loop", "bold"),), 1)]
        for at, title in enumerate(TITLES):
            mark = f" {self.cockpit.glyphs.tripped}" if at in wrong else ""
            style = "bold reverse" if at == self._at else "muted"
            fields.append(Field(((f" {at + 1} {title}{mark} ", style),)))
        return fields

    # --- saving -------------------------------------------------------------------------------

    def action_save(self) -> None:
        self._save(start=False)

    def action_run(self) -> None:
        self._save(start=True)

    def _save(self, *, start: bool, replace: bool = False) -> None:
        self._work("save", partial(self._write, start=start, replace=replace))

    async def _write(self, *, start: bool, replace: bool) -> None:
        draft = self._draft
        if draft is None:
            return
        text, controller = draft.text, self.cockpit.controller
        self._problems = await controller.check_text(draft.name, text)
        if self.errors:
            first = self.errors[0]
            self.cockpit.tell(f"not saved: {first.key or 'the file'}: {first.message}", "warning")
            self._turn_to(_LAST)
            return
        written = await controller.write_loop(draft.name, text, replace=replace)
        if written.taken:
            self._ask_to_replace(draft.name, start=start)
        elif written.problem:
            self.cockpit.tell(written.problem, "error", 15)
        else:
            self._written(written, start=start)

    def _ask_to_replace(self, name: str, *, start: bool) -> None:
        from looptui.tui.dialogs.confirm import ConfirmDialog

        def answer(yes: bool | None) -> None:
            if yes:
                self._save(start=start, replace=True)

        facts = (
            ((f".looptui/loops/{name}.toml is there already.", ""),),
            (("What is in it would be gone. Escape, and take another name at step 1.", ""),),
        )
        self.cockpit.push_screen(ConfirmDialog(f"Replace the loop {name}?", facts), answer)

    def _written(self, written: Written, *, start: bool) -> None:
        """The draft has become a file: the next wizard begins anew."""
        from looptui.tui.dialogs.confirm import ConfirmDialog

        self._draft, self._problems, self._checked = None, (), ""
        self.cockpit.feed.hurry()
        self.cockpit.action_go("fleet")
        if start:
            self.cockpit.ask_to_start(written.path)
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self.cockpit.ask_to_start(written.path)

        facts = (
            ((f"Saved as .looptui/loops/{written.path.name}. Commit it to share it.", ""),),
            (("Start it now? Its commands are shown before anything runs.", ""),),
        )
        self.cockpit.push_screen(ConfirmDialog("Start the new loop?", facts), answer)
