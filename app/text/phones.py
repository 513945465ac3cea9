"""Telephone numbers: as LiveKit compares them, as providers want them, and as they are read."""

import re
from collections.abc import Iterable

# What LiveKit takes for a number, and what it drops of it (protocol, livekit/sip.go).
NUMBER = re.compile(r"\+?[0-9\- ()]+", re.ASCII)
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Country codes: a few of one or two digits, all others of three (ITU-T E.164, annex D).
COUNTRY = re.compile(
    r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})", re.ASCII
)


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


def any_like(numbers: Iterable[str], typed: str) -> bool:
    """Whether what was typed is a part of one of the numbers, however either is written."""
    typed = typed.replace("\u00a0", " ").strip()  # as `phone` writes it
    digits = normal_number(typed).removeprefix("+") if NUMBER.fullmatch(typed) else ""
    return bool(digits) and any(digits in normal_number(number) for number in numbers)
