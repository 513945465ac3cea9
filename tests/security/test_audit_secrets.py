"""The audit in the store, on both databases: what changed is in it, and no secret is."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api
from sqlalchemy import select

from app.services.livekit.redaction import HIDDEN
from app.store.schema import AUDIT, AUDIT_ACTS, AUDIT_TARGETS
from app.store.store import Store
from app.text.paths import egress_path, ingress_path, sip_path
from dev.stack import Stack
from tests.routes.asked import Ask, phone_number
from tests.routes.egress.jobs import ACTIVE, reached, stop, streaming
from tests.routes.filled import filled
from tests.support.asking import asker
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.visitor import Visitor

OLD = {
    "a trunk's password": "old-pass-word-of-a-trunk",
    "a trunk's header": "old-to-ken-of-a-header",
    "a rule's PIN": "7391846250173",
    "a stream key": "old-stream-key-0001",
    "a password in metadata": "old-pass-word-in-metadata",
    "credentials in a URL": "old-pass-word-in-a-url",
}
NEW = {what: secret.replace("old", "new").replace("739", "846") for what, secret in OLD.items()}
LIVE = "rtmp://127.0.0.1/live/"


def metadata(of: dict[str, str]) -> str:
    url = f"https://ada:{of['credentials in a URL']}@media.example/hook"
    return json.dumps({"password": of["a password in metadata"], "hook": url, "tier": of is NEW})


class Changed:
    """What changes of everything left in a store, by the action."""

    def __init__(self, stack: Stack, url: str, visitor: Visitor) -> None:
        self.livekit: Ask = asker(stack)
        self.name = f"secrets-{secrets.token_hex(4)}"
        self.visitor = visitor
        room = api.CreateRoomRequest(name=self.name, metadata=metadata(OLD))
        self.livekit("room.create_room", room)
        for change in (self._room, self._trunk, self._rule, self._ingress, self._streams):
            change()
        self.livekit("room.delete_room", api.DeleteRoomRequest(room=self.name))
        self.tables, acts = in_store(url, _rows)
        self.changes = {
            action: json.loads(facts).get("changes")
            for action, outcome, facts in acts
            if outcome == "done"
        }

    def _room(self) -> None:
        path = f"/rooms/{self.name}/edit"
        assert self.visitor.post(path, metadata=metadata(NEW)).status == 303

    def _confirmed(self, path: str, **typed: str) -> None:
        fields = filled(self.visitor.get(path)) | typed
        asked = self.visitor.send(path, fields)
        assert asked.status == 200, asked.text
        assert self.visitor.send(path, filled(asked)).status == 303

    def _trunk(self) -> None:
        trunk = api.SIPInboundTrunkInfo(
            name=self.name,
            numbers=[phone_number()],
            auth_username="user",
            auth_password=OLD["a trunk's password"],
            headers={"X-Auth-Token": OLD["a trunk's header"]},
        )
        made = self.livekit(
            "sip.create_inbound_trunk", api.CreateSIPInboundTrunkRequest(trunk=trunk)
        )
        path = sip_path("trunks", made.sip_trunk_id, "edit")
        token = NEW["a trunk's header"]
        password = NEW["a trunk's password"]
        self._confirmed(
            path, name="renamed", auth_password=password, headers=f"X-Auth-Token: {token}"
        )
        gone = api.DeleteSIPTrunkRequest(sip_trunk_id=made.sip_trunk_id)
        self.livekit("sip.delete_trunk", gone)

    def _rule(self) -> None:
        direct = api.SIPDispatchRuleDirect(room_name=self.name, pin=OLD["a rule's PIN"])
        rule = api.SIPDispatchRuleInfo(
            name=self.name,
            rule=api.SIPDispatchRule(dispatch_rule_direct=direct),
            inbound_numbers=[phone_number()],
        )
        request = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
        made = self.livekit("sip.create_dispatch_rule", request)
        path = sip_path("rules", made.sip_dispatch_rule_id, "edit")
        self._confirmed(path, pin=NEW["a rule's PIN"], metadata=metadata(NEW))
        gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=made.sip_dispatch_rule_id)
        self.livekit("sip.delete_dispatch_rule", gone)

    def _ingress(self) -> None:
        request = api.CreateIngressRequest(
            input_type=api.IngressInput.RTMP_INPUT,
            name=self.name,
            participant_identity="encoder",
            participant_metadata=metadata(OLD),
        )
        made = self.livekit("ingress.create_ingress", request)
        OLD["an ingress's stream key"] = made.stream_key
        path = ingress_path(made.ingress_id, "edit")
        fields = filled(self.visitor.get(path)) | {"name": "camera", "metadata": metadata(NEW)}
        assert self.visitor.send(path, fields).status == 303
        gone = api.DeleteIngressRequest(ingress_id=made.ingress_id)
        self.livekit("ingress.delete_ingress", gone)

    def _streams(self) -> None:
        begun = streaming(self.name, LIVE + OLD["a stream key"])
        job = self.livekit("egress.start_room_composite_egress", begun).egress_id
        reached(self.livekit, job, ACTIVE)
        path = egress_path(job, "streams")
        add, remove = LIVE + NEW["a stream key"], LIVE + OLD["a stream key"]
        assert self.visitor.post(path, add=add, remove=remove).status == 303
        assert self.visitor.post(egress_path(job, "layout"), layout="speaker").status in {303, 409}
        stop(self.livekit, job)


async def _rows(store: Store) -> tuple[str, list[Any]]:
    """Return all that the audit's tables hold as one text, and the outcomes with their facts.

    SQLAlchemy's own text of a row is cut.
    """
    async with store.read() as connection:
        held = [
            str([tuple(row) for row in await connection.execute(select(table))])
            for table in (AUDIT, AUDIT_ACTS, AUDIT_TARGETS)
        ]
        query = select(AUDIT.c.action, AUDIT.c.outcome, AUDIT.c.facts).order_by(AUDIT.c.id)
        return "\n".join(held), list(await connection.execute(query))


@pytest.fixture(scope="module")
def changed(
    databases: Databases, start_dashboard: Callable[..., Dashboard], stack: Stack
) -> Iterator[Changed]:
    url = databases.new()
    visitor = start_dashboard(database_url=url).visitor()
    yield Changed(stack, url, visitor)
    visitor.close()


def test_no_secret_is_in_any_row(changed: Changed) -> None:
    known = [*OLD.items(), *NEW.items()]
    assert {what for what, secret in known if secret in changed.tables} == set()
    assert changed.tables.count("media.example/hook") >= 5


def test_of_secrets_it_says_that_they_changed(changed: Changed) -> None:
    trunk = {row["field"]: row for row in changed.changes["sip.trunk.edit"]}
    assert trunk["auth_password"] == {"field": "auth_password", "secret": "changed"}
    assert trunk["headers"]["secret"] == "changed"
    assert trunk["name"] == {"field": "name", "before": changed.name, "after": "renamed"}
    rule = {row["field"].split(".")[-1]: row for row in changed.changes["sip.rule.edit"]}
    assert rule["pin"]["secret"] == "changed"


def test_the_rest_is_in_it_before_and_after(changed: Changed) -> None:
    (room,) = changed.changes["room.edit"]
    before, after = json.loads(room["before"]), json.loads(room["after"])
    assert (before["password"], after["password"]) == (HIDDEN, HIDDEN)
    assert (before["tier"], after["tier"]) == (False, True)
    ingress = {row["field"]: row for row in changed.changes["ingress.edit"]}
    assert (ingress["name"]["before"], ingress["name"]["after"]) == (changed.name, "camera")
    assert changed.changes["egress.streams"] == [
        {"field": "stream_url", "before": f"{LIVE}{{old...001}}", "after": None},
        {"field": "stream_url", "before": None, "after": f"{LIVE}{{new...001}}"},
    ]


def test_nor_is_one_in_an_export(changed: Changed) -> None:
    for ending in ("csv", "json"):
        text = changed.visitor.get(f"/audit/-/export.{ending}").html
        assert "auth_password" in text
        assert not [what for what, secret in [*OLD.items(), *NEW.items()] if secret in text]
