"""/jobs: what runs and waits, what has ended, and who sees it."""

import re

import pytest

from app.services.jobs.kinds import JobKind
from tests.routes.jobs.conftest import HOSTILE, Worked, done, failed, skipped
from tests.support.job_rows import ItemRow, beat, minutes
from tests.support.visitor import Seen, Visitor

IDLE = "No process runs jobs now."


def listed(page: Seen, table: str) -> list[str]:
    """Return the IDs of the jobs in a table: "active" or "job", in its order."""
    return re.findall(rf'<tr id="{table}-([0-9a-f]+)"', page.html)


def test_without_jobs_it_says_what_they_are(fresh: Worked) -> None:
    page = fresh.admin.get("/jobs")
    for text in ("Nothing is running", "No job has ended yet", "No schedules yet", IDLE):
        assert text in page.main
    (jobs,) = [link for link in page.all("a", href="/jobs") if "aria-current" in link]
    assert jobs


def test_without_a_process_it_says_what_to_do(fresh: Worked) -> None:
    assert "livekit-dashboard worker" in fresh.admin.get("/jobs").main
    job = fresh.add(ItemRow("standup"), status="waiting", started_at=None)
    assert IDLE in fresh.admin.get(f"/jobs/{job}").main
    beat(fresh.url)
    page = fresh.admin.get("/jobs").main
    assert IDLE not in page
    assert "1 process runs jobs" in page
    assert IDLE not in fresh.admin.get(f"/jobs/{job}").main


def test_what_runs_is_before_what_waits(fresh: Worked) -> None:
    later = fresh.add(ItemRow("a"), status="waiting", created_at=minutes(5))
    sooner = fresh.add(ItemRow("a"), ItemRow("b"), status="waiting", created_at=minutes(90))
    running = fresh.add(
        done("a"), failed("b"), ItemRow("c"), ItemRow("d"), actor="dana", created_at=minutes(10)
    )
    over = fresh.add(done("a"), status="done")
    page = fresh.admin.get("/jobs")
    assert listed(page, "active") == [running, sooner, later]
    assert listed(page, "job") == [over]
    for text in ("Delete 4 rooms", "2 of 4", "1 failed", "dana", "Delete 2 rooms", "0 of 2"):
        assert text in page.main
    bar, *_ = page.all("progress")
    assert (bar["value"], bar["max"]) == ("2", "4")
    assert page.all("a", href=f"/jobs/{running}/cancel")


def test_the_sidebar_learns_how_many_there_are(fresh: Worked) -> None:
    fresh.add(ItemRow("a"))
    figures = fresh.admin.get("/jobs?partial=1").headers["x-figures"]
    assert '"/jobs":{"count":["1","1 running or waiting"]}' in figures


def test_what_has_ended_has_its_result(worked: Worked) -> None:
    job = worked.add(
        failed("a"), *map(done, "bcde"), skipped("f"), status="failed", actor="luis", error="gone"
    )
    page = worked.admin.get("/jobs")
    assert job in listed(page, "job")
    for text in ("Delete 6 rooms", "1 failed", "4 of 6 done", "1 not tried", "luis", "9 min"):
        assert text in page.main


@pytest.mark.parametrize("role", ["viewer", "support", "operator", "admin"])
def test_only_those_with_the_permission_see_them(worked: Worked, role: str) -> None:
    visitor = worked.role(role)
    status = 403 if role == "viewer" else 200
    job = worked.add(ItemRow("a"))
    assert visitor.get("/jobs").status == status
    assert visitor.get(f"/jobs/{job}").status == status
    assert bool(visitor.get("/rooms").all("a", href="/jobs")) == (status == 200)


def test_nobody_sees_them_without_signing_in(worked: Worked) -> None:
    nobody = worked.dashboard.visitor(username=None)
    assert nobody.get("/jobs").status == 401
    nobody.close()


def test_without_a_store_there_are_none(admin: Visitor) -> None:
    assert admin.get("/jobs").status == 404
    assert not admin.get("/rooms").all("a", href="/jobs")


def test_cancel_is_offered_to_those_who_may_start_it(worked: Worked) -> None:
    rooms = worked.add(ItemRow("a"))
    people = worked.add(ItemRow("a"), kind=JobKind.REMOVE_PARTICIPANTS, target="standup")
    unknown = worked.add(ItemRow("a"), kind="moons.eclipse")
    for role, offered in (("support", [people]), ("operator", [people, rooms])):
        page = worked.role(role).get("/jobs")
        assert {rooms, people, unknown} <= set(listed(page, "active"))
        for job in (rooms, people, unknown):
            assert bool(page.all("a", href=f"/jobs/{job}/cancel")) == (job in offered)
    assert "moons.eclipse" in worked.admin.get("/jobs").main


def test_one_that_is_being_canceled_says_so(fresh: Worked) -> None:
    job = fresh.add(ItemRow("a"), cancel_asked_at=minutes(1), canceled_by="dana")
    page = fresh.admin.get("/jobs")
    assert "canceling" in page.main
    assert not page.all("a", href=f"/jobs/{job}/cancel")


def test_hostile_names(fresh: Worked) -> None:
    people = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": HOSTILE, "actor": HOSTILE}
    fresh.add(ItemRow(HOSTILE), **people)
    fresh.add(done(HOSTILE), **people, status="done", error=HOSTILE)
    page = fresh.admin.get("/jobs")
    assert "<script>alert" not in page.html
    assert page.main.count("<script>alert(1)</script>") >= 4


def test_only_while_something_runs_it_reloads_without_scripts(fresh: Worked) -> None:
    reloads = 'http-equiv="refresh"'
    assert reloads not in fresh.admin.get("/jobs").html
    job = fresh.add(ItemRow("a"))
    assert fresh.admin.get("/jobs").html.count(f"<noscript><meta {reloads}") == 1
    assert fresh.admin.get(f"/jobs/{job}").html.count(f"<noscript><meta {reloads}") == 1
    assert reloads not in fresh.admin.get("/jobs?partial=1").html


def test_a_refresh_is_the_same_until_something_changes(fresh: Worked) -> None:
    fresh.add(done("a"), ItemRow("b"))
    poll = fresh.admin.get("/jobs?partial=1")
    again = fresh.admin.get("/jobs?partial=1", headers={"HX-PTag": poll.headers["hx-ptag"]})
    assert again.status == 304
    (live,) = fresh.admin.get("/jobs").all("div", id="live")
    assert live["data-topics"] == '["jobs"]'
