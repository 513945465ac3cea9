"""`make pictures`: the pictures of the documentation, of real pages with the demo's rooms."""

import asyncio
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
from livekit import api
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from app.monitoring.logs import configure_logging
from dev.stack import Stack
from dev.toolchain import chromium
from tests.e2e.conftest import FLAGS, NARROW, WIDE
from tests.e2e.pictured import OUTAGE, PATIENCE_MS, PICTURES
from tests.support.agents import agent_worker
from tests.support.dashboard import PASSWORD, Dashboard, managing
from tests.support.waiting import until

FOLDER = Path("docs/pictures")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SERVED, UNSERVED = "meeting-notes", "translator"
PATIENCE = 120
AS_WEBP = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.9);
}"""


class Album:
    """The folder of the pictures; as WebP they take half of what they would as PNG."""

    def __init__(self, browser: Browser) -> None:
        """Open the page that turns one format into the other."""
        self._page = browser.new_page()

    def add(self, page: Page, name: str) -> None:
        """Take a picture of what is in view at the top of the page."""
        page.evaluate("scrollTo(0, 0)")
        png = b64encode(page.screenshot()).decode()
        webp = str(self._page.evaluate(AS_WEBP, f"data:image/png;base64,{png}"))
        (FOLDER / f"{name}.webp").write_bytes(b64decode(webp.partition(",")[2]))


def main() -> None:
    """Start a server with the demo and take the pictures, or those that the command line names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as closing:
        stack = closing.enter_context(Stack())
        closing.enter_context(_demo(stack))
        worker = agent_worker(stack, SERVED, stack.folder)
        closing.callback(worker.stop)
        worker.start(PATIENCE)
        dashboard = Dashboard(**managing(stack), enable_sip=True, log_level="error").start()
        closing.callback(dashboard.stop)
        configure_logging(dashboard.settings)
        _wait_for_life(dashboard)
        asyncio.run(_dispatch(stack))
        _wait_for_agents(dashboard)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            album = Album(browser)
            _take_all(browser, dashboard.url, album, set(sys.argv[1:]))
            if not sys.argv[1:] or OUTAGE.name in sys.argv[1:]:
                _take_outage(browser, dashboard.url, album, stack)
            browser.close()


@contextmanager
def _demo(stack: Stack) -> Iterator[None]:
    told = {name.upper(): value for name, value in managing(stack).items()}
    told["STANDIN_CONTROL"] = str(stack.standin.port)
    words = [sys.executable, "-m", "dev.demo"]
    with subprocess.Popen(words, env={**os.environ, **told}) as demo:
        try:
            yield
        finally:
            demo.terminate()


async def _dispatch(stack: Stack) -> None:
    """Let one agent come, and ask in vain for another."""
    async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as livekit:
        for room, name in (("townhall", SERVED), ("standup", UNSERVED)):
            request = api.CreateAgentDispatchRequest(room=room, agent_name=name)
            await livekit.agent_dispatch.create_dispatch(request)


def _asker(dashboard: Dashboard) -> Callable[[str], list[dict[str, Any]]]:
    def rows(path: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{dashboard.url}{path}", auth=("admin", PASSWORD), timeout=30)
        return list(answer.raise_for_status().json())

    return rows


def _wait_for_life(dashboard: Dashboard) -> None:
    """Wait until everybody has come, and all jobs, streams and calls are what they will be."""
    rows = _asker(dashboard)

    def alive() -> bool:
        people = sum(room["participants"] for room in rows("/rooms/-/export.json"))
        jobs = {job["status"] for job in rows("/egress/-/export.json")}
        ways_in = {ingress["status"] for ingress in rows("/ingress/-/export.json")}
        calls = [call["status"] for call in rows("/sip/calls/-/export.json")]
        return (
            people >= 10
            and jobs >= {"active", "complete", "failed"}
            and "publishing" in ways_in
            and calls == ["active", "active"]
        )

    until(alive, PATIENCE)


def _wait_for_agents(dashboard: Dashboard) -> None:
    rows = _asker(dashboard)
    wanted = {"running", "untaken"}
    path = "/agents/-/export.json?room=standup&room=townhall"
    until(lambda: wanted <= {agent["status"] for agent in rows(path)}, PATIENCE)


def _context(
    browser: Browser, url: str, scheme: Scheme, viewport: ViewportSize = WIDE
) -> BrowserContext:
    context = browser.new_context(
        base_url=url,
        http_credentials={"username": "admin", "password": PASSWORD},
        viewport=viewport,
        color_scheme=scheme,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def _take_all(browser: Browser, url: str, album: Album, only: set[str]) -> None:
    for picture in PICTURES:
        if only and picture.name not in only:
            continue
        kinds: list[tuple[str, Scheme, ViewportSize]] = [(s, s, WIDE) for s in SCHEMES]
        kinds += [("narrow", "light", NARROW)] if picture.narrow else []
        for kind, scheme, viewport in kinds:
            with _context(browser, url, scheme, viewport) as context:
                page = context.new_page()
                page.goto(picture.path)
                page.wait_for_load_state("networkidle")
                picture.way(page)
                page.wait_for_load_state("networkidle")
                album.add(page, f"{picture.name}-{kind}")


def _take_outage(browser: Browser, url: str, album: Album, stack: Stack) -> None:
    """Stop LiveKit under open pages, and show what they say."""
    pages = {scheme: _context(browser, url, scheme).new_page() for scheme in SCHEMES}
    for page in pages.values():
        page.goto(OUTAGE.path)
        page.wait_for_load_state("networkidle")
    stack.livekit.kill()
    for scheme, page in pages.items():
        page.get_by_text("LiveKit is unreachable").first.wait_for()
        album.add(page, f"{OUTAGE.name}-{scheme}")


if __name__ == "__main__":
    main()
