"""What LiveKit's errors mean: every Twirp code, and connections that really break."""

import asyncio
from pathlib import Path

import pytest
from livekit.api import ServerError, SipCallError, TwirpErrorCode

from app import errors
from app.config.settings import load_settings
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import KINDS, NeedsRedis, translate
from app.services.rooms import rooms
from app.services.server import clock
from dev.stack import Stack
from tests.support.fault import Mode, Relay
from tests.support.tls import untrusted

TABLE = [
    ("canceled", 408, errors.LiveKitError, 502),
    ("unknown", 500, errors.LiveKitError, 502),
    ("invalid_argument", 400, errors.LiveKitInvalid, 422),
    ("malformed", 400, errors.LiveKitInvalid, 422),
    ("out_of_range", 400, errors.LiveKitInvalid, 422),
    ("deadline_exceeded", 408, errors.Unavailable, 503),
    ("not_found", 404, errors.LiveKitNotFound, 404),
    ("bad_route", 404, errors.Unsupported, 409),
    ("already_exists", 409, errors.LiveKitConflict, 409),
    ("permission_denied", 403, errors.Refused, 502),
    ("unauthenticated", 401, errors.Refused, 502),
    ("resource_exhausted", 429, errors.LiveKitConflict, 409),
    ("failed_precondition", 412, errors.LiveKitConflict, 409),
    ("aborted", 409, errors.LiveKitConflict, 409),
    ("unimplemented", 501, errors.Unsupported, 409),
    ("internal", 500, errors.LiveKitError, 502),
    ("unavailable", 503, errors.Unavailable, 503),
    ("dataloss", 500, errors.LiveKitError, 502),
    ("a code of tomorrow", 500, errors.LiveKitError, 502),
]


@pytest.mark.parametrize(("code", "status", "kind", "ours"), TABLE)
def test_each_code_has_its_error_and_status(
    code: str, status: int, kind: type[errors.LiveKitError], ours: int
) -> None:
    error = translate("ListRooms", ServerError(code, "what happened", status=status))
    assert type(error) is kind
    assert error.status == ours
    assert error.reason.startswith("ListRooms: ")
    assert "what happened" in error.reason or status == 401
    assert error.advice


def test_the_table_is_whole() -> None:
    known = {v for k, v in vars(TwirpErrorCode).items() if k.isupper() and isinstance(v, str)}
    tested = {code for code, *_ in TABLE}
    assert known <= tested
    assert set(KINDS) <= tested


def test_what_livekit_says_is_short_and_holds_no_secret_nor_half_a_character() -> None:
    said = "\ud800 rtmp://user:password@host/live/the-whole-key " + "x" * 10_000
    for code in ("invalid_argument", "internal", "unknown"):
        reason = translate("X", ServerError(code, said, status=400)).reason
        assert reason.startswith("X: ? rtmp://user:••••••@host/live/{the...key} xxx")
        assert len(reason) < 1000
    call = {"sip_status_code": "486", "sip_status": said}
    failed = translate("X", SipCallError("unknown", said, status=500, metadata=call))
    assert "password" not in failed.reason
    assert len(failed.reason.encode()) < 1000


def test_a_useless_prefix_is_left_out() -> None:
    error = translate("X", ServerError("unknown", "twirp error unknown: real words", status=500))
    assert error.reason == "X: real words"


def test_a_refusal_never_shows_the_token() -> None:
    error = translate("X", ServerError("unknown", "invalid token: eyJhbGciOi", status=401))
    assert type(error) is errors.Refused
    assert "eyJ" not in error.reason + error.advice + str(error)


def test_what_needs_redis_says_so() -> None:
    said = "egress not connected (redis required)"
    error = translate("ListEgress", ServerError("internal", said, status=500))
    assert type(error) is NeedsRedis
    assert isinstance(error, errors.Unsupported)
    assert "redis.address" in error.advice


def test_an_error_without_words_is_no_livekit() -> None:
    error = translate("X", ServerError("unknown", "", status=502))
    assert type(error) is errors.BadAnswer
    assert "status 502" in error.reason


def fails(stack: Stack, url: str, **settings: str) -> errors.DashboardError:
    """Ask LiveKit through `url`, and give the error that comes of it."""
    own = {"livekit_api_key": stack.api_key, "livekit_api_secret": stack.api_secret} | settings
    read = load_settings(_env_file=None, livekit_url=url, admin_password="-", **own)

    async def ask() -> errors.DashboardError:
        async with LiveKit(read) as livekit:
            with pytest.raises(errors.DashboardError) as raised:
                await rooms.listed(livekit)
            return raised.value

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("mode", "kind", "said"),
    [
        ("reset", errors.Unavailable, "broke before there was a response"),
        ("garbage", errors.BadAnswer, "not valid HTTP"),
        ("html", errors.BadAnswer, "answered with text/html, not with a LiveKit message"),
        ("empty", errors.BadAnswer, "answered with text/plain, not with a LiveKit message"),
        ("broken", errors.LiveKitError, "ListRooms: no database"),
        ("gateway", errors.BadAnswer, "answered with status 502 and no LiveKit error"),
        ("odd", errors.BadAnswer, "answered with status 502 and no LiveKit error"),
        ("redirect", errors.BadAnswer, "answered with a redirect to https://u:••••••@h/x"),
        ("password", errors.BadAnswer, "answered with a request for a password"),
        ("cut", errors.Unavailable, "broke before the response was complete"),
        ("compressed", errors.BadAnswer, "answered with an unrequested compression (gzip)"),
        ("huge", errors.BadAnswer, "answered with more than 64 MiB"),
    ],
)
def test_a_broken_answer_says_what_is_wrong(
    stack: Stack, relay: Relay, mode: Mode, kind: type[errors.LiveKitError], said: str
) -> None:
    relay.mode = mode
    error = fails(stack, relay.url)
    assert type(error) is kind
    assert said in error.reason


@pytest.mark.parametrize("url", ["WS://127.0.0.1:{port}", "Http://LOCALHOST:{port}"])
def test_an_address_in_upper_case_works(stack: Stack, relay: Relay, url: str) -> None:
    port = relay.url.rpartition(":")[2]
    own = {"livekit_api_key": stack.api_key, "livekit_api_secret": stack.api_secret}
    read = load_settings(
        _env_file=None, livekit_url=url.format(port=port), admin_password="-", **own
    )

    async def ask() -> None:
        async with LiveKit(read) as livekit:
            await rooms.listed(livekit)
            assert await clock.ask(livekit)

    asyncio.run(ask())


def test_an_address_that_aiohttp_refuses_is_no_answer(stack: Stack) -> None:
    error = fails(stack, "ws://127.1:7880")
    assert type(error) is errors.Unavailable
    assert error.reason.startswith("127.1:7880: ")


def test_a_certificate_that_is_not_trusted_names_the_setting(stack: Stack, tmp_path: Path) -> None:
    with untrusted(tmp_path) as port:
        error = fails(stack, f"wss://127.0.0.1:{port}")
    assert type(error) is errors.Unavailable
    assert "TLS certificate isn't trusted" in error.reason
    assert "SSL_CERT_FILE" in error.advice


def test_a_refused_connection_names_the_host(stack: Stack, relay: Relay) -> None:
    relay.close()
    error = fails(stack, relay.url)
    assert type(error) is errors.Unavailable
    assert error.reason == f"{relay.url.removeprefix('ws://')}: Connection refused."


def test_tls_where_there_is_none_is_said(stack: Stack, relay: Relay) -> None:
    error = fails(stack, relay.url.replace("ws://", "wss://"))
    assert type(error) is errors.Unavailable
    assert "TLS failed" in error.reason


@pytest.mark.parametrize("wrong", ["livekit_api_key", "livekit_api_secret"])
def test_a_wrong_key_or_secret_is_refused(stack: Stack, wrong: str) -> None:
    error = fails(stack, stack.url, **{wrong: "wrong" * 8})
    assert type(error) is errors.Refused
    assert "does not accept the API key, the secret or the clock" in error.reason
