"""Which trunk and rule take a call: the cases that the server's own tests know, and the reasons."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.sip.routing.routing import Route, route
from app.services.sip.routing.terms import (
    Call,
    RuleTerms,
    TrunkTerms,
    collisions,
    keys,
    priority,
    rank,
)
from app.services.sip.states import RouteResult, RuleKind
from app.text.phones import normal_number

ONE, TWO, THREE = "+15550101111", "+15550102222", "+15550103333"
CALL = Call(caller=ONE, called=TWO, source="1.1.1.1", host="sip.example.com")
A, B = TrunkTerms("ST_a"), TrunkTerms("ST_b")
INDIVIDUAL, CALLEE = RuleKind.INDIVIDUAL, RuleKind.CALLEE


def numbered(trunk: TrunkTerms, *numbers: str, callers: tuple[str, ...] = ()) -> TrunkTerms:
    """Return the trunk with numbers of its own."""
    return replace(trunk, numbers=numbers, allowed_numbers=callers)


def direct(room: str, pin: str = "", **more: object) -> RuleTerms:
    """Return a direct rule; `test_a_rule_is_chosen` gives it an id."""
    return RuleTerms("", room=room, pin=pin, **more)  # type: ignore[arg-type]


def individual(room: str, pin: str = "") -> RuleTerms:
    """Return an individual rule for every trunk."""
    return RuleTerms("", kind=INDIVIDUAL, room=room, pin=pin)


MINE, OTHER = ("ST_a",), ("ST_b",)


@pytest.mark.parametrize(
    ("rules", "pin", "wanted"),
    [
        ([], "", "-"),
        ([direct("sip")], "", 0),
        ([direct("sip", trunks=MINE + OTHER)], "", 0),
        ([direct("sip", trunks=OTHER)], "", "-"),
        ([direct("sip", "1", trunks=MINE), direct("sip", "4", trunks=OTHER)], "1", 0),
        ([direct("sip", "1", trunks=MINE), direct("sip", "4", trunks=OTHER)], "z", "-"),
        ([direct("s1", "1", trunks=MINE), direct("s2", "1", trunks=MINE + OTHER)], "1", "!"),
        ([direct("s1", "1", trunks=MINE), direct("s2", "1", trunks=OTHER)], "1", 0),
        ([direct("s1", "1"), direct("s2", "1", trunks=MINE)], "1", 1),
        ([direct("s1"), direct("s2", trunks=MINE)], "", 1),
        ([direct("s1", "1"), direct("s2", trunks=MINE)], "", 1),
        ([direct("s1"), direct("s2", "1", trunks=MINE)], "", 1),
        ([direct("s1"), direct("s2")], "", "!"),
        ([direct("s1"), direct("s2", callers=(ONE,))], "", 1),
        ([direct("s1", "1"), direct("s2", "1", callers=(ONE,))], "1", 1),
        ([direct("s1", callers=(ONE,)), direct("s2", callers=(ONE, TWO))], "", "!"),
        ([direct("s1", "1"), direct("s2", callers=(ONE,))], "", 1),
        ([individual("p_", "1"), direct("sip", "1")], "1", "!"),
        ([individual("p_"), direct("sip")], "", "!"),
        ([individual("p_", "1"), direct("sip", "4")], "4", 1),
        ([individual("p_", "1"), direct("sip", "4")], "", 1),
        ([direct("s1"), direct("s2", called=(TWO,))], "", 1),
        ([direct("s1", "1"), direct("s2", "1", called=(TWO,))], "1", 1),
        ([direct("s1", called=(ONE,)), direct("s2", called=(ONE, TWO))], "", "!"),
        ([direct("s1", "1"), direct("s2", called=(TWO,), callers=(ONE,))], "", 1),
        # numbers are compared as they are written, and collide however they are written
        ([direct("s1", called=("15550102222",))], "", "-"),
        ([direct("s1", called=("15550102222",)), direct("s2", called=(TWO,))], "", "!"),
        ([direct("s1", called=(TWO, TWO))], "", "!"),
        ([replace(direct("s"), kind=RuleKind.UNKNOWN)], "", "!"),
        # a collision of rules for another trunk is in nobody's way
        ([direct("s1", trunks=OTHER), direct("s2", trunks=OTHER), direct("s3")], "", 2),
        ([direct("b", called=(TWO,)), direct("a", callers=(ONE,))], "", 1),
    ],
)
def test_a_rule_is_chosen(rules: list[RuleTerms], pin: str, wanted: int | str) -> None:
    rules = [replace(rule, id=f"SDR_{n}") for n, rule in enumerate(rules)]
    called = numbered(A, TWO)
    found = route(replace(CALL, pin=pin), [called], rules)
    assert found.trunk is called
    told(found, rules)
    if isinstance(wanted, str):
        assert found.rule is None
        kind = {"-": RouteResult.DROP, "!": RouteResult.REFUSED}[wanted]
        assert found.result == kind
    else:
        assert found.rule == rules[wanted]
    assert found == route(replace(CALL, pin=pin), [called], rules[::-1])


def told(found: Route, rules: list[RuleTerms]) -> None:
    """Check that there is a reason for each rule, and none has a PIN in it."""
    assert [verdict.id for verdict in found.rules] == [rule.id for rule in sorted(rules, key=rank)]
    assert all(verdict.reason.endswith(".") for verdict in found.rules)
    winners = [verdict.id for verdict in found.rules if verdict.won]
    assert winners == ([found.rule.id] if found.rule else [])


def test_without_a_trunk_the_rules_for_every_trunk_are_left() -> None:
    rules = [replace(direct("one", trunks=MINE), id="1"), replace(direct("all"), id="2")]
    found = route(CALL, [numbered(A, THREE)], rules)
    assert (found.trunk, found.rule) == (None, rules[1])
    assert found.rules[0].reason == "It only matches calls on ST_a, and this call is on no trunk."
    # and the rules of all trunks are looked at for collisions
    twice = [*rules, replace(direct("two", trunks=MINE), id="3")]
    assert route(CALL, [numbered(A, THREE)], twice).result == RouteResult.REFUSED
    assert route(CALL, [numbered(B, TWO)], twice).result == RouteResult.ACCEPT


def test_two_trunks_that_would_take_it_are_an_error_whatever_the_rules() -> None:
    found = route(CALL, [A, B], [replace(direct("all"), id="2")])
    assert (found.result, found.rules) == (RouteResult.REFUSED, ())
    assert found.reason.startswith("ST_a and ST_b both accept any number:")


def test_a_pin_is_asked_for_typed_and_skipped() -> None:
    rules = [
        RuleTerms("open", kind=INDIVIDUAL, room="p"),
        RuleTerms("one", room="r1", pin="1234"),
        RuleTerms("two", room="r2", pin="5678"),
    ]
    asked = route(CALL, [], rules)
    assert (asked.result, asked.rule, asked.room) == (RouteResult.REQUEST_PIN, rules[1], "")
    assert "5678" not in repr(asked)
    right = route(replace(CALL, pin="5678"), [], rules)
    assert (right.result, right.room) == (RouteResult.ACCEPT, "r2")
    reasons = [verdict.reason for verdict in right.rules]
    assert reasons == [
        "It has another PIN.",
        "The highest-priority rule that matches.",
        "It has no PIN, and the caller entered one.",
    ]
    wrong = route(replace(CALL, pin="0"), [], rules)
    assert (wrong.result, wrong.rule) == (RouteResult.DROP, None)
    skipped = route(replace(CALL, no_pin=True), [], rules)
    assert (skipped.rule, skipped.room) == (rules[0], f"p_{ONE}")
    assert skipped.rules[0].reason == "It asks for a PIN, and the caller entered none."


@pytest.mark.parametrize(
    ("rule", "room"),
    [
        (RuleTerms("1", room="r"), "r"),
        (RuleTerms("1", kind=INDIVIDUAL, room="p", random=True), "p_+4912345"),
        (RuleTerms("1", kind=INDIVIDUAL), "+4912345"),
        (RuleTerms("1", kind=INDIVIDUAL, room="p", hide_number=True), "p_2345"),
        (RuleTerms("1", kind=CALLEE, room="p", hide_number=True, random=True), f"p_{TWO}"),
        (RuleTerms("1", kind=CALLEE), TWO),
    ],
)
def test_the_room_has_its_name(rule: RuleTerms, room: str) -> None:
    found = route(replace(CALL, caller="+4912345"), [], [rule])
    assert (found.room, found.random) == (room, rule.random)


def test_a_hidden_caller_keeps_the_end_of_the_number() -> None:
    rule = RuleTerms("1", kind=INDIVIDUAL, hide_number=True)
    shown = {"1234": "4", "12345": "2345", "anonymous": "mous", "é": "\ufffd"}
    for caller, end in shown.items():
        found = route(replace(CALL, caller=caller), [], [rule])
        assert (found.room, found.participant_name) == (end, f"Phone {end}")
        assert found.identity.removeprefix("sip_").isalnum()
        assert len(found.identity) == len("sip_") + 16
    plain = route(CALL, [], [replace(rule, hide_number=False)])
    assert (plain.identity, plain.participant_name) == (f"sip_{ONE}", f"Phone {ONE}")


def test_what_loses_says_to_what() -> None:
    winner = RuleTerms("1", name="Main", trunks=MINE)
    rules = [
        winner,
        RuleTerms("2", room="x"),
        RuleTerms("3", trunks=("ST_z",)),
        RuleTerms("4", trunks=MINE, callers=("+1 555 010-1111", THREE)),
        RuleTerms("5", trunks=MINE, called=(ONE,)),
    ]
    found = route(CALL, [A, numbered(B, THREE)], rules)
    assert {verdict.id: verdict.reason for verdict in found.rules if not verdict.won} == {
        "2": "It matches too, but Main has priority: a rule for the trunk goes before one for all"
        " trunks.",
        "3": "It only matches calls on ST_z (deleted), and this call is on ST_a.",
        "4": f"It only matches calls from +1 555 010-1111, {THREE}. It lists the same number in"
        " another format: LiveKit compares numbers exactly as written.",
        "5": f"It only matches calls to {ONE}.",
    }
    assert [verdict.reason for verdict in found.trunks] == [
        "It accepts any number, and no matching trunk lists the called number.",
        f"It only accepts calls to {THREE}.",
    ]


def test_what_is_no_address_is_an_error_of_livekits() -> None:
    assert route(replace(CALL, source="here"), [A], []).result == RouteResult.REFUSED


NUMBERS = st.lists(st.sampled_from([ONE, TWO, "15550101111", "1 555", "x", ""]), max_size=2)
RULES = st.builds(
    RuleTerms,
    id=st.uuids().map(str),
    kind=st.sampled_from(list(RuleKind)[:3]),
    room=st.sampled_from(["", "a", "b"]),
    pin=st.sampled_from(["", "1", "2"]),
    trunks=st.lists(st.sampled_from(["ST_a", "ST_b"]), max_size=2).map(tuple),
    callers=NUMBERS.map(tuple),
    called=NUMBERS.map(tuple),
)


@given(st.lists(RULES, max_size=6))
def test_collisions_are_found_as_the_server_finds_the_first(rules: list[RuleTerms]) -> None:
    seen: dict[object, str] = {}
    clashes = []
    for rule in rules:
        parts = (rule.trunks, map(normal_number, rule.callers), map(normal_number, rule.called))
        for taken in product(*(tuple(part) or ("",) for part in parts)):
            owner = seen.setdefault((rule.pin, taken), rule.id)
            if owner != rule.id:
                clashes.append((rule.id, owner))
        if len(set(keys(rule))) < len(list(keys(rule))):
            clashes.append((rule.id, rule.id))
    found = [(rule.id, other.id) for rule, other, _ in collisions(rules)]
    assert set(found) == set(clashes)
    assert len(found) == len(set(found))


@given(st.lists(RULES, max_size=6))
def test_rules_are_tried_in_the_order_of_their_priority(rules: list[RuleTerms]) -> None:
    for half in (True, False):
        ordered = [rule for rule in sorted(rules, key=rank) if bool(rule.trunks) == half]
        assert [priority(rule) for rule in ordered] == sorted(map(priority, ordered))
