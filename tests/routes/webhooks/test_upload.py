"""A file of webhooks, chosen in the browser: it is as if its text had been pasted."""

from typing import Any

import pytest

from app.web.middleware.body_limit import LARGEST_BODY
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor


def samples(visitor: Visitor) -> list[str]:
    """Return a signed sample of each event, as lines of a file."""
    page = visitor.post("/webhooks/-/sample", event="all", room="r", url="http://127.0.0.1/hook")
    copies = (button.get("data-copy", "") for button in page.all("button"))
    return max(copies, key=lambda text: text.count("\n")).split("\n")


def upload(visitor: Visitor, content: bytes, name: str = "hooks.jsonl", **fields: str) -> Seen:
    """Send the form as a browser does, with a file chosen."""
    typed = {"csrf": visitor.token(), "authorization": "", "body": "", "file": ""} | fields
    headers = {"Origin": visitor.origin}
    sent = {"file": (name, content)}
    return Seen(visitor.http.post("/webhooks/-/verify", data=typed, files=sent, headers=headers))


def test_a_file_is_chosen_in_the_place_of_what_was_pasted(
    admin: Visitor,
) -> None:
    form = admin.get("/webhooks/-/verify").all("form", action="/webhooks/-/verify")
    assert form[0]["enctype"] == "multipart/form-data"
    lines = samples(admin)
    page = upload(admin, "\r\n".join(lines).encode("utf-8-sig"), file="pasted before")
    assert page.status == 200
    assert f"{len(lines)} of {len(lines)} webhooks are valid." in page.text
    assert "pasted before" not in page.html
    assert filled(page)["file"] == "\n".join(lines)
    pasted = upload(admin, b"", name="", file=lines[0])
    assert "Valid: LiveKit signed it" in pasted.text, "no file was chosen"


@pytest.mark.parametrize(
    ("content", "why", "kept"),
    [
        (b"{", "Line 1 isn't JSON.", "{"),
        ('{"body": ""}'.encode("utf-16"), "This file isn't UTF-8 text.", ""),
        (b"<b>\xff</b>", "This file isn't UTF-8 text.", ""),
    ],
    ids=["no JSON", "UTF-16", "bytes"],
)
def test_wrong_files_that_were_chosen_are_marked_and_kept(
    admin: Visitor, content: bytes, why: str, kept: str
) -> None:
    page = upload(admin, content, authorization="kept", body="this too")
    assert page.status == 422
    assert page.all("textarea", name="file")[0]["aria-invalid"] == "true"
    assert why in page.text
    assert filled(page)["file"] == kept
    assert (filled(page)["authorization"], filled(page)["body"]) == ("kept", "this too")


def test_a_file_has_the_same_limit_and_the_same_guard(admin: Visitor) -> None:
    assert upload(admin, b"x" * LARGEST_BODY).status == 413
    old = upload(admin, b'{"body": ""}', csrf="wrong")
    assert (old.status, filled(old)["file"]) == (403, '{"body": ""}')
    sent: Any = [("file", ("a", b"")), ("file", ("b", b""))]
    fields = {"csrf": admin.token()}
    two = admin.http.post(
        "/webhooks/-/verify", data=fields, files=sent, headers={"Origin": admin.origin}
    )
    assert two.status_code == 400
