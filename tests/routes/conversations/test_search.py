"""/conversations?q=: words in transcripts, marked and escaped, in the order of time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.services.conversations.lists import listing
from tests.routes.api.conftest import items
from tests.support import conversations as talks
from tests.support.dashboard import Dashboard
from tests.support.history import BEGAN, keep, minutes
from tests.support.stores import Databases
from tests.support.visitor import Visitor

HOSTILE = "<script>alert('zebra')</script> <mark>not mine</mark> \u202e zebra"
LONG = "start " + "filler " * 200 + "needle in the middle " + "filler " * 5000
MANY = 60  # conversations in which somebody says "common"


def _rows() -> dict[object, list[dict[str, object]]]:
    order = talks.conversation(
        "AJ_order", agent="shop", started_at=minutes(-9), ended_at=minutes(0)
    )
    lines = [
        talks.line(order, 1, "Where is my order 4711-b? It's for Amélie."),
        talks.line(order, 2, "Your ORDER was shipped.", role="assistant"),
        talks.line(order, 3, '{"order": "4711-b"}', kind="function_call", role="", name="track"),
        talks.line(order, 4, "ordered again, order by order", role="assistant"),
        talks.line(order, 5, "Be kind: secretword", role="system"),
        talks.line(order, 6, "secretword", kind="agent_config_update", role=""),
    ]
    bad = talks.conversation("AJ_bad", started_at=minutes(-8), ended_at=minutes(0))
    lines.append(talks.line(bad, 1, HOSTILE))
    long = talks.conversation("AJ_long", started_at=minutes(-7), ended_at=minutes(0))
    lines.append(talks.line(long, 1, LONG))
    foreign = talks.conversation("AJ_foreign", started_at=minutes(-6), ended_at=minutes(0))
    foreign["server"] = "other"
    lines.append(talks.line(foreign, 1, "order") | {"server": "other"})
    many = [
        talks.conversation(
            f"AJ_many{number:02}",
            started_at=BEGAN + timedelta(seconds=number),
            ended_at=minutes(30),
            outcome="success" if number % 2 else "",
        )
        for number in range(MANY)
    ]
    lines += [talks.line(each, 1, "something common") for each in many]
    return {
        talks.CONVERSATIONS: [order, bad, long, foreign, *many],
        talks.CONVERSATION_ITEMS: lines,
    }


@pytest.fixture(scope="module")
def admin(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """Somebody who looks at a dashboard with conversations."""
    url = databases.new()
    keep(url, _rows())  # type: ignore[arg-type]
    return start_dashboard(database_url=url).visitor()


def jobs(admin: Visitor, q: str, **query: str) -> list[str]:
    seen = admin.get("/conversations", params={"q": q, **query})
    assert seen.status == 200
    return re.findall(r'<tr id="conversation-(AJ_\w+)"', seen.html)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("order", ["AJ_order"]),
        ("ORDE", ["AJ_order"]),  # the beginning of a word, in any case
        ("ord", []),  # too short for a beginning
        ("rder", []),
        ("shipped your", ["AJ_order"]),  # in any order
        ("ships order", []),  # only the last word may be a beginning
        ("order needle", []),  # all in one line
        ("4711-b", ["AJ_order"]),
        ("Am\u00e9lie", ["AJ_order"]),
        ("zebra", ["AJ_bad"]),
        ("secretword", []),  # of instructions, which are the same in all conversations
        ("needle", ["AJ_long"]),
        # no query language of either database
        ("order OR zebra", []),
        ("order | zebra", []),
        ("zebra & !order", []),
        ('"order', ["AJ_order"]),
        ("'order'", ["AJ_order"]),
        ("order'); DROP TABLE conversations;--", []),
        ("text:order", []),
        ("NEAR(order zebra)", []),
        ("or*der", []),
        ("order\\", ["AJ_order"]),
        ("zeb:*", []),
        ("zebr:*", ["AJ_bad"]),
        ("\0order", ["AJ_order"]),
        ("?! --", None),  # no word: the list of all
    ],
)
def test_words(admin: Visitor, q: str, expected: list[str] | None) -> None:
    found = jobs(admin, q)
    if expected is None:
        assert len(found) > 2
    else:
        assert found == expected


def test_what_was_found_is_marked(admin: Visitor) -> None:
    html = admin.get("/conversations", params={"q": "order"}).html
    lines = re.findall(r"<li>(.*?)</li>", html[html.index('class="snippets"') :], re.DOTALL)
    lines = [line for line in lines if "<mark>" in line]
    assert len(lines) == 3  # of four
    assert "Where is my <mark>order</mark> 4711-b?" in lines[0]
    assert "Your <mark>ORDER</mark> was shipped." in lines[1]
    assert "Tool call" in lines[2]
    assert "track" in lines[2]


def test_hostile_lines_are_escaped(admin: Visitor) -> None:
    html = admin.get("/conversations", params={"q": "zebra"}).html
    assert "<script>alert" not in html
    assert "&lt;mark&gt;not mine" in html
    assert html.count("<mark>zebra</mark>") == 2
    assert "[U+202E]" in html


def test_a_long_line_is_cut_around_the_word(admin: Visitor) -> None:
    seen = admin.get("/conversations", params={"q": "needle"})
    assert "<mark>needle</mark> in the middle" in seen.html
    assert len(seen.html) < 60_000


def test_pages_are_in_the_order_of_time(admin: Visitor) -> None:
    expected = [f"AJ_many{number:02}" for number in reversed(range(MANY))]
    assert jobs(admin, "common", per_page="200") == expected
    assert _paged(admin, "/conversations?q=common&per_page=25") == expected


def test_words_of_most_lines_are_searched_part_by_part(
    admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a store with so many lines that they can't be sorted."""
    monkeypatch.setattr("app.services.history.lists.walking.FEW", 10)
    monkeypatch.setattr(listing, "WORDY", 25)
    expected = [f"AJ_many{number:02}" for number in reversed(range(MANY))]
    assert _paged(admin, "/conversations?q=common&per_page=10") == expected
    found = _paged(admin, "/conversations?q=common&per_page=50&outcome=success")
    assert found == expected[::2]
    seen = admin.get("/conversations", params={"q": "common", "per_page": "100"})
    assert "Search more conversations" in seen.text


def test_other_filters_apply_too(admin: Visitor) -> None:
    assert len(jobs(admin, "common", outcome="success", per_page="100")) == MANY // 2
    assert jobs(admin, "order", agent="shop") == ["AJ_order"]
    assert jobs(admin, "order", agent="receptionist") == []
    assert jobs(admin, "order", agent="sh*") == ["AJ_order"]
    assert jobs(admin, "order", order="longest") == ["AJ_order"]


def test_nothing_found(admin: Visitor) -> None:
    assert "in one line" in admin.get("/conversations", params={"q": "unheard"}).text


def _paged(admin: Visitor, address: str) -> list[str]:
    found: list[str] = []
    for _ in range(20):
        seen = admin.get(address)
        found += re.findall(r'<tr id="conversation-(AJ_\w+)"', seen.html)
        older = re.search(r'href="(/conversations\?[^"]*before=[^"]*)"', seen.html)
        if not older:
            return found
        address = older[1].replace("&amp;", "&")
    raise AssertionError("the pages don't end")


def test_each_search_is_audited_and_no_poll(admin: Visitor) -> None:
    def words() -> list[str]:
        entries = items(admin, "/audit", area="conversation")
        return [
            each["facts"]["filter"]["q"]
            for each in entries
            if each["action"] == "conversation.search"
        ]

    before = len(words())
    place = "/conversations?q=filler+middle"
    assert admin.http.head(place).status_code == 200
    assert admin.get("/conversations?agent=shop").status == 200
    assert len(words()) == before, "nothing was searched, or shown"
    assert admin.get(place).status == 200
    for more in ("", "&partial=1", "&agent=shop", "&per_page=25"):
        assert admin.get(place + more).status == 200
    assert admin.get("/conversations?q=filler").status == 200
    assert words()[: len(words()) - before] == ["filler", "filler middle"]
    assert "Search transcripts" in admin.get("/audit?area=conversation").text
