"""The log of a conversation: by level, logger and text, page by page, and what a line says."""

from collections.abc import Iterator

import pytest

from tests.routes.conversations.conftest import Heard
from tests.support.hostile import DEEP, MARKUP
from tests.support.tokens import give_token, program
from tests.support.uploads import LOGS, Spoken, record, send

STACK = 'Traceback:\n  File "agent.py", line 1\nValueError: what the caller said'


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation with a log; its second batch comes twice, and before the first."""
    spoken = Spoken()
    info = spoken.logs("livekit.agents", ("started", {}), ("ready", {"tid": 7}), severity=9)
    bad = {"exception.type": "ValueError", "exception.stacktrace": STACK}
    error = spoken.logs("my_agent", ("it failed", bad), severity=17)
    warning = spoken.logs("livekit", (f"late {MARKUP}", {"json": "[" * DEEP}), severity=13)
    long = spoken.logs("my_agent", ("x" * 20_000, {}))
    for batch in (error, error, info, warning, long):
        assert send(heard.dashboard, LOGS, batch).status_code == 200
    record(heard.dashboard, spoken)
    return spoken


def tab(spoken: Spoken, query: str = "") -> str:
    return f"/conversations/{spoken.job}?tab=logs{query}"


def lines(heard: Heard, address: str) -> Iterator[str]:
    """Yield the addresses of the lines that a page shows."""
    for tag, attrs in heard.admin.get(address).tags:
        if tag == "a" and "/logs/" in attrs.get("href", ""):
            yield attrs["href"]


def test_each_line_once(heard: Heard, spoken: Spoken) -> None:
    seen = heard.admin.get(tab(spoken))
    assert len(list(lines(heard, tab(spoken)))) == 5
    assert "5 lines" in seen.text
    assert "0:00.9" in seen.text or "0:01.0" in seen.text
    assert "14,000 more characters" in seen.text
    assert "<img" not in seen.html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("&level=debug", 4),
        ("&level=info", 4),
        ("&level=warn", 2),
        ("&level=error", 1),
        ("&logger=my_agent", 2),
        ("&logger=my_agent&level=error", 1),
        ("&q=READY", 1),
        ("&q=%25", 0),
    ],
)
def test_only_some(heard: Heard, spoken: Spoken, query: str, expected: int) -> None:
    assert len(list(lines(heard, tab(spoken, query)))) == expected
    seen = heard.admin.get(tab(spoken, query))
    assert ("No matching lines" in seen.text) == (expected == 0)


def test_what_a_line_says(heard: Heard, spoken: Spoken) -> None:
    [place] = lines(heard, tab(spoken, "&level=error"))
    seen = heard.admin.get(place)
    assert "it failed" in seen.text
    assert "exception.type" in seen.text
    assert "ValueError: what the caller said" in seen.text
    auditor = program(
        heard.dashboard, give_token(heard.dashboard, "support", ["conversations.read"])
    )
    hidden = auditor.get(place)
    assert "exception.type" in hidden.text
    assert "what the caller said" not in hidden.html
    assert "1 attribute with personal content hidden" in hidden.text
    assert heard.viewer.get(place).status == 403


def test_every_line_has_a_page(heard: Heard, spoken: Spoken) -> None:
    for place in lines(heard, tab(spoken)):
        seen = heard.admin.get(place)
        assert seen.status == 200
        assert "can't be shown" not in seen.text
        assert "<img" not in seen.html


def test_no_such_line(heard: Heard, spoken: Spoken) -> None:
    assert heard.admin.get(f"/conversations/{spoken.job}/logs/{'f' * 32}").status == 404
    assert heard.admin.get(f"/conversations/{spoken.job}/logs/x").status == 422


def test_pages(heard: Heard) -> None:
    spoken = Spoken()
    many: list[tuple[str, dict[str, object]]] = [(f"line {number:03}", {}) for number in range(230)]
    assert send(heard.dashboard, LOGS, spoken.logs("", *many, severity=9)).status_code == 200
    found: list[str] = []
    address = tab(spoken)
    for expected in (100, 100, 30):
        shown = list(lines(heard, address))
        assert len(shown) == expected
        found += shown
        rest = [attrs for tag, attrs in heard.admin.get(address).tags if attrs.get("rel") == "next"]
        address = rest[0]["href"] if rest else ""
    assert len(set(found)) == 230
    assert not address


def test_without_lines(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken)
    assert "No log lines" in heard.admin.get(tab(spoken)).text


def test_a_line_whose_file_is_gone(heard: Heard) -> None:
    spoken = Spoken()
    send(heard.dashboard, LOGS, spoken.logs("", ("lost", {"tid": 1})))
    [file] = [path for path in heard.files.rglob("logs-*") if spoken.job in str(path)]
    file.unlink()
    [place] = lines(heard, tab(spoken))
    assert "The attributes can't be shown: this file isn't stored" in heard.admin.get(place).text
