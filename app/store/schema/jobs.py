"""Jobs in the background, what became of each of their items, and the processes that run them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from app.store.schema.metadata import METADATA, Moment, RowId

JOB_ID = 32  # hexadecimal digits; the engine's workflow has the same ID

# One row for each running process: what it had begun is taken over when its heartbeat stops.
EXECUTORS = Table(
    "executors",
    METADATA,
    Column("id", String(64), primary_key=True),  # new at each start
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Jobs that somebody started. All that a job needs to continue is here: the engine's own tables may
# be lost.
BACKGROUND_JOBS = Table(
    "background_jobs",
    METADATA,
    Column("id", String(JOB_ID), primary_key=True),
    Column("server", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("target", Text, nullable=False),  # what all items belong to, such as a room; or empty
    Column("inputs", Text, nullable=False),  # JSON, without secrets
    # of the audit: who started it, and the act whose outcome the job writes when it ends
    Column("action", String(80), nullable=False),
    Column("act", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("role", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("cancel_asked_at", Moment),
    Column("canceled_by", String(200), nullable=False),
    Column("error", Text, nullable=False),
    Column("again_of", String(JOB_ID), nullable=False),  # the job whose rest this one does
    Index("ix_background_jobs_created_at", "created_at", "id"),
    *(
        Index(f"ix_background_jobs_{name}", name, "created_at", "id")
        for name in ("status", "kind", "actor")
    ),
    Index("ix_background_jobs_ended_at", "ended_at"),
)

JOB_ITEMS = Table(
    "job_items",
    METADATA,
    Column(
        "job",
        String(JOB_ID),
        ForeignKey("background_jobs.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),  # an ID that nothing else ever gets
    Column("label", Text, nullable=False),  # the name that is shown
    Column("status", String(16), nullable=False),
    Column("detail", Text, nullable=False),  # why it failed, or was skipped
    Column("at", Moment),  # of the result
    Index("ix_job_items_status", "job", "status", "number"),
)

JOB_LOG = Table(
    "job_log",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column(
        "job", String(JOB_ID), ForeignKey("background_jobs.id", ondelete="CASCADE"), nullable=False
    ),
    Column("at", Moment, nullable=False),
    Column("level", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_job_log_job", "job", "id"),
)
