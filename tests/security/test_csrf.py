"""CSRF tokens: which ones are taken, and what somebody sees whose token is not."""

import hashlib
import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.applications import Starlette

from app.security.csrf import FIELD, HEADER, LIFETIME
from app.security.session import Sessions
from tests.support.dashboard import SESSION_SECRET, Dashboard
from tests.support.visitor import Seen, Visitor

ACTION = "/rooms/-/delete"  # without a room it changes nothing, and says so
DONE = "Nothing to delete"


def send(visitor: Visitor, token: str | None, **headers: str) -> Seen:
    """Post the action with this token in its field; without a field where it is None."""
    fields = {"q": "typed text"} if token is None else {"q": "typed text", FIELD: token}
    return visitor.send(ACTION, fields, **headers)


def forged(visitor: Visitor, dashboard: Dashboard, user: str = "admin", **how: object) -> str:
    """Make a token as the dashboard does, but at another time, for another user, by another key."""
    seconds = int(str(how.get("age", 0)))

    class Signer(TimestampSigner):
        """Signs with a timestamp of the past."""

        def get_timestamp(self) -> int:
            """Return the moment that the token claims to be made."""
            return int(time.time()) - seconds

    sealed = visitor.http.cookies["livekit-dashboard"]
    session = Sessions(Starlette(), dashboard.settings).open(sealed)["id"]
    binding = hashlib.sha256(f"{session}\0{user}".encode()).hexdigest()[:32]
    serializer = URLSafeTimedSerializer(
        str(how.get("key", SESSION_SECRET)),
        salt=str(how.get("salt", "livekit-dashboard csrf")),
        signer=Signer,
    )
    return str(serializer.dumps(how.get("payload", ["nonce", binding])))


def refused(page: Seen, reason: str) -> bool:
    """Return whether the page refuses for this reason, keeps the input, and has a new token."""
    kept = page.all("textarea", name="q")
    return (
        page.status == 403
        and reason in page.text
        and DONE not in page.text
        and "typed text" in page.html
        and len(kept) == 1
        and page.csrf != ""
    )


def test_a_token_of_a_page_is_taken(admin: Visitor) -> None:
    page = send(admin, admin.token())
    assert (page.status, DONE in page.text) == (200, True)


def test_it_may_come_in_a_header(admin: Visitor) -> None:
    token = admin.token()
    assert DONE in send(admin, None, **{HEADER: token}).text
    assert refused(send(admin, None, **{HEADER: token + "x"}), "has expired or isn't valid")


@pytest.mark.parametrize("where", ["csrf", "csrf_token", "X-CSRF-Token", "x-csrf-token"])
def test_it_may_not_come_in_the_address(admin: Visitor, where: str) -> None:
    token = admin.token()
    answer = admin.http.post(
        ACTION,
        params={where: token},
        data={"q": "typed text"},
        headers={"Origin": admin.origin},
    )
    assert refused(Seen(answer), "has no security token")


def test_no_page_puts_a_token_into_an_address(admin: Visitor, room: str) -> None:
    for path in ("/", "/rooms", f"/rooms/{room}", f"/rooms/{room}/delete", "/rooms?q=a&page=2"):
        page = admin.get(path)
        assert page.csrf
        addresses = [
            value
            for _, attributes in page.tags
            for name, value in attributes.items()
            if name in {"href", "src", "action", "formaction", "data-hx-get"}
        ]
        assert not [address for address in addresses if page.csrf in address or "csrf" in address]


@pytest.mark.parametrize("token", [None, "", "wrong", "a.b.c", "é☃", "x" * 5000])
def test_a_missing_or_wrong_one_is_refused(admin: Visitor, token: str | None) -> None:
    admin.get("/")
    reason = "has expired or isn't valid" if token else "has no security token"
    assert refused(send(admin, token), reason)


def test_two_fields_do_not_help(admin: Visitor) -> None:
    answer = admin.send(ACTION, {FIELD: ["wrong", "also wrong"]})
    assert answer.status == 403


def test_a_file_is_no_token(admin: Visitor) -> None:
    token = admin.token()
    answer = admin.http.post(
        ACTION, files={FIELD: ("name", token.encode())}, headers={"Origin": admin.origin}
    )
    assert answer.status_code == 400  # no form takes files at all


@pytest.mark.parametrize(
    ("age", "taken"),
    [(0, True), (LIFETIME - 60, True), (LIFETIME + 60, False), (-3600, False), (-30, True)],
)
def test_an_old_one_is_refused(admin: Visitor, dashboard: Dashboard, age: int, taken: bool) -> None:
    admin.get("/")
    page = send(admin, forged(admin, dashboard, age=age))
    assert DONE in page.text if taken else refused(page, "has expired or isn't valid")


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"user": "somebody"}, "belongs to another session or user"),
        ({"payload": ["nonce", "0" * 32]}, "belongs to another session or user"),
        ({"payload": []}, "belongs to another session or user"),
        ({"key": "another-secret-0123456789-abcdefghijkl"}, "has expired or isn't valid"),
        ({"salt": "livekit-dashboard session"}, "has expired or isn't valid"),
    ],
)
def test_one_made_for_something_else_is_refused(
    admin: Visitor, dashboard: Dashboard, how: dict[str, object], reason: str
) -> None:
    admin.get("/")
    assert refused(send(admin, forged(admin, dashboard, **how)), reason)  # type: ignore[arg-type]


def test_one_of_another_session_is_refused(admin: Visitor, dashboard: Dashboard) -> None:
    other = dashboard.visitor()
    token = other.token()
    admin.get("/")
    assert refused(send(admin, token), "belongs to another session or user")
    assert DONE in send(other, token).text


def test_without_the_session_its_token_is_worth_nothing(admin: Visitor) -> None:
    token = admin.token()
    admin.http.cookies.clear()
    assert refused(send(admin, token), "belongs to another session or user")


def test_every_answer_has_one_of_its_own_and_all_of_them_work(admin: Visitor) -> None:
    pages = [admin.get(path) for path in ("/", "/", "/rooms", "/nope")]
    fragment = admin.get("/rooms?partial=1").headers[HEADER]
    tokens = [*(page.csrf for page in pages), fragment]
    assert len(set(tokens)) == 5
    assert [send(admin, token).status for token in tokens] == [200] * 5


def test_a_poll_renews_it_by_header_and_holds_none_in_its_content(admin: Visitor) -> None:
    fragment = admin.get("/rooms?partial=1")
    assert fragment.headers[HEADER] not in fragment.html
    assert fragment.csrf == ""
    unchanged = admin.get("/rooms?partial=1", headers={"HX-PTag": fragment.headers["hx-ptag"]})
    assert unchanged.status == 304
    assert DONE in send(admin, unchanged.headers[HEADER]).text


def test_the_refused_form_can_be_sent_again_as_it_is(admin: Visitor) -> None:
    page = send(admin, "wrong")
    assert [form for form in page.all("form", method="post") if "action" in form]
    again = send(admin, page.csrf)
    assert (again.status, DONE in again.text) == (200, True)


def test_a_session_made_by_the_refusal_itself_takes_the_token_shown(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()  # it has no cookie yet
    page = send(visitor, "wrong")
    assert refused(page, "has expired or isn't valid")
    assert DONE in send(visitor, page.csrf).text


def test_another_dashboard_does_not_take_it(
    admin: Visitor, start_dashboard: Callable[..., Dashboard]
) -> None:
    other = start_dashboard(session_secret="another-secret-0123456789-abcdefghijkl").visitor()
    other.get("/")
    assert send(other, admin.token()).status == 403
