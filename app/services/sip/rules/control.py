"""What can be done with a dispatch rule: create, replace, delete.

An edit lays what was changed over the stored rule and sends the whole as `replace`: `update` does
not reach numbers, the room configuration and more. What this build does not know stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from livekit.api import (
    CreateSIPDispatchRuleRequest,
    DeleteSIPDispatchRuleRequest,
    SIPDispatchRuleInfo,
)

from app.errors import Invalid, LiveKitError, LiveKitInvalid, LiveKitNotFound, NotFound
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Replacement, replacement
from app.services.livekit.errors import field_about
from app.services.sip.placeholders import with_placeholders
from app.services.sip.routing.terms import TrunkTerms
from app.services.sip.rules.checks import SameCalls, check_rule, check_same_calls
from app.services.sip.rules.rule_json import Plain, over, plain, whole
from app.services.sip.rules.rules import Rule, everything, found, listed, record, terms
from app.services.sip.rules.warnings import RuleWarning, warnings

# What LiveKit says (protocol, livekit/sip.go and sip/sip.go), and the field that it is about.
ABOUT = (
    ("already exists in dispatch rule", "trunks"),
    ("missing rule", "kind"),
    ("unsupported SIP Dispatch Rule", "kind"),
    ("codec", "codecs"),
    ("media_timeout", "media_timeout"),
)
GONE = "There is no dispatch rule {}, or it was deleted."


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving a rule would do, and what is to be known of the rule as it will be."""

    change: Replacement
    warnings: tuple[RuleWarning, ...]

    @property
    def grave(self) -> bool:
        """Return whether the rule will let in whom it should not, or cannot do what it is for."""
        return any(warning.tone == "bad" for warning in self.warnings)


async def plan_new(livekit: LiveKit, rule: Plain) -> Plan:
    """Return what creating this rule would do.

    Raises Invalid with the field at fault, SameCalls where another rule takes the same calls.
    """
    rules, trunks = await everything(livekit)
    return _planned(None, _message(rule, None), rules, trunks)


async def plan(livekit: LiveKit, rule_id: str, before: Plain, after: Plain) -> Plan:
    """Read the rule again, and give what laying over it what was changed in a form would do.

    Raises NotFound, and as `plan_new` does.
    """
    rules, trunks = await everything(livekit)
    stored = found(rules, rule_id)
    message = _message(over(plain(stored), before, after), stored)
    return _planned(stored, message, rules, trunks)


def described(rule: Plain) -> Plain:
    """Return a new rule as plain objects, with a placeholder for each secret."""
    is_masked = "•" in str(rule)
    return with_placeholders(rule if is_masked else plain(whole(rule)))


async def create(livekit: LiveKit, change: Replacement) -> Rule:
    """Create the rule that was planned. Raises as `plan_new` does, else a LiveKitError."""
    info = SIPDispatchRuleInfo.FromString(change.new)
    request = CreateSIPDispatchRuleRequest(dispatch_rule=info)
    call = livekit.api.sip.create_dispatch_rule
    try:
        return record(await livekit.write(call, request))
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error, info) from error


async def replace(livekit: LiveKit, change: Replacement) -> Rule:
    """Replace a rule by the message that was planned. Raises as `create` does, and NotFound."""
    info = SIPDispatchRuleInfo.FromString(change.new)
    rule_id = info.sip_dispatch_rule_id
    call = partial(livekit.api.sip.update_dispatch_rule, rule_id)
    try:
        return record(await livekit.write(call, info))
    except NotFound:
        raise LiveKitNotFound(GONE.format(rule_id)) from None
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error, info) from error


async def delete(livekit: LiveKit, rule_id: str) -> Rule:
    """Delete a rule and give it as it was. Raises NotFound."""
    request = DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=rule_id)
    call = livekit.api.sip.delete_dispatch_rule
    try:
        return record(await livekit.write(call, request))
    except NotFound:
        raise LiveKitNotFound(GONE.format(rule_id)) from None


def _message(rule: Plain, stored: SIPDispatchRuleInfo | None) -> SIPDispatchRuleInfo:
    try:
        return whole(rule, stored)
    except ValueError as error:
        pin = any("•" in own.get("pin", "") for own in rule.get("rule", {}).values())
        raise Invalid(fields={"pin" if pin else "egress": str(error)}) from error


def _planned(
    stored: SIPDispatchRuleInfo | None,
    message: SIPDispatchRuleInfo,
    rules: Sequence[SIPDispatchRuleInfo],
    trunks: Sequence[TrunkTerms],
) -> Plan:
    before = SIPDispatchRuleInfo() if stored is None else stored
    new = terms(message)
    check_rule(message, before, {trunk.id for trunk in trunks})
    others = [each for each in map(terms, rules) if each.id != new.id]
    check_same_calls(new, others)
    return Plan(replacement(before, message), warnings([*others, new], trunks)[new.id])


async def _about_field(
    livekit: LiveKit, error: LiveKitInvalid, info: SIPDispatchRuleInfo
) -> LiveKitError:
    """Return the error with the field that it is about.

    LiveKit names either of two rules that collide, and the new one as `<new>`: both are found here.
    """
    said = error.reason.partition(": ")[2]
    field = field_about(said, ABOUT)
    if field is None:
        return error
    if field == "trunks":
        new = terms(info)
        try:
            rules = map(terms, await listed(livekit))
            check_same_calls(new, [rule for rule in rules if rule.id != new.id])
        except LiveKitError as same:
            if isinstance(same, SameCalls):
                return same
    return LiveKitInvalid(fields={field: f"LiveKit: {said}."})
