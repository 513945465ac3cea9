"""The report of an action on many items: it grows while the action is carried out."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import httpx
import pytest
from fastapi import Request
from starlette.responses import Response

from app.security.audit import AuditEntry
from app.security.guards import does
from app.security.roles import Permission
from app.services.audit.states import Outcome as Ended
from app.services.livekit.steps import Outcome
from app.web.actions.report import Work, report
from app.web.deps import AuditDep
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Visitor
from tests.support.waiting import until

STEP_SECONDS = 0.6
RESULTS = {"a": "", "b": "was gone already", "c": "", "d": "not tried: LiveKit failed before"}


class Written:
    """An audit that tests can read."""

    def __init__(self) -> None:
        self.lines: list[tuple[Ended, dict[str, object]]] = []

    async def write(
        self, entry: AuditEntry, outcome: Ended, error: BaseException | None = None
    ) -> None:
        """Keep the entry of an action of these tests, not of the sign-in before it."""
        if entry.action.startswith("test."):
            self.lines.append((outcome, dict(entry.facts)))


@pytest.fixture
def written() -> Written:
    """The audit of `acting`."""
    return Written()


@pytest.fixture
def acting(stack: Stack, written: Written) -> Iterator[Dashboard]:
    """A dashboard with an action that takes its time, and breaks after the item `breaks`."""
    dashboard = Dashboard(**managing(stack))
    dashboard.app.state.audit = written

    async def many(request: Request, audit: AuditDep, breaks: str = "") -> Response:
        async def steps() -> AsyncIterator[Outcome[str]]:
            for name, error in RESULTS.items():
                await asyncio.sleep(STEP_SECONDS)
                yield Outcome(name, error, tried=not error.startswith("not tried"))
                if name == breaks:
                    raise ZeroDivisionError("a bug")

        def note(outcomes: Sequence[Outcome[str]]) -> None:
            audit.note(rooms={each.item: each.error or "deleted" for each in outcomes})

        work = Work(steps(), len(RESULTS), "Delete", "room", "rooms", note)
        return await report(request, "rooms/deleted.html.j2", work)

    guard = does("test.many", Permission.ROOMS_WRITE)
    dashboard.app.add_api_route("/many", many, methods=["POST"], dependencies=[guard])
    yield dashboard.start()
    dashboard.stop()


def parts(visitor: Visitor, path: str, **headers: str) -> Iterator[tuple[float, str]]:
    """Send the action, and yield each part of its answer with the seconds since then."""
    form = {"csrf": visitor.token()}
    began = time.monotonic()
    given = {"Origin": visitor.origin} | headers
    with visitor.http.stream("POST", path, data=form, headers=given) as answer:
        assert answer.status_code == 200
        assert answer.headers["x-accel-buffering"] == "no"
        for text in answer.iter_text():
            yield time.monotonic() - began, text


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_progress_comes_while_the_action_is_carried_out(
    acting: Dashboard, written: Written, encoding: str
) -> None:
    came = list(parts(acting.visitor(), "/many", **{"Accept-Encoding": encoding}))
    after, first = came[0]
    assert after + STEP_SECONDS < came[-1][0]
    assert "<title" in first
    assert "0 of 4 done" in first
    page = "".join(text for _, text in came)
    places = [page.index(f"{done} of 4 done") for done in (0, 1, 2, 3)]
    assert places == sorted(places)
    assert "2 of 4 done, <b>1 failed</b>" in page
    assert "3 of 4 done, <b>1 failed</b>" in page
    assert "4 of 4 done" not in page, "one wasn't tried"
    assert page.count("<h1") == 1
    assert page.index("2 of 4 rooms deleted") > places[-1]
    assert page.rstrip().endswith("</html>")


def test_the_outcome_is_in_the_audit_before_the_answer_ends(
    acting: Dashboard, written: Written
) -> None:
    for _, text in parts(acting.visitor(), "/many"):
        outcomes = [outcome for outcome, _ in written.lines]
        if "0 of 4 done" in text:
            assert outcomes == [Ended.ATTEMPTED]
        if "rooms deleted" in text:
            assert outcomes == [Ended.ATTEMPTED, Ended.DONE]
    assert "rooms deleted" in text
    assert written.lines[-1][1] == {"rooms": {n: e or "deleted" for n, e in RESULTS.items()}}


def test_the_dialog_gets_no_frame(acting: Dashboard) -> None:
    came = "".join(text for _, text in parts(acting.visitor(), "/many", **{"HX-Request": "true"}))
    assert came.startswith('<div class="growing">')
    assert "<html" not in came
    assert came.count("<!--next-->") >= 3
    assert "2 of 4 rooms deleted" in came.rpartition("<!--next-->")[2]


def test_a_closed_page_does_not_end_the_action(acting: Dashboard, written: Written) -> None:
    visitor = acting.visitor()
    next(parts(visitor, "/many"))  # and leaves
    visitor.close()
    assert [outcome for outcome, _ in written.lines] == [Ended.ATTEMPTED]
    until(lambda: len(written.lines) == 2)
    assert written.lines[-1] == (
        Ended.DONE,
        {"rooms": {name: error or "deleted" for name, error in RESULTS.items()}},
    )


def test_an_action_that_breaks_says_how_far_it_came(acting: Dashboard, written: Written) -> None:
    came: list[str] = []

    def read() -> None:
        came.extend(text for _, text in parts(acting.visitor(), "/many?breaks=b"))

    with pytest.raises(httpx.RemoteProtocolError):
        read()
    assert "Stopped by an unexpected error." in came[-1]
    assert "2 of 4 done, <b>1 failed</b>" in came[-1]
    assert [outcome for outcome, _ in written.lines] == [Ended.ATTEMPTED, Ended.FAILED]
    assert written.lines[-1][1] == {"rooms": {"a": "deleted", "b": "was gone already"}}


def test_an_interrupted_action_is_written_as_such(acting: Dashboard, written: Written) -> None:
    """As on a shutdown that the action outlasts."""
    next(parts(acting.visitor(), "/many"))
    until(lambda: acting.server.server_state.tasks)
    acting.stop()
    assert [outcome for outcome, _ in written.lines] == [Ended.ATTEMPTED, Ended.INTERRUPTED]
