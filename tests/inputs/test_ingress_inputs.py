"""What the forms about ingress accept, apart from HTTP."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit import api
from pydantic import ValidationError

from app.inputs.ingress.ingress import CreateIngress, EditIngress, texts_of, url_problem
from app.inputs.ingress.media import bits, layer_lines, layer_problem, layers, rate
from app.services.ingress import ingresses
from app.services.ingress.control import Changes
from app.services.ingress.media import Quality
from app.services.ingress.options import Layer

LAYERS = st.lists(
    st.builds(
        Layer,
        quality=st.sampled_from(["LOW", "MEDIUM", "HIGH", "OFF"]),
        width=st.integers(0, 999_999_999),
        height=st.integers(0, 999_999_999),
        bitrate=st.integers(0, 2**32 - 1),
    )
).map(tuple)


@given(st.integers(0, 2**32 - 1))
def test_no_bit_of_a_rate_is_lost(number: int) -> None:
    assert bits(rate(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("96k", 96_000), (" 1.9 M ", 1_900_000), ("64000", 64_000), ("0", 0), ("", 0), ("2Mbps", 2e6)],
)
def test_rates_are_read(text: str, number: int) -> None:
    assert bits(text) == number


@pytest.mark.parametrize("text", ["fast", "-1", "1e9", "5G", "99999999999", "1 2", "٣k", "k"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter bits per second"):
        bits(text)


@given(LAYERS)
def test_layers_come_through_as_lines(found: tuple[Layer, ...]) -> None:
    assert layers(layer_lines(found)) == found


def test_layers_are_read_as_people_write_them() -> None:
    text = "\n  HIGH 1280 x 720   1.9M\r\n\nlow 320\u00d7180\n"
    assert layers(text) == (Layer(Quality.HIGH, 1280, 720, 1_900_000), Layer(Quality.LOW, 320, 180))


@pytest.mark.parametrize("text", ["high", "best 2x2", "high 2x2 fast", "high 2x2\nlow", "high 2x"])
def test_a_line_that_is_no_layer_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"Line {text.count(chr(10)) + 1}: "):
        layers(text)


@given(LAYERS)
def test_any_layers_are_taken_or_explained(found: tuple[Layer, ...]) -> None:
    problem = layer_problem(found)
    assert problem == "" or problem.endswith(".")


@pytest.mark.parametrize(
    "url",
    ["http://h", "https://u:p@h:8443/a%20b?c=d#e", "srt://[::1]:9000?passphrase=x", "HTTP://h/x"],
)
def test_addresses_that_can_be_tried(url: str) -> None:
    assert url_problem(url) == ""


@given(st.text() | st.text().map("http://{}".format))
def test_any_address_is_taken_or_explained(url: str) -> None:
    problem = url_problem(url)
    assert problem == "" or problem.endswith(".")


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
OPTIONS = st.builds(
    api.IngressVideoOptions,
    name=TEXT,
    source=st.sampled_from(["UNKNOWN", "CAMERA"]),
    options=st.none()
    | st.builds(
        api.IngressVideoEncodingOptions,
        frame_rate=st.sampled_from([0, 29.97, 30, 1000.125]),
        layers=st.lists(
            st.builds(api.VideoLayer, width=st.just(2), height=st.just(2), bitrate=st.just(1500)),
            max_size=1,
        ),
    ),
)


@given(
    st.builds(
        api.IngressInfo,
        name=TEXT,
        room_name=TEXT,
        participant_identity=TEXT.filter(bool),
        participant_name=TEXT,
        participant_metadata=TEXT,
        enabled=st.booleans(),
        enable_transcoding=st.booleans(),
        input_type=st.sampled_from(["RTMP_INPUT", "WHIP_INPUT"]),
        video=OPTIONS,
    )
)
def test_a_form_sent_back_as_it_was_shown_changes_nothing(info: api.IngressInfo) -> None:
    fields = texts_of(ingresses.record(info))
    wrong: set[Any] = set()
    try:
        form = EditIngress.model_validate(fields | {"shown": json.dumps(fields)})
        assert form.changes == Changes()
    except ValidationError as error:
        wrong = {e["loc"][0] for e in error.errors()}
    # what is there may break rules for what is typed
    long = {name for name, value in fields.items() if len(str(value).encode()) > 256}
    assert wrong <= long | {"metadata", "video_frame_rate"}


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_said_to_have_been_shown_is_read_or_refused(shown: str) -> None:
    wrong: list[Any] = []
    try:
        assert EditIngress(identity="x", shown=shown).changes
    except ValidationError as error:
        wrong = [e["loc"] for e in error.errors()]
    assert wrong in ([], [("shown",)])


def test_nesting_that_no_parser_survives_is_refused() -> None:
    with pytest.raises(ValidationError):
        EditIngress(identity="x", shown="[" * 100_000)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"identity"}),
        ({"identity": "x", "input": "url"}, {"url", "room"}),
        ({"identity": "x", "input": "url", "url": "http://h", "room": "r"}, set()),
        ({"identity": "x", "input": "whip", "audio_encoding": "advanced"}, {"audio_encoding"}),
        ({"identity": "x", "input": "rtmp", "audio_encoding": "advanced"}, set()),
        ({"identity": "x", "video_layers": "low 3x3"}, set()),
    ],
)
def test_what_does_not_go_together_is_named(values: dict[str, Any], wrong: set[str]) -> None:
    assert set(dict(CreateIngress(**values).problems())) == wrong
