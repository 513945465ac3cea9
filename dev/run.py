"""`make run`: serve the dashboard, with a local LiveKit server unless LIVEKIT_URL names one."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dotenv import dotenv_values

from dev.ports import refusal
from dev.processes import Process, StartError
from dev.stack import Stack
from dev.toolchain import redis_server
from tools.commands import ROOT, SetupError, say

LIVEKIT = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# without what is easily taken for something else
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STARTING = 60.0
LOOK_EVERY = 0.3


class Stopped(BaseException):
    """Somebody asked this process to end."""


class WrongSetting(Exception):
    """The environment cannot be served; the message is the one line to show."""


@dataclass(frozen=True)
class Plan:
    """What is to be started, as the environment says."""

    host: str
    port: int
    with_stack: bool
    user: str
    password: str
    env: Mapping[str, str]

    @property
    def address(self) -> str:
        """Host and port that a browser on this machine uses."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


def read_plan(env: Mapping[str, str]) -> Plan:
    """Return what the settings ask for; raise WrongSetting where they cannot be served."""
    given = [name for name in LIVEKIT if _is_set(env, name)]
    if given and len(given) < len(LIVEKIT):
        missing = next(name for name in LIVEKIT if name not in given)
        raise WrongSetting(
            f"{missing}: missing; set it beside {given[0]}, or set none of "
            f"{', '.join(LIVEKIT)} for a local server"
        )
    port = _text(env, "PORT", "8000")
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise WrongSetting(f"PORT: must be a number from 1 to 65535, not {port!r}")
    generated = {}
    if not _is_set(env, "ADMIN_PASSWORD"):
        generated["ADMIN_PASSWORD"] = _password()
    if not _is_set(env, "SESSION_SECRET"):
        generated["SESSION_SECRET"] = secrets.token_urlsafe(32)
    return Plan(
        host=_text(env, "HOST", "127.0.0.1"),
        port=int(port),
        with_stack=not given,
        user=_text(env, "ADMIN_USERNAME", "admin"),
        password=generated.get("ADMIN_PASSWORD", ""),
        env=generated,
    )


def _require_free(plan: Plan) -> None:
    reason = refusal(plan.host, plan.port)
    if reason:
        raise WrongSetting(
            f"PORT: cannot listen on {plan.host}:{plan.port} ({reason}); "
            "stop what does, or choose another: make run PORT=8001"
        )


def _is_set(env: Mapping[str, str], name: str) -> bool:
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def _text(env: Mapping[str, str], name: str, default: str) -> str:
    file = env.get(f"{name}_FILE")
    if env.get(name) or not file:
        return env.get(name) or default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{name}_FILE: cannot read {file}: {error}") from error


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def settings() -> dict[str, str]:
    """Return what .env and the environment set; an empty value sets nothing."""
    read = {**dotenv_values(ROOT / ".env"), **{k: v for k, v in os.environ.items() if v}}
    return {name: value for name, value in read.items() if value}


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


def _start_stack(folder: Path, closing: ExitStack) -> tuple[Stack, Process]:
    say("Starting a local LiveKit server with demo rooms.")
    say(f"(To manage a server of yours instead, set {', '.join(LIVEKIT)}.)")
    try:
        redis_server()
    except SetupError as error:
        say(f"No Redis: {error}. Egress, ingress and SIP will not be available.")
        stack = Stack(folder, redis=False)
    else:
        stack = Stack(folder)
    closing.callback(stack.stop)
    stack.start()
    log = folder / "demo.log"
    log.unlink(missing_ok=True)
    words = [sys.executable, "-m", "dev.demo"]
    demo = Process("the demo", words, log=log, env=_environment(stack), cwd=ROOT)
    closing.callback(demo.stop)
    demo.start()
    say(f"LiveKit serves on {stack.url}; its key and all logs are in {folder.relative_to(ROOT)}/.")
    return stack, demo


def _environment(stack: Stack | None) -> dict[str, str]:
    if stack is None:
        return dict(os.environ)
    values = (stack.url, stack.api_key, stack.api_secret)
    return {**os.environ, **dict(zip(LIVEKIT, values, strict=True))}


def serve(plan: Plan, closing: ExitStack) -> int:
    """Start everything, and return the dashboard's exit code when it ends by itself."""
    stack, helpers = None, []
    if plan.with_stack:
        stack, demo = _start_stack(ROOT / ".dev" / "run" / str(plan.port), closing)
        helpers = [stack.livekit, demo]
    say("Starting the dashboard ...")
    dashboard = Process(
        "the dashboard",
        [sys.executable, "-m", "app"],
        log=None,
        answers=lambda: _answers(plan),
        env={**_environment(stack), **plan.env},
        cwd=ROOT,
    )
    closing.callback(dashboard.stop)
    try:
        dashboard.start(STARTING)
    except StartError:
        # it has said why; a process that ended by itself has an exit code
        return dashboard.exit_code or 1
    _announce(plan)
    return _watch(dashboard, helpers)


def _announce(plan: Plan) -> None:
    password = plan.password or "the one that ADMIN_PASSWORD sets"
    say("")
    say(f"    LiveKit Dashboard  http://{plan.address}/")
    say(f"    User               {plan.user}")
    say(f"    Password           {password}")
    say("")
    say("Ctrl-C stops everything.")


def _watch(dashboard: Process, helpers: list[Process]) -> int:
    while dashboard.alive:
        for process in [process for process in helpers if process.exit_code is not None]:
            helpers.remove(process)
            say(f"{process.name} has ended; its log: {process.log}")
        time.sleep(LOOK_EVERY)
    return dashboard.exit_code or 0


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def main() -> int:
    """Run until stopped; 2 where the settings cannot be served, else the dashboard's exit code."""
    for number in SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as closing:
            try:
                plan = read_plan(settings())
                _require_free(plan)
                return serve(plan, closing)
            finally:
                # from here on all is stopped, and nothing may interrupt that
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
    except WrongSetting as error:
        say(str(error))
        return 2
    except (SetupError, StartError) as error:
        say(str(error))
        return 1
    except Stopped:
        say("Stopped.")
        return 0


if __name__ == "__main__":
    sys.exit(main())
