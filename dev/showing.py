"""The process of the demo, and what the dashboard has to know of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.ports import free_ports
from dev.processes import Process
from dev.servers import HOST
from dev.talks.wire import is_installed
from tools.commands import ROOT, say


@dataclass(frozen=True)
class Demo:
    """The demo's process, and the settings by which a dashboard shows its agent's worker."""

    process: Process
    settings: Mapping[str, str]


def demo(environment: Mapping[str, str], uploads_to: str, folder: Path) -> Demo:
    """Describe the demo, whose log is in `folder`; its agent uploads to a dashboard's URL."""
    log = folder / "demo.log"
    log.unlink(missing_ok=True)
    uploads, settings = {}, {}
    if is_installed():
        worker, metrics = free_ports(2)
        uploads = {
            "LIVEKIT_OBSERVABILITY_URL": uploads_to,
            "AGENT_PORTS": f"{worker} {metrics}",
        }
        settings = {"AGENT_WORKERS": f"http://{HOST}:{worker}?metrics={metrics}"}
    else:
        say("No livekit-agents for this Python: the demo has no conversations with an agent.")
    words = [sys.executable, "-m", "dev.demo"]
    env = {**environment, **uploads}
    return Demo(Process("the demo", words, log=log, env=env, cwd=ROOT), settings)
