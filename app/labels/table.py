"""The one table of statuses and types: label, tone and meaning of each."""

from enum import StrEnum

from app.labels.accounts import ACCOUNTS
from app.labels.agents import AGENTS
from app.labels.audit import AUDIT
from app.labels.conversations import CONVERSATIONS
from app.labels.history import HISTORY
from app.labels.jobs import JOBS
from app.labels.label import NEWER, Label, Labels
from app.labels.media import MEDIA
from app.labels.recordings import RECORDINGS
from app.labels.rooms import ROOMS
from app.labels.telephony import TELEPHONY
from app.labels.webhooks import WEBHOOKS
from app.services.livekit.enums import Newer
from app.services.server.states import Coverage, Part, Reach, Severity
from app.services.tokens.states import Verdict

LABELS: Labels = {
    **ROOMS,
    **MEDIA,
    **TELEPHONY,
    **AGENTS,
    **AUDIT,
    **ACCOUNTS,
    **WEBHOOKS,
    **HISTORY,
    **CONVERSATIONS,
    **JOBS,
    **RECORDINGS,
    Reach: {
        Reach.REACHABLE: Label("active", "ok", "Running jobs."),
        Reach.ABSENT: Label(
            "not configured", "warn", "LiveKit reports this service as unavailable."
        ),
        Reach.UNKNOWN: Label("unknown", "", "Cannot be determined from the dashboard."),
    },
    Severity: {
        Severity.FAILED: Label("failed", "bad", "Something failed or doesn't work."),
        Severity.WARNING: Label("warning", "warn", "Works, but may fail or be misused."),
    },
    Part: {
        Part.ROOMS: Label("rooms", "", "Rooms that have reached their maximum of participants."),
        Part.EGRESS: Label(
            "egress", "", "Jobs that failed in the last 24 hours or lost their room."
        ),
        Part.INGRESS: Label("ingress", "", "Ingresses whose last session ended with an error."),
        Part.DISPATCHES: Label("dispatches", "", "Agent dispatches that no worker accepted."),
        Part.TRUNKS: Label("inbound trunks", "", "Trunks that accept calls from everywhere."),
        Part.RULES: Label("dispatch rules", "", "Rules with critical warnings."),
        Part.WEBHOOKS: Label("webhooks", "", "Rooms that were opened without a webhook."),
        Part.WORKERS: Label("agent workers", "", "Agent workers that don't respond."),
        Part.CLOCK: Label("clock", "", "A clock skew because of which LiveKit rejects tokens."),
    },
    Coverage: {
        Coverage.COMPLETE: Label("checked", "ok", "All of it was checked."),
        Coverage.PARTIAL: Label("partly checked", "", "Only some rooms were checked."),
        Coverage.NONE: Label("not checked", "", "It couldn't be checked."),
        Coverage.NOT_SET_UP: Label("not set up", "", "This server doesn't have it."),
    },
    Verdict: {
        Verdict.GOOD: Label("passed", "ok", "No problem found."),
        Verdict.NOTE: Label("warning", "warn", "Works, with caveats."),
        Verdict.BAD: Label("failed", "bad", "This does not work."),
        Verdict.UNKNOWN: Label("unknown", "", "Not checked, or not possible to determine."),
    },
}


def label_of(value: StrEnum | Newer) -> Label:
    """Return the label of a status or type."""
    if isinstance(value, Newer):
        return Label(f"unknown ({value})", NEWER.tone, NEWER.meaning)
    return LABELS[type(value)][value]


def states(kind: str) -> list[StrEnum]:
    """Return the values of a kind that a list or form can offer."""
    table = next(table for known, table in LABELS.items() if known.__name__ == kind)
    return [value for value, label in table.items() if label is not NEWER]


def labels(kind: str) -> list[tuple[StrEnum, str]]:
    """Return the values of a kind with their labels, for a list's filter."""
    texts = [(value, label_of(value).text) for value in states(kind)]
    return [(value, text[:1].upper() + text[1:]) for value, text in texts]


def choices(kind: str) -> list[tuple[StrEnum, str]]:
    """Return the values of a kind with their meanings, for a form's select."""
    return [(value, label_of(value).meaning.removesuffix(".")) for value in states(kind)]
