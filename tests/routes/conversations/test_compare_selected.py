"""/conversations/compare: the two conversations that are selected in the list."""

import re

import pytest

from app.text.paths import segment
from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.support.uploads import Spoken, record
from tests.support.visitor import Seen

ODD = "AJ/../ \u00e9\u202e"


@pytest.fixture(scope="module")
def jobs(heard: Heard) -> list[str]:
    """Three conversations of one agent, one of them with an odd name."""
    found = [Spoken(agent="picked"), Spoken(agent="picked"), Spoken(agent="picked", job=ODD)]
    for spoken in found:
        said = [talks.heard(spoken, "a", f"This is {segment(spoken.job)}.", 1)]
        assert record(heard.dashboard, spoken, said).status_code == 200
    return [spoken.job for spoken in found]


def compare(heard: Heard, *jobs: str) -> Seen:
    """Send what the form of the list sends."""
    fields = [("job", segment(job)) for job in jobs]
    return heard.admin.get("/conversations/compare", params=fields)


def test_the_list_selects_conversations(heard: Heard, jobs: list[str]) -> None:
    seen = heard.admin.get("/conversations", params={"agent": "picked"})
    [form] = seen.all("form", id="compare")
    assert (form["method"], form["action"]) == ("get", "/conversations/compare")
    boxes = seen.all("input", form="compare", name="job")
    assert {box["value"] for box in boxes} == {segment(job) for job in jobs}
    assert len({box["aria-label"] for box in boxes}) >= 1
    [button] = seen.all("button", form="compare")
    assert button["data-needs-selection"] == "2"
    assert "disabled" not in button, "a script disables it, and without one it works"


@pytest.mark.parametrize(("left", "right"), [(0, 1), (1, 0), (0, 2), (2, 1)])
def test_two_are_compared(heard: Heard, jobs: list[str], left: int, right: int) -> None:
    seen = compare(heard, jobs[left], jobs[right])
    assert seen.status == 200
    first, second = (seen.text.index(f"This is {segment(jobs[n])}.") for n in (left, right))
    assert first < second


def test_one_is_too_few(heard: Heard, jobs: list[str]) -> None:
    for chosen in ((jobs[0],), (jobs[0], jobs[0])):
        seen = compare(heard, *chosen)
        assert seen.status == 422
        assert "Select exactly two conversations. One was selected" in seen.text
        assert f"left={jobs[0]}&amp;right={jobs[1]}" in seen.html


def test_three_are_too_many_and_stay_selected(heard: Heard, jobs: list[str]) -> None:
    seen = compare(heard, *jobs)
    assert seen.status == 422
    assert "Select exactly two conversations. 3 were selected." in seen.text
    boxes = seen.all("input", form="compare", name="job")
    assert {box["value"] for box in boxes} == {segment(job) for job in jobs}
    assert all("checked" in box for box in boxes)
    assert seen.all("button", form="compare")


def test_those_that_are_gone(heard: Heard, jobs: list[str]) -> None:
    assert compare(heard, jobs[0], "AJ_gone").status == 404
    assert compare(heard, "AJ_gone").status == 404
    seen = compare(heard, "AJ_gone", "AJ_lost", "AJ_away")
    assert seen.status == 422
    assert "have been deleted" in seen.text
    seen = compare(heard, "AJ_gone", "AJ_lost", jobs[0])
    assert len(seen.all("input", form="compare", name="job")) == 1


def test_none_leads_to_the_choice(heard: Heard, jobs: list[str]) -> None:
    seen = compare(heard)
    assert seen.status == 200
    assert "Choose the first conversation" in seen.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([("job", "-x"), ("job", "y")], 404),
        ([("job", "~~"), ("job", "y")], 404),
        ([("job", "x" * 2_000), ("job", "y")], 422),
        ([("job", f"AJ_{number}") for number in range(201)], 422),
        ([("job", "\0"), ("job", "y")], 404),
    ],
)
def test_what_no_list_sends(heard: Heard, fields: list[tuple[str, str]], status: int) -> None:
    assert heard.admin.get("/conversations/compare", params=fields).status == status


def test_who_may_not(heard: Heard, jobs: list[str]) -> None:
    fields = [("job", jobs[0]), ("job", jobs[1])]
    assert heard.viewer.get("/conversations/compare", params=fields).status == 403


def test_the_sides_swap(heard: Heard, jobs: list[str]) -> None:
    seen = compare(heard, jobs[0], jobs[1])
    assert re.search(rf'href="[^"]*left={jobs[1]}&amp;right={jobs[0]}"', seen.html)
