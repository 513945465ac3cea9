"""A transcript as plain text, and as WebVTT (https://www.w3.org/TR/webvtt1/)."""

import math
from collections.abc import AsyncIterator

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.lines import Line, has_sound, place_of
from app.services.conversations.states import ChatRole, ItemKind
from app.text.formatters import duration, visible
from app.text.spans import offset, precise

WHO = {ChatRole.USER: "Caller", ChatRole.ASSISTANT: "Agent"}
UNKNOWN_LENGTH = 3.0  # seconds of a cue of which nothing says how long it was spoken
SHORTEST = 0.001


async def as_text(
    conversation: Conversation, caller: str, lines: AsyncIterator[Line]
) -> AsyncIterator[str]:
    """Yield a transcript as text, one line for each line of it.

    What follows a line break within a line is indented, so that no text looks like another line.
    """
    title = ", ".join(filter(None, (conversation.title, caller)))
    lasted = duration(conversation.duration) if conversation.duration is not None else "live"
    began = f"{conversation.started_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"{_plain(title)}\nJob {_plain(conversation.job)}, {began}, {lasted}\n\n"
    async for line in lines:
        yield f"[{offset(line.offset)}] {_line(line)}\n"


def _line(line: Line) -> str:
    match line.style:
        case "tool":
            return _tool(line)
        case "change":
            return _change(line)
        case _:
            return f"{_who(line)}: {_plain(line.text.shown)}"


def _who(line: Line) -> str:
    who = WHO.get(line.role, str(line.role)) if isinstance(line.role, ChatRole) else str(line.role)
    notes = []
    if line.entry.response is not None:
        notes.append(f"response time {precise(line.entry.response)}")
    if line.entry.interrupted:
        spoken = f" after {precise(line.spoken)}" if line.spoken is not None else ""
        notes.append(f"interrupted{spoken}")
    return _plain(who) + (f" ({', '.join(notes)})" if notes else "")


def _tool(line: Line) -> str:
    parts = [f"Tool call {line.name}", line.text.shown]
    if line.result is not None:
        took = f" after {precise(line.took)}" if line.took is not None else ""
        parts.append(f"{'failed' if line.entry.failed else 'passed'}{took}: {line.result.shown}")
    return _plain("\n".join(filter(None, parts)))


def _change(line: Line) -> str:
    if line.kind is ItemKind.AGENT_HANDOFF:
        before = f"{line.old_agent} handed off to" if line.old_agent else "The first agent is"
        return _plain(f"{before} {line.name}")
    if line.kind is ItemKind.AGENT_CONFIG_UPDATE:
        tools = [
            f"Tools {verb}: {', '.join(names)}"
            for verb, names in (
                ("added", line.named("tools_added")),
                ("removed", line.named("tools_removed")),
            )
            if names
        ]
        return _plain("\n".join(filter(None, ("Instructions", line.text.shown, *tools))))
    return _plain(f"{line.role}: {line.text.shown}")


def _plain(text: str) -> str:
    """Return a text without characters that control a terminal, its further lines indented."""
    return "\n    ".join(str(visible(part)) for part in text.splitlines())


async def as_vtt(conversation: Conversation, lines: AsyncIterator[Line]) -> AsyncIterator[str]:
    """Yield what was said, in its order, as WebVTT, its times from the start of the recording.

    Without a recording they are from the start of the conversation.
    """
    origin = "recording" if has_sound(conversation) else "conversation"
    yield f"WEBVTT\n\nNOTE Times are from the start of the {origin}.\n\n"
    last: tuple[Line, tuple[float, float]] | None = None
    async for line in lines:
        if line.text.shown.strip():
            place = place_of(line.entry, conversation)
            if last:
                yield _timed(*last, place[0])
            last = line, place
    if last:
        yield _timed(*last)


def _timed(line: Line, place: tuple[float, float], following: float = math.inf) -> str:
    """Return a line as a cue; `following` is when the next one starts."""
    start, end = place
    if end <= start:  # nothing says how long it was spoken: until the next line
        end = min(following, start + UNKNOWN_LENGTH)
    end = max(end, start + SHORTEST)
    who = "Caller" if line.style == "user" else "Agent"
    words = _cue(line.text.shown)
    return f"{line.id}\n{_stamp(start)} --> {_stamp(end)}\n<v {who}>{words}\n\n"


def _cue(text: str) -> str:
    """Return the text of a cue: no tag, no arrow, and no empty line, which would end it."""
    words = "\n".join(str(visible(part)) for part in text.splitlines() if part.strip())
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
