"""What keeps a dispatch rule from being saved, whether a form or a file describes it."""

from collections.abc import Collection, Iterable, Iterator

from livekit.api import SIPDispatchRuleInfo

from app.errors import Invalid, LiveKitInvalid
from app.services.sip.routing.routing import collision
from app.services.sip.routing.terms import Key, RuleTerms, collisions
from app.services.sip.trunks.checks import media_problems
from app.services.sip.values import check_number

NO_TRUNK = "There is no inbound trunk {}, or it was deleted. Choose another one."
# LiveKit's names of the fields whose names in the form differ.
IN_FORM = {"numbers": "called", "inbound_numbers": "callers"}


class SameCalls(LiveKitInvalid):
    """Another rule matches the same calls; `context` has it as `other`."""


def check_rule(
    new: SIPDispatchRuleInfo, stored: SIPDispatchRuleInfo, trunk_ids: Collection[str]
) -> None:
    """Refuse what no form saves. Raises Invalid with the fields of the form at fault."""
    problems = dict(_problems(new, stored, trunk_ids))
    if problems:
        raise Invalid(fields=problems)


def _problems(
    new: SIPDispatchRuleInfo, stored: SIPDispatchRuleInfo, trunk_ids: Collection[str]
) -> Iterator[tuple[str, str]]:
    for trunk_id in new.trunk_ids:
        if trunk_id not in trunk_ids and trunk_id not in stored.trunk_ids:
            yield "trunks", NO_TRUNK.format(trunk_id)
            break
    for name, field in IN_FORM.items():
        for number in getattr(new, name):
            try:
                if number not in getattr(stored, name):
                    check_number(number)
            except ValueError as error:
                yield field, str(error)
    yield from media_problems(new.media, stored.media)


def check_same_calls(new: RuleTerms, others: Iterable[RuleTerms]) -> None:
    """Refuse a rule as LiveKit would, but with the name of the other rule. Raises SameCalls."""
    for rule, other, key in collisions([*others, new]):
        if rule is new:
            same = SameCalls(
                fields={_field_of(key): f"{collision(rule, other, key)} LiveKit refuses that."}
            )
            same.context = {} if other is new else {"other": other}
            raise same


def _field_of(key: Key) -> str:
    """Return the narrowest of the fields by which two rules could differ."""
    return "called" if key.called else "callers" if key.caller else "trunks"
