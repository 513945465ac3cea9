"""/jobs/{background_job}/again: what is asked, what the other job does, and a second click."""

import pytest

from app.services.jobs.kinds import JobKind
from app.text.paths import job_path
from tests.routes.filled import filled
from tests.routes.jobs.conftest import HOSTILE, Worked, done, failed, skipped
from tests.routes.jobs.test_page import items
from tests.support.job_rows import ItemRow
from tests.support.visitor import Seen, Visitor

EGRESS = {"kind": JobKind.STOP_EGRESS, "action": "egress.stop"}


def confirmed(visitor: Visitor, job: str, **fields: str) -> Seen:
    """Ask to run a job again, and confirm it."""
    asked = visitor.post(f"/jobs/{job}/again")
    assert asked.status == 200, asked.main
    return visitor.send(f"/jobs/{job}/again", filled(asked) | fields)


def test_another_job_gets_what_is_left(worked: Worked) -> None:
    job = worked.add(done("a"), failed("b", key="RM_b"), skipped("c", key="RM_c"), status="failed")
    asked = worked.admin.post(f"/jobs/{job}/again")
    for text in ("Delete 2 rooms?", "the rest of Delete 3 rooms", "the room is locked"):
        assert text in asked.main
    assert "Type 2, the number of rooms, to confirm" in asked.main
    sent = worked.admin.send(f"/jobs/{job}/again", filled(asked) | {"typed": "2"})
    assert sent.status == 303
    assert sent.location.startswith("/jobs/")
    assert sent.location != f"/jobs/{job}"
    page = worked.admin.get(sent.location)
    for text in ("Delete 2 rooms", "waiting", "Started by admin.", job):
        assert text in page.main
    assert items(page) == [0, 1]
    assert "Run again" not in worked.admin.get(f"/jobs/{job}").main


@pytest.mark.parametrize("typed", ["", "1", "two"])
def test_the_number_must_be_typed(worked: Worked, typed: str) -> None:
    job = worked.add(failed("a"), failed("b"), status="failed")
    assert confirmed(worked.admin, job, typed=typed).status == 422
    assert "Run again" in worked.admin.get(f"/jobs/{job}").main


def test_no_number_where_nobody_is_disconnected(worked: Worked) -> None:
    job = worked.add(failed("EG_1"), **EGRESS, status="failed")
    assert confirmed(worked.admin, job).status == 303


def test_a_second_click_leads_to_the_same_job(worked: Worked) -> None:
    job = worked.add(failed("EG_1"), **EGRESS, status="failed")
    first, second = confirmed(worked.admin, job), worked.admin.post(f"/jobs/{job}/again")
    assert (second.status, second.location) == (303, first.location)


def test_nothing_is_done_before_it_is_confirmed(worked: Worked) -> None:
    job = worked.add(failed("EG_1"), **EGRESS, status="failed")
    assert worked.admin.post(f"/jobs/{job}/again", seen="0" * 32).status == 409
    assert "The rest is done by" not in worked.admin.get(f"/jobs/{job}").main


@pytest.mark.parametrize("status", ["waiting", "running", "done"])
def test_there_is_nothing_to_do(worked: Worked, status: str) -> None:
    item = done("a") if status == "done" else ItemRow("a")
    job = worked.add(item, status=status)
    asked = worked.admin.post(f"/jobs/{job}/again")
    assert asked.status == 200
    assert "Nothing to do" in asked.main
    assert "Run again" not in worked.admin.get(f"/jobs/{job}").main


def test_the_audit_gets_its_outcome_when_it_ends(worked: Worked) -> None:
    job = worked.add(failed("EG_audited"), **EGRESS, status="failed")
    made = confirmed(worked.admin, job).location.removeprefix("/jobs/")
    attempted = worked.admin.get("/audit", params={"q": job, "outcome": "attempted"})
    assert "Run job again" in attempted.main
    worked.admin.post(f"/jobs/{made}/cancel")
    ended = worked.admin.get("/audit", params={"outcome": "interrupted"})
    assert "Run job again" in ended.main


@pytest.mark.parametrize("role", ["viewer", "support", "operator"])
def test_it_needs_what_starting_it_needed(worked: Worked, role: str) -> None:
    visitor = worked.role(role)
    job = worked.add(failed("EG_1"), **EGRESS, status="failed")
    asked = visitor.post(f"/jobs/{job}/again")
    assert asked.status == (200 if role == "operator" else 403)
    people = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": "standup", "status": "failed"}
    moderated = worked.add(failed("ann"), **people)
    assert visitor.post(f"/jobs/{moderated}/again").status == (403 if role == "viewer" else 200)
    unknown = worked.add(failed("a"), kind="moons.eclipse", status="failed")
    assert worked.admin.post(f"/jobs/{unknown}/again").status == 403


def test_people_are_masked_in_the_question(worked: Worked) -> None:
    may = ("server.read", "rooms.read", "participants.moderate", "jobs.read", "jobs.write")
    moderator = worked.role("admin", *may)
    people = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": "standup", "status": "failed"}
    job = worked.add(failed("ann@example.com", key="PA_ann"), **people)
    asked = moderator.post(f"/jobs/{job}/again")
    assert "Participant 1" in asked.main
    assert "ann@example" not in asked.markup
    made = moderator.send(f"/jobs/{job}/again", filled(asked) | {"typed": "1"})
    assert "ann@example.com" in worked.admin.get(made.location).main


def test_only_with_the_token_of_a_form(worked: Worked) -> None:
    job = worked.add(failed("a"), status="failed")
    assert worked.admin.post(f"/jobs/{job}/again", csrf="wrong").status == 403
    nobody = worked.dashboard.visitor(username=None)
    assert nobody.post(f"/jobs/{job}/again", csrf="wrong").status == 401
    nobody.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_by_post(worked: Worked, method: str) -> None:
    job = worked.add(failed("a"), status="failed")
    assert worked.admin.http.request(method, f"/jobs/{job}/again").status_code == 405


@pytest.mark.parametrize("job", ["0" * 32, "x", "a/b", "..", "\0", "é" * 40, "-", "a" * 300])
def test_a_job_that_is_not_there(worked: Worked, job: str) -> None:
    assert worked.admin.post(job_path(job, "again")).status == 404


def test_hostile_names(worked: Worked) -> None:
    own = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": HOSTILE, "actor": HOSTILE}
    job = worked.add(failed(HOSTILE, detail=HOSTILE), **own, status="failed")
    asked = worked.admin.post(f"/jobs/{job}/again")
    assert "<script>alert" not in asked.html
    assert asked.main.count("<script>alert(1)</script>") >= 4
