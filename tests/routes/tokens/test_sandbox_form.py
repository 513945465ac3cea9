"""The form for a token: what fills it in, and what it refuses."""

import pytest

from app.inputs.tokens import PRESETS
from app.text.paths import room_path
from tests.routes.filled import filled
from tests.routes.tokens.tokens import MAKE, post
from tests.support.visitor import Visitor

STORED = '{"tracks": {"filepath": "x", "s3": {"access_key": "AK", "secret": "hidden-key"}}}'
STREAMED = '{"room": {"stream_outputs": [{"urls": ["rtmp://live/app/hidden-key"]}]}}'


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_fills_the_form_in(admin: Visitor, preset: str) -> None:
    page = admin.get(f"{MAKE}?preset={preset}&room=a/b&name=Ada")
    fields = filled(page)
    wanted = PRESETS[preset]
    ticked = {name for name, value in fields.items() if value == "on" and name != "csrf"}
    assert ticked == set(wanted.grants)
    assert fields["kind"] == wanted.kind
    assert (fields["room"], fields["name"]) == ("a/b", "Ada")
    links = [a["href"] for a in page.all("a") if "data-preset" in a]
    assert len(links) == len(PRESETS)
    assert all("room=a%2Fb&name=Ada" in link for link in links)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("ttl", bad) for bad in ("-5", "0", "999999999999", "1" + "0" * 5000, "1.5", "soon")),
        ("ttl_unit", "weeks"),
        ("identity", ""),
        ("identity", "é" * 129),
        ("room", ""),
        ("room", "é" * 129),
        ("kind", "dog"),
        ("attributes", '{"a": 1}'),
        ("sha256", "not base64"),
        ("sha256", "c2hvcnQ="),
        ("can_publish_sources", "fridge"),
        ("max_participants", "-1"),
        ("agents", '[{"deployment": "v_2"}]'),
        ("tags", '{"a": 1}'),
        ("egress", '{"nothing": 1}'),
        ("egress", STORED),
        ("egress", STREAMED),
    ],
)
def test_what_cannot_be_is_422_and_kept(admin: Visitor, room: str, field: str, value: str) -> None:
    typed = {"room": room, "identity": "ada", "name": "Kept Name", "ttl": "7", "ttl_unit": "d"}
    page = post(admin, MAKE, **typed | {"room_join": "on", field: value})
    assert page.status == 422
    assert not page.access_tokens
    if field == "can_publish_sources":
        assert page.all("p", class_="error", id="e-can_publish_sources")
        return
    controls = page.all("input") + page.all("select") + page.all("textarea")
    assert [c["name"] for c in controls if c.get("aria-invalid")] == [field]
    kept = filled(page)
    assert kept["name"] == "Kept Name"
    assert field in {"ttl_unit", "kind"} or kept[field] == value


def test_the_room_leads_here(admin: Visitor, reader: Visitor, room: str) -> None:
    there = f"/sandbox?room={room}"
    assert admin.get(room_path(room)).all("a", href=there)
    assert admin.get(f"/rooms?q={room}").all("a", href=there)
    assert not reader.get(room_path(room)).all("a", href=there)
