"""What is posted: too large, malformed or of the wrong kind is a 4xx immediately, never a 5xx."""

import secrets
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from app.web.middleware.body_limit import LARGEST_BODY
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

WITH_FORM, WITHOUT_FORM = "/rooms/-/new", "/rooms/-/delete"
PATHS = [WITH_FORM, WITHOUT_FORM]
FORM = "application/x-www-form-urlencoded"
TOO_MUCH = "Request too large"


def post(visitor: Visitor, path: str, content: bytes | Iterator[bytes], kind: str) -> Seen:
    """Post these bytes as they are, with a valid token in the header."""
    headers = {"Origin": visitor.origin, "X-CSRF-Token": visitor.token(), "Content-Type": kind}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value]
    return Seen(visitor.http.post(path, content=content, headers=raw, timeout=10))


def chunks(size: int) -> Iterator[bytes]:
    """Return that many bytes of a form in pieces, so that no Content-Length tells."""
    yield b"q="
    for _ in range(size // 4096):
        yield b"x" * 4096


@pytest.mark.parametrize("path", [*PATHS, "/rooms/x/edit"])
@pytest.mark.parametrize("whole", [True, False], ids=["by length", "in chunks"])
def test_more_than_a_mebibyte_is_413(admin: Visitor, path: str, whole: bool) -> None:
    size = LARGEST_BODY + 8192
    page = post(admin, path, b"".join(chunks(size)) if whole else chunks(size), FORM)
    assert page.status == 413
    assert TOO_MUCH in page.text
    assert admin.get("/rooms").status == 200


def test_it_is_413_with_the_token_in_the_form_as_well(admin: Visitor) -> None:
    for path in PATHS:
        page = admin.post(path, name="x" * LARGEST_BODY)
        assert (page.status, TOO_MUCH in page.text) == (413, True), path


def test_a_form_up_to_the_limit_is_read(admin: Visitor) -> None:
    filled = b"q=" + b"x" * (LARGEST_BODY - 2)
    assert post(admin, WITHOUT_FORM, filled, FORM).status == 200
    assert post(admin, WITHOUT_FORM, filled + b"x", FORM).status == 413


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b"])
def test_a_form_comes_as_utf_8(admin: Visitor, path: str, kind: str) -> None:
    """Python decodes by whatever a form names: half a character by UTF-7, or never an end."""
    part = 'Content-Disposition: form-data; name="name"'
    whole = {FORM: b"name=%2B2AA-"}.get(kind, f"--b\r\n{part}\r\n\r\n+2AA-\r\n--b--".encode())
    for charset in ("utf-7", "idna", "punycode", "unicode_escape", "undefined", "none-such"):
        page = post(admin, path, whole, f"{kind}; charset={charset}")
        assert (page.status, "Forms must be sent as UTF-8." in page.text) == (415, True), charset
    assert post(admin, path, b"name=", f"{FORM}; charset=UTF-8").status in {200, 422}


def test_nobody_and_other_sites_are_refused_before_the_body_is_read(
    admin: Visitor, nobody: Visitor
) -> None:
    big = b"".join(chunks(LARGEST_BODY + 8192))
    answer = nobody.http.post(WITH_FORM, content=big, headers={"Content-Type": FORM})
    assert answer.status_code == 401
    foreign = {"Content-Type": FORM, "Origin": "https://evil.example"}
    assert admin.http.post(WITH_FORM, content=big, headers=foreign).status_code == 403


def promise(dashboard: Dashboard, size: int, sent: bytes) -> socket.socket:
    """Begin to post a form of that size, and send only a part of it."""
    address = urlsplit(dashboard.url)
    request = httpx.Request("POST", dashboard.url)
    next(httpx.BasicAuth("admin", PASSWORD).auth_flow(request))
    head = (
        f"POST {WITHOUT_FORM} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {FORM}\r\n"
        f"Authorization: {request.headers['authorization']}\r\nContent-Length: {size}\r\n\r\n"
    )
    client = socket.create_connection((str(address.hostname), int(address.port or 0)), 10)
    client.sendall(head.encode() + sent)
    return client


def test_the_dashboard_does_not_wait_for_the_rest_of_it(dashboard: Dashboard) -> None:
    """A client that promises a gigabyte and sends two mebibytes is answered immediately."""
    with promise(dashboard, 1_000_000_000, b"q=" + b"x" * 2 * LARGEST_BODY) as client:
        assert client.recv(12) == b"HTTP/1.1 413"


def test_a_client_that_leaves_in_the_middle_is_no_bug_of_ours(dashboard: Dashboard) -> None:
    with capture_logs() as lines:
        promise(dashboard, 1000, b"q=text").close()
        until(lambda: [line for line in lines if line["event"] == "request"])
    assert [line["event"] for line in lines if line["log_level"] == "error"] == []


PART = b'--b\r\nContent-Disposition: form-data; name="q"'
MALFORMED = {
    "multipart without boundary": (b"text", "multipart/form-data"),
    "multipart with an empty boundary": (b"text", "multipart/form-data; boundary="),
    "no multipart at all": (b"text", "multipart/form-data; boundary=b"),
    "a part without name": (
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "multipart/form-data; boundary=b",
    ),
    "a part without disposition": (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
    "headers that never end": (PART + b"x" * 20_000, "multipart/form-data; boundary=b"),
    "a header without a colon": (b"--b\r\nnothing\r\n\r\n", "multipart/form-data; boundary=b"),
    "a file": (
        PART + b'; filename="f"\r\n\r\nx\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "too many fields": (b"&".join(b"a=1" for _ in range(1001)), FORM),
    "too many parts": (
        b"".join(PART + b"\r\n\r\nx\r\n" for _ in range(1001)) + b"--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("body", "kind"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_malformed_is_refused_at_once(
    admin: Visitor, path: str, body: bytes, kind: str
) -> None:
    page = post(admin, path, body, kind)
    assert page.status == 400
    assert f"Request ID {page.headers['x-request-id']}" in page.text


def test_what_is_malformed_is_logged_as_refused_and_not_as_a_bug(admin: Visitor) -> None:
    with capture_logs() as lines:
        post(admin, WITHOUT_FORM, *MALFORMED["no multipart at all"])
        until(lambda: [x for x in lines if x["event"] == "request" and x["status"] == 400])
    (audit,) = [x for x in lines if x.get("action") == "room.delete" and x["event"] != "attempted"]
    assert (audit["event"], audit["status"], audit["log_level"]) == ("refused", 400, "warning")


ODD = {
    "an unfinished part": (PART + b"\r\n\r\nx", "multipart/form-data; boundary=b"),
    "bytes that are no text": (b"q=\xff%ff&\xfe=%00", FORM),
    "a broken escape": (b"q=%zz%&name=", FORM),
    "nothing but signs": (b"&&&===&;=%26", FORM),
    "JSON": (b'{"q": 1}', "application/json"),
    "plain text": (b"q=1", "text/plain"),
    "no type": (b"q=1", ""),
    "no such type": (b"q=1", "x; y=\xff"),
    "nothing": (b"", FORM),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("body", "kind"), ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_never_a_bug_of_ours(
    admin: Visitor, path: str, body: bytes, kind: str
) -> None:
    # without a room the bulk form has nothing to do and says so; a new room wants a name
    expected = {WITHOUT_FORM: 200, WITH_FORM: 422}[path]
    assert post(admin, path, body, kind).status == expected


def test_a_malformed_current_url_does_not_spoil_what_was_done(admin: Visitor) -> None:
    name = f"body-{secrets.token_hex(4)}"
    fields = {"name": name, "csrf": admin.token()}
    answer = admin.send("/rooms/-/new", fields, HX_Request="true", HX_Current_URL="http://[")
    assert answer.status == 204
    assert admin.post(f"/rooms/{name}/delete").status == 303
