"""The audit: written before an act and after it, whatever becomes of the act."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import Request

from app.errors import Conflict, LiveKitError, TimedOut
from app.security.audit import AuditEntry, outcome_of
from app.security.guards import does
from app.security.roles import Permission, Role, User
from app.services.audit.states import Outcome
from app.web.deps import AuditDep
from dev.stack import Stack
from tests.support.dashboard import PASSWORD, Dashboard, managing


class Written:
    """An audit that tests can read."""

    def __init__(self) -> None:
        self.lines: list[tuple[Outcome, AuditEntry]] = []
        self.attempted = asyncio.Event()
        self.ending = asyncio.Event()
        self.slow = 0.0  # seconds, for the outcome

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Keep the entry of an action of these tests, not of the sign-in before it."""
        if entry.action.startswith("test."):
            if outcome is not Outcome.ATTEMPTED:
                self.ending.set()
                await asyncio.sleep(self.slow)
            self.lines.append((outcome, entry))
            self.attempted.set()


class Badge:
    """A sign-in that knows everybody as one user."""

    def challenge(self, request: Request) -> str:
        return "Badge"

    def __init__(self, user: User) -> None:
        self.user = user

    async def identify(self, request: Request) -> User | None:
        """Return the user."""
        return self.user


@pytest.fixture
def written() -> Written:
    """The audit of `acting`."""
    return Written()


@pytest.fixture
def acting(stack: Stack, written: Written) -> Iterator[Dashboard]:
    """A dashboard with actions that end in every way."""
    dashboard = Dashboard(**managing(stack))
    dashboard.app.state.audit = written

    async def note(request: Request, audit: AuditDep) -> dict[str, str]:
        audit.note(color="blue")
        return {"so_far": ", ".join(outcome for outcome, _ in written.lines)}

    async def refuse() -> None:
        raise Conflict("Not now.")

    async def lose() -> None:
        error = TimedOut("No answer.")
        error.outcome_unknown = True
        raise error

    async def fail() -> None:
        raise ZeroDivisionError("a bug")

    async def hang() -> None:
        await asyncio.sleep(60)

    handlers: dict[str, Callable[..., object]] = {
        "note": note,
        "refuse": refuse,
        "lose": lose,
        "fail": fail,
        "hang": hang,
    }
    for name, handler in handlers.items():
        guard = does(f"test.{name}", Permission.ROOMS_WRITE)
        dashboard.app.add_api_route(
            f"/{name}/{{room}}", handler, methods=["POST"], dependencies=[guard]
        )
    yield dashboard.start()
    dashboard.stop()


def test_an_act_is_written_before_and_after(acting: Dashboard, written: Written) -> None:
    answer = acting.visitor().post("/note/lobby")
    assert '"so_far":"attempted"' in answer.text
    assert [outcome for outcome, _ in written.lines] == ["attempted", "done"]
    entry = written.lines[-1][1]
    assert (entry.action, entry.target, entry.user) == ("test.note", {"room": "lobby"}, "admin")
    assert (entry.role, entry.server, entry.address) == ("admin", "default", "127.0.0.1")
    assert entry.facts == {"color": "blue"}


@pytest.mark.parametrize(
    ("path", "outcome"),
    [("refuse", Outcome.REFUSED), ("lose", Outcome.UNKNOWN), ("fail", Outcome.FAILED)],
)
def test_what_became_of_it_is_written(
    acting: Dashboard, written: Written, path: str, outcome: Outcome
) -> None:
    acting.visitor().post(f"/{path}/lobby")
    assert [each for each, _ in written.lines] == [Outcome.ATTEMPTED, outcome]


def test_nothing_was_attempted_by_somebody_refused(acting: Dashboard, written: Written) -> None:
    acting.visitor(username=None).http.post("/note/lobby")
    acting.visitor(password="wrong").http.post("/note/lobby")
    acting.visitor().http.post("/note/lobby", data={"csrf": "wrong"})
    acting.visitor().send("/note/lobby", {}, Origin="https://evil.example")
    assert [(each, entry.user, entry.role) for each, entry in written.lines] == [
        (Outcome.REFUSED, "", ""),
        (Outcome.REFUSED, "", ""),
        (Outcome.REFUSED, "admin", "admin"),
        (Outcome.REFUSED, "admin", "admin"),
    ]


@pytest.mark.parametrize(
    "user",
    [User("sam", Role.VIEWER), User("ada", Role.ADMIN, read_only=True)],
    ids=["by role", "by READ_ONLY"],
)
def test_who_was_refused_is_written(acting: Dashboard, written: Written, user: User) -> None:
    acting.app.state.authenticator = Badge(user)
    answer = acting.visitor(username=None).http.post("/note/lobby")
    assert answer.status_code == 403
    assert [(each, entry.user, entry.role) for each, entry in written.lines] == [
        (Outcome.REFUSED, user.name, user.role)
    ]


@pytest.mark.parametrize(
    ("path", "slow", "outcome"), [("hang", 0, Outcome.INTERRUPTED), ("note", 0.3, Outcome.DONE)]
)
def test_an_act_that_is_interrupted_is_written(
    acting: Dashboard, written: Written, path: str, slow: float, outcome: Outcome
) -> None:
    visitor = acting.visitor()
    token = visitor.token()
    cookies = dict(visitor.http.cookies)
    written.slow = slow
    reached = written.ending if slow else written.attempted

    async def interrupt() -> None:
        transport = httpx.ASGITransport(acting.app)
        async with httpx.AsyncClient(
            transport=transport, base_url=acting.url, auth=("admin", PASSWORD), cookies=cookies
        ) as client:
            act = asyncio.create_task(client.post(f"/{path}/lobby", data={"csrf": token}))
            async with asyncio.timeout(20):
                await reached.wait()
            act.cancel()
            with pytest.raises(asyncio.CancelledError):
                await act
            await asyncio.sleep(2 * slow)

    asyncio.run(interrupt())
    assert [each for each, _ in written.lines] == [Outcome.ATTEMPTED, outcome]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (LiveKitError(), Outcome.FAILED),
        (KeyboardInterrupt(), Outcome.INTERRUPTED),
        (asyncio.CancelledError(), Outcome.INTERRUPTED),
    ],
)
def test_each_end_has_its_outcome(error: BaseException, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome
