"""What nothing reported is a dash or null, never 0: of some agents only a log comes."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.routes.api.conftest import call, items
from tests.routes.conversations.conftest import Heard
from tests.support.tokens import give_token, program
from tests.support.uploads import LOGS, TRACES, Spoken, record, send
from tests.support.visitor import Seen

COUNTS = ("turns", "interruptions", "tool_calls", "tool_failures", "errors")
NOTHING = dict.fromkeys(COUNTS)
NONE = dict.fromkeys(COUNTS, 0)


@pytest.fixture(scope="module")
def silent(heard: Heard) -> Spoken:
    """A conversation of which only a log came."""
    spoken = Spoken(agent="silent")
    log = spoken.logs("my_agent", ("started", {"lk.agent_name": "silent"}), severity=9)
    assert send(heard.dashboard, LOGS, log).status_code == 200
    return spoken


@pytest.fixture(scope="module")
def traced(heard: Heard) -> Spoken:
    """A conversation of which a trace came, in which nobody said anything."""
    spoken = Spoken(agent="traced")
    assert send(heard.dashboard, TRACES, spoken.traces(spoken.span("start"))).status_code == 200
    return spoken


@pytest.fixture(scope="module")
def empty(heard: Heard) -> Spoken:
    """A conversation whose history and report came, and have nothing in them."""
    spoken = Spoken(agent="empty")
    assert record(heard.dashboard, spoken).status_code == 200
    return spoken


def row_of(heard: Heard, spoken: Spoken) -> str:
    """Return the markup of a conversation's row in the list."""
    html = heard.admin.get("/conversations").html
    return html.split(f'id="conversation-{spoken.job}"')[1].split("</tr>")[0]


def exported(heard: Heard, spoken: Spoken) -> dict[str, object]:
    """Return the counts of a conversation in the file of the list."""
    rows = json.loads(heard.admin.get("/conversations/-/export.json").html)
    (found,) = [row for row in rows if row["job_id"] == spoken.job]
    return {name: found[name] for name in COUNTS}


def test_the_list(heard: Heard, silent: Spoken, traced: Spoken, empty: Spoken) -> None:
    assert row_of(heard, silent).count('title="Not reported">') == 3
    for spoken in (traced, empty):
        assert "Not reported" not in row_of(heard, spoken)


def test_files(heard: Heard, silent: Spoken, traced: Spoken, empty: Spoken) -> None:
    assert exported(heard, silent) == NOTHING
    assert exported(heard, traced) == exported(heard, empty) == NONE
    text = heard.admin.get("/conversations/-/export.csv").html.removeprefix("\ufeff")
    rows = {row["job_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert [rows[silent.job][name] for name in COUNTS] == [""] * 5
    assert [rows[empty.job][name] for name in COUNTS] == ["0"] * 5
    for spoken, counts in ((silent, NOTHING), (empty, NONE)):
        whole = json.loads(heard.admin.get(f"/conversations/{spoken.job}/export").html)
        assert {name: whole[name] for name in COUNTS} == counts


def facts(seen: Seen) -> str:
    """Return the words of the facts on a conversation's page."""
    return seen.main.partition(" Turns ")[2].partition(" Closed ")[0]


def test_pages(heard: Heard, silent: Spoken, empty: Spoken) -> None:
    seen = heard.admin.get(f"/conversations/{silent.job}")
    assert facts(seen) == "not reported Tool calls not reported Errors not reported"
    seen = heard.admin.get(f"/conversations/{empty.job}")
    assert facts(seen) == "0 Tool calls 0 Errors None"
    seen = heard.admin.get(f"/conversations/compare?left={silent.job}&right={empty.job}")
    assert "Turns \u2013 0 Interruptions \u2013 0 Tool calls \u2013 0" in seen.text
    chosen = heard.admin.get("/conversations/compare").html
    assert 'title="Not reported">' in chosen


def test_a_report_counts_errors_without_a_history(heard: Heard) -> None:
    spoken = Spoken(agent="reporting")
    report = {"session.options": {}, "sdk_version": "1.8.9", "errors": {"llm": 2}}
    log = spoken.logs("chat_history", ("session report", report))
    assert send(heard.dashboard, LOGS, log).status_code == 200
    assert exported(heard, spoken) == NOTHING | {"errors": 2}


def test_what_comes_later_counts(heard: Heard) -> None:
    spoken = Spoken(agent="late")
    send(heard.dashboard, LOGS, spoken.logs("my_agent", ("started", {}), severity=9))
    assert exported(heard, spoken) == NOTHING
    record(heard.dashboard, spoken, [spoken.message("a", "user", "Hello.", 1)])
    assert exported(heard, spoken) == NONE | {"turns": 1}


def test_the_api_has_null(heard: Heard, silent: Spoken, empty: Spoken) -> None:
    root = program(heard.dashboard, give_token(heard.dashboard, "admin"))
    rows = {row["job_id"]: row for row in items(root, "/conversations")}
    for spoken, counts in ((silent, NOTHING), (empty, NONE)):
        one = call(root, "GET", f"/conversations/{spoken.job}").response.json()
        for found in (rows[spoken.job], one):
            assert {name: found[name] for name in COUNTS} == counts


def test_search_has_no_turns(heard: Heard, silent: Spoken, empty: Spoken) -> None:
    assert "turn" not in heard.admin.get("/search", params={"q": silent.job}).main
    assert "0 turns" in heard.admin.get("/search", params={"q": empty.job}).main


def test_insights_leave_it_out(heard: Heard) -> None:
    now = datetime.now(UTC).timestamp() - 30
    quiet, spoken = (Spoken(agent="measured", began=now) for _ in range(2))
    place = "/agents/insights?agent=measured"
    record(heard.dashboard, spoken, header=spoken.header(10, errors={"llm": 1}))
    assert "100.0% of 1 conversations" in heard.admin.get(place).text
    report = {"lk.agent_name": "measured"}
    log = quiet.logs("my_agent", ("started", report), severity=9)
    send(heard.dashboard, LOGS, log)
    send(heard.dashboard, LOGS, log)
    text = heard.admin.get(place).text
    assert "100.0% of 1 conversations; not reported by 1" in text
    assert "0.0% of 1 conversations; not reported by 1" in text
