"""The names of codecs, as LiveKit's clients and documentation spell them."""

SPELLINGS = {name.lower(): name for name in ("H264", "H265", "VP8", "VP9", "AV1", "AAC", "opus")}


def codec_name(mime: str) -> str:
    """Return the codec of a MIME type, such as H264 for video/H264; empty without a subtype.

    GStreamer marks its own names with x-, as in video/x-vp8, and livekit-ingress passes them on.
    """
    name = mime.partition("/")[2].removeprefix("x-")
    return SPELLINGS.get(name.lower(), name)
