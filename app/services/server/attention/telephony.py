"""Inbound trunks and dispatch rules with critical warnings."""

from collections.abc import Sequence

from app.errors import LiveKitError
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.unread import Found, unread
from app.services.server.states import Coverage, Part, Severity
from app.services.sip.routing.terms import RuleTerms, TrunkTerms
from app.services.sip.routing.trunk_match import few
from app.services.sip.rules.warnings import warnings
from app.services.sip.values import is_ignored

SIP_OFF = "ENABLE_SIP is off in the dashboard"
OPEN = (
    "LiveKit ignores every allowed address that is listed, so calls are accepted from everywhere."
)
NAMED = 5  # findings about one trunk each; the list of trunks has no filter for them


def check_trunks(seen: Snapshot) -> Found:
    """Report inbound trunks that accept calls from everywhere although addresses are listed."""
    if seen.trunks is None:
        return Check(Part.TRUNKS, Coverage.NOT_SET_UP, SIP_OFF), []
    if isinstance(seen.trunks, LiveKitError):
        return unread(Part.TRUNKS, seen.trunks, alone=not isinstance(seen.rooms, LiveKitError))
    opened = sorted(filter(_is_open, seen.trunks), key=lambda trunk: (trunk.label, trunk.id))
    if len(opened) <= NAMED:
        return Check(Part.TRUNKS), list(map(_open, opened))
    what = f"{len(opened):,} trunks accept calls from everywhere"
    why = f"{OPEN} {few([trunk.label for trunk in opened])}."
    finding = Finding(Severity.WARNING, what, why, Target(Problem.TRUNK_OPEN))
    return Check(Part.TRUNKS), [finding]


def _is_open(trunk: TrunkTerms) -> bool:
    return bool(trunk.allowed_addresses) and all(map(is_ignored, trunk.allowed_addresses))


def _open(trunk: TrunkTerms) -> Finding:
    what, target = "accepts calls from everywhere", Target(Problem.TRUNK_OPEN, trunk.id)
    return Finding(Severity.WARNING, what, OPEN, target, "Trunk", trunk.label)


def check_rules(seen: Snapshot) -> Found:
    """Report rules with critical warnings; those depend on the trunks too."""
    if seen.rules is None or seen.trunks is None:
        return Check(Part.RULES, Coverage.NOT_SET_UP, SIP_OFF), []
    if isinstance(seen.rules, LiveKitError):
        return unread(Part.RULES, seen.rules, alone=not isinstance(seen.rooms, LiveKitError))
    if isinstance(seen.trunks, LiveKitError):
        return unread(Part.RULES, seen.trunks, alone=False)
    return Check(Part.RULES), _critical(seen.rules, seen.trunks)


def _critical(rules: Sequence[RuleTerms], trunks: Sequence[TrunkTerms]) -> list[Finding]:
    warned = warnings(rules, trunks)
    critical = [
        (rule, warning)
        for rule in sorted(rules, key=lambda rule: (rule.label, rule.id))
        for warning in warned[rule.id][:1]  # critical ones come first
        if warning.tone == "bad"
    ]
    if not critical:
        return []
    if len(critical) == 1:
        ((rule, warning),) = critical
        what, target = f"has a warning: {warning.label}", Target(Problem.RULE_CRITICAL, rule.id)
        return [Finding(Severity.WARNING, what, warning.text, target, "Rule", rule.label)]
    what = f"{len(critical):,} dispatch rules have critical warnings"
    why = f"{few([f'{rule.label} ({warning.label})' for rule, warning in critical])}."
    target = Target(Problem.RULE_CRITICAL)
    return [Finding(Severity.WARNING, what, why, target, items=len(critical))]
