"""/usage: figures, charts and tables of a time, also as a file and by the API."""

import csv
import io
from collections.abc import Iterator

import pytest

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Visitor


@pytest.fixture
def visitor(used: Dashboard) -> Iterator[Visitor]:
    visiting = used.visitor()
    yield visiting
    visiting.close()


def figure(visitor: Visitor, title: str, **query: str) -> str:
    """Return what follows the title of a panel."""
    return visitor.get("/usage", params=query).text.partition(f" {title} ")[2][:120]


@pytest.mark.parametrize("span", ["24h", "7d", "30d", "90d", "13mo"])
def test_figures_of_a_time(visitor: Visitor, span: str) -> None:
    assert figure(visitor, "Sessions Sessions CSV", span=span).startswith("2 ")
    assert figure(visitor, "Peak participants", span=span).startswith("Sessions CSV 2 exact")
    minutes = figure(visitor, "Participant-minutes", span=span)
    assert minutes.startswith(("Sessions CSV 80 3 joins", "Sessions CSV 79 3 joins"))
    assert "1 25.0% of 4 attempts" in figure(visitor, "Failed joins", span=span)
    assert "Left 1" in figure(visitor, "Reasons for leaving", span=span)


def test_what_was_not_watched_is_said(visitor: Visitor) -> None:
    page = visitor.get("/usage")
    assert "Not watched in 1 time" in page.text
    assert page.all("rect", fill="url(#hatch)")
    assert "nothing is compared" in page.text


def test_a_chart_has_a_table_with_the_same_figures(visitor: Visitor) -> None:
    page = visitor.get("/usage", params={"span": "24h"})
    tables = page.all("details")
    assert len([table for table in tables if table.get("id", "").startswith("table-")]) >= 4
    assert not page.all("svg", style="")
    assert 'style="' not in page.html


@pytest.mark.parametrize(
    ("room", "sessions"),
    [("standup", "1"), ("stand*", "1"), ("STAND*", "0"), ("<b>odd*", "1"), ("*", "2"), ("%", "0")],
)
def test_rooms_by_a_pattern(visitor: Visitor, room: str, sessions: str) -> None:
    found = figure(visitor, "Sessions Sessions CSV", span="24h", room=room)
    assert found.startswith(f"{sessions} "), found
    assert "<b>odd" not in visitor.get("/usage", params={"room": "<b>odd*"}).html


def test_a_kind_of_participant(visitor: Visitor) -> None:
    assert figure(visitor, "Participant-minutes", span="24h", kind="AGENT").startswith(
        ("Sessions CSV 40 1 joins", "Sessions CSV 39 1 joins")
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"since": "2026-02-30", "until": "2026-03-01"}, "Not a day"),
        ({"since": "2026-03-01"}, "Enter both days"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "before the first one"),
        ({"since": "2020-01-01", "until": "2026-03-01"}, "thirteen months"),
        ({"since": "2999-01-01", "until": "2999-01-02"}, "yet to come"),
    ],
)
def test_days_that_cannot_be(visitor: Visitor, query: dict[str, str], reason: str) -> None:
    page = visitor.get("/usage", params={**query, "room": "stand*"})
    assert page.status == 422
    assert reason in page.text
    assert page.all("input", name="room", value="stand*")
    assert page.all("input", **{"aria-invalid": "true"})
    assert visitor.get("/usage/-/export.csv", params=query).status == 422


def test_an_unknown_range_is_no_page(visitor: Visitor) -> None:
    assert visitor.get("/usage", params={"span": "5y"}).status == 422


def test_two_days(visitor: Visitor) -> None:
    page = visitor.get("/usage", params={"since": "2026-01-01", "until": "2026-01-03"})
    assert page.status == 200
    assert "Nobody left." in page.text


def test_the_figures_as_a_file(visitor: Visitor) -> None:
    query = {"span": "24h", "measure": "participation"}
    sent = visitor.get("/usage/-/export.csv", params=query)
    rows = list(csv.DictReader(io.StringIO(sent.html.removeprefix("\ufeff"))))
    assert {row["measure"] for row in rows} == {"participation"}
    standard = sum(float(row["value"]) for row in rows if row["label"] == "STANDARD")
    assert standard == pytest.approx(40 * 60, abs=1)
    every = visitor.get("/usage/-/export.json", params={"span": "24h"}).response.json()
    assert {"sessions", "joins", "left", "peak"} <= {row["measure"] for row in every}


def test_the_figures_by_the_api(visitor: Visitor) -> None:
    report = visitor.get("/api/v1/usage", params={"span": "24h"}).response.json()
    figures = {(f["measure"], f["label"]): f for f in report["figures"]}
    assert figures["sessions", ""]["total"] == 2
    assert figures["sessions", ""]["before"] is None
    assert len(figures["sessions", ""]["values"]) == len(report["bounds"]) - 1
    assert len(report["unwatched"]) == 1


def test_only_those_who_may_see_history(used: Dashboard) -> None:
    add_person(used, "vera", "viewer")
    viewer = signed_in(used, "vera")
    assert viewer.get("/usage").status == 200
    viewer.close()
    nobody = used.visitor(username=None)
    assert nobody.get("/usage").status in {303, 401}
    nobody.close()


def test_without_a_store_there_is_no_usage(admin: Visitor) -> None:
    assert admin.get("/usage").status == 404
    assert "/usage" not in admin.get("/rooms").html
