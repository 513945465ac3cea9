"""The route tester held against the real server: hundreds of sets of trunks and rules.

The server and its workers are this module's own: rules without numbers would be everybody's.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest
from livekit import api

from app.services.sip.routing.routing import Route, route
from app.services.sip.routing.terms import Call, RuleTerms, TrunkTerms, collisions
from app.services.sip.rules import rules as rules_rules
from app.services.sip.states import RouteResult
from dev.calls import Evaluated, Incoming
from dev.stack import Stack

SETS = 200
QUESTIONS = 12
COLLIDES = "already exists in dispatch rule"
SEED = 20260728
NUMBERS = ["+15550100", "15550100", "+1 555 0100", "+15550199", "(555) 0199", "bob", "+"]
ADDRESSES = ["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "carrier.example", "2001:db8::/32"]
ADDRESSES += ["[::1]", "::ffff:203.0.113.7", "no address", "203.0.113.7/024", "0.0.0.0/0"]
SOURCES = ["203.0.113.7", "203.0.113.7", "10.1.2.3", "2001:db8::1", "::ffff:203.0.113.7", ""]
RESULTS = {
    "ACCEPT": RouteResult.ACCEPT,
    "REQUEST_PIN": RouteResult.REQUEST_PIN,
    "DROP": RouteResult.DROP,
    "": RouteResult.REFUSED,
}
Loaded = tuple[list[TrunkTerms], list[RuleTerms]]


@pytest.fixture(scope="module")
def alone() -> Iterator[Stack]:
    """A server and workers of this module's own."""
    with Stack() as running:
        yield running


class Sets:
    """Makes sets of trunks and rules on a server, of the same chances every time."""

    def __init__(self, sip: Any) -> None:
        self._sip = sip
        self._dice = random.Random(SEED)  # noqa: S311
        self.refused = 0

    async def make(self) -> Loaded:
        """Replace what is there by a new set, and give it as LiveKit lists it."""
        await self._clear()
        ids = [id_ for _ in range(self._dice.randint(0, 4)) if (id_ := await self._trunk())]
        rules: list[RuleTerms] = []
        for _ in range(self._dice.randint(1, 6)):
            await self._rule([*ids, "ST_gone"])
        for rule in await self._rules():
            if ids and rule.trunk_ids and self._dice.random() < 0.5:
                await self._move(rule, ids)
        rules = [rules_rules.terms(info) for info in await self._rules()]
        trunks = (await self._sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())).items
        return [rules_rules.trunk_terms(info) for info in trunks], rules

    def question(self) -> Incoming:
        """Return a call that somebody might make."""
        pin = self._dice.choice([None, None, None, None, "1", "2", ""])
        caller, called = self._dice.choice(NUMBERS), self._dice.choice(NUMBERS[:6])
        host = self._dice.choice(["carrier.example", "203.0.113.7", ""])
        return Incoming(caller, called, self._dice.choice(SOURCES), pin, caller_host=host)

    async def _clear(self) -> None:
        for info in await self._rules():
            gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=info.sip_dispatch_rule_id)
            await self._sip.delete_dispatch_rule(gone)
        for info in (await self._sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())).items:
            await self._sip.delete_trunk(api.DeleteSIPTrunkRequest(sip_trunk_id=info.sip_trunk_id))

    async def _rules(self) -> list[Any]:
        return list((await self._sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())).items)

    def _some(self, of: list[str], chance: float) -> list[str]:
        if self._dice.random() > chance:
            return []
        return self._dice.sample(of, self._dice.randint(1, min(2, len(of))))

    async def _trunk(self) -> str:
        info = api.SIPInboundTrunkInfo(
            numbers=self._some(NUMBERS, 0.7),
            allowed_numbers=self._some(NUMBERS, 0.3),
            allowed_addresses=self._some(ADDRESSES, 0.4),
            auth_username=self._dice.choice(["", "user"]),
            auth_password=self._dice.choice(["", "secret"]),
        )
        create = api.CreateSIPInboundTrunkRequest(trunk=info)
        made = await done(self._sip.create_inbound_trunk(create), "Conflicting|for security")
        return str(made.sip_trunk_id) if made else ""

    async def _rule(self, ids: list[str]) -> None:
        """Create a rule; LiveKit refuses it exactly where we say that it collides."""
        info = self._any_rule(ids)
        before = [rules_rules.terms(rule) for rule in await self._rules()]
        collides = any(True for _ in collisions([*before, rules_rules.terms(info)]))
        create = api.CreateSIPDispatchRuleRequest(dispatch_rule=info)
        if await done(self._sip.create_dispatch_rule(create), COLLIDES):
            assert not collides or any(True for _ in collisions(before)), info
        else:
            assert collides, info
            self.refused += 1

    def _any_rule(self, ids: list[str]) -> api.SIPDispatchRuleInfo:
        pin, room = self._dice.choice(["", "", "1", "2"]), self._dice.choice(["", "a", "b", "ä"])
        own: list[dict[str, Any]] = [
            {"dispatch_rule_direct": {"room_name": room, "pin": pin}},
            {
                "dispatch_rule_individual": {
                    "room_prefix": room,
                    "no_randomness": room != "a",
                    "pin": pin,
                }
            },
            {
                "dispatch_rule_callee": {
                    "room_prefix": room,
                    "randomize": room == "a",
                    "pin": pin,
                }
            },
        ]
        rule = api.SIPDispatchRule(**self._dice.choice(own))
        return api.SIPDispatchRuleInfo(
            rule=rule,
            hide_phone_number=self._dice.random() < 0.2,
            trunk_ids=self._some(ids, 0.6),
            inbound_numbers=self._some(NUMBERS, 0.2),
            numbers=self._some(NUMBERS, 0.2),
        )

    async def _move(self, info: Any, ids: list[str]) -> None:
        """Return a rule to another trunk, where LiveKit does not look for what it collides with."""
        del info.trunk_ids[:]
        info.trunk_ids.append(self._dice.choice(ids))
        await done(self._sip.update_dispatch_rule(info.sip_dispatch_rule_id, info), COLLIDES)


async def done(call: Awaitable[Any], refusal: str) -> Any:
    """Return the answer, or None where LiveKit refuses with words like `refusal`."""
    try:
        return await call
    except api.TwirpError as error:
        if not re.search(refusal, error.message):
            raise
        return None


def asked(stack: Stack, calls: list[Incoming]) -> Iterator[tuple[Call, Evaluated | None, Any]]:
    """Return each call as the tester has it, with the server's answers to it."""
    for incoming, answer in zip(calls, stack.standin.routes(calls), strict=True):
        known, evaluated = answer.authenticated, answer.evaluated
        no_pin = incoming.pin == ""
        if no_pin and evaluated is not None:
            evaluated = stack.standin.evaluate(incoming, known.trunk_id, no_pin=True)
        call = Call(
            incoming.caller,
            incoming.called,
            incoming.source_ip,
            incoming.caller_host,
            incoming.pin or "",
            no_pin,
        )
        yield call, evaluated, known


def agree(found: Route, evaluated: Evaluated | None, known: Any) -> None:
    """Check that the tester says what the server says."""
    assert (found.trunk.id if found.trunk else "") == known.trunk_id
    assert bool(found.trunk and found.trunk.password) == bool(known.username and known.password)
    if evaluated is None:  # two trunks would take it
        assert (found.result, found.rules) == (RouteResult.REFUSED, ())
        assert found.said in known.refusal.error
        return
    assert found.result == RESULTS[evaluated.result]
    assert bool(found.said) == bool(evaluated.refusal)
    assert not evaluated.refusal or found.said in evaluated.refusal.error
    assert (found.rule.id if found.rule else "") == evaluated.rule_id
    if found.result != RouteResult.ACCEPT:
        return
    assert (found.identity, found.participant_name) == (evaluated.identity, evaluated.name)
    if not found.random:
        assert found.room == evaluated.room
    else:
        assert evaluated.room.startswith(f"{found.room}_")
        assert len(evaluated.room) == len(found.room) + 13


def test_the_server_answers_the_same(alone: Stack) -> None:
    async def compare() -> tuple[Counter[RouteResult], int]:
        results: Counter[RouteResult] = Counter()
        key, secret = alone.api_key, alone.api_secret
        async with api.LiveKitAPI(alone.url, key, secret, failover=False) as sdk:
            sets = Sets(sdk.sip)
            for _ in range(SETS):
                trunks, rules = await sets.make()
                for call, evaluated, known in asked(
                    alone, [sets.question() for _ in range(QUESTIONS)]
                ):
                    found = route(call, trunks, rules)
                    agree(found, evaluated, known)
                    results[found.result] += 1
            return results, sets.refused

    results, refused = asyncio.run(compare())
    assert results.total() == SETS * QUESTIONS
    assert all(results[kind] > 50 for kind in RouteResult), results
    assert refused > 20
