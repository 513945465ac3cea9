"""`make pictures`: the pictures of the documentation, of real pages with the demo's rooms."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from dev.stack import Stack
from dev.toolchain import chromium
from tests.e2e.conftest import FLAGS, NARROW, SIGNED_IN, WIDE
from tests.support.dashboard import PASSWORD, Dashboard

FOLDER = Path("docs/pictures")
PAGES = {
    "overview": "/",
    "rooms": "/rooms",
    "room": "/rooms/standup",
    "egress": "/egress",
    "ingress": "/ingress",
    "calls": "/sip/calls",
    "rules": "/sip/rules",
    "route": "/sip/route?caller=%2B15550100123&called=%2B15550100999",
    "sandbox": "/sandbox",
    "settings": "/settings",
}
KINDS: tuple[tuple[str, Literal["light", "dark"], ViewportSize], ...] = (
    ("light", "light", WIDE),
    ("dark", "dark", WIDE),
    ("narrow", "light", NARROW),
)
GATHERED = 8
PATIENCE = 90


def main() -> None:
    """Start a server with the demo, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Stack() as stack:
        names = {"LIVEKIT_URL": stack.url, "LIVEKIT_API_KEY": stack.api_key}
        secret = {"LIVEKIT_API_SECRET": stack.api_secret}
        demo = subprocess.Popen(
            [sys.executable, "-m", "dev.demo"], env={**os.environ, **names, **secret}
        )
        dashboard = Dashboard(
            livekit_url=stack.url,
            livekit_api_key=stack.api_key,
            livekit_api_secret=stack.api_secret,
            enable_sip=True,
        ).start()
        try:
            _wait_for_people(dashboard)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                _take_all(browser, dashboard.url)
                browser.close()
        finally:
            dashboard.stop()
            demo.terminate()
            demo.wait()


def _wait_for_people(dashboard: Dashboard) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        rooms = httpx.get(
            f"{dashboard.url}/rooms/-/export.json", auth=("admin", PASSWORD), timeout=10
        ).json()
        if sum(room["participants"] for room in rooms) >= GATHERED:
            return
        time.sleep(1)
    raise TimeoutError(f"fewer than {GATHERED} participants after {PATIENCE} s")


def _take_all(browser: Browser, url: str) -> None:
    for name, path in PAGES.items():
        for kind, scheme, viewport in KINDS:
            context = browser.new_context(
                base_url=url, extra_http_headers=SIGNED_IN, viewport=viewport, color_scheme=scheme
            )
            page = context.new_page()
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}-{kind}.png")
            context.close()


if __name__ == "__main__":
    main()
