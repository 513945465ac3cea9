"""/api/v1/jobs: lists, one job, its items, and canceling and running it again by a program."""

import base64
from typing import Any

import pytest

from app.services.jobs.kinds import JobKind
from tests.routes.api.conftest import call, items, problem
from tests.routes.jobs.conftest import Worked, done, failed, skipped
from tests.support.job_rows import ItemRow, minutes
from tests.support.visitor import Visitor

PEOPLE = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": "standup"}


@pytest.fixture(scope="module")
def root(worked: Worked) -> Visitor:
    """A program that may do everything a token may."""
    return worked.role("admin")


def ids(visitor: Visitor, **query: Any) -> list[str]:
    """Return the IDs of the jobs that match, newest first."""
    return [each["id"] for each in items(visitor, "/jobs", **query)]


def test_a_job_has_all_that_its_page_has(worked: Worked, root: Visitor) -> None:
    job = worked.add(done("a"), failed("b"), ItemRow("c"), actor="dana", role="operator")
    seen = call(root, "GET", f"/jobs/{job}").response.json()
    created, started = seen.pop("created_at"), seen.pop("started_at")
    assert created < started
    assert created.endswith("Z")
    assert seen == {
        "id": job,
        "kind": "rooms.delete",
        "status": "running",
        "target": "",
        "progress": 2,
        "total": 3,
        "done": 1,
        "failed": 1,
        "skipped": 0,
        "ended_at": None,
        "cancel_asked_at": None,
        "canceled_by": "",
        "actor": "dana",
        "role": "operator",
        "error": "",
        "again_of": "",
    }


def test_the_list_is_filtered_and_paged(fresh: Worked) -> None:
    program = fresh.role("admin")
    jobs = [
        fresh.add(
            done("a"), status="done", actor="dana" if n % 2 else "luis", created_at=minutes(90 - n)
        )
        for n in range(7)
    ]
    running = fresh.add(ItemRow("a"), **PEOPLE, created_at=minutes(1))
    newest_first = [running, *reversed(jobs)]
    assert ids(program) == ids(program, limit=3) == newest_first
    assert ids(program, actor="dana", limit=2) == [jobs[5], jobs[3], jobs[1]]
    assert ids(program, status="running") == [running]
    assert ids(program, kind="participants.remove") == [running]
    assert ids(program, status="failed") == []


def test_the_items_are_paged(worked: Worked, root: Visitor) -> None:
    job = worked.add(done("a"), failed("b"), skipped("c"), failed("d"), status="failed")
    found = items(root, f"/jobs/{job}/items", limit=2)
    assert [(each["number"], each["label"], each["status"]) for each in found] == [
        (0, "a", "done"),
        (1, "b", "failed"),
        (2, "c", "skipped"),
        (3, "d", "failed"),
    ]
    assert found[1]["detail"] == "the room is locked"
    assert found[1]["key"] == "RM_1"
    some = items(root, f"/jobs/{job}/items", status="failed", limit=1)
    assert [each["number"] for each in some] == [1, 3]


@pytest.mark.parametrize("cursor", ["x", "[-1]", '["a"]', f"[{2**31}]", f"[{2**40}]"])
def test_a_bad_cursor_of_items_is_refused(worked: Worked, root: Visitor, cursor: str) -> None:
    job = worked.add(ItemRow("a"))
    sent = base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")
    problem(call(root, "GET", f"/jobs/{job}/items?cursor={sent}"), 422)


def test_people_are_masked(worked: Worked, root: Visitor) -> None:
    job = worked.add(failed("ann@example.com", key="PA_ann"), **PEOPLE, status="failed")
    (seen,) = items(root, f"/jobs/{job}/items")
    assert (seen["key"], seen["label"]) == ("PA_ann", "ann@example.com")
    reader = worked.role("admin", "server.read", "jobs.read")
    (masked,) = items(reader, f"/jobs/{job}/items")
    assert (masked["key"], masked["label"]) == ("", "Participant 1")


def test_numbers_in_names_of_rooms_are_masked(worked: Worked, root: Visitor) -> None:
    room = "call-+15550001111"
    rooms = worked.add(failed(room), status="failed")
    people = worked.add(ItemRow("ann"), **PEOPLE | {"target": room}, status="waiting")
    permissions = ("server.read", "jobs.read", "jobs.write", "participants.moderate")
    reader = worked.role("admin", *permissions)
    for program, name in ((root, room), (reader, "call-Number 1")):
        assert [each["label"] for each in items(program, f"/jobs/{rooms}/items")] == [name]
        targets = {each["id"]: each["target"] for each in items(program, "/jobs")}
        assert targets[people] == name
        assert call(program, "GET", f"/jobs/{people}").response.json()["target"] == name
    canceled = call(reader, "POST", f"/jobs/{people}/cancel").response.json()
    again = call(reader, "POST", f"/jobs/{people}/again").response.json()
    assert canceled["target"] == again["target"] == "call-Number 1"


def test_a_program_cancels_a_job(worked: Worked, root: Visitor) -> None:
    job = worked.add(ItemRow("a"), ItemRow("b"), status="waiting")
    canceled = call(root, "POST", f"/jobs/{job}/cancel")
    assert canceled.status == 200, canceled.html
    assert canceled.response.json()["status"] == "canceled"
    assert canceled.response.json()["skipped"] == 2
    problem(call(root, "POST", f"/jobs/{job}/cancel"), 409)


def test_a_program_runs_the_rest(worked: Worked, root: Visitor) -> None:
    job = worked.add(done("a"), failed("b", key="RM_b"), status="failed")
    made = call(root, "POST", f"/jobs/{job}/again").response.json()
    assert (made["again_of"], made["status"], made["total"]) == (job, "waiting", 1)
    (item,) = items(root, f"/jobs/{made['id']}/items")
    assert (item["key"], item["label"]) == ("RM_b", "b")
    problem(call(root, "POST", f"/jobs/{job}/again"), 409)
    problem(call(root, "POST", f"/jobs/{made['id']}/again"), 409)


@pytest.mark.parametrize("role", ["viewer", "support", "operator"])
def test_only_with_the_permission(worked: Worked, role: str) -> None:
    visitor = worked.role(role)
    rooms = worked.add(ItemRow("a"))
    people = worked.add(failed("a"), **PEOPLE, status="failed")
    for path in ("", f"/{rooms}", f"/{rooms}/items"):
        assert call(visitor, "GET", f"/jobs{path}").status == (403 if role == "viewer" else 200)
    canceled = call(visitor, "POST", f"/jobs/{rooms}/cancel")
    assert canceled.status == (200 if role == "operator" else 403)
    repeated = call(visitor, "POST", f"/jobs/{people}/again")
    assert repeated.status == (403 if role == "viewer" else 200)


@pytest.mark.parametrize("job", ["0" * 32, "x", "~YS9i"])
def test_a_job_that_is_not_there(root: Visitor, job: str) -> None:
    for method, path in (("GET", ""), ("GET", "/items"), ("POST", "/cancel"), ("POST", "/again")):
        problem(call(root, method, f"/jobs/{job}{path}"), 404)


@pytest.mark.parametrize(
    "query", ["status=odd", "kind=odd", "cursor=x", "cursor=WzFd", "limit=0", "room=a", "q=a"]
)
def test_bad_parameters_are_refused(root: Visitor, query: str) -> None:
    problem(call(root, "GET", f"/jobs?{query}"), 422)
