"""One participant's page: /rooms/{room}/participants/{identity}."""

import json
import secrets

import pytest
from livekit import api

from app.services.ingress.presence import ATTRIBUTE
from app.text.formatters import visible
from app.text.paths import call_path, egress_path, ingress_path, participant_path, room_path
from dev.guests import Guise
from dev.participants import Crowd
from tests.routes.asked import ODD, Ask, people
from tests.routes.conftest import Counted, Join, Start
from tests.routes.filled import filled
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

FORMS = ("edit", "permissions", "send", "subscriptions", "rpc", "remove")
SIZE = "{} \N{MULTIPLICATION SIGN} {}"


def crumbs(page: Seen) -> list[str]:
    """Return the addresses of the trail, from the top."""
    assert page.all("nav", **{"aria-label": "Breadcrumbs"})
    trail = page.html.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
    return [part.partition('"')[0] for part in trail.split('href="')[1:]]


def test_everything_that_livekit_reports(
    admin: Visitor, room: str, livekit: Ask, join: Join
) -> None:
    about: Guise = {"name": "Ada L.", "attributes": {"seat": "<7>"}, "metadata": '{"n":1.0}'}
    join(room, "ada", **(about | Guise(audio=True, video=True, tracks_named="of ada")))
    ada = people(livekit, room)["ada"]
    page = admin.get(participant_path(room, "ada"))
    assert page.status == 200
    assert page.all("h1", title="Ada L.")
    assert crumbs(page) == ["/rooms", room_path(room)]
    for text in ("ada", ada.sid, "seat <7>", '"n": 1.0', "Type standard", "active", "of ada"):
        assert text in page.text, text
    assert "<7>" not in page.html
    assert "Allowed see and hear others, publish, send data" in page.text
    assert "Not allowed" in page.text
    (joined,) = {time["datetime"] for time in page.all("time")}
    assert joined.replace("T", " ").removesuffix("Z") + " UTC" in page.text
    assert "Region" not in page.text  # a local server has none
    microphone, camera = sorted(ada.tracks, key=lambda track: track.width)
    rows = [row["id"] for row in page.all("tr") if "id" in row]
    assert rows == [microphone.sid, camera.sid]
    for track in (microphone, camera):
        assert page.all("button", **{"data-copy": track.sid})
    assert len(camera.layers) > 1
    for layer in camera.layers:
        assert SIZE.format(layer.width, layer.height) in page.text
    for text in ("opus", "VP8", "simulcast", "Not encrypted", "live"):
        assert text in page.text, text


def test_a_muted_and_encrypted_track_and_a_data_track(
    admin: Visitor, room: str, crowd: Crowd, join: Join
) -> None:
    ada = join(room, "ada", audio=True, encrypted=True)
    data = crowd.wait_for(ada.room.local_participant.publish_data_track(name='<b>"servo"</b>'))
    sid = ada.track_sids["microphone"]
    admin.post(participant_path(room, "ada", "mute"), track=sid)
    page = admin.get(participant_path(room, "ada"))
    assert "Encrypted (gcm)" in page.text
    assert "muted" in page.text
    assert 'Data <b>"servo"</b>' in page.text
    assert page.all("tr", id=data.info.sid)
    (button,) = page.all("button", name="track", value=sid)
    assert button["formaction"] == participant_path(room, "ada", "unmute")


def test_a_call_has_its_attributes_and_leads_to_its_page(
    admin: Visitor, room: str, join: Join, start_dashboard: Start
) -> None:
    told = {"sip.phoneNumber": "+15550100", "queue": "sales"}
    join(room, "caller", kind="sip", attributes=told)
    page = admin.get(participant_path(room, "caller"))
    assert page.all("a", href=call_path(room, "caller"))
    assert "SIP attributes Open the call sip.phoneNumber +15550100" in page.text
    assert "Attributes 1 queue sales" in page.text
    assert admin.get(call_path(room, "caller")).all("a", href=participant_path(room, "caller"))
    without = start_dashboard(enable_sip=False).visitor().get(participant_path(room, "caller"))
    assert without.status == 200
    assert not without.all("a", href=call_path(room, "caller"))


def test_who_works_for_something_leads_there(admin: Visitor, room: str, join: Join) -> None:
    job, ingress = f"EG_{secrets.token_hex(4)}", f"IN_{secrets.token_hex(4)}"
    join(room, job, kind="egress", hidden=True)
    join(room, "camera", kind="ingress", attributes={ATTRIBUTE: ingress})
    join(room, "agent-AJ_1", kind="agent")
    join(room, "guest", attributes={ATTRIBUTE: ingress})  # anybody can write an attribute
    assert admin.get(participant_path(room, job)).all("a", href=egress_path(job))
    assert admin.get(participant_path(room, "camera")).all("a", href=ingress_path(ingress))
    agents = f"/agents?room={room}&q=agent-AJ_1"
    assert admin.get(participant_path(room, "agent-AJ_1")).all("a", href=agents)
    assert not admin.get(participant_path(room, "guest")).all("a", href=ingress_path(ingress))


@pytest.mark.parametrize("gone_with_the_room", [False, True])
def test_who_left_is_said_to_have_left(
    admin: Visitor, livekit: Ask, room: str, join: Join, gone_with_the_room: bool
) -> None:
    join(room, "ada")
    path = participant_path(room, "ada")
    assert admin.get(path).status == 200
    if gone_with_the_room:
        livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    else:
        admin.post(f"{path}/remove")
    until(lambda: admin.get(path).status == 404)
    page = admin.get(path)
    assert f"ada is no longer in room {room}" in page.text
    assert page.all("a", href=room_path(room))
    assert page.all("a", href="/participants?q=ada")
    poll = admin.get(f"{path}?partial=1")
    assert poll.status == 404
    assert json.loads(poll.headers["x-error"])["title"] == f"ada is no longer in room {room}"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, join: Join, odd: str) -> None:
    join(odd, odd, name=odd, metadata=odd, attributes={odd: odd}, audio=True, tracks_named=odd)
    page = admin.get(participant_path(odd, odd))
    assert page.status == 200
    assert visible(odd) in page.text
    assert "<script>alert" not in page.html
    for form in FORMS:
        assert page.all("a", href=participant_path(odd, odd, form)), form
    assert visible(odd) in admin.get(participant_path(odd, f"{odd[:100]}!")).text


def test_it_costs_one_call_and_an_unchanged_poll_is_a_304(
    counted: Counted, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    page, cost = counted.get(participant_path(room, "ada"))
    assert (cost, page.calls) == (1, ["GetParticipant"])
    poll, _ = counted.get(f"{participant_path(room, 'ada')}?partial=1")
    again = counted.visitor.get(
        f"{participant_path(room, 'ada')}?partial=1", headers={"HX-PTag": poll.headers["hx-ptag"]}
    )
    assert again.status == 304


def test_who_may_only_read_gets_no_buttons(
    admin: Visitor, reader: Visitor, nobody: Visitor, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    path = participant_path(room, "ada")
    page = reader.get(path)
    assert page.status == 200
    assert not [a for a in page.all("a") if a.get("href", "").startswith(f"{path}/")]
    assert not [b for b in page.all("button") if b.get("formaction")]
    assert nobody.get(path).status == 401
    assert admin.http.post(path).status_code == 405


def test_an_action_returns_to_the_page_it_was_begun_on(
    admin: Visitor, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    path, track = participant_path(room, "ada"), {"track": ada.track_sids["microphone"]}
    own = f"{admin.origin}{path}"
    token = {"csrf": admin.token()}
    plain = admin.send(f"{path}/mute", track | token, Referer=own)
    assert plain.location == path
    assert "ada: microphone was muted." in admin.follow(plain).text
    scripted = admin.send(
        f"{path}/mute", track | token, HX_Request="true", HX_Current_URL=f"{own}?x=1"
    )
    assert scripted.status == 204
    assert "done" in json.loads(scripted.headers["hx-trigger"])
    fields = filled(admin.get(f"{path}/edit")) | {"name": "Ada"}
    assert admin.send(f"{path}/edit", fields, Referer=own).location == path
    shown = f"{room_path(room)}?tab=people&q=a&partial=1"
    back = admin.send(f"{path}/mute", track | token, Referer=admin.origin + shown)
    assert back.location == f"{room_path(room)}?tab=people&q=a"
    for elsewhere in ("https://evil.example" + path + "x", f"{admin.origin}/rooms", "//["):
        answer = admin.send(f"{path}/mute", track | token, Referer=elsewhere)
        assert answer.location == room_path(room)
    removed = admin.send(f"{path}/remove", token, Referer=own)
    assert removed.location == room_path(room)  # the page is gone with the participant


def test_an_outage_is_not_a_participant_who_left(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.mode = "reset"
    page = visitor.get(participant_path("a", "b"))
    assert page.status == 503
    assert "no longer in room" not in page.text
