"""Audit: every event of the repository, newest first; filter, read, verify and export it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import time
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from looptui.errors import LooptuiError
from looptui.projections.figures import clock, percent, plural
from looptui.tui import themes
from looptui.tui.asking import Asker
from looptui.tui.logbook import SPAN, Entry, Head, Names, Sought, Verified, Whole
from looptui.tui.panes import log_filter, log_lines
from looptui.tui.panes.log_rows import All, Found
from looptui.tui.panes.log_view import LogView
from looptui.tui.screens.base import MainScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

_LOOK = 0.2
"""Seconds between two looks at how far a verification is."""


class AuditScreen(MainScreen):
    """The log as a list that stays live, and the event under the cursor with all its fields."""

    scope: ClassVar[str] = "audit"
    tab: ClassVar[str] = "audit"
    AUTO_FOCUS = "#log"
    CSS_PATH = themes.shipped_themes() / themes.LEDGERS

    def __init__(self) -> None:
        super().__init__()
        self.filter = ""
        """What is listed, as a person wrote it."""
        self.follow = True
        self.head = Head()
        self.verified: Verified | None = None
        self._verified_at = 0.0
        self._sought = Sought()
        self._whole: Whole | None = None
        self._verifying: Timer | None = None
        self._done = 0
        self._known = False

    def panes(self) -> Iterator[Widget]:
        with Box(id="log-box"):
            yield LogView(self._read_entries, id="log")
            yield TextView(id="record", hang=17)

    def on_mount(self) -> None:
        self._heads, self._pages = Asker(self), Asker(self)
        self._searches, self._records = Asker(self), Asker(self)

    @property
    def list(self) -> LogView:
        return self.query_one("#log", LogView)

    @property
    def found(self) -> Found | None:
        """The events that fit the filter, as far as the log was gone through; None without one."""
        places = self.list.events.places
        return places if isinstance(places, Found) else None

    # --- reading ------------------------------------------------------------------------------

    def _read_entries(self, seqs: Sequence[int]) -> None:
        def take(entries: tuple[Entry, ...]) -> None:
            self.list.events.keep(seqs, entries)
            self.list.answered()

        self._pages.ask(lambda reads: reads.log.entries(seqs), take)

    def _take_head(self, head: Head) -> None:
        changed, self.head, self._known = head != self.head, head, True
        places = self.list.events.places
        if isinstance(places, All) and places.top != head.size:
            places.top = head.size
            self.list.grown(follow=self.follow)
            self._read_record()
        elif changed:
            self._search()
        self._draw_frame()

    def _search(self) -> None:
        """Go on looking for what fits: first among new events, then further back."""
        found, sought = self.found, self._sought
        if found is None:
            return
        if found.top < self.head.size:
            bottom, top = found.top + 1, min(self.head.size, found.top + SPAN) + 1
        elif found.bottom > 1:
            bottom, top = max(1, found.bottom - SPAN), found.bottom
        else:
            return

        def take(seqs: Sequence[int]) -> None:
            add_newer = bottom > found.top
            if found is not self.found or (not add_newer and top != found.bottom):
                return
            was_empty = not found.count()
            if add_newer:
                found.add_newer(seqs, top - 1)  # type: ignore[arg-type]
            else:
                found.add_older(seqs, bottom)  # type: ignore[arg-type]
            if len(seqs):
                self.list.grown(follow=self.follow and add_newer)
            if was_empty or add_newer:
                self._read_record()
            self._draw_frame()
            self._search()

        self._searches.ask(lambda reads: reads.log.matching(sought, bottom, top), take)

    def _read_record(self) -> None:
        seq = self.list.seq
        if seq is None:
            self._whole = None
        if seq is None or (self._whole is not None and self._whole.entry.seq == seq):
            self._draw_record()
            return

        def take(whole: Whole | None) -> None:
            self._whole = whole
            self._draw_record()

        self._records.ask(lambda reads: reads.log.whole(seq), take)

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        self._heads.ask(lambda reads: reads.log.head(), self._take_head)
        self._draw_frame()

    def _draw_frame(self) -> None:
        self._draw_titles()
        self._draw_now()
        self.summarise(self._fields())

    def _draw_titles(self) -> None:
        words = "newest first" if not self.filter else self.filter
        set_titles(self.list, f"Audit - {words}", "following" if self.follow else "")
        self.list.say_when_empty(self._empty())

    def _empty(self) -> str:
        if not self._known:
            return "reading"
        if not self.head.size:
            return "Nothing is recorded here yet: start a loop, and every step of it stands here."
        if self.found is not None and self.found.bottom > 1:
            return "searching"
        words = self.keyed("No event fits; {audit.clear} clears the filter.")
        return words if self.filter else ""

    def _draw_record(self) -> None:
        pane, whole = self.query_one("#record", TextView), self._whole
        set_titles(pane, f"#{whole.entry.seq}" if whole else "Event")
        verified = self.verified
        pane.set_lines(list(log_lines.of_event(whole, self.head, verified)) if whole else [])

    def _draw_now(self) -> None:
        snapshot, glyphs, found = self.snapshot, self.cockpit.glyphs, self.found
        if snapshot.problem:
            self.now_bar.call(f"{glyphs.need} {snapshot.problem}", "state-need")
        elif self._verifying is not None:
            share = percent(self._done / self.head.size) if self.head.size else ""
            words = f"verifying {self._done:,} of {self.head.size:,} events  {share}"
            self.now_bar.say(((words, ""),), turning=True)
        elif self.verified is not None and not self.verified.ok:
            self.now_bar.call(f"{glyphs.tripped} {self._broken()}", "state-need")
        elif found is not None and found.bottom > 1:
            words = f"searching, {found.bottom - 1:,} events to go; {found.count():,} fit so far"
            self.now_bar.say(((words, ""),), turning=True)
        elif snapshot.needs:
            first = snapshot.needs[0]
            self.call_for_needs(f"{first.loop}, {first.text}", "state-review")
        else:
            words = "append-only: nothing here can be changed, and {audit.verify} proves it"
            self.now_bar.say(((self.keyed(words), "muted"),))

    def _broken(self) -> str:
        verified = self.verified
        assert verified is not None
        where = f" at {verified.first_bad:,}" if verified.first_bad is not None else ""
        return f"the log is broken{where}: {verified.reason}"

    def _fields(self) -> Sequence[Field]:
        count = self.found.count() if self.found is not None else self.head.size
        shown = f"{count:,} of {self.head.size:,} events" if self.filter else plural_events(count)
        return (
            Field(self._chain()),
            Field(((shown, "bold"),), 1),
            Field((("tree head ", "muted"), (self.head.root[:12], "")), 2),
            Field((("filter ", "muted"), (self.filter, "")) if self.filter else (), 3),
        )

    def _chain(self) -> tuple[tuple[str, str], ...]:
        glyphs, verified = self.cockpit.glyphs, self.verified
        if verified is None:
            return (("not verified yet", "muted"),)
        when = clock(self._verified_at)
        if verified.ok:
            words = f"{glyphs.done} verified {when}, {plural_events(verified.size)}"
            return ((words, "bold chain-ok"),)
        return ((f"{glyphs.tripped} broken {when}", "bold chain-broken"),)

    # --- moving and opening -------------------------------------------------------------------

    @on(VirtualView.Moved, "#log")
    def _moved(self) -> None:
        self.follow = self.follow and self.list.cursor == 0
        self._draw_titles()
        self._read_record()

    @on(VirtualView.Chosen, "#log")
    def _opened(self) -> None:
        self.add_class("-opened")
        self.call_after_refresh(self.query_one("#record").focus)

    def action_clear(self) -> None:
        """Close the record; then clear the filter."""
        if self.has_class("-opened"):
            self.remove_class("-opened")
            self.call_after_refresh(self.list.focus)
        elif self.filter:
            self.set_filter("")

    def action_follow(self) -> None:
        """Go to the newest event and stay there, or stay here."""
        self.follow = not self.follow
        if self.follow:
            self.list.action_top()
        self._draw_titles()

    # --- filtering ----------------------------------------------------------------------------

    def set_filter(self, text: str) -> None:
        """List only what fits; what cannot be understood is said and changes nothing."""
        try:
            sought = log_filter.parse(text, time())
        except ValueError as error:
            self.cockpit.tell(str(error), "warning", 8)
            return
        self.filter, self._sought, self.follow = text, sought, True
        if sought:
            self.list.show_places(Found(self.head.size))
            self._search()
        else:
            places = All()
            places.top = self.head.size
            self.list.show_places(places)
        self._read_record()
        self._draw_frame()

    def action_find(self) -> None:
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text is not None:
                self.set_filter(text)

        self.cockpit.push_screen(TextDialog("Filter", log_filter.HELP, text=self.filter), answer)

    def action_facet(self) -> None:
        """Choose a kind, an actor or a run of those that are in the log."""
        Asker(self).ask(lambda reads: reads.log.names(), self._choose)

    def _choose(self, names: Names) -> None:
        from looptui.tui.dialogs.facet import Facet, FacetDialog

        facets: list[tuple[Facet, str]] = [(("kind", kind), "") for kind in names.kinds]
        facets += [(("actor", actor), "") for actor in names.actors]
        facets += [(("run", run), loop) for run, loop in names.runs]

        def answer(facet: Facet | None) -> None:
            if facet is not None:
                by, name = facet
                self.set_filter(log_filter.with_part(self.filter, by, name) if by else "")

        self.cockpit.push_screen(FacetDialog(facets), answer)

    def action_span(self) -> None:
        """The last hour, day, week, or all."""
        spans, now = log_filter.SPANS, time()
        since = now - self._sought.since if self._sought.since else 0.0
        after = next((place for place, one in enumerate(spans) if since < one + 1), 0)
        wanted = spans[(after + 1) % len(spans)]
        self.set_filter(log_filter.with_span(self.filter, wanted))

    # --- proving and copying ------------------------------------------------------------------

    def action_verify(self) -> None:
        """Recompute every hash in the background."""
        if self._verifying is None:
            self._done = 0
            self._verifying = self.set_interval(_LOOK, self._draw_now)
            self.run_worker(self._verify(), group="verify", exit_on_error=False)

    async def _verify(self) -> None:
        def tell(done: int) -> None:
            self._done = done

        try:
            verified = await self.cockpit.controller.verify_log(tell)
        except LooptuiError as error:
            self.cockpit.tell(f"{error.message}. {error.hint}", "error", 15)
        else:
            self._take_verdict(verified)
        finally:
            if self._verifying is not None:
                self._verifying.stop()
            self._verifying = None
        if self.is_mounted:
            self._draw_frame()
            self._draw_record()

    def _take_verdict(self, verified: Verified) -> None:
        self.verified, self._verified_at = verified, time()
        self.list.events.bad_from = verified.first_bad
        self.list.answered()
        if verified.ok:
            self.cockpit.tell(f"verified: {plural_events(verified.size)} are as they were written")
        else:
            self.cockpit.tell(f"{self._broken()}. Restore a backup", "error", 15)
            if verified.first_bad is not None and self.found is None:
                self.list.move_to(self.list.events.find(verified.first_bad) or 0)

    def action_export(self) -> None:
        """Write the whole log to a file."""
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text is not None:
                self.run_worker(self._export(Path(text)), group="export", exit_on_error=False)

        about = "the whole log with the hash of each event; .jsonl or .csv"
        self.cockpit.push_screen(TextDialog("Export to", about, text="looptui-log.jsonl"), answer)

    async def _export(self, path: Path) -> None:
        file = Path.cwd() / path.expanduser()
        count, problem = await self.cockpit.controller.export_log(file)
        if problem:
            self.cockpit.tell(problem, "warning", 10)
            return
        broken = f"; {self._broken()}" if self.verified and not self.verified.ok else ""
        self.cockpit.tell(f"{plural_events(count)} in {file}{broken}", seconds=10)


def plural_events(count: int) -> str:
    """`18,204 events`."""
    return plural(count, "event").replace(str(count), f"{count:,}", 1)
