"""Starting a real agent worker beside the stack."""

import os
import sys
from pathlib import Path

from dev.processes import Process
from dev.stack import Stack

PROGRAM = Path(__file__).with_name("agent_worker.py")
READY = "registered with LiveKit"


def agent_worker(stack: Stack, agent_name: str, folder: Path, *ports: int) -> Process:
    """Describe a worker that serves `agent_name`; it is there once `start` returns.

    `ports` are where it says how it is, and where its figures for Prometheus are.
    """
    log = folder / "agent.log"
    server = {
        "LIVEKIT_URL": stack.url,
        "LIVEKIT_API_KEY": stack.api_key,
        "LIVEKIT_API_SECRET": stack.api_secret,
    }
    return Process(
        "the agent worker",
        [sys.executable, PROGRAM, agent_name, READY, *map(str, ports)],
        log=log,
        answers=lambda: READY in log.read_text(encoding="utf-8", errors="replace"),
        env={**os.environ, **server},
    )
