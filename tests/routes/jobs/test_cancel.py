"""/jobs/{background_job}/cancel: who may, what is asked, and a second click."""

import pytest

from app.services.jobs.kinds import JobKind
from app.text.paths import job_path
from tests.routes.jobs.conftest import HOSTILE, Worked, done
from tests.support.job_rows import ItemRow
from tests.support.visitor import Seen

MODERATING = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": "standup"}


def entries(worked: Worked, **query: str) -> Seen:
    """Return the page of the audit's entries."""
    return worked.admin.get("/audit", params=query)


def test_one_that_runs_is_being_canceled(worked: Worked) -> None:
    job = worked.add(done("a"), ItemRow("b"), ItemRow("c"))
    asked = worked.admin.get(f"/jobs/{job}/cancel")
    for text in ("Cancel this job?", "Delete 3 rooms", "1 of 3 items have a result"):
        assert text in asked.main
    sent = worked.admin.post(f"/jobs/{job}/cancel")
    assert (sent.status, sent.location) == (303, f"/jobs/{job}")
    page = worked.admin.follow(sent)
    for text in ("the job ends after the items in progress", "canceling", "Canceled by admin"):
        assert text in page.main
    assert not page.all("a", href=f"/jobs/{job}/cancel")
    assert "is being canceled already, by admin" in worked.admin.get(f"/jobs/{job}/cancel").main


def test_one_that_waits_ends_immediately(worked: Worked) -> None:
    job = worked.add(ItemRow("a"), ItemRow("b"), status="waiting")
    page = worked.admin.follow(worked.admin.post(f"/jobs/{job}/cancel"))
    for text in ("The job was canceled.", "2 skipped", "canceled"):
        assert text in page.main
    assert "Run again" in page.main


def test_a_second_click_does_no_harm(worked: Worked) -> None:
    job = worked.add(ItemRow("a"))
    assert worked.admin.post(f"/jobs/{job}/cancel").status == 303
    again = worked.admin.post(f"/jobs/{job}/cancel")
    assert again.status == 409
    assert "has ended already, or is being canceled" in again.main
    page = worked.admin.get(f"/jobs/{job}").main
    assert page.count("Canceled by admin.") == 1


def test_one_that_has_ended_stays_as_it_is(worked: Worked) -> None:
    job = worked.add(done("a"), status="done")
    assert "has already ended: done" in worked.admin.get(f"/jobs/{job}/cancel").main
    assert worked.admin.post(f"/jobs/{job}/cancel").status == 409
    assert "canceled" not in worked.admin.get(f"/jobs/{job}").main


def test_it_is_in_the_audit_log(worked: Worked) -> None:
    job = worked.add(ItemRow("a"))
    worked.admin.post(f"/jobs/{job}/cancel")
    found = entries(worked, q=job, kind="background_job")
    assert "Cancel job" in found.main
    assert "done" in found.main


@pytest.mark.parametrize("role", ["viewer", "support", "operator"])
def test_it_needs_what_starting_it_needed(worked: Worked, role: str) -> None:
    visitor = worked.role(role)
    for fields, allowed in (
        ({}, role == "operator"),
        (MODERATING, role != "viewer"),
        ({"kind": "moons.eclipse"}, False),
    ):
        job = worked.add(ItemRow("a"), **fields)
        for seen in (
            visitor.get(f"/jobs/{job}/cancel"),
            visitor.post(f"/jobs/{job}/cancel"),
        ):
            assert seen.status == (403 if not allowed else 303 if seen.location else 200)
        page = worked.admin.get(f"/jobs/{job}").main
        assert ("canceling" in page) is allowed


def test_reading_is_not_enough(worked: Worked) -> None:
    reader = worked.role("admin", "server.read", "rooms.read", "rooms.write", "jobs.read")
    job = worked.add(ItemRow("a"))
    assert reader.get(f"/jobs/{job}").status == 200
    assert reader.get(f"/jobs/{job}/cancel").status == 403
    assert reader.post(f"/jobs/{job}/cancel").status == 403


def test_only_with_the_token_of_a_form(worked: Worked) -> None:
    job = worked.add(ItemRow("a"))
    assert worked.admin.post(f"/jobs/{job}/cancel", csrf="wrong").status == 403
    assert worked.admin.send(f"/jobs/{job}/cancel", {}).status == 403
    nobody = worked.dashboard.visitor(username=None)
    assert nobody.post(f"/jobs/{job}/cancel", csrf="wrong").status == 401
    nobody.close()
    assert "canceling" not in worked.admin.get(f"/jobs/{job}").main


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_only_by_post(worked: Worked, method: str) -> None:
    job = worked.add(ItemRow("a"))
    assert worked.admin.http.request(method, f"/jobs/{job}/cancel").status_code == 405


@pytest.mark.parametrize("job", ["0" * 32, "x", "a/b", "..", "\0", "é" * 40, "-", "a" * 300])
def test_a_job_that_is_not_there(worked: Worked, job: str) -> None:
    assert worked.admin.get(job_path(job, "cancel")).status == 404
    assert worked.admin.post(job_path(job, "cancel")).status == 404


def test_hostile_names(worked: Worked) -> None:
    job = worked.add(ItemRow(HOSTILE), **{**MODERATING, "target": HOSTILE}, actor=HOSTILE)
    asked = worked.admin.get(f"/jobs/{job}/cancel")
    assert asked.status == 200
    assert "<script>alert" not in asked.html
    assert asked.main.count("<script>alert(1)</script>") == 2
