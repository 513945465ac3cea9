"""What the form that dials out refuses: the field is marked, and nothing typed is lost."""

from typing import Any

import pytest

from dev.workers import Standin
from tests.routes.asked import DIAL
from tests.support.visitor import Visitor

WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "nobody": ({"to": ""}, "to", "This field is required."),
    "a whole address": ({"to": "sip:a@b"}, "to", "the trunk has the host"),
    "no trunk": ({"trunk": ""}, "trunk", "Choose a trunk."),
    "no room": ({"room": ""}, "room", "This field is required."),
    "a long room": ({"room": "é" * 129}, "room", "256 bytes"),
    "own trunk of nowhere": (
        {"trunk": "own", "number": "+1"},
        "hostname",
        "This field is required.",
    ),
    "own trunk, no number": ({"trunk": "own", "hostname": "h"}, "number", "Enter a caller ID"),
    "own trunk as sip:": (
        {"trunk": "own", "hostname": "sip:h", "number": "+1"},
        "hostname",
        "without sip:",
    ),
    "attributes": ({"attributes": '{"a": 1}'}, "attributes", "must be text in quotes"),
    "dtmf": ({"dtmf": "12x"}, "dtmf", "Use digits"),
    "headers": ({"headers": "no colon"}, "headers", "Name: value"),
    "a header of LiveKit's": ({"headers": "Contact: a"}, "headers", "sets this header itself"),
    "codec": ({"codecs": "PC MU"}, "codecs", "enter a name"),
    "no codec": ({"only_listed_codecs": "on"}, "codecs", "at least one codec"),
    "sound": ({"media_timeout": "601"}, "media_timeout", "0 to 600 seconds"),
    "request": ({"request_uri": "a@b"}, "request_uri", "complete address"),
    "from": ({"from_header": "<sip:a@b"}, "from_header", "complete address"),
    "a line more": (
        {"from_header": "sip:a@b", "from_name": "a\rVia: b"},
        "from_name",
        "sent in quotes",
    ),
    "a user without a host": ({"from_header": "desk"}, "from_header", "complete address"),
    "a name alone": ({"from_name": "Desk"}, "from_name", "the From address as well"),
    "from name": ({"from_name": 'a" <sip:b>'}, "from_name", "sent in quotes"),
    "to user": ({"to_user": "a@b"}, "to_user", "the user only"),
    "city": ({"city": "Köln"}, "city", "country or region"),
    "country": ({"country": "Germany"}, "country", "two-letter"),
    "no country, says LiveKit": ({"country": "XX"}, "country", "LiveKit: country must be"),
    "name, says LiveKit": ({"display_name": 'a" b'}, "display_name", "LiveKit: DisplayName"),
    "long name": ({"display_name": "é" * 65}, "display_name", "128 bytes"),
    "two names": ({"display_name": "a", "no_display_name": "on"}, "no_display_name", "not both"),
    "own trunk, map": (
        {"trunk": "own", "hostname": "h", "number": "+1", "headers_to_attributes": "X"},
        "headers_to_attributes",
        "Header=attribute",
    ),
    "own trunk, no host name": (
        {"trunk": "own", "hostname": "a=b", "number": "+1"},
        "hostname",
        "isn't a valid host name",
    ),
    "rings for ever": ({"ringing_timeout": "51"}, "ringing_timeout", "Max 50 s"),
    "rings not": ({"ringing_timeout": "0"}, "ringing_timeout", "1 or more"),
}


@pytest.mark.parametrize(("changes", "field", "reason"), WRONG.values(), ids=WRONG)
def test_each_wrong_field_is_marked_and_all_is_kept(
    admin: Visitor,
    call_form: dict[str, Any],
    standin: Standin,
    changes: dict[str, str],
    field: str,
    reason: str,
) -> None:
    page = admin.send(DIAL, call_form | {"name": "typed in vain"} | changes)
    assert page.status == 422, page.text
    assert reason in page.text
    marked = [tag for _, tag in page.tags if tag.get("name") == field]
    assert any(tag.get("aria-invalid") == "true" for tag in marked)
    assert page.all("input", name="name", value="typed in vain")
    assert not [call for call in standin.calls() if call.request.get("call_to") == call_form["to"]]
