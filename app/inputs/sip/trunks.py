"""What the forms about trunks accept: all as text, so that an untouched field stays as it is."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import field_validator

from app.inputs.fields import Input, as_shown, as_typed, changed, unreadable
from app.inputs.sip.texts import VALUES, entries, numbers
from app.services.sip.states import TrunkKind
from app.services.sip.trunks.checks import NO_ADDRESS, NO_NUMBER, OPEN_TO_ALL
from app.services.sip.trunks.trunks import Pairs, Trunk
from app.text.json_text import pretty
from app.text.phones import phone_problem

COMMON = (
    "name",
    "numbers",
    "auth_username",
    "headers",
    "headers_to_attributes",
    "attributes_to_headers",
    "include_headers",
    "encryption",
    "codecs",
    "only_listed_codecs",
    "media_timeout",
    "metadata",
)
OF_KIND = {
    TrunkKind.INBOUND: (
        *COMMON,
        "allowed_addresses",
        "allowed_numbers",
        "auth_realm",
        "ringing_timeout",
        "ringing_timeout_status",
        "max_call_duration",
        "krisp_enabled",
    ),
    TrunkKind.OUTBOUND: (*COMMON, "address", "transport", "destination_country", "from_host"),
}
LINES = frozenset(
    {
        "numbers",
        "allowed_addresses",
        "allowed_numbers",
        "headers",
        "headers_to_attributes",
        "attributes_to_headers",
        "codecs",
        "metadata",
    }
)


class TrunkFields(Input):
    """A trunk of either kind; what the other kind has is left alone."""

    kind: TrunkKind = TrunkKind.INBOUND
    name: str = ""
    numbers: str = ""
    address: str = ""
    transport: str = "auto"
    destination_country: str = ""
    from_host: str = ""
    allowed_addresses: str = ""
    allowed_numbers: str = ""
    auth_username: str = ""
    auth_password: str = ""
    auth_realm: str = ""
    headers: str = ""
    headers_to_attributes: str = ""
    attributes_to_headers: str = ""
    include_headers: str = "none"
    ringing_timeout: str = ""
    ringing_timeout_status: str = ""
    max_call_duration: str = ""
    krisp_enabled: bool = False
    encryption: str = ""
    codecs: str = ""
    only_listed_codecs: bool = False
    media_timeout: str = ""
    metadata: str = ""

    @property
    def before(self) -> Mapping[str, str | bool]:
        """The fields as the form showed them; those that it did not show had their defaults."""
        return {}

    @property
    def has_password(self) -> bool:
        """Return whether the trunk will have a password."""
        return bool(self.auth_password)

    @property
    def changes(self) -> dict[str, Any]:
        """The values of the fields that were touched, by LiveKit's names."""
        changes = {name: _value(name, getattr(self, name)) for name in self._touched()}
        return changes | ({"auth_password": self.auth_password} if self.auth_password else {})

    @property
    def warnings(self) -> list[str]:
        """What LiveKit takes and a provider may not: numbers that are none of E.164."""
        problems = map(phone_problem, numbers(self.numbers))
        return [problem for problem in problems if problem]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each touched field that LiveKit would refuse or ignore, and what is missing."""
        yield from unreadable(self._touched(), lambda name: _value(name, getattr(self, name)))
        if self.kind == TrunkKind.OUTBOUND:
            if not self.address:
                yield "address", NO_ADDRESS
            if not entries(self.numbers):
                yield "numbers", NO_NUMBER
        elif not (entries(self.numbers + "\n" + self.allowed_addresses) or self._signs_in()):
            yield "numbers", OPEN_TO_ALL

    def _signs_in(self) -> bool:
        return bool(self.auth_username) or self.has_password

    def _touched(self) -> tuple[str, ...]:
        return changed(self, self.before, OF_KIND[self.kind])


class CreateTrunk(TrunkFields):
    """Create a trunk: numbers are enough for an inbound one, and an address for an outbound one."""


class EditTrunk(TrunkFields):
    """Change a trunk; `shown` is what the form showed, and an empty password keeps the old one."""

    remove_password: bool = False
    shown: str = "{}"

    @field_validator("shown")
    @classmethod
    def _is_a_form(cls, text: str) -> str:
        as_shown(text)
        return text

    @property
    def before(self) -> Mapping[str, str | bool]:
        """The fields as the form showed them; a stored value may break rules for new ones."""
        return as_shown(self.shown)

    @property
    def has_password(self) -> bool:
        """Return whether the trunk will have a password."""
        keeps = bool(self.before.get("had_password")) and not self.remove_password
        return bool(self.auth_password) or keeps

    @property
    def changes(self) -> dict[str, Any]:
        """The values of the fields that were touched, and of the password that is to go."""
        gone = {"auth_password": ""} if self.remove_password else {}
        return super().changes | gone

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that does not go with the others, and why."""
        yield from super().problems()
        if self.remove_password and self.auth_password:
            yield "remove_password", "Remove the password or give a new one, not both."


class DeleteTrunk(Input):
    """Nothing to fill in: the confirmation is the button."""


def _value(name: str, typed: Any) -> Any:
    return VALUES[name](typed) if name in VALUES else typed


def texts_of(trunk: Trunk) -> dict[str, str | bool]:
    """Return a trunk as the fields of its form hold it, and as a browser gives them back."""
    fields: dict[str, str | bool] = {
        "kind": str(trunk.kind),
        "headers": _lines(trunk.headers, ": "),
        "headers_to_attributes": _lines(trunk.headers_to_attributes, "="),
        "attributes_to_headers": _lines(trunk.attributes_to_headers, "="),
        "metadata": pretty(trunk.metadata),
        "encryption": str(trunk.encryption or ""),
        "had_password": trunk.has_password,
    }
    rest = [name for name in OF_KIND[trunk.kind] if name not in fields]
    fields |= {name: _text(getattr(trunk, name)) for name in rest}
    return {
        name: text if isinstance(text, bool) else as_typed(text, lines=name in LINES)
        for name, text in fields.items()
    }


def _text(value: Any) -> str | bool:
    match value:
        case bool():
            return value
        case None:
            return ""
        case timedelta():
            return f"{value.total_seconds():.6f}".rstrip("0").rstrip(".")
        case tuple():
            return "\n".join(value)
        case _:
            return str(value)


def _lines(pairs: Pairs, sign: str) -> str:
    return "\n".join(f"{name}{sign}{text}" for name, text in pairs)
