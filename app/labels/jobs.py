"""Labels of jobs in the background: statuses, what each kind of job does, and schedules."""

from typing import TYPE_CHECKING, NamedTuple

from app.labels.label import Label, Labels
from app.services.jobs.kinds import JobKind
from app.services.jobs.states import ItemStatus, JobStatus, LogLevel

if TYPE_CHECKING:
    from app.services.jobs.jobs import Job  # with the store, 30 MB

JOBS: Labels = {
    JobStatus: {
        JobStatus.WAITING: Label("waiting", "", "Starts as soon as a process has a place for it."),
        JobStatus.RUNNING: Label("running", "ok", "Items are being worked on."),
        JobStatus.DONE: Label("done", "ok", "All items were done."),
        JobStatus.FAILED: Label("failed", "bad", "Items failed, or the job ended early."),
        JobStatus.CANCELED: Label("canceled", "warn", "Somebody canceled the job."),
    },
    ItemStatus: {
        ItemStatus.WAITING: Label("waiting", "", "Has no result yet."),
        ItemStatus.DONE: Label("done", "ok", "It was done, or there was nothing left to do."),
        ItemStatus.FAILED: Label("failed", "bad", "It could not be done."),
        ItemStatus.SKIPPED: Label(
            "skipped", "warn", "It was not tried: the job was canceled, or ended early."
        ),
    },
    LogLevel: {
        LogLevel.INFO: Label("info", "", "What happened."),
        LogLevel.WARNING: Label("warning", "warn", "The job continued, or somebody stopped it."),
        LogLevel.ERROR: Label("error", "bad", "Why the job failed."),
    },
}


class Words(NamedTuple):
    """How a kind of job is named: "Delete", "room", "rooms"."""

    verb: str
    noun: str
    nouns: str


KINDS = {
    JobKind.DELETE_ROOMS: Words("Delete", "room", "rooms"),
    JobKind.REMOVE_PARTICIPANTS: Words("Remove", "participant", "participants"),
    JobKind.STOP_EGRESS: Words("Stop", "egress job", "egress jobs"),
    JobKind.DELETE_INGRESS: Words("Delete", "ingress", "ingresses"),
}


def kind_name(kind: str) -> str:
    """Return what a kind of job does; its name in the database if this version doesn't know it."""
    if kind not in set(JobKind):
        return kind
    words = KINDS[JobKind(kind)]
    return f"{words.verb} {words.nouns}"


def title_of(job: "Job") -> str:
    """Return what a job does to how many, without its target: "Delete 120 rooms"."""
    if not isinstance(job.kind, JobKind):
        return kind_name(job.kind)
    words = KINDS[job.kind]
    return f"{words.verb} {job.total:,} {words.noun if job.total == 1 else words.nouns}"


class Scheduled(NamedTuple):
    """A schedule in words."""

    title: str
    meaning: str


SCHEDULES: dict[str, Scheduled] = {
    "reconcile": Scheduled(
        "Compare history with LiveKit",
        "Adds to history what no webhook reported, and closes what LiveKit no longer lists.",
    ),
    "tend_conversations": Scheduled(
        "Close conversations",
        "Closes conversations that have ended, and deletes files that nothing needs.",
    ),
    "draw_waveforms": Scheduled("Draw waveforms", "Draws the waveforms of what agents recorded."),
    "check_recordings": Scheduled(
        "Check recordings",
        "Checks whether the files of egress jobs are there, and have the size that was reported.",
    ),
    "count_usage": Scheduled(
        "Count usage", "Counts the hours that are due, for Usage and for Insights."
    ),
    "retain": Scheduled(
        "Remove what is too old",
        "Removes history, conversations, recordings and audit entries older than their settings.",
    ),
}

# How a run of a schedule ended, by DBOS's word for it.
RUNS: dict[str, Label] = {
    "SUCCESS": Label("done", "ok", "The run ended."),
    "ERROR": Label("failed", "bad", "The run ended with an error, which the log has."),
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Label(
        "failed", "bad", "The run was interrupted too often, and won't be tried again."
    ),
    "CANCELLED": Label("canceled", "warn", "The run was canceled."),
    "PENDING": Label("running", "ok", "The run hasn't ended."),
    "ENQUEUED": Label("waiting", "", "The run waits for a process."),
}


def scheduled(name: str) -> Scheduled:
    """Return a schedule in words; one that this version doesn't know by its name."""
    return SCHEDULES.get(name, Scheduled(name, "A schedule of another version of the dashboard."))
