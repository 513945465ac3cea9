"""An ingress that the form refuses: each wrong field is marked, and nothing typed is lost."""

import secrets

import pytest
from livekit import api

from app.text.paths import ingress_path
from tests.routes.asked import Ask
from tests.routes.filled import filled, marked
from tests.routes.ingress.ingresses import NEW, form, listed
from tests.support.visitor import Visitor

WRONG = [
    ({"identity": ""}, "identity"),
    ({"identity": "é" * 129}, "identity"),
    ({"room": "é" * 129}, "room"),
    ({"participant_name": "x" * 257}, "participant_name"),
    ({"input": "url"}, "url"),
    ({"input": "url", "url": "rtmp://media.example/live"}, "url"),
    ({"input": "url", "url": "//media.example/x"}, "url"),
    ({"input": "url", "url": "http://"}, "url"),
    ({"input": "url", "url": "http://media.example/a b"}, "url"),
    ({"input": "url", "url": "http://media.example:99999/"}, "url"),
    ({"input": "url", "url": "http://user:pass-word@media.example/%zz"}, "url"),
    ({"input": "url", "url": "http://media.example/x", "room": ""}, "room"),
    ({"input": "url", "url": "http://media.example/x", "enabled": None}, "enabled"),
    ({"input": "fax"}, "input"),
    ({"input": "whip", "audio_encoding": "OPUS_MONO_64KBS"}, "audio_encoding"),
    ({"input": "whip", "video_encoding": "advanced"}, "video_encoding"),
    ({"audio_encoding": "LOUD"}, "audio_encoding"),
    ({"audio_encoding": "UNKNOWN"}, "audio_encoding"),
    ({"audio_source": "CAMERA"}, "audio_source"),
    ({"audio_encoding": "advanced", "audio_bitrate": "much"}, "audio_bitrate"),
    ({"audio_encoding": "advanced", "audio_channels": "3"}, "audio_channels"),
    ({"audio_encoding": "advanced", "audio_codec": "AAC"}, "audio_codec"),
    ({"video_encoding": "advanced", "video_codec": "H264_HIGH"}, "video_codec"),
    ({"video_encoding": "advanced", "video_frame_rate": "-1"}, "video_frame_rate"),
    ({"video_encoding": "advanced", "video_layers": "high"}, "video_layers"),
    ({"video_encoding": "advanced", "video_layers": "high 3x2"}, "video_layers"),
    ({"video_encoding": "advanced", "video_layers": "high 0x2"}, "video_layers"),
    ({"video_encoding": "advanced", "video_layers": "low 8x8\nhigh 4x4"}, "video_layers"),
    ({"video_encoding": "advanced", "video_layers": "low 8x8\nlow 4x4"}, "video_layers"),
]


@pytest.mark.parametrize(("typed", "field"), WRONG, ids=str)
def test_bad_input_is_422_with_the_field_marked_and_all_kept(
    admin: Visitor, livekit: Ask, typed: dict[str, str], field: str
) -> None:
    name = f"refused-{secrets.token_hex(4)}"
    sent = form(admin, name, **typed)
    page = admin.send(NEW, sent)
    assert page.status == 422
    assert marked(page) == [field]
    assert "pass-word" not in page.text
    again = filled(page)
    for other in sent.keys() - {"csrf", field}:
        assert again.get(other, "") == sent[other], other
    assert listed(livekit, name) == []


def test_what_livekit_refuses_keeps_the_command(
    admin: Visitor, livekit: Ask, make_ingress: Ask
) -> None:
    info = make_ingress(input_type=api.IngressInput.WHIP_INPUT, enable_transcoding=True)
    path = ingress_path(info.ingress_id, "edit")
    fields = filled(admin.get(path))
    other = api.UpdateIngressRequest(ingress_id=info.ingress_id, enable_transcoding=False)
    livekit("ingress.update_ingress", other)
    page = admin.send(path, fields | {"audio_encoding": "OPUS_MONO_64KBS"})
    assert (page.status, marked(page)) == (422, ["audio_encoding"])
    assert '"audio":{"preset":"OPUS_MONO_64KBS"}' in page.text
    assert "lk ingress update /dev/stdin" in page.text
