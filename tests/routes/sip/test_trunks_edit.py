"""Changing a trunk: /sip/trunks/{trunk}/edit, which shows the difference first."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import sip

from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.filled import filled, marked
from tests.routes.sip.trunks import (
    HEADERS,
    INBOUND,
    OUTBOUND,
    PASSWORD,
    TOKEN,
    all_trunks,
    confirmed,
    edited,
    kept,
    path_of,
    saved,
)
from tests.support.visitor import Visitor

Make = Callable[..., Any]
# A field that no build knows yet: number 1007, three bytes.
NEWER = b"\xfa\x3e\x03abc"


def bytes_of(info: Any) -> bytes:
    """Return all that LiveKit keeps of a trunk."""
    return bytes(info.SerializeToString(deterministic=True))


@pytest.fixture(params=["inbound", "outbound"])
def full(request: pytest.FixtureRequest, make_trunk: Make) -> Any:
    """A trunk of each kind with everything that one can have."""
    fields = {"inbound": INBOUND, "outbound": OUTBOUND}[request.param]
    return make_trunk(request.param, **fields)


def test_saved_unchanged_nothing_is_sent_and_nothing_changes(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    assert "Nothing was changed." in admin.follow(edited(admin, full)).text
    assert bytes_of(kept(livekit, full.sip_trunk_id)) == bytes_of(full)


COMMON = [
    ({"name": "another"}, {"name": "another"}),
    ({"name": ""}, {"name": ""}),
    ({"auth_username": "x"}, {"auth_username": "x"}),
    ({"metadata": ""}, {"metadata": ""}),
    ({"metadata": "é\r\nü"}, {"metadata": "é\nü"}),
    ({"include_headers": "x"}, {"include_headers": 1}),
    ({"headers": ""}, {"headers": {}}),
    ({"headers": "X-A: b: c\n\nX-B:d"}, {"headers": {"X-A": "b: c", "X-B": "d"}}),
    ({"headers_to_attributes": "X-A=b=c"}, {"headers_to_attributes": {"X-A": "b=c"}}),
    ({"attributes_to_headers": "a=b=X-C"}, {"attributes_to_headers": {"a=b": "X-C"}}),
]


@pytest.mark.parametrize(("typed", "wanted"), COMMON, ids=str)
def test_changes_one_thing_and_keeps_all_the_rest(
    admin: Visitor, livekit: Ask, full: Any, typed: dict[str, str], wanted: dict[str, Any]
) -> None:
    assert "was saved" in saved(admin, full, **typed).text
    now = kept(livekit, full.sip_trunk_id)
    for name, value in wanted.items():
        full.ClearField(name)
        full.MergeFrom(type(full)(**{name: value}))
    assert now == full


@pytest.mark.parametrize(
    ("typed", "media", "older"),
    [
        ({"encryption": "allow"}, {"encryption": 1}, 1),
        ({"encryption": "disable"}, {"encryption": 0}, 0),
        ({"codecs": "opus/48000, PCMA"}, {"codecs": [("opus", 48000), ("PCMA", 0)]}, None),
        ({"only_listed_codecs": None}, {"only_listed_codecs": False}, None),
        ({"media_timeout": "1.5"}, {"media_timeout": 1.5}, None),
        ({"media_timeout": ""}, {"media_timeout": None}, None),
    ],
    ids=str,
)
def test_sound_is_changed_and_the_rest_of_it_stays(
    admin: Visitor, livekit: Ask, full: Any, typed: Any, media: Any, older: int | None
) -> None:
    saved(admin, full, **typed)
    now = kept(livekit, full.sip_trunk_id)
    for name, value in media.items():
        full.media.ClearField(name)
        if name == "codecs":
            full.media.codecs.extend(sip.SIPCodec(name=n, rate=r) for n, r in value)
        elif name == "media_timeout" and value:
            full.media.media_timeout.FromMilliseconds(int(value * 1000))
        elif value is not None and name != "media_timeout":
            setattr(full.media, name, value)
    if older is not None:
        full.media_encryption = older
    assert now == full


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({"allowed_addresses": "10.0.0.0/8\n::1"}, {"allowed_addresses": ["10.0.0.0/8", "::1"]}),
        ({"allowed_numbers": ""}, {"allowed_numbers": []}),
        ({"auth_realm": ""}, {"auth_realm": ""}),
        ({"krisp_enabled": None}, {"krisp_enabled": False}),
        ({"ringing_timeout": ""}, {"ringing_timeout": None}),
        ({"ringing_timeout": "0"}, {"ringing_timeout": sip.SIPInboundTrunkInfo().ringing_timeout}),
    ],
    ids=str,
)
def test_changes_what_inbound_trunks_alone_have(
    admin: Visitor, livekit: Ask, make_trunk: Make, typed: Any, wanted: Any
) -> None:
    info = make_trunk(**INBOUND)
    saved(admin, info, **typed)
    for name, value in wanted.items():
        info.ClearField(name)
        info.MergeFrom(type(info)(**{name: value}))
    assert kept(livekit, info.sip_trunk_id) == info


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({"address": "10.0.0.1"}, {"address": "10.0.0.1"}),
        ({"transport": "tls"}, {"transport": 3}),
        ({"destination_country": "us"}, {"destination_country": "US"}),
        ({"from_host": ""}, {"from_host": ""}),
        ({"numbers": "+15550000001,+15550000002"}, {"numbers": ["+15550000001", "+15550000002"]}),
    ],
    ids=str,
)
def test_changes_what_outbound_trunks_alone_have(
    admin: Visitor, livekit: Ask, make_trunk: Make, typed: Any, wanted: Any
) -> None:
    info = make_trunk("outbound", **OUTBOUND)
    saved(admin, info, **typed)
    for name, value in wanted.items():
        info.ClearField(name)
        info.MergeFrom(type(info)(**{name: value}))
    assert kept(livekit, info.sip_trunk_id) == info


def test_what_no_build_knows_yet_survives(admin: Visitor, livekit: Ask) -> None:
    plain = sip.SIPInboundTrunkInfo(name="newer", numbers=[phone_number()])
    newer = sip.SIPInboundTrunkInfo.FromString(plain.SerializeToString() + NEWER)
    made = livekit("sip.create_inbound_trunk", api.CreateSIPInboundTrunkRequest(trunk=newer))
    saved(admin, made, name="newer still")
    now = bytes_of(kept(livekit, made.sip_trunk_id))
    livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=made.sip_trunk_id))
    assert b"newer still" in now
    assert NEWER in now


def test_a_covered_header_stays_while_others_come_and_go(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    form = filled(admin.get(path_of(full, "edit")))
    assert form["headers"] == "X-Auth-Token: ••••••\nX-Customer: 42; a=b"
    saved(admin, full, headers="X-Auth-Token: ••••••\nX-New: 1")
    now = kept(livekit, full.sip_trunk_id)
    assert dict(now.headers) == {"X-Auth-Token": TOKEN, "X-New": "1"}
    page = edited(admin, full, headers="X-Other-Token: ••••••")
    assert (page.status, marked(page)) == (422, ["headers"])
    assert dict(kept(livekit, full.sip_trunk_id).headers) == {"X-Auth-Token": TOKEN, "X-New": "1"}
    assert set(HEADERS) == {"X-Customer", "X-Auth-Token"}


@pytest.mark.parametrize("name", ODD.values(), ids=list(ODD))
def test_odd_names_are_shown_saved_and_never_run(
    admin: Visitor, livekit: Ask, make_trunk: Make, name: str
) -> None:
    info = make_trunk(name=name, metadata=name, auth_username=name, headers={"X-A": name})
    for page in (admin.get(path_of(info)), admin.get(path_of(info, "edit")), edited(admin, info)):
        assert "<script>alert" not in page.html
    asked = edited(admin, info, name=f"{name}!")
    assert "<script>alert" not in asked.html
    admin.follow(confirmed(admin, asked, path_of(info, "edit")))
    assert kept(livekit, info.sip_trunk_id).name == f"{name}!"
    assert len(all_trunks(livekit, f"{name}!")) == 1


def test_the_password_is_kept_replaced_and_removed(admin: Visitor, livekit: Ask, full: Any) -> None:
    def now() -> str:
        return str(kept(livekit, full.sip_trunk_id).auth_password)

    saved(admin, full, name="first")
    assert now() == PASSWORD
    saved(admin, full, auth_password="another 'one' ")
    assert now() == "another 'one' "
    both = edited(admin, full, auth_password="x", remove_password="on")
    assert (both.status, marked(both)) == (422, ["remove_password"])
    saved(admin, full, remove_password="on")
    assert now() == ""
    assert "Remove the password" not in admin.get(path_of(full, "edit")).text
