"""What can be done with a dispatch rule: create, replace, delete.

An edit lays what was changed over the stored rule and sends the whole as `replace`: `update` does
not reach numbers, the room configuration and more. What this build does not know stays as it is.
"""

from collections.abc import Iterable, Sequence
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
from app.services.sip.routing.routing import collision
from app.services.sip.routing.terms import Key, RuleTerms, TrunkTerms, collisions
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
NO_TRUNK = "There is no inbound trunk {}, or it was deleted. Choose another one."


class SameCalls(LiveKitInvalid):
    """Another rule takes the same calls; `other` is that rule, None where it is not known."""

    other: RuleTerms | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving a rule would do, and what is to be known of the rule as it will be."""

    change: Replacement
    warnings: tuple[RuleWarning, ...]

    @property
    def grave(self) -> bool:
        """Whether the rule will let in whom it should not, or cannot do what it is for."""
        return any(warning.tone == "bad" for warning in self.warnings)


async def plan_new(livekit: LiveKit, rule: Plain) -> Plan:
    """Give what creating this rule would do.

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


async def create(livekit: LiveKit, change: Replacement) -> Rule:
    """Create the rule that was planned. Raises as `plan_new` does, else a LiveKitError."""
    info = SIPDispatchRuleInfo.FromString(change.new)
    request = CreateSIPDispatchRuleRequest(dispatch_rule=info)
    call = livekit.api.sip.create_dispatch_rule
    try:
        return record(await livekit.write("CreateSIPDispatchRule", call, request))
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error, info) from error


async def replace(livekit: LiveKit, change: Replacement) -> Rule:
    """Replace a rule by the message that was planned. Raises as `create` does, and NotFound."""
    info = SIPDispatchRuleInfo.FromString(change.new)
    rule_id = info.sip_dispatch_rule_id
    call = partial(livekit.api.sip.update_dispatch_rule, rule_id)
    try:
        return record(await livekit.write("UpdateSIPDispatchRule", call, info))
    except NotFound:
        raise LiveKitNotFound(GONE.format(rule_id)) from None
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error, info) from error


async def delete(livekit: LiveKit, rule_id: str) -> Rule:
    """Delete a rule and give it as it was. Raises NotFound."""
    request = DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=rule_id)
    call = livekit.api.sip.delete_dispatch_rule
    try:
        return record(await livekit.write("DeleteSIPDispatchRule", call, request))
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
    there = {trunk.id for trunk in trunks}
    lost = [id_ for id_ in new.trunks if id_ not in there and id_ not in before.trunk_ids]
    if lost:
        raise Invalid(fields={"trunks": NO_TRUNK.format(lost[0])})
    others = [each for each in map(terms, rules) if each.id != new.id]
    _check(new, others)
    return Plan(replacement(before, message), warnings([*others, new], trunks)[new.id])


def _check(new: RuleTerms, others: Iterable[RuleTerms]) -> None:
    """Raise SameCalls, as LiveKit would refuse the rule, but with the other rule's name."""
    for rule, other, key in collisions([*others, new]):
        if rule is new:
            same = SameCalls(
                fields={_field_of(key): f"{collision(rule, other, key)} LiveKit refuses that."}
            )
            same.other = None if other is new else other
            raise same


def _field_of(key: Key) -> str:
    """Give the narrowest of the fields by which two rules could be told apart."""
    return "called" if key.called else "callers" if key.caller else "trunks"


async def _about_field(
    livekit: LiveKit, error: LiveKitInvalid, info: SIPDispatchRuleInfo
) -> LiveKitError:
    """Give the error with the field that it is about.

    LiveKit names either of two rules that collide, and the new one as `<new>`: both are found here.
    """
    said = error.reason.partition(": ")[2]
    field = field_about(said, ABOUT)
    if field is None:
        return error
    if field == "trunks":
        new = terms(info)
        try:
            _check(new, [each for each in map(terms, await listed(livekit)) if each.id != new.id])
        except LiveKitError as same:
            if isinstance(same, SameCalls):
                return same
    return LiveKitInvalid(fields={field: f"LiveKit: {said}."})
