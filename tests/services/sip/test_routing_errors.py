"""Calls that the real server answers with an error, or does not survive."""

import asyncio

from livekit import api

from app.services.sip.routing.routing import route
from app.services.sip.routing.terms import Call, RuleTerms
from app.services.sip.states import RouteResult, RuleKind
from dev.calls import Incoming
from dev.stack import Stack


def test_what_is_no_address_is_an_error(stack: Stack) -> None:
    for source in (
        "nonsense",
        "no-address",
        "1.2.3.4.5",
        "203.0.113.7:5060",
        "01.2.3.4",
        "fe80::1%",
    ):
        answer = stack.standin.authenticate(Incoming("+15550100", "+15550199", source))
        found = route(Call("+15550100", "+15550199", source), [], [])
        assert answer.refusal
        assert found.said in answer.refusal.error
        assert found.result == RouteResult.REFUSED


def test_a_hidden_number_that_is_not_there_ends_the_server() -> None:
    hides = RuleTerms("SDR_1", kind=RuleKind.INDIVIDUAL, pin="1", hide_number=True)
    found = route(Call("", "+15550199"), [], [hides])
    assert (found.result, "crashes" in found.reason) == (RouteResult.REFUSED, True)
    with Stack() as doomed:

        async def create() -> None:
            individual = api.SIPDispatchRuleIndividual(pin="1")
            rule = api.SIPDispatchRule(dispatch_rule_individual=individual)
            info = api.SIPDispatchRuleInfo(rule=rule, hide_phone_number=True)
            async with api.LiveKitAPI(doomed.url, doomed.api_key, doomed.api_secret) as sdk:
                request = api.CreateSIPDispatchRuleRequest(dispatch_rule=info)
                await sdk.sip.create_dispatch_rule(request)

        asyncio.run(create())
        evaluated = doomed.standin.evaluate(Incoming("1", "+15550199"))
        assert evaluated.result == "REQUEST_PIN"
        doomed.standin.evaluate(Incoming("", "+15550199"))
        assert not doomed.livekit.alive
