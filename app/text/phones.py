"""Phone numbers: as LiveKit compares them, as providers expect them, and as people read them."""

import re
from collections.abc import Iterable
from unicodedata import category

# What LiveKit reads as a number, and what it drops from it (protocol, livekit/sip.go).
NUMBER = re.compile(r"\+?[0-9\- ()]+", re.ASCII)
SAME_DIGITS = 7  # at the end of two numbers that may be one, with and without its country code
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Country codes: a few of one or two digits, all others of three (ITU-T E.164, annex D).
COUNTRY = re.compile(
    r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})", re.ASCII
)


# Spaces, hyphens and other signs that word processors and chats put in the place of plain ones.
PLAIN = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-"),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}


def plain_number(text: str) -> str:
    """Return a number as it is meant to be typed: what is pasted brings signs that nobody sees.

    Format characters (directions, joiners, byte order marks) and variation selectors are dropped;
    spaces, hyphens and full-width characters become their ASCII counterparts.
    """
    return "".join(char for char in text.translate(PLAIN) if not _is_hidden(char)).strip()


def hidden_character(text: str) -> str:
    """Return the code point of the first character that `plain_number` changes, such as U+200B."""
    found = (char for char in text if _is_hidden(char) or ord(char) in PLAIN)
    return next((f"U+{ord(char):04X}" for char in found), "")


def _is_hidden(char: str) -> bool:
    return category(char) in {"Cf", "Cc", "Zl", "Zp"} or 0xFE00 <= ord(char) <= 0xFE0F


def phone(number: str) -> str:
    """Return a number grouped for reading, `+1 555 123 4567`; what is not E.164 is unchanged.

    After the country code come groups of three digits, the last one of two to four; where an area
    code ends is not known here. The spaces do not break.
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
    """Return a number as LiveKit compares it, `+` and digits; any other text unchanged."""
    if not NUMBER.fullmatch(number):
        return number
    return "+" + "".join(char for char in number if char.isdigit())


def phone_problem(number: str) -> str | None:
    """Return why this isn't an E.164 number (ITU-T), which most providers expect; None if it is."""
    if number.startswith("+") and E164.fullmatch(normal_number(number)):
        return None
    return f"{number} isn't a valid E.164 number. Use + and the country code, up to 15 digits."


def ends_alike(number: str, numbers: Iterable[str]) -> str:
    """Return one of the numbers that differs only in front, as by its country code; else ''."""
    digits = "".join(char for char in number if char.isdigit())
    for other in numbers:
        theirs = "".join(char for char in other if char.isdigit())
        short, long = sorted((digits, theirs), key=len)
        tail = short.lstrip("0")
        if short != long and len(tail) >= SAME_DIGITS and long.endswith(tail):
            return other
    return ""


def any_like(numbers: Iterable[str], typed: str) -> bool:
    """Return True if what was typed is part of one of the numbers, however either is written."""
    typed = plain_number(typed)
    digits = normal_number(typed).removeprefix("+") if NUMBER.fullmatch(typed) else ""
    return bool(digits) and any(digits in normal_number(plain_number(n)) for n in numbers)
