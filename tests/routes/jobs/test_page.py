"""/jobs/{background_job}: progress, items, log, masks, and what leads on from there."""

import re
from html import unescape

import pytest

from app.services.jobs.kinds import JobKind
from app.text.paths import job_path, room_path
from tests.routes.jobs.conftest import HOSTILE, Worked, done, failed, skipped
from tests.support.job_rows import ItemRow, minutes
from tests.support.visitor import Seen

READS = ("server.read", "jobs.read")


def items(page: Seen) -> list[int]:
    """Return the numbers of the items that a page shows, in its order."""
    return [int(number) for number in re.findall(r'<tr id="item-(\d+)"', page.html)]


def link(page: Seen, relation: str) -> str:
    """Return the address of the next or previous items, or ""."""
    return next((unescape(each["href"]) for each in page.all("a", rel=relation)), "")


def test_a_running_job(worked: Worked) -> None:
    job = worked.add(
        done("a"), ItemRow("b"), ItemRow("c"), lines=["Started by admin.", "Taken over."]
    )
    page = worked.admin.get(f"/jobs/{job}")
    for text in ("Delete 3 rooms", "1 of 3", "1 done", "2 waiting", "Started by admin."):
        assert text in page.main
    assert "If you close this page, the job continues." in page.main
    assert page.main.index("Started by admin.") < page.main.index("Taken over.")
    assert items(page) == [0, 1, 2]
    (live,) = page.all("div", id="live")
    assert live["data-topics"] == f'["job:{job}"]'
    assert "data-hx-get" in live
    assert "Run again" not in page.main


def test_an_ended_job_shows_what_failed_first(worked: Worked) -> None:
    job = worked.add(
        done("a"), failed("b"), skipped("c"), done("d"), status="failed", error="LiveKit failed"
    )
    page = worked.admin.get(f"/jobs/{job}")
    assert "The job ended early. LiveKit failed" in page.main
    assert items(page) == [1]
    assert "the room is locked" in page.main
    (live,) = page.all("div", id="live")
    assert "data-hx-get" not in live
    tabs = {each["href"] for each in page.all("a") if "status=" in each.get("href", "")}
    assert tabs == {f"/jobs/{job}?status={each}" for each in ("all", "failed", "skipped", "done")}
    for status, numbers in (("all", [0, 1, 2, 3]), ("done", [0, 3]), ("skipped", [2])):
        assert items(worked.admin.get(f"/jobs/{job}?status={status}")) == numbers
    waiting = worked.admin.get(f"/jobs/{job}?status=waiting")
    assert "No item of this job has this status now." in waiting.main


def test_opened_again_it_shows_the_same(worked: Worked) -> None:
    job = worked.add(done("a"), failed("b"), status="failed", lines=["Started by admin."])
    first, second = (worked.admin.get(f"/jobs/{job}?partial=1") for _ in range(2))
    assert first.headers["hx-ptag"] == second.headers["hx-ptag"]


def test_pages_of_items(worked: Worked) -> None:
    every = [done(f"room-{n}") if n % 3 else failed(f"room-{n}") for n in range(330)]
    job = worked.add(*every, status="failed")
    for status, numbers in (
        ("all", list(range(330))),
        ("failed", [n for n in range(330) if n % 3 == 0]),
        ("done", [n for n in range(330) if n % 3]),
    ):
        page = worked.admin.get(f"/jobs/{job}?status={status}")
        seen, pages = items(page), [items(page)]
        while address := link(page, "next"):
            page = worked.admin.get(address)
            seen, pages = seen + items(page), [*pages, items(page)]
        assert seen == numbers
        while address := link(page, "prev"):
            page = worked.admin.get(address)
            pages.pop()
            assert items(page) == pages[-1]


def test_a_page_of_later_items_stays_as_it_is(worked: Worked) -> None:
    job = worked.add(*(ItemRow(f"room-{n}") for n in range(120)))
    (live,) = worked.admin.get(f"/jobs/{job}?first=100").all("div", id="live")
    assert "data-hx-get" not in live


def test_what_is_left_leads_to_its_page(worked: Worked) -> None:
    job = worked.add(failed("a/b"), done("gone"), status="failed")
    page = worked.admin.get(f"/jobs/{job}?status=all")
    assert page.all("a", href=room_path("a/b"))
    assert not page.all("a", href=room_path("gone"))
    egress = worked.add(done("EG_1", key="EG_1"), kind=JobKind.STOP_EGRESS, status="done")
    assert worked.admin.get(f"/jobs/{egress}").all("a", href="/egress/EG_1")


def test_people_are_masked(worked: Worked) -> None:
    people = (
        failed("ann@example.com", detail="ann@example.com is in another room", key="PA_ann"),
        failed("ben@example.com", key="PA_ben"),
    )
    about = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": "standup", "status": "failed"}
    job = worked.add(*people, **about)
    seen = worked.role("support").get(f"/jobs/{job}")
    assert "ann@example.com is in another room" in seen.main
    masked = worked.role("admin", "server.read", "jobs.read").get(f"/jobs/{job}")
    assert masked.status == 200
    assert "Participant 1 is in another room" in masked.main
    assert "Participant 2" in masked.main
    for secret in ("ann@example", "ben@example", "PA_ann", "PA_ben"):
        assert secret not in masked.markup


def test_rooms_are_not_masked(worked: Worked) -> None:
    job = worked.add(failed("standup"), status="failed")
    reader = worked.role("admin", "server.read", "jobs.read")
    page = reader.get(f"/jobs/{job}")
    assert "standup" in page.main
    assert not page.all("a", href="/rooms/standup"), "who may not see rooms isn't led to one"


def test_numbers_in_names_of_rooms_are_masked(worked: Worked) -> None:
    room, other = "call-+15550001111", "call-+15550002222"
    rooms = worked.add(failed(room, detail=f"{room} is locked"), failed(other), status="failed")
    people = worked.add(ItemRow("ann"), kind=JobKind.REMOVE_PARTICIPANTS, target=room)
    reader = worked.role("admin", *READS, "rooms.read", "jobs.write", "participants.moderate")
    page = reader.get(f"/jobs/{rooms}")
    assert "call-Number 1 is locked" in page.main
    assert "call-Number 2" in page.main
    for path in (f"/jobs/{rooms}", f"/jobs/{people}", f"/jobs/{people}/cancel", "/jobs"):
        seen = reader.get(path)
        assert seen.status == 200
        assert "call-Number" in seen.main
        assert "5550001111" not in seen.markup
    assert room in worked.admin.get(f"/jobs/{people}").main
    assert worked.admin.get(f"/jobs/{rooms}").all("a", href=room_path(room))


def test_the_rest_is_linked(worked: Worked) -> None:
    job = worked.add(failed("a"), status="failed", created_at=minutes(80))
    assert "Run again" in worked.admin.get(f"/jobs/{job}").main
    rest = worked.add(done("a"), status="done", again_of=job)
    page = worked.admin.get(f"/jobs/{job}")
    assert "Run again" not in page.main
    assert page.all("a", href=job_path(rest))
    assert worked.admin.get(f"/jobs/{rest}").all("a", href=job_path(job))


def test_the_audit_log_is_linked_for_those_who_may_see_it(worked: Worked) -> None:
    job = worked.add(done("a"), status="done", request_id="req-of-the-job")
    path = "/audit?q=req-of-the-job"
    assert worked.admin.get(f"/jobs/{job}").all("a", href=path)
    assert not worked.role("operator").get(f"/jobs/{job}").all("a", href=path)


def test_hostile_names(worked: Worked) -> None:
    own = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": HOSTILE, "actor": HOSTILE}
    job = worked.add(
        failed(HOSTILE, detail=HOSTILE),
        **own,
        role=HOSTILE,
        status="failed",
        canceled_by=HOSTILE,
        cancel_asked_at=minutes(1),
        error=HOSTILE,
        lines=[HOSTILE],
    )
    page = worked.admin.get(f"/jobs/{job}")
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert page.main.count("<script>alert(1)</script>") >= 7


@pytest.mark.parametrize("job", ["0" * 32, "x", "a/b", "..", "\0", "é" * 40, "-", "a" * 300])
def test_a_job_that_is_not_there(worked: Worked, job: str) -> None:
    assert worked.admin.get(job_path(job)).status == 404


@pytest.mark.parametrize("query", ["status=odd", "first=-1", "first=x", "first=99999999999"])
def test_bad_addresses_are_refused(worked: Worked, query: str) -> None:
    job = worked.add(ItemRow("a"))
    assert worked.admin.get(f"/jobs/{job}?{query}").status == 422


def test_what_this_version_does_not_know_stays_visible(worked: Worked) -> None:
    job = worked.add(
        ItemRow("ann@example.com", status="melted"), kind="moons.eclipse", status="orbiting"
    )
    page = worked.admin.get(f"/jobs/{job}")
    for text in ("moons.eclipse", "orbiting", "melted", "ann@example.com"):
        assert text in page.main
