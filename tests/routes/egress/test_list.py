"""The list of egress jobs: /egress."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import egress_path
from dev.workers import Ending, Standin
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Begin, Counted
from tests.routes.egress.jobs import ACTIVE, composite, reached, stop, streaming
from tests.routes.filled import polled
from tests.support.visitor import Seen, Visitor


def address(**state: object) -> str:
    """Return the list's address."""
    return f"/egress?{urlencode(state)}"


def listed(page: Seen) -> list[str]:
    """Return the ids of the jobs on the page, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if row.get("id", "").startswith("EG_")]


def jobs(three: dict[str, str]) -> set[str]:
    """Return the ids of the three jobs."""
    return {three[name] for name in ("complete", "failed", "running")}


def row(page: Seen, egress_id: str) -> str:
    """Return the text of one job's row."""
    after = page.html.partition(f'<tr id="{egress_id}">')[2].partition("</tr>")[0]
    assert after, f"{egress_id} is not on the page"
    return after


@pytest.fixture(scope="module")
def three(livekit: Ask, standin: Standin) -> Iterator[dict[str, str]]:
    """Three jobs of one `room`, begun in this order: a complete, a failed and a running one."""
    room = f"three-{secrets.token_hex(4)}"
    livekit("room.create_room", api.CreateRoomRequest(name=room))

    def begun(request: api.RoomCompositeEgressRequest) -> str:
        job = livekit("egress.start_room_composite_egress", request).egress_id
        reached(livekit, job, ACTIVE)
        return str(job)

    complete = begun(composite(room))
    stop(livekit, complete)
    reached(livekit, complete, api.EgressStatus.EGRESS_COMPLETE)
    failed = begun(composite(room))
    standin.end(failed, "failed", error="S3 upload failed: AccessDenied", error_code=400)
    running = begun(streaming(room, "rtmp://127.0.0.1/live/key-of-the-list"))
    yield {"complete": complete, "failed": failed, "running": running, "room": room}
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))


def test_running_ones_come_first_then_the_latest(admin: Visitor, three: dict[str, str]) -> None:
    assert listed(admin.get(address(room=three["room"]))) == [
        three["running"],
        three["failed"],
        three["complete"],
    ]


def test_a_row_says_what_is_known(admin: Visitor, three: dict[str, str]) -> None:
    page = admin.get(address(room=three["room"]))
    running, failed = row(page, three["running"]), row(page, three["failed"])
    assert "rtmp://127.0.0.1/live/{key...ist}" in running
    assert "key-of-the-list" not in page.html
    assert "Recorded, but the upload failed" in failed
    assert "S3 upload failed: AccessDenied" in failed
    assert f"stand-in/{three['room']}" in row(page, three["complete"])
    assert page.all("a", href=egress_path(three["running"], "stop"))
    assert not page.all("a", href=egress_path(three["failed"], "stop"))
    assert page.all("input", name="job", value=three["running"])
    assert not page.all("input", name="job", value=three["failed"])


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({"status": "running"}, {"running"}),
        ({"status": "ended"}, {"complete", "failed"}),
        ({"status": "failed"}, {"failed"}),
        ({"status": "active"}, {"running"}),
        ({"status": "starting"}, set()),
        ({"type": "room_composite"}, {"running", "complete", "failed"}),
        ({"type": "web"}, set()),
        ({"q": "RTMP://127.0.0.1/LIVE"}, {"running"}),
        ({"q": "stand-in/"}, {"complete", "failed"}),
        ({"q": "no such job"}, set()),
    ],
)
def test_filters(
    admin: Visitor, three: dict[str, str], state: dict[str, str], found: set[str]
) -> None:
    page = admin.get(address(room=three["room"], **state))
    assert set(listed(page)) == {three[name] for name in found}
    if not found:
        assert "No matching jobs" in page.text


def test_filters_by_the_room_and_by_the_id(admin: Visitor, three: dict[str, str]) -> None:
    assert set(listed(admin.get(address(q=three["room"].upper())))) == jobs(three)
    assert listed(admin.get(address(q=three["failed"].lower()))) == [three["failed"]]
    assert listed(admin.get(address(room=f"{three['room']} "))) == []


@pytest.mark.parametrize("column", ["recent", "started", "room", "type", "status", "duration"])
def test_sorts_by_every_column_both_ways(
    admin: Visitor, three: dict[str, str], column: str
) -> None:
    up = listed(admin.get(address(room=three["room"], sort=column)))
    down = listed(admin.get(address(room=three["room"], sort=f"-{column}")))
    assert set(up) == set(down) == jobs(three)
    if column in {"started", "recent"}:
        assert up == down[::-1]


def test_pages(admin: Visitor, three: dict[str, str]) -> None:
    pages = [
        listed(admin.get(address(room=three["room"], per_page=1, page=n))) for n in (1, 2, 3, 9)
    ]
    first, second, last = ([three[name]] for name in ("running", "failed", "complete"))
    assert pages == [first, second, last, last]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("status=broken", "status: Choose one of: running, ended, starting, active, "),
        ("type=film", "type: Choose one of: room_composite, web, "),
        ("sort=nothing", "sort: there is no column "),
        ("page=0", "page: Enter 1 or more."),
    ],
)
def test_wrong_addresses_are_422(admin: Visitor, bad: str, said: str) -> None:
    page = admin.get(f"/egress?{bad}")
    assert page.status == 422
    assert said in page.text


def test_an_orphan_is_marked(
    admin: Visitor, livekit: Ask, begin: Begin, make_room: Callable[..., str], standin: Standin
) -> None:
    room = make_room()
    standin.plan(room, outlives_room=True)
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    assert "orphaned" not in row(admin.get(address(room=room)), job)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert "orphaned" in row(admin.get(address(room=room)), job)
    assert "Orphaned: the room has closed" in admin.get(egress_path(job)).text
    make_room(room)  # another room of that name is not the one it records
    assert "orphaned" in row(admin.get(address(room=room)), job)
    standin.end(job, "complete")


def test_costs_one_call_and_one_more_while_a_job_of_a_room_runs(
    counted: Counted, livekit: Ask, begin: Begin, room: str
) -> None:
    path = address(room=room)
    assert counted.get(path)[1] == 1
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    assert counted.get(path)[1] == 2
    stop(livekit, job)
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    assert counted.get(path)[1] == 1


def test_refreshes_itself_and_an_unchanged_answer_is_304(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    poll, tag = polled(admin.get(address(room=room)))
    assert admin.get(poll, headers={"HX-PTag": tag}).status == 304
    stop(livekit, job)
    assert admin.get(poll, headers={"HX-PTag": tag}).status == 200


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_room_names(
    admin: Visitor, begin: Begin, make_room: Callable[..., str], odd: str
) -> None:
    make_room(odd)
    job = begin(composite(odd, layout=odd))
    for path in (address(room=odd), egress_path(job), egress_path(job, "stop")):
        page = admin.get(path)
        assert page.status == 200
        assert visible(odd) in page.text.replace("  ", " ") or visible(odd) in page.html
        assert "<script>alert" not in page.html


def test_who_may_only_read_gets_no_buttons(reader: Visitor, three: dict[str, str]) -> None:
    for path in (address(room=three["room"]), egress_path(three["running"])):
        page = reader.get(path)
        assert page.status == 200
        assert not [a for a in page.all("a") if "/stop" in a.get("href", "")]
        assert not page.all("input", name="job")


def test_a_server_without_redis_says_what_is_missing(bare: Visitor) -> None:
    page = bare.get("/egress")
    assert page.status == 200
    assert "Egress is not set up" in page.text
    assert "redis: address: 127.0.0.1:6379" in " ".join(page.text.split())
    assert 'EGRESS_CONFIG_BODY="$(cat egress.yaml)" livekit/egress' in page.text
    assert page.all("a", href="https://docs.livekit.io/transport/self-hosting/egress/")
    assert [bare.get(f"/egress{rest}").status for rest in ("/EG_x", "/-/export.csv")] == [409, 409]
    assert "No recordings or streams" not in page.text


def test_ended_by_itself_it_says_why(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(room, end_after=0.1, end=Ending("limit_reached"))
    job = begin(composite(room))
    reached(livekit, job, api.EgressStatus.EGRESS_LIMIT_REACHED)
    shown = row(admin.get(address(room=room)), job)
    assert "limit reached" in shown
    assert "Reached the worker&#39;s session limit" in shown
