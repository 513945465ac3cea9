"""What the form about a dispatch rule accepts: its fields, or the same rule as JSON."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator

from app.inputs.fields import Input
from app.inputs.sip.rule_fields import Fields, fields_of, rule_of, without_pin, wrong_fields
from app.inputs.sip.rule_texts import Plain
from app.services.sip.rules import rule_json

View = Literal["form", "json"]


class RuleForm(Input):
    """A rule in one of its two views; `to` is the view that is asked for next, empty to save.

    `shown` is the rule as it was when the form was opened. `definition` is the rule itself in the
    JSON view, and what the fields are laid over in the other. An empty PIN keeps the stored one.
    """

    view: View = "form"
    to: Literal["", "form", "json"] = ""
    shown: str = "{}"
    definition: str = "{}"
    name: str = ""
    kind: str = "individual"
    room: str = ""
    prefix: str = "call"
    individual_random: bool = True
    callee_random: bool = False
    trunks: list[str] = Field(default_factory=list)
    pin: str = ""
    remove_pin: bool = False
    called: str = ""
    callers: str = ""
    hide_number: bool = False
    attributes: str = ""
    metadata: str = ""
    room_preset: str = ""
    config_name: str = ""
    empty_timeout: str = ""
    departure_timeout: str = ""
    max_participants: str = ""
    min_playout_delay: str = ""
    max_playout_delay: str = ""
    sync_streams: bool = False
    config_metadata: str = ""
    tags: str = ""
    agents: str = ""
    egress: str = ""
    encryption: str = ""
    codecs: str = ""
    only_listed_codecs: bool = False
    media_timeout: str = ""
    krisp_enabled: bool = False

    @field_validator("shown")
    @classmethod
    def _was_shown(cls, text: str) -> str:
        try:
            rule_json.read(text)
        except ValueError:
            raise ValueError("The form is out of date. Reload it and try again.") from None
        return text

    @field_validator("definition")
    @classmethod
    def _is_a_rule(cls, text: str) -> str:
        rule_json.read(text)
        return text

    @property
    def before(self) -> Plain:
        """The rule as it was when the form was opened."""
        return rule_json.read(self.shown)

    @property
    def had_pin(self) -> bool:
        """Return whether the rule had a PIN when the form was opened."""
        return rule_json.asks_pin(self.before)

    @property
    def rule(self) -> Plain:
        """The rule that this view makes. Raises ValueError for what `problems` tells."""
        typed = rule_json.read(self.definition)
        if self.view == "json":
            return typed
        return rule_json.canonical(rule_of(self._fields, typed, had_pin=self.had_pin))

    @property
    def other_view(self) -> dict[str, Any]:
        """The fields of the form in the view that is asked for."""
        return filled(self.rule, self.to or self.view, had_pin=self.had_pin)

    @property
    def _fields(self) -> Fields:
        return self.model_dump(exclude={"view", "to", "shown", "definition"})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that the rule cannot hold or that is missing, and why."""
        if self.view == "json":
            return
        base = rule_json.read(self.definition)
        yield from wrong_fields(self._fields, base, had_pin=self.had_pin)
        if self.pin and self.remove_pin:
            yield "remove_pin", "Remove the PIN or give a new one, not both."
        if self.kind == "direct" and not self.room and not self.to:
            yield "room", "Enter the room for callers."


class DeleteRule(Input):
    """Nothing to fill in: the confirmation is the button."""


def filled(rule: Plain, view: View, *, had_pin: bool) -> dict[str, Any]:
    """Return the fields that show a rule in one of the two views."""
    if view == "json":
        return {"view": view, "definition": rule_json.text(rule)}
    base = {"view": view, "definition": rule_json.text(without_pin(rule))}
    return base | fields_of(rule, had_pin=had_pin)


def opened(rule: Plain, view: View) -> dict[str, Any]:
    """Return the fields of a form that is opened for a stored rule, as JSON has it."""
    shown = {"shown": rule_json.text(rule)}
    return shown | filled(rule, view, had_pin=rule_json.asks_pin(rule))
