"""Every schedule of the engine has words for the page that lists them."""

from app.jobs.engine import SCHEDULES
from app.labels.jobs import SCHEDULES as NAMED
from app.labels.jobs import scheduled
from app.text.crons import often


def test_every_schedule_is_named() -> None:
    assert {job.__name__ for job, _ in SCHEDULES} == set(NAMED)
    assert len({each.title for each in NAMED.values()}) == len(NAMED)
    assert all(each.meaning.endswith(".") for each in NAMED.values())


def test_how_often_each_is_due_is_said_in_words() -> None:
    assert [cron for _, cron in SCHEDULES if often(cron) == cron] == []


def test_one_of_another_version_stays_visible() -> None:
    assert scheduled("<b>").title == "<b>"
