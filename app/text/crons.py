"""How often a cron expression is due, in words."""

import re

NUMBER = re.compile(r"\d{1,2}")
STEP = re.compile(r"\*/(\d{1,2})")
TIMES = {1: "once", 2: "twice"}
ALWAYS = ["*", "*", "*"]  # each day, month and weekday


def often(cron: str) -> str:
    """Return how often an expression of five or six fields is due, such as "every 5 minutes".

    The first of six fields is seconds, and times of day are in UTC. An expression that doesn't
    repeat every so many seconds, minutes, hours or days is returned unchanged.
    """
    fields = cron.split()
    if len(fields) == 5:
        fields.insert(0, "0")
    if len(fields) != 6 or fields[3:] != ALWAYS:
        return cron
    second, minute, hour = fields[:3]
    if (minute, hour) == ("*", "*"):
        return _within(second, "second", "minute") or cron
    if second == "0" and hour == "*":
        return _within(minute, "minute", "hour") or cron
    if second == "0" and NUMBER.fullmatch(minute):
        if NUMBER.fullmatch(hour):
            return f"every day at {hour:0>2}:{minute:0>2} UTC"
        if minute.strip("0") == "":
            return _within(hour, "hour", "day") or cron
    return cron


def _within(field: str, unit: str, whole: str) -> str:
    """Return how often a field is due within the next larger unit; "" if it isn't that simple."""
    if field == "*":
        return f"every {unit}"
    if step := STEP.fullmatch(field):
        number = int(step[1])
        return f"every {unit}" if number == 1 else f"every {number} {unit}s"
    parts = field.split(",")
    if not all(map(NUMBER.fullmatch, parts)):
        return ""
    number = len(set(map(int, parts)))
    if number == 1:
        return f"every {whole}"
    return f"{TIMES.get(number, f'{number} times')} {'an' if whole == 'hour' else 'a'} {whole}"
