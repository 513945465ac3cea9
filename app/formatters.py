"""How figures read: durations, times, counts, sizes, JSON. None of them guesses."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

# What LiveKit takes for a number, and what it drops of it (protocol, livekit/sip.go).
NUMBER = re.compile(r"\+?[0-9\- ()]+", re.ASCII)
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Country codes: a few of one or two digits, all others of three (ITU-T E.164, annex D).
COUNTRY = re.compile(
    r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})", re.ASCII
)
JSON_OPENS = "[{"
JSON_CLOSES = "]}"


def ago(moment: datetime | None, now: datetime | None = None) -> Markup:
    """Give `moment` relative to now, the absolute time on hover; a dash where there is none.

    Polls ignore the text of <time> when they compare answers, and the browser keeps it current.
    """
    if moment is None:
        return Markup("&ndash;")
    seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    return _time(moment, _ago_text(seconds), "ago")


def _time(moment: datetime, text: str, kind: str) -> Markup:
    iso = moment.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    # no Markup.format: it costs more than the rest of a row, and nothing here needs escaping
    return Markup(  # noqa: S704
        f'<time datetime="{iso.replace(" ", "T")}Z" title="{iso} UTC" data-{kind}>{text}</time>'
    )


def _ago_text(seconds: int) -> str:
    if seconds < 10:
        return "just now"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def duration(span: timedelta) -> str:
    """Give a span in its two largest units: `5 min`, `1 h 30 min`, `0 s`."""
    seconds = int(span.total_seconds())
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"


def seconds(span: timedelta) -> str:
    """Give the length of a span to a tenth of a second: `1.2 s`; from 100 s on as `duration`."""
    length = abs(span)
    if length >= timedelta(seconds=100):
        return duration(length)
    return f"{length.total_seconds():.1f} s"


def since(moment: datetime | None, now: datetime | None = None) -> Markup:
    """Give the time since `moment`, the absolute one on hover; a dash where there is none."""
    if moment is None:
        return Markup("&ndash;")
    span = (now or datetime.now(UTC)) - moment
    return _time(moment, duration(max(span, timedelta())), "since")


def left(moment: datetime, now: datetime | None = None) -> Markup:
    """Give how long it is until `moment`, the absolute time on hover; `now` when it is past."""
    seconds = int((moment - (now or datetime.now(UTC))).total_seconds())
    return _time(moment, _left_text(seconds), "left")


def _left_text(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"in {seconds // size} {unit}"
    return "in less than 1 min" if seconds > 0 else "now"


def size(octets: int) -> str:
    """Give a size in bytes in its largest decimal unit: `0 B`, `1.5 MB`, `20 GB`."""
    return _scaled(octets, ("B", "kB", "MB", "GB", "TB", "PB"))


def bitrate(bits: int) -> str:
    """Give bits per second in their largest unit: `96 kbit/s`, `4.5 Mbit/s`."""
    return _scaled(bits, ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"))


def _scaled(number: float, units: tuple[str, ...]) -> str:
    step = 0
    while number >= 999.5 and step < len(units) - 1:
        number /= 1000
        step += 1
    digits = 1 if step and number < 9.95 else 0
    return f"{number:.{digits}f} {units[step]}"


def masked(secret: str) -> str:
    """Give a secret as it may be shown: its ends where it is long enough to keep the rest."""
    return f"{secret[:2]}••••••{secret[-2:]}" if len(secret) >= 12 else "••••••••"


def milliseconds(value: float) -> str:
    """Give milliseconds with one decimal below ten, none above."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def count(number: int) -> str:
    """Give a whole number with its thousands apart."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """Give the number with its noun: `1 room`, `2 rooms`, `0 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def phone(number: str) -> str:
    """Give a number grouped for reading, `+1 555 123 4567`; what is not E.164 as it was typed.

    The country code stands apart, the rest in groups of three, the last one of two to four; where
    an area code ends is not known here. The spaces do not break.
    """
    digits = normal_number(number)
    country = COUNTRY.match(digits)
    if phone_problem(number) or country is None:
        return number
    rest = digits[country.end() :]
    groups = [country[0]]
    while len(rest) > 4:
        groups.append(rest[:3])
        rest = rest[3:]
    return "\u00a0".join([*groups, rest])


def normal_number(number: str) -> str:
    """Give a number as LiveKit compares it: `+` and digits; any other text as it is."""
    if not NUMBER.fullmatch(number):
        return number
    return "+" + "".join(char for char in number if char.isdigit())


def phone_problem(number: str) -> str | None:
    """Why a number is no E.164 number (ITU-T), which most providers want; None where it is one."""
    if number.startswith("+") and E164.fullmatch(normal_number(number)):
        return None
    return f"{number} is no E.164 number: + and country code, 15 digits at most."


def isolated(text: str) -> str:
    """Give a text as it can stand in a sentence: what it does to the direction ends with it.

    One that is not ASCII stands between FSI and PDI (Unicode Standard Annex 9).
    """
    return text if text.isascii() else f"\u2068{text}\u2069"


def json_problem(text: str) -> str | None:
    """Why `text` is not the JSON that it looks like; None where it is, or does not look so."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return (
            f"This looks like JSON but is not: {error.msg}, "
            f"line {error.lineno}, column {error.colno}."
        )
    except (ValueError, RecursionError) as error:
        return f"This looks like JSON but cannot be read: {error}."
    return None


def is_utf8(text: str) -> bool:
    """Whether `text` can be sent at all: JSON's escapes can name half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON (RFC 8259)")


def pretty(text: str) -> str:
    """Give JSON text indented, every other text as it is.

    It moves white space only: numbers, key order and repeated keys stay as they were written.
    """
    if not text.lstrip().startswith(("{", "[")) or json_problem(text):
        return text
    out: list[str] = []
    depth = 0
    for part in _parts(text):
        if part in JSON_OPENS:
            depth += 1
            out.append(f"{part}\n{'  ' * depth}")
        elif part in JSON_CLOSES:
            depth -= 1
            empty = out[-1][:1] in JSON_OPENS and out[-1].endswith(" " * 2 * (depth + 1))
            out[-1] = out[-1][0] if empty else out[-1]
            out.append(part if empty else f"\n{'  ' * depth}{part}")
        elif part == ",":
            out.append(f",\n{'  ' * depth}")
        else:
            out.append(": " if part == ":" else part)
    return "".join(out)


def indented(value: Mapping[str, object]) -> str:
    """Give a JSON object as text to read."""
    return json.dumps(dict(value), indent=2, ensure_ascii=False)


def _parts(text: str) -> list[str]:
    """Cut valid JSON into strings, punctuation and scalars, dropping the white space between."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        start = at
        if text[at] == '"':
            at += 1
            while text[at] != '"':
                at += 2 if text[at] == "\\" else 1
            at += 1
        elif text[at] in "[]{}:,":
            at += 1
        elif text[at].isspace():
            at += 1
            continue
        else:
            while at < len(text) and text[at] not in "[]{}:, \t\r\n":
                at += 1
        parts.append(text[start:at])
    return parts
