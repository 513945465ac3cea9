"""Egress jobs of every kind with a secret wherever a request can hold one, for hypothesis."""

import json
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from hypothesis import strategies as st
from livekit.protocol import egress
from livekit.protocol.models import WebhookConfig

# Upper case, so that no part of a secret is met by chance in what is shown.
MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SECRET = st.text(MARKS, min_size=9, max_size=40)
KEY = st.text(MARKS + "-_~.!*+%$@:,=", min_size=9, max_size=40)
NAMES = st.sampled_from(
    ["token", "access_token", "api_key", "X-Amz-Signature", "sig", "jwt", "password", "pass%77ord"]
)

Draw = Callable[..., str]


def _uploads(secret: Draw) -> dict[str, Any]:
    """Return the storage fields of an output, one provider each."""
    s3 = egress.S3Upload(
        access_key=secret(),
        secret=secret(),
        session_token=secret(),
        assume_role_external_id=secret(),
        bucket="shown-bucket",
        proxy=egress.ProxyConfig(url=f"http://u:{secret()}@proxy:3128", password=secret()),
    )
    gcp = egress.GCPUpload(
        credentials=json.dumps({"private_key": secret()}),
        bucket="shown-bucket",
        proxy=egress.ProxyConfig(url=f"http://{secret()}@proxy", username="u", password=secret()),
    )
    azure = egress.AzureBlobUpload(
        account_name="a", account_key=secret(), container_name="shown-bucket"
    )
    oss = egress.AliOSSUpload(access_key=secret(), secret=secret(), bucket="shown-bucket")
    return {"s3": s3, "gcp": gcp, "azure": azure, "aliOSS": oss}


def _streams(secret: Draw) -> list[str]:
    """Return addresses to stream to, of every kind."""
    return [
        f"rtmp://host/app/{secret(KEY)}",
        f"rtmps://user:{secret()}@host:443/a/b/{secret(KEY)}/",
        f"rtmp://host/app/{secret(KEY)}?{secret()}#{secret()}",
        f"srt://host:9000?mode=caller&passphrase={secret()}&streamid={secret()}",
        f"mux://{secret()}",
        f"twitch://{secret()}",
    ]


def _classic(web: str, upload: dict[str, Any], urls: list[str], hooks: Any) -> dict[str, Any]:
    """Return the classic requests by kind, and those with one output as they were of old."""
    file = egress.EncodedFileOutput(filepath="shown-file", **upload)
    segments = egress.SegmentedFileOutput(playlist_name="shown-file", **upload)
    stream = egress.StreamOutput(urls=urls)
    many: dict[str, Any] = {
        "file_outputs": [file],
        "stream_outputs": [stream],
        "segment_outputs": [segments],
        "image_outputs": [egress.ImageOutput(filename_prefix="shown-file", **upload)],
        "webhooks": hooks,
    }
    kinds: dict[str, Any] = {
        "room_composite": egress.RoomCompositeEgressRequest(custom_base_url=web, **many),
        "web": egress.WebEgressRequest(url=web, **many),
        "participant": egress.ParticipantEgressRequest(identity="ada", **many),
        "track_composite": egress.TrackCompositeEgressRequest(**many),
        "track file": egress.TrackEgressRequest(
            file=egress.DirectFileOutput(filepath="shown-file", **upload), webhooks=hooks
        ),
        "track websocket": egress.TrackEgressRequest(websocket_url=web.replace("https", "wss")),
    }
    old: dict[str, Any] = {"file": file, "stream": stream, "segments": segments}
    for field, output in old.items():
        alone: dict[str, Any] = {field: output}
        kinds[f"room_composite {field}"] = egress.RoomCompositeEgressRequest(**alone)
        kinds[f"web {field}"] = egress.WebEgressRequest(url=web, **alone)
        kinds[f"track_composite {field}"] = egress.TrackCompositeEgressRequest(**alone)
    return kinds


def _unified(web: str, upload: dict[str, Any], urls: list[str], hooks: Any) -> dict[str, Any]:
    """Return the requests of the newer API by kind."""
    storage = egress.StorageConfig(**upload)
    ends = [egress.StreamDestination(id="d", url=url) for url in urls]
    rest: dict[str, Any] = {
        "outputs": [
            egress.Output(file=egress.FileOutput(filepath="shown-file"), storage=storage),
            egress.Output(stream=egress.StreamOutput(urls=urls)),
            egress.Output(stream=egress.StreamOutput(destinations=ends)),
            egress.Output(segments=egress.SegmentedFileOutput(**upload)),
            egress.Output(images=egress.ImageOutput(**upload)),
        ],
        "storage": storage,
        "webhooks": hooks,
    }
    template = egress.TemplateSource(custom_base_url=web)
    return {
        "egress": egress.StartEgressRequest(web=egress.WebSource(url=web), **rest),
        "egress template": egress.StartEgressRequest(template=template, **rest),
        "replay": egress.ExportReplayRequest(template=template, **rest),
    }


def _results(web: str, urls: list[str]) -> egress.EgressInfo:
    """Return what a worker says of the job; it repeats addresses in its errors."""
    said = f"invalid url {urls[0]}: refused; parse {urls[1]!r}: {web}"
    return egress.EgressInfo(
        error=said,
        details=said,
        manifest_location=web,
        stream_results=[egress.StreamInfo(url=url, error=said) for url in urls],
        file_results=[egress.FileInfo(filename="shown-file", location=web)],
        segment_results=[
            egress.SegmentsInfo(playlist_location=web, live_playlist_location=web),
            egress.SegmentsInfo(live_playlist_name=web),
        ],
    )


@st.composite
def jobs(draw: st.DrawFn) -> tuple[egress.EgressInfo, list[str]]:
    """Draw a job of any kind with secrets wherever it can hold one, and those secrets."""
    secrets: list[str] = []

    def secret(strategy: st.SearchStrategy[str] = SECRET) -> str:
        secrets.append(draw(strategy))
        return secrets[-1]

    provider, upload = draw(st.sampled_from(sorted(_uploads(secret).items(), key=itemgetter(0))))
    web = f"https://{secret()}@host/page?{draw(NAMES)}={secret()}&lang=en#{draw(NAMES)}={secret()}"
    urls = _streams(secret)
    hooks = [WebhookConfig(url=f"https://h/x?token={secret()}", signing_key=secret())]
    given = (web, {provider: upload}, urls, hooks)
    kind, request = draw(
        st.sampled_from(sorted((_classic(*given) | _unified(*given)).items(), key=itemgetter(0)))
    )
    info = egress.EgressInfo(**{kind.partition(" ")[0]: request})
    if draw(st.booleans()):
        info.MergeFrom(_results(web, [*urls, f"wss://host/frames?{draw(NAMES)}={secret()}"]))
    return info, secrets
