"""The shipped keys as data: groups, scopes with their parents, and a row for each key.

A scope is a place where keys are live, with the keys of its parents beside its own. No key means
two things in a scope and its parents. Key names are Textual's; a character stands for itself.
"""

from __future__ import annotations

from looptui.tui.frame import SCREENS

GROUPS = ("Decide", "Run", "Look", "Move", "Everywhere")

SCOPES: dict[str, tuple[str, ...]] = {
    "always": (),
    "global": ("always",),
    "list": (),
    "pick": ("list",),
    "tail": ("list",),
    "diff": ("list",),
    "fleet": ("pick", "tail", "global"),
    "loop": ("pick", "tail", "diff", "global"),
    "reconcile": ("pick", "global"),
    "review": ("diff", "global"),
    "memory": ("pick", "global"),
    "spend": ("pick", "global"),
    "audit": ("pick", "global"),
    "settings": ("pick", "global"),
    "wizard": ("global",),
    "dialog": ("always",),
    "confirm": ("dialog",),
    "text": ("dialog",),
    "record": ("dialog",),
    "choice": ("dialog", "pick"),
    "start": ("choice",),
    "need": ("dialog", "pick"),
    "limits": ("dialog", "pick"),
    "submit": ("dialog",),
    "send-back": ("dialog",),
    "quit": ("dialog",),
    "detach": ("dialog",),
    "help": ("dialog",),
    "palette": ("dialog",),
    "command": ("dialog",),
    "jump": ("dialog",),
}
"""Scopes and their parents. Those up to `diff` belong to the app and to widgets."""

OF_WIDGETS = ("list", "pick", "tail", "diff")
"""Scopes whose keys act on the pane that has the focus."""

PLACES = {
    "always": "Always", "global": "On every screen", "list": "In every pane",
    "pick": "On rows", "tail": "In a transcript", "diff": "In a diff", "fleet": "Fleet",
    "loop": "Loop", "review": "Review", "memory": "Memory", "spend": "Spend", "audit": "Audit",
    "settings": "Settings", "reconcile": "Interrupted runs",
    "wizard": "New loop", "dialog": "In every dialog",
    "confirm": "Yes or no", "text": "A line of words", "record": "Writing a record",
    "choice": "A list of choices",
    "start": "Starting a loop", "need": "Answering",
    "limits": "Breakers and limits", "submit": "Deciding", "send-back": "Sending back",
    "quit": "Quitting", "detach": "Detaching",
    "help": "Help", "palette": "Palette", "command": "Command line", "jump": "Jumping",
}  # fmt: skip
"""What people call a scope."""

# One row a key: verb, keys, action, group, description, hint in the key bar (none: not there).
Row = tuple[str, str, str, str, str, str]
# fmt: off
RUN: tuple[Row, ...] = (
    ("pause", "p", "pause", "Run", "pause or resume; twice interrupts", "Pause"),
    ("review", "r", "review", "Decide", "review the change", "Review"),
    ("limits", "b", "limits", "Run", "breakers and limits", "Breakers"),
    ("nudge", "i", "nudge", "Run", "message for the next iteration", "Nudge"),
    ("rerun", "R", "rerun", "Run", "run the gates again on the newest candidate", ""),
    ("stop", "S", "stop", "Run", "stop the run", "Stop"),
    ("discard", "D", "discard", "Run", "discard the run and its worktree", ""),
)
TABLE: dict[str, tuple[Row, ...]] = {
    "always": (
        ("app.quit", "ctrl+q", "app.leave", "Everywhere", "quit", ""),
        ("app.interrupt", "ctrl+c", "app.interrupt", "Everywhere", "twice quits", ""),
        ("app.suspend", "ctrl+z", "app.suspend_process", "Everywhere", "to the shell", ""),
        ("app.redraw", "ctrl+l", "app.redraw", "Everywhere", "draw the screen again", ""),
    ),
    "global": (
        *((f"go.{id_}", key, f"app.go('{id_}')", "Everywhere", f"{name} screen", "")
          for id_, name, key in SCREENS),
        ("app.next-need", "!", "app.next_need", "Everywhere", "next that needs you", "Next need"),
        ("app.back", "q", "app.go_back", "Everywhere", "back one level, on Fleet quit", "Quit"),
        ("app.next-pane", "tab l right", "app.focus_next", "Everywhere", "next pane", ""),
        ("app.last-pane", "shift+tab h left", "app.focus_previous", "Everywhere", "last pane", ""),
        ("app.new", "ctrl+n", "app.new_loop", "Everywhere", "a new loop", ""),
        ("app.reconcile", "I", "app.reconcile", "Everywhere", "runs that a crash interrupted", ""),
        ("app.help", "? f1", "app.help", "Everywhere", "this help", ""),
        ("app.command", ":", "app.command", "Everywhere", "command line", "Command"),
        ("app.palette", "ctrl+p", "app.palette", "Everywhere", "find an action or a run",
         "Palette"),
        ("app.zoom", "+", "app.zoom", "Everywhere", "give the pane all the room", ""),
        ("app.unzoom", "_", "app.unzoom", "Everywhere", "all panes again", ""),
        ("app.jump", "ctrl+o", "app.jump", "Everywhere", "jump to a pane by its letter", ""),
    ),
    "list": (
        ("down", "j down", "down", "Move", "down", ""),
        ("up", "k up", "up", "Move", "up", ""),
        ("top", "g home", "top", "Move", "top", ""),
        ("bottom", "G end", "bottom", "Move", "bottom", ""),
        ("half-down", "ctrl+d", "half_down", "Move", "half a page down", ""),
        ("half-up", "ctrl+u", "half_up", "Move", "half a page up", ""),
        ("page-down", "pagedown", "page_down", "Move", "page down", ""),
        ("page-up", "pageup", "page_up", "Move", "page up", ""),
        ("right", "L", "right", "Move", "scroll right", ""),
        ("left", "H", "left", "Move", "scroll left", ""),
        ("wrap", "w", "wrap", "Look", "wrap long lines", ""),
        ("copy", "y", "copy", "Look", "copy the row, or the text in sight", ""),
    ),
    "pick": (
        ("choose", "enter", "choose", "Look", "open the row", "Open"),
    ),
    "tail": (
        ("follow", "F", "follow", "Look", "follow the end", ""),
    ),
    "diff": (
        ("next-hunk", "n", "next_hunk", "Move", "next hunk", ""),
        ("last-hunk", "N", "last_hunk", "Move", "previous hunk", ""),
        ("range", "v", "range", "Look", "select lines", ""),
        ("split", "|", "split", "Look", "side by side, or one above the other", ""),
        ("blanks", "W", "blanks", "Look", "let changes of blanks stand back", ""),
    ),
    "fleet": (
        ("start", "n", "start", "Run", "start a loop", "New"),
        ("find", "/", "find", "Look", "filter: words, !words, state:, risk:, loop:", "Filter"),
        ("clear", "escape", "clear", "Look", "clear the filter", ""),
        *RUN,
    ),
    "loop": (
        *RUN[:2],
        ("diff", "d", "diff", "Look", "the diff, live while the maker works", "Diff"),
        ("memory", "m", "memory", "Look", "memory in the next prompt", "Memory"),
        *RUN[2:],
        ("next-tab", "] .", "next_tab", "Look", "next tab", "Tab"),
        ("last-tab", "[ ,", "last_tab", "Look", "previous tab", ""),
        ("restore", "B", "restore", "Run", "go back to this iteration, and on from there", ""),
        ("fork", "Y", "fork", "Run", "a new run, on from this iteration", ""),
        ("find", "/", "find", "Look", "find words in the pane, and the next ones", ""),
        ("read-on", "J", "read_on", "Look", "read on in the details, from the list", ""),
        ("read-back", "K", "read_back", "Look", "read back in the details", ""),
        ("newest", "escape", "newest", "Look", "back to the newest iteration", ""),
    ),
    "reconcile": (
        ("resume", "p", "resume", "Decide", "go on with the run", "Resume"),
        ("background", "d", "background", "Decide", "go on in the background", "In background"),
        ("stop", "S", "stop", "Decide", "stop the run; its work is kept", "Stop"),
        ("discard", "D", "discard", "Decide", "discard the run and its worktree", "Discard"),
        ("resume-all", "A", "resume_all", "Decide", "go on with all of them", "Resume all"),
    ),
    "review": (
        ("accept", "a", "accept", "Decide", "accept the hunk, on to the next open one", "Accept"),
        ("reject", "x", "reject", "Decide", "reject the hunk, on to the next open one", "Reject"),
        ("comment", "c", "comment", "Decide", "comment on the line or the range", "Comment"),
        ("approve", "A", "approve", "Decide", "approve all of exactly this tree", "Approve all"),
        ("submit", "enter", "submit", "Decide", "decide; or look at the new tree", "Submit"),
        ("send-back", "X", "send_back", "Decide", "send all of it back, or reject it", ""),
        ("clear", "u", "clear", "Decide", "take the mark or the comment back", ""),
        ("undo", "z", "undo", "Decide", "undo; or take an approval back", "Undo"),
        ("redo", "Z", "redo", "Decide", "do it again", ""),
        ("viewed", "space", "viewed", "Look", "file viewed, on to the next", "Viewed"),
        ("rerun", "R", "rerun", "Run", "run the gates again on this tree", ""),
        ("read", "e", "read", "Look", "read the file in your editor, as it is in this tree", ""),
        ("fold", "f", "fold", "Look", "fold the file, or unfold it", ""),
        ("more", "}", "more", "Look", "more unchanged lines around hunks", ""),
        ("less", "{", "less", "Look", "fewer unchanged lines", ""),
        ("files", "F", "files", "Look", "files, gates and cautions", ""),
        ("find", "/", "find", "Look", "find words in the pane, and the next ones", ""),
        ("read-on", "J", "read_on", "Look", "read on in the diff, from the list", ""),
        ("read-back", "K", "read_back", "Look", "read back in the diff", ""),
        ("next-file", "] .", "next_file", "Move", "next file", ""),
        ("last-file", "[ ,", "last_file", "Move", "previous file", ""),
        ("queue", "Q", "app.queue", "Look", "all that waits for you", "Queue"),
        ("next-review", ")", "next_review", "Move", "next change to review", ""),
        ("last-review", "(", "last_review", "Move", "previous change to review", ""),
    ),
    "memory": (
        ("edit", "e", "edit", "Run", "edit the record", "Edit"),
        ("new", "n", "new", "Run", "a new record", "New"),
        ("pin", "*", "pin", "Run", "pin the record, or let it go", "Pin"),
        ("forget", "x", "forget", "Run", "forget the record; undo brings it back", "Forget"),
        ("undo", "z", "undo", "Run", "take the last edit back", "Undo"),
        ("confirm", "a", "confirm", "Decide", "confirm the record, or decide a clash", "Confirm"),
        ("find", "/", "find", "Look", "search in every record", "Search"),
        ("merge", "M", "merge", "Run", "make one of the marked records", "Merge"),
        ("mark", "space", "mark", "Look", "mark the record", "Mark"),
        ("edit-all", "E", "edit_all", "Run", "edit the records listed, in your editor", ""),
        ("pause", "p", "pause", "Run", "pause or resume the run", ""),
        ("facet", "f", "facet", "Look", "only one kind, state or scope", "Facet"),
        ("next-tab", "] .", "next_tab", "Look", "record, next prompt, history", "Tab"),
        ("last-tab", "[ ,", "last_tab", "Look", "previous tab", ""),
        ("next-run", ")", "next_run", "Move", "memory of the next run, or of all", ""),
        ("last-run", "(", "last_run", "Move", "memory of the previous run", ""),
        ("clear", "escape u", "clear", "Look", "close the record; clear search and marks", ""),
    ),
    "spend": (
        ("facet", "f", "facet", "Look", "by loop, run, maker, model or day", "Facet"),
        ("span", "T", "span", "Look", "today, 7 days or 30 days", "Time span"),
        ("clear", "escape", "clear", "Look", "from the calls back to the sums", ""),
        ("find", "/", "find", "Look", "find words in the pane, and the next ones", ""),
    ),
    "audit": (
        ("facet", "f", "facet", "Look", "only one kind, run or actor", "Facet"),
        ("find", "/", "find", "Look", "filter: words, kind:, run:, actor:, since:", "Filter"),
        ("span", "T", "span", "Look", "the last hour, day, week, or all", "Time span"),
        ("verify", "V", "verify", "Run", "prove that no event was changed", "Verify"),
        ("export", "ctrl+s", "export", "Run", "write the whole log to a file", "Save"),
        ("follow", "F", "follow", "Look", "follow the newest", ""),
        ("clear", "escape u", "clear", "Look", "close the event; clear the filter", ""),
    ),
    "settings": (
        ("edit", "e", "edit", "Run", "edit the file in your editor", "Edit"),
        ("clear", "u", "clear", "Run", "back to the default", "Default"),
        ("find", "/", "find", "Look", "find words in the pane, and the next ones", ""),
    ),
    "wizard": (
        ("next", "pagedown", "next", "Move", "next step; enter takes what is shown", "Next"),
        ("back", "pageup", "back", "Move", "step before, nothing is lost", "Back"),
        ("save", "ctrl+s", "save", "Run", "write the loop file", "Save"),
        ("run", "ctrl+r", "run", "Run", "write it and start it", "Save and start"),
        ("switch", "space", "switch", "Run", "take the gate, or leave it out", ""),
        ("leave", "escape", "leave", "Move", "leave; the draft is kept", "Leave"),
    ),
    "dialog": (
        ("close", "escape", "close", "Move", "back, nothing decided", "Back"),
    ),
    "confirm": (
        ("yes", "y", "yes", "Decide", "yes", "Yes"),
        ("no", "n q", "close", "Decide", "no", ""),
    ),
    "text": (
        ("send", "enter", "submit", "Decide", "done", "Done"),
    ),
    "record": (
        ("save", "ctrl+s", "save", "Run", "keep it", "Keep"),
        ("next", "tab", "app.focus_next", "Move", "next line", "Next line"),
        ("last", "shift+tab", "app.focus_previous", "Move", "line before", ""),
    ),
    "need": (
        ("read-on", "J", "read_on", "Look", "read on", "Read on"),
        ("read-back", "K", "read_back", "Look", "read back", ""),
    ),
    "start": (
        ("new", "n", "new", "Run", "a new loop", "New loop"),
    ),
    "limits": (
        ("reset", "r", "reset", "Decide", "let a tripped breaker go on once", "Reset"),
        ("more", "+", "more", "Decide", "a higher limit", "Raise"),
        ("less", "-", "less", "Decide", "a lower limit", "Lower"),
    ),
    "submit": (
        ("approve", "1", "pick('approve')", "Decide", "approve all of it", ""),
        ("back", "2", "pick('back')", "Decide", "request changes", ""),
        ("take", "3", "pick('take')", "Decide", "take the hunks that stay", ""),
        ("comment", "4", "pick('comment')", "Decide", "comment only", ""),
    ),
    "send-back": (
        ("send", "enter", "submit", "Decide", "send back with these words", "Send back"),
        ("final", "ctrl+r", "final", "Decide", "reject for good: the run ends", "Reject for good"),
    ),
    "quit": (
        ("detach", "d", "detach", "Decide", "leave; runs go on in the background", "Detach"),
        ("pause", "p y", "pause", "Decide", "pause all runs and quit", "Pause all and quit"),
        ("stay", "n q", "close", "Decide", "stay", ""),
    ),
    "detach": (
        ("now", "i", "now", "Decide", "interrupt what is in flight; it is done again",
         "Interrupt now"),
    ),
    "help": (
        ("down", "down", "down", "Move", "down", ""),
        ("up", "up", "up", "Move", "up", ""),
        ("page-down", "pagedown", "page_down", "Move", "page down", ""),
        ("page-up", "pageup", "page_up", "Move", "page up", ""),
    ),
    "palette": (
        ("run", "enter", "run", "Run", "do it", "Do it"),
        ("down", "down", "down", "Move", "down", ""),
        ("up", "up", "up", "Move", "up", ""),
        ("page-down", "pagedown", "page_down", "Move", "page down", ""),
        ("page-up", "pageup", "page_up", "Move", "page up", ""),
    ),
    "command": (
        ("run", "enter", "run", "Run", "do it", "Do it"),
        ("complete", "tab", "complete", "Run", "complete the word", "Complete"),
        ("older", "up", "older", "Move", "the line before", "Older"),
        ("newer", "down", "newer", "Move", "the line after", ""),
    ),
}
# fmt: on
