"""The facts of a run, one frozen dataclass a kind, and their form in the log.

An event is never changed and never removed. A new field gets a default; a new meaning gets a new
kind. `tests/histories/` holds the logs of each release, which must go on folding.
"""

from __future__ import annotations

from looptui.core.events.decision import (
    BreakerReset,
    BreakerTripped,
    BreakerWarned,
    CandidateApproved,
    CandidateSentBack,
    LimitRaised,
    NeedClosed,
    NeedOpened,
    Nudged,
)
from looptui.core.events.fact import (
    Event,
    Record,
    Unknown,
)
from looptui.core.events.iteration import (
    CandidateCaptured,
    GateFinished,
    IterationFinished,
    IterationStarted,
    MakerFinished,
    MemoryRecorded,
    PermissionDenied,
    PromptBuilt,
    Section,
)
from looptui.core.events.landing import (
    CandidateBranched,
    Landed,
    LandingBlocked,
    LandingChosen,
    LandingPlanned,
    Rebased,
    Reverted,
    TargetMoved,
)
from looptui.core.events.log import (
    REGISTRY,
    bounded,
    decode,
    encode,
    fitting,
    payload,
)
from looptui.core.events.run import (
    PauseRequested,
    RunCreated,
    RunFinished,
    RunParked,
    RunPaused,
    RunResumed,
    RunUnparked,
    SessionEnded,
    SessionStarted,
    TimePassed,
    WorktreeRemoved,
)
from looptui.core.events.work import (
    BaselineMeasured,
    EffectAbandoned,
    EffectFailed,
    EffectStarted,
    SetupFinished,
    WorktreeOpened,
)

__all__ = [
    "REGISTRY",
    "BaselineMeasured",
    "BreakerReset",
    "BreakerTripped",
    "BreakerWarned",
    "CandidateApproved",
    "CandidateBranched",
    "CandidateCaptured",
    "CandidateSentBack",
    "EffectAbandoned",
    "EffectFailed",
    "EffectStarted",
    "Event",
    "GateFinished",
    "IterationFinished",
    "IterationStarted",
    "Landed",
    "LandingBlocked",
    "LandingChosen",
    "LandingPlanned",
    "LimitRaised",
    "MakerFinished",
    "MemoryRecorded",
    "NeedClosed",
    "NeedOpened",
    "Nudged",
    "PauseRequested",
    "PermissionDenied",
    "PromptBuilt",
    "Rebased",
    "Record",
    "Reverted",
    "RunCreated",
    "RunFinished",
    "RunParked",
    "RunPaused",
    "RunResumed",
    "RunUnparked",
    "Section",
    "SessionEnded",
    "SessionStarted",
    "SetupFinished",
    "TargetMoved",
    "TimePassed",
    "Unknown",
    "WorktreeOpened",
    "WorktreeRemoved",
    "bounded",
    "decode",
    "encode",
    "fitting",
    "payload",
]
