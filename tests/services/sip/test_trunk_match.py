"""Which inbound trunk takes a call: the cases that the server's own tests know, and more."""

from dataclasses import replace

import pytest

from app.services.sip.routing.terms import Call, TrunkTerms
from app.services.sip.routing.trunk_match import TrunkChoice, choose_trunk

ONE, TWO, THREE = "+15550101111", "+15550102222", "+15550103333"
CALL = Call(caller=ONE, called=TWO, source="1.1.1.1", host="sip.example.com")
A, B, C, D = (TrunkTerms(id) for id in ("ST_a", "ST_b", "ST_c", "ST_d"))


def chosen(*trunks: TrunkTerms, call: Call = CALL) -> str:
    """Return the id of the trunk that takes the call, `-` for none, `!` where LiveKit gives up."""
    choice: TrunkChoice = choose_trunk(call, trunks)
    assert {verdict.id for verdict in choice.verdicts} == {trunk.id for trunk in trunks}
    assert all(verdict.reason.endswith(".") for verdict in choice.verdicts)
    winners = [verdict.id for verdict in choice.verdicts if verdict.won]
    assert winners == ([choice.trunk.id] if choice.trunk else [])
    if choice.problem:
        assert choice.trunk is None
        return "!"
    return choice.trunk.id if choice.trunk else "-"


def numbered(trunk: TrunkTerms, *numbers: str, callers: tuple[str, ...] = ()) -> TrunkTerms:
    """Return the trunk with numbers of its own."""
    return replace(trunk, numbers=numbers, allowed_numbers=callers)


@pytest.mark.parametrize(
    ("trunks", "wanted"),
    [
        ([], "-"),
        ([A], "ST_a"),
        ([numbered(A, TWO)], "ST_a"),
        ([numbered(A, TWO, callers=(ONE,))], "ST_a"),
        ([numbered(A, TWO, callers=(THREE,))], "-"),
        ([numbered(A, THREE)], "-"),
        ([numbered(A, THREE), numbered(B, TWO)], "ST_b"),
        ([numbered(A, THREE), numbered(B, TWO), numbered(C, TWO)], "!"),
        ([numbered(A, THREE), B, numbered(C, TWO), D], "ST_c"),
        ([numbered(A, TWO), numbered(B, TWO, callers=(THREE,))], "ST_a"),
        ([numbered(A, THREE), B, C], "!"),
        ([numbered(A, "1 (555) 010-2222")], "ST_a"),
        ([numbered(A, TWO, callers=("15550101111",))], "ST_a"),
        ([numbered(A, TWO, TWO)], "ST_a"),
    ],
)
def test_a_trunk_is_chosen_by_its_numbers(trunks: list[TrunkTerms], wanted: str) -> None:
    assert chosen(*trunks) == wanted
    assert chosen(*reversed(trunks)) == wanted


@pytest.mark.parametrize(
    ("addresses", "taken"),
    [
        ((), True),
        (("10.10.10.10", "1.1.1.1"), True),
        (("10.10.10.10",), False),
        (("10.10.10.0/24", "1.1.1.0/24"), True),
        (("1.1.1.99/24",), True),
        (("10.10.10.0/24",), False),
        (("10.10.10.0/24", "sip.example.com"), True),
        (("sip.example.org",), False),
        (("1.1.1.0/255.255.255.0",), False),
        (("1.1.1.0/024",), False),
        (("1.1.1.0/33",), False),
        (("[::1]", "::1"), False),
        (("::ffff:1.1.1.1",), False),
        # none that counts: as if there were none
        (("1.1.1.2;5060", "sip://1.1.1.2", "1.1.1.2, 1.1.1.3"), True),
        (("1.1.1.2;5060", "1.1.1.3"), False),
    ],
)
def test_a_trunk_takes_the_addresses_it_names(addresses: tuple[str, ...], taken: bool) -> None:
    trunk = replace(A, allowed_addresses=addresses)
    assert chosen(trunk) == ("ST_a" if taken else "-")
    assert chosen(trunk, call=replace(CALL, source="")) == "ST_a"


def test_ipv6() -> None:
    call = replace(CALL, source="2001:db8::7")
    for address in ("2001:db8::/32", "2001:DB8:0::7"):
        assert chosen(replace(A, allowed_addresses=(address,)), call=call) == "ST_a"
    for address in ("1.1.1.0/24", "2001:db8::8", "0.0.0.0/0", "[2001:db8::]/32"):
        assert chosen(replace(A, allowed_addresses=(address,)), call=call) == "-"
    zoned = replace(CALL, source="fe80::1%eth0")
    assert chosen(replace(A, allowed_addresses=("fe80::/10",)), call=zoned) == "-"
    assert chosen(replace(A, allowed_addresses=("fe80::1%eth0",)), call=zoned) == "ST_a"
