"""`make run`: serve the dashboard, with a local LiveKit server unless LIVEKIT_URL names one."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dotenv import dotenv_values

from app.config import checks
from app.config.settings import Settings, load_settings
from app.config.sources import SettingsError
from app.text.paths import LIVEKIT_HOOK
from dev.generated import GENERATORS
from dev.gobuilds import standin
from dev.ports import problem
from dev.processes import Process, StartError
from dev.showing import demo
from dev.stack import Stack
from dev.toolchain import redis_server
from tools.commands import ROOT, SetupError, say

DOTENV = Path(".env")
LIVEKIT = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STARTING = 60.0
CHECK_EVERY = 0.3
# long enough to see how the dashboard handles an outage
RESTART_AFTER = 15.0


class Stopped(BaseException):
    """This process was asked to end."""


class WrongSetting(Exception):
    """A setting is invalid; the message is the line to print."""


@dataclass(frozen=True)
class Plan:
    """What to start, according to the settings."""

    settings: Settings
    with_stack: bool
    generated: Mapping[str, str]

    @property
    def address(self) -> str:
        """Host and port for a browser on this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
        host = everywhere.get(self.settings.host, self.settings.host)
        return f"[{host}]:{self.settings.port}" if ":" in host else f"{host}:{self.settings.port}"


def read_plan() -> Plan:
    """Read the environment and .env. Raises WrongSetting if a setting is invalid."""
    if problem := checks.unreadable(DOTENV):
        raise WrongSetting(problem)
    values = {
        **dotenv_values(DOTENV),
        **{name: value for name, value in os.environ.items() if value},
    }
    present = [name for name in LIVEKIT if _is_set(values, name)]
    missing = [name for name in LIVEKIT if name not in present]
    if present and missing:
        raise WrongSetting(
            f"{missing[0]}: missing; set it as well as {present[0]}, or set none of "
            f"{', '.join(LIVEKIT)} to use a local server"
        )
    generated = {name: new() for name, new in GENERATORS.items() if not _is_set(values, name)}
    if missing and not _is_set(values, "ENABLE_SIP"):
        # the local stack has SIP
        generated["ENABLE_SIP"] = "true"
    # the stack's URL and key aren't known yet, but everything else can be checked now
    stack = ("ws://127.0.0.1:1", "key", secrets.token_urlsafe())
    known = {**generated, **(dict(zip(LIVEKIT, stack, strict=True)) if missing else {})}
    try:
        settings = load_settings(**{name.lower(): value for name, value in known.items()})
    except SettingsError as error:
        raise WrongSetting(str(error)) from error
    return Plan(settings, bool(missing), generated)


def _is_set(values: Mapping[str, str | None], name: str) -> bool:
    return bool(values.get(name) or values.get(f"{name}_FILE"))


def _answers(plan: Plan) -> bool:
    connection = http.client.HTTPConnection(plan.address, timeout=2)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _start_stack(plan: Plan, closing: ExitStack) -> tuple[Stack, Mapping[str, str]]:
    """Start the stack and the demo; return the stack, and settings of the dashboard."""
    folder = ROOT / ".dev" / "run" / str(plan.settings.port)
    say("Starting a local LiveKit server with demo rooms ...")
    say(f"(To manage your own server instead, set {', '.join(LIVEKIT)}.)")
    redis = _is_available(redis_server, "No Redis: egress, ingress and SIP won't be available.")
    workers = redis and _is_available(
        standin, "No egress, ingress and SIP worker: jobs and calls can't be started."
    )
    hook = f"http://{plan.address}{LIVEKIT_HOOK}"
    stack = Stack(folder, redis=redis, workers=workers, webhooks=hook, worker_flags=["--pace=real"])
    closing.callback(stack.stop)
    stack.start()
    control = {"STANDIN_CONTROL": str(stack.standin.port)} if workers else {}
    shown = demo({**_environment(stack), **control}, f"http://{plan.address}", folder)
    closing.callback(shown.process.stop)
    shown.process.start()
    say(f"LiveKit is at {stack.url}; its key and all logs are in {folder.relative_to(ROOT)}/.")
    if workers:
        say("Egress, ingress and SIP are a stand-in that doesn't record media or place real calls.")
    # those of the settings take precedence
    own = {} if plan.settings.agent_workers else shown.settings
    return stack, own


def _is_available(program: Callable[[], Path], otherwise: str) -> bool:
    try:
        program()
    except SetupError as error:
        say(f"{error}\n{otherwise}")
        return False
    return True


def _environment(stack: Stack | None) -> dict[str, str]:
    if stack is None:
        return dict(os.environ)
    values = (stack.url, stack.api_key, stack.api_secret)
    return {**os.environ, **dict(zip(LIVEKIT, values, strict=True))}


def serve(plan: Plan, closing: ExitStack) -> int:
    """Start everything, and return the dashboard's exit code when it exits."""
    stack, servers = None, []
    own: Mapping[str, str] = {}
    if plan.with_stack:
        stack, own = _start_stack(plan, closing)
        servers = stack.processes
    say("Starting the dashboard ...")
    dashboard = Process(
        "the dashboard",
        [sys.executable, "-m", "app"],
        log=None,
        answers=lambda: _answers(plan),
        env={**_environment(stack), **plan.generated, **own},
        cwd=ROOT,
    )
    closing.callback(dashboard.stop)
    try:
        dashboard.start(STARTING)
    except StartError:
        # it has printed the reason; a process that exited has an exit code
        return dashboard.exit_code or 1
    _announce(plan)
    return _watch(dashboard, servers)


def _announce(plan: Plan) -> None:
    password = plan.generated.get("ADMIN_PASSWORD", "(the value of ADMIN_PASSWORD)")
    say("")
    say(f"    LiveKit Dashboard  http://{plan.address}/")
    say(f"    User               {plan.settings.admin_username}")
    say(f"    Password           {password}")
    say("")
    say("Press Ctrl+C to stop everything.")


def _watch(dashboard: Process, servers: list[Process]) -> int:
    due: dict[Process, float] = {}
    started_in_a_terminal = os.isatty(0)
    while dashboard.alive:
        if started_in_a_terminal and not os.isatty(0):
            raise Stopped  # the terminal was closed, and make doesn't pass that on
        for server in servers:
            if server.alive:
                due.pop(server, None)
            elif server not in due:
                due[server] = time.monotonic() + RESTART_AFTER
                say(f"{server.name} has exited; restarting it in {RESTART_AFTER:g} s.")
            elif time.monotonic() > due[server]:
                del due[server]
                _restart(server)
        time.sleep(CHECK_EVERY)
    return dashboard.exit_code or 0


def _restart(server: Process) -> None:
    try:
        server.start()
    except StartError as error:
        say(str(error))
    else:
        say(f"{server.name} is running again.")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def main() -> int:
    """Run until stopped; return 2 for invalid settings, else the dashboard's exit code."""
    for number in SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as closing:
            try:
                plan = read_plan()
                if reason := problem(plan.settings.host, plan.settings.port):
                    raise WrongSetting(reason)
                return serve(plan, closing)
            finally:
                # from here on everything is stopped, and nothing may interrupt that
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
    except WrongSetting as error:
        say(str(error))
        return 2
    except (SetupError, StartError, OSError) as error:
        say(str(error))
        return 1
    except Stopped:
        say("Stopped.")
        return 0


if __name__ == "__main__":
    sys.exit(main())
