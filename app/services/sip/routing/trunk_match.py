"""Which inbound trunk takes a call, and why not the others (protocol, sip/sip.go, MatchTrunk)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from app.services.sip.routing.terms import Call, Texts, TrunkTerms, Verdict
from app.services.sip.values import PREFIX, is_ignored
from app.text.formatters import isolated
from app.text.phones import ends_alike, normal_number

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class TrunkChoice:
    """The trunk that accepts a call, None if none does.

    `problem` is why LiveKit gives up, and `said` the same in its own words.
    """

    trunk: TrunkTerms | None
    verdicts: tuple[Verdict, ...]
    problem: str = ""
    said: str = ""


def choose_trunk(call: Call, trunks: Iterable[TrunkTerms]) -> TrunkChoice:
    """Return the trunk that accepts a call, with a verdict on each, the best first."""
    misses = {trunk: _miss(call, trunk) for trunk in sorted(trunks, key=lambda trunk: trunk.id)}
    right = [trunk for trunk, miss in misses.items() if not miss]
    own = [trunk for trunk in right if trunk.numbers]
    best = own or right
    winner = best[0] if len(best) == 1 else None
    verdicts = [
        Verdict(
            trunk.id,
            trunk.label,
            trunk is winner,
            miss or _said(trunk, best),
            fault=winner is None and trunk in best,
        )
        for trunk, miss in misses.items()
    ]
    ranks = {trunk.id: (trunk not in best, trunk not in right) for trunk in misses}
    verdicts.sort(key=lambda verdict: ranks[verdict.id])
    problem, said = _conflict(call, best) if len(best) > 1 else ("", "")
    return TrunkChoice(winner, tuple(verdicts), problem, said)


def _miss(call: Call, trunk: TrunkTerms) -> str:
    """Return why a trunk does not accept a call; empty if it does."""
    if trunk.numbers and not among(call.called, trunk.numbers):
        return f"It only accepts calls to {few(trunk.numbers)}.{hint(call.called, trunk.numbers)}"
    if trunk.allowed_numbers and not among(call.caller, trunk.allowed_numbers):
        also = hint(call.caller, trunk.allowed_numbers)
        return f"It only accepts calls from {few(trunk.allowed_numbers)}.{also}"
    if not from_allowed(call.source, call.host, trunk.allowed_addresses):
        return f"It only accepts calls from the addresses {few(valid(trunk.allowed_addresses))}."
    return ""


def hint(number: str, numbers: Texts) -> str:
    """Return a sentence about a number that differs only by its prefix; empty if none does."""
    other = ends_alike(number, numbers)
    return f" {isolated(other)} ends with the same digits: check the country code." if other else ""


def _said(trunk: TrunkTerms, best: Sequence[TrunkTerms]) -> str:
    """Return whether a trunk that matches the call gets it, and why."""
    others = [other.label for other in best if other is not trunk]
    if trunk not in best:
        return f"It would accept the call, but {few(others)} lists the called number."
    if others:
        return f"It accepts the call, and so does {few(others)}."
    if trunk.numbers:
        return "It lists the called number."
    return "It accepts any number, and no matching trunk lists the called number."


def _conflict(call: Call, best: Sequence[TrunkTerms]) -> tuple[str, str]:
    """Return what is wrong with trunks that both match a call, and LiveKit's words for it."""
    labels = [trunk.label for trunk in best]
    all_of = (
        f"{few(labels)} all" if len(labels) > 2 else f"{' and '.join(map(isolated, labels))} both"
    )
    numbered = bool(best[0].numbers)
    what = f"list the number {isolated(call.called)}" if numbered else "accept any number"
    kind = "" if numbered else "default "
    return (
        f"{all_of} {what}: LiveKit rejects a call that more than one trunk accepts.",
        f"Multiple {kind}SIP Trunks matched for {quoted(call.called)}",
    )


def quoted(text: str) -> str:
    """Return a text in quotes as LiveKit's errors have it."""
    return json.dumps(text, ensure_ascii=False)


def among(number: str, numbers: Texts) -> bool:
    """Return True if a number is one of a trunk's, however either is written."""
    return any(number == one or normal_number(number) == normal_number(one) for one in numbers)


def valid(addresses: Texts) -> Texts:
    """Return the allowed addresses that count; if none does, every address is allowed."""
    return tuple(address for address in addresses if not is_ignored(address))


def from_allowed(source: str, host: str, addresses: Texts) -> bool:
    """Return True if a trunk accepts a call from this IP address or host (From header)."""
    ip = parsed(source)
    masks = valid(addresses)
    if ip is None or not masks:
        return True
    return any(mask == host or _within(ip, mask) for mask in masks)


def parsed(address: str) -> Address | None:
    """Return an IP address; None if the text isn't one."""
    try:
        return ip_address(address)
    except ValueError:
        return None


def _within(ip: Address, mask: str) -> bool:
    if "/" not in mask:
        return ip == parsed(mask)
    if not PREFIX.fullmatch(mask) or getattr(ip, "scope_id", None):
        return False
    try:
        return ip in ip_network(mask, strict=False)
    except ValueError:
        return False


def few(texts: Sequence[str], most: int = 3) -> str:
    """Return a few of the texts, and how many more there are."""
    rest = len(texts) - most
    return ", ".join(map(isolated, texts[:most])) + (f" and {rest} more" if rest > 0 else "")
