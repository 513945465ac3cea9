"""What is said of dispatch rules: of strangers, collisions, and rules that never take a call."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.sip.routing.routing import route
from app.services.sip.routing.terms import Call, RuleTerms, TrunkTerms
from app.services.sip.rules.warnings import warnings
from app.services.sip.states import RouteResult, RuleKind

ONE, TWO, THREE = "+15550101111", "+15550102222", "+15550103333"
A = TrunkTerms("ST_a", "Main", numbers=(TWO,))
B = TrunkTerms("ST_b", allowed_numbers=(ONE,))
EVERY = TrunkTerms("ST_z")
TRUNKS = (A, B)


def faults(*rules: RuleTerms, trunks: tuple[TrunkTerms, ...] = TRUNKS) -> dict[str, list[str]]:
    """Return the faults of each rule that has some."""
    found = warnings(rules, trunks)
    assert set(found) == {rule.id for rule in rules}
    return {id_: [warning.fault for warning in said] for id_, said in found.items() if said}


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (RuleTerms("1", room="r"), ["open"]),
        (RuleTerms("1", kind=RuleKind.INDIVIDUAL), ["open"]),
        (RuleTerms("1", room="r", pin="1"), []),
        (RuleTerms("1", room="r", trunks=("ST_a",)), []),
        (RuleTerms("1", room="r", called=(TWO,)), ["claimed"]),
        (RuleTerms("1", room="r", callers=(ONE,)), ["claimed"]),
        (RuleTerms("1", room="r", callers=(ONE,), pin="1"), []),
        (RuleTerms("1", trunks=("ST_a",)), ["roomless"]),
        (RuleTerms("1", kind=RuleKind.CALLEE, trunks=("ST_a",)), []),
        (RuleTerms("1", room="r", trunks=("ST_a", "ST_x")), ["gone"]),
        (RuleTerms("1", room="r", trunks=("ST_x",)), ["never"]),
        (RuleTerms("1", room="r", trunks=("ST_a",), called=(TWO,)), []),
        (RuleTerms("1", room="r", trunks=("ST_a",), called=(THREE,)), ["never"]),
        (RuleTerms("1", room="r", trunks=("ST_b",), callers=(THREE,)), ["never"]),
        (RuleTerms("1", room="r", trunks=("ST_a", "ST_b"), called=(THREE,)), []),
        (RuleTerms("1", room="r", trunks=("ST_a",), called=("+1 555 010 2222",)), ["spelling"]),
        (RuleTerms("1", room="r", trunks=("ST_b",), callers=("anonymous", ONE)), []),
        (RuleTerms("1", room="r", pin="12 34"), ["pin"]),
        (RuleTerms("1", room="r", trunks=("ST_a",), hide_number=True), ["hides"]),
        (RuleTerms("1", room="r", pin="1", hide_number=True), ["hides"]),
        (RuleTerms("1", room="r", trunks=("ST_b",), hide_number=True), []),
        (RuleTerms("1", room="r", trunks=("ST_a",), callers=(ONE,), hide_number=True), []),
    ],
)
def test_of_one_rule(rule: RuleTerms, wanted: list[str]) -> None:
    assert faults(rule).get("1", []) == wanted


def test_a_rule_that_others_overrule() -> None:
    every = RuleTerms("0", room="r", pin="1")
    main, other = (RuleTerms(t, room=t, pin="1", trunks=(t,)) for t in ("ST_a", "ST_b"))
    assert faults(every, main, other) == {}  # a call may come by no trunk
    trunks = (A, EVERY)
    last = RuleTerms("ST_z", name="Last", room="z", pin="1", trunks=("ST_z", "ST_a"))
    assert faults(every, last, trunks=trunks) == {"0": ["never"]}
    assert "Last has priority" in warnings([every, last], trunks)["0"][0].text
    narrow = RuleTerms("9", room="z", pin="1", trunks=("ST_z", "ST_a"), callers=(ONE,))
    assert faults(every, narrow, trunks=trunks) == {}
    assert faults(RuleTerms("0", room="r", pin="2"), last, trunks=trunks) == {}


def test_collisions_name_both() -> None:
    first = RuleTerms("1", name="First", room="r", trunks=("ST_a",), called=(TWO,), pin="99")
    twin = RuleTerms("2", room="s", trunks=("ST_a", "ST_b"), called=("15550102222",), pin="99")
    found = warnings([twin, first], TRUNKS)
    assert faults(first, twin) == {"1": ["collides"], "2": ["collides", "spelling"]}
    assert (found["1"][0].other, found["2"][0].other) == ("2", "1")
    taken = f"the trunk ST_a, every caller, the number {TWO} and the same PIN"
    refused = "LiveKit rejects all calls on this trunk or on no trunk until one is changed."
    assert found["1"][0].text == found["2"][0].text
    assert found["1"][0].text == f"2 and First both match {taken}. {refused}"
    assert "99" not in found["1"][0].text
    twice = RuleTerms("3", room="r", pin="1", called=(TWO, TWO))
    assert faults(twice) == {"3": ["collides"]}


PHONES = (ONE, TWO, "15550102222", "")
LISTS = st.lists(st.sampled_from(PHONES[:3]), max_size=2, unique=True).map(tuple)
SOME_RULES = st.lists(
    st.builds(
        RuleTerms,
        id=st.uuids().map(str),
        kind=st.sampled_from(list(RuleKind)[:3]),
        room=st.sampled_from("ab"),
        pin=st.sampled_from(["", "1"]),
        trunks=st.lists(st.sampled_from(["ST_a", "ST_b", "ST_x"]), max_size=2, unique=True).map(
            tuple
        ),
        callers=LISTS,
        called=LISTS,
    ),
    max_size=5,
)
SOME_TRUNKS = st.tuples(
    *(
        st.builds(
            TrunkTerms,
            id=st.just(id_),
            numbers=LISTS,
            allowed_numbers=LISTS,
            allowed_addresses=st.sampled_from([(), ("1.1.1.1",), ("no address",)]),
        )
        for id_ in ("ST_a", "ST_b")
    )
)
CALLS = [
    Call(caller, called, source, pin=pin, no_pin=no_pin)
    for caller, called, source in product(PHONES, PHONES, ("1.1.1.1", "2.2.2.2"))
    for pin, no_pin in (("", False), ("1", False), ("", True))
]


@given(SOME_RULES, SOME_TRUNKS)
def test_what_never_takes_a_call_takes_none_and_collisions_refuse(
    rules: list[RuleTerms], trunks: tuple[TrunkTerms, ...]
) -> None:
    said = faults(*rules, trunks=trunks)
    never = {id_ for id_, named in said.items() if "never" in named}
    for call in CALLS:
        found = route(call, trunks, rules)
        assert found.rule is None or found.rule.id not in never
        if found.result == RouteResult.REFUSED and found.trunk:
            assert any("collides" in named for named in said.values())
