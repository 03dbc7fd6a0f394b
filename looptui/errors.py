"""The whole error tree: what a person is told when something they asked for cannot be done.

    LooptuiError            message, hint, exit code
      UsageError       2    a wrong word, id or flag
      ConfigError      2    a loop file or a setting that does not parse or make sense
      RepoError        2    not a repository, no commit, no such branch
        WorkspaceLost       the worktree of a run is gone
        Unrepresentable     a path that no git tree can hold
      RefusedError     2    a command that the run's state does not allow
      EnvironmentUnfit 6    a tool, a sandbox or an identity is missing
        NoSandbox           no sandbox works on this machine
      TooManyRuns      3    as many runs are at work as may be
      LeaseHeld        7    another process drives the run
      StoreError       8    the state cannot be read or is older than its checkpoint
        LogConflict         somebody else appended first
        SchemaTooNew        written by a newer looptui
      PluginError      2    an adapter that cannot be loaded

Expected failures of work (a red test, a refused diff, a timeout) are events, not exceptions.
"""

from __future__ import annotations


class LooptuiError(Exception):
    """Something a person can act on: `message` says what happened, `hint` what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LooptuiError):
    exit_code = 2


class ConfigError(LooptuiError):
    exit_code = 2


class RepoError(LooptuiError):
    exit_code = 2


class WorkspaceLost(RepoError):
    """The worktree of a run is gone, or another directory stands in its place.

    Nothing can be captured from it; `Repository.open` builds it anew.
    """


class Unrepresentable(RepoError):
    """A path in a worktree that no git tree can hold."""


class RefusedError(LooptuiError):
    exit_code = 2


class PluginError(LooptuiError):
    exit_code = 2


class EnvironmentUnfit(LooptuiError):
    exit_code = 6


class NoSandbox(EnvironmentUnfit):
    """No sandbox works on this machine, and no person said to do without one."""


class TooManyRuns(LooptuiError):
    exit_code = 3


class LeaseHeld(LooptuiError):
    exit_code = 7


class StoreError(LooptuiError):
    exit_code = 8


class LogConflict(StoreError):
    """Another writer appended to this run first; replay and decide again."""


class SchemaTooNew(StoreError):
    """The state was written by a newer looptui; nothing was changed."""
