"""/jobs: the filters and the pages of what has ended."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from app.services.jobs.kinds import JobKind
from tests.routes.jobs.conftest import Worked, done, failed, skipped
from tests.routes.jobs.test_list import listed
from tests.support.job_rows import ItemRow, minutes


@pytest.fixture(scope="module")
def names(worked: Worked) -> dict[str, str]:
    """Names of four jobs that have ended, and of one that hasn't, by their IDs."""
    people, egress = JobKind.REMOVE_PARTICIPANTS, JobKind.STOP_EGRESS
    jobs: dict[str, tuple[Callable[..., ItemRow], dict[str, Any]]] = {
        "removed": (done, {"kind": people, "status": "done", "actor": "dana"}),
        "ended": (failed, {"kind": egress, "status": "failed"}),
        "stopped": (skipped, {"status": "canceled", "actor": "dana"}),
        "running": (ItemRow, {"actor": "dana"}),
        "kept": (failed, {"status": "failed", "actor": "luis"}),
    }
    return {
        worked.add(item("a"), **own, created_at=minutes(90 - number)): name
        for number, (name, (item, own)) in enumerate(jobs.items())
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["kept", "stopped", "ended", "removed"]),
        ({"status": "done"}, ["removed"]),
        ({"status": "canceled"}, ["stopped"]),
        ({"status": "failed", "kind": "egress.stop"}, ["ended"]),
        ({"kind": "participants.remove"}, ["removed"]),
        ({"q": " dana "}, ["stopped", "removed"]),
        ({"q": "dana", "status": "done", "kind": "participants.remove"}, ["removed"]),
        ({"q": "dana", "status": "failed"}, []),
        ({"q": "DANA"}, []),
        ({"q": "nobody\0"}, []),
    ],
)
def test_filters(
    worked: Worked, names: dict[str, str], query: dict[str, str], found: list[str]
) -> None:
    page = worked.admin.get("/jobs", params=query)
    assert page.status == 200
    assert [names[job] for job in listed(page, "job")] == found
    assert ("No matching jobs" in page.main) is not bool(found)


@pytest.mark.parametrize(
    "query", ["status=running", "status=odd", "kind=odd", "before=x", "after=-1.a", "per_page=0"]
)
def test_bad_filters_are_refused(worked: Worked, query: str) -> None:
    assert worked.admin.get(f"/jobs?{query}").status in {400, 422}


def test_pages(fresh: Worked) -> None:
    jobs = [
        fresh.add(done("a"), status="done", created_at=minutes(100 - number // 2))
        for number in range(31)
    ]
    running = fresh.add(ItemRow("a"))
    first = fresh.admin.get("/jobs", params={"per_page": "25"})
    older = re.search(r'href="([^"]+before=[^"]+)"', first.html)
    assert older
    second = fresh.admin.get(unescape(older[1]))
    assert listed(first, "active") == [running]
    assert listed(second, "active") == [], "what runs is on the first page only"
    assert "Schedules" not in second.main
    assert not second.all("div", **{"data-hx-trigger": "scheduled, refresh"})
    seen = listed(first, "job") + listed(second, "job")
    assert len(listed(first, "job")) == 25
    assert sorted(seen) == sorted(jobs), "none twice, and none left out"
    newer = re.search(r'href="([^"]+after=[^"]+)"', second.html)
    assert newer
    assert listed(fresh.admin.get(unescape(newer[1])), "job") == listed(first, "job")
