"""A dispatch rule as the fields of its form, and back: each side holds what the other has.

A rule is LiveKit's own JSON here (services/sip_rule_json.py). A field that nobody touched leaves
its part of the rule as it is, so that what no field can hold survives.
"""

from collections.abc import Iterator
from typing import Any

from app.inputs.fields import as_typed, unreadable
from app.inputs.sip.rule_texts import VALUES, Plain, shown
from app.services.livekit.redaction import HIDDEN
from app.services.sip.rules.rules import KINDS

Fields = dict[str, str | bool | list[str]]
Place = tuple[str, ...]
OF_KIND = {str(kind): name for name, kind in KINDS.items()}
UNKNOWN = "unknown"
# Fields of several lines; all others are of one.
LINES = frozenset(
    {"called", "callers", "attributes", "metadata", "config_metadata", "tags", "agents", "egress"}
    | {"codecs"}
)
# Where the rule has what a field is about.
PLACES: dict[str, Place] = {
    "name": ("name",),
    "trunks": ("trunk_ids",),
    "called": ("numbers",),
    "callers": ("inbound_numbers",),
    "hide_number": ("hide_phone_number",),
    "attributes": ("attributes",),
    "metadata": ("metadata",),
    "room_preset": ("room_preset",),
    "config_name": ("room_config", "name"),
    "empty_timeout": ("room_config", "empty_timeout"),
    "departure_timeout": ("room_config", "departure_timeout"),
    "max_participants": ("room_config", "max_participants"),
    "min_playout_delay": ("room_config", "min_playout_delay"),
    "max_playout_delay": ("room_config", "max_playout_delay"),
    "sync_streams": ("room_config", "sync_streams"),
    "config_metadata": ("room_config", "metadata"),
    "tags": ("room_config", "tags"),
    "agents": ("room_config", "agents"),
    "egress": ("room_config", "egress"),
    "encryption": ("media", "encryption"),
    "codecs": ("media", "codecs"),
    "only_listed_codecs": ("media", "only_listed_codecs"),
    "media_timeout": ("media", "media_timeout"),
    "krisp_enabled": ("krisp_enabled",),
}
# LiveKit keeps it in step with the one that replaced it (livekit/sip.go, updateMediaConfig).
OLDER = ("media_encryption",)


def fields_of(rule: Plain, *, had_pin: bool) -> Fields:
    """Return the fields that show a rule; a covered PIN is an empty field."""
    kind, own = _own(rule)
    pin = str(own.get("pin", ""))
    fields: Fields = {
        "kind": kind,
        "room": own.get("room_name", ""),
        "prefix": own.get("room_prefix", ""),
        "individual_random": not own.get("no_randomness", False),
        "callee_random": bool(own.get("randomize", False)),
        "pin": "" if pin == HIDDEN else pin,
        "remove_pin": had_pin and not pin,
    }
    fields |= {name: shown(name, _at(rule, place)) for name, place in PLACES.items()}
    fields["encryption"] = fields["encryption"] or shown("encryption", _at(rule, OLDER))
    return {
        name: as_typed(value, lines=name in LINES) if isinstance(value, str) else value
        for name, value in fields.items()
    }


def without_pin(rule: Plain) -> Plain:
    """Return a rule for the form to be laid over: the PIN has a field of its own."""
    kind, own = _own(rule)
    if "pin" not in own:
        return rule
    return rule | {"rule": {OF_KIND[kind]: {k: v for k, v in own.items() if k != "pin"}}}


def wrong_fields(fields: Fields, base: Plain, *, had_pin: bool) -> Iterator[tuple[str, str]]:
    """Return each field that the rule cannot hold, and why."""
    before = fields_of(base, had_pin=had_pin)
    if fields["kind"] not in {*OF_KIND, before["kind"]}:
        yield "kind", "Choose an option from the list."
    yield from unreadable(_touched(fields, before), lambda name: _value(name, fields))


def rule_of(fields: Fields, base: Plain, *, had_pin: bool) -> Plain:
    """Return the rule that the fields make of the one that they were filled with.

    Raises ValueError for what `wrong_fields` tells.
    """
    before = fields_of(base, had_pin=had_pin)
    rule = base | {"rule": _rule(fields, before, base, had_pin)}
    for name in _touched(fields, before):
        _put(rule, PLACES[name], _value(name, fields))
        if name == "encryption":
            _put(rule, OLDER, _value(name, fields))
    if rule.get("room_config") == {}:
        del rule["room_config"]
    return rule


def _own(rule: Plain) -> tuple[str, Plain]:
    """Return a rule's kind, and what that kind has of its own."""
    for kind, name in OF_KIND.items():
        if name in rule.get("rule", {}):
            return kind, rule["rule"][name]
    return UNKNOWN, {}


def _rule(fields: Fields, before: Fields, base: Plain, had_pin: bool) -> Plain:
    kind = str(fields["kind"])
    if kind not in OF_KIND:
        kept: Plain = base.get("rule", {})
        return kept
    _, was = _own(base)

    def typed(field: str, name: str) -> Any:
        return was.get(name, "") if fields[field] == before[field] else fields[field]

    own: Plain
    match kind:
        case "direct":
            own = {"room_name": typed("room", "room_name")}
        case "individual":
            own = {"room_prefix": typed("prefix", "room_prefix")}
            own["no_randomness"] = not fields["individual_random"]
        case _:
            own = {"room_prefix": typed("prefix", "room_prefix")}
            own["randomize"] = fields["callee_random"]
    own["pin"] = fields["pin"] or (HIDDEN if had_pin and not fields["remove_pin"] else "")
    return {OF_KIND[kind]: {name: value for name, value in own.items() if value}}


def _touched(fields: Fields, before: Fields) -> Iterator[str]:
    """Return the fields that were changed; the boxes of a list are in the page's order."""
    for name in PLACES:
        now, then = fields[name], before[name]
        if isinstance(now, list) and isinstance(then, list):
            now, then = sorted(now), sorted(then)
        if now != then:
            yield name


def _value(name: str, fields: Fields) -> Any:
    return VALUES[name](fields[name]) if name in VALUES else fields[name]


def _at(rule: Plain, place: Place) -> Any:
    found: Any = rule
    for name in place:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _put(rule: Plain, place: Place, value: Any) -> None:
    """Set a part of the rule, or take it out; what it was copied from stays as it is."""
    *above, name = place
    for each in above:
        rule[each] = dict(rule.get(each, {}))
        rule = rule[each]
    if value:
        rule[name] = value
    else:
        rule.pop(name, None)
