"""/conversations/{job}: its head, its facts, who may open it, and that each opening is audited."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.store.schema import CONVERSATIONS
from app.store.store import Store
from tests.routes.conversations.conftest import Heard
from tests.support.stores import in_store
from tests.support.uploads import LOGS, TRACES, Spoken, record, send

TABS = ("transcript", "trace", "logs", "events", "instructions")


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation that has ended."""
    spoken = Spoken()
    said = [spoken.message("item_1", "assistant", "Hello!", 0.5)]
    record(heard.dashboard, spoken, said, header=spoken.header(61.5))
    return spoken


@pytest.mark.parametrize("tab", TABS)
def test_every_tab(heard: Heard, spoken: Spoken, tab: str) -> None:
    seen = heard.admin.get(f"/conversations/{spoken.job}?tab={tab}")
    assert seen.status == 200
    assert spoken.job in seen.text
    ids = re.findall(r' id="([^"]*)"', seen.html.partition("<main")[2].partition("</main>")[0])
    assert len(ids) == len(set(ids)), "no ID is on the page twice"
    assert f'tab={tab}" aria-current="page"' in seen.html or tab == "transcript"


def test_one_that_has_ended_does_not_refresh(heard: Heard, spoken: Spoken) -> None:
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    assert "data-topics" not in seen.html
    assert "1 min 1 s" in seen.text


def test_one_that_runs_is_live(heard: Heard) -> None:
    spoken = Spoken()
    send(heard.dashboard, TRACES, spoken.traces(spoken.span("user_turn")))
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    assert f"conversation:{spoken.job}" in seen.html
    assert "live" in seen.text


@pytest.mark.parametrize("job", ["AJ_none", "~", "~Li4", "~eCB5"])
def test_no_such_conversation(heard: Heard, job: str) -> None:
    assert heard.admin.get(f"/conversations/{job}").status == 404


def test_a_tab_that_is_none(heard: Heard, spoken: Spoken) -> None:
    assert heard.admin.get(f"/conversations/{spoken.job}?tab=sound").status == 422


def test_who_may_not_read_conversations(heard: Heard, spoken: Spoken) -> None:
    assert heard.viewer.get(f"/conversations/{spoken.job}").status == 403


def _openings(heard: Heard, job: str) -> int:
    entries = heard.admin.get(f"/audit?q={job}").html
    return entries.count("Open conversation")


def test_each_opening_is_audited_and_no_poll(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken)
    place = f"/conversations/{spoken.job}"
    assert heard.admin.get(f"{place}?partial=1").status == 200
    before = _openings(heard, spoken.job)
    assert before == 1, "a poll without an opening is one"
    heard.admin.get(place)
    heard.admin.get(place)
    for more in ("?partial=1", "?tab=logs", "?tab=trace&partial=1"):
        heard.admin.get(f"{place}{more}")
    assert heard.admin.http.head(place).status_code == 200
    assert _openings(heard, spoken.job) == before + 2


def _silent(heard: Heard, spoken: Spoken) -> None:
    """Let the last upload be three minutes ago."""
    silent = datetime.now(UTC) - timedelta(minutes=3)
    mine = CONVERSATIONS.c.job == spoken.job

    async def work(store: Store) -> None:
        async with store.write() as connection:
            changed = update(CONVERSATIONS).where(mine)
            await connection.execute(changed.values(heard_at=silent, first_heard_at=silent))

    in_store(heard.dashboard.settings.stored_in, work)


def test_one_without_an_end_or_uploads_is_not_live(heard: Heard) -> None:
    spoken = Spoken()
    send(heard.dashboard, TRACES, spoken.traces(spoken.span("user_turn")))
    _silent(heard, spoken)
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    text = " ".join(seen.text.split())
    assert "no end reported, last upload 3 min ago" in text
    assert "The agent reported no end" in text
    assert not seen.all("span", title="The agent uploads while it runs")
    assert f"conversation:{spoken.job}" in seen.html, "an upload may still come"
    pair = f"/conversations/compare?left={spoken.job}&right={spoken.job}"
    assert "no end reported" in heard.admin.get(pair).text


def test_part_of_a_history_may_be_incomplete(heard: Heard) -> None:
    spoken = Spoken()
    said = {"id": "item_1", "role": "ASSISTANT", "content": [{"text": "Hello!"}]}
    said["created_at"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = spoken.logs("chat_history", ("chat item", {"chat.item": {"message": said}}))
    assert send(heard.dashboard, LOGS, lines).status_code == 200
    _silent(heard, spoken)
    place = f"/conversations/{spoken.job}"
    assert "The transcript may be incomplete" in heard.admin.get(place).text
    record(heard.dashboard, spoken)
    assert "The transcript may be incomplete" not in heard.admin.get(place).text
