"""How figures and texts read: durations, times, counts, sizes. None of them guesses."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from app.text.zones import LOCAL, Zone, written

# A list shows the same moments at each refresh, and what is written of one does not change.
MOMENTS_KEPT = 400
# Control characters but for tab and line breaks, and noncharacters of the basic plane.
NOT_IN_HTML = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
# Characters that show nothing: format characters and line separators (Unicode: Cf, Zl, Zp).
UNSEEN = (
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
# Format characters where they belong: what `isolated` writes, joined emoji, the flag of a region,
# and joiners inside words of scripts that need them.
IN_PLACE = "|".join(
    (
        "\u2068(?P<isolated>[^\u2066-\u2069]*[^\x00-\x7f\u2066-\u2069][^\u2066-\u2069]*)\u2069",
        f"(?<=[{EMOJI}])\u200d(?=[{EMOJI}])",
        "(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f",
        "(?<=[\u0620-\u0dff])[\u200c\u200d](?=[\u0620-\u0dff])",
    )
)
TO_SHOW = re.compile(f"{IN_PLACE}|(?P<control>[{NOT_IN_HTML}])|(?P<unseen>[{UNSEEN}])")


def ago(moment: datetime | None, now: datetime | None = None, zone: Zone = LOCAL) -> Markup:
    """Return `moment` relative to now, the absolute time on hover; a dash for none.

    One that is still to come reads `in 5 min`: LiveKit's clock is ahead of this one then.
    Polls ignore the text of <time> when they compare answers, and the browser keeps it current.
    """
    if moment is None:
        return Markup("&ndash;")
    seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    return _time(moment, _ago_text(seconds), "ago", zone)


def when(moment: datetime | None, zone: Zone = LOCAL) -> Markup:
    """Return `moment` as an absolute time; a dash for none."""
    if moment is None:
        return Markup("&ndash;")
    return _time(moment, written(moment, zone), "when", zone)


def clock(moment: datetime | None, zone: Zone = LOCAL) -> Markup:
    """Return the time of day of a moment, the absolute time on hover; a dash for none."""
    if moment is None:
        return Markup("&ndash;")
    return _time(moment, f"{moment.astimezone(zone.tz):%H:%M:%S}", "clock", zone)


def moment_text(moment: datetime, zone: Zone = LOCAL) -> Markup:
    """Return an absolute time for where no element can be; in UTC if only the browser knows."""
    return Markup(written(moment, zone))  # noqa: S704  of digits and the name of a zone


def made_at() -> str:
    """Return this moment, by which the browser learns how far its clock is from this one."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@lru_cache(MOMENTS_KEPT)
def _time(moment: datetime, text: str, kind: str, zone: Zone) -> Markup:
    # no Markup.format: it costs more than the rest of a row, and nothing here needs escaping
    return Markup(f"<time {_absolute(moment, zone)} data-{kind}>{text}</time>")  # noqa: S704


@lru_cache(MOMENTS_KEPT)
def _absolute(moment: datetime, zone: Zone) -> str:
    iso = moment.astimezone(UTC).isoformat("T", "seconds").removesuffix("+00:00")
    return f'datetime="{iso}Z" title="{written(moment, zone)}"'


def _ago_text(seconds: int) -> str:
    if seconds <= -60:
        return _left_text(-seconds)
    if seconds < 10:
        return "just now"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def duration(span: timedelta) -> str:
    """Return a span in its two largest units: `5 min`, `1 h 30 min`, `0 s`."""
    seconds = int(span.total_seconds())
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"


def seconds(span: timedelta) -> str:
    """Return the length of a span to a tenth of a second: `1.2 s`; from 100 s on as `duration`."""
    length = abs(span)
    if length >= timedelta(seconds=100):
        return duration(length)
    return f"{length.total_seconds():.1f} s"


def delay(span: timedelta | None) -> str:
    """Return how late something came: `0.4 s`, `3 min 5 s`; below zero, clocks differ."""
    if span is None:
        return "not said"
    return f"\u2212{seconds(span)}" if span < timedelta() else seconds(span)


def since(moment: datetime | None, now: datetime | None = None, zone: Zone = LOCAL) -> Markup:
    """Return the time since `moment`, the absolute one on hover; a dash for none.

    One that is still to come reads as with `ago`.
    """
    if moment is None:
        return Markup("&ndash;")
    span = (now or datetime.now(UTC)) - moment
    if span <= timedelta(minutes=-1):
        return _time(moment, _left_text(-int(span.total_seconds())), "since", zone)
    return _time(moment, duration(max(span, timedelta())), "since", zone)


def left(moment: datetime, now: datetime | None = None, zone: Zone = LOCAL) -> Markup:
    """Return how long it is until `moment`, the absolute time on hover; `now` when it is past."""
    seconds = int((moment - (now or datetime.now(UTC))).total_seconds())
    return _time(moment, _left_text(seconds), "left", zone)


def _left_text(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"in {seconds // size} {unit}"
    return "in less than 1 min" if seconds > 0 else "now"


def size(octets: int) -> str:
    """Return a size in bytes in its largest decimal unit: `0 B`, `1.5 MB`, `20 GB`."""
    return _scaled(octets, ("B", "kB", "MB", "GB", "TB", "PB"))


def bitrate(bits: int) -> str:
    """Return bits per second in their largest unit: `96 kbit/s`, `4.5 Mbit/s`."""
    return _scaled(bits, ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"))


def _scaled(number: float, units: tuple[str, ...]) -> str:
    step = 0
    while number >= 999.5 and step < len(units) - 1:
        number /= 1000
        step += 1
    digits = 1 if step and number < 9.95 else 0
    return f"{number:.{digits}f} {units[step]}"


MASK = "••••••••"


def masked(secret: str) -> str:
    """Return a secret as it may be shown: its ends where it is long enough to keep the rest."""
    return f"{secret[:2]}••••••{secret[-2:]}" if len(secret) >= 12 else MASK


def milliseconds(value: float) -> str:
    """Return milliseconds with one decimal below ten, none above."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def thousands(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """Return the number with its noun: `1 room`, `2 rooms`, `0 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def first_upper(text: str) -> str:
    """Return a text with its first letter in upper case, and the rest unchanged."""
    return text[:1].upper() + text[1:]


def isolated(text: str) -> str:
    """Return a text as part of a sentence: what it does to the direction ends with it.

    One that is not ASCII stands between FSI and PDI (Unicode Standard Annex 9).
    """
    return text if text.isascii() else f"\u2068{text}\u2069"


def visible(value: Any) -> Any:
    """Return a text as a page may show it: what nobody sees becomes visible.

    HTML has no way to write control characters (13.2.3.5): each becomes its picture (U+2400 on).
    Format characters become their code point, such as [U+200B], so that no two names look alike.
    """
    if type(value) is not str or value.isprintable():
        return value
    return TO_SHOW.sub(_shown, value)


def _shown(match: re.Match[str]) -> str:
    if match["control"]:
        return _picture(ord(match["control"]))
    if match["unseen"]:
        return f"[U+{ord(match['unseen']):04X}]"
    if match["isolated"] is not None:
        return f"\u2068{visible(match['isolated'])}\u2069"
    return match[0]


def _picture(number: int) -> str:
    return chr(0x2400 + number) if number < 0x20 else "\u2421" if number == 0x7F else "\ufffd"


def exact(value: object) -> Markup:
    """Return what is sent or copied, which `visible` must not change."""
    return escape(value)
