"""What a worker's answers say: /worker as JSON, /metrics as Prometheus has it. Both are hostile.

livekit-agents (1.8.9) answers /worker in protobuf's JSON, which leaves out what is 0 or empty:
a worker without jobs and without a name has neither field. agents-js, and older versions of
livekit-agents, write every field they have, and none of them has the load.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.services.agents.states import JobType
from app.services.livekit.enums import Newer
from app.text.json_text import strict

LONGEST = 200  # characters of a text
MOST_JOBS = 1_000_000
MOST_LOAD = 1_000.0  # a load_fnc of one's own may exceed 1
PROTOBUF = "protocol_version"  # a field that is never left out, and only in protobuf's JSON
KINDS = {f"JT_{kind.value.upper()}": kind for kind in JobType}

LOAD, CHILDREN = "lk_agents_worker_load", "lk_agents_child_process_count"
MEMORY, STARTED = "process_resident_memory_bytes", "process_start_time_seconds"
PYTHON = "python_info"
WANTED = (LOAD, CHILDREN, MEMORY, STARTED, PYTHON)
MOST_LINES, LONGEST_LINE = 50, 1_000
MOST_MEMORY = 1 << 60
LAST_MOMENT = 4e9  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Said:
    """What /worker says; None is what this SDK doesn't report. `load` is 1 for a full worker.

    `agent_name` is empty for a worker that takes every room's automatic dispatch.
    """

    agent_name: str
    kind: JobType | Newer
    jobs: int | None
    load: float | None
    version: str
    project: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What /metrics says of the worker's main process; None is what isn't among its figures.

    `memory` is in bytes, and `children` are the processes that it started.
    """

    node: str = ""
    load: float | None = None
    children: int | None = None
    memory: int | None = None
    started: datetime | None = None
    python: str = ""


def said(body: bytes) -> Said | None:
    """Return what an answer of /worker says; None if no worker answers so."""
    try:
        found = strict(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(kind := found.get("worker_type"), str):
        return None
    left_out = 0 if PROTOBUF in found else None
    return Said(
        agent_name=text(found.get("agent_name", "")),
        kind=KINDS.get(kind) or Newer(text(kind.removeprefix("JT_").lower())),
        jobs=_whole(found.get("active_jobs", left_out), MOST_JOBS),
        load=_number(found.get("worker_load", left_out), MOST_LOAD),
        version=text(found.get("sdk_version", "")),
        project=text(found.get("project_type", "")),
    )


def measured(body: bytes) -> Measured | None:
    """Return what an answer of /metrics says; None if it isn't Prometheus' text format."""
    from prometheus_client.parser import text_string_to_metric_families  # a megabyte

    lines = list(_wanted(body.decode(errors="replace")))
    try:
        families = list(text_string_to_metric_families("\n".join(lines) + "\n"))
    except (ValueError, IndexError, KeyError, OverflowError):  # a timestamp of 320 digits
        return None
    values: dict[str, float] = {}
    node = python = ""
    for sample in (sample for family in families for sample in family.samples):
        values.setdefault(sample.name, sample.value)
        node = node or sample.labels.get("nodename", "")
        if sample.name == PYTHON:
            python = sample.labels.get("version", "")
    return Measured(
        node=text(node),
        load=_number(values.get(LOAD), MOST_LOAD),
        children=_whole(values.get(CHILDREN), MOST_JOBS),
        memory=_whole(values.get(MEMORY), MOST_MEMORY),
        started=_moment(values),
        python=text(python),
    )


def text(value: object) -> str:
    """Return a text as a page may show it: short and valid; empty for anything else."""
    if not isinstance(value, str):
        return ""
    whole = value[: LONGEST + 1].encode(errors="replace").decode()
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"


def _wanted(figures: str) -> Iterator[str]:
    """Yield the lines that are read, so that a long answer costs no more than a short one."""
    left = MOST_LINES
    for line in figures.split("\n"):
        name = line.partition("{")[0].partition(" ")[0]
        if left and name in WANTED and len(line) <= LONGEST_LINE:
            left -= 1
            yield line


def _number(value: Any, most: float) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most
    return float(value) if fits else None


def _whole(value: Any, most: int) -> int | None:
    number = _number(value, most)
    return int(number) if number is not None and number.is_integer() else None


def _moment(values: Mapping[str, float]) -> datetime | None:
    seconds = _number(values.get(STARTED), LAST_MOMENT)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
