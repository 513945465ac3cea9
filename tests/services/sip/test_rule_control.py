"""What LiveKit itself refuses of a dispatch rule, when nothing was in the way a moment before."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import Invalid
from app.services.livekit.client import LiveKit
from app.services.sip.rules import control as rules_control
from app.services.sip.rules.checks import SameCalls
from tests.routes.asked import phone_number
from tests.services.livekit.flights import Run


@pytest.mark.parametrize("by", ["create", "replace"])
def test_a_rule_that_came_in_between_is_named(
    run: Run[Any], make_dispatch_rule: Callable[..., Any], by: str
) -> None:
    own = {"numbers": [phone_number()], "name": f"between-{secrets.token_hex(4)}"}
    mine = make_dispatch_rule()
    rule = own | {"rule": {"dispatch_rule_direct": {"room_name": "r"}}, "name": "mine"}

    async def do(livekit: LiveKit) -> None:
        if by == "create":
            plan = await rules_control.plan_new(livekit, rule)
            await asyncio.to_thread(make_dispatch_rule, **own)
            await rules_control.create(livekit, plan.change)
        else:
            plan = await rules_control.plan(livekit, mine.sip_dispatch_rule_id, {}, rule)
            await asyncio.to_thread(make_dispatch_rule, **own)
            await rules_control.replace(livekit, plan.change)

    with pytest.raises(SameCalls) as caught:
        run(do)
    assert getattr(caught.value.context["other"], "name", None) == own["name"]
    assert f"mine and {own['name']} both match" in caught.value.fields["called"]


@pytest.mark.parametrize(
    ("rule", "field", "message"),
    [
        ({}, "kind", "LiveKit: missing rule."),
        ({"rule": {}}, "kind", "LiveKit: "),
        ({"media": {"media_timeout": "601s"}}, "media_timeout", "Enter 0 to 600 seconds."),
    ],
    ids=str,
)
def test_what_is_refused_is_said_at_its_field(
    run: Run[Any], rule: dict[str, Any], field: str, message: str
) -> None:
    own: dict[str, Any] = {"numbers": [phone_number()]}
    if "media" in rule:
        own["rule"] = {"dispatch_rule_callee": {}}

    async def do(livekit: LiveKit) -> None:
        plan = await rules_control.plan_new(livekit, rule | own)
        await rules_control.create(livekit, plan.change)

    with pytest.raises(Invalid) as caught:
        run(do)
    assert list(caught.value.fields) == [field]
    assert caught.value.fields[field].startswith(message)
