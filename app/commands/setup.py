"""What to configure for a part that isn't set up: the missing lines, to copy."""

import json
import re
from dataclasses import dataclass

from app.config.settings import Settings
from app.text.paths import CALLS, EGRESS, INGRESS, RULES, TRUNKS

REDIS = "redis:\n  address: 127.0.0.1:6379"
# An unquoted text that YAML reads as it is, whatever follows it.
PLAIN_YAML = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Feature:
    """A part that needs Redis and a worker of its own; its pages are at `paths`.

    `server` is what LiveKit's configuration needs besides Redis, `options` are those of Docker.
    """

    title: str
    worker: str
    guide: str
    paths: tuple[str, ...]
    server: str = ""
    options: str = ""


EGRESS_SETUP = Feature(
    title="Egress",
    worker="egress",
    guide="egress",
    paths=(EGRESS,),
    options="--cap-add=SYS_ADMIN ",
)
INGRESS_SETUP = Feature(
    title="Ingress",
    worker="ingress",
    guide="ingress",
    paths=(INGRESS,),
    server="ingress:\n  rtmp_base_url: rtmp://HOST:1935/live\n  whip_base_url: https://HOST/w",
)
TELEPHONY_SETUP = Feature(
    title="Telephony",
    worker="sip",
    guide="sip-server",
    paths=(CALLS, TRUNKS, RULES, "/sip/route", "/sip/definitions"),
)
# By the path of the page that shows what is missing.
FEATURES = {
    path: feature
    for feature in (EGRESS_SETUP, INGRESS_SETUP, TELEPHONY_SETUP)
    for path in feature.paths
} | {"/sip": TELEPHONY_SETUP}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with the lines to copy for it; `file` is where they belong."""

    text: str
    file: str
    lines: str


def switch_on() -> Step:
    """Return the step that shows telephony in the dashboard."""
    text = "Add this to the environment of the dashboard, and restart the dashboard."
    return Step(text, "environment", "ENABLE_SIP=true")


def agent_worker_steps() -> tuple[Step, Step]:
    """Return what shows agent workers: their addresses, and their figures if they are wanted."""
    where = Step(
        "Add this to the environment of the dashboard, one address per worker, separated by "
        "commas, and restart the dashboard.",
        "environment",
        "AGENT_WORKERS=http://HOST:8081",
    )
    figures = Step(
        "Optional: let livekit-agents serve its figures for Prometheus, to see its memory and how "
        "long it has been running. Its address is http://HOST:8081?metrics=9464 then.",
        "agent.py",
        "server = AgentServer(prometheus_port=9464)",
    )
    return where, figures


def server_step(feature: Feature) -> Step:
    """Return the lines that LiveKit's configuration lacks if it has no Redis."""
    lines = f"{REDIS}\n\n{feature.server}" if feature.server else REDIS
    text = "Add this to LiveKit's configuration, and restart LiveKit."
    return Step(text, "livekit.yaml", lines)


def worker_steps(feature: Feature, settings: Settings) -> tuple[Step, Step]:
    """Return the worker's configuration, with the URL and key of this server, and its start."""
    name = feature.worker
    key = settings.livekit_api_key
    configuration = (
        f"api_key: {key if PLAIN_YAML.fullmatch(key) else json.dumps(key)}\n"
        "api_secret: SECRET\n"
        f"ws_url: {re.sub('^http', 'ws', settings.livekit_url)}\n"
        f"{REDIS}"
    )
    start = (
        f"docker run --rm --network host {feature.options}"
        f'-e {name.upper()}_CONFIG_BODY="$(cat {name}.yaml)" livekit/{name}'
    )
    save = f"Save this as {name}.yaml, with the value of LIVEKIT_API_SECRET in place of SECRET."
    return Step(save, f"{name}.yaml", configuration), Step("Start the worker.", "shell", start)
