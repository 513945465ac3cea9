"""Long texts: what a page shows of them together is bounded, and exports have all of it."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event

from app.services.conversations.exports import document
from app.services.conversations.page import transcript
from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.routes.conversations.talks import lines_of
from tests.support.uploads import TRACES, Spoken, record, send
from tests.support.visitor import Seen

NUMBER = 6
LONG = 30_000  # characters of each line
FITTING = 2  # lines of a page, each with 4,000 characters of them


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation with some long lines, and a long result of a tool."""
    spoken = Spoken(agent="long")
    said = [
        talks.heard(spoken, f"u{number}", f"{number}" * LONG, number * 2)
        for number in range(NUMBER)
    ]
    said += talks.call(spoken, "t", "look_up", "{}", "r" * LONG, 20)
    assert record(heard.dashboard, spoken, said).status_code == 200
    return spoken


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page have no more text than FITTING lines."""
    monkeypatch.setattr(transcript, "MOST_TEXT", 4_100 * FITTING)


@pytest.fixture
def statements(heard: Heard) -> Iterator[list[str]]:
    """What the dashboard reads from the database during a test."""
    statements: list[str] = []

    def noted(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    engine = heard.dashboard.app.state.store._readers.sync_engine
    event.listen(engine, "before_cursor_execute", noted)
    yield statements
    event.remove(engine, "before_cursor_execute", noted)


def numbers(seen: Seen) -> list[str]:
    """Return the number that each line of the transcript consists of."""
    return [re.sub(r".*?(\d)\1{9,}.*", r"\1", text) for _, text in lines_of(seen)]


@pytest.mark.usefixtures("little")
def test_a_page_leads_on_to_the_rest(heard: Heard, spoken: Spoken) -> None:
    address, found = f"/conversations/{spoken.job}", []
    for _ in range(NUMBER):
        seen = heard.admin.get(address)
        assert seen.status == 200
        found += numbers(seen)[:FITTING]
        link = re.search(r'href="([^"]*)">Show the next lines', seen.html)
        if link is None:
            break
        assert "as much text as one page shows" in seen.text
        address = unescape(link[1])
    assert found[:NUMBER] == [f"{number}" for number in range(NUMBER)]
    assert len(found) == NUMBER + 1


def test_a_page_of_usual_length_is_whole(heard: Heard, spoken: Spoken) -> None:
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    assert len(lines_of(seen)) == NUMBER + 1
    assert "26,000 more characters" in seen.text
    assert "as much text as one page shows" not in seen.text


@pytest.mark.usefixtures("little")
def test_one_line_is_always_there(
    heard: Heard, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "MOST_TEXT", 0)
    assert len(lines_of(heard.admin.get(f"/conversations/{spoken.job}"))) == 1


@pytest.mark.usefixtures("little")
def test_a_live_page_shows_the_newest(heard: Heard) -> None:
    running = Spoken(agent="long")
    turns = [
        running.span("user_turn", number, lk__pii__user_transcript=f"{number}" * LONG)
        for number in range(NUMBER)
    ]
    send(heard.dashboard, TRACES, running.traces(*turns))
    seen = heard.admin.get(f"/conversations/{running.job}")
    assert numbers(seen) == [f"{number}" for number in range(NUMBER - FITTING, NUMBER)]
    link = re.search(r'href="([^"]*)">Show the\s+4 lines before', seen.html)
    assert link
    assert numbers(heard.admin.get(unescape(link[1]))) == ["0", "1"]


@pytest.mark.usefixtures("little")
def test_two_beside_each_other_lead_to_the_rest(heard: Heard, spoken: Spoken) -> None:
    other = Spoken(agent="long")
    record(heard.dashboard, other, [talks.heard(other, "a", "Short.", 1)])
    pair = f"left={spoken.job}&right={other.job}"
    seen = heard.admin.get(f"/conversations/compare?{pair}&lines=100")
    assert seen.status == 200
    assert seen.text.count("The rest of this conversation has too much text for this page.") == 1
    assert f'href="/conversations/{spoken.job}?first={FITTING}"' in seen.html
    assert "Show more lines" not in seen.text
    assert "Short." in seen.text


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("form", ["text", "vtt", "json"])
def test_exports_have_all_of_it(heard: Heard, spoken: Spoken, form: str) -> None:
    text = heard.admin.get(f"/conversations/{spoken.job}/export?as={form}").html
    for number in range(NUMBER):
        assert text.count(f"{number}" * LONG) == 1
    if form == "vtt":
        assert text.count(" --> ") == NUMBER
    else:
        assert text.count("r" * LONG) == 1
    if form == "json":
        assert len(json.loads(text)["items"]) == NUMBER + 2


def test_what_exports_read_together_is_bounded(
    heard: Heard, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    read = transcript._words

    async def noted(*given: object) -> object:
        words = await read(*given)  # type: ignore[arg-type]
        sizes.append(sum(len(row.text) for row in words.values()))
        return words

    monkeypatch.setattr(transcript, "_words", noted)
    monkeypatch.setattr(transcript, "MOST_TEXT", 2 * LONG + 1_000)
    assert heard.admin.get(f"/conversations/{spoken.job}/export?as=text").status == 200
    assert len(sizes) == 4
    assert max(sizes) <= 2 * LONG + 1_000


def test_exports_measure_each_text_once(
    heard: Heard, spoken: Spoken, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "MOST_TEXT", 2 * LONG + 1_000)
    assert heard.admin.get(f"/conversations/{spoken.job}/export?as=text").status == 200
    assert sum("length(conversation_items.details)" in each for each in statements) == 1


def test_json_reads_few_long_details_together(
    heard: Heard, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    detailed = Spoken(agent="long")
    items = [
        talks.heard(detailed, f"u{number}", "Hello?", number * 2) | {"note": f"{number}" * LONG}
        for number in range(NUMBER)
    ]
    record(heard.dashboard, detailed, items)
    statements.clear()
    monkeypatch.setattr(document, "MOST_TEXT", 2 * LONG + 1_000)
    monkeypatch.setattr(document, "BATCH", 4)
    exported = json.loads(heard.admin.get(f"/conversations/{detailed.job}/export?as=json").html)
    notes = [item["details"]["note"] for item in exported["items"]]
    assert notes == [f"{number}" * LONG for number in range(NUMBER)]
    assert sum(" conversation_items.details," in each for each in statements) == NUMBER / 2
