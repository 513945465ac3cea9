"""The way from a token into LiveKit Meet: an address, and the same as a QR code for a phone."""

from urllib.parse import urlencode

import segno
from markupsafe import Markup

# Its "custom connection"; it takes both from the query (livekit-examples/meet, app/custom).
MEET = "https://meet.livekit.io/custom"


def meet_link(url: str, token: str) -> str:
    """Give the address that joins by LiveKit Meet; it carries the token."""
    return f"{MEET}?{urlencode({'liveKitUrl': url, 'token': token})}"


def qr_code(text: str) -> Markup | None:
    """Give a QR code (ISO/IEC 18004) as inline SVG; None where `text` is too long for one.

    It stands on white with its quiet zone in every theme: readers want dark on light. The mask is
    given, because trying out all eight takes up to a second, and any will do for text as random.
    """
    try:
        code = segno.make_qr(text, error="l", boost_error=False, mask=0)
    except segno.DataOverflowError:
        return None
    drawn = code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff", border=4)
    return Markup(drawn)  # noqa: S704  # numbers and colours, nothing of the text
