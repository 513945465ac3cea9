"""The times of pages: the list of conversations, its search, and a conversation of an hour."""

from collections.abc import Mapping, Sequence
from statistics import median

from playwright.async_api import BrowserContext, async_playwright

from app.text.paths import conversation_path
from benchmarks.browser import Browser
from benchmarks.conversations_rows import word
from benchmarks.dashboard import Dashboard
from benchmarks.load import Measured, Times, side_by_side
from benchmarks.report import Cell, Row
from dev.toolchain import chromium
from tools.commands import SetupError

LIST_MS, SEARCH_MS, PAGE_MS, USABLE_MS = 30, 300, 150, 1_000
SAMPLES, SECONDS = 50, 15.0
FLAGS = ["--no-sandbox", "--disable-gpu"]
VISITS = 9
LISTS = {
    "/conversations": "",
    "an agent": "agent=agent-3",
    "agents by a pattern": "agent=*-3",
    "a room": "room=room-77",
    "rooms by a pattern": "room=room-1*",
    "a caller": "caller=person-777",
    "a version": "version=v0",
    "a model": "model=small-1",
    "a tag": "tag=callback",
    "an outcome": "outcome=fail",
    "with errors": "errors=1",
    "with failed tools": "tools=1",
    "with interruptions": "interrupted=1",
    "running": "running=1",
    "longer than an hour": "longer=1h",
    "slower than 3 s": "slower=3s",
    "the longest": "order=longest",
    "the slowest": "order=slowest",
    "the last 7 days": "span=7d",
    "many filters": "agent=agent-3&outcome=fail&errors=1&longer=1min&span=30d",
}
SEARCHES = {
    "the most frequent word": word(0),
    "a word of every 30th line": word(50),
    "a word of every 1,000th line": word(2_000),
    "a rare word": word(40_000),
    "two frequent words": f"{word(0)} {word(1)}",
    "a frequent and a rare word": f"{word(0)} {word(40_000)}",
    "two words that are never together": f"{word(4_000)} {word(40_000)}",
    "the beginning of many words": word(20_000)[:4],
    "a word that nobody says": "xylophone",
    "the most frequent word, of an agent": f"{word(0)}&agent=agent-3",
    "a rare word, in a week": f"{word(40_000)}&span=7d",
}
TABS = ("transcript", "trace", "logs", "events", "instructions")
IDLE = """() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(
  () => requestAnimationFrame(() => done(performance.now())))))"""


async def measure_lists(browser: Browser) -> list[Row]:
    """Measure the list with each filter, and searches for words."""
    lists = {what: f"/conversations?{query}" for what, query in LISTS.items()}
    searches = {what: f"/conversations?q={query}" for what, query in SEARCHES.items()}
    listed = await side_by_side(_measures(browser, lists), SAMPLES, SECONDS)
    found = await side_by_side(_measures(browser, searches), SAMPLES, SECONDS)
    rows = _rows(listed, LIST_MS)
    rows += _rows({f"search: {what}": times for what, times in found.items()}, SEARCH_MS)
    return rows


async def measure_hour(dashboard: Dashboard, browser: Browser, job: str) -> list[Row]:
    """Measure the pages of a conversation of an hour, and when they are usable in Chromium."""
    paths = {f"an hour: {tab}": f"{conversation_path(job)}?tab={tab}" for tab in TABS}
    times = await side_by_side(_measures(browser, paths), SAMPLES, SECONDS)
    rows = _rows(times, PAGE_MS)
    executable = chromium()
    if not executable:
        raise SetupError("this benchmark needs Chromium")
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=executable, args=FLAGS) as chrome,
        await chrome.new_context(base_url=dashboard.url) as context,
    ):
        for cookie in browser.cookie.split("; "):
            name, _, value = cookie.partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": dashboard.url}])
        for what, path in paths.items():
            visits = await _visits(context, path)
            cell = Cell(f"{median(visits):.0f} / {max(visits):.0f}", median(visits) < USABLE_MS)
            rows.append(Row(f"{what}, usable, p50 / slowest", f"p50 < {USABLE_MS}", [cell]))
    return rows


async def _visits(context: BrowserContext, path: str) -> Sequence[float]:
    """Return after how many milliseconds a page was drawn and the browser had nothing to do."""
    page = await context.new_page()
    visits = []
    for _ in range(VISITS):
        answer = await page.goto(path)
        if answer is None or not answer.ok:
            raise RuntimeError(f"{path} can't be opened")
        visits.append(float(await page.evaluate(IDLE)))
    await page.close()
    return visits


def _measures(browser: Browser, paths: Mapping[str, str]) -> dict[str, Measured]:
    def seconds(path: str) -> Measured:
        async def measured() -> float:
            return (await browser.get(path)).seconds

        return measured

    return {what: seconds(path) for what, path in paths.items()}


def _rows(times: Mapping[str, Times], most: float) -> list[Row]:
    return [
        Row(what, f"p50 < {most}", [Cell(f"{each.p50:.1f} / {each.p95:.1f}", each.p50 < most)])
        for what, each in times.items()
    ]
