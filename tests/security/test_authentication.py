"""Another kind of sign-in than Basic: the application takes any Authenticator."""

from collections.abc import Callable, Iterator

import pytest
from starlette.requests import Request

from app.errors import NotSignedIn
from app.security.roles import Role, User
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor

CHALLENGE = 'Bearer realm="test"'
ROLES = {"Bearer viewer": Role.VIEWER, "Bearer operator": Role.OPERATOR, "Bearer admin": Role.ADMIN}


class ByToken:
    """A sign-in in which the token names the role; it counts how often it is asked."""

    def challenge(self, request: Request) -> str:
        return CHALLENGE

    def __init__(self) -> None:
        self.asked = 0

    async def identify(self, request: Request) -> User | None:
        """Return a user of the role, or None without a token."""
        self.asked += 1
        token = request.headers.get("authorization", "")
        if not token:
            return None
        if token not in ROLES:
            raise NotSignedIn("No such token.", challenge=CHALLENGE)
        return User(f"the {ROLES[token]}", ROLES[token])


@pytest.fixture(scope="module")
def by_token() -> ByToken:
    """The sign-in of this module's dashboard."""
    return ByToken()


@pytest.fixture(scope="module")
def served(start_dashboard: Callable[..., Dashboard], by_token: ByToken) -> Dashboard:
    """A dashboard with that sign-in."""
    return start_dashboard(authenticator=by_token)


@pytest.fixture
def visitor(served: Dashboard) -> Iterator[Visitor]:
    """A client without credentials."""
    client = served.visitor(username=None)
    yield client
    client.close()


@pytest.mark.parametrize(("token", "reason"), [("", "Sign in"), ("Bearer x", "No such token.")])
def test_without_a_user_the_challenge_is_that_of_the_sign_in(
    visitor: Visitor, token: str, reason: str
) -> None:
    page = visitor.get("/rooms", headers={"Authorization": token} if token else {})
    assert (page.status, page.headers["www-authenticate"]) == (401, CHALLENGE)
    assert reason in page.text


@pytest.mark.parametrize(
    ("role", "room", "trunk"),
    [("viewer", 403, 403), ("operator", 200, 403), ("admin", 200, 200)],
)
def test_a_user_may_do_what_the_role_permits(
    visitor: Visitor, role: str, room: int, trunk: int
) -> None:
    signed_in = {"Authorization": f"Bearer {role}"}
    assert visitor.get("/rooms", headers=signed_in).status == 200
    assert f"the {role}" in visitor.get("/settings", headers=signed_in).text
    assert visitor.get("/rooms/-/new", headers=signed_in).status == room
    assert visitor.get("/sip/trunks/-/new?kind=inbound", headers=signed_in).status == trunk


@pytest.mark.parametrize("path", ["/rooms", "/nope", "/rooms?page=0", "/rooms/-/new"])
@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer viewer"])
def test_it_is_asked_once_per_request(
    visitor: Visitor, by_token: ByToken, path: str, token: str
) -> None:
    before = by_token.asked
    visitor.get(path, headers={"Authorization": token} if token else {})
    assert by_token.asked == before + 1


def test_signing_out_of_it_asks_for_its_credentials(visitor: Visitor) -> None:
    page = visitor.get("/logout?forget=1")
    assert (page.status, page.headers["www-authenticate"]) == (401, CHALLENGE)
