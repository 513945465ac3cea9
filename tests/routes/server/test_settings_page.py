"""The settings: /settings."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from app.about.descriptions import DESCRIPTIONS
from app.security.roles import ROLES, Permission, Role
from app.services.rooms import scan
from app.text.formatters import visible
from dev.stack import Stack
from tests.routes.conftest import Begin, Counted, Join
from tests.support.dashboard import PASSWORD, SESSION_SECRET, Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

PARTS = ["Egress", "Ingress", "SIP", "Agents", "Remote unmute", "Move and forward"]


def part(page: Seen, name: str) -> str:
    """Return what is said of one capability."""
    texts = re.split(r"<h3>", page.html.partition('class="capabilities"')[2])
    found = next(text for text in texts if text.startswith(name))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.partition("</li>")[0])).split())


def report(page: Seen) -> str:
    """Return the text of the button that copies the report."""
    return next(
        b["data-copy"] for b in page.all("button") if "support report" in b.get("data-copy", "")
    )


def test_every_setting_with_its_value_and_source(admin: Visitor, dashboard: Dashboard) -> None:
    page = admin.get("/settings")
    assert page.status == 200
    for name in type(dashboard.settings).model_fields:
        assert name.upper() in page.text
    url = dashboard.settings.livekit_url
    assert f"LIVEKIT_URL URL of the LiveKit server. {url} the program" in page.text
    assert "REFRESH_SECONDS Seconds between refreshes of an open page. 5 default" in page.text
    heads = "Setting Value Source"
    assert page.text.count(heads) == page.html.count('class="grid settings"') > 3


def test_every_setting_has_a_description(dashboard: Dashboard) -> None:
    assert set(DESCRIPTIONS) == set(type(dashboard.settings).model_fields)


def test_secrets_are_masked_and_the_report_has_not_even_their_ends(
    admin: Visitor, dashboard: Dashboard
) -> None:
    page = admin.get("/settings")
    secret = dashboard.settings.livekit_api_secret.get_secret_value()
    for text in (secret, PASSWORD, SESSION_SECRET):
        assert text not in page.html
        shown = f"{text[:2]}••••••{text[-2:]}" in page.text
        assert shown is (text != PASSWORD)
        assert f"{text[:2]}••" not in report(page)
    assert "Password of the administrator. •••••••• " in page.text
    assert dashboard.settings.livekit_api_key not in report(page)
    assert "LIVEKIT_API_SECRET=(set)" in report(page)
    assert report(page).strip() in unescape(page.html.partition("<pre class")[2])


def test_versions_and_how_to_learn_the_servers_own(admin: Visitor) -> None:
    page = admin.get("/settings")
    for name in ("LiveKit Dashboard", "Python", "livekit-api", "FastAPI", "htmx.org", "bootstrap"):
        assert re.search(rf"{re.escape(name)} [\d.+a-z]+", page.text), name
    assert "LiveKit server unknown LiveKit reports its version only to participants." in page.text


def test_the_clock_agrees_on_one_machine(admin: Visitor) -> None:
    page = admin.get("/settings")
    assert "Clock skew < " in page.text
    assert "1 s resolution" in page.text
    assert (page.calls[0], page.calls.count("Health")) == ("ListRooms", 1)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.5, "The clocks differ."),
        (10, "The server's clock is ahead."),
        (600, "LiveKit rejects every token of the dashboard as expired"),
        (-2, "LiveKit rejects every token of the dashboard as not valid yet"),
    ],
)
def test_a_clock_that_is_off_is_said(
    relay: Relay, start_dashboard: Callable[..., Dashboard], minutes: float, said: str
) -> None:
    relay.shift = timedelta(minutes=minutes)
    page = start_dashboard(livekit_url=relay.url).visitor().get("/settings")
    assert page.status == 200
    assert said in page.text
    assert ("ahead" if minutes > 0 else "behind") in page.text
    assert "Clock skew <" not in page.text
    assert "s from the dashboard's" in report(page)


def test_every_part_says_how_it_was_found_out_and_what_turns_it_on(admin: Visitor) -> None:
    page = admin.get("/settings")
    for name in PARTS:
        said = part(page, name)
        assert re.match(rf"{name} (active|not configured|unknown) ", said), said
        assert name == "Agents" or "Checked with" in said or "Can only be checked" in said
    for name in ("Egress", "Ingress", "SIP"):  # LiveKit answered, so it has Redis
        assert "redis:" not in part(page, name)
    assert "room: enable_remote_unmute: true" in part(page, "Remote unmute")
    for name in ("Remote unmute", "Move and forward"):
        said = part(page, name)
        assert said.startswith(f"{name} unknown Not tested.")
        assert "so it is not tested" in said


def test_a_service_with_jobs_is_active_and_needs_no_configuration(
    admin: Visitor, room: str, join: Join, begin: Begin
) -> None:
    from livekit import api

    join(room, "helper", kind="agent")
    join(room, "caller", kind="sip", attributes={"sip.callStatus": "active"})
    begin(api.WebEgressRequest(url="https://example.com", file_outputs=[api.EncodedFileOutput()]))

    def all_three() -> bool:  # ListRooms may count the room's people only later
        page = admin.get("/settings")
        return all(part(page, name).split()[1] == "active" for name in ("Egress", "SIP", "Agents"))

    until(all_three)
    page = admin.get("/settings")
    assert re.search(r"Agents active \d+ agents? in rooms\.", part(page, "Agents"))
    assert re.search(r"SIP active \d+ active calls?\.", part(page, "SIP"))
    for name in ("Egress", "SIP", "Agents"):
        assert "redis:" not in part(page, name)
        assert "Run livekit" not in part(page, name)


def test_without_redis_services_are_not_configured_and_come_first(bare: Visitor) -> None:
    page = bare.get("/settings")
    for name in ("Egress", "Ingress", "SIP"):
        needs = "Set redis.address in LiveKit's configuration."
        assert part(page, name).startswith(f"{name} not configured Not configured. {needs}")
    assert part(page, "Agents").startswith("Agents unknown Nothing active.")
    order = re.findall(r"<h3>(\w+)", page.html.partition('class="capabilities"')[2])
    assert order[:3] == ["Egress", "Ingress", "SIP"]
    assert "Add to livekit.yaml: redis: address:" in part(page, "Egress")
    assert "rtmp_base_url" in part(page, "Ingress")
    for path in ("/egress", "/ingress", "/sip"):
        assert [a for a in page.all("a", href=path) if "class" not in a], path  # to set it up


def test_where_sip_is_off_it_is_not_asked(start_dashboard: Callable[..., Dashboard]) -> None:
    page = start_dashboard(enable_sip=False).visitor().get("/settings")
    assert "ListSIPInboundTrunk" not in page.calls
    assert "ENABLE_SIP is off in the dashboard." in part(page, "SIP")
    assert "Set up telephony" in part(page, "SIP")


def test_it_costs_a_bounded_number_of_calls(
    counted: Counted, room: str, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(room, "ada")
    monkeypatch.setattr(scan, "ROOMS", 0)
    _, calls = counted.get("/settings")
    assert calls == 5
    monkeypatch.setattr(scan, "ROOMS", 1)
    page, calls = counted.get("/settings")
    assert calls == 6
    assert "in 1 room scanned" in part(page, "Agents")


def test_a_wrong_key_leaves_the_page_and_the_clock(
    stack: Stack, start_dashboard: Callable[..., Dashboard]
) -> None:
    page = start_dashboard(livekit_api_secret="another-secret-" * 3).visitor().get("/settings")
    assert page.status == 200
    assert "Unauthorized: LiveKit rejected the key" in page.text
    assert re.search(r"The clock skew is below [\d.]+ s, so check LIVEKIT_API_KEY", page.text)
    assert "Status Unauthorized" in page.text
    assert "unreachable" not in page.text.lower()
    assert "Clock skew < " in page.text
    assert "Unauthorized: " in report(page)
    assert "Egress unknown Unauthorized: LiveKit rejected the API key." in part(page, "Egress")
    assert not page.access_tokens


def test_who_may_see_the_configuration_sees_it_and_nobody_else_does(
    reader: Visitor, nobody: Visitor, admin: Visitor
) -> None:
    assert reader.get("/settings").status == 200
    assert Permission.SETTINGS_READ in ROLES[Role.OPERATOR] - ROLES[Role.SUPPORT]
    refused = nobody.get("/settings")
    assert refused.status == 401
    assert "LIVEKIT_URL" not in refused.html
    assert admin.http.post("/settings").status_code == 405


def test_hostile_values_are_shown_as_they_are(start_dashboard: Callable[..., Dashboard]) -> None:
    name = "<script>alert('\"1\"')</script>\u202e&amp;"
    visitor = start_dashboard(admin_username=name).visitor(username=name)
    page = visitor.get("/settings")
    assert page.status == 200
    assert f"User name of the administrator. {visible(name)} the program" in page.text
    assert "<script>alert" not in page.html
    assert name not in report(page)
