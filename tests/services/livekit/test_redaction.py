"""Secrets of egress requests: whatever field has them, nobody sees them."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.protocol import egress
from livekit.protocol.models import ParticipantInfo

from app.services.egress.jobs import record
from app.services.livekit.redaction import (
    HIDDEN,
    address,
    holds_secret,
    identifier,
    is_redacted,
    plain,
    text,
)
from tests.services.egress.secret_requests import jobs

WINDOW = 7  # more than a shown key's end
# Names of LiveKit's enums are shown, and a secret may have a part of one by chance.
NAMES = " ".join(
    name for enum in egress.DESCRIPTOR.enum_types_by_name.values() for name in enum.values_by_name
)


def leaks(shown: str, secret: str) -> list[str]:
    """Return the parts of a secret that are longer than the ends of a stream key, and are shown."""
    windows = [secret[at : at + WINDOW] for at in range(len(secret) - WINDOW + 1)]
    return [window for window in windows if window in shown and window not in NAMES]


def messages(descriptor: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """Return the types of all messages below one, by name."""
    if descriptor.name not in seen:
        seen[descriptor.name] = descriptor
        for field in descriptor.fields:
            if field.message_type:
                messages(field.message_type, seen)
    return seen


def texts() -> Iterator[tuple[str, Any]]:
    """Return every text field below EgressInfo, by name, with a message that has it alone."""
    for name, kind in messages(egress.EgressInfo.DESCRIPTOR, {}).items():
        for field in kind.fields:
            if field.type == field.TYPE_STRING:
                made = kind._concrete_class()
                if field.is_repeated:
                    getattr(made, field.name).append("VALUE")
                else:
                    setattr(made, field.name, "VALUE")
                yield f"{name}.{field.name}", made


def test_these_fields_are_hidden_and_a_new_one_with_such_a_name_too() -> None:
    hidden = {name for name, made in texts() if "VALUE" not in json.dumps(plain(made))}
    assert hidden == {
        "S3Upload.access_key",
        "S3Upload.secret",
        "S3Upload.session_token",
        "S3Upload.assume_role_external_id",
        "GCPUpload.credentials",
        "AzureBlobUpload.account_key",
        "AliOSSUpload.access_key",
        "AliOSSUpload.secret",
        "ProxyConfig.password",
        "WebhookConfig.signing_key",
    }
    telling = re.compile("key|secret|token|password|credential|signature")
    named_so = {name for name, _ in texts() if telling.search(name.partition(".")[2])}
    assert named_so - hidden == {"MetadataEntry.key"}


@given(jobs())
def test_no_secret_of_any_request_is_shown(drawn: tuple[egress.EgressInfo, list[str]]) -> None:
    info, secrets = drawn
    shown = json.dumps(plain(info), ensure_ascii=False)
    job = record(info)
    everything = f"{shown} {job!r} {[str(output) for output in job.outputs]} {job.explanation!r}"
    assert {
        secret: leaks(everything, secret) for secret in secrets if leaks(everything, secret)
    } == {}
    assert "shown-file" in shown or HIDDEN in shown, "what is no secret is to be seen"


PLAIN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._~{}", min_size=1, max_size=12)
QUERY = st.lists(st.tuples(st.sampled_from(["room", "a", "lang", "design"]), PLAIN), max_size=3)


@given(
    scheme=st.sampled_from(["http", "https", "ws", "wss", "s3", "gs", "HTTPS"]),
    path=st.lists(PLAIN, max_size=4),
    query=QUERY,
    fragment=st.one_of(st.just(""), PLAIN),
)
def test_an_address_without_secrets_comes_out_as_it_is(
    scheme: str, path: list[str], query: list[tuple[str, str]], fragment: str
) -> None:
    url = "/".join([f"{scheme}://host.example:8080", *path])
    url += "?" * bool(query) + "&".join(f"{name}={value}" for name, value in query)
    url += f"#{fragment}" if fragment else ""
    assert address(url) == url
    assert text(f"before {url} after") == f"before {url} after"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "room-{room_name}/a b.mp4",
        "localhost:7980",
        "rtmp://host",
        "mailto:a@b",
        "https://h/?url=https://x/y",
    ],
)
def test_what_has_no_secret_stays(said: str) -> None:
    assert address(said) == text(said) == said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtmp://h/app/abcdefghi", "rtmp://h/app/{abc...ghi}"),
        ("rtmp://h/app/abcdefghi live=1", "rtmp://h/app/{abc...ghi} live=1"),
        ("rtmp://h/app/abcdefghi/", "rtmp://h/app/{abc...ghi}/"),
        ("rtmp://h/app/abcdefghi/{...}", "rtmp://h/app/{abc...ghi}/{...}"),
        ("rtmp://h/abcdefghi", "rtmp://h/{abc...ghi}"),
        ("rtmp://h/app/abcdefghi?x=1&y", f"rtmp://h/app/{{abc...ghi}}?{HIDDEN}"),
        ("RTMPS://h:443/app/abcdefghi", "rtmps://h:443/app/{abc...ghi}"),
        ("mux://abcdefghi", "mux://{abc...ghi}"),
        ("twitch://abcdefghi", "twitch://{abc...ghi}"),
        ("srt://h:1?mode=caller&x=", f"srt://h:1?mode={HIDDEN}&x="),
        ("srt://h:1?abcdefghi", f"srt://h:1?{HIDDEN}"),
        ("https://name@h/x", f"https://{HIDDEN}@h/x"),
        ("https://name:pw@h/x", f"https://name:{HIDDEN}@h/x"),
        ("https://a@b:pw@h/x", f"https://a@b:{HIDDEN}@h/x"),
        ("https://h/x?a=1;token=x", f"https://h/x?a=1;token={HIDDEN}"),
        ("https://h/#/page?token=x", f"https://h/#/page?token={HIDDEN}"),
        ("https://h/?url=wss%3A%2F%2Fx%3Ftoken%3Dy", f"https://h/?url={HIDDEN}"),
        ("https://h/?to=rtmp://x/app/key", f"https://h/?to={HIDDEN}"),
        ("h/x?token=abc", f"h/x?token={HIDDEN}"),
        ("https://[broken", HIDDEN),
    ],
)
def test_addresses(url: str, shown: str) -> None:
    assert address(url) == shown
    assert address(shown) == shown, "what is hidden already stays"


@pytest.mark.parametrize("key", ["", "a", "ab", "abc", "abcdefgh", "abcdefghi", "x" * 50])
def test_a_key_shows_the_ends_that_livekit_shows(key: str) -> None:
    ends = [key[:n] + "..." + key[len(key) - n :] for n in (min(3, len(key) // 3),)]
    assert identifier(key) == "{" + ends[0] + "}"
    assert identifier(identifier(key)) == identifier(key)
    assert is_redacted(f"rtmp://h/app/{identifier(key)}")
    assert not is_redacted(f"rtmp://h/app/{key}")


@pytest.mark.parametrize(
    "around", ["{}", '"{}"', "'{}': refused", "({}).", "<{}>", "invalid url {}"]
)
def test_an_address_is_found_in_a_text(around: str) -> None:
    for url in ('rtmp://h/app/it\'s-"MY"-key', "srt://h:1?passphrase=AB'CD", "https://me@h"):
        shown = text(around.format(url))
        assert shown.startswith(around.partition("{}")[0])
        assert not {"MY", "CD", "me@"} & {part for part in ("MY", "CD", "me@") if part in shown}


@pytest.mark.alone
@pytest.mark.parametrize(
    "said", ["a" * 99_999, "a://" * 30_000, "http://h/?u=" + "://a?b" * 20_000]
)
def test_a_hostile_text_takes_no_time(said: str) -> None:
    began = time.monotonic()
    text(said)
    assert time.monotonic() - began < 5


def test_maps_and_numbers_stay_as_they_are() -> None:
    upload = egress.S3Upload(metadata={"secret": "of the map", "x": "y"}, force_path_style=True)
    assert plain(upload) == {
        "metadata": {"secret": HIDDEN, "x": "y"},
        "force_path_style": True,
    }
    assert plain(ParticipantInfo(joined_at=7)) == {"joined_at": "7"}


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ('{"file": {"s3": {"access_key": "x"}}}', True),
        ('{"s3": {"accessKey": "x"}}', True),
        ('{"gcp": {"credentials" : "x"}}', True),
        ("see https://host/?token=x", True),
        ("rtmp://host/live/key\nrtmp://host/live/other", True),
        ('{"secrets": 1, "a": "secret"}', True),
        ('{"filepath": "a"}', False),
        ("the secret of https://host/a", False),
        ("", False),
    ],
)
def test_what_somebody_typed_may_hold_a_credential(typed: str, secret: bool) -> None:
    assert holds_secret(typed) is secret
