"""Join with LiveKit Meet: a URL that contains the token, also as a QR code."""

from urllib.parse import urlencode

from markupsafe import Markup

# Its "custom connection"; it takes both from the query (livekit-examples/meet, app/custom).
MEET = "https://meet.livekit.io/custom"


def meet_link(url: str, token: str) -> str:
    """Return the URL that joins with LiveKit Meet; it contains the token."""
    return f"{MEET}?{urlencode({'liveKitUrl': url, 'token': token})}"


def qr_code(text: str) -> Markup | None:
    """Return a QR code (ISO/IEC 18004) as inline SVG, or None if `text` is too long for one.

    It stands on white with its quiet zone in every theme: readers want dark on light. The mask is
    given, because trying out all eight takes up to a second, and any will do for text as random.
    """
    import segno  # half a megabyte that few need

    try:
        code = segno.make_qr(text, error="l", boost_error=False, mask=0)
    except segno.DataOverflowError:
        return None
    drawn = code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff", border=4)
    return Markup(drawn)  # noqa: S704  # numbers and colors, nothing of the text
