"""How often a cron expression is due, in words."""

import pytest

from app.text.crons import often


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * * *", "every second"),
        ("*/30 * * * * *", "every 30 seconds"),
        ("15,45 * * * * *", "twice a minute"),
        ("10,30,50 * * * * *", "3 times a minute"),
        ("5 * * * * *", "every minute"),
        ("* * * * *", "every minute"),
        ("0 */5 * * * *", "every 5 minutes"),
        ("*/1 * * * *", "every minute"),
        ("0,30 * * * *", "twice an hour"),
        ("17 * * * *", "every hour"),
        ("0 */6 * * *", "every 6 hours"),
        ("0 6,18 * * *", "twice a day"),
        ("0 17 3 * * *", "every day at 03:17 UTC"),
        ("0 0 * * *", "every day at 00:00 UTC"),
    ],
)
def test_what_repeats_evenly_is_said_in_words(cron: str, words: str) -> None:
    assert often(cron) == words


@pytest.mark.parametrize(
    "cron",
    [
        "0 9 * * 1",
        "0 0 1 * *",
        "*/30 */5 * * * *",
        "0 9-17 * * *",
        "17 */6 * * *",
        "1-5 * * * *",
        "@daily",
        "",
        "<b>",
    ],
)
def test_what_is_not_that_simple_stays_as_it_is(cron: str) -> None:
    assert often(cron) == cron
