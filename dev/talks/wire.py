"""A story as the metadata of a job, and starting the worker that reads it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from dev.processes import Process
from dev.talks.stories import AGENT_NAME, BY_NAME, Call, Story, Turn
from tools.commands import ROOT

# lines of the worker's log: that it takes jobs, "began DISPATCH JOB", and "ended JOB"
READY, BEGAN, ENDED = "registered with LiveKit", "began", "ended"
# the topic of the agent's states, once it has greeted and a caller has asked
STATES = "dev.states"
# seconds between uploads of spans and logs; the SDK's own default is 5
EAGER = {"OTEL_BSP_SCHEDULE_DELAY": "500", "OTEL_BLRP_SCHEDULE_DELAY": "500"}


def is_installed() -> bool:
    """Return whether the agent can run here: livekit-agents isn't there for each Python."""
    try:
        return importlib.util.find_spec("livekit.agents") is not None
    except ModuleNotFoundError:
        return False


def dump(story: Story) -> str:
    """Return the metadata of a job that is to follow this story."""
    return json.dumps(asdict(story))


def parse(metadata: str) -> Story:
    """Return the story of a job's metadata: all of it, or only its name as {"story": "help"}."""
    fields = json.loads(metadata)
    if "story" in fields:
        return BY_NAME[fields["story"]]
    turns = fields.pop("turns")
    return Story(
        turns=tuple(
            Turn(**{**turn, "calls": tuple(Call(**call) for call in turn["calls"])})
            for turn in turns
        ),
        **fields,
    )


def worker(
    server: tuple[str, str, str],
    uploads_to: str,
    log: Path,
    agent_name: str = AGENT_NAME,
    *,
    eager: bool = True,
) -> Process:
    """Describe a worker at a server (URL, key, secret) that uploads to a dashboard's URL.

    Unless it is `eager`, it uploads as often as every agent.
    """
    names = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
    own = dict(zip(names, server, strict=True)) | {"LIVEKIT_OBSERVABILITY_URL": uploads_to}
    return Process(
        "the scripted agent",
        [sys.executable, "-m", "dev.talks.agent", agent_name],
        log=log,
        prepare=lambda: log.unlink(missing_ok=True),
        answers=lambda: log.exists() and READY in log.read_text(encoding="utf-8", errors="replace"),
        env={**os.environ, **(EAGER if eager else {}), **own},
        cwd=ROOT,
    )
