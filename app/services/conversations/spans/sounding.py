"""The trace beside its recording: where in the sound spans are, so that it can be followed."""

from dataclasses import dataclass
from datetime import datetime

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.spans.kinds import CONTAINERS
from app.services.conversations.spans.skeleton import TracedSpan
from app.services.conversations.spans.trace import Trace
from app.services.history.drawing.scale import milliseconds


@dataclass(frozen=True, slots=True)
class Sounding:
    """A page of a trace with a recording that `began` at this moment, by the agent's clock.

    The page lists what happens from `first` to `last`; None is the end of the trace.
    """

    began: datetime
    first: datetime | None
    last: datetime | None

    @property
    def origin(self) -> int:
        """The beginning of the recording in milliseconds since 1970."""
        return milliseconds(self.began)

    def at(self, moment: datetime) -> float:
        """Return where in the recording a moment is, in seconds; before it, less than 0."""
        return round((moment - self.began).total_seconds(), 3)

    def place(self, span: TracedSpan) -> tuple[float, float] | None:
        """Return from when to when a span is active; None for those that are as long as the job."""
        if span.name in CONTAINERS:
            return None
        return self.at(span.started_at), self.at(span.ended_at)


def sounding(conversation: Conversation, trace: Trace, *, is_later: bool) -> Sounding | None:
    """Return how a page goes with the recording; None without one, or if it says no beginning.

    With `is_later`, the page begins where another one ended.
    """
    began, page = conversation.recording_started_at, trace.page
    if not conversation.recording or began is None:
        return None
    whole, window = trace.scale.whole, trace.scale.window
    first = window.since if window.since > whole.since else None
    last = window.until if window.until < whole.until else None
    if is_later and page.rows:
        first = page.rows[0].span.started_at
    return Sounding(began, first, page.next.at if page.next else last)
