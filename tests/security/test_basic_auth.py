"""Sign-in by HTTP Basic: who gets in, and what the others see."""

import ast
import base64
import inspect
import re
import textwrap
import unicodedata
from collections.abc import Callable
from typing import Literal

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.security import basic_auth
from app.security.basic_auth import BasicAuth
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.visitor import Seen, Visitor

Form = Literal["NFC", "NFD"]
USER = "zoë"
SECRET = "pä:ss wörd:☃"
CHALLENGE = 'Basic realm="LiveKit Dashboard", charset="UTF-8"'


def basic(user: str, password: str, encoding: str = "utf-8", scheme: str = "Basic") -> str:
    """Return an Authorization header."""
    return f"{scheme} " + base64.b64encode(f"{user}:{password}".encode(encoding)).decode()


@pytest.fixture(scope="module")
def foreign(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard whose user name and password are not ASCII."""
    return start_dashboard(admin_username=USER, admin_password=SECRET)


def ask(dashboard: Dashboard, header: str, path: str = "/rooms") -> Seen:
    """Ask for a page with exactly this Authorization header."""
    return dashboard.visitor(username=None).get(path, headers={"Authorization": header})


def test_lets_the_right_ones_in(foreign: Dashboard) -> None:
    page = ask(foreign, basic(USER, SECRET))
    assert page.status == 200
    assert USER in page.text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("configured", ["NFC", "NFD"])
def test_letters_with_accents_may_be_one_character_or_two(
    start_dashboard: Callable[..., Dashboard], configured: Form, form: Form
) -> None:
    user, secret = (unicodedata.normalize(configured, text) for text in (USER, SECRET))
    dashboard = start_dashboard(admin_username=user, admin_password=secret)
    typed = [unicodedata.normalize(form, text) for text in (USER, SECRET)]
    assert ask(dashboard, basic(*typed)).status == 200
    assert ask(dashboard, basic(typed[0], "x")).status == 401


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "bAsIc"])
def test_the_scheme_may_be_in_any_case(foreign: Dashboard, scheme: str) -> None:
    assert ask(foreign, basic(USER, SECRET, scheme=scheme)).status == 200


WRONG = {
    "wrong user": basic("zoe", SECRET),
    "wrong password": basic(USER, "pä:ss wörd:☂"),
    "the password up to its colon": basic(USER, "pä"),
    "the part behind the colon": basic(USER, "☃"),
    "no password": basic(USER, ""),
    "no user": basic("", SECRET),
    "both turned around": basic(SECRET, USER),
    "another case": basic("ZOË", SECRET),
    "a space behind": basic(USER, SECRET + " "),
    "Latin-1": basic(USER, "pä:ss wörd:", encoding="latin-1"),
    "other letters that look the same": basic("z\u043e\u00eb", SECRET),
    "a compatible letter": basic(USER, SECRET.replace("ss", "\u017fs")),
    "no colon": "Basic " + base64.b64encode(b"admin").decode(),
    "the scheme alone": "Basic",
    "not base64": "Basic ***",
    "base64 without its end": "Basic YWRtaW46eA",
    "not UTF-8": "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    "a NUL": basic(USER, f"{SECRET}\0"),
    "another scheme": "Bearer " + base64.b64encode(b"a:b").decode(),
    "no scheme": base64.b64encode(f"{USER}:{SECRET}".encode()).decode(),
    "very long": basic(USER, "x" * 40_000),
    "a very long user": basic("x" * 40_000, SECRET),
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG.keys())
def test_keeps_everybody_else_out(foreign: Dashboard, header: str) -> None:
    page = ask(foreign, header)
    assert page.status == 401
    assert page.headers["www-authenticate"] == CHALLENGE
    assert page.csrf == ""
    assert page.all("nav") == []
    assert "set-cookie" not in page.headers


def test_a_header_that_is_not_ascii_is_401(foreign: Dashboard) -> None:
    visitor = foreign.visitor(username=None)
    answer = Seen(visitor.http.get("/", headers=[(b"Authorization", "Basic é".encode("latin-1"))]))
    assert answer.status == 401


@pytest.mark.parametrize("path", ["/", "/rooms?partial=1", "/rooms/-/export.csv", "/rooms/x/edit"])
def test_without_credentials_it_asks_for_them(nobody: Visitor, path: str) -> None:
    page = nobody.get(path)
    assert (page.status, page.headers["www-authenticate"]) == (401, CHALLENGE)
    assert page.calls == []  # LiveKit is not asked for somebody unknown


def test_a_refresh_in_the_background_opens_no_password_box(nobody: Visitor) -> None:
    poll = nobody.get("/rooms?partial=1", headers={"HX-Request": "true", "HX-Source": "div#live"})
    assert poll.status == 401
    assert "www-authenticate" not in poll.headers
    assert "Sign in" in poll.text


def test_what_a_user_clicks_is_challenged_by_htmx_too(nobody: Visitor) -> None:
    # else a browser that was challenged below /rooms/ only never learns that /search needs it too
    dialog = nobody.get("/search?partial=1", headers={"HX-Request": "true", "HX-Source": "input#q"})
    assert (dialog.status, dialog.headers["www-authenticate"]) == (401, CHALLENGE)


def test_a_page_that_is_not_there_tells_nobody_anything(nobody: Visitor, admin: Visitor) -> None:
    page = nobody.get("/nope")
    assert page.status == 404
    assert page.csrf == ""
    assert page.all("nav") == []
    assert page.all("form") == []
    assert page.calls == []
    assert admin.get("/nope").all("nav") != []


def test_wrong_user_and_wrong_password_cannot_be_told_apart(foreign: Dashboard) -> None:
    pages = [ask(foreign, WRONG[kind]) for kind in ("wrong user", "wrong password")]
    moments = re.compile('data-now="[^"]*"')
    texts = {moments.sub("", page.html).replace(page.headers["x-request-id"], "") for page in pages}
    assert len(texts) == 1


def test_who_got_in_once_needs_the_password_again(foreign: Dashboard) -> None:
    visitor = foreign.visitor(username=USER, password=SECRET)
    assert visitor.get("/rooms").status == 200
    visitor.http.auth = httpx.Auth()
    assert visitor.get("/rooms").status == 401  # the cookie alone opens nothing


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_what_is_compared_has_one_length(text: bytes) -> None:
    assert len(basic_auth._digest(text)) == 32
    assert basic_auth._digest(text) != basic_auth._digest(text + b"x")


def test_nothing_but_digests_is_compared_and_both_always(dashboard: Dashboard) -> None:
    code = ast.parse(textwrap.dedent(inspect.getsource(BasicAuth.identify)))
    calls = [ast.unparse(node) for node in ast.walk(code) if isinstance(node, ast.Call)]
    compared = [call for call in calls if "compare_digest" in call and "if" not in call]
    assert sorted(call for call in compared if call.startswith("hmac.compare_digest")) == [
        "hmac.compare_digest(_digest(password), self._password)",
        "hmac.compare_digest(_digest(username), self._username)",
    ]
    assert not [
        n for n in ast.walk(code) if isinstance(n, ast.BoolOp) and "right" in ast.unparse(n)
    ]
    held = vars(BasicAuth(dashboard.settings))
    assert {len(value) for value in held.values() if isinstance(value, bytes)} == {32}
    assert PASSWORD.encode() not in held.values()
