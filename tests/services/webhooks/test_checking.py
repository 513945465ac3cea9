"""What is wrong with a webhook, one thing at a time, held against livekit-api's own receiver."""

import base64
import hashlib
import json
import time

import jwt
import pytest

from app.config.settings import Settings
from app.services.tokens.states import Verdict
from app.services.webhooks import checking as webhooks_checking
from app.services.webhooks import samples as webhooks_samples
from app.services.webhooks.checking import Checked, Delivery
from app.services.webhooks.states import WebhookEvent
from tests.services.webhooks.deliveries import BODY, SECRET, hashed, taken_by_the_sdk, token

ACCENTED = BODY.replace('"r"', '"café"')
EURO = BODY.replace('"r"', '"€"')
SLASHED = next(
    body
    for body in (BODY.replace("EV_1", f"EV_{number}") for number in range(1000))
    if {"+", "/"} <= set(base64.b64encode(hashlib.sha256(body.encode()).digest()).decode())
)


def failing(found: Checked) -> dict[str, str]:
    """Return what is wrong, by what it is about."""
    return {each.about: each.text for each in found.checks if each.verdict is Verdict.BAD}


def test_what_livekit_sends_is_valid(settings: Settings) -> None:
    found = webhooks_checking.check(settings, Delivery(token(), BODY))
    assert (found.fine, found.problems, found.late) == (True, (), False)
    assert found.event is not None
    assert found.event.sentence == "The room r started."
    assert found.checks[-1].text == "livekit-api accepts it."


def wrong() -> dict[str, tuple[str, str, str, str]]:
    """Return what comes, and about what it says which words; signed now, for five minutes."""
    now = int(time.time())
    return {
        "no header": ("", BODY, "Header", "There is no Authorization header"),
        "bearer": (f"Bearer {token()}", BODY, "Header", "begins with Bearer"),
        "basic": ("Basic YWRtaW46cHc=", BODY, "Header", "a proxy's own sign-in"),
        "no token": ("hello", BODY, "Format", "It has 1 part"),
        "secret": (token(secret=SECRET[::-1]), BODY, "Signature", "signed with another secret"),
        "key": (token(iss="APIother"), BODY, "API key", "webhook.api_key"),
        "no key": (token(iss=None), BODY, "API key", "names no key"),
        "expired": (token(exp=now - 600), BODY, "Expiry", "LiveKit signs for 5 minutes"),
        "no expiry": (token(exp=None), BODY, "SDK", 'missing the "exp" claim'),
        "early": (token(nbf=now + 900), BODY, "Not before", "the signer's clock is ahead"),
        "no hash": (token(sha256=None), BODY, "Body", "no sha256"),
        "hexadecimal": (
            token(sha256=hashlib.sha256(BODY.encode()).hexdigest()),
            BODY,
            "Body",
            "in hexadecimal",
        ),
        "base64url": (
            token(sha256=hashed(SLASHED).translate(str.maketrans("+/", "-_"))),
            SLASHED,
            "Body",
            "in base64url",
        ),
        "no padding": (token(sha256=hashed(BODY).rstrip("=")), BODY, "Body", "without padding"),
        "byte order mark": (token(), f"\ufeff{BODY}", "Body", "A byte order mark (U+FEFF)"),
        "Latin-1": (
            token(sha256=hashed(ACCENTED)),
            ACCENTED.encode().decode("latin-1"),
            "Body",
            "decoded as latin-1",
        ),
        "cp1252": (
            token(sha256=hashed(EURO)),
            EURO.encode().decode("cp1252"),
            "Body",
            "decoded as cp1252",
        ),
        "another body": (
            token(),
            BODY.replace("EV_1", "EV_2"),
            "Body",
            "changed, truncated or reserialized",
        ),
        "line break": (token(), f"{BODY}\n", "Body", "White space was added"),
        "written again": (token(), json.dumps(json.loads(BODY)), "Body", "parsed and reserialized"),
        "compact": (
            token(),
            json.dumps(json.loads(BODY), separators=(",", ":")),
            "Body",
            "Hash the raw body instead",
        ),
        "no body": (token(), "", "Body", "A framework may have consumed it"),
        "no JSON": (
            token(sha256=hashed("event=x")),
            "event=x",
            "Event",
            "Not a WebhookEvent in JSON",
        ),
        "no event": (token(sha256=hashed("{}")), "{}", "Event", "without the field “event”"),
        "half a character": (token(), '{"event":"\ud800"}', "Body", "Not UTF-8 text"),
    }


@pytest.mark.parametrize("case", wrong())
def test_says_exactly_what_is_wrong(settings: Settings, case: str) -> None:
    authorization, body, about, said = wrong()[case]
    found = webhooks_checking.check(settings, Delivery(authorization, body))
    assert not found.fine
    assert said in failing(found)[about]
    assert found.late == (case == "expired")
    # an event without its name is one to the SDK: nobody can do anything with it all the same
    assert taken_by_the_sdk(authorization, body) == (case == "no event")


def test_of_another_key_the_signature_is_not_judged(settings: Settings) -> None:
    found = webhooks_checking.check(
        settings, Delivery(token(secret="y" * 40, iss="APIother"), BODY)
    )
    assert failing(found).keys() == {"API key"}
    assert Verdict.UNKNOWN in {each.verdict for each in found.checks}


@pytest.mark.parametrize(
    "logged",
    [
        "Authorization: {}\n",
        '"{}"',
        "'HTTP_AUTHORIZATION': '{}'",
        '{{"authorization": "{}", "content-type": "application/webhook+json"}}',
        "authorization={}",
    ],
)
def test_a_header_as_it_is_logged(settings: Settings, logged: str) -> None:
    found = webhooks_checking.check(settings, Delivery(logged.format(token()), BODY))
    assert found.fine, found.problems


def test_a_header_that_was_wrapped(settings: Settings) -> None:
    whole = token()
    wrapped = f"{whole[:40]}\n{whole[40:90]}\n{whole[90:]}"
    assert webhooks_checking.check(settings, Delivery(wrapped, BODY)).fine


def test_two_headers_are_not_guessed_at(settings: Settings) -> None:
    several = f"{token()} {token(nbf=1)}"
    found = webhooks_checking.check(settings, Delivery(several, BODY))
    assert "The text has 2 tokens" in failing(found)["Header"]


def test_an_event_of_a_newer_server_is_noted(settings: Settings) -> None:
    body = BODY.replace("room_started", "room_dreamt").replace('"id"', '"new":{"a":1}, "id"')
    found = webhooks_checking.check(settings, Delivery(token(sha256=hashed(body)), body))
    assert (found.fine, found.verdict) == (True, Verdict.NOTE)
    assert found.event is not None
    assert not found.event.known


@pytest.mark.parametrize("event", WebhookEvent)
def test_samples_are_valid_and_say_what_they_are(settings: Settings, event: WebhookEvent) -> None:
    sample = webhooks_samples.make(settings, event, "stage <1>")
    found = webhooks_checking.check(settings, Delivery(sample.authorization, sample.body))
    assert found.fine, found.problems
    assert taken_by_the_sdk(sample.authorization, sample.body)
    assert found.event is not None
    assert (found.event.event, found.event.room) == (event, "stage <1>")
    assert "stage <1>" in found.event.sentence
    claims = jwt.decode(sample.authorization, options={"verify_signature": False})
    assert claims["exp"] - claims["nbf"] == 300
    assert "video" not in claims
