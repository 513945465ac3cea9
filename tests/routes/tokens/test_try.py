"""/try: who may make tokens may join with one here; it is sent by POST and is in no address."""

from tests.routes.filled import filled
from tests.support.visitor import Visitor

TOKEN = 'eyJ.<b>"hostile"</b>.sig'


def test_the_page_without_a_token(admin: Visitor) -> None:
    page = admin.get("/try")
    assert page.status == 200
    assert page.all("textarea", id="try-token")
    assert "Joining a room needs JavaScript" in page.text
    assert not page.access_tokens


def test_a_posted_token_stands_in_the_page_and_nowhere_else(admin: Visitor) -> None:
    page = admin.post("/try", token=TOKEN)
    assert page.status == 200
    assert TOKEN in page.text
    assert '<b>"hostile' not in page.html
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["permissions-policy"].startswith("camera=(self), microphone=(self)")
    assert not any(TOKEN in str(value) for value in page.headers.values())
    assert TOKEN not in admin.get("/try").text


def test_a_token_in_the_address_is_not_taken(admin: Visitor) -> None:
    assert TOKEN not in admin.get("/try", params={"token": TOKEN}).text


def test_the_page_of_a_new_token_offers_it(admin: Visitor, room: str) -> None:
    fields = filled(admin.get("/sandbox", params={"room": room, "identity": "ada"}))
    page = admin.send("/sandbox", fields)
    form = page.all("form", action="/try")
    assert [f["method"] for f in form] == ["post"]
    token = page.all("input", type="hidden", name="token")[0]["value"]
    assert admin.post("/try", token=token).status == 200


def test_who_may_make_no_tokens_may_not_join(
    admin: Visitor, nobody: Visitor, reader: Visitor
) -> None:
    assert reader.get("/try").status == 403
    assert reader.post("/try", token=TOKEN).status == 403
    assert nobody.get("/try").status == 401
    token = admin.token()
    assert nobody.send("/try", {"token": TOKEN, "csrf": token}).status == 401
    for fields, headers in [({"csrf": "wrong"}, {}), ({"csrf": token}, {"Origin": "https://e.e"})]:
        refused = admin.send("/try", {"token": TOKEN} | fields, **headers)
        assert refused.status == 403
        assert refused.headers["permissions-policy"].startswith("camera=(), microphone=()")
