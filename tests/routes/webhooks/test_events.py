"""/webhooks/-/events: the stored webhooks, filtered and paged; one on its page; all as a file."""

import csv
import io
import json
import re

import pytest

from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor
from tests.support.webhooks import deliver, event

EVENTS = "/webhooks/-/events"
KEY = "very-secret-stream-key"
ROOMS = ("ev-a", "ev-b")


@pytest.fixture(scope="module")
def filled(stored: Dashboard) -> Dashboard:
    """A dashboard with some events in its store."""
    for room in ROOMS:
        for number in range(15):
            person = {"identity": f"person-{number}", "sid": f"PA_{room}_{number}"}
            content = event(
                "participant_joined", room={"name": room, "sid": f"RM_{room}"}, participant=person
            )
            assert deliver(stored, content).status_code == 200
    info = {
        "ingressId": "IN_1",
        "streamKey": KEY,
        "roomName": "ev-a",
        "tomorrow": {"secret": KEY, "url": "rtmp://host/live/other-secret-key"},
    }
    deliver(stored, event("ingress_started", ingressInfo=info))
    return stored


def numbers(page: Seen) -> list[int]:
    """Return the numbers of the listed events."""
    ids = [row.get("id", "") for row in page.all("tr")]
    return [int(i.removeprefix("event-")) for i in ids if i.startswith("event-")]


def test_pages_have_each_event_once(filled: Dashboard) -> None:
    admin = filled.visitor()
    page = admin.get(EVENTS, params={"per_page": 10, "room": "ev-b"})
    seen = numbers(page)
    while older := [a["href"] for a in page.all("a", rel="next")]:
        page = admin.get(older[0])
        seen += numbers(page)
    assert len(seen) == 15
    assert seen == sorted(set(seen), reverse=True)
    newer = page.all("a", rel="prev")[0]["href"]
    assert numbers(admin.get(newer)) == seen[:10]


FILTERS = {
    "event": ({"event": "ingress_started"}, 1),
    "room": ({"room": "ev-a"}, 16),
    "identity": ({"identity": "person-3"}, 2),
    "both": ({"identity": "person-3", "room": "ev-b"}, 1),
    "room SID": ({"q": "RM_ev-b"}, 15),
    "job ID": ({"q": "IN_1"}, 1),
    "time": ({"span": "1h", "room": "ev-b"}, 15),
    "nothing": ({"room": "ev-c"}, 0),
    "a zero byte": ({"room": "ev-\0"}, 0),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(filled: Dashboard, name: str) -> None:
    query, found = FILTERS[name]
    page = filled.visitor().get(EVENTS, params=query | {"per_page": 100})
    assert (page.status, len(numbers(page))) == (200, found)
    if not found:
        assert "No matching events" in page.text


def test_the_last_event_of_the_feed_leads_here(filled: Dashboard) -> None:
    admin = filled.visitor()
    links = [a.get("href") for a in admin.get("/webhooks").all("a")]
    assert f"{EVENTS}?event=ingress_started" in links


def opened(admin: Visitor, **query: str) -> Seen:
    """Open the page of the newest event that matches."""
    return admin.get(f"{EVENTS}/{numbers(admin.get(EVENTS, params=query))[0]}")


def test_the_content_is_shown_without_secrets(filled: Dashboard) -> None:
    admin = filled.visitor()
    page = opened(admin, event="ingress_started")
    assert page.status == 200
    assert "started publishing to" in page.text
    assert '"tomorrow"' in page.text
    assert KEY not in page.html
    assert "other-secret-key" not in page.html
    assert "View webhook" in admin.get("/audit").text


def test_an_event_that_is_not_there(filled: Dashboard) -> None:
    admin = filled.visitor()
    assert admin.get(f"{EVENTS}/999999").status == 404
    assert admin.get(f"{EVENTS}/zebra").status in {404, 422}


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_export_has_all_that_match(filled: Dashboard, ending: str) -> None:
    admin = filled.visitor()
    file = admin.get(f"{EVENTS}/export.{ending}", params={"room": "ev-a"})
    assert file.status == 200
    assert re.search(r'filename="webhooks-.*\.' + ending, file.headers["content-disposition"])
    if ending == "csv":
        found = list(csv.DictReader(io.StringIO(file.html.removeprefix("\ufeff"))))
    else:
        found = json.loads(file.html)
    assert len(found) == 16
    assert KEY not in file.html
    assert json.loads(found[-1]["body"])["room"]["name"] == "ev-a"
    assert "Export webhooks" in admin.get("/audit").text


def test_there_is_no_list_without_a_store(admin: Visitor) -> None:
    assert admin.get(EVENTS).status == 404
    assert EVENTS not in [a.get("href") for a in admin.get("/webhooks").all("a")]
